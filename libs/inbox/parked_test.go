package inbox_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/segmentio/kafka-go"

	"muster/libs/contracts"
	"muster/libs/inbox"
	"muster/libs/outbox"
	"muster/libs/testkit/kafkatest"
)

func (h *house) awaitParked(n int) []inbox.ParkedRecord {
	h.t.Helper()
	h.eventually("records are parked", func() bool { return len(h.parked()) == n })
	return h.parked()
}

func TestARecordThatCannotBeAppliedIsParkedAndItsKeyWaits(t *testing.T) {
	h := newHouse(t)
	h.publish(happened("a", 1), happened("b", 1), poison(happened("a", 2)), happened("a", 3), happened("b", 2), happened("c", 1))
	consumer := h.consumer()
	h.run(consumer)
	h.awaitReady(consumer) // The partition moves on.
	h.publish(happened("a", 4), happened("b", 3))
	h.awaitJournal(contracts.TopicAccountEvents, 5)
	parked := h.awaitParked(3)
	if got := keysOf(parked); !slices.Equal(got, []string{"a@2", "a@3", "a@4"}) {
		t.Errorf("parked %v", got)
	}
	p := parked[0]
	if p.Topic != contracts.TopicAccountEvents || p.EventID == "" || p.Type != contracts.TopicAccountEvents ||
		!strings.Contains(p.Error, "journal_no_poison") || p.Attempts < 1 || p.FirstSeen.IsZero() || p.Bytes == 0 {
		t.Errorf("parked record %+v", p)
	}
	if !strings.Contains(parked[1].Error, "behind") || !strings.Contains(h.log.String(), fmt.Sprintf("muster ops directory parked show %d", p.ID)) {
		t.Errorf("parked record %+v, log %s", parked[1], h.log)
	}
	entries := h.journaled(contracts.TopicAccountEvents)
	if got := versions(entries, "b"); !slices.Equal(got, []int64{1, 2, 3}) {
		t.Errorf("b was applied as %v", got)
	}
	if got := versions(entries, "a"); !slices.Equal(got, []int64{1}) {
		t.Errorf("a was applied as %v", got)
	}
}

func TestReplayAppliesInOrderOnceTheFaultIsGone(t *testing.T) {
	h := newHouse(t)
	consumer := h.consumer()
	h.run(consumer)
	h.publish(poison(happened("a", 1)), happened("a", 2), happened("b", 1))
	behind := h.awaitParked(2)[1].ID
	if applied, left, found, err := consumer.Replay(context.Background(), behind); applied != 0 || left != 2 || !found || err != nil {
		t.Errorf("applied %d, left %d: %v", applied, left, err)
	}
	if p := h.parked()[0]; p.Attempts < 2 || !p.NextTry.After(p.FirstSeen) {
		t.Errorf("parked record %+v", p)
	}
	h.cure()
	// How many it applies is not ours to say: a consumer replays everything once when it starts, which may be just now.
	if _, left, err := consumer.ReplayAll(context.Background()); left != 0 || err != nil {
		t.Errorf("left %d: %v", left, err)
	}
	h.publish(happened("a", 3))
	entries := h.awaitJournal(contracts.TopicAccountEvents, 4)
	if got := versions(entries, "a"); !slices.Equal(got, []int64{1, 2, 3}) || len(h.parked()) != 0 {
		t.Errorf("a was applied as %v, parked %v", got, h.parked())
	}
}

func TestParkedRecordsAreReplayedByThemselves(t *testing.T) {
	h := newHouse(t)
	h.run(h.consumer())
	h.publish(poison(happened("a", 1)), happened("a", 2))
	h.awaitParked(2)
	h.cure()
	if err := h.db.Exec("UPDATE parked SET next_try = now() WHERE version = 1").Error; err != nil {
		t.Fatal(err)
	}
	exactlyInOrder(t, h.awaitJournal(contracts.TopicAccountEvents, 2))
}

func TestANewProcessReplaysWhatAnOldOneCouldNotApply(t *testing.T) {
	h := newHouse(t)
	stop := h.run(h.consumer())
	h.publish(poison(happened("a", 1)), happened("a", 2))
	h.awaitParked(2)
	stop()
	h.cure()
	h.run(h.consumer())
	exactlyInOrder(t, h.awaitJournal(contracts.TopicAccountEvents, 2))
}

func TestDroppingTheHeadFreesTheKey(t *testing.T) {
	h := newHouse(t)
	consumer := h.consumer()
	stop := h.run(consumer)
	h.publish(poison(happened("a", 1)), happened("a", 2))
	parked := h.awaitParked(2)
	stop() // It would replay the other record by itself.
	if dropped, err := consumer.Drop(context.Background(), parked[0].ID); !dropped || err != nil {
		t.Fatalf("dropped %v: %v", dropped, err)
	}
	if applied, left, err := consumer.ReplayAll(context.Background()); applied != 1 || left != 0 || err != nil {
		t.Errorf("applied %d, left %d: %v", applied, left, err)
	}
}

