package postgres

import (
	"context"
	"time"

	"muster/libs/pg"
	"muster/services/billing/internal/billing"
)

type chargeRow struct {
	ID          int64
	ProviderID  string
	UserID      int64
	CustomerID  string
	InvoiceID   string
	Status      string
	Currency    string
	Amount      int64
	Captured    int64
	Refunded    int64
	Disputed    bool
	FailureCode string
	CreatedAt   time.Time
}

type refundRow struct {
	ProviderID string
	Amount     int64
	Status     string
	Reason     string
	CreatedAt  time.Time
	ReturnedAt *time.Time
}

type disputeRow struct {
	ProviderID   string
	Amount       int64
	Status       string
	Reason       string
	CreatedAt    time.Time
	WithdrawnAt  *time.Time
	ReinstatedAt *time.Time
}

func (t tx) Charge(ctx context.Context, providerID string) (billing.Charge, error) {
	row, err := pg.One[chargeRow](ctx, t.db, "read charge", billing.ErrChargeNotFound, `
		SELECT id, provider_id, user_id, customer_id, invoice_id, status, currency, amount, captured, refunded, disputed, failure_code, created_at
		FROM charges WHERE provider_id = ?`, providerID)
	if err != nil {
		return billing.Charge{}, err
	}
	refunds, err := pg.Many[refundRow](ctx, t.db, "read refunds", `
		SELECT provider_id, amount, status, reason, created_at, returned_at FROM refunds WHERE charge_id = ? ORDER BY position`, row.ID)
	if err != nil {
		return billing.Charge{}, err
	}
	disputes, err := pg.Many[disputeRow](ctx, t.db, "read disputes", `
		SELECT provider_id, amount, status, reason, created_at, withdrawn_at, reinstated_at FROM disputes WHERE charge_id = ? ORDER BY position`, row.ID)
	c := billing.Charge{ID: row.ID, UserID: row.UserID, ProviderCharge: billing.ProviderCharge{
		ID: row.ProviderID, CustomerID: row.CustomerID, InvoiceID: row.InvoiceID, Status: billing.ChargeStatus(row.Status),
		Currency: row.Currency, Amount: row.Amount, Captured: row.Captured, Refunded: row.Refunded, Disputed: row.Disputed, FailureCode: row.FailureCode, CreatedAt: row.CreatedAt,
	}}
	for _, r := range refunds {
		c.Refunds = append(c.Refunds, billing.Refund(r))
	}
	for _, d := range disputes {
		c.Disputes = append(c.Disputes, billing.Dispute(d))
	}
	return c, err
}

func (t tx) SaveCharge(ctx context.Context, c *billing.Charge) error {
	id, _, err := pg.First[int64](ctx, t.db, "save charge", `
		INSERT INTO charges (provider_id, user_id, customer_id, invoice_id, status, currency, amount, captured, refunded, disputed, failure_code, created_at, mark)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT ON CONSTRAINT charges_provider_id_unique DO UPDATE SET
			invoice_id = excluded.invoice_id, status = excluded.status, currency = excluded.currency, amount = excluded.amount,
			captured = excluded.captured, refunded = excluded.refunded, disputed = excluded.disputed, mark = excluded.mark,
			failure_code = excluded.failure_code, created_at = excluded.created_at
		RETURNING id`,
		c.ProviderCharge.ID, c.UserID, c.CustomerID, c.InvoiceID, c.Status, c.Currency, c.Amount, c.Captured, c.Refunded, c.Disputed,
		c.FailureCode, c.CreatedAt, c.Mark())
	if err != nil {
		return err
	}
	c.ID = id
	for n, r := range c.Refunds {
		if _, err := pg.Exec(ctx, t.db, "save refund", `
			INSERT INTO refunds (provider_id, charge_id, position, amount, status, reason, created_at, returned_at, mark)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT ON CONSTRAINT refunds_pkey DO UPDATE SET
				position = excluded.position, amount = excluded.amount, status = excluded.status, reason = excluded.reason,
				created_at = excluded.created_at, returned_at = excluded.returned_at, mark = excluded.mark`,
			r.ProviderID, id, n, r.Amount, r.Status, r.Reason, r.CreatedAt, r.ReturnedAt, r.Mark()); err != nil {
			return err
		}
	}
	for n, d := range c.Disputes {
		if _, err := pg.Exec(ctx, t.db, "save dispute", `
			INSERT INTO disputes (provider_id, charge_id, position, amount, status, reason, created_at, withdrawn_at, reinstated_at, mark)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT ON CONSTRAINT disputes_pkey DO UPDATE SET
				position = excluded.position, amount = excluded.amount, status = excluded.status, reason = excluded.reason,
				created_at = excluded.created_at, withdrawn_at = excluded.withdrawn_at, reinstated_at = excluded.reinstated_at, mark = excluded.mark`,
			d.ProviderID, id, n, d.Amount, d.Status, d.Reason, d.CreatedAt, d.WithdrawnAt, d.ReinstatedAt, d.Mark()); err != nil {
			return err
		}
	}
	return nil
}
