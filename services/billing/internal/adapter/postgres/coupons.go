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
		                     duration_in_months, provider_id, active, created_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT ON CONSTRAINT coupons_request_key_unique DO NOTHING RETURNING id`,
		c.Key, pg.OrNull(c.RequestKey), c.Name, c.Type, pg.OrNull(c.BasisPoints), pg.OrNull(c.AmountOff), pg.OrNull(c.Currency), pg.OrNull(c.TrialDays),
		c.Duration, c.DurationInMonths, pg.OrNull(c.ProviderID), c.Active, c.CreatedAt)
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

// CouponByProvider implements billing.Catalog.
func (s *Store) CouponByProvider(ctx context.Context, providerID string) (billing.Coupon, error) {
	return findCoupon(ctx, s.db, "c.provider_id = ? ORDER BY c.id DESC LIMIT 1", providerID)
}

func (t tx) ArchiveCoupon(ctx context.Context, id int64) (billing.Coupon, error) {
	if _, err := pg.Exec(ctx, t.db, "archive coupon", `UPDATE coupons SET active = false WHERE id = ?`, id); err != nil {
		return billing.Coupon{}, err
	}
	return findCoupon(ctx, t.db, "id = ?", id)
}
