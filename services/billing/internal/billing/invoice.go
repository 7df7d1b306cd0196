package billing

import "time"

// InvoiceVoid is the status of a voided invoice.
const InvoiceVoid = "void"

// Invoice mirrors the part of a provider's invoice that the charged amount and ONCE redemptions need.
type Invoice struct {
	ID             int64
	ProviderID     string
	UserID         int64
	SubscriptionID string // the provider's; it may arrive before the subscription does
	Status         string
	IssuedAt       time.Time
	Lines          []InvoiceLine
}

// InvoiceLine is one line of an invoice. It is stored in its JSON form.
type InvoiceLine struct {
	Recurring   bool      `json:"recurring"` // from the subscription, not a one-off item
	Proration   bool      `json:"proration"`
	PriceID     string    `json:"priceId"`
	Quantity    int64     `json:"quantity"`
	Amount      int64     `json:"amount"`   // before discount
	Discount    int64     `json:"discount"` // the discounted part
	DiscountID  string    `json:"discountId"`
	PeriodStart time.Time `json:"periodStart"`
	PeriodEnd   time.Time `json:"periodEnd"`
}

// discounted returns the first recurring line with a discount, or nil.
func (i Invoice) discounted() *InvoiceLine {
	for n, l := range i.Lines {
		if l.Recurring && !l.Proration && l.Discount > 0 {
			return &i.Lines[n]
		}
	}
	return nil
}

// covers reports whether the line is for the subscription's current period. Comparing the start is not enough: a trial
// that ended in the second in which it began has an invoice of its own, over nothing.
func (l InvoiceLine) covers(s Subscription) bool {
	return l.PeriodStart.Equal(*s.PeriodStart) && (s.PeriodEnd == nil || l.PeriodEnd.Equal(*s.PeriodEnd))
}

// charge returns what the invoice charges for the subscription's current period: recurring lines less their discounts.
// It returns false if this is not that period's own invoice, or if it was made for another price or quantity than the
// subscription has now.
func (i Invoice) charge(s Subscription) (int64, bool) {
	if i.SubscriptionID != s.ProviderID || i.Status == InvoiceVoid || s.PeriodStart == nil {
		return 0, false
	}
	var sum int64
	own := false
	for _, l := range i.Lines {
		if !l.Recurring || l.Proration || !l.covers(s) {
			continue
		}
		if l.PriceID != s.PriceID || l.Quantity != s.Quantity {
			return 0, false
		}
		own = true
		sum += l.Amount - l.Discount
	}
	return sum, own
}

// ChargedAmount is what the subscription costs in its current period: after discount, before tax, without prorations
// and one-off lines, in minor units; 0 while trialing. It comes from the period's own invoice if that is known.
// Otherwise it is amount × quantity less the reduction of the redemption in force, if any.
func ChargedAmount(s Subscription, r *Redemption, invoices []Invoice) int64 {
	if s.Status == Trialing {
		return 0
	}
	for _, i := range invoices {
		if cents, ok := i.charge(s); ok {
			return cents
		}
	}
	full := s.Amount * s.Quantity
	if r == nil || !r.InForce(s) {
		return full
	}
	return r.Promotion.Coupon.Off(full, s.Currency)
}
