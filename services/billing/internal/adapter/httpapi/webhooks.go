package httpapi

import (
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"muster/libs/errs"
	"muster/libs/web"
	"muster/services/billing/internal/billing"
)

// longestWait limits how long one request waits for an event.
const longestWait = 5 * time.Second

type receivedBody struct {
	Received bool `json:"received"`
}

// receiveWebhook checks the signature, stores the event in the inbox and answers. A worker handles the event later.
func (a *api) receiveWebhook(c *gin.Context) {
	body, err := web.ReadBody(c)
	if err != nil {
		web.Fail(c, err)
		return
	}
	event, err := a.Webhooks.Event(body, c.GetHeader("Stripe-Signature"), a.Now())
	if err != nil {
		web.Fail(c, err)
		return
	}
	if err := a.Service.ReceiveEvent(c.Request.Context(), event); err != nil {
		web.Fail(c, err)
		return
	}
	c.Header(web.HeaderWebhook, event.ID)
	c.JSON(http.StatusOK, receivedBody{true})
}

// getWebhookEvent tells the gateway whether an event has been handled and which versions that produced.
func (a *api) getWebhookEvent(c *gin.Context) {
	wait, err := time.ParseDuration(c.DefaultQuery("wait", "0s"))
	if err != nil || wait < 0 {
		web.Fail(c, errs.InvalidField("wait", "must be a duration such as 1500ms"))
		return
	}
	if !providerID.MatchString(c.Param("id")) {
		web.Fail(c, billing.ErrEventUnknown)
		return
	}
	o, err := a.Service.EventOutcome(c.Request.Context(), c.Param("id"), min(wait, longestWait))
	if err != nil {
		web.Fail(c, err)
		return
	}
	writes := make([]string, 0, len(o.Writes))
	for _, w := range o.Writes {
		writes = append(writes, w.String())
	}
	c.JSON(http.StatusOK, gin.H{"done": o.State != billing.TaskWaiting, "writes": writes})
}
