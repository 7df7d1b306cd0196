package inbox_test

import (
	"context"
	"net"
	"sync/atomic"
	"testing"
	"time"

	"github.com/segmentio/kafka-go"
	"github.com/segmentio/kafka-go/protocol/listoffsets"

	"muster/libs/contracts"
	"muster/libs/inbox"
	"muster/libs/testkit/kafkatest"
)

// TestRecordsThatWereDeletedUnreadAreMissed deletes as few as one. Compaction never moves the beginning of a log.
func TestRecordsThatWereDeletedUnreadAreMissed(t *testing.T) {
	for _, topic := range []string{contracts.TopicAccountEvents, contracts.TopicAccount} {
		h := newHouse(t)
		stop := h.run(h.consumer())
		h.publish(payload{Topic: topic, Key: "a", Version: 1}, payload{Topic: topic, Key: "a", Version: 2})
		h.awaitJournal(topic, 2)
		stop()
		h.publish(payload{Topic: topic, Key: "a", Version: 3}, payload{Topic: topic, Key: "a", Version: 4})
		kafkatest.DeleteRecords(t, h.prefix+topic, partitionOf("a"), 3)
		consumer := h.consumer()
		h.run(consumer)
		h.awaitStopped(consumer, "the log begins at 3")
		if n := len(h.journaled(topic)); n != 2 {
			t.Errorf("%s: %d records applied: it went on behind the gap", topic, n)
		}
		h.rewind(consumer, topic, inbox.Target{})
		if got := versions(h.awaitJournal(topic, 3), "a"); got[2] != 4 {
			t.Errorf("%s: applied %v", topic, got)
		}
		h.awaitReady(consumer)
	}
}

func TestRecordsThatWereDeletedAfterTheyWereReadAreNotMissed(t *testing.T) {
	h := newHouse(t)
	stop := h.run(h.consumer())
	h.publish(state("a", 1), state("a", 2))
	h.awaitJournal(contracts.TopicAccount, 2)
	stop()
	kafkatest.DeleteRecords(t, h.prefix+contracts.TopicAccount, partitionOf("a"), 2)
	consumer := h.consumer()
	h.run(consumer)
	h.publish(state("a", 3))
	h.awaitJournal(contracts.TopicAccount, 3)
	h.awaitReady(consumer)
}

// pastLog says that a log begins or ends elsewhere than it does.
type pastLog struct {
	kafka.RoundTripper
	first atomic.Int64 // of logs that begin at 0
	empty atomic.Bool  // all logs end at 0
}

func (b *pastLog) RoundTrip(ctx context.Context, addr net.Addr, request kafka.Request) (kafka.Response, error) {
	response, err := b.RoundTripper.RoundTrip(ctx, addr, request)
	if offsets, ok := response.(*listoffsets.Response); ok {
		for _, topic := range offsets.Topics {
			for i, p := range topic.Partitions {
				switch {
				case p.Timestamp == kafka.FirstOffset && p.Offset == 0:
					topic.Partitions[i].Offset = b.first.Load()
				case p.Timestamp == kafka.LastOffset && b.empty.Load():
					topic.Partitions[i].Offset = 0
				}
			}
		}
	}
	return response, err
}

func TestALogThatBecomesShorterIsNoticed(t *testing.T) {
	h := newHouse(t)
	consumer := h.consumer()
	log := &pastLog{}
	consumer.RoundTripWith(func(to kafka.RoundTripper) kafka.RoundTripper { log.RoundTripper = to; return log })
	h.run(consumer)
	h.publish(happened("a", 1))
	h.awaitJournal(contracts.TopicAccountEvents, 1)
	h.awaitReady(consumer)
	log.empty.Store(true) // The reader notices nothing: it waits for an offset that will not come for long.
	h.awaitStopped(consumer, "the log ends at 0")
	log.empty.Store(false)
	h.awaitStopped(consumer, "the log ends at 0") // Until an operator has looked.
	if _, err := consumer.Resume(t.Context(), contracts.TopicAccountEvents, nil); err != nil {
		t.Fatal(err)
	}
	h.awaitReady(consumer)
}

