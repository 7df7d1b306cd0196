package billing

import "time"

// InvoiceStatus is an invoice's status, in the provider's words.
type InvoiceStatus string

// The statuses of an invoice.
const (
	InvoiceDraft         InvoiceStatus = "draft"
	InvoiceOpen          InvoiceStatus = "open"
	InvoicePaid          InvoiceStatus = "paid"
	InvoiceUncollectible InvoiceStatus = "uncollectible"
	InvoiceVoid          InvoiceStatus = "void"
)

// The reasons for which the provider makes an invoice.
const (
	reasonFirst   = "subscription_create"
	reasonRenewal = "subscription_cycle"
	reasonChange  = "subscription_update"
)

// Invoice mirrors a provider's invoice. Amounts are in minor units of its currency.
type Invoice struct {
	ID              int64
	ProviderID      string
	UserID          int64
	SubscriptionID  string // the provider's; it may arrive before the subscription does
	Status          InvoiceStatus
	Reason          string // why the provider made it, in its words
	Currency        string
	Subtotal        int64
	Discount        int64
	Tax             int64
	Total           int64
	Paid            int64
	Due             int64
	IssuedAt        time.Time
	FinalizedAt     *time.Time
	DueAt           *time.Time
	PaidAt          *time.Time
	VoidedAt        *time.Time
	UncollectibleAt *time.Time
	ActionRequired  bool   // the provider waits for the customer to authenticate the payment
	ChargeID        string // of the newest charge that tried to pay it; empty if none did
	Mark            string // of what was fetched last; see ProviderInvoice.Mark
	Lines           []InvoiceLine
}

// InvoiceLine is one line of an invoice. It is stored in its JSON form.
type InvoiceLine struct {
	Recurring     bool      `json:"recurring"` // from the subscription, not a one-off item
	Proration     bool      `json:"proration"`
	PriceID       string    `json:"priceId"`
	Quantity      int64     `json:"quantity"`
	Amount        int64     `json:"amount"`       // before discount
	Discount      int64     `json:"discount"`     // the discounted part
	InclusiveTax  int64     `json:"inclusiveTax"` // the part of the discounted amount that is tax
	DiscountID    string    `json:"discountId"`
	PeriodStart   time.Time `json:"periodStart"`
	PeriodEnd     time.Time `json:"periodEnd"`
	Interval      string    `json:"interval"` // of the price; empty unless it recurs
	IntervalCount int       `json:"intervalCount"`
}

// follow returns i updated from the provider's invoice.
func (i Invoice) follow(r ProviderInvoice) Invoice {
	return Invoice{
		ID: i.ID, UserID: i.UserID, ProviderID: r.ID, SubscriptionID: r.SubscriptionID, Status: r.Status, Reason: r.Reason,
		Currency: r.Currency, Subtotal: r.Subtotal, Discount: r.Discount, Tax: r.Tax, Total: r.Total, Paid: r.Paid, Due: r.Due,
		IssuedAt: r.IssuedAt, FinalizedAt: r.FinalizedAt, DueAt: r.DueAt, PaidAt: r.PaidAt, VoidedAt: r.VoidedAt,
		UncollectibleAt: r.UncollectibleAt, ActionRequired: r.ActionRequired, ChargeID: r.ChargeID, Mark: r.Mark(), Lines: r.Lines,
	}
}

// unpaidSince returns when the payment of an open invoice became due; nil for any other invoice.
func (i Invoice) unpaidSince() *time.Time {
	switch {
	case i.Status != InvoiceOpen:
		return nil
	case i.DueAt != nil:
		return i.DueAt
	case i.FinalizedAt != nil:
		return i.FinalizedAt
	}
	return &i.IssuedAt
}

// discounted returns the first recurring line that a discount has reduced, any discount if the id is empty; or nil.
func (i Invoice) discounted(discountID string) *InvoiceLine {
	for n, l := range i.Lines {
		if l.reducedBy(discountID) {
			return &i.Lines[n]
		}
	}
	return nil
}

func (l InvoiceLine) reducedBy(discountID string) bool {
	return l.Recurring && !l.Proration && l.Discount > 0 && (discountID == "" || l.DiscountID == discountID)
}

// covers reports whether the line is for the subscription's current period. Comparing the start is not enough: a trial
// that ended in the second in which it began has an invoice of its own, over nothing.
func (l InvoiceLine) covers(s Subscription) bool {
	return l.PeriodStart.Equal(*s.PeriodStart) && (s.PeriodEnd == nil || l.PeriodEnd.Equal(*s.PeriodEnd))
}

// charge returns what the invoice charges for the subscription's current period: recurring lines less their discounts
// and the tax in them. It returns false if this is not that period's own invoice, or if it was made for other prices or
// quantities than the subscription has now.
func (i Invoice) charge(s Subscription) (int64, bool) {
	if i.SubscriptionID != s.ProviderID || i.Status == InvoiceVoid || s.PeriodStart == nil {
		return 0, false
	}
	var sum int64
	var items []Item
	for _, l := range i.Lines {
		if !l.Recurring || l.Proration || !l.covers(s) {
			continue
		}
		items = append(items, Item{PriceID: l.PriceID, Quantity: l.Quantity})
		sum += l.Amount - l.Discount - l.InclusiveTax
	}
	return sum, len(items) > 0 && sameCharges(items, s.Items)
}

// sameCharges reports whether two lists have the same prices in the same quantities, in any order.
func sameCharges(a, b []Item) bool {
	count := map[Item]int{}
	for _, i := range a {
		count[Item{PriceID: i.PriceID, Quantity: i.Quantity}]++
	}
	for _, i := range b {
		count[Item{PriceID: i.PriceID, Quantity: i.Quantity}]--
	}
	for _, n := range count {
		if n != 0 {
			return false
		}
	}
	return true
}

// ChargedAmount is what the subscription costs in its current period: after discount, before tax, without prorations
// and one-off lines, over all recurring items, in minor units. It is 0 while trialing and while collection is paused. It
// comes from the period's own invoice if that is known. Otherwise it is amount × quantity less the reduction of the
// redemption in force, if any.
func ChargedAmount(s Subscription, r *Redemption, invoices []Invoice) int64 {
	if s.Status == Trialing || s.CollectionPaused {
		return 0
	}
	for _, i := range invoices {
		if cents, ok := i.charge(s); ok {
			return cents
		}
	}
	var full int64
	for _, i := range s.Items {
		full += i.Amount * i.Quantity
	}
	if r == nil || !r.InForce(s) {
		return full
	}
	return r.Promotion.Coupon.Off(full, s.Currency())
}
