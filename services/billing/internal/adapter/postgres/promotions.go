package postgres

import (
	"context"
	"time"

	"gorm.io/gorm"

	"muster/libs/pg"
	"muster/services/billing/internal/billing"
)

type couponRow struct {
	ID               int64
	Key              string
	RequestKey       *string
	Name             string
	TypeCode         string
	BasisPoints      *int
	AmountOff        *int64
	Currency         *string
	TrialDays        *int
	DurationCode     string
	DurationInMonths *int
	ProviderID       *string
	Active           bool
	CreatedAt        time.Time
}

const couponColumns = `c.id, c.key, c.request_key, c.name, c.type_code, c.basis_points, c.amount_off, c.currency, c.trial_days,
	c.duration_code, c.duration_in_months, c.provider_id, c.active, c.created_at`

func findCoupons(ctx context.Context, db *gorm.DB, condition string, args ...any) ([]billing.Coupon, error) {
	rows, err := pg.Many[couponRow](ctx, db, "read coupons", `SELECT `+couponColumns+` FROM coupons c WHERE `+condition, args...)
	return pg.Map(rows, couponRow.coupon), err
}

func (r couponRow) coupon() billing.Coupon {
	return billing.Coupon{
		ID: r.ID, Key: r.Key, RequestKey: pg.OrZero(r.RequestKey), Name: r.Name, Type: billing.CouponType(r.TypeCode),
		BasisPoints: pg.OrZero(r.BasisPoints), AmountOff: pg.OrZero(r.AmountOff), Currency: pg.OrZero(r.Currency),
		TrialDays: pg.OrZero(r.TrialDays), Duration: billing.Duration(r.DurationCode), DurationInMonths: r.DurationInMonths,
		ProviderID: pg.OrZero(r.ProviderID), Active: r.Active, CreatedAt: r.CreatedAt,
	}
}

func findCoupon(ctx context.Context, db *gorm.DB, condition string, arg any) (billing.Coupon, error) {
	coupons, err := findCoupons(ctx, db, condition, arg)
	return single(coupons, err, billing.ErrCouponNotFound)
}

// AddCoupon implements billing.Catalog.
func (s *Store) AddCoupon(ctx context.Context, c billing.Coupon) (billing.Coupon, error) {
	id, added, err := pg.First[int64](ctx, s.db, "add coupon", `
		INSERT INTO coupons (key, request_key, name, type_code, basis_points, amount_off, currency, trial_days, duration_code,
		                     duration_in_months, created_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT ON CONSTRAINT coupons_request_key_unique DO NOTHING RETURNING id`,
		c.Key, pg.OrNull(c.RequestKey), c.Name, c.Type, pg.OrNull(c.BasisPoints), pg.OrNull(c.AmountOff), pg.OrNull(c.Currency), pg.OrNull(c.TrialDays),
		c.Duration, c.DurationInMonths, c.CreatedAt)
	if err != nil {
		return billing.Coupon{}, err
	}
	if !added {
		return findCoupon(ctx, s.db, "request_key = ?", c.RequestKey)
	}
	return findCoupon(ctx, s.db, "id = ?", id)
}

// LinkCoupon implements billing.Catalog.
func (s *Store) LinkCoupon(ctx context.Context, id int64, providerID string) (billing.Coupon, error) {
	if _, err := pg.Exec(ctx, s.db, "link coupon", `UPDATE coupons SET provider_id = ? WHERE id = ?`, providerID, id); err != nil {
		return billing.Coupon{}, err
	}
	return findCoupon(ctx, s.db, "id = ?", id)
}

// Coupon implements billing.CatalogChanges.
func (s *Store) Coupon(ctx context.Context, id int64) (billing.Coupon, error) {
	return findCoupon(ctx, s.db, "id = ?", id)
}

// RenameCoupon implements billing.CatalogChanges.
func (s *Store) RenameCoupon(ctx context.Context, id int64, name string) (billing.Coupon, error) {
	if _, err := pg.Exec(ctx, s.db, "rename coupon", `UPDATE coupons SET name = ? WHERE id = ?`, name, id); err != nil {
		return billing.Coupon{}, err
	}
	return s.Coupon(ctx, id)
}