func TestRetentionThatOvertakesTheReaderIsNoticed(t *testing.T) {
	h := newHouse(t)
	consumer := h.consumer(func(c *inbox.Config) { c.Topics = []string{contracts.TopicAccountEvents} })
	deleted := make(chan struct{})
	consumer.ReadWith(func(log inbox.Source, _ int) inbox.Source { return late{log, deleted} })
	h.publish(happened("k0", 1))
	h.run(consumer)
	h.awaitJournal(contracts.TopicAccountEvents, 1)
	h.awaitReady(consumer)
	h.publish(many(happened, 1, 8, 2)...)
	kafkatest.DeleteRecords(t, h.prefix+contracts.TopicAccountEvents, partitionOf("k0"), 4)
	close(deleted)
	h.awaitStopped(consumer, "the log begins at 4")
	if n := len(h.journaled(contracts.TopicAccountEvents)); n != 1 {
		t.Errorf("%d records applied: it went on behind the gap", n)
	}
}

// late is a log whose records behind the first one are read only after a signal.
type late struct {
	inbox.Source
	signal chan struct{}
}

func (l late) Fetch(ctx context.Context, offset int64) ([]inbox.Batch, error) {
	if offset > 0 {
		select {
		case <-l.signal:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	return l.Source.Fetch(ctx, offset)
}

// wasAway pretends that the consumer last looked at the state topic some days ago.
func (h *house) wasAway(days int) {
	h.t.Helper()
	err := h.db.Exec(`UPDATE kafka_offsets SET updated_at = updated_at - make_interval(days => ?), applied_until = applied_until - make_interval(days => ?)
		WHERE topic = ?`, days, days, h.prefix+contracts.TopicAccount).Error
	if err != nil {
		h.t.Fatal(err)
	}
}

// TestAConsumerThatMayHaveMissedDeletionsStops is about a consumer that was away for longer than the log keeps tombstones.
// Compaction has removed records after its position.
func TestAConsumerThatMayHaveMissedDeletionsStops(t *testing.T) {
	h := newHouse(t)
	stop := h.run(h.consumer())
	h.publish(many(state, 1, 10, 1)...)
	h.awaitJournal(contracts.TopicAccount, 10)
	stop()
	old := h.tombstone("k0", 0)
	old.Time = time.Now().Add(-15 * 24 * time.Hour) // A record of then is next.
	kafkatest.Write(t, old)
	h.publish(state("k0", 11))
	h.wasAway(15)

	consumer := h.consumer()
	stop = h.run(consumer)
	h.awaitStopped(consumer, "and the log keeps deletions for 336: some may be missed")
	stop()
	consumer = h.consumer()
	h.run(consumer)
	h.awaitStopped(consumer, "some may be missed")
	h.rewind(consumer, contracts.TopicAccount, inbox.Target{})
	h.awaitJournal(contracts.TopicAccount, 21)
	h.awaitReady(consumer)
}

// TestAConsumerThatWasAwayFromAnIdleLogGoesOn is about a consumer that was away for as long, from a log that has
// not been compacted since.
func TestAConsumerThatWasAwayFromAnIdleLogGoesOn(t *testing.T) {
	h := newHouse(t)
	stop := h.run(h.consumer())
	h.publish(many(state, 1, 10, 1)...)
	h.awaitJournal(contracts.TopicAccount, 10)
	stop()
	h.wasAway(15)
	consumer := h.consumer()
	stop = h.run(consumer)
	h.awaitReady(consumer)
	stop()
	h.wasAway(15)
	h.publish(state("k0", 11))
	consumer = h.consumer()
	h.run(consumer)
	h.awaitJournal(contracts.TopicAccount, 11)
	h.awaitReady(consumer)
}
