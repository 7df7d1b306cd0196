package billingtest

import (
	"context"
	"slices"

	"muster/services/billing/internal/billing"
)

// missingPlan returns the error of a promotion for a plan that does not exist.
func (d *data) missingPlan(ids []int64) error {
	for _, id := range ids {
		if find(d.plans, func(o billing.Plan) bool { return o.ID == id }) == nil {
			return billing.ErrPlanNotFound
		}
	}
	return nil
}

func (t *memoryTx) AddPromotion(_ context.Context, p billing.Promotion) (added billing.Promotion, isNew bool, err error) {
	if old := find(t.promotions, func(o billing.Promotion) bool { return o.RequestKey == p.RequestKey }); old != nil && p.RequestKey != "" {
		return *old, false, nil
	}
	coupon := find(t.coupons, func(o billing.Coupon) bool { return o.ID == p.Coupon.ID })
	if coupon == nil || !coupon.Active {
		return billing.Promotion{}, false, billing.ErrCouponNotFound
	}
	if err := t.missingPlan(p.PlanIDs); err != nil {
		return billing.Promotion{}, false, err
	}
	if find(t.promotions, func(o billing.Promotion) bool { return p.Active && o.Active && sameCode(o.Code, p.Code) }) != nil {
		return billing.Promotion{}, false, billing.ErrPromoCodeExists
	}
	p.ID, p.Coupon = t.id(), *coupon
	slices.Sort(p.PlanIDs)
	t.promotions = append(t.promotions, p)
	return p, true, nil
}

func (t *memoryTx) LockPromotion(_ context.Context, id int64) (billing.Promotion, error) {
	if p := find(t.promotions, func(o billing.Promotion) bool { return o.ID == id }); p != nil {
		return *p, nil
	}
	return billing.Promotion{}, billing.ErrPromoNotFound
}

func (t *memoryTx) SavePromotion(_ context.Context, p billing.Promotion) (billing.Promotion, error) {
	held := find(t.promotions, func(o billing.Promotion) bool { return o.ID == p.ID })
	rival := find(t.promotions, func(o billing.Promotion) bool { return o.ID != p.ID && o.Active && sameCode(o.Code, p.Code) })
	switch {
	case p.Active && rival != nil:
		return billing.Promotion{}, billing.ErrPromoCodeExists
	case held == nil, p.MaxRedemptions != nil && *p.MaxRedemptions < held.Redeemed:
		return billing.Promotion{}, billing.ErrTooFewRedemptions
	}
	if err := t.missingPlan(p.PlanIDs); err != nil {
		return billing.Promotion{}, err
	}
	p.Coupon, p.Code, p.Redeemed, p.PlanIDs = held.Coupon, held.Code, held.Redeemed, slices.Sorted(slices.Values(p.PlanIDs))
	*held = p
	return p, nil
}

func (t *memoryTx) ArchiveCoupon(_ context.Context, id int64) (billing.Coupon, error) {
	return t.changeCoupon(id, func(c *billing.Coupon) { c.Active = false })
}

func (t *memoryTx) RetirePromotions(_ context.Context, couponID int64, limit int) (retired []billing.Promotion, err error) {
	for i := range t.promotions {
		if p := &t.promotions[i]; p.Coupon.ID == couponID && p.Active && len(retired) < limit {
			p.Active, p.Version = false, p.Version+1
			retired = append(retired, *p)
		}
	}
	return retired, nil
}

func (t *memoryTx) Reserve(_ context.Context, id int64) (ok, last bool, err error) {
	p := find(t.promotions, func(p billing.Promotion) bool { return p.ID == id })
	if p == nil || !p.Active || (p.MaxRedemptions != nil && p.Redeemed >= *p.MaxRedemptions) {
		return false, false, nil
	}
	p.Redeemed++
	return true, p.MaxRedemptions != nil && p.Redeemed == *p.MaxRedemptions, nil
}

func (t *memoryTx) Release(_ context.Context, id int64) error {
	find(t.promotions, func(p billing.Promotion) bool { return p.ID == id }).Redeemed--
	return nil
}
