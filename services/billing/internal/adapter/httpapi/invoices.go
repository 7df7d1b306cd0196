package httpapi

import (
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"muster/libs/listing"
	"muster/libs/web"
	"muster/services/billing/internal/billing"
)

// invoiceBody is an invoice. Amounts are in minor units of its currency.
type invoiceBody struct {
	ID                   *int64     `json:"id"`              // null for the upcoming one, which does not exist yet
	StripeInvoiceID      *string    `json:"stripeInvoiceId"` // likewise
	StripeSubscriptionID *string    `json:"stripeSubscriptionId"`
	Status               string     `json:"status"`
	Reason               string     `json:"reason"`
	Currency             string     `json:"currency"`
	Subtotal             int64      `json:"subtotal"`
	Discount             int64      `json:"discount"`
	Tax                  int64      `json:"tax"`
	Total                int64      `json:"total"`
	AmountPaid           int64      `json:"amountPaid"`
	AmountDue            int64      `json:"amountDue"`
	IssuedAt             time.Time  `json:"issuedAt"`
	FinalizedAt          *time.Time `json:"finalizedAt"`
	DueAt                *time.Time `json:"dueAt"`
	PaidAt               *time.Time `json:"paidAt"`
	VoidedAt             *time.Time `json:"voidedAt"`
}

func invoiceOf(i billing.Invoice) invoiceBody {
	b := invoiceBody{
		Status: string(i.Status), Reason: i.Reason, Currency: i.Currency, Subtotal: i.Subtotal, Discount: i.Discount, Tax: i.Tax, Total: i.Total,
		AmountPaid: i.Paid, AmountDue: i.Due, IssuedAt: i.IssuedAt, FinalizedAt: i.FinalizedAt, DueAt: i.DueAt, PaidAt: i.PaidAt, VoidedAt: i.VoidedAt,
	}
	if i.ID != 0 {
		b.ID, b.StripeInvoiceID = &i.ID, &i.ProviderID
	}
	if i.SubscriptionID != "" {
		b.StripeSubscriptionID = &i.SubscriptionID
	}
	return b
}

// lineBody is a line of an invoice.
type lineBody struct {
	Recurring    bool      `json:"recurring"`
	Proration    bool      `json:"proration"`
	Quantity     int64     `json:"quantity"`
	Amount       int64     `json:"amount"`
	Discount     int64     `json:"discount"`
	InclusiveTax int64     `json:"inclusiveTax"`
	PeriodStart  time.Time `json:"periodStart"`
	PeriodEnd    time.Time `json:"periodEnd"`
}

// wholeInvoice is an invoice with its lines.
type wholeInvoice struct {
	invoiceBody
	Lines []lineBody `json:"lines"`
}

func wholeInvoiceOf(i billing.Invoice) wholeInvoice {
	b := wholeInvoice{invoiceOf(i), make([]lineBody, 0, len(i.Lines))}
	for _, l := range i.Lines {
		b.Lines = append(b.Lines, lineBody{l.Recurring, l.Proration, l.Quantity, l.Amount, l.Discount, l.InclusiveTax, l.PeriodStart, l.PeriodEnd})
	}
	return b
}

func (a *api) listInvoices(c *gin.Context) {
	page, err := a.Reader.Invoices(c.Request.Context(), web.CurrentPrincipal(c).UserID, c.Request.URL)
	if err != nil {
		web.Fail(c, err)
		return
	}
	web.List(c, listing.Map(page, invoiceOf))
}

func (a *api) getInvoice(c *gin.Context) {
	id, err := web.PathID(c, "id")
	if err != nil {
		web.Fail(c, err)
		return
	}
	i, err := a.Service.InvoiceOf(c.Request.Context(), web.CurrentPrincipal(c).UserID, id)
	if err != nil {
		web.Fail(c, err)
		return
	}
	c.JSON(http.StatusOK, wholeInvoiceOf(i))
}

func (a *api) getUpcomingInvoice(c *gin.Context) {
	i, err := a.Service.UpcomingInvoice(c.Request.Context(), web.CurrentPrincipal(c).UserID)
	if err != nil {
		web.Fail(c, err)
		return
	}
	c.JSON(http.StatusOK, wholeInvoiceOf(i))
}

func (a *api) retryInvoice(c *gin.Context) {
	id, err := web.PathID(c, "id")
	if err != nil {
		web.Fail(c, err)
		return
	}
	userID := web.CurrentPrincipal(c).UserID
	i, state, err := a.Service.RetryInvoice(c.Request.Context(), userID, id)
	wrote(c, userID, state)
	if err != nil {
		web.Fail(c, err)
		return
	}
	c.JSON(http.StatusOK, wholeInvoiceOf(i))
}
