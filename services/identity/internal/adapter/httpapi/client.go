package httpapi

import (
	"net"
	"net/netip"

	"github.com/gin-gonic/gin"

	"muster/libs/web"
	"muster/services/identity/internal/identity"
)

// clientOf returns the origin of a request. The gateway states it in a header and overwrites any value that a client
// sent. Without a gateway it is the peer.
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
