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
	CancelAt          *time.Time
	CanceledAt        *time.Time
	EndedAt           *time.Time
	CollectionPaused  bool
	CollectionMethod  string
	PastDueSince      *time.Time
	Paid              bool
	CreatedAt         time.Time
	UpdatedAt         time.Time
	MRR               int64  `gorm:"column:mrr"`
	MRRCurrency       string `gorm:"column:mrr_currency"`
	Earned            bool
	TrialWarned       bool
	Mark              string
	SeenAt            time.Time
}

type itemRow struct {
	SubscriptionID int64
	ProviderID     string
	PriceID        string
	Amount         int64
	Currency       string
	Interval       string
	IntervalCount  int
	Quantity       int64
}

func (r itemRow) item() billing.Item {
	return billing.Item{
		ProviderID: r.ProviderID, PriceID: r.PriceID, Amount: r.Amount, Currency: r.Currency, Interval: r.Interval,
		IntervalCount: r.IntervalCount, Quantity: r.Quantity,
	}
}

const subscriptionColumns = `s.id, s.provider_id, s.user_id, s.status, s.price_id, s.amount, s.currency, s."interval", s.interval_count,
	s.quantity, s.period_start, s.period_end, s.trial_start, s.trial_end, s.cancel_at_period_end, s.cancel_at, s.canceled_at, s.ended_at,
	s.collection_paused, s.collection_method, s.past_due_since, s.paid, s.created_at, s.updated_at,
	s.mrr, s.mrr_currency, s.earned, s.trial_warned, s.mark, s.seen_at`

func loadSubscriptions(ctx context.Context, db *gorm.DB, condition string, arg any) ([]billing.Subscription, error) {
	rows, err := pg.Many[subscriptionRow](ctx, db, "read subscriptions",
		`SELECT `+subscriptionColumns+` FROM subscriptions s WHERE `+condition+` ORDER BY s.id`, arg)
	if err != nil {
		return nil, err
	}
	return completeSubscriptions(ctx, db, rows)
}

// completeSubscriptions adds items and plans to the rows of subscriptions.
func completeSubscriptions(ctx context.Context, db *gorm.DB, rows []subscriptionRow) ([]billing.Subscription, error) {
	if len(rows) == 0 {
		return nil, nil
	}
	items, err := pg.Many[itemRow](ctx, db, "read items", `
		SELECT subscription_id, provider_id, price_id, amount, currency, "interval", interval_count, quantity
		FROM subscription_items WHERE subscription_id = ANY (?) ORDER BY subscription_id, position`,
		pg.Array[int64](pg.Map(rows, func(r subscriptionRow) int64 { return r.ID })))
	if err != nil {
		return nil, err
	}
	byPrice, err := plansByPrice(ctx, db, pg.Map(rows, func(r subscriptionRow) string { return r.PriceID }))
	if err != nil {
		return nil, err
	}
	ofSubscription := map[int64][]billing.Item{}
	for _, i := range items {
		ofSubscription[i.SubscriptionID] = append(ofSubscription[i.SubscriptionID], i.item())
	}
	return pg.Map(rows, func(r subscriptionRow) billing.Subscription {
		s := r.subscription()
		s.Plan = byPrice[r.PriceID]
		if s.Items = ofSubscription[r.ID]; s.Items == nil && r.PriceID != "" { // written by the previous release
			s.Items = []billing.Item{{
				PriceID: r.PriceID, Amount: r.Amount, Currency: r.Currency, Interval: r.Interval, IntervalCount: r.IntervalCount, Quantity: r.Quantity,
			}}
		}
		return s
	}), nil
}

// SubscriptionByID implements billing.Accounts.
func (s *Store) SubscriptionByID(ctx context.Context, id int64) (billing.Subscription, error) {
	found, err := loadSubscriptions(ctx, s.db, "s.id = ?", id)
	return single(found, err, billing.ErrSubscriptionUnknown)
}

