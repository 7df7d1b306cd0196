package postgres

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
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
	CreatedAt        time.Time
}

func findCoupons(db *gorm.DB, condition string, args ...any) ([]billing.Coupon, error) {
	var rows []couponRow
	err := db.Raw(`
		SELECT id, key, request_key, name, type_code, basis_points, amount_off, currency, trial_days, duration_code,
		       duration_in_months, provider_id, created_at
		FROM coupons WHERE `+condition, args...).Scan(&rows).Error
	if err != nil {
		return nil, wrap("read coupons", err)
	}
	coupons := make([]billing.Coupon, 0, len(rows))
	for _, r := range rows {
		coupons = append(coupons, billing.Coupon{
			ID: r.ID, Key: r.Key, RequestKey: value(r.RequestKey), Name: r.Name, Type: billing.CouponType(r.TypeCode),
			BasisPoints: value(r.BasisPoints), AmountOff: value(r.AmountOff), Currency: value(r.Currency), TrialDays: value(r.TrialDays),
			Duration: billing.Duration(r.DurationCode), DurationInMonths: r.DurationInMonths, ProviderID: value(r.ProviderID),
			CreatedAt: r.CreatedAt,
		})
	}
	return coupons, nil
}

func oneCoupon(coupons []billing.Coupon, err error) (billing.Coupon, error) {
	if err != nil {
		return billing.Coupon{}, err
	}
	if len(coupons) == 0 {
		return billing.Coupon{}, billing.ErrCouponNotFound
	}
	return coupons[0], nil
}

// AddCoupon implements billing.Catalog.
func (s *Store) AddCoupon(ctx context.Context, c billing.Coupon) (billing.Coupon, error) {
	db := pg.From(ctx, s.db)
	r := db.Raw(`
		INSERT INTO coupons (key, request_key, name, type_code, basis_points, amount_off, currency, trial_days, duration_code,
		                     duration_in_months, created_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT ON CONSTRAINT coupons_request_key_unique DO NOTHING RETURNING id`,
		c.Key, null(c.RequestKey), c.Name, c.Type, null(c.BasisPoints), null(c.AmountOff), null(c.Currency), null(c.TrialDays),
		c.Duration, c.DurationInMonths, c.CreatedAt).Scan(&c.ID)
	if r.Error != nil {
		return billing.Coupon{}, wrap("add coupon", r.Error)
	}
	if r.RowsAffected == 0 {
		return oneCoupon(findCoupons(db, "request_key = ?", c.RequestKey))
	}
	return oneCoupon(findCoupons(db, "id = ?", c.ID))
}

// LinkCoupon implements billing.Catalog.
func (s *Store) LinkCoupon(ctx context.Context, id int64, providerID string) (billing.Coupon, error) {
	db := pg.From(ctx, s.db)
	if err := db.Exec(`UPDATE coupons SET provider_id = ? WHERE id = ?`, providerID, id).Error; err != nil {
		return billing.Coupon{}, wrap("link coupon", err)
	}
	return oneCoupon(findCoupons(db, "id = ?", id))
}

