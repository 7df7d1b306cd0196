package postgres

import (
	"context"
	"net/url"

	"muster/libs/listing"
	"muster/services/billing/internal/billing"
)

// Lists are the declarations of the lists, by the names that the routes give them.
func Lists() map[string]*listing.List {
	return map[string]*listing.List{
		"invoices": invoices, "plans": plans, "coupons": coupons, "promotions": promotions, "redemptions": redemptions, "subscriptions": subscriptions,
		"webhookEvents": webhookEvents, "ledger": ledger, "runs": runs, "acts": acts,
	}
}

var invoices = listing.New(
	listing.Field{Name: "id", Column: "i.id", Kind: listing.Integer, Digits: true, ID: true, Sortable: true, Filterable: true},
	listing.Field{Name: "stripeInvoiceId", Column: "i.provider_id", Kind: listing.Text, Sortable: true, Filterable: true, Searched: true},
	listing.Field{Name: "stripeSubscriptionId", Column: "NULLIF(i.subscription_id, '')", Kind: listing.Text, Nullable: true, Sortable: true, Filterable: true, Searched: true},
	listing.Field{Name: "status", Column: "i.status", Kind: listing.Code, Sortable: true, Filterable: true, Searched: true, Values: []string{
		string(billing.InvoiceOpen), string(billing.InvoicePaid), string(billing.InvoiceUncollectible), string(billing.InvoiceVoid),
	}},
	listing.Field{Name: "reason", Column: "i.reason", Kind: listing.Code, Sortable: true, Filterable: true},
	listing.Field{Name: "currency", Column: "i.currency", Kind: listing.Code, Sortable: true, Filterable: true},
	listing.Field{Name: "subtotal", Column: "i.subtotal", Kind: listing.Integer, Sortable: true, Filterable: true},
	listing.Field{Name: "discount", Column: "i.discount", Kind: listing.Integer, Sortable: true, Filterable: true},
	listing.Field{Name: "tax", Column: "i.tax", Kind: listing.Integer, Sortable: true, Filterable: true},
	listing.Field{Name: "total", Column: "i.total", Kind: listing.Integer, Sortable: true, Filterable: true},
	listing.Field{Name: "amountPaid", Column: "i.paid", Kind: listing.Integer, Sortable: true, Filterable: true},
	listing.Field{Name: "amountDue", Column: "i.due", Kind: listing.Integer, Sortable: true, Filterable: true},
	listing.Field{Name: "issuedAt", Column: "i.issued_at", Kind: listing.Date, Sortable: true, Filterable: true},
	listing.Field{Name: "finalizedAt", Column: "i.finalized_at", Kind: listing.Date, Nullable: true, Sortable: true, Filterable: true},
	listing.Field{Name: "dueAt", Column: "i.due_at", Kind: listing.Date, Nullable: true, Sortable: true, Filterable: true},
	listing.Field{Name: "paidAt", Column: "i.paid_at", Kind: listing.Date, Nullable: true, Sortable: true, Filterable: true},
	listing.Field{Name: "voidedAt", Column: "i.voided_at", Kind: listing.Date, Nullable: true, Sortable: true, Filterable: true},
)

// Invoices lists a user's own invoices, without drafts and without their lines.
func (s *Store) Invoices(ctx context.Context, userID int64, u *url.URL) (listing.Page[billing.Invoice], error) {
	q, err := invoices.ParseURL(u)
	if err != nil {
		return listing.Page[billing.Invoice]{}, err
	}
	page, err := listing.Fetch[invoiceRow](ctx, s.db, q.And("i.user_id = ? AND i.status <> 'draft'", userID), `i.id, i.provider_id,
		i.user_id, i.subscription_id, i.status, i.reason, i.currency, i.subtotal, i.discount, i.tax, i.total, i.paid, i.due, i.issued_at,
		i.finalized_at, i.due_at, i.paid_at, i.voided_at`, "invoices i")
	return listing.Map(page, invoiceRow.invoice), err
}

// Plans lists the plans on sale by ascending price.
func (s *Store) Plans(ctx context.Context) ([]billing.Plan, error) {
	return findPlans(ctx, s.db, "p.active ORDER BY p.amount, p.id")
}
