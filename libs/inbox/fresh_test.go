package inbox_test

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"muster/libs/contracts"
	"muster/libs/inbox"
)

// gate is a log that delivers nothing while it is shut.
type gate struct {
	inbox.Source
	shut *atomic.Bool
}

func (g gate) Fetch(ctx context.Context, offset int64) ([]inbox.Batch, error) {
	batches, err := g.Source.Fetch(ctx, offset)
	if g.shut.Load() {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	return batches, err
}

func TestAPartitionThatStandsStillHoldsTheTimeBack(t *testing.T) {
	h := newHouse(t)
	topics := []string{contracts.TopicAccountEvents}
	until := func() (time.Time, bool) {
		t.Helper()
		at, known, err := inbox.AppliedUntil(t.Context(), h.db, "directory", h.prefix, topics)
		if err != nil {
			t.Fatal(err)
		}
		return at, known
	}
	reaches := func(what string, at time.Time) {
		t.Helper()
		h.eventually(what, func() bool { got, known := until(); return known && got.After(at) })
	}
	if at, known := until(); known {
		t.Fatalf("applied until %s before anything was read", at)
	}
	var shut atomic.Bool
	consumer := h.consumer(func(c *inbox.Config) { c.Topics = topics })
	consumer.ReadWith(func(log inbox.Source, _ int) inbox.Source { return gate{log, &shut} })
	h.run(consumer)
	reaches("empty topics are applied until now", time.Now())
	h.publish(happened("a", 1))
	h.awaitJournal(contracts.TopicAccountEvents, 1)
	reaches("everything is applied until now", time.Now())

	shut.Store(true)
	published := time.Now()
	h.publish(happened("a", 2))
	h.eventually("the partition is known to stand still", func() bool { return consumer.Ready() != nil })
	if at, known := until(); !known || at.After(published) {
		t.Errorf("applied until %s (%t), but a record of %s is not", at, known, published)
	}
	shut.Store(false)
	reaches("everything is applied again", time.Now())
	h.awaitJournal(contracts.TopicAccountEvents, 2)
}
