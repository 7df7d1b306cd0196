package billingtest

import (
	"time"

	"muster/services/billing/internal/billing"
)

// Pay pays an open session, which creates a subscription and its first invoice. It returns the subscription's id.
func (p *Provider) Pay(sessionID string) string { return p.complete(sessionID, billing.Active) }

// Decline tries to pay an open session with a card that is declined. The subscription waits for the payment of its
// first invoice, and the session stays open.
func (p *Provider) Decline(sessionID string) string { return p.complete(sessionID, billing.Incomplete) }

func (p *Provider) complete(sessionID string, status billing.Status) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	session, order := p.sessions[sessionID], p.orders[sessionID]
	id := p.subscribe(order, status)
	if status != billing.Incomplete {
		session.Status, session.SubscriptionID, session.URL = billing.CheckoutComplete, id, ""
	}
	p.sessions[sessionID] = session
	return id
}

// subscribe creates the subscription of an order with its first invoice, which is paid unless the status is incomplete.
func (p *Provider) subscribe(order order, status billing.Status) string {
	plan := p.plans[order.PriceID]
	start := p.Now()
	end := periodEnd(start, plan.Interval, plan.IntervalCount)
	sub := billing.ProviderSubscription{
		ID: p.newID("sub"), CustomerID: order.CustomerID, UserKey: order.userKey, CheckoutKey: order.Key, Status: status,
		Items: []billing.Item{{
			ProviderID: p.newID("si"), PriceID: order.PriceID, Amount: plan.Amount, Currency: plan.Currency, Interval: plan.Interval,
			IntervalCount: plan.IntervalCount, Quantity: order.Quantity,
		}},
		PeriodStart: &start, PeriodEnd: &end, CollectionMethod: "charge_automatically", CreatedAt: start,
	}
	line := billing.InvoiceLine{
		Recurring: true, PriceID: order.PriceID, Quantity: order.Quantity, Amount: plan.Amount * order.Quantity, Interval: plan.Interval, IntervalCount: plan.IntervalCount,
	}
	if order.TrialDays > 0 && status == billing.Active {
		end = start.AddDate(0, 0, order.TrialDays)
		sub.Status, sub.TrialStart, sub.TrialEnd, sub.PeriodEnd = billing.Trialing, &start, &end, &end
		line.Amount = 0
	}
	line.PeriodStart, line.PeriodEnd = start, end
	discounts := p.discount(&sub, &line, order.CouponID, plan.Currency, start)
	invoice := billing.ProviderInvoice{
		ID: p.newID("in"), CustomerID: order.CustomerID, SubscriptionID: sub.ID, Status: billing.InvoicePaid, Reason: "subscription_create",
		Currency: plan.Currency, Subtotal: line.Amount, Discount: line.Discount, Total: line.Amount - line.Discount,
		Paid: line.Amount - line.Discount, Due: line.Amount - line.Discount, IssuedAt: start, FinalizedAt: &start, PaidAt: &start, Lines: []billing.InvoiceLine{line},
		Discounts: discounts,
	}
	p.charge(&invoice, status != billing.Incomplete)
	sub.LatestInvoiceID = invoice.ID
	if status == billing.Incomplete {
		invoice.Status, invoice.PaidAt, invoice.Paid = billing.InvoiceOpen, nil, 0
	}
	p.subs[sub.ID], p.invoices[invoice.ID] = sub, invoice
	return sub.ID
}

func periodEnd(start time.Time, interval string, count int) time.Time {
	if interval == "year" {
		return start.AddDate(count, 0, 0)
	}
	return start.AddDate(0, count, 0)
}

// discount applies a coupon to the first invoice and, unless that used it up, to the subscription. It returns the invoice's
// discounts.
func (p *Provider) discount(sub *billing.ProviderSubscription, line *billing.InvoiceLine, couponID, currency string, start time.Time) []billing.ProviderDiscount {
	coupon, ok := p.coupons[couponID]
	if !ok {
		return nil
	}
	value := billing.Coupon{
		Name: coupon.Name, Type: coupon.Type, BasisPoints: coupon.BasisPoints, AmountOff: coupon.AmountOff, Currency: coupon.Currency,
		Duration: coupon.Duration, DurationInMonths: coupon.DurationInMonths,
	}
	d := &billing.ProviderDiscount{ID: p.newID("di"), CouponID: couponID, Coupon: value, Start: start}
	line.Discount = line.Amount - coupon.Off(line.Amount, currency)
	if line.Discount > 0 {
		line.DiscountID = d.ID
	}
	if coupon.Duration == billing.Repeating {
		end := start.AddDate(0, *coupon.DurationInMonths, 0)
		d.End = &end
	}
	if coupon.Duration != billing.Once || line.Discount == 0 {
		sub.Discount = d
	}
	return []billing.ProviderDiscount{*d}
}