// ArchiveCoupon implements billing.CatalogChanges.
func (s *Store) ArchiveCoupon(ctx context.Context, id int64) (c billing.Coupon, err error) {
	err = pg.Tx(ctx, s.db, func(ctx context.Context, db *gorm.DB) error {
		if _, err := pg.Exec(ctx, db, "archive coupon", `UPDATE coupons SET active = false WHERE id = ?`, id); err != nil {
			return err
		}
		if _, err := pg.Exec(ctx, db, "archive promotions", `UPDATE promotions SET active = false WHERE coupon_id = ?`, id); err != nil {
			return err
		}
		c, err = findCoupon(ctx, db, "id = ?", id)
		return err
	})
	return c, err
}

type promotionRow struct {
	ID             int64
	RequestKey     *string
	Name           string
	Code           string
	Description    *string
	CouponID       int64
	StartsAt       *time.Time
	ExpiresAt      *time.Time
	MaxRedemptions *int
	PerUserLimit   *int
	FirstTimeOnly  bool
	Active         bool
	Redeemed       int
	CreatedAt      time.Time
}

const promotionColumns = `p.id, p.request_key, p.name, p.code, p.description, p.coupon_id, p.starts_at, p.expires_at, p.max_redemptions,
	p.per_user_limit, p.first_time_only, p.active, p.redeemed, p.created_at`

func findPromotions(ctx context.Context, db *gorm.DB, condition string, args ...any) ([]billing.Promotion, error) {
	rows, err := pg.Many[promotionRow](ctx, db, "read promotions", `SELECT `+promotionColumns+` FROM promotions p WHERE `+condition, args...)
	if err != nil {
		return nil, err
	}
	return completePromotions(ctx, db, rows)
}

// completePromotions adds coupons and plans to the rows of promotions.
func completePromotions(ctx context.Context, db *gorm.DB, rows []promotionRow) ([]billing.Promotion, error) {
	if len(rows) == 0 {
		return nil, nil
	}
	coupons, err := findCoupons(ctx, db, "id IN ?", pg.Map(rows, func(r promotionRow) int64 { return r.CouponID }))
	if err != nil {
		return nil, err
	}
	byID := map[int64]billing.Coupon{}
	for _, c := range coupons {
		byID[c.ID] = c
	}
	plans, err := promotionPlans(ctx, db, pg.Map(rows, func(r promotionRow) int64 { return r.ID }))
	if err != nil {
		return nil, err
	}
	return pg.Map(rows, func(r promotionRow) billing.Promotion {
		return billing.Promotion{
			ID: r.ID, RequestKey: pg.OrZero(r.RequestKey), Name: r.Name, Code: r.Code, Description: r.Description, Coupon: byID[r.CouponID],
			StartsAt: r.StartsAt, ExpiresAt: r.ExpiresAt, MaxRedemptions: r.MaxRedemptions, PerUserLimit: r.PerUserLimit,
			FirstTimeOnly: r.FirstTimeOnly, PlanIDs: plans[r.ID], Active: r.Active, Redeemed: r.Redeemed, CreatedAt: r.CreatedAt,
		}
	}), nil
}

func promotionPlans(ctx context.Context, db *gorm.DB, promotionIDs []int64) (map[int64][]int64, error) {
	rows, err := pg.Many[struct{ PromotionID, PlanID int64 }](ctx, db, "read plans of promotions",
		`SELECT promotion_id, plan_id FROM promotion_plans WHERE promotion_id IN ? ORDER BY plan_id`, promotionIDs)
	plans := map[int64][]int64{}
	for _, r := range rows {
		plans[r.PromotionID] = append(plans[r.PromotionID], r.PlanID)
	}
	return plans, err
}

func findPromotion(ctx context.Context, db *gorm.DB, condition string, arg any) (billing.Promotion, error) {
	promotions, err := findPromotions(ctx, db, condition, arg)
	return single(promotions, err, billing.ErrPromoNotFound)
}

