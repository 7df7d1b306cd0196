package postgres

import (
	"context"
	"time"

	"gorm.io/gorm"

	"muster/libs/pg"
	"muster/services/billing/internal/billing"
)

type checkoutRow struct {
	ID             int64
	Key            string
	RequestKey     *string
	UserID         int64
	PlanID         int64
	PromotionCode  string
	CustomerID     string
	PriceID        string
	CouponID       string
	Quantity       int64
	TrialDays      int
	SuccessURL     string `gorm:"column:success_url"`
	CancelURL      string `gorm:"column:cancel_url"`
	Status         string
	SessionID      *string
	URL            string `gorm:"column:url"`
	ExpiresAt      *time.Time
	SubscriptionID string
	CreatedAt      time.Time
	UpdatedAt      time.Time
}

// findCheckouts reads those for which the condition, a constant of this package, holds.
func findCheckouts(db *gorm.DB, condition string, args ...any) ([]billing.Checkout, error) {
	var rows []checkoutRow
	err := db.Raw(`
		SELECT id, key, request_key, user_id, plan_id, promotion_code, customer_id, price_id, coupon_id, quantity, trial_days,
		       success_url, cancel_url, status, session_id, url, expires_at, subscription_id, created_at, updated_at
		FROM checkouts WHERE `+condition, args...).Scan(&rows).Error
	if err != nil {
		return nil, wrap("read checkouts", err)
	}
	checkouts := make([]billing.Checkout, 0, len(rows))
	for _, r := range rows {
		checkouts = append(checkouts, billing.Checkout{
			ID: r.ID, Key: r.Key, RequestKey: value(r.RequestKey), UserID: r.UserID, PlanID: r.PlanID, PromotionCode: r.PromotionCode,
			CustomerID: r.CustomerID, PriceID: r.PriceID, CouponID: r.CouponID, Quantity: r.Quantity, TrialDays: r.TrialDays,
			SuccessURL: r.SuccessURL, CancelURL: r.CancelURL, Status: billing.CheckoutStatus(r.Status), SessionID: value(r.SessionID),
			URL: r.URL, ExpiresAt: r.ExpiresAt, SubscriptionID: r.SubscriptionID, CreatedAt: r.CreatedAt, UpdatedAt: r.UpdatedAt,
		})
	}
	return checkouts, nil
}

func oneCheckout(checkouts []billing.Checkout, err error) (billing.Checkout, error) {
	if err != nil {
		return billing.Checkout{}, err
	}
	if len(checkouts) == 0 {
		return billing.Checkout{}, billing.ErrCheckoutNotFound
	}
	return checkouts[0], nil
}

// CheckoutBySession implements billing.Accounts.
func (s *Store) CheckoutBySession(ctx context.Context, sessionID string) (billing.Checkout, error) {
	return oneCheckout(findCheckouts(pg.From(ctx, s.db), `session_id = ?`, sessionID))
}

// CheckoutByRequest implements billing.Accounts.
func (s *Store) CheckoutByRequest(ctx context.Context, requestKey string) (billing.Checkout, error) {
	return oneCheckout(findCheckouts(pg.From(ctx, s.db), `request_key = ?`, requestKey))
}

// DueCheckouts implements billing.Accounts.
func (s *Store) DueCheckouts(ctx context.Context, expiredBefore, pendingBefore time.Time, limit int) ([]billing.Checkout, error) {
	return findCheckouts(pg.From(ctx, s.db),
		`(status = 'open' AND expires_at < ?) OR (status = 'pending' AND updated_at < ?) ORDER BY id LIMIT ?`,
		expiredBefore, pendingBefore, limit)
}

func (t tx) SaveCheckout(ctx context.Context, c *billing.Checkout) error {
	if c.ID == 0 {
		err := t.on(ctx).Raw(`
			INSERT INTO checkouts (key, request_key, user_id, plan_id, promotion_code, customer_id, price_id, coupon_id, quantity,
			                       trial_days, success_url, cancel_url, status, session_id, url, expires_at, subscription_id,
			                       created_at, updated_at)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id`,
			c.Key, null(c.RequestKey), c.UserID, c.PlanID, c.PromotionCode, c.CustomerID, c.PriceID, c.CouponID, c.Quantity,
			c.TrialDays, c.SuccessURL, c.CancelURL, c.Status, null(c.SessionID), c.URL, c.ExpiresAt, c.SubscriptionID,
			c.CreatedAt, c.UpdatedAt).Scan(&c.ID).Error
		return wrap("add checkout", err)
	}
	err := t.on(ctx).Exec(`
		UPDATE checkouts SET status = ?, session_id = ?, url = ?, expires_at = ?, subscription_id = ?, updated_at = ? WHERE id = ?`,
		c.Status, null(c.SessionID), c.URL, c.ExpiresAt, c.SubscriptionID, c.UpdatedAt, c.ID).Error
	return wrap("save checkout", err)
}
