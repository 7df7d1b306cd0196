package httpapi

import (
	"github.com/gin-gonic/gin"

	"muster/libs/web"
	"muster/services/identity/internal/identity"
)

// clientOf returns the client that sent the request.
func clientOf(c *gin.Context) identity.Client {
	ip := web.ClientIP(c)
	return identity.Client{IP: ip, Network: web.Network(ip), UserAgent: c.Request.UserAgent()}
}
