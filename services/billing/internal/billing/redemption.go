package billing

import (
	"slices"
	"time"
)

// RedemptionStatus is the status of a redemption. Transitions: reserved → applied → consumed | expired | removed, or
// reserved → released.
type RedemptionStatus string

// The statuses of a redemption.
const (
	Reserved RedemptionStatus = "reserved" // held for an open checkout
	Applied  RedemptionStatus = "applied"  // the subscription exists
	Consumed RedemptionStatus = "consumed" // ONCE: an invoice has used it; TRIA: the trial is over
	Expired  RedemptionStatus = "expired"  // REPE: its months are over
	Released RedemptionStatus = "released" // given back: the checkout was not completed
	Removed  RedemptionStatus = "removed"  // taken off the subscription
)

// Redemption is one use of a promotion by one user. It is the source of the promotion members in /api/users/full.
type Redemption struct {
	ID             int64
	UserID         int64
	Promotion      Promotion // with its coupon; stored by id
	CheckoutID     int64     // the checkout it is reserved for
	CheckoutKey    string    // that checkout's key
	SubscriptionID int64     // 0 until applied
	Status         RedemptionStatus
	DiscountID     string     // the provider's; empty until known, and for TRIA
	EndsAt         *time.Time // REPE: periods that start at or after it are not discounted
	ConsumedBy     string     // ONCE: the provider's id of the invoice that used it
	ConsumedPeriod *time.Time // ONCE: the start of that invoice's period
	ConsumedPrice  string     // ONCE: the provider's id of the price that the invoice charged
	ReservedAt     time.Time
	AppliedAt      *time.Time
	UpdatedAt      time.Time
}

// InForce reports whether the redemption applies to the subscription's current period.
func (r Redemption) InForce(s Subscription) bool {
	if r.Status == Reserved || r.Status == Released || r.Status == Removed {
		return false
	}
	if r.Promotion.Coupon.Type == FreeTrial {
		return s.Status == Trialing
	}
	switch r.Promotion.Coupon.Duration {
	case Forever:
		return true
	case Repeating:
		return r.EndsAt == nil || s.PeriodStart == nil || s.PeriodStart.Before(*r.EndsAt)
	case Once:
		// After a change of the plan the period costs the full new price: the reduction went to the former plan's invoice.
		return r.ConsumedBy == "" || sameTime(r.ConsumedPeriod, s.PeriodStart) && (r.ConsumedPrice == "" || r.ConsumedPrice == s.First().PriceID)
	}
	return false
}

// apply binds a reserved redemption to the subscription that its checkout created.
func (r Redemption) apply(s Subscription, now time.Time) Redemption {
	applied := s.CreatedAt
	r.Status, r.SubscriptionID, r.AppliedAt, r.UpdatedAt = Applied, s.ID, &applied, now
	if r.Promotion.Coupon.Duration == Repeating && r.Promotion.Coupon.DurationInMonths != nil {
		end := addMonths(s.CreatedAt, *r.Promotion.Coupon.DurationInMonths)
		r.EndsAt = &end
	}
	return r
}

// follow updates an applied redemption from its subscription and invoices. d is the subscription's discount at the
// provider, if it is known: it is empty for ONCE coupons after their use. The result does not depend on what was known
// of the discount before.
func (r Redemption) follow(s Subscription, d *ProviderDiscount, known bool, invoices []Invoice) Redemption {
	c := r.Promotion.Coupon
	ours := d != nil && c.ProviderID != "" && d.CouponID == c.ProviderID
	if known && ours {
		r.DiscountID = d.ID
		if c.Duration == Repeating && d.End != nil {
			r.EndsAt = d.End
		}
	}
	if _, line := s.firstDiscounted(invoices, r.DiscountID); line != nil && r.DiscountID == "" && c.Type != FreeTrial {
		r.DiscountID = line.DiscountID
	}
	switch {
	case r.Status != Applied && r.Status != Consumed && r.Status != Expired:
	case c.Type == FreeTrial:
		if s.Status != Trialing {
			r.Status = Consumed
		}
	case c.Duration == Once:
		if r = r.consume(s, invoices); r.Status == Applied && known && !ours && r.unused(s, invoices) {
			r.Status = Removed
		}
	case r.missedBy(s, invoices):
		r.Status = Removed
	case c.Duration == Repeating && r.EndsAt != nil && s.PeriodStart != nil && !s.PeriodStart.Before(*r.EndsAt):
		r.Status = Expired
	case known && !ours && !r.endsInPeriod(s):
		r.Status = Removed
	}
	return r
}

