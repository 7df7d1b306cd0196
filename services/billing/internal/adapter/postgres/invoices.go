package postgres

import (
	"context"
	"time"

	"gorm.io/gorm"

	"muster/libs/pg"
	"muster/services/billing/internal/billing"
)

type invoiceRow struct {
	ID              int64
	ProviderID      string
	UserID          int64
	SubscriptionID  string
	Status          string
	Reason          string
	Currency        string
	Subtotal        int64
	Discount        int64
	Tax             int64
	Total           int64
	Paid            int64
	Due             int64
	IssuedAt        time.Time
	FinalizedAt     *time.Time
	DueAt           *time.Time
	PaidAt          *time.Time
	VoidedAt        *time.Time
	UncollectibleAt *time.Time
	ActionRequired  bool
	ChargeID        string
	Mark            string
	Lines           pg.JSON[[]billing.InvoiceLine]
}

func (r invoiceRow) invoice() billing.Invoice {
	return billing.Invoice{
		ID: r.ID, ProviderID: r.ProviderID, UserID: r.UserID, SubscriptionID: r.SubscriptionID, Status: billing.InvoiceStatus(r.Status),
		Reason: r.Reason, Currency: r.Currency, Subtotal: r.Subtotal, Discount: r.Discount, Tax: r.Tax, Total: r.Total, Paid: r.Paid,
		Due: r.Due, IssuedAt: r.IssuedAt, FinalizedAt: r.FinalizedAt, DueAt: r.DueAt, PaidAt: r.PaidAt, VoidedAt: r.VoidedAt,
		UncollectibleAt: r.UncollectibleAt, ActionRequired: r.ActionRequired, ChargeID: r.ChargeID, Mark: r.Mark, Lines: r.Lines.V,
	}
}

// recentInvoices is how many of a subscription's newest invoices an account has. The current period's own invoice is
// among them, even after several changes of the plan.
const recentInvoices = 12

const selectInvoices = `
		SELECT id, provider_id, user_id, subscription_id, status, reason, currency, subtotal, discount, tax, total, paid, due,
		       issued_at, finalized_at, due_at, paid_at, voided_at, uncollectible_at, action_required, charge_id, mark, lines
		FROM invoices`

// Invoice implements billing.Accounts.
func (s *Store) Invoice(ctx context.Context, providerID string) (billing.Invoice, error) {
	return findInvoice(ctx, s.db, providerID)
}

// InvoiceByID implements billing.Accounts.
func (s *Store) InvoiceByID(ctx context.Context, id int64) (billing.Invoice, error) {
	row, err := pg.One[invoiceRow](ctx, s.db, "read invoice", billing.ErrInvoiceNotFound, selectInvoices+` WHERE id = ?`, id)
	return row.invoice(), err
}

// Invoice implements billing.Books.
func (t tx) Invoice(ctx context.Context, providerID string) (billing.Invoice, error) {
	return findInvoice(ctx, t.db, providerID)
}

func findInvoice(ctx context.Context, db *gorm.DB, providerID string) (billing.Invoice, error) {
	row, err := pg.One[invoiceRow](ctx, db, "read invoice", billing.ErrInvoiceNotFound, selectInvoices+` WHERE provider_id = ?`, providerID)
	return row.invoice(), err
}

// FinalInvoices implements billing.Books.
func (t tx) FinalInvoices(ctx context.Context, userID int64) ([]billing.Invoice, error) {
	rows, err := pg.Many[invoiceRow](ctx, t.db, "read final invoices", selectInvoices+`
		WHERE user_id = ? AND subscription_id <> '' AND status IN ('open', 'paid', 'uncollectible') ORDER BY issued_at, id`, userID)
	return pg.Map(rows, invoiceRow.invoice), err
}

// loadInvoices reads the invoices that can still matter: the open ones, the newest of each subscription that has not
// ended, and those that consumed a redemption.
func loadInvoices(ctx context.Context, db *gorm.DB, a billing.Account) ([]billing.Invoice, error) {
	var subscriptions, consumedBy []string
	for _, s := range a.Subscriptions {
		subscriptions = append(subscriptions, s.ProviderID)
	}
	for _, r := range a.Redemptions {
		if r.ConsumedBy != "" {
			consumedBy = append(consumedBy, r.ConsumedBy)
		}
	}
	rows, err := pg.Many[invoiceRow](ctx, db, "read invoices", selectInvoices+`
		WHERE id IN (
			SELECT id FROM invoices WHERE user_id = ? AND status = 'open'
			UNION SELECT id FROM invoices WHERE provider_id = ANY (?)
			UNION SELECT recent.id FROM unnest(?::text[]) AS s (provider_id) CROSS JOIN LATERAL (
				SELECT id FROM invoices WHERE user_id = ? AND subscription_id = s.provider_id ORDER BY issued_at DESC, id DESC LIMIT ?) AS recent)
		ORDER BY issued_at, id`,
		a.User.ID, pg.Array[string](consumedBy), pg.Array[string](subscriptions), a.User.ID, recentInvoices)
	return pg.Map(rows, invoiceRow.invoice), err
}

func (t tx) SaveInvoice(ctx context.Context, i *billing.Invoice) error {
	id, _, err := pg.First[int64](ctx, t.db, "save invoice", `
		INSERT INTO invoices (provider_id, user_id, subscription_id, status, reason, currency, subtotal, discount, tax, total, paid, due,
		                      issued_at, finalized_at, due_at, paid_at, voided_at, uncollectible_at, action_required, charge_id, mark, lines)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT ON CONSTRAINT invoices_provider_id_unique DO UPDATE SET
			subscription_id = excluded.subscription_id, status = excluded.status, reason = excluded.reason, currency = excluded.currency,
			subtotal = excluded.subtotal, discount = excluded.discount, tax = excluded.tax, total = excluded.total, paid = excluded.paid,
			due = excluded.due, issued_at = excluded.issued_at, finalized_at = excluded.finalized_at, due_at = excluded.due_at,
			paid_at = excluded.paid_at, voided_at = excluded.voided_at,
			uncollectible_at = excluded.uncollectible_at, action_required = excluded.action_required, charge_id = excluded.charge_id, mark = excluded.mark, lines = excluded.lines
		RETURNING id`,
		i.ProviderID, i.UserID, i.SubscriptionID, i.Status, i.Reason, i.Currency, i.Subtotal, i.Discount, i.Tax, i.Total, i.Paid, i.Due,
		i.IssuedAt, i.FinalizedAt, i.DueAt, i.PaidAt, i.VoidedAt,
		i.UncollectibleAt, i.ActionRequired, i.ChargeID, i.Mark, pg.JSONOf(i.Lines))
	if err == nil {
		i.ID = id
	}
	return err
}
