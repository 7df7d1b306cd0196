package main

import (
	"net/http"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
)

// TestTheServiceCannotChangeTheBooks: neither an entry of the ledger, nor a movement of revenue, nor what guards them.
func TestTheServiceCannotChangeTheBooks(t *testing.T) {
	s := start(t)
	plan := s.catalog(nil)
	s.pay(decode[checkout](s.ask(http.MethodPost, "/api/billing/checkout-sessions", 42, order(plan, "")).want(http.StatusCreated)).URL)
	conn, err := pgx.Connect(t.Context(), s.environment["BILLING_POSTGRES_URL"])
	must(t, err)
	defer conn.Close(t.Context())
	var entries int
	s.eventually("a ledger entry", func() bool {
		must(t, conn.QueryRow(t.Context(), "SELECT count(*) FROM ledger_entries").Scan(&entries))
		return entries > 0
	})
	for _, table := range []string{"ledger_entries", "mrr_movements"} {
		for statement, message := range map[string]string{
			"UPDATE " + table + " SET amount = amount + 1":                                  "is append-only",
			"DELETE FROM " + table:                                                          "is append-only",
			"TRUNCATE " + table:                                                             "permission denied",
			"ALTER TABLE " + table + " DISABLE TRIGGER ALL":                                 "must be owner",
			"DROP TABLE " + table:                                                           "must be owner",
			"DROP TRIGGER " + table + "_append_only ON " + table:                            "must be owner",
			"SET session_replication_role = replica":                                        "permission denied",
			"CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE sql AS ''": "",
		} {
			if _, err := conn.Exec(t.Context(), statement); err == nil || !strings.Contains(err.Error(), message) {
				t.Errorf("%s: %v, want %s", statement, err, message)
			}
		}
	}
}
