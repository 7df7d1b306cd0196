package postgres

import (
	"context"
	"time"

	"gorm.io/gorm"

	"muster/libs/pg"
	"muster/services/billing/internal/billing"
)

type checkoutRow struct {
	ID              int64
	Key             string
	RequestKey      *string
	UserID          int64
	PlanID          int64
	PromotionCode   string
	CustomerID      string
	PriceID         string
	CouponID        string
	Quantity        int64
	TrialDays       int
	SuccessURL      string `gorm:"column:success_url"`
	CancelURL       string `gorm:"column:cancel_url"`
	Direct          bool
	PaymentMethodID string
	Status          string
	SessionID       *string
	URL             string `gorm:"column:url"`
	ExpiresAt       *time.Time
	SubscriptionID  string
	CreatedAt       time.Time
	UpdatedAt       time.Time
}

// findCheckouts reads the checkouts that match the condition, which is always a constant of this package.
func findCheckouts(ctx context.Context, db *gorm.DB, condition string, args ...any) ([]billing.Checkout, error) {
	rows, err := pg.Many[checkoutRow](ctx, db, "read checkouts", `
		SELECT id, key, request_key, user_id, plan_id, promotion_code, customer_id, price_id, coupon_id, quantity, trial_days,
		       success_url, cancel_url, direct, payment_method_id, status, session_id, url, expires_at, subscription_id, created_at, updated_at
		FROM checkouts WHERE `+condition, args...)
	return pg.Map(rows, checkoutRow.checkout), err
}

func (r checkoutRow) checkout() billing.Checkout {
	return billing.Checkout{
		ID: r.ID, Key: r.Key, RequestKey: pg.OrZero(r.RequestKey), UserID: r.UserID, PlanID: r.PlanID, PromotionCode: r.PromotionCode,
		CustomerID: r.CustomerID, PriceID: r.PriceID, CouponID: r.CouponID, Quantity: r.Quantity, TrialDays: r.TrialDays,
		SuccessURL: r.SuccessURL, CancelURL: r.CancelURL, Direct: r.Direct, PaymentMethodID: r.PaymentMethodID,
		Status: billing.CheckoutStatus(r.Status), SessionID: pg.OrZero(r.SessionID),
		URL: r.URL, ExpiresAt: r.ExpiresAt, SubscriptionID: r.SubscriptionID, CreatedAt: r.CreatedAt, UpdatedAt: r.UpdatedAt,
	}
}

func findCheckout(ctx context.Context, db *gorm.DB, condition string, arg any) (billing.Checkout, error) {
	checkouts, err := findCheckouts(ctx, db, condition, arg)
	return single(checkouts, err, billing.ErrCheckoutNotFound)
}

// CheckoutBySession implements billing.Accounts.
func (s *Store) CheckoutBySession(ctx context.Context, sessionID string) (billing.Checkout, error) {
	return findCheckout(ctx, s.db, `session_id = ?`, sessionID)
}

// CheckoutByRequest implements billing.Accounts.
func (s *Store) CheckoutByRequest(ctx context.Context, requestKey string) (billing.Checkout, error) {
	return findCheckout(ctx, s.db, `request_key = ?`, requestKey)
}

// DueCheckouts implements billing.Accounts.
func (s *Store) DueCheckouts(ctx context.Context, expiredBefore, pendingBefore time.Time, limit int) ([]billing.Checkout, error) {
	return findCheckouts(ctx, s.db,
		`(status = 'open' AND expires_at < ?) OR (status = 'pending' AND updated_at < ?) ORDER BY id LIMIT ?`,
		expiredBefore, pendingBefore, limit)
}

func (t tx) SaveCheckout(ctx context.Context, c *billing.Checkout) error {
	if c.ID == 0 {
		id, _, err := pg.First[int64](ctx, t.db, "add checkout", `
			INSERT INTO checkouts (key, request_key, user_id, plan_id, promotion_code, customer_id, price_id, coupon_id, quantity,
			                       trial_days, success_url, cancel_url, direct, payment_method_id, status, session_id, url,
			                       expires_at, subscription_id, created_at, updated_at)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id`,
			c.Key, pg.OrNull(c.RequestKey), c.UserID, c.PlanID, c.PromotionCode, c.CustomerID, c.PriceID, c.CouponID, c.Quantity,
			c.TrialDays, c.SuccessURL, c.CancelURL, c.Direct, c.PaymentMethodID, c.Status, pg.OrNull(c.SessionID), c.URL, c.ExpiresAt, c.SubscriptionID,
			c.CreatedAt, c.UpdatedAt)
		c.ID = id
		return err
	}
	_, err := pg.Exec(ctx, t.db, "save checkout", `
		UPDATE checkouts SET status = ?, customer_id = ?, session_id = ?, url = ?, expires_at = ?, subscription_id = ?, updated_at = ? WHERE id = ?`,
		c.Status, c.CustomerID, pg.OrNull(c.SessionID), c.URL, c.ExpiresAt, c.SubscriptionID, c.UpdatedAt, c.ID)
	return err
}
