package billingtest

import (
	"cmp"
	"slices"

	"muster/services/billing/internal/billing"
)

// What happens to a subscription at the provider after it was paid for. Each function returns the invoice that it made
// or changed, if any.

// Renew begins the next period of a monthly subscription, with an invoice that is paid or whose card is declined.
func (p *Provider) Renew(id string, paid bool) (invoiceID string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	s := p.subs[id]
	now, start := p.Now(), *s.PeriodEnd
	end := start.AddDate(0, 1, 0)
	s.PeriodStart, s.PeriodEnd = &start, &end
	item := s.Items[0]
	line := billing.InvoiceLine{
		Recurring: true, PriceID: item.PriceID, Quantity: item.Quantity, Amount: item.Amount * item.Quantity, PeriodStart: start, PeriodEnd: end,
		Interval: item.Interval, IntervalCount: item.IntervalCount,
	}
	var discounts []billing.ProviderDiscount
	if d := s.Discount; d != nil && (d.End == nil || start.Before(*d.End)) {
		line.Discount, line.DiscountID = line.Amount-d.Coupon.Off(line.Amount, item.Currency), d.ID
		discounts = append(discounts, *d)
	}
	if len(discounts) == 0 || s.Discount.Coupon.Duration == billing.Once {
		s.Discount = nil
	}
	total := line.Amount - line.Discount
	i := billing.ProviderInvoice{
		ID: p.newID("in"), CustomerID: s.CustomerID, SubscriptionID: id, Status: billing.InvoiceOpen, Reason: "subscription_cycle",
		Currency: item.Currency, Subtotal: line.Amount, Discount: line.Discount, Total: total, Due: total, IssuedAt: now, FinalizedAt: &now,
		Lines: []billing.InvoiceLine{line}, Discounts: discounts,
	}
	s.Status = billing.PastDue
	if paid {
		s.Status, i.Status, i.PaidAt, i.Paid = billing.Active, billing.InvoicePaid, &now, total
	}
	p.charge(&i, paid)
	s.LatestInvoiceID = i.ID
	p.subs[id], p.invoices[i.ID] = s, i
	return i.ID
}

// Confirm pays an open invoice after all, as a customer does on the provider's page.
func (p *Provider) Confirm(id string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.settle(id)
}

// settle marks an open invoice as paid, and revives its subscription if nothing else is open.
func (p *Provider) settle(id string) {
	i := p.invoices[id]
	if i.Status != billing.InvoiceOpen {
		return
	}
	now := p.Now()
	i.Status, i.PaidAt, i.Paid = billing.InvoicePaid, &now, i.Due
	p.charge(&i, true)
	p.invoices[id] = i
	if c, waits := p.waiting[id]; waits {
		s := p.subs[i.SubscriptionID]
		p.carryOut(&s, c, i, true)
		p.subs[s.ID] = s
		delete(p.waiting, id)
	}
	for _, other := range p.invoices {
		if other.SubscriptionID == i.SubscriptionID && other.Status == billing.InvoiceOpen {
			return
		}
	}
	if s := p.subs[i.SubscriptionID]; !s.Status.Ended() {
		s.Status = billing.Active
		p.subs[s.ID] = s
	}
}

// Change changes a subscription.
func (p *Provider) Change(id string, change func(s *billing.ProviderSubscription)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	s := p.subs[id]
	change(&s)
	p.subs[id] = s
}

// End ends a subscription now.
func (p *Provider) End(id string) {
	now := p.Now()
	p.Change(id, func(s *billing.ProviderSubscription) {
		s.Status, s.CanceledAt, s.EndedAt = billing.Canceled, ptr(now), ptr(now)
	})
}

// Forget deletes a subscription, as the deletion of a test account's data does.
func (p *Provider) Forget(id string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.subs, id)
}

// InvoicesOf returns the ids of a subscription's invoices, the oldest first.
func (p *Provider) InvoicesOf(id string) []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	var all []billing.ProviderInvoice
	for _, i := range p.invoices {
		if i.SubscriptionID == id {
			all = append(all, i)
		}
	}
	slices.SortFunc(all, func(x, y billing.ProviderInvoice) int {
		return cmp.Or(x.IssuedAt.Compare(y.IssuedAt), cmp.Compare(x.ID, y.ID))
	})
	ids := make([]string, len(all))
	for n, i := range all {
		ids[n] = i.ID
	}
	return ids
}
