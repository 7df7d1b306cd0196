package postgres

import (
	"context"
	"time"

	"gorm.io/gorm"

	"muster/libs/pg"
	"muster/services/billing/internal/billing"
)

type redemptionRow struct {
	ID             int64
	UserID         int64
	PromotionID    int64 // 0 for a discount without a promotion
	CouponID       int64 // of such a discount
	CheckoutID     int64
	CheckoutKey    string
	SubscriptionID int64
	Status         string
	DiscountID     string
	EndsAt         *time.Time
	ConsumedBy     string
	ConsumedPeriod *time.Time
	ConsumedPrice  string
	ReservedAt     time.Time
	AppliedAt      *time.Time
	UpdatedAt      time.Time
}

const redemptionColumns = `r.id, r.user_id, coalesce(r.promotion_id, 0) AS promotion_id, coalesce(r.coupon_id, 0) AS coupon_id, r.checkout_id, r.checkout_key, r.subscription_id, r.status, r.discount_id,
	r.ends_at, r.consumed_by, r.consumed_period, r.consumed_price, r.reserved_at, r.applied_at, r.updated_at`

// redemption returns the redemption with no more of its promotion or coupon than the id.
func (r redemptionRow) redemption() billing.Redemption {
	return billing.Redemption{
		ID: r.ID, UserID: r.UserID, Promotion: billing.Promotion{ID: r.PromotionID, Coupon: billing.Coupon{ID: r.CouponID}}, CheckoutID: r.CheckoutID, CheckoutKey: r.CheckoutKey,
		SubscriptionID: r.SubscriptionID, Status: billing.RedemptionStatus(r.Status), DiscountID: r.DiscountID, EndsAt: r.EndsAt,
		ConsumedBy: r.ConsumedBy, ConsumedPeriod: r.ConsumedPeriod, ConsumedPrice: r.ConsumedPrice, ReservedAt: r.ReservedAt,
		AppliedAt: r.AppliedAt, UpdatedAt: r.UpdatedAt,
	}
}

func loadRedemptions(ctx context.Context, db *gorm.DB, userID int64) ([]billing.Redemption, error) {
	rows, err := pg.Many[redemptionRow](ctx, db, "read redemptions",
		`SELECT `+redemptionColumns+` FROM promotion_redemptions r WHERE r.user_id = ? ORDER BY r.id`, userID)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	promotions, err := findPromotions(ctx, db, "p.id IN ?", pg.Map(rows, func(r redemptionRow) int64 { return r.PromotionID }))
	if err != nil {
		return nil, err
	}
	byID := map[int64]billing.Promotion{}
	for _, p := range promotions {
		byID[p.ID] = p
	}
	coupons, err := findCoupons(ctx, db, "c.id IN ?", pg.Map(rows, func(r redemptionRow) int64 { return r.CouponID }))
	if err != nil {
		return nil, err
	}
	mirrored := map[int64]billing.Coupon{}
	for _, c := range coupons {
		mirrored[c.ID] = c
	}
	return pg.Map(rows, func(r redemptionRow) billing.Redemption {
		held := r.redemption()
		if held.Promotion.Coupon = mirrored[r.CouponID]; r.PromotionID != 0 {
			held.Promotion = byID[r.PromotionID]
		}
		return held
	}), nil
}

// couponWithout is the id of the coupon of a discount without a promotion, or nil.
func couponWithout(p billing.Promotion) *int64 {
	if p.ID != 0 {
		return nil
	}
	return &p.Coupon.ID
}

func (t tx) SaveRedemption(ctx context.Context, r *billing.Redemption) error {
	if r.ID == 0 {
		id, _, err := pg.First[int64](ctx, t.db, "add redemption", `
			INSERT INTO promotion_redemptions (user_id, promotion_id, coupon_id, checkout_id, checkout_key, subscription_id, status, discount_id,
			                                   ends_at, consumed_by, consumed_period, consumed_price, reserved_at, applied_at, updated_at)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id`,
			r.UserID, pg.OrNull(r.Promotion.ID), couponWithout(r.Promotion), r.CheckoutID, r.CheckoutKey, r.SubscriptionID, r.Status, r.DiscountID, r.EndsAt, r.ConsumedBy,
			r.ConsumedPeriod, r.ConsumedPrice, r.ReservedAt, r.AppliedAt, r.UpdatedAt)
		r.ID = id
		return err
	}
	_, err := pg.Exec(ctx, t.db, "save redemption", `
		UPDATE promotion_redemptions SET subscription_id = ?, status = ?, discount_id = ?, ends_at = ?, consumed_by = ?,
			consumed_period = ?, consumed_price = ?, applied_at = ?, updated_at = ?
		WHERE id = ?`,
		r.SubscriptionID, r.Status, r.DiscountID, r.EndsAt, r.ConsumedBy, r.ConsumedPeriod, r.ConsumedPrice, r.AppliedAt, r.UpdatedAt, r.ID)
	return err
}
