package credentials

import "context"

type networkKey struct{}

// InNetwork returns a context of a request that comes from the network.
func InNetwork(ctx context.Context, network string) context.Context {
	return context.WithValue(ctx, networkKey{}, network)
}

// NetworkOf returns the network that the request of ctx comes from. It is empty for services and operators.
func NetworkOf(ctx context.Context) string {
	network, _ := ctx.Value(networkKey{}).(string)
	return network
}