func (r subscriptionRow) subscription() billing.Subscription {
	return billing.Subscription{
		ID: r.ID, ProviderID: r.ProviderID, UserID: r.UserID, Status: billing.Status(r.Status),
		PeriodStart: r.PeriodStart, PeriodEnd: r.PeriodEnd, TrialStart: r.TrialStart, TrialEnd: r.TrialEnd,
		CancelAtPeriodEnd: r.CancelAtPeriodEnd, CancelAt: r.CancelAt, CanceledAt: r.CanceledAt, EndedAt: r.EndedAt,
		CollectionPaused: r.CollectionPaused, CollectionMethod: r.CollectionMethod, PastDueSince: r.PastDueSince, Paid: r.Paid,
		CreatedAt: r.CreatedAt, UpdatedAt: r.UpdatedAt, MRR: r.MRR, MRRCurrency: r.MRRCurrency, Earned: r.Earned, TrialWarned: r.TrialWarned,
		Mark: r.Mark, SeenAt: r.SeenAt,
	}
}

func (t tx) SaveSubscription(ctx context.Context, s *billing.Subscription) error {
	first := s.First()
	id, _, err := pg.First[int64](ctx, t.db, "save subscription", `
		INSERT INTO subscriptions (provider_id, user_id, status, price_id, amount, currency, "interval", interval_count, quantity,
		                           period_start, period_end, trial_start, trial_end, cancel_at_period_end, cancel_at, canceled_at,
		                           ended_at, collection_paused, collection_method, past_due_since, paid, created_at, updated_at,
		                           mrr, mrr_currency, earned, trial_warned, mark, seen_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT ON CONSTRAINT subscriptions_provider_id_unique DO UPDATE SET
			status = excluded.status, price_id = excluded.price_id, amount = excluded.amount, currency = excluded.currency,
			"interval" = excluded."interval", interval_count = excluded.interval_count, quantity = excluded.quantity,
			period_start = excluded.period_start, period_end = excluded.period_end, trial_start = excluded.trial_start,
			trial_end = excluded.trial_end, cancel_at_period_end = excluded.cancel_at_period_end, cancel_at = excluded.cancel_at,
			canceled_at = excluded.canceled_at, ended_at = excluded.ended_at, collection_paused = excluded.collection_paused,
			collection_method = excluded.collection_method, past_due_since = excluded.past_due_since, paid = excluded.paid,
			created_at = excluded.created_at, updated_at = excluded.updated_at,
			mrr = excluded.mrr, mrr_currency = excluded.mrr_currency, earned = excluded.earned, trial_warned = excluded.trial_warned,
			mark = excluded.mark, seen_at = excluded.seen_at
		RETURNING id`,
		s.ProviderID, s.UserID, s.Status, first.PriceID, first.Amount, first.Currency, first.Interval, first.IntervalCount, first.Quantity,
		s.PeriodStart, s.PeriodEnd, s.TrialStart, s.TrialEnd, s.CancelAtPeriodEnd, s.CancelAt, s.CanceledAt,
		s.EndedAt, s.CollectionPaused, s.CollectionMethod, s.PastDueSince, s.Paid, s.CreatedAt, s.UpdatedAt,
		s.MRR, s.MRRCurrency, s.Earned, s.TrialWarned, s.Mark, s.SeenAt)
	if err != nil {
		return err
	}
	s.ID = id
	return t.saveItems(ctx, *s)
}

// saveItems stores the items and deletes those that are no longer there.
func (t tx) saveItems(ctx context.Context, s billing.Subscription) error {
	for n, i := range s.Items {
		_, err := pg.Exec(ctx, t.db, "save item", `
			INSERT INTO subscription_items (subscription_id, position, provider_id, price_id, amount, currency, "interval", interval_count, quantity)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT ON CONSTRAINT subscription_items_pkey DO UPDATE SET
				provider_id = excluded.provider_id, price_id = excluded.price_id, amount = excluded.amount, currency = excluded.currency,
				"interval" = excluded."interval", interval_count = excluded.interval_count, quantity = excluded.quantity`,
			s.ID, n, i.ProviderID, i.PriceID, i.Amount, i.Currency, i.Interval, i.IntervalCount, i.Quantity)
		if err != nil {
			return err
		}
	}
	_, err := pg.Exec(ctx, t.db, "delete items", `DELETE FROM subscription_items WHERE subscription_id = ? AND position >= ?`, s.ID, len(s.Items))
	return err
}
