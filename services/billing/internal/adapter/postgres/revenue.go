package postgres

import (
	"context"
	"time"

	"muster/libs/pg"
	"muster/services/billing/internal/billing"
)

// AddMovement implements billing.Books. A trigger refuses any change of a movement.
func (t tx) AddMovement(ctx context.Context, m billing.Movement) error {
	_, err := pg.Exec(ctx, t.db, "add movement", `
		INSERT INTO mrr_movements (user_id, subscription_id, kind, amount, currency, occurred_at, recorded_at) VALUES (?, ?, ?, ?, ?, ?, ?)`,
		m.UserID, m.SubscriptionID, m.Kind, m.Amount, m.Currency, m.At, m.RecordedAt)
	return err
}

// Movements returns the sums of all movements of the MRR by currency, month and kind. Months are UTC's.
func (s *Store) Movements(ctx context.Context) ([]billing.MovementSum, error) {
	type sumRow struct {
		Currency string
		Month    time.Time
		Kind     string
		Amount   int64
		Number   int64
	}
	rows, err := pg.Many[sumRow](ctx, s.db, "sum movements", `
		SELECT currency, date_trunc('month', occurred_at, 'UTC') AS month, kind, sum(amount)::bigint AS amount, count(*) AS number
		FROM mrr_movements GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`)
	return pg.Map(rows, func(r sumRow) billing.MovementSum {
		return billing.MovementSum{Currency: r.Currency, Month: r.Month, Kind: billing.MovementKind(r.Kind), Amount: r.Amount, Number: r.Number}
	}), err
}
