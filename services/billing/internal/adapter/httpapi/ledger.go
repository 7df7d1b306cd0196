package httpapi

import (
	"context"
	"encoding/csv"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"muster/libs/contracts/billingv1"
	"muster/libs/errs"
	"muster/libs/listing"
	"muster/libs/web"
	"muster/services/billing/internal/billing"
)

// Books reads what was booked.
type Books interface {
	// Ledger returns the page of ledger entries that the URL asks for.
	Ledger(ctx context.Context, u *url.URL) (listing.Page[billing.LedgerEntry], error)
	// LedgerEntries calls each with all entries that the URL's filter selects, in batches by ascending id. It ends with
	// the first error of each.
	LedgerEntries(ctx context.Context, u *url.URL, each func([]billing.LedgerEntry) error) error
	// Movements returns the sums of all movements of the MRR by currency, month and kind.
	Movements(ctx context.Context) ([]billing.MovementSum, error)
}

type entryBody struct {
	ID                   int64               `json:"id"`
	UserID               int64               `json:"userId"`
	Kind                 billingv1.EntryKind `json:"kind"`
	Amount               int64               `json:"amount"`
	Tax                  int64               `json:"tax"`
	Currency             string              `json:"currency"`
	SubscriptionID       *int64              `json:"subscriptionId"`
	StripeSubscriptionID *string             `json:"stripeSubscriptionId"`
	StripeInvoiceID      *string             `json:"stripeInvoiceId"`
	StripeChargeID       *string             `json:"stripeChargeId"`
	StripeRefundID       *string             `json:"stripeRefundId"`
	StripeDisputeID      *string             `json:"stripeDisputeId"`
	PlanInterval         *string             `json:"planInterval"`
	PlanIntervalCount    *int                `json:"planIntervalCount"`
	OccurredAt           time.Time           `json:"occurredAt"`
	RecordedAt           time.Time           `json:"recordedAt"`
}

func entryOf(e billing.LedgerEntry) entryBody {
	return entryBody{
		e.ID, e.UserID, e.Kind, e.Amount, e.Tax, e.Currency, unlessZero(e.SubscriptionID), unlessZero(e.ProviderSubID), unlessZero(e.InvoiceID),
		unlessZero(e.ChargeID), unlessZero(e.RefundID), unlessZero(e.DisputeID), unlessZero(e.Interval), unlessZero(e.IntervalCount),
		e.OccurredAt, e.RecordedAt,
	}
}

// unlessZero returns nil for the zero value.
func unlessZero[T comparable](v T) *T {
	var zero T
	if v == zero {
		return nil
	}
	return &v
}

// listLedger answers with a page of the ledger as JSON, or with all selected entries as CSV.
func (a *api) listLedger(c *gin.Context) {
	switch c.DefaultQuery("format", "json") {
	case "json":
	case "csv":
		a.exportLedger(c)
		return
	default:
		web.Fail(c, errs.InvalidField("format", "must be json or csv"))
		return
	}
	page, err := a.Books.Ledger(c.Request.Context(), c.Request.URL)
	if err != nil {
		web.Fail(c, err)
		return
	}
	web.List(c, listing.Map(page, entryOf))
}

var ledgerColumns = []string{
	"id", "userId", "kind", "amount", "tax", "currency", "subscriptionId", "stripeSubscriptionId", "stripeInvoiceId", "stripeChargeId",
	"stripeRefundId", "stripeDisputeId", "planInterval", "planIntervalCount", "occurredAt", "recordedAt",
}

// exportLedger streams the entries: only one batch is in memory. An error after the first batch ends the connection, so
// that the caller does not take a part for the whole.
func (a *api) exportLedger(c *gin.Context) {
	out := csv.NewWriter(c.Writer)
	begun := false
	begin := func() error {
		begun = true
		c.Header("Content-Type", "text/csv; charset=utf-8")
		c.Header("Content-Disposition", `attachment; filename="ledger.csv"`)
		c.Status(http.StatusOK)
		return out.Write(ledgerColumns)
	}
	err := a.Books.LedgerEntries(c.Request.Context(), c.Request.URL, func(entries []billing.LedgerEntry) error {
		if !begun {
			if err := begin(); err != nil {
				return err
			}
		}
		for _, e := range entries {
			if err := out.Write(ledgerLine(e)); err != nil {
				return err
			}
		}
		out.Flush()
		c.Writer.Flush()
		return out.Error()
	})
	switch {
	case err != nil && !begun:
		web.Fail(c, err)
		return
	case err != nil:
		a.Logger.WarnContext(c.Request.Context(), "ledger export broken off", "error", err.Error())
		panic(http.ErrAbortHandler)
	case !begun:
		err = begin()
	}
	out.Flush()
	if err != nil || out.Error() != nil {
		panic(http.ErrAbortHandler)
	}
}

func ledgerLine(e billing.LedgerEntry) []string {
	number := func(n int64) string {
		if n == 0 {
			return ""
		}
		return strconv.FormatInt(n, 10)
	}
	return []string{
		strconv.FormatInt(e.ID, 10), strconv.FormatInt(e.UserID, 10), inert(string(e.Kind)), strconv.FormatInt(e.Amount, 10),
		strconv.FormatInt(e.Tax, 10), inert(e.Currency), number(e.SubscriptionID), inert(e.ProviderSubID), inert(e.InvoiceID), inert(e.ChargeID),
		inert(e.RefundID), inert(e.DisputeID), inert(e.Interval), number(int64(e.IntervalCount)), e.OccurredAt.Format(time.RFC3339),
		e.RecordedAt.Format(time.RFC3339),
	}
}

// inert keeps spreadsheets from reading a text as a formula (https://owasp.org/www-community/attacks/CSV_Injection).
func inert(text string) string {
	if text != "" && strings.ContainsAny(text[:1], "=+-@\t\r\n") {
		return "'" + text
	}
	return text
}
