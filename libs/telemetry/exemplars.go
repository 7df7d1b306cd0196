package telemetry

import (
	"context"
	"time"

	"go.opentelemetry.io/otel/attribute"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/exemplar"
)

// bareReservoir keeps exemplars, which lead from a slow request to its trace, without the attributes that a view drops. The
// SDK would keep these there, and they may be personal, such as a client's address.
type bareReservoir struct{ exemplar.Reservoir }

// Offer implements [exemplar.Reservoir].
func (r bareReservoir) Offer(ctx context.Context, at time.Time, value exemplar.Value, _ []attribute.KeyValue) {
	r.Reservoir.Offer(ctx, at, value, nil)
}

func bareExemplars(aggregation sdkmetric.Aggregation) exemplar.ReservoirProvider {
	provide := sdkmetric.DefaultExemplarReservoirProviderSelector(aggregation)
	return func(attributes attribute.Set) exemplar.Reservoir { return bareReservoir{provide(attributes)} }
}
