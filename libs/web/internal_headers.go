package web

import (
	"github.com/gin-gonic/gin"

	"muster/libs/causal"
)

// HeaderUser is the internal header by which a service tells the gateway whom an answer concerns: the user id in
// decimal. The gateway completes a signed-in answer with that user and takes the header off.
const HeaderUser = "X-Muster-User"

// HeaderClientIP is the internal header by which the gateway tells a service where a request came from. The gateway
// overwrites what a client sends under this name.
const HeaderClientIP = "X-Muster-Client-IP"

// HeaderWebhook is the internal header by which billing names the webhook event that it has accepted. The gateway holds
// the answer until that event has been handled.
const HeaderWebhook = "X-Muster-Webhook"

// Wrote notes on the response what the request produced.
func Wrote(c *gin.Context, w causal.Write) {
	c.Writer.Header().Add(causal.HeaderWrote, w.String())
}
