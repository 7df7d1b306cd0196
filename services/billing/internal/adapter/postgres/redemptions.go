package postgres

import (
	"context"
	"time"

	"gorm.io/gorm"

	"muster/services/billing/internal/billing"
)

type redemptionRow struct {
	ID             int64
	UserID         int64
	PromotionID    int64
	CheckoutID     int64
	SubscriptionID int64
	Status         string
	DiscountID     string
	EndsAt         *time.Time
	ConsumedBy     string
	ConsumedPeriod *time.Time
	ReservedAt     time.Time
	AppliedAt      *time.Time
	UpdatedAt      time.Time
}

func loadRedemptions(db *gorm.DB, userID int64) ([]billing.Redemption, error) {
	var rows []redemptionRow
	err := db.Raw(`
		SELECT id, user_id, promotion_id, checkout_id, subscription_id, status, discount_id, ends_at, consumed_by,
		       consumed_period, reserved_at, applied_at, updated_at
		FROM promotion_redemptions WHERE user_id = ? ORDER BY id`, userID).Scan(&rows).Error
	if err != nil || len(rows) == 0 {
		return nil, wrap("read redemptions", err)
	}
	ids := make([]int64, 0, len(rows))
	for _, r := range rows {
		ids = append(ids, r.PromotionID)
	}
	promotions, err := findPromotions(db, "p.id IN ?", ids)
	if err != nil {
		return nil, err
	}
	byID := map[int64]billing.Promotion{}
	for _, p := range promotions {
		byID[p.ID] = p
	}
	redemptions := make([]billing.Redemption, 0, len(rows))
	for _, r := range rows {
		redemptions = append(redemptions, billing.Redemption{
			ID: r.ID, UserID: r.UserID, Promotion: byID[r.PromotionID], CheckoutID: r.CheckoutID, SubscriptionID: r.SubscriptionID,
			Status: billing.RedemptionStatus(r.Status), DiscountID: r.DiscountID, EndsAt: r.EndsAt, ConsumedBy: r.ConsumedBy,
			ConsumedPeriod: r.ConsumedPeriod, ReservedAt: r.ReservedAt, AppliedAt: r.AppliedAt, UpdatedAt: r.UpdatedAt,
		})
	}
	return redemptions, nil
}

func (t tx) SaveRedemption(ctx context.Context, r *billing.Redemption) error {
	if r.ID == 0 {
		err := t.on(ctx).Raw(`
			INSERT INTO promotion_redemptions (user_id, promotion_id, checkout_id, subscription_id, status, discount_id, ends_at,
			                                   consumed_by, consumed_period, reserved_at, applied_at, updated_at)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id`,
			r.UserID, r.Promotion.ID, r.CheckoutID, r.SubscriptionID, r.Status, r.DiscountID, r.EndsAt, r.ConsumedBy,
			r.ConsumedPeriod, r.ReservedAt, r.AppliedAt, r.UpdatedAt).Scan(&r.ID).Error
		return wrap("add redemption", err)
	}
	err := t.on(ctx).Exec(`
		UPDATE promotion_redemptions SET subscription_id = ?, status = ?, discount_id = ?, ends_at = ?, consumed_by = ?,
			consumed_period = ?, applied_at = ?, updated_at = ?
		WHERE id = ?`,
		r.SubscriptionID, r.Status, r.DiscountID, r.EndsAt, r.ConsumedBy, r.ConsumedPeriod, r.AppliedAt, r.UpdatedAt, r.ID).Error
	return wrap("save redemption", err)
}

// Reserve is one conditional UPDATE: whoever comes second waits for the row, sees the counter raised, and gets nothing.
func (t tx) Reserve(ctx context.Context, promotionID int64) (bool, error) {
	r := t.on(ctx).Exec(`
		UPDATE promotions SET redeemed = redeemed + 1
		WHERE id = ? AND active AND (max_redemptions IS NULL OR redeemed < max_redemptions)`, promotionID)
	return r.RowsAffected == 1, wrap("reserve redemption", r.Error)
}

func (t tx) Release(ctx context.Context, promotionID int64) error {
	err := t.on(ctx).Exec(`UPDATE promotions SET redeemed = redeemed - 1 WHERE id = ?`, promotionID).Error
	return wrap("release redemption", err)
}
