package web

import (
	"net/netip"

	"github.com/gin-gonic/gin"
)

// clientPrefix6 is the prefix length of an IPv6 client network: providers assign a /56 to a customer.
const clientPrefix6 = 56

// ClientIP returns the address of the client: in a service the value of [HeaderClientIP], in the gateway the address
// that trusted proxies report, otherwise the peer's address.
func ClientIP(c *gin.Context) string {
	if ip := c.ClientIP(); isAddress(ip) {
		return ip
	}
	return c.RemoteIP()
}

func isAddress(text string) bool {
	_, err := netip.ParseAddr(text)
	return err == nil
}

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
