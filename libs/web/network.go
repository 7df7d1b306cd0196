package web

import "net/netip"

// clientPrefix6 is how many bits of an IPv6 address name a network: providers give a customer a /56.
const clientPrefix6 = 56

// Network is the network that a client address counts for where clients are limited: an IPv4 address stands for itself,
// an IPv6 address for its /56. What is no address is a network of its own.
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