func TestANewerStateSupersedesAParkedOne(t *testing.T) {
	h := newHouse(t)
	h.run(h.consumer())
	h.publish(state("a", 1), poison(state("a", 2)), poison(state("b", 7)), state("a", 3))
	entries := h.awaitJournal(contracts.TopicAccount, 2)
	if got := versions(entries, "a"); !slices.Equal(got, []int64{1, 3}) {
		t.Errorf("a was applied as %v", got)
	}
	h.eventually("b alone is parked", func() bool { return slices.Equal(keysOf(h.parked()), []string{"b@7"}) })

	// An older state that is delivered late is applied without harm, but it does not stand for the parked one.
	h.publish(state("b", 5))
	h.awaitJournal(contracts.TopicAccount, 3)
	if got := keysOf(h.parked()); !slices.Equal(got, []string{"b@7"}) {
		t.Errorf("parked %v", got)
	}
	h.publish(state("b", 8))
	h.eventually("nothing is parked", func() bool { return len(h.parked()) == 0 })
}

func TestWhatIsNoEventIsParked(t *testing.T) {
	h := newHouse(t)
	topic := h.prefix + contracts.TopicAccountEvents
	whole := outbox.Message(h.prefix, contracts.Event{ID: "id", Type: "type", Topic: contracts.TopicAccountEvents, Key: "d", Data: []byte(`{"version":1}`)})
	wrongVersion, future := whole, whole
	wrongVersion.Key, wrongVersion.Headers = []byte("e"), append(slices.Clone(whole.Headers), kafka.Header{Key: contracts.HeaderVersion, Value: []byte("x\x00\xff")})
	future.Key, future.Headers = []byte("f"), append(slices.Clone(whole.Headers), kafka.Header{Key: contracts.HeaderSpecVersion, Value: []byte("2.0")})
	nothing := whole
	nothing.Key, nothing.Value = []byte("g"), nil
	garbage := whole
	garbage.Key, garbage.Value = []byte("h"), []byte("{not json")
	kafkatest.Write(t,
		kafka.Message{Topic: topic, Key: []byte("a"), Value: []byte("hello")},
		kafka.Message{Topic: topic, Value: []byte{0, 1, 0xff}},
		kafka.Message{Topic: topic, Value: []byte("another without a key")},
		wrongVersion, future, nothing, garbage,
	)
	h.publish(happened("z", 1))
	consumer := h.consumer()
	h.run(consumer)
	h.awaitReady(consumer)
	h.awaitJournal(contracts.TopicAccountEvents, 1)
	if n := len(h.parked()); n != 7 {
		t.Errorf("%d records are parked, want 7: %+v", n, h.parked())
	}
	if applied, left, err := consumer.ReplayAll(context.Background()); applied != 0 || left != 7 || err != nil {
		t.Errorf("applied %d, left %d: %v", applied, left, err)
	}
}

func TestAPanicIsTheRecordsFault(t *testing.T) {
	h := newHouse(t)
	h.run(h.consumer(func(c *inbox.Config) {
		apply := c.Handle
		c.Handle = func(ctx context.Context, records []inbox.Record) error {
			for _, r := range records {
				if r.Key == "bad" {
					panic("bad")
				}
			}
			return apply(ctx, records)
		}
	}))
	h.publish(happened("a", 1), happened("bad", 1), happened("b", 1))
	h.awaitJournal(contracts.TopicAccountEvents, 2)
	if got := keysOf(h.awaitParked(1)); !slices.Equal(got, []string{"bad@1"}) {
		t.Errorf("parked %v", got)
	}
}

func TestAParkedKeyDoesNotSlowTheOthersDown(t *testing.T) {
	h := newHouse(t)
	var calls atomic.Int64
	consumer := h.consumer(func(c *inbox.Config) {
		apply := c.Handle
		c.Handle = func(ctx context.Context, records []inbox.Record) error {
			calls.Add(1)
			return apply(ctx, records)
		}
	})
	h.publish(poison(happened(neighbour("k0"), 1)))
	stop := h.run(consumer)
	h.awaitParked(1)
	stop()
	calls.Store(0)
	h.publish(many(happened, 1, 1000, 1)...)
	h.run(consumer)
	h.awaitJournal(contracts.TopicAccountEvents, 1000)
	if n := calls.Load(); n > 100 {
		t.Errorf("the handler was called %d times for 1000 records", n)
	}
}

// neighbour is another key of the same partition.
func neighbour(key string) string {
	for i := 0; ; i++ {
		if other := fmt.Sprint("n", i); partitionOf(other) == partitionOf(key) {
			return other
		}
	}
}

// partitionOf is the partition that a key chooses.
func partitionOf(key string) int {
	partitions := []int{0, 1, 2, 3, 4, 5}
	return kafka.Murmur2Balancer{}.Balance(kafka.Message{Key: []byte(key)}, partitions[:contracts.Partitions]...)
}
