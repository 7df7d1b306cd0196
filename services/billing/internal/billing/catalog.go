package billing

import (
	"context"
	"fmt"
	"strings"

	"muster/libs/contracts/billingv1"
)

// CreatePlan creates a plan and its price at the provider. If the provider is unavailable the plan stays inactive, and
// a retry with the same key continues from there.
func (s *Service) CreatePlan(ctx context.Context, p Plan) (Plan, error) {
	p.Name, p.Currency = strings.TrimSpace(p.Name), strings.ToLower(p.Currency)
	if err := p.Check(); err != nil {
		return Plan{}, err
	}
	p.Key, p.CreatedAt = s.newID(), s.now()
	p, err := s.store.AddPlan(ctx, p)
	if err != nil || p.PriceID != "" {
		return p, err
	}
	price, err := create(ctx, s, "plan/"+p.Key,
		func(ctx context.Context) (ProviderPrice, error) { return s.payments.FindPrice(ctx, p) },
		func(ctx context.Context, key string) (ProviderPrice, error) {
			return s.payments.CreatePrice(ctx, key, p)
		})
	if err != nil {
		return Plan{}, fmt.Errorf("create price: %w", err)
	}
	return s.store.ActivatePlan(ctx, p.ID, price.ProductID, price.PriceID)
}

// CreateCoupon creates a coupon, at the provider as well unless it is a trial, which the provider does not store.
func (s *Service) CreateCoupon(ctx context.Context, c Coupon) (Coupon, error) {
	c.Name, c.Currency = strings.TrimSpace(c.Name), strings.ToLower(c.Currency)
	if c.Type != AmountOff {
		c.Currency = ""
	}
	if err := c.Check(); err != nil {
		return Coupon{}, err
	}
	c.Key, c.Active, c.CreatedAt = s.newID(), true, s.now()
	c, err := s.store.AddCoupon(ctx, c)
	if err != nil {
		return Coupon{}, err
	}
	return s.linkCoupon(ctx, c)
}

// linkCoupon creates the provider's coupon if it is missing.
func (s *Service) linkCoupon(ctx context.Context, c Coupon) (Coupon, error) {
	if c.Type == FreeTrial || c.ProviderID != "" {
		return c, nil
	}
	missing := func(context.Context) (string, error) { return "", ErrProviderMissing } // creating it finds it
	id, err := create(ctx, s, "coupon/"+c.Key, missing,
		func(ctx context.Context, key string) (string, error) { return s.payments.CreateCoupon(ctx, key, c) })
	if err != nil {
		return Coupon{}, fmt.Errorf("create coupon: %w", err)
	}
	return s.store.LinkCoupon(ctx, c.ID, id)
}

// CreatePromotion creates a promotion for a coupon. Its limits are enforced here; the provider does not know it.
func (s *Service) CreatePromotion(ctx context.Context, p Promotion) (Promotion, error) {
	p.Name, p.Code = strings.TrimSpace(p.Name), strings.TrimSpace(p.Code)
	if err := p.Check(); err != nil {
		return Promotion{}, err
	}
	p.Active, p.CreatedAt, p.Version = true, s.now(), 1
	var made Promotion
	err := s.store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		added, isNew, err := tx.AddPromotion(ctx, p)
		made = added
		if err != nil || !isNew {
			return err
		}
		return tx.Publish(ctx, s.now(), s.promotionEvent(billingv1.PromotionCreated, made, nil))
	})
	return made, err
}
