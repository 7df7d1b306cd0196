package billing

import "time"

// InvoiceVoid is the status of an invoice that was taken back.
const InvoiceVoid = "void"

// Invoice mirrors an invoice of the provider, as far as the charged amount and ONCE redemptions need it.
type Invoice struct {
	ID             int64
	ProviderID     string
	UserID         int64
	SubscriptionID string // the provider's; it may arrive before the subscription does
	Status         string
	IssuedAt       time.Time
	Lines          []InvoiceLine
}

// InvoiceLine is one position of an invoice. The JSON form is how it is stored.
type InvoiceLine struct {
	Recurring   bool      `json:"recurring"` // from the subscription, not a one-off item
	Proration   bool      `json:"proration"`
	PriceID     string    `json:"priceId"`
	Quantity    int64     `json:"quantity"`
	Amount      int64     `json:"amount"`   // before discount
	Discount    int64     `json:"discount"` // what is taken off
	DiscountID  string    `json:"discountId"`
	PeriodStart time.Time `json:"periodStart"`
	PeriodEnd   time.Time `json:"periodEnd"`
}

// discounted is the first recurring line that something is taken off, or nil.
func (i Invoice) discounted() *InvoiceLine {
	for n, l := range i.Lines {
		if l.Recurring && !l.Proration && l.Discount > 0 {
			return &i.Lines[n]
		}
	}
	return nil
}

// covers says whether the line is for the subscription's current period. The start alone does not tell: a trial that
// ended in the second it began has an invoice of its own, for nothing.
func (l InvoiceLine) covers(s Subscription) bool {
	return l.PeriodStart.Equal(*s.PeriodStart) && (s.PeriodEnd == nil || l.PeriodEnd.Equal(*s.PeriodEnd))
}

// charge is what the invoice charges for the subscription's current period, recurring lines less their discounts; false
// if it is not that period's own invoice, or was made for another price or quantity than the subscription has now.
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

// ChargedAmount is what the subscription costs in its current period: after discount, before tax, without prorations and
// one-off lines, in minor units; 0 while trialing. The period's own invoice says it, if known; else amount × quantity
// less the redemption, if there is one and it is in force.
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
