package inbox_test

import (
	"context"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/segmentio/kafka-go"

	"muster/libs/contracts"
	"muster/libs/inbox"
	"muster/libs/outbox"
	"muster/libs/pg"
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
	h.publish(poison(state("1", 1)))
	unversioned := h.tombstone("1", 0)
	kafkatest.Write(t, unversioned, kafka.Message{Topic: h.prefix + contracts.TopicAccount, Key: []byte("b")}, kafka.Message{Topic: h.prefix + contracts.TopicAccount, Key: []byte("1")})
	consumer := h.consumer()
	h.run(consumer)
	h.awaitReady(consumer)
	if got := keysOf(h.parked()); !slices.Equal(got, []string{"1@1"}) {
		t.Errorf("parked %v", got)
	}
}

// tombstone is the record after the last state of a user, which has the given version.
func (h *house) tombstone(key string, version int64) kafka.Message {
	return outbox.Tombstone(h.prefix, contracts.Event{ID: "id", Type: contracts.TopicAccount, Topic: contracts.TopicAccount, Key: key, Version: version})
}

// onlyNews is the handler of a service that writes nothing about states that are not newer than the stored ones.
func onlyNews(c *inbox.Config) {
	db := c.DB
	c.Handle = func(ctx context.Context, records []inbox.Record) error {
		for _, r := range records {
			p, err := contracts.Decode[payload](r.Event)
			if err != nil {
				return err
			}
			if p.Text == "poison" {
				return errOops
			}
			err = pg.From(ctx, db).Exec(`INSERT INTO states (key, version, text) VALUES (?, ?, ?)
				ON CONFLICT ON CONSTRAINT states_pk DO UPDATE SET version = excluded.version, text = excluded.text WHERE states.version < excluded.version`,
				r.Key, p.Version, p.Text).Error
			if err != nil {
				return err
			}
		}
		return nil
	}
}

// stored is the state of a key, as "version text".
func (h *house) stored(key string) (text string) {
	h.t.Helper()
	if err := h.db.Raw("SELECT version || ' ' || text FROM states WHERE key = ?", key).Scan(&text).Error; err != nil {
		h.t.Fatal(err)
	}
	return text
}

func TestATombstoneAfterTheLastStateIsAppliedAsNothing(t *testing.T) {
	h := newHouse(t)
	last := state("1", 5)
	last.Text = "deleted"
	h.publish(state("1", 4), last)
	kafkatest.Write(t, h.tombstone("1", 5))
	h.publish(poison(state("1", 6))) // Nobody publishes this; a tombstone that comes again must not free it.
	kafkatest.Write(t, h.tombstone("1", 5))
	consumer := h.consumer(onlyNews)
	h.run(consumer)
	h.awaitReady(consumer)
	if got := h.stored("1"); got != "5 deleted" {
		t.Errorf("the state is %q", got)
	}
	if got := keysOf(h.parked()); !slices.Equal(got, []string{"1@6"}) {
		t.Errorf("parked %v", got)
	}
}

// TestATombstoneAloneDeletes: compaction has removed the last state before the consumer came.
func TestATombstoneAloneDeletes(t *testing.T) {
	h := newHouse(t)
	consumer := h.consumer(onlyNews)
	h.run(consumer)
	h.publish(state("1", 3), poison(state("1", 4)), poison(state("1", 6)))
	h.awaitParked(2)
	kafkatest.Write(t, h.tombstone("1", 5))
	h.eventually("the user is gone", func() bool { return h.stored("1") == "5 gone" })
	if got := keysOf(h.parked()); !slices.Equal(got, []string{"1@6"}) {
		t.Errorf("parked %v", got)
	}
}

func TestATombstoneThatCannotBeAppliedIsParkedAndReplayed(t *testing.T) {
	h := newHouse(t)
	var sound atomic.Bool
	consumer := h.consumer(onlyNews, func(c *inbox.Config) {
		apply := c.Handle
		c.Handle = func(ctx context.Context, records []inbox.Record) error {
			if !sound.Load() {
				return errOops
			}
			return apply(ctx, records)
		}
	})
	stop := h.run(consumer)
	kafkatest.Write(t, h.tombstone("1", 5))
	parked := h.awaitParked(1)
	stop()
	sound.Store(true)
	if applied, left, _, err := consumer.Replay(t.Context(), parked[0].ID); applied != 1 || left != 0 || err != nil {
		t.Errorf("applied %d, left %d: %v", applied, left, err)
	}
	if got := h.stored("1"); got != "5 gone" {
		t.Errorf("the state is %q", got)
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