// Coupons lists all coupons by id.
func (s *Store) Coupons(ctx context.Context) ([]billing.Coupon, error) {
	return findCoupons(pg.From(ctx, s.db), "true ORDER BY id")
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

func findPromotions(db *gorm.DB, condition string, args ...any) ([]billing.Promotion, error) {
	var rows []promotionRow
	err := db.Raw(`
		SELECT p.id, p.request_key, p.name, p.code, p.description, p.coupon_id, p.starts_at, p.expires_at, p.max_redemptions,
		       p.per_user_limit, p.first_time_only, p.active, p.redeemed, p.created_at
		FROM promotions p WHERE `+condition, args...).Scan(&rows).Error
	if err != nil || len(rows) == 0 {
		return nil, wrap("read promotions", err)
	}
	ids, couponIDs := make([]int64, 0, len(rows)), make([]int64, 0, len(rows))
	for _, r := range rows {
		ids, couponIDs = append(ids, r.ID), append(couponIDs, r.CouponID)
	}
	coupons, err := findCoupons(db, "id IN ?", couponIDs)
	if err != nil {
		return nil, err
	}
	byID := map[int64]billing.Coupon{}
	for _, c := range coupons {
		byID[c.ID] = c
	}
	plans, err := promotionPlans(db, ids)
	if err != nil {
		return nil, err
	}
	promotions := make([]billing.Promotion, 0, len(rows))
	for _, r := range rows {
		promotions = append(promotions, billing.Promotion{
			ID: r.ID, RequestKey: value(r.RequestKey), Name: r.Name, Code: r.Code, Description: r.Description, Coupon: byID[r.CouponID],
			StartsAt: r.StartsAt, ExpiresAt: r.ExpiresAt, MaxRedemptions: r.MaxRedemptions, PerUserLimit: r.PerUserLimit,
			FirstTimeOnly: r.FirstTimeOnly, PlanIDs: plans[r.ID], Active: r.Active, Redeemed: r.Redeemed, CreatedAt: r.CreatedAt,
		})
	}
	return promotions, nil
}

func promotionPlans(db *gorm.DB, promotionIDs []int64) (map[int64][]int64, error) {
	var rows []struct{ PromotionID, PlanID int64 }
	err := db.Raw(`SELECT promotion_id, plan_id FROM promotion_plans WHERE promotion_id IN ? ORDER BY plan_id`, promotionIDs).Scan(&rows).Error
	plans := map[int64][]int64{}
	for _, r := range rows {
		plans[r.PromotionID] = append(plans[r.PromotionID], r.PlanID)
	}
	return plans, wrap("read plans of promotions", err)
}

func onePromotion(promotions []billing.Promotion, err error) (billing.Promotion, error) {
	if err != nil {
		return billing.Promotion{}, err
	}
	if len(promotions) == 0 {
		return billing.Promotion{}, billing.ErrPromoNotFound
	}
	return promotions[0], nil
}

// AddPromotion implements billing.Catalog.
func (s *Store) AddPromotion(ctx context.Context, p billing.Promotion) (added billing.Promotion, err error) {
	err = pg.Tx(ctx, s.db, func(_ context.Context, db *gorm.DB) error {
		r := db.Raw(`
			INSERT INTO promotions (request_key, name, code, description, coupon_id, starts_at, expires_at, max_redemptions,
			                        per_user_limit, first_time_only, active, created_at)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT ON CONSTRAINT promotions_request_key_unique DO NOTHING RETURNING id`,
			null(p.RequestKey), p.Name, p.Code, p.Description, p.Coupon.ID, p.StartsAt, p.ExpiresAt, p.MaxRedemptions,
			p.PerUserLimit, p.FirstTimeOnly, p.Active, p.CreatedAt).Scan(&p.ID)
		if r.Error != nil {
			return r.Error
		}
		if r.RowsAffected == 0 {
			added, err = onePromotion(findPromotions(db, "p.request_key = ?", p.RequestKey))
			return err
		}
		for _, plan := range p.PlanIDs {
			err := db.Exec(`INSERT INTO promotion_plans (promotion_id, plan_id) VALUES (?, ?)
				ON CONFLICT ON CONSTRAINT promotion_plans_pkey DO NOTHING`, p.ID, plan).Error
			if err != nil {
				return err
			}
		}
		added, err = onePromotion(findPromotions(db, "p.id = ?", p.ID))
		return err
	})
	switch {
	case pg.IsUnique(err, "promotions_code_active_unique"):
		return billing.Promotion{}, billing.ErrPromoCodeExists
	case isForeignKey(err, "promotions_coupon_fkey"):
		return billing.Promotion{}, billing.ErrCouponNotFound
	case isForeignKey(err, "promotion_plans_plan_fkey"):
		return billing.Promotion{}, billing.ErrPlanNotFound
	}
	return added, wrap("add promotion", err)
}

// isForeignKey says whether err is a violation (SQLSTATE 23503) of the named foreign key.
func isForeignKey(err error, constraint string) bool {
	e, ok := errors.AsType[*pgconn.PgError](err)
	return ok && e.Code == "23503" && e.ConstraintName == constraint
}

// PromotionByCode implements billing.Catalog.
func (s *Store) PromotionByCode(ctx context.Context, code string) (billing.Promotion, error) {
	return onePromotion(findPromotions(pg.From(ctx, s.db), "lower(p.code) = lower(?) ORDER BY p.active DESC, p.id DESC LIMIT 1", code))
}

// Promotions lists all promotions by id.
func (s *Store) Promotions(ctx context.Context) ([]billing.Promotion, error) {
	return findPromotions(pg.From(ctx, s.db), "true ORDER BY p.id")
}
