package postgres

import (
	"context"
	"time"

	"muster/libs/pg"
	"muster/services/billing/internal/billing"
)

type previewRow struct {
	ID             string
	UserID         int64
	SubscriptionID string
	ItemID         string
	PriceID        string
	Quantity       int64
	ProrationDate  time.Time
	PlanID         int64
	Basis          string
	AmountDueNow   int64
	NextAmount     int64
	NextDate       *time.Time
	Begun          bool
	InvoiceID      string
	ExpiresAt      time.Time
}

func (r previewRow) preview() billing.ChangePreview {
	return billing.ChangePreview{
		ID: r.ID, UserID: r.UserID, PlanID: r.PlanID, Basis: r.Basis, AmountDueNow: r.AmountDueNow, NextAmount: r.NextAmount,
		NextDate: r.NextDate, Begun: r.Begun, InvoiceID: r.InvoiceID, ExpiresAt: r.ExpiresAt,
		Change: billing.Change{
			SubscriptionID: r.SubscriptionID, ItemID: r.ItemID, PriceID: r.PriceID, Quantity: r.Quantity, ProrationDate: r.ProrationDate,
		},
	}
}

// AddPreview implements billing.Previews.
func (s *Store) AddPreview(ctx context.Context, p billing.ChangePreview) error {
	_, err := pg.Exec(ctx, s.db, "add preview", `
		INSERT INTO change_previews (id, user_id, subscription_id, item_id, price_id, quantity, proration_date, plan_id, basis,
		                             amount_due_now, next_amount, next_date, begun, expires_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		p.ID, p.UserID, p.Change.SubscriptionID, p.Change.ItemID, p.Change.PriceID, p.Change.Quantity, p.Change.ProrationDate, p.PlanID,
		p.Basis, p.AmountDueNow, p.NextAmount, p.NextDate, p.Begun, p.ExpiresAt)
	return err
}

// Preview implements billing.Previews.
func (s *Store) Preview(ctx context.Context, userID int64, id string) (billing.ChangePreview, error) {
	row, err := pg.One[previewRow](ctx, s.db, "read preview", billing.ErrPreviewStale, `
		SELECT id, user_id, subscription_id, item_id, price_id, quantity, proration_date, plan_id, basis, amount_due_now,
		       next_amount, next_date, begun, invoice_id, expires_at
		FROM change_previews WHERE id = ? AND user_id = ?`, id, userID)
	return row.preview(), err
}

// BeginChange implements billing.Previews.
func (s *Store) BeginChange(ctx context.Context, id string) error {
	_, err := pg.Exec(ctx, s.db, "begin change", `UPDATE change_previews SET begun = true WHERE id = ?`, id)
	return err
}

// AwaitPayment implements billing.Previews.
func (s *Store) AwaitPayment(ctx context.Context, id, invoiceID string) error {
	_, err := pg.Exec(ctx, s.db, "await payment", `UPDATE change_previews SET invoice_id = ? WHERE id = ?`, invoiceID, id)
	return err
}

// PurgePreviews implements billing.Previews.
func (s *Store) PurgePreviews(ctx context.Context, before time.Time) error {
	return s.purge(ctx, "purge previews", `
		DELETE FROM change_previews WHERE id IN (
			SELECT id FROM change_previews WHERE expires_at < ? ORDER BY expires_at LIMIT ? FOR UPDATE SKIP LOCKED)`, before)
}
