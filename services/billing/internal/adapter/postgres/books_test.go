package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"testing"
	"time"

	"muster/libs/contracts/billingv1"
	"muster/libs/outbox"
	"muster/libs/testkit/pgtest"
	"muster/services/billing/internal/adapter/postgres"
	"muster/services/billing/internal/billing"
)

var t0 = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// sampleEntry is a ledger entry with every member set.
func sampleEntry(n int) billing.LedgerEntry {
	return billing.LedgerEntry{
		Key: fmt.Sprint("refund/re_", n), UserID: int64(40 + n), Kind: billingv1.EntryRefund, Amount: int64(-n), Tax: -2, Currency: "usd", SubscriptionID: 7,
		ProviderSubID: "sub_1", InvoiceID: fmt.Sprint("in_", n), ChargeID: "ch_1", RefundID: "re_1", DisputeID: "dp_1", Interval: "month",
		IntervalCount: 3, OccurredAt: t0.Add(time.Duration(n) * time.Hour), RecordedAt: t0,
	}
}

func booked(t *testing.T, s *postgres.Store, entries ...billing.LedgerEntry) []billing.LedgerEntry {
	t.Helper()
	var all []billing.LedgerEntry
	err := s.Tx(t.Context(), func(ctx context.Context, tx billing.Tx) (err error) {
		all, err = tx.Book(ctx, entries...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func address(t *testing.T, query string) *url.URL {
	t.Helper()
	u, err := url.Parse("/api/billing/ledger?" + query)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func TestTheLedgerIsListed(t *testing.T) {
	db, _ := pgtest.New(t, outbox.Migrations, postgres.Migrations)
	s := postgres.New(db)
	plain := billing.LedgerEntry{Key: "payment/in_9", UserID: 1, Kind: billingv1.EntryPayment, Amount: 900, Currency: "eur", OccurredAt: t0, RecordedAt: t0}
	all := booked(t, s, sampleEntry(1), sampleEntry(2), plain)
	for query, want := range map[string][]billing.LedgerEntry{
		"":                                  all,
		`sort=["occurredAt","DESC"]`:        {all[1], all[0], all[2]},
		`filter={"kind":"payment"}`:         {all[2]},
		`filter={"stripeInvoiceId":"in_2"}`: {all[1]},
		`filter={"stripeRefundId":"null"}`:  {all[2]},
		`filter={"occurredAt":["2026-03-01T13:00:00Z","2026-03-01T13:00:00Z"]}`: {all[0]},
		"page=2&perPage=2": {all[2]},
	} {
		page, err := s.Ledger(t.Context(), address(t, query))
		if err != nil || !slices.Equal(page.Data, want) {
			t.Errorf("%s: %v\n%+v", query, err, page.Data)
		}
	}
	if _, err := s.Ledger(t.Context(), address(t, `filter={"kind":"gift"}`)); err == nil {
		t.Error("an unknown kind is accepted")
	}
}

// An export has every selected entry once, also those of many batches.
func TestTheLedgerIsExportedInBatches(t *testing.T) {
	db, _ := pgtest.New(t, outbox.Migrations, postgres.Migrations)
	s := postgres.New(db)
	err := db.Exec(`INSERT INTO ledger_entries (key, user_id, kind, amount, tax, currency, occurred_at, recorded_at)
		SELECT 'k' || n, n % 2, 'payment', n, 0, 'usd', now(), now() FROM generate_series(1, 4500) n`).Error
	if err != nil {
		t.Fatal(err)
	}
	var batches []int
	var sum int64
	err = s.LedgerEntries(t.Context(), address(t, `filter={"userId":1}&perPage=3`), func(entries []billing.LedgerEntry) error {
		batches = append(batches, len(entries))
		for _, e := range entries {
			sum += e.Amount
		}
		booked(t, s, sampleEntry(len(batches))) // what is added meanwhile is left out
		return nil
	})
	if err != nil || !slices.Equal(batches, []int{1000, 1000, 250}) || sum != 2250*2250 {
		t.Errorf("%v %d %v", batches, sum, err)
	}
	broken := errors.New("the caller is gone")
	if err := s.LedgerEntries(t.Context(), address(t, ""), func([]billing.LedgerEntry) error { return broken }); !errors.Is(err, broken) {
		t.Errorf("%v", err)
	}
}

func TestMovementsBySum(t *testing.T) {
	db, _ := pgtest.New(t, outbox.Migrations, postgres.Migrations)
	s := postgres.New(db)
	add := func(kind billing.MovementKind, amount int64, currency string, at time.Time) {
		t.Helper()
		err := s.Tx(t.Context(), func(ctx context.Context, tx billing.Tx) error {
			return tx.AddMovement(ctx, billing.Movement{UserID: 1, SubscriptionID: 2, Kind: kind, Amount: amount, Currency: currency, At: at, RecordedAt: t0})
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	start := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	add(billing.MovementNew, 1500, "usd", start)
	add(billing.MovementNew, 500, "usd", start.AddDate(0, 1, 0).Add(-time.Second))
	add(billing.MovementChurn, -500, "usd", start.AddDate(0, 1, 0))
	add(billing.MovementNew, 7, "eur", start)
	sums, err := s.Movements(t.Context())
	want := []billing.MovementSum{
		{Currency: "eur", Month: start, Kind: billing.MovementNew, Amount: 7, Number: 1},
		{Currency: "usd", Month: start, Kind: billing.MovementNew, Amount: 2000, Number: 2},
		{Currency: "usd", Month: start.AddDate(0, 1, 0), Kind: billing.MovementChurn, Amount: -500, Number: 1},
	}
	if err != nil || !slices.Equal(sums, want) {
		t.Errorf("%v %+v", err, sums)
	}
	for _, statement := range []string{"UPDATE mrr_movements SET amount = 6", "DELETE FROM mrr_movements", "TRUNCATE mrr_movements"} {
		if err := db.Exec(statement).Error; err == nil {
			t.Errorf("%s is possible", statement)
		}
	}
}
