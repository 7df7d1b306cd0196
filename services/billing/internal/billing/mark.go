package billing

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"
)

// A mark tells whether an object at the provider has changed since it was fetched. It is made of members that a list
// shows as well, so one page of a list compares many objects.

// Mark returns the subscription's mark.
func (s ProviderSubscription) Mark() string {
	discount := ""
	if s.Discount != nil {
		discount = s.Discount.ID
	}
	parts := []any{
		s.Status, s.PeriodStart, s.PeriodEnd, s.TrialStart, s.TrialEnd, s.CancelAtPeriodEnd, s.CancelAt, s.CanceledAt, s.EndedAt,
		s.CollectionPaused, s.CollectionMethod, s.LatestInvoiceID, discount,
	}
	for _, i := range s.Items {
		parts = append(parts, i)
	}
	return markOf(parts...)
}

// Mark returns the invoice's mark.
func (i ProviderInvoice) Mark() string {
	return markOf(i.Status, i.SubscriptionID, i.Currency, i.Subtotal, i.Discount, i.Tax, i.Total, i.Paid, i.Due, i.FinalizedAt, i.DueAt, i.PaidAt,
		i.VoidedAt, i.UncollectibleAt, i.ChargeID)
}

// Mark returns the charge's mark. It leaves out what becomes of refunds and disputes, which have their own.
func (c ProviderCharge) Mark() string {
	return markOf(c.Status, c.InvoiceID, c.Currency, c.Amount, c.Captured, c.Refunded, c.Disputed)
}

// Mark returns the refund's mark.
func (r Refund) Mark() string { return markOf(r.Status, r.Amount) }

// Mark returns the dispute's mark.
func (d Dispute) Mark() string { return markOf(d.Status, d.Amount) }

func markOf(parts ...any) string {
	const length = 16
	sum := sha256.New()
	for _, p := range parts {
		if at, ok := p.(*time.Time); ok && at != nil {
			p = at.Unix()
		}
		fmt.Fprintf(sum, "%v|", p)
	}
	return hex.EncodeToString(sum.Sum(nil)[:length])
}
