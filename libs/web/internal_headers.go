package web

import (
	"github.com/gin-gonic/gin"

	"muster/libs/causal"
)

// HeaderUser is the internal header by which a service tells the gateway which user an answer concerns: the user id in
// decimal. The gateway adds that user to a sign-in answer and removes the header.
const HeaderUser = "X-Muster-User"

// HeaderClientIP is the internal header by which the gateway passes on the client's address. The gateway overwrites a
// value that a client sends.
const HeaderClientIP = "X-Muster-Client-IP"

// HeaderWebhook is the internal header by which billing names the webhook event that it has accepted. The gateway holds
// the answer until that event has been handled.
const HeaderWebhook = "X-Muster-Webhook"

// Wrote adds the version that the request produced to the response headers.
func Wrote(c *gin.Context, w causal.Write) {
	c.Writer.Header().Add(causal.HeaderWrote, w.String())
}
