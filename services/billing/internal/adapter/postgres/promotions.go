package postgres

import (
	"context"
	"time"

	"gorm.io/gorm"

	"muster/libs/pg"
	"muster/services/billing/internal/billing"
)

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
	Version        int64
	ExhaustedAt    *time.Time
}

const promotionColumns = `p.id, p.request_key, p.name, p.code, p.description, p.coupon_id, p.starts_at, p.expires_at, p.max_redemptions,
	p.per_user_limit, p.first_time_only, p.active, p.redeemed, p.created_at, p.version, p.exhausted_at`

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
			Version: r.Version, ExhaustedAt: r.ExhaustedAt,
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

func (t tx) AddPromotion(ctx context.Context, p billing.Promotion) (added billing.Promotion, isNew bool, err error) {
	// The lock keeps the coupon from being archived meanwhile.
	coupon, err := pg.One[couponRow](ctx, t.db, "lock coupon", billing.ErrCouponNotFound,
		`SELECT `+couponColumns+` FROM coupons c WHERE c.id = ? FOR SHARE`, p.Coupon.ID)
	if err != nil {
		return billing.Promotion{}, false, err
	}
	id, isNew, err := pg.First[int64](ctx, t.db, "add promotion", `
		INSERT INTO promotions (request_key, name, code, description, coupon_id, starts_at, expires_at, max_redemptions,
		                        per_user_limit, first_time_only, active, created_at, version)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT ON CONSTRAINT promotions_request_key_unique DO NOTHING RETURNING id`,
		pg.OrNull(p.RequestKey), p.Name, p.Code, p.Description, p.Coupon.ID, p.StartsAt, p.ExpiresAt, p.MaxRedemptions,
		p.PerUserLimit, p.FirstTimeOnly, p.Active, p.CreatedAt, p.Version)
	switch {
	case err != nil:
		return billing.Promotion{}, false, promotionError(err)
	case !isNew:
		added, err = findPromotion(ctx, t.db, "p.request_key = ?", p.RequestKey)
		return added, false, err
	case !coupon.Active:
		return billing.Promotion{}, false, billing.ErrCouponNotFound
	}
	if err := addPlans(ctx, t.db, id, p.PlanIDs); err != nil {
		return billing.Promotion{}, false, promotionError(err)
	}
	added, err = findPromotion(ctx, t.db, "p.id = ?", id)
	return added, true, err
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

func (t tx) LockPromotion(ctx context.Context, id int64) (billing.Promotion, error) {
	return findPromotion(ctx, t.db, "p.id = ? FOR UPDATE", id)
}

func (t tx) SavePromotion(ctx context.Context, p billing.Promotion) (billing.Promotion, error) {
	err := pg.ExecOne(ctx, t.db, "save promotion", billing.ErrTooFewRedemptions, `
		UPDATE promotions SET name = ?, description = ?, starts_at = ?, expires_at = ?, max_redemptions = ?, per_user_limit = ?,
			first_time_only = ?, active = ?, version = ?, exhausted_at = ?
		WHERE id = ? AND (?::integer IS NULL OR redeemed <= ?::integer)`,
		p.Name, p.Description, p.StartsAt, p.ExpiresAt, p.MaxRedemptions, p.PerUserLimit, p.FirstTimeOnly, p.Active, p.Version, p.ExhaustedAt,
		p.ID, p.MaxRedemptions, p.MaxRedemptions)
	if err != nil {
		return billing.Promotion{}, promotionError(err)
	}
	if _, err := pg.Exec(ctx, t.db, "delete plans of promotion", `DELETE FROM promotion_plans WHERE promotion_id = ?`, p.ID); err != nil {
		return billing.Promotion{}, err
	}
	if err := addPlans(ctx, t.db, p.ID, p.PlanIDs); err != nil {
		return billing.Promotion{}, promotionError(err)
	}
	return findPromotion(ctx, t.db, "p.id = ?", p.ID)
}

func (t tx) RetirePromotions(ctx context.Context, couponID int64, limit int) ([]billing.Promotion, error) {
	rows, err := pg.Many[promotionRow](ctx, t.db, "retire promotions", `
		WITH retired AS (
			UPDATE promotions SET active = false, version = version + 1
			WHERE id IN (SELECT id FROM promotions WHERE coupon_id = ? AND active ORDER BY id LIMIT ? FOR UPDATE) RETURNING *)
		SELECT `+promotionColumns+` FROM retired p ORDER BY p.id`, couponID, limit)
	if err != nil {
		return nil, err
	}
	return completePromotions(ctx, t.db, rows)
}

// Reserve is one conditional UPDATE: the second caller waits for the row lock, sees the raised counter, and gets
// nothing.
func (t tx) Reserve(ctx context.Context, promotionID int64) (ok, last bool, err error) {
	last, ok, err = pg.First[bool](ctx, t.db, "reserve redemption", `
		UPDATE promotions SET redeemed = redeemed + 1
		WHERE id = ? AND active AND (max_redemptions IS NULL OR redeemed < max_redemptions)
		RETURNING max_redemptions IS NOT NULL AND redeemed = max_redemptions`, promotionID)
	return ok, last, err
}

func (t tx) Release(ctx context.Context, promotionID int64) error {
	_, err := pg.Exec(ctx, t.db, "release redemption", `UPDATE promotions SET redeemed = redeemed - 1 WHERE id = ?`, promotionID)
	return err
}

// Promotion implements billing.CatalogChanges.
func (s *Store) Promotion(ctx context.Context, id int64) (billing.Promotion, error) {
	return findPromotion(ctx, s.db, "p.id = ?", id)
}

// PromotionByCode implements billing.Catalog.
func (s *Store) PromotionByCode(ctx context.Context, code string) (billing.Promotion, error) {
	return findPromotion(ctx, s.db, "lower(p.code) = lower(?) ORDER BY p.active DESC, p.id DESC LIMIT 1", code)
}