// AddPromotion implements billing.Catalog.
func (s *Store) AddPromotion(ctx context.Context, p billing.Promotion) (added billing.Promotion, err error) {
	err = pg.Tx(ctx, s.db, func(ctx context.Context, db *gorm.DB) error {
		// The lock keeps the coupon from being archived meanwhile.
		coupon, err := pg.One[couponRow](ctx, db, "lock coupon", billing.ErrCouponNotFound,
			`SELECT `+couponColumns+` FROM coupons c WHERE c.id = ? FOR SHARE`, p.Coupon.ID)
		if err != nil {
			return err
		}
		id, isNew, err := pg.First[int64](ctx, db, "add promotion", `
			INSERT INTO promotions (request_key, name, code, description, coupon_id, starts_at, expires_at, max_redemptions,
			                        per_user_limit, first_time_only, active, created_at)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT ON CONSTRAINT promotions_request_key_unique DO NOTHING RETURNING id`,
			pg.OrNull(p.RequestKey), p.Name, p.Code, p.Description, p.Coupon.ID, p.StartsAt, p.ExpiresAt, p.MaxRedemptions,
			p.PerUserLimit, p.FirstTimeOnly, p.Active, p.CreatedAt)
		if err != nil {
			return err
		}
		if !isNew {
			added, err = findPromotion(ctx, db, "p.request_key = ?", p.RequestKey)
			return err
		}
		if !coupon.Active {
			return billing.ErrCouponNotFound
		}
		if err := addPlans(ctx, db, id, p.PlanIDs); err != nil {
			return err
		}
		added, err = findPromotion(ctx, db, "p.id = ?", id)
		return err
	})
	return added, promotionError(err)
}

func addPlans(ctx context.Context, db *gorm.DB, promotionID int64, plans []int64) error {
	for _, plan := range plans {
		_, err := pg.Exec(ctx, db, "add plan of promotion", `INSERT INTO promotion_plans (promotion_id, plan_id) VALUES (?, ?)
			ON CONFLICT ON CONSTRAINT promotion_plans_pkey DO NOTHING`, promotionID, plan)
		if err != nil {
			return err
		}
	}
	return nil
}

func promotionError(err error) error {
	switch {
	case pg.IsUnique(err, "promotions_code_active_unique"):
		return billing.ErrPromoCodeExists
	case pg.IsForeignKey(err, "promotions_coupon_fkey"):
		return billing.ErrCouponNotFound
	case pg.IsForeignKey(err, "promotion_plans_plan_fkey"):
		return billing.ErrPlanNotFound
	}
	return err
}

// SavePromotion implements billing.CatalogChanges.
func (s *Store) SavePromotion(ctx context.Context, p billing.Promotion) (saved billing.Promotion, err error) {
	err = pg.Tx(ctx, s.db, func(ctx context.Context, db *gorm.DB) error {
		err := pg.ExecOne(ctx, db, "save promotion", billing.ErrTooFewRedemptions, `
			UPDATE promotions SET name = ?, description = ?, starts_at = ?, expires_at = ?, max_redemptions = ?, per_user_limit = ?,
				first_time_only = ?, active = ?
			WHERE id = ? AND (?::integer IS NULL OR redeemed <= ?::integer)`,
			p.Name, p.Description, p.StartsAt, p.ExpiresAt, p.MaxRedemptions, p.PerUserLimit, p.FirstTimeOnly, p.Active,
			p.ID, p.MaxRedemptions, p.MaxRedemptions)
		if err != nil {
			return err
		}
		if _, err := pg.Exec(ctx, db, "delete plans of promotion", `DELETE FROM promotion_plans WHERE promotion_id = ?`, p.ID); err != nil {
			return err
		}
		if err := addPlans(ctx, db, p.ID, p.PlanIDs); err != nil {
			return err
		}
		saved, err = findPromotion(ctx, db, "p.id = ?", p.ID)
		return err
	})
	return saved, promotionError(err)
}

// Promotion implements billing.CatalogChanges.
func (s *Store) Promotion(ctx context.Context, id int64) (billing.Promotion, error) {
	return findPromotion(ctx, s.db, "p.id = ?", id)
}

// PromotionByCode implements billing.Catalog.
func (s *Store) PromotionByCode(ctx context.Context, code string) (billing.Promotion, error) {
	return findPromotion(ctx, s.db, "lower(p.code) = lower(?) ORDER BY p.active DESC, p.id DESC LIMIT 1", code)
}
