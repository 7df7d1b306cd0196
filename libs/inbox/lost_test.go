package inbox_test

import (
	"context"
	"errors"
	"strings"
	"testing"

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
