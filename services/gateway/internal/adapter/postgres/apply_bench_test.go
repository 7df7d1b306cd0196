package postgres_test

import (
	"slices"
	"testing"
	"time"

	"muster/libs/testkit/pgtest"
	"muster/services/gateway/internal/adapter/postgres"
	"muster/services/gateway/internal/gateway"
	"muster/services/gateway/internal/gateway/gatewaytest"
)

// BenchmarkApply compares applying a batch of 200 changed users with and without the log of the live feed, in turns.
func BenchmarkApply(b *testing.B) {
	db, url := pgtest.New(b, postgres.Migrations, postgres.Registry)
	log := postgres.NewChanges(db, url)
	stores := map[string]*postgres.Store{"plain": postgres.New(db, feed), "logged": postgres.New(db, feed).Logging(log)}
	took := map[string][]time.Duration{}
	var version int64
	for b.Loop() {
		for name, store := range stores {
			version++
			batch := gateway.Changes{}
			for id := range int64(200) {
				batch.Users = append(batch.Users, gatewaytest.User(id+1, version))
			}
			begin := time.Now()
			if err := store.Apply(b.Context(), batch); err != nil {
				b.Fatal(err)
			}
			took[name] = append(took[name], time.Since(begin))
		}
		if _, err := log.Number(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
	for name, all := range took {
		slices.Sort(all)
		b.ReportMetric(float64(all[len(all)/2].Microseconds())/1000, name+"-median-ms")
	}
}
