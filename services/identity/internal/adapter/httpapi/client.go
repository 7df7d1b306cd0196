package httpapi

import (
	"net"
	"net/netip"

	"github.com/gin-gonic/gin"

	"muster/libs/web"
	"muster/services/identity/internal/identity"
)

// clientOf says where a request came from: what the gateway says, which stands in front and overwrites what a client
// says under that name; without a gateway the peer.
func clientOf(c *gin.Context) identity.Client {
	ip := c.GetHeader(web.HeaderClientIP)
	if _, err := netip.ParseAddr(ip); err != nil {
		ip = c.Request.RemoteAddr
		if host, _, err := net.SplitHostPort(ip); err == nil {
			ip = host
		}
	}
	return identity.Client{IP: ip, UserAgent: c.Request.UserAgent()}
}
