package inbox_test

import (
	"context"
	"errors"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/segmentio/kafka-go"
	"github.com/segmentio/kafka-go/protocol/listoffsets"

	"muster/libs/contracts"
	"muster/libs/inbox"
	"muster/libs/testkit/kafkatest"
)

func (h *house) awaitStopped(consumer *inbox.Consumer, problem string) {
	h.t.Helper()
	h.eventually("the consumer has stopped: "+problem, func() bool {
		err := consumer.Ready()
		var lost *inbox.LostError
		return errors.As(err, &lost) && strings.Contains(err.Error(), problem)
	})
	h.eventually("the log names the cure", func() bool {
		return strings.Contains(h.log.String(), "muster ops directory topics rewind identity.account")
	})
}

// rewind rewinds all partitions of a topic.
func (h *house) rewind(consumer *inbox.Consumer, topic string, to inbox.Target) []inbox.Position {
	h.t.Helper()
	positions, err := consumer.Rewind(context.Background(), topic, nil, to)
	if err != nil {
		h.t.Fatal(err)
	}
	return positions
}

func TestATopicThatWasMadeAnewIsNoticed(t *testing.T) {
	h := newHouse(t)
	topic := h.prefix + contracts.TopicAccount
	consumer := h.consumer()
	h.run(consumer)
	h.publish(many(state, 1, 20, 1)...)
	h.awaitJournal(contracts.TopicAccount, 20)
	h.awaitReady(consumer)

	kafkatest.DeleteTopic(t, topic)
	h.createTopics()
	h.awaitStopped(consumer, "the log ends at 0")
	h.publish(many(state, 1, 25, 21)...)
	h.publish(happened("a", 1))
	h.awaitJournal(contracts.TopicAccountEvents, 1) // Other topics go on.
	if n := len(h.journaled(contracts.TopicAccount)); n != 20 {
		t.Errorf("%d records applied: a partition that was left alone moves", n)
	}
	h.awaitStopped(consumer, "the log ends at 0") // Though it has grown past the offset.
	h.rewind(consumer, contracts.TopicAccount, inbox.Target{})
	exactlyInOrder(t, h.awaitJournal(contracts.TopicAccount, 45))
	h.awaitReady(consumer)
}

// TestALogThatHasGrownPastTheOffsetIsNoticed is about a topic that was created again, or a broker that lost its last
// records, while no consumer looked.
func TestALogThatHasGrownPastTheOffsetIsNoticed(t *testing.T) {
	h := newHouse(t)
	stop := h.run(h.consumer())
	h.publish(many(state, 1, 20, 1)...)
	h.awaitJournal(contracts.TopicAccount, 20)
	stop()
	kafkatest.DeleteTopic(t, h.prefix+contracts.TopicAccount)
	h.createTopics()
	h.publish(many(state, 1, 25, 21)...)

	consumer := h.consumer()
	stop = h.run(consumer)
	h.awaitStopped(consumer, "the record at offset 19 is not the one that was read there")
	stop()
	consumer = h.consumer() // A new process does not forget it.
	h.run(consumer)
	h.awaitStopped(consumer, "the record at offset 19 is not the one that was read there")
	if n := len(h.journaled(contracts.TopicAccount)); n != 20 {
		t.Errorf("%d records applied: it went on with another log", n)
	}
	h.rewind(consumer, contracts.TopicAccount, inbox.Target{})
	exactlyInOrder(t, h.awaitJournal(contracts.TopicAccount, 45))
	h.awaitReady(consumer)
}

// gapped is a log without the records at some offsets.
type gapped struct {
	inbox.Source
	missing func(offset int64) bool
}

func (g gapped) Peek(ctx context.Context, offset int64) ([]inbox.Batch, error) {
	batches, err := g.Source.Peek(ctx, offset)
	if g.missing(offset) {
		return nil, err
	}
	return batches, err
}

func TestTheRecordReadLastMayOnlyBeCompactedAway(t *testing.T) {
	for topic, stops := range map[string]bool{contracts.TopicAccount: false, contracts.TopicAccountEvents: true} {
		h := newHouse(t)
		stop := h.run(h.consumer())
		h.publish(payload{Topic: topic, Key: "a", Version: 1}, payload{Topic: topic, Key: "a", Version: 2})
		h.awaitJournal(topic, 2)
		stop()
		h.publish(payload{Topic: topic, Key: "a", Version: 3})
		consumer := h.consumer()
		consumer.ReadWith(func(log inbox.Source, _ int) inbox.Source {
			return gapped{log, func(offset int64) bool { return offset == 1 }}
		})
		stop = h.run(consumer)
		if stops {
			h.eventually("it has stopped", func() bool {
				err := consumer.Ready()
				return err != nil && strings.Contains(err.Error(), "the record at offset 1, which was read, is missing")
			})
			stop()
			continue
		}
		h.awaitJournal(topic, 3)
		stop()

		// In a log without the leader epoch of the record it was not compaction.
		if err := h.db.Exec("UPDATE kafka_offsets SET last_epoch = 7, last_offset = 1 WHERE next_offset = 3").Error; err != nil {
			t.Fatal(err)
		}
		consumer = h.consumer()
		consumer.ReadWith(func(log inbox.Source, _ int) inbox.Source {
			return gapped{log, func(offset int64) bool { return offset == 1 }}
		})
		h.run(consumer)
		h.awaitStopped(consumer, "nothing of leader epoch 7")
	}
}

