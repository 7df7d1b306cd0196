package billingtest

import (
	"context"
	"fmt"

	"muster/services/billing/internal/billing"
)

// AddPrice implements billing.Payments.
func (p *Provider) AddPrice(ctx context.Context, key string, plan billing.Plan) (string, error) {
	return p.once(ctx, key, fmt.Sprint(plan.ProductID, plan.Amount, plan.Currency), func() (string, error) {
		if !p.hasProduct(plan.ProductID) {
			return "", billing.ErrProviderMissing
		}
		id := p.newID("price")
		p.plans[id] = plan
		return id, nil
	})
}

func (p *Provider) hasProduct(id string) bool {
	for price := range p.plans {
		if priceOf(price).ProductID == id {
			return true
		}
	}
	return false
}

// ArchivePrice implements billing.Payments.
func (p *Provider) ArchivePrice(ctx context.Context, key, priceID string) error {
	_, err := p.once(ctx, key, priceID, func() (string, error) {
		if _, ok := p.plans[priceID]; !ok {
			return "", billing.ErrProviderMissing
		}
		p.archived[priceID] = true
		return priceID, nil
	})
	return err
}

// RenameProduct implements billing.Payments.
func (p *Provider) RenameProduct(ctx context.Context, key, productID, name string) error {
	_, err := p.once(ctx, key, productID+name, func() (string, error) {
		if !p.hasProduct(productID) {
			return "", billing.ErrProviderMissing
		}
		p.names[productID] = name
		return productID, nil
	})
	return err
}

// RenameCoupon implements billing.Payments.
func (p *Provider) RenameCoupon(ctx context.Context, key, couponID, name string) error {
	_, err := p.once(ctx, key, couponID+name, func() (string, error) {
		c, ok := p.coupons[couponID]
		if !ok {
			return "", billing.ErrProviderMissing
		}
		c.Name, p.names[couponID] = name, name
		p.coupons[couponID] = c
		return couponID, nil
	})
	return err
}

// DeleteCoupon implements billing.Payments.
func (p *Provider) DeleteCoupon(ctx context.Context, couponID string) error {
	there, err := p.HasCoupon(ctx, couponID)
	if err == nil && !there {
		err = billing.ErrProviderMissing
	}
	if err == nil {
		p.Remove(couponID)
	}
	return err
}

// Name returns the name of a product or coupon that was renamed.
func (p *Provider) Name(id string) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.names[id]
}

// HasPrice implements billing.Payments.
func (p *Provider) HasPrice(ctx context.Context, priceID string) (bool, error) {
	there, err := has(ctx, p, p.plans, priceID)
	return there && !p.archived[priceID], err
}

// HasCoupon implements billing.Payments.
func (p *Provider) HasCoupon(ctx context.Context, couponID string) (bool, error) {
	return has(ctx, p, p.coupons, couponID)
}

func has[T any](ctx context.Context, p *Provider, in map[string]T, id string) (bool, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	_, ok := in[id]
	return ok, p.reachable(ctx)
}

// Remove deletes a customer, price or coupon, as somebody may in the provider's dashboard.
func (p *Provider) Remove(id string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.customers, id)
	delete(p.plans, id)
	delete(p.coupons, id)
}
