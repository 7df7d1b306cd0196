package billing

import (
	"cmp"
	"slices"
	"time"

	"muster/libs/contracts/billingv1"
)

// EntryKinds are all kinds of entries.
var EntryKinds = []string{
	string(billingv1.EntryPayment), string(billingv1.EntryRefund), string(billingv1.EntryRefundFailed), string(billingv1.EntryDisputeLost),
}

// LedgerEntry is a movement of money between a customer and us. Entries are only ever added.
type LedgerEntry struct {
	ID     int64
	Key    string // identifies what it books: nothing is booked twice
	UserID int64
	Kind   billingv1.EntryKind
	// Amount is what we gain by it, net of tax, in minor units of Currency. It is negative for what we lose.
	Amount int64
	// Tax is the tax in it, with the sign of Amount. The customer paid or got back Amount + Tax.
	Tax            int64
	Currency       string
	SubscriptionID int64  // ours; 0 without one
	ProviderSubID  string // the provider's id of the subscription; empty without one, and so are the following
	InvoiceID      string
	ChargeID       string
	RefundID       string
	DisputeID      string
	Interval       string // of the plan that the invoice is for; empty without one
	IntervalCount  int
	OccurredAt     time.Time // by the provider's clock
	RecordedAt     time.Time // when it was added
}

// paymentEntry books the payment of an invoice: what was paid less the tax in it. False if nothing was paid.
func paymentEntry(i Invoice) (LedgerEntry, bool) {
	if i.Status != InvoicePaid || i.Paid == 0 {
		return LedgerEntry{}, false
	}
	tax := i.taxIn(i.Paid)
	e := i.entry(billingv1.EntryPayment, "payment/"+i.ProviderID, i.Paid, tax)
	e.ChargeID, e.OccurredAt = i.ChargeID, i.IssuedAt
	if i.PaidAt != nil {
		e.OccurredAt = *i.PaidAt
	}
	return e, true
}

// entry returns an entry of the invoice over an amount with tax.
func (i Invoice) entry(kind billingv1.EntryKind, key string, gross, tax int64) LedgerEntry {
	interval, count := i.interval()
	return LedgerEntry{
		Key: key, UserID: i.UserID, Kind: kind, Amount: gross - tax, Tax: tax, Currency: i.Currency, ProviderSubID: i.SubscriptionID,
		InvoiceID: i.ProviderID, Interval: interval, IntervalCount: count,
	}
}

// interval returns the interval of the plan that the invoice is for: its first recurring line's, and prorations last.
func (i Invoice) interval() (interval string, count int) {
	var prorated *InvoiceLine
	for n, l := range i.Lines {
		if !l.Recurring || l.Interval == "" {
			continue
		}
		if !l.Proration {
			return l.Interval, l.IntervalCount
		}
		prorated = &i.Lines[n] // the last one is for the new plan
	}
	if prorated == nil {
		return "", 0
	}
	return prorated.Interval, prorated.IntervalCount
}

// taxIn returns the part of an amount that is tax: in proportion to the invoice's tax in its total, rounded half up.
func (i Invoice) taxIn(amount int64) int64 {
	if i.Total <= 0 {
		return 0
	}
	return (2*i.Tax*amount + i.Total) / (2 * i.Total)
}

// chargeEntries books what a charge, its refunds and its disputes move. It is a function of the charge and of members of
// its invoice that never change once it is final, so the entries of an earlier state of the charge are a part of those
// of a later state. The invoice is zero for a charge that pays none; then the charge itself is the payment.
//
// A refund is booked when it is made, and booked back if it fails. A dispute is booked when it is lost, at the time when
// the provider took the money.
func chargeEntries(c Charge, i Invoice) []LedgerEntry {
	if i.ID == 0 {
		i = Invoice{UserID: c.UserID, Currency: c.Currency}
	}
	var entries []LedgerEntry
	add := func(e LedgerEntry, at time.Time) {
		e.ChargeID, e.OccurredAt = c.ProviderCharge.ID, at
		entries = append(entries, e)
	}
	if c.Status == ChargeSucceeded && c.InvoiceID == "" && c.Captured > 0 {
		add(i.entry(billingv1.EntryPayment, "payment/"+c.ProviderCharge.ID, c.Captured, 0), c.CreatedAt)
	}
	taxes := c.taxes(i)
	for _, r := range c.Refunds {
		tax := taxes[r.ProviderID]
		e := i.entry(billingv1.EntryRefund, "refund/"+r.ProviderID, -r.Amount, -tax)
		e.RefundID = r.ProviderID
		add(e, r.CreatedAt)
		if r.undone() {
			e = i.entry(billingv1.EntryRefundFailed, "refund/"+r.ProviderID+"/failed", r.Amount, tax)
			e.RefundID = r.ProviderID
			add(e, *cmp.Or(r.ReturnedAt, &r.CreatedAt))
		}
	}
	for _, d := range c.Disputes {
		if d.Status == DisputeLost {
			e := i.entry(billingv1.EntryDisputeLost, "dispute/"+d.ProviderID, -d.Amount, -taxes[d.ProviderID])
			e.DisputeID = d.ProviderID
			add(e, *cmp.Or(d.WithdrawnAt, &d.CreatedAt))
		}
	}
	return entries
}

// taxes returns the tax in each refund and dispute of the charge, by the provider's id. Parts add up to the tax in the
// whole, because each takes the difference between the tax in all that was given back before it and after it. Whether a
// refund failed or a dispute was won later does not matter, so what was booked stays right.
func (c Charge) taxes(i Invoice) map[string]int64 {
	back := slices.Clone(c.Refunds)
	for _, d := range c.Disputes {
		back = append(back, Refund{ProviderID: d.ProviderID, Amount: d.Amount, CreatedAt: d.CreatedAt})
	}
	slices.SortStableFunc(back, func(x, y Refund) int { return x.CreatedAt.Compare(y.CreatedAt) })
	taxes := map[string]int64{}
	var before int64
	for _, b := range back {
		taxes[b.ProviderID] = i.taxIn(before+b.Amount) - i.taxIn(before)
		before += b.Amount
	}
	return taxes
}

// newEntries returns the entries of next that old does not have.
func newEntries(old, next []LedgerEntry) []LedgerEntry {
	return slices.DeleteFunc(next, func(e LedgerEntry) bool {
		return slices.ContainsFunc(old, func(o LedgerEntry) bool { return o.Key == e.Key })
	})
}

// payload returns the entry as it is published, at a version of the user's billing state.
func (e LedgerEntry) payload(version int64) billingv1.LedgerEntry {
	return billingv1.LedgerEntry{
		ID: e.ID, UserID: e.UserID, Version: version, Kind: e.Kind, Amount: e.Amount, Tax: e.Tax, Currency: e.Currency,
		SubscriptionID: unlessZero(e.SubscriptionID), StripeSubscriptionID: unlessZero(e.ProviderSubID), StripeInvoiceID: unlessZero(e.InvoiceID),
		StripeChargeID: unlessZero(e.ChargeID), StripeRefundID: unlessZero(e.RefundID), StripeDisputeID: unlessZero(e.DisputeID),
		PlanInterval: unlessZero(e.Interval), PlanIntervalCount: unlessZero(e.IntervalCount), OccurredAt: e.OccurredAt, RecordedAt: e.RecordedAt,
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
