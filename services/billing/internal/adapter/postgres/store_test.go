package postgres_test

import (
	"testing"

	"muster/libs/outbox"
	"muster/libs/testkit/pgtest"
	"muster/services/billing/internal/adapter/postgres"
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