// endsInPeriod reports that the provider removes the discount by itself during this period: the period stays
// discounted.
func (r Redemption) endsInPeriod(s Subscription) bool {
	return r.EndsAt != nil && (s.PeriodEnd == nil || !s.PeriodEnd.Before(*r.EndsAt))
}

// consume finds the invoice that used a ONCE redemption: the subscription's first one with a discounted line.
func (r Redemption) consume(s Subscription, invoices []Invoice) Redemption {
	by, line := s.firstDiscounted(invoices, r.DiscountID)
	if by == nil {
		isVoid := func(i Invoice) bool { return i.ProviderID == r.ConsumedBy && i.Status == InvoiceVoid }
		if slices.ContainsFunc(invoices, isVoid) {
			r.Status, r.ConsumedBy, r.ConsumedPeriod, r.ConsumedPrice = Applied, "", nil, ""
		}
		return r
	}
	start := line.PeriodStart
	r.Status, r.ConsumedBy, r.ConsumedPeriod, r.ConsumedPrice = Consumed, by.ProviderID, &start, line.PriceID
	return r
}

// unused reports whether no invoice can have used a ONCE redemption yet: the subscription's latest one was issued before the
// discount was given, or is its first one, or the first one after its trial. Of a later one that is not known.
func (r Redemption) unused(s Subscription, invoices []Invoice) bool {
	var latest *Invoice
	for i, inv := range invoices {
		if inv.SubscriptionID == s.ProviderID && inv.Status != InvoiceVoid && (latest == nil || inv.IssuedAt.After(latest.IssuedAt)) {
			latest = &invoices[i]
		}
	}
	if latest == nil {
		return false
	}
	afterTrial := func(l InvoiceLine) bool { return s.TrialEnd != nil && l.Recurring && l.PeriodStart.Equal(*s.TrialEnd) }
	return latest.Reason == reasonFirst || r.follows(*latest) || slices.ContainsFunc(latest.Lines, afterTrial)
}

// follows reports whether the discount was given after an invoice was issued. That of a checkout is on its first invoice.
func (r Redemption) follows(i Invoice) bool {
	if r.AppliedAt == nil {
		return false
	}
	return i.IssuedAt.Before(*r.AppliedAt) || (r.Promotion.ID == 0 && i.IssuedAt.Equal(*r.AppliedAt))
}

// missedBy reports whether an invoice of a period that a REPE or FORE redemption should have reduced has no reduction:
// the discount was taken off before.
func (r Redemption) missedBy(s Subscription, invoices []Invoice) bool {
	return slices.ContainsFunc(invoices, func(i Invoice) bool {
		if i.SubscriptionID != s.ProviderID || i.Status == InvoiceVoid || r.follows(i) || i.discounted("") != nil {
			return false
		}
		var full int64
		for _, l := range i.Lines {
			if l.Recurring && !l.Proration && (r.EndsAt == nil || l.PeriodStart.Before(*r.EndsAt)) {
				full += l.Amount
			}
		}
		return r.Promotion.Coupon.Off(full, i.Currency) != full
	})
}

// firstDiscounted returns the subscription's first invoice with a line that a discount has reduced, and the line; any
// discount if the id is empty. Void invoices do not count.
func (s Subscription) firstDiscounted(invoices []Invoice, discountID string) (first *Invoice, line *InvoiceLine) {
	for i, inv := range invoices {
		reduced := inv.discounted(discountID)
		counts := inv.SubscriptionID == s.ProviderID && inv.Status != InvoiceVoid && reduced != nil
		if counts && (first == nil || inv.IssuedAt.Before(first.IssuedAt)) {
			first, line = &invoices[i], reduced
		}
	}
	return first, line
}

func sameTime(a, b *time.Time) bool {
	return a != nil && b != nil && a.Equal(*b)
}

// addMonths adds calendar months. A day that the target month does not have becomes its last day, as at the provider.
func addMonths(t time.Time, months int) time.Time {
	first := time.Date(t.Year(), t.Month(), 1, t.Hour(), t.Minute(), t.Second(), 0, time.UTC).AddDate(0, months, 0)
	last := first.AddDate(0, 1, -1).Day()
	return first.AddDate(0, 0, min(t.Day(), last)-1)
}
