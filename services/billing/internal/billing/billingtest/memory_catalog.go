package billingtest

import (
	"context"
	"slices"

	"muster/services/billing/internal/billing"
)

// AddPlan implements billing.Catalog.
func (m *Memory) AddPlan(_ context.Context, p billing.Plan) (billing.Plan, error) {
	return look(m, func(d *data) (billing.Plan, error) {
		if old := find(d.plans, func(o billing.Plan) bool { return o.RequestKey == p.RequestKey }); old != nil && p.RequestKey != "" {
			return *old, nil
		}
		d.lastID++
		p.ID, p.Active = d.lastID, false
		d.plans = append(d.plans, p)
		return p, nil
	})
}

// ActivatePlan implements billing.Catalog.
func (m *Memory) ActivatePlan(_ context.Context, id int64, productID, priceID string) (billing.Plan, error) {
	return look(m, func(d *data) (billing.Plan, error) {
		p := find(d.plans, func(o billing.Plan) bool { return o.ID == id })
		if p == nil {
			return billing.Plan{}, billing.ErrPlanNotFound
		}
		d.priced[p.PriceID], d.priced[priceID] = id, id
		p.ProductID, p.PriceID, p.Active = productID, priceID, true
		return *p, nil
	})
}

func (m *Memory) plan(is func(billing.Plan) bool) (billing.Plan, error) {
	return look(m, func(d *data) (billing.Plan, error) {
		if p := find(d.plans, is); p != nil {
			return *p, nil
		}
		return billing.Plan{}, billing.ErrPlanNotFound
	})
}

// Plan implements billing.Catalog.
func (m *Memory) Plan(_ context.Context, id int64) (billing.Plan, error) {
	return m.plan(func(p billing.Plan) bool { return p.ID == id })
}

// PlanByPrice implements billing.Catalog.
func (m *Memory) PlanByPrice(_ context.Context, priceID string) (billing.Plan, error) {
	return look(m, func(d *data) (billing.Plan, error) {
		if p := d.planOf(priceID); p != nil {
			return *p, nil
		}
		return billing.Plan{}, billing.ErrPlanNotFound
	})
}

// planOf returns the plan that has or had a price, or nil.
func (d *data) planOf(priceID string) *billing.Plan {
	id, former := d.priced[priceID]
	return find(d.plans, func(p billing.Plan) bool { return priceID != "" && (p.PriceID == priceID || (former && p.ID == id)) })
}

// RetirePrice implements billing.Catalog.
func (m *Memory) RetirePrice(_ context.Context, priceID string) error {
	_, err := look(m, func(d *data) (any, error) {
		if p := find(d.plans, func(o billing.Plan) bool { return o.PriceID == priceID }); p != nil {
			p.Active = false
		}
		return nil, nil
	})
	return err
}

// AddCoupon implements billing.Catalog.
func (m *Memory) AddCoupon(_ context.Context, c billing.Coupon) (billing.Coupon, error) {
	return look(m, func(d *data) (billing.Coupon, error) {
		if old := find(d.coupons, func(o billing.Coupon) bool { return o.RequestKey == c.RequestKey }); old != nil && c.RequestKey != "" {
			return *old, nil
		}
		d.lastID++
		c.ID = d.lastID
		d.coupons = append(d.coupons, c)
		return c, nil
	})
}

// LinkCoupon implements billing.Catalog.
func (m *Memory) LinkCoupon(_ context.Context, id int64, providerID string) (billing.Coupon, error) {
	return m.changeCoupon(id, func(c *billing.Coupon) { c.ProviderID = providerID })
}

// PromotionByCode implements billing.Catalog.
func (m *Memory) PromotionByCode(_ context.Context, code string) (billing.Promotion, error) {
	return look(m, func(d *data) (billing.Promotion, error) {
		for _, active := range []bool{true, false} {
			if p := find(d.promotions, func(o billing.Promotion) bool { return o.Active == active && sameCode(o.Code, code) }); p != nil {
				return *p, nil
			}
		}
		return billing.Promotion{}, billing.ErrPromoNotFound
	})
}

// SavePlan implements billing.CatalogChanges.
func (m *Memory) SavePlan(_ context.Context, p billing.Plan) (billing.Plan, error) {
	return look(m, func(d *data) (billing.Plan, error) {
		held := find(d.plans, func(o billing.Plan) bool { return o.ID == p.ID })
		if held == nil {
			return billing.Plan{}, billing.ErrPlanNotFound
		}
		d.priced[held.PriceID] = held.ID
		held.Name, held.TrialPeriodDays, held.Amount, held.Currency, held.PriceID = p.Name, p.TrialPeriodDays, p.Amount, p.Currency, p.PriceID
		held.Active = held.Active && p.Active
		d.priced[held.PriceID] = held.ID
		return *held, nil
	})
}

// Coupon implements billing.CatalogChanges.
func (m *Memory) Coupon(_ context.Context, id int64) (billing.Coupon, error) {
	return m.changeCoupon(id, func(*billing.Coupon) {})
}

// RenameCoupon implements billing.CatalogChanges.
func (m *Memory) RenameCoupon(_ context.Context, id int64, name string) (billing.Coupon, error) {
	return m.changeCoupon(id, func(c *billing.Coupon) { c.Name = name })
}

// CouponByProvider implements billing.Catalog.
func (m *Memory) CouponByProvider(_ context.Context, providerID string) (billing.Coupon, error) {
	return look(m, func(d *data) (billing.Coupon, error) {
		for _, c := range slices.Backward(d.coupons) {
			if providerID != "" && c.ProviderID == providerID {
				return c, nil
			}
		}
		return billing.Coupon{}, billing.ErrCouponNotFound
	})
}

func (m *Memory) changeCoupon(id int64, change func(c *billing.Coupon)) (billing.Coupon, error) {
	return look(m, func(d *data) (billing.Coupon, error) { return d.changeCoupon(id, change) })
}

// changeCoupon changes a coupon, also in its promotions.
func (d *data) changeCoupon(id int64, change func(c *billing.Coupon)) (billing.Coupon, error) {
	c := find(d.coupons, func(o billing.Coupon) bool { return o.ID == id })
	if c == nil {
		return billing.Coupon{}, billing.ErrCouponNotFound
	}
	change(c)
	for i := range d.promotions {
		if p := &d.promotions[i]; p.Coupon.ID == id {
			p.Coupon = *c
		}
	}
	return *c, nil
}

// Promotion implements billing.CatalogChanges.
func (m *Memory) Promotion(_ context.Context, id int64) (billing.Promotion, error) {
	return look(m, func(d *data) (billing.Promotion, error) {
		if p := find(d.promotions, func(o billing.Promotion) bool { return o.ID == id }); p != nil {
			return *p, nil
		}
		return billing.Promotion{}, billing.ErrPromoNotFound
	})
}

// PlansAfter implements billing.Catalog.
func (m *Memory) PlansAfter(_ context.Context, after int64, limit int) ([]billing.Plan, error) {
	return look(m, func(d *data) (plans []billing.Plan, err error) {
		for _, p := range d.plans {
			if p.ID > after && len(plans) < limit {
				plans = append(plans, p)
			}
		}
		return plans, nil
	})
}
