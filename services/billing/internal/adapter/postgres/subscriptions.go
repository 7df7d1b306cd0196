package postgres

import (
	"context"
	"time"

	"gorm.io/gorm"

	"muster/libs/pg"
	"muster/services/billing/internal/billing"
)

type subscriptionRow struct {
	ID                int64
	ProviderID        string
	UserID            int64
	Status            string
	PriceID           string
	Amount            int64
	Currency          string
	Interval          string
	IntervalCount     int
	Quantity          int64
	PeriodStart       *time.Time
	PeriodEnd         *time.Time
	TrialStart        *time.Time
	TrialEnd          *time.Time
	CancelAtPeriodEnd bool
	CanceledAt        *time.Time
	PastDueSince      *time.Time
	CreatedAt         time.Time
	UpdatedAt         time.Time
}

func loadSubscriptions(ctx context.Context, db *gorm.DB, userID int64) ([]billing.Subscription, error) {
	rows, err := pg.Many[subscriptionRow](ctx, db, "read subscriptions", `
		SELECT id, provider_id, user_id, status, price_id, amount, currency, "interval", interval_count, quantity,
		       period_start, period_end, trial_start, trial_end, cancel_at_period_end, canceled_at, past_due_since,
		       created_at, updated_at
		FROM subscriptions WHERE user_id = ? ORDER BY id`, userID)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	plans, err := findPlans(ctx, db, "price_id IN ?", pg.Map(rows, func(r subscriptionRow) string { return r.PriceID }))
	if err != nil {
		return nil, err
	}
	byPrice := map[string]billing.Plan{}
	for _, p := range plans {
		byPrice[p.PriceID] = p
	}
	return pg.Map(rows, func(r subscriptionRow) billing.Subscription {
		return billing.Subscription{
			ID: r.ID, ProviderID: r.ProviderID, UserID: r.UserID, Status: billing.Status(r.Status), Plan: byPrice[r.PriceID],
			PriceID: r.PriceID, Amount: r.Amount, Currency: r.Currency, Interval: r.Interval, IntervalCount: r.IntervalCount,
			Quantity: r.Quantity, PeriodStart: r.PeriodStart, PeriodEnd: r.PeriodEnd, TrialStart: r.TrialStart,
			TrialEnd: r.TrialEnd, CancelAtPeriodEnd: r.CancelAtPeriodEnd, CanceledAt: r.CanceledAt,
			PastDueSince: r.PastDueSince, CreatedAt: r.CreatedAt, UpdatedAt: r.UpdatedAt,
		}
	}), nil
}

func (t tx) SaveSubscription(ctx context.Context, s *billing.Subscription) error {
	id, _, err := pg.First[int64](ctx, t.db, "save subscription", `
		INSERT INTO subscriptions (provider_id, user_id, status, price_id, amount, currency, "interval", interval_count, quantity,
		                           period_start, period_end, trial_start, trial_end, cancel_at_period_end, canceled_at,
		                           past_due_since, created_at, updated_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT ON CONSTRAINT subscriptions_provider_id_unique DO UPDATE SET
			status = excluded.status, price_id = excluded.price_id, amount = excluded.amount, currency = excluded.currency,
			"interval" = excluded."interval", interval_count = excluded.interval_count, quantity = excluded.quantity,
			period_start = excluded.period_start, period_end = excluded.period_end, trial_start = excluded.trial_start,
			trial_end = excluded.trial_end, cancel_at_period_end = excluded.cancel_at_period_end,
			canceled_at = excluded.canceled_at, past_due_since = excluded.past_due_since, created_at = excluded.created_at,
			updated_at = excluded.updated_at
		RETURNING id`,
		s.ProviderID, s.UserID, s.Status, s.PriceID, s.Amount, s.Currency, s.Interval, s.IntervalCount, s.Quantity,
		s.PeriodStart, s.PeriodEnd, s.TrialStart, s.TrialEnd, s.CancelAtPeriodEnd, s.CanceledAt, s.PastDueSince,
		s.CreatedAt, s.UpdatedAt)
	if err == nil {
		s.ID = id
	}
	return err
}

type invoiceRow struct {
	ID             int64
	ProviderID     string
	UserID         int64
	SubscriptionID string
	Status         string
	IssuedAt       time.Time
	Lines          pg.JSON[[]billing.InvoiceLine]
}

func loadInvoices(ctx context.Context, db *gorm.DB, userID int64) ([]billing.Invoice, error) {
	rows, err := pg.Many[invoiceRow](ctx, db, "read invoices", `
		SELECT id, provider_id, user_id, subscription_id, status, issued_at, lines
		FROM invoices WHERE user_id = ? ORDER BY issued_at, id`, userID)
	return pg.Map(rows, func(r invoiceRow) billing.Invoice {
		return billing.Invoice{
			ID: r.ID, ProviderID: r.ProviderID, UserID: r.UserID, SubscriptionID: r.SubscriptionID, Status: r.Status, IssuedAt: r.IssuedAt,
			Lines: r.Lines.V,
		}
	}), err
}

func (t tx) SaveInvoice(ctx context.Context, i *billing.Invoice) error {
	id, _, err := pg.First[int64](ctx, t.db, "save invoice", `
		INSERT INTO invoices (provider_id, user_id, subscription_id, status, issued_at, lines) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT ON CONSTRAINT invoices_provider_id_unique DO UPDATE SET
			subscription_id = excluded.subscription_id, status = excluded.status, issued_at = excluded.issued_at,
			lines = excluded.lines
		RETURNING id`,
		i.ProviderID, i.UserID, i.SubscriptionID, i.Status, i.IssuedAt, pg.JSONOf(i.Lines))
	if err == nil {
		i.ID = id
	}
	return err
}
