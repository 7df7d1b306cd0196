package httpapi

import (
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"muster/libs/errs"
	"muster/libs/web"
	"muster/services/billing/internal/billing"
)

type refundBody struct {
	StripeRefundID string    `json:"stripeRefundId"`
	InvoiceID      int64     `json:"invoiceId"`
	Amount         int64     `json:"amount"`
	Status         string    `json:"status"`
	Reason         *string   `json:"reason"`
	CreatedAt      time.Time `json:"createdAt"`
}

type createRefundBody struct {
	InvoiceID int64   `json:"invoiceId" jsonschema:"required,minimum=1"`
	Amount    *int64  `json:"amount" jsonschema:"minimum=1,maximum=99999999"`
	Reason    *string `json:"reason" jsonschema:"enum=duplicate,enum=fraudulent,enum=requested_by_customer"`
}

// createRefund refunds a paid invoice, or a part of it.
func (a *api) createRefund(c *gin.Context) {
	in, err := web.Bind[createRefundBody](c)
	if err == nil && in.Amount != nil && *in.Amount == 0 { // for the core 0 is all that is left
		err = errs.InvalidField("amount", "must be at least 1, or null for all that is left")
	}
	if err == nil && in.Reason != nil && *in.Reason == "" { // for the core "" is no reason
		err = errs.InvalidField("reason", "must be duplicate, fraudulent or requested_by_customer, or null")
	}
	if err != nil {
		web.Fail(c, err)
		return
	}
	r, err := a.Service.RefundInvoice(c.Request.Context(), billing.RefundOrder{
		InvoiceID: in.InvoiceID, Amount: or(in.Amount, 0), Reason: or(in.Reason, ""), RequestKey: requestKey(c),
	})
	if err != nil {
		web.Fail(c, err)
		return
	}
	c.JSON(http.StatusCreated, refundBody{r.ProviderID, in.InvoiceID, r.Amount, r.Status, unlessZero(r.Reason), r.CreatedAt})
}
