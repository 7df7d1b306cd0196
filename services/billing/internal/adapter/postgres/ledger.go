package postgres

import (
	"context"

	"muster/libs/pg"
	"muster/services/billing/internal/billing"
)

// Book implements billing.Books. A trigger refuses any change of an entry.
func (t tx) Book(ctx context.Context, entries ...billing.LedgerEntry) ([]billing.LedgerEntry, error) {
	var booked []billing.LedgerEntry
	for _, e := range entries {
		id, added, err := pg.First[int64](ctx, t.db, "book", `
			INSERT INTO ledger_entries (key, user_id, kind, amount, tax, currency, subscription_id, provider_subscription_id, invoice_id,
			                            charge_id, refund_id, dispute_id, "interval", interval_count, occurred_at, recorded_at)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT ON CONSTRAINT ledger_entries_key_unique DO NOTHING
			RETURNING id`,
			e.Key, e.UserID, e.Kind, e.Amount, e.Tax, e.Currency, pg.OrNull(e.SubscriptionID), pg.OrNull(e.ProviderSubID), pg.OrNull(e.InvoiceID),
			pg.OrNull(e.ChargeID), pg.OrNull(e.RefundID), pg.OrNull(e.DisputeID), pg.OrNull(e.Interval), pg.OrNull(e.IntervalCount),
			e.OccurredAt, e.RecordedAt)
		if err != nil {
			return nil, err
		}
		if added {
			e.ID = id
			booked = append(booked, e)
		}
	}
	return booked, nil
}
