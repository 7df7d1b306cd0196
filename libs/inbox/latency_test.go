package inbox_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"gorm.io/gorm"

	"muster/libs/contracts"
	"muster/libs/inbox"
	"muster/libs/outbox"
	"muster/libs/pg"
)

// BenchmarkCommitToApply measures one hop between services: from the commit of a change to the moment in which the
// consumer's handler has it.
func BenchmarkCommitToApply(b *testing.B) {
	h := newHouse(b)
	arrived := make(chan time.Time, 1)
	h.runRelay()
	consumer := h.consumer(func(c *inbox.Config) {
		c.Handle = func(ctx context.Context, records []inbox.Record) error {
			pg.AfterCommit(ctx, func() { arrived <- time.Now() })
			return nil
		}
	})
	h.run(consumer)
	h.awaitReady(consumer)
	var took []time.Duration
	version := int64(0)
	for b.Loop() {
		version++
		err := pg.Tx(context.Background(), h.db, func(ctx context.Context, tx *gorm.DB) error {
			return outbox.Append(ctx, tx, "identity", time.Now(), payload{Topic: contracts.TopicAccount, Key: "a", Version: version})
		})
		if err != nil {
			b.Fatal(err)
		}
		begin := time.Now()
		took = append(took, (<-arrived).Sub(begin))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
}
