package inbox_test

import (
	"context"
	"sync/atomic"
	"testing"

	"muster/libs/contracts"
	"muster/libs/inbox"
)

// stuck is a log that never delivers anything.
type stuck struct{ inbox.Source }

func (stuck) Fetch(ctx context.Context, _ int64) ([]inbox.Batch, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

func TestAPartitionThatStandsStillIsReadAnew(t *testing.T) {
	h := newHouse(t)
	var opened atomic.Int32
	consumer := h.consumer(func(c *inbox.Config) { c.Topics = []string{contracts.TopicAccountEvents} })
	consumer.ReadWith(func(log inbox.Source, _ int) inbox.Source {
		if opened.Add(1) <= contracts.Partitions {
			return stuck{log}
		}
		return log
	})
	h.run(consumer)
	h.publish(happened("a", 1), happened("a", 2))
	exactlyInOrder(t, h.awaitJournal(contracts.TopicAccountEvents, 2))
	h.awaitReady(consumer)
}

func TestReadingThatNeverMovesStopsTheConsumer(t *testing.T) {
	h := newHouse(t)
	var works atomic.Bool
	consumer := h.consumer(func(c *inbox.Config) { c.Topics = []string{contracts.TopicAccountEvents} })
	consumer.ReadWith(func(log inbox.Source, _ int) inbox.Source {
		if works.Load() {
			return log
		}
		return stuck{log}
	})
	h.run(consumer)
	h.awaitReady(consumer)
	h.publish(happened("a", 1))
	h.eventually("it is not ready", func() bool { return consumer.Ready() != nil })
	works.Store(true)
	h.awaitJournal(contracts.TopicAccountEvents, 1)
	h.awaitReady(consumer)
}
