package postgres_test

import (
	"context"
	"testing"
	"time"

	"muster/libs/outbox"
	"muster/libs/testkit/pgtest"
	"muster/services/billing/internal/adapter/postgres"
	"muster/services/billing/internal/billing"
	"muster/services/billing/internal/billing/billingtest"
)

func TestPostgresIsAStore(t *testing.T) {
	billingtest.TestStore(t, func(t *testing.T) billingtest.StoreHarness {
		db, _ := pgtest.New(t, outbox.Migrations, postgres.Migrations)
		return billingtest.StoreHarness{Store: postgres.New(db), Published: func(t *testing.T) int {
			var n int
			if err := db.WithContext(t.Context()).Raw("SELECT count(*) FROM outbox").Scan(&n).Error; err != nil {
				t.Fatal(err)
			}
			return n
		}}
	})
}

// TestAPurgeKeepsUpWithWhatCame: a purge deletes more than one batch if more was settled.
func TestAPurgeKeepsUpWithWhatCame(t *testing.T) {
	db, _ := pgtest.New(t, outbox.Migrations, postgres.Migrations)
	for _, statement := range []string{
		`INSERT INTO webhook_events (id, type, object_id, customer_id, created_at, received_at, subject, state)
			SELECT 'evt_' || n, 'invoice.paid', '', '', now(), now(), 'sub_' || n, CASE n WHEN 7 THEN 'dead' ELSE 'done' END
			FROM generate_series(1, 2500) n`,
		`INSERT INTO tasks (kind, subject, state, next_try_at, created_at, settled_at)
			SELECT 'sync', subject, state, now(), now(), now() FROM webhook_events`,
	} {
		if err := db.Exec(statement).Error; err != nil {
			t.Fatal(err)
		}
	}
	if err := postgres.New(db).PurgeHandled(t.Context(), time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	for _, table := range []string{"webhook_events", "tasks"} {
		var left int
		if err := db.Raw("SELECT count(*) FROM " + table).Scan(&left).Error; err != nil || left != 1 {
			t.Errorf("%d %s are left (%v), want the one that was given up", left, table, err)
		}
	}
}

// TestTheBooksAreAppendOnly: the database refuses to change or delete what was booked, whoever asks.
func TestTheBooksAreAppendOnly(t *testing.T) {
	db, _ := pgtest.New(t, outbox.Migrations, postgres.Migrations)
	err := db.Exec(`INSERT INTO ledger_entries (key, user_id, kind, amount, tax, currency, occurred_at, recorded_at)
		VALUES ('payment/in_1', 1, 'payment', 5, 0, 'usd', now(), now())`).Error
	if err != nil {
		t.Fatal(err)
	}
	for _, statement := range []string{
		"UPDATE ledger_entries SET amount = 6", "DELETE FROM ledger_entries", "TRUNCATE ledger_entries", "UPDATE ledger_entries SET amount = 6 WHERE false",
	} {
		if err := db.Exec(statement).Error; err == nil {
			t.Errorf("%s is possible", statement)
		}
	}
}

// TestAnEnqueuedChangeIsNotClaimedBeforeItsCommit: the task that waits is marked to run once more already, but the attempt
// that would take the mark away must see the change.
func TestAnEnqueuedChangeIsNotClaimedBeforeItsCommit(t *testing.T) {
	db, _ := pgtest.New(t, outbox.Migrations, postgres.Migrations)
	store, now := postgres.New(db), time.Now()
	enqueue := func(then func()) {
		t.Helper()
		err := store.Tx(t.Context(), func(ctx context.Context, tx billing.Tx) error {
			defer then()
			return tx.Enqueue(ctx, billing.TaskCustomer, "1", now)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	claims := func(want bool) {
		t.Helper()
		if _, found, err := store.Claim(t.Context(), billing.Bulk, now, time.Minute); err != nil || found != want {
			t.Errorf("claimed %v, want %v: %v", found, want, err)
		}
	}
	for range 2 {
		enqueue(func() {})
	}
	enqueue(func() { claims(false) })
	claims(true)
}
