package billingtest

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"muster/services/billing/internal/billing"
)

// Charge implements billing.Payments.
func (p *Provider) Charge(ctx context.Context, id string) (billing.ProviderCharge, error) {
	c, err := get(ctx, p, p.charges, id)
	c.Refunds, c.Disputes = slices.Clone(c.Refunds), slices.Clone(c.Disputes)
	return c, err
}

// charge records an attempt to pay an invoice. The caller holds the lock.
func (p *Provider) charge(i *billing.ProviderInvoice, paid bool) {
	if i.Due == 0 {
		return
	}
	c := billing.ProviderCharge{
		ID: p.newID("ch"), CustomerID: i.CustomerID, InvoiceID: i.ID, Status: billing.ChargeSucceeded, Currency: i.Currency, Amount: i.Due,
		Captured: i.Due, CreatedAt: p.Now(),
	}
	if !paid {
		c.Status, c.Captured, c.FailureCode = billing.ChargeFailed, 0, "card_declined"
	}
	p.charges[c.ID], i.ChargeID = c, c.ID
}

// PutCharge stores a charge at the provider.
func (p *Provider) PutCharge(c billing.ProviderCharge) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.charges[c.ID] = c
}

// changeCharge changes a charge.
func (p *Provider) changeCharge(id string, change func(c *billing.ProviderCharge)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	c := p.charges[id]
	change(&c)
	c.Refunded, c.Disputed = 0, len(c.Disputes) > 0
	for _, r := range c.Refunds {
		if r.Status != billing.RefundFailed {
			c.Refunded += r.Amount
		}
	}
	p.charges[id] = c
}

// Refund gives a part of a charge back, and returns the refund's id.
func (p *Provider) Refund(chargeID string, amount int64) (id string) {
	p.changeCharge(chargeID, func(c *billing.ProviderCharge) {
		id = p.newID("re")
		c.Refunds = append(slices.Clip(c.Refunds), billing.Refund{ProviderID: id, Amount: amount, Status: billing.RefundSucceeded, CreatedAt: p.Now()})
	})
	return id
}

// FailRefund makes a charge's newest refund fail after the fact.
func (p *Provider) FailRefund(chargeID string) {
	p.changeCharge(chargeID, func(c *billing.ProviderCharge) {
		c.Refunds = slices.Clone(c.Refunds)
		if n := len(c.Refunds); n > 0 && c.Refunds[n-1].Status == billing.RefundSucceeded {
			c.Refunds[n-1].Status, c.Refunds[n-1].ReturnedAt = billing.RefundFailed, ptr(p.Now())
		}
	})
}

// Dispute opens a dispute about a part of a charge, and returns its id.
func (p *Provider) Dispute(chargeID string, amount int64) (id string) {
	p.changeCharge(chargeID, func(c *billing.ProviderCharge) {
		id = p.newID("dp")
		c.Disputes = append(slices.Clip(c.Disputes), billing.Dispute{
			ProviderID: id, Amount: amount, Status: billing.DisputeOpen, Reason: "fraudulent", CreatedAt: p.Now(), WithdrawnAt: ptr(p.Now()),
		})
	})
	return id
}

// Decide closes a charge's newest dispute.
func (p *Provider) Decide(chargeID string, won bool) {
	p.changeCharge(chargeID, func(c *billing.ProviderCharge) {
		c.Disputes = slices.Clone(c.Disputes)
		n := len(c.Disputes)
		if n == 0 || c.Disputes[n-1].Status != billing.DisputeOpen {
			return
		}
		c.Disputes[n-1].Status = billing.DisputeLost
		if won {
			c.Disputes[n-1].Status, c.Disputes[n-1].ReinstatedAt = billing.DisputeWon, ptr(p.Now())
		}
	})
}

// Charges returns all charges, the oldest first.
func (p *Provider) Charges() []billing.ProviderCharge {
	p.mu.Lock()
	defer p.mu.Unlock()
	return sorted(p.charges)
}

func sorted[T any](in map[string]T) []T {
	ids := make([]string, 0, len(in))
	for id := range in {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	all := make([]T, 0, len(in))
	for _, id := range ids {
		all = append(all, in[id])
	}
	return all
}

// CreateRefund implements billing.Payments.
func (p *Provider) CreateRefund(ctx context.Context, key, chargeID string, o billing.RefundOrder) (string, error) {
	id, err := p.once(ctx, key, fmt.Sprint(chargeID, o), func() (string, error) {
		c, ok := p.charges[chargeID]
		if !ok {
			return "", billing.ErrProviderMissing
		}
		left := c.Captured - c.Refunded
		amount := cmp.Or(o.Amount, left)
		if amount > left || left == 0 {
			return "", billing.ErrProviderRefused
		}
		id := p.newID("re")
		c.Refunded += amount
		c.Refunds = append(slices.Clip(c.Refunds), billing.Refund{
			ProviderID: id, Amount: amount, Status: billing.RefundSucceeded, Reason: o.Reason, CreatedAt: p.Now(),
		})
		p.charges[chargeID], p.refundKeys[o.RequestKey] = c, id
		return id, nil
	})
	return id, err
}

// FindRefund implements billing.Payments.
func (p *Provider) FindRefund(ctx context.Context, _, requestKey string) (string, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if id, ok := p.refundKeys[requestKey]; ok {
		return id, p.reachable(ctx)
	}
	return "", billing.ErrProviderMissing
}
