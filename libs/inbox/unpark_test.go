package inbox_test

import (
	"context"
	"slices"
	"testing"

	"github.com/segmentio/kafka-go"

	"muster/libs/contracts"
	"muster/libs/inbox"
	"muster/libs/outbox"
	"muster/libs/testkit/kafkatest"
)

// choosy is the handler of a service that knows one type, and applies nothing to some keys' records.
func choosy(c *inbox.Config) {
	apply := c.Handle
	c.Handle = func(ctx context.Context, records []inbox.Record) error {
		return apply(ctx, slices.DeleteFunc(slices.Clone(records), func(r inbox.Record) bool {
			return r.Type != contracts.TopicAccount || string(r.Data) == "{}"
		}))
	}
}

// foreign is a record of a key with a type and data of its own.
func (h *house) foreign(key, kind, data string, version int64) kafka.Message {
	return outbox.Message(h.prefix, contracts.Event{ID: "id", Type: kind, Topic: contracts.TopicAccount, Key: key, Version: version, Data: []byte(data)})
}

func TestOnlyANewerStateThatIsAppliedFreesParkedOnes(t *testing.T) {
	h := newHouse(t)
	consumer := h.consumer(choosy)
	h.run(consumer)
	h.publish(poison(state("a", 1)), poison(state("a", 2)), poison(state("a", 3)), poison(state("a", 4)))
	h.awaitParked(4)
	kafkatest.Write(t, h.foreign("a", "identity.something-else.v1", `{}`, 99)) // Of a type that the service does not know.
	kafkatest.Write(t, h.foreign("a", contracts.TopicAccount, `{}`, 99))       // Applied as nothing.
	h.publish(state("a", 4))                                                   // Delivered again.
	h.awaitJournal(contracts.TopicAccount, 1)
	if got := keysOf(h.parked()); !slices.Equal(got, []string{"a@4"}) {
		t.Errorf("parked %v", got)
	}
	h.publish(state("a", 5))
	h.eventually("nothing is parked", func() bool { return len(h.parked()) == 0 })
}

func TestRecordsThatApplyAsNothingFreeNothing(t *testing.T) {
	h := newHouse(t)
	consumer := h.consumer(choosy)
	h.run(consumer)
	h.publish(poison(state("a", 1)), poison(state("a", 2)), poison(state("a", 3)), poison(state("a", 4)))
	h.awaitParked(4)
	kafkatest.Write(t, h.foreign("a", "identity.something-else.v1", `{}`, 99), h.foreign("a", contracts.TopicAccount, `{}`, 99))
	h.publish(state(neighbour("a"), 1))
	h.awaitJournal(contracts.TopicAccount, 1)
	if got := keysOf(h.parked()); !slices.Equal(got, []string{"a@1", "a@2", "a@3", "a@4"}) {
		t.Errorf("parked %v", got)
	}
}

func TestAMarkerForCompactionIsPassedOver(t *testing.T) {
	h := newHouse(t)
	h.publish(poison(state("a", 1)))
	marker := h.foreign("a", contracts.TopicAccount, "", 9)
	marker.Value = nil
	kafkatest.Write(t, marker, kafka.Message{Topic: h.prefix + contracts.TopicAccount, Key: []byte("b")})
	consumer := h.consumer()
	h.run(consumer)
	h.awaitReady(consumer)
	if got := keysOf(h.parked()); !slices.Equal(got, []string{"a@1"}) {
		t.Errorf("parked %v", got)
	}
}

func TestTwoParkedEventsOfOneVersionAreBothReplayed(t *testing.T) {
	h := newHouse(t)
	consumer := h.consumer()
	stop := h.run(consumer)
	h.publish(poison(happened("a", 1)), poison(happened("a", 1)))
	h.awaitParked(2)
	stop()
	h.cure()
	if applied, left, err := consumer.ReplayAll(context.Background()); applied != 2 || left != 0 || err != nil {
		t.Errorf("applied %d, left %d: %v", applied, left, err)
	}
	if got := versions(h.journaled(contracts.TopicAccountEvents), "a"); !slices.Equal(got, []int64{1, 1}) {
		t.Errorf("applied %v", got)
	}
}

// TestAWorkerAheadOfARewoundOffsetIsFenced rewinds while the worker waits for the next record, and does not look at the
// stored offset.
func TestAWorkerAheadOfARewoundOffsetIsFenced(t *testing.T) {
	h := newHouse(t)
	consumer := h.consumer()
	consumer.LookSeldom()
	h.run(consumer)
	h.publish(many(happened, 1, 5, 1)...)
	h.awaitJournal(contracts.TopicAccountEvents, 5)
	partition, two := partitionOf("k0"), int64(2)
	if _, err := consumer.Rewind(t.Context(), contracts.TopicAccountEvents, &partition, inbox.Target{Offset: &two}); err != nil {
		t.Fatal(err)
	}
	h.publish(happened("k0", 6))
	if got := versions(h.awaitJournal(contracts.TopicAccountEvents, 9), "k0"); !slices.Equal(got, []int64{1, 2, 3, 4, 5, 3, 4, 5, 6}) {
		t.Errorf("applied %v", got)
	}
	if h.log.count("another replica has advanced the offset") == 0 {
		t.Error("the worker was not fenced: the test shows nothing")
	}
}