func TestAStoppedPartitionIsResumedOnlyWithinItsLog(t *testing.T) {
	h := newHouse(t)
	consumer := h.consumer()
	h.run(consumer)
	h.publish(many(state, 1, 3, 1)...)
	h.awaitJournal(contracts.TopicAccount, 3)
	h.awaitReady(consumer)
	alarm := func(next int64) {
		t.Helper()
		err := h.db.Exec("UPDATE kafka_offsets SET lost = 'the test says so', next_offset = ? WHERE topic = ? AND partition = ?",
			next, h.prefix+contracts.TopicAccount, partitionOf("k0")).Error
		if err != nil {
			t.Fatal(err)
		}
	}
	alarm(2)
	h.awaitStopped(consumer, "the test says so")
	zero := int64(0)
	partition := partitionOf("k0")
	if _, err := consumer.Rewind(t.Context(), contracts.TopicAccount, &partition, inbox.Target{Offset: &zero}); !errors.Is(err, inbox.ErrStopped) {
		t.Errorf("rewound to an offset of another log: %v", err)
	}
	resumed, err := consumer.Resume(t.Context(), contracts.TopicAccount, nil)
	if err != nil || len(resumed) != 1 || resumed[0].Next != 2 || resumed[0].Partition != partition {
		t.Errorf("resumed %+v: %v", resumed, err)
	}
	if got := versions(h.awaitJournal(contracts.TopicAccount, 4), "k0"); got[3] != 3 {
		t.Errorf("applied %v", got)
	}
	h.awaitReady(consumer)
	alarm(9)
	if _, err := consumer.Resume(t.Context(), contracts.TopicAccount, nil); !errors.Is(err, inbox.ErrCannotResume) {
		t.Errorf("resumed beyond the end of the log: %v", err)
	}
	if _, err := consumer.Resume(t.Context(), contracts.TopicUser, nil); !errors.Is(err, inbox.ErrTopicUnknown) {
		t.Errorf("resumed a topic that is not consumed: %v", err)
	}
}

// beforeALook calls a function before the extent of a single partition is asked for, which is when its offset has been
// read.
type beforeALook struct {
	kafka.RoundTripper
	do atomic.Pointer[func()]
}

func (b *beforeALook) RoundTrip(ctx context.Context, addr net.Addr, request kafka.Request) (kafka.Response, error) {
	if asked, ok := request.(*listoffsets.Request); ok && len(asked.Topics) == 1 && len(asked.Topics[0].Partitions) == 2 {
		if do := b.do.Swap(nil); do != nil {
			(*do)()
		}
	}
	return b.RoundTripper.RoundTrip(ctx, addr, request)
}

// TestAResumeIsNotUndone by a check of the stopped partition that has read the alarm before.
func TestAResumeIsNotUndone(t *testing.T) {
	h := newHouse(t)
	consumer := h.consumer()
	look := &beforeALook{}
	consumer.RoundTripWith(func(to kafka.RoundTripper) kafka.RoundTripper { look.RoundTripper = to; return look })
	h.run(consumer)
	h.publish(many(state, 1, 3, 1)...)
	h.awaitJournal(contracts.TopicAccount, 3)
	err := h.db.Exec("UPDATE kafka_offsets SET lost = 'the test says so', next_offset = 2 WHERE topic = ? AND partition = ?",
		h.prefix+contracts.TopicAccount, partitionOf("k0")).Error
	if err != nil {
		t.Fatal(err)
	}
	h.awaitStopped(consumer, "the test says so")
	resumed := make(chan error, 1)
	look.do.Store(new(func() {
		_, err := h.consumer().Resume(context.Background(), contracts.TopicAccount, nil)
		resumed <- err
	}))
	if err := <-resumed; err != nil {
		t.Fatal(err)
	}
	h.awaitJournal(contracts.TopicAccount, 4)
	h.awaitReady(consumer)
}

func TestAQuietTopicCanBeRewoundToo(t *testing.T) {
	h := newHouse(t)
	consumer := h.consumer()
	h.run(consumer)
	h.publish(many(state, 3, 5, 1)...)
	h.awaitJournal(contracts.TopicAccount, 15)
	h.awaitReady(consumer)
	h.rewind(consumer, contracts.TopicAccount, inbox.Target{})
	entries := h.awaitJournal(contracts.TopicAccount, 30)
	exactlyInOrder(t, entries[15:])
}

func TestAnotherClusterIsNoticed(t *testing.T) {
	h := newHouse(t)
	stop := h.run(h.consumer())
	h.publish(state("a", 1))
	h.awaitJournal(contracts.TopicAccount, 1)
	stop()
	if err := h.db.Exec("UPDATE kafka_offsets SET cluster_id = 'the one before'").Error; err != nil {
		t.Fatal(err)
	}
	consumer := h.consumer()
	h.run(consumer)
	h.awaitStopped(consumer, "the one before")
}

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

// TestAConsumerThatMayHaveMissedDeletionsStops was away for longer than the log keeps tombstones, and compaction has
// removed records after its position.
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

// TestAConsumerThatWasAwayFromAnIdleLogGoesOn was away for as long, but so was everyone else.
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
