package postgres

import (
	"context"
	"net/url"
	"time"

	"muster/libs/contracts/billingv1"
	"muster/libs/listing"
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

// ledger is the list of ledger entries.
var ledger = listing.New(
	listing.Field{Name: "id", Column: "l.id", Kind: listing.Integer, Digits: true, ID: true, Sortable: true, Filterable: true},
	listing.Field{Name: "userId", Column: "l.user_id", Kind: listing.Integer, Digits: true, Sortable: true, Filterable: true},
	listing.Field{Name: "kind", Column: "l.kind", Kind: listing.Code, Sortable: true, Filterable: true, Values: billing.EntryKinds},
	listing.Field{Name: "amount", Column: "l.amount", Kind: listing.Integer, Sortable: true, Filterable: true},
	listing.Field{Name: "tax", Column: "l.tax", Kind: listing.Integer, Sortable: true, Filterable: true},
	listing.Field{Name: "currency", Column: "l.currency", Kind: listing.Code, Sortable: true, Filterable: true},
	listing.Field{Name: "subscriptionId", Column: "l.subscription_id", Kind: listing.Integer, Digits: true, Nullable: true, Sortable: true, Filterable: true},
	listing.Field{Name: "stripeSubscriptionId", Column: "l.provider_subscription_id", Kind: listing.Code, Nullable: true, Filterable: true},
	listing.Field{Name: "stripeInvoiceId", Column: "l.invoice_id", Kind: listing.Code, Nullable: true, Filterable: true},
	listing.Field{Name: "stripeChargeId", Column: "l.charge_id", Kind: listing.Code, Nullable: true, Filterable: true},
	listing.Field{Name: "stripeRefundId", Column: "l.refund_id", Kind: listing.Code, Nullable: true, Filterable: true},
	listing.Field{Name: "stripeDisputeId", Column: "l.dispute_id", Kind: listing.Code, Nullable: true, Filterable: true},
	listing.Field{Name: "planInterval", Column: `l."interval"`, Kind: listing.Code, Nullable: true, Sortable: true, Filterable: true},
	listing.Field{Name: "occurredAt", Column: "l.occurred_at", Kind: listing.Date, Sortable: true, Filterable: true},
	listing.Field{Name: "recordedAt", Column: "l.recorded_at", Kind: listing.Date, Sortable: true, Filterable: true},
)

const (
	ledgerTable   = "ledger_entries l"
	ledgerColumns = `l.id, l.key, l.user_id, l.kind, l.amount, l.tax, l.currency, l.subscription_id, l.provider_subscription_id, l.invoice_id,
		l.charge_id, l.refund_id, l.dispute_id, l."interval", l.interval_count, l.occurred_at, l.recorded_at`
)

type entryRow struct {
	ID                     int64
	Key                    string
	UserID                 int64
	Kind                   string
	Amount                 int64
	Tax                    int64
	Currency               string
	SubscriptionID         *int64
	ProviderSubscriptionID *string
	InvoiceID              *string
	ChargeID               *string
	RefundID               *string
	DisputeID              *string
	Interval               *string
	IntervalCount          *int
	OccurredAt             time.Time
	RecordedAt             time.Time
}

func (r entryRow) entry() billing.LedgerEntry {
	return billing.LedgerEntry{
		ID: r.ID, Key: r.Key, UserID: r.UserID, Kind: billingv1.EntryKind(r.Kind), Amount: r.Amount, Tax: r.Tax, Currency: r.Currency,
		SubscriptionID: pg.OrZero(r.SubscriptionID), ProviderSubID: pg.OrZero(r.ProviderSubscriptionID), InvoiceID: pg.OrZero(r.InvoiceID),
		ChargeID: pg.OrZero(r.ChargeID), RefundID: pg.OrZero(r.RefundID), DisputeID: pg.OrZero(r.DisputeID), Interval: pg.OrZero(r.Interval),
		IntervalCount: pg.OrZero(r.IntervalCount), OccurredAt: r.OccurredAt, RecordedAt: r.RecordedAt,
	}
}

// Ledger returns the page of ledger entries that the URL asks for.
func (s *Store) Ledger(ctx context.Context, u *url.URL) (listing.Page[billing.LedgerEntry], error) {
	q, err := ledger.ParseURL(u)
	if err != nil {
		return listing.Page[billing.LedgerEntry]{}, err
	}
	page, err := listing.Fetch[entryRow](ctx, s.db, q, ledgerColumns, ledgerTable)
	return listing.Map(page, entryRow.entry), err
}

// ledgerBatch is the number of entries that LedgerEntries has in memory.
const ledgerBatch = 1000

// LedgerEntries calls each with all entries that the URL's filter selects, in batches by ascending id. It holds no
// transaction while each runs: entries never change, and those that are added meanwhile are left out. It ends with the
// first error of each.
func (s *Store) LedgerEntries(ctx context.Context, u *url.URL, each func([]billing.LedgerEntry) error) error {
	q, err := ledger.ParseURL(u)
	if err != nil {
		return err
	}
	last, _, err := pg.First[int64](ctx, s.db, "newest entry", `SELECT coalesce(max(id), 0) FROM ledger_entries`)
	if err != nil {
		return err
	}
	for after := int64(0); ; {
		where, args := q.And("l.id > ? AND l.id <= ?", after, last).Where()
		rows, err := pg.Many[entryRow](ctx, s.db, "read entries",
			"SELECT "+ledgerColumns+" FROM "+ledgerTable+" WHERE "+where+" ORDER BY l.id LIMIT ?", append(args, ledgerBatch)...)
		if err != nil || len(rows) == 0 {
			return err
		}
		if err := each(pg.Map(rows, entryRow.entry)); err != nil || len(rows) < ledgerBatch {
			return err
		}
		after = rows[len(rows)-1].ID
	}
}
