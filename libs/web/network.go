package web

import "net/netip"

// clientPrefix6 is the prefix length of an IPv6 client network: providers assign a /56 to a customer.
const clientPrefix6 = 56

// Network returns the network that client limits count: an IPv4 address itself, or the /56 of an IPv6 address. Text
// that is not an address is a network of its own.
func Network(address string) string {
	a, err := netip.ParseAddr(address)
	if err != nil {
		return address
	}
	a = a.Unmap().WithZone("")
	if a.Is4() {
		return a.String()
	}
	return netip.PrefixFrom(a, clientPrefix6).Masked().String()
}
