package main

import (
	"strings"
	"testing"
	"time"

	"muster/libs/testkit/pgtest"
	"muster/services/billing/internal/adapter/postgres"
)

func TestTheAgeOfWaitingWebhooksIsMeasured(t *testing.T) {
	db, _ := pgtest.New(t, blueprint.Migrations...)
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	measure := webhookAge(postgres.New(db), func() time.Time { return now })
	age := func() float64 {
		t.Helper()
		seconds, err := measure(t.Context())
		must(t, err)
		return seconds
	}
	if got := age(); got != 0 {
		t.Errorf("%v s without events", got)
	}
	must(t, db.Exec(`INSERT INTO webhook_events (id, type, object_id, customer_id, subscription_id, created_at, received_at, subject, state, settled_at)
		SELECT 'evt_' || n, 'customer.updated', '', '', '', $1::timestamptz, $1::timestamptz - n * interval '1 minute', 'customer/' || n,
			CASE WHEN n > 90 THEN 'done' WHEN n > 80 THEN 'dead' ELSE 'waiting' END, CASE WHEN n % 2 = 0 THEN $1::timestamptz END FROM generate_series(1, 100) AS n`, now).Error)
	if got := age(); got != 80*60 {
		t.Errorf("%v s, want 4800", got)
	}
	must(t, db.Exec("UPDATE webhook_events SET state = 'done'").Error)
	if got := age(); got != 0 {
		t.Errorf("%v s after all are handled", got)
	}

	// With few rows PostgreSQL would read the table.
	tx := db.Begin()
	defer tx.Rollback()
	must(t, tx.Exec("SET LOCAL enable_seqscan = off").Error)
	var plan []string
	must(t, tx.Raw("EXPLAIN SELECT received_at FROM webhook_events WHERE state = 'waiting' ORDER BY received_at LIMIT 1").Scan(&plan).Error)
	if !strings.Contains(strings.Join(plan, " "), "webhook_events_waiting_idx") {
		t.Errorf("the plan is %v", plan)
	}
}
