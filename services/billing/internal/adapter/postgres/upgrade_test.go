package postgres_test

import (
	"testing"
	"time"

	"muster/libs/limits/limitstest"
	"muster/libs/outbox"
	"muster/libs/testkit/pgtest"
	"muster/services/billing/internal/adapter/postgres"
	"muster/services/billing/internal/billing"
	"muster/services/billing/internal/billing/billingtest"
)

// TestWhatAnOldReplicaHasQueuedIsDone: during a rolling upgrade, a replica of an earlier release receives a webhook and dies.
// It has written what it knew: an event without a subject, and a task of its own for it.
func TestWhatAnOldReplicaHasQueuedIsDone(t *testing.T) {
	db, _ := pgtest.New(t, outbox.Migrations, postgres.Migrations)
	store, ctx, now := postgres.New(db), t.Context(), billingtest.T0
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, statement := range []string{
		`INSERT INTO webhook_events (id, type, object_id, customer_id, created_at, received_at) VALUES
			('evt_1', 'customer.subscription.updated', 'sub_1', 'cus_1', now(), now()), ('evt_2', 'product.updated', 'prod_1', '', now(), now())`,
		`INSERT INTO tasks (kind, subject, state, next_try_at, created_at) SELECT 'event', id, 'waiting', '2026-01-01', now() FROM webhook_events`,
		`INSERT INTO tasks (kind, subject, state, next_try_at, created_at) VALUES ('event', 'evt_purged', 'waiting', '2026-01-01', now())`,
	} {
		check(db.Exec(statement).Error)
	}
	clock := func() time.Time { return now }
	provider := billingtest.NewProvider(clock)
	start, end := now, now.AddDate(0, 1, 0)
	provider.Put(billing.ProviderSubscription{
		ID: "sub_1", CustomerID: "cus_1", UserKey: "key-of-42", Status: billing.Active, PeriodStart: &start, PeriodEnd: &end, CreatedAt: now,
		Items: []billing.Item{{ProviderID: "si_1", PriceID: "price_1", Amount: 1500, Currency: "usd", Interval: "month", IntervalCount: 1, Quantity: 1}},
	})
	service := billing.New(billing.Ports{Store: store, Payments: provider, Throttle: limitstest.New(clock), Now: clock, NewID: func() string { return "key-of-42" }},
		billing.Rules{WrongCodesPerHour: 1, DeclinesPerHour: 1})
	check(service.FollowUser(ctx, billing.Profile{UserID: 42, Version: 1, AccessVersion: 1, Email: "a@example.com", TypeCode: "NONS", Active: true}))
	for worked := true; worked; {
		var err error
		worked, err = service.Work(ctx, billing.Urgent)
		check(err)
	}
	u, err := store.User(ctx, 42)
	check(err)
	if u.State.Current == nil || u.State.Current.Status != "active" {
		t.Errorf("%+v", u.State)
	}
	o, err := store.EventOutcome(ctx, "evt_1")
	check(err)
	if o.State != billing.TaskDone || len(o.Writes) != 1 {
		t.Errorf("%+v", o)
	}
}
