package inbox_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"muster/libs/contracts"
	"muster/libs/inbox"
	"muster/libs/testkit/kafkatest"
)

func TestRecordsAreAppliedInOrder(t *testing.T) {
	h := newHouse(t)
	h.publish(many(state, 7, 100, 1)...)
	consumer := h.consumer()
	h.run(consumer)
	h.awaitReady(consumer)
	h.publish(many(state, 7, 100, 101)...)
	if n := exactlyInOrder(t, h.awaitJournal(contracts.TopicAccount, 1400)); n != 1400 {
		t.Errorf("%d records applied, want 1400", n)
	}
	var stored int
	if err := h.db.Raw("SELECT sum(next_offset) FROM kafka_offsets WHERE topic = ?", h.prefix+contracts.TopicAccount).Scan(&stored).Error; err != nil || stored != 1400 {
		t.Errorf("stored offsets add up to %d (%v), want 1400", stored, err)
	}
}

func TestARecordHasItsEnvelope(t *testing.T) {
	h := newHouse(t)
	got := make(chan inbox.Record, 1)
	h.run(h.consumer(func(c *inbox.Config) {
		c.Handle = func(_ context.Context, records []inbox.Record) error { got <- records[0]; return nil }
	}))
	want := kafkatest.Publish(t, h.prefix, "identity", payload{Topic: contracts.TopicAccount, Key: "42", Version: 7, Text: "x"})[0]
	r := <-got
	if r.ID != want.ID || r.Type != want.Type || r.Source != "/muster/identity" || r.Subject != "42" || r.Key != "42" || r.Version != 7 ||
		r.Topic != contracts.TopicAccount || !r.Time.Equal(want.Time) || string(r.Data) != string(want.Data) || r.Offset != 0 {
		t.Errorf("got %+v, want %+v", r, want)
	}
}

func TestAStoppedConsumerGoesOnWhereItWas(t *testing.T) {
	h := newHouse(t)
	for round := range 4 {
		stop := h.run(h.consumer())
		h.publish(many(happened, 5, 40, int64(40*round+1))...)
		h.awaitJournal(contracts.TopicAccountEvents, 200*round+77) // Somewhere in the middle.
		begin := time.Now()
		stop()
		if took := time.Since(begin); took > 3*time.Second {
			t.Errorf("stopping took %v", took)
		}
	}
	h.run(h.consumer())
	if n := exactlyInOrder(t, h.awaitJournal(contracts.TopicAccountEvents, 800)); n != 800 {
		t.Errorf("%d records applied, want 800", n)
	}
}

func TestTwoReplicasShareThePartitions(t *testing.T) {
	h := newHouse(t)
	one, two := h.consumer(), h.consumer()
	stopOne := h.run(one)
	h.awaitReady(one)
	h.run(two)
	h.eventually("both have partitions", func() bool { return h.log.count("count=6") >= 2 })
	h.publish(many(happened, 12, 20, 1)...)
	h.awaitJournal(contracts.TopicAccountEvents, 240)
	stopOne()
	h.publish(many(happened, 12, 20, 21)...)
	if n := exactlyInOrder(t, h.awaitJournal(contracts.TopicAccountEvents, 480)); n != 480 {
		t.Errorf("%d records applied, want 480", n)
	}
}

func TestTheFenceHoldsWithoutAGroup(t *testing.T) {
	h := newHouse(t)
	for i := range 2 {
		consumer := h.consumer()
		consumer.Group(fmt.Sprint(h.prefix, i)) // Each gets all partitions.
		h.run(consumer)
		h.awaitReady(consumer)
	}
	for i := range 40 {
		h.publish(many(happened, 10, 5, int64(5*i+1))...)
	}
	entries := h.awaitJournal(contracts.TopicAccountEvents, 2000)
	if n := exactlyInOrder(t, entries); n != 2000 {
		t.Errorf("%d records applied, want 2000", n)
	}
	if h.log.count("another replica has advanced the offset") == 0 {
		t.Error("the consumers never met: the test shows nothing")
	}
}

func TestReadyMeansThatTheBacklogIsApplied(t *testing.T) {
	h := newHouse(t)
	h.publish(many(state, 5, 10, 1)...)
	goOn := make(chan struct{})
	consumer := h.consumer(func(c *inbox.Config) {
		apply := c.Handle
		c.Handle = func(ctx context.Context, records []inbox.Record) error {
			<-goOn
			return apply(ctx, records)
		}
	})
	if err := consumer.Ready(); err == nil {
		t.Error("ready before it began")
	}
	h.run(consumer)
	h.eventually("it says what is missing", func() bool {
		err := consumer.Ready()
		return err != nil && strings.Contains(err.Error(), h.prefix+contracts.TopicAccount)
	})
	close(goOn)
	h.awaitReady(consumer)
	if n := len(h.journaled(contracts.TopicAccount)); n != 50 {
		t.Errorf("ready with %d records applied, want 50", n)
	}
}

func TestAReplicaWithoutPartitionsIsReady(t *testing.T) {
	h := newHouse(t)
	var consumers []*inbox.Consumer
	for range 7 { // One more than there are partitions.
		consumer := h.consumer(func(c *inbox.Config) { c.Topics = []string{contracts.TopicAccount} })
		h.run(consumer)
		consumers = append(consumers, consumer)
	}
	for _, consumer := range consumers {
		h.awaitReady(consumer)
	}
}

func TestAConsumerWaitsForTopicsThatAreMadeLater(t *testing.T) {
	h := newHouse(t)
	h.prefix = kafkatest.Prefix(t)
	consumer := h.consumer()
	h.run(consumer)
	h.eventually("it says what is missing", func() bool {
		err := consumer.Ready()
		return err != nil && strings.Contains(err.Error(), "does not exist")
	})
	h.createTopics()
	h.publish(happened("a", 1))
	h.awaitJournal(contracts.TopicAccountEvents, 1)
}

func TestKafkaLearnsOfTheProgress(t *testing.T) {
	h := newHouse(t)
	consumer := h.consumer()
	h.run(consumer)
	h.publish(many(happened, 5, 10, 1)...)
	h.awaitJournal(contracts.TopicAccountEvents, 50)
	topic := h.prefix + contracts.TopicAccountEvents
	h.eventually("the group's committed offsets add up to 50", func() bool {
		total := int64(0)
		offsets, err := kafkatest.CommittedOffsets(t, consumer.GroupID(), topic)
		for _, offset := range offsets {
			total += max(0, offset)
		}
		return err == nil && total == 50
	})
}

func TestBatchesGrowUnderLoad(t *testing.T) {
	h := newHouse(t)
	var largest atomic.Int64
	h.publish(many(happened, 1, 3000, 1)...)
	h.run(h.consumer(func(c *inbox.Config) {
		apply := c.Handle
		c.Handle = func(ctx context.Context, records []inbox.Record) error {
			largest.Store(max(largest.Load(), int64(len(records))))
			return apply(ctx, records)
		}
	}))
	exactlyInOrder(t, h.awaitJournal(contracts.TopicAccountEvents, 3000))
	if n := largest.Load(); n < 100 || n > 500 {
		t.Errorf("the largest batch had %d records", n)
	}
}

func TestNewRefusesWhatCannotWork(t *testing.T) {
	h := newHouse(t)
	for name, spoil := range map[string]func(*inbox.Config){
		"no name":    func(c *inbox.Config) { c.Name = "" },
		"no brokers": func(c *inbox.Config) { c.Brokers = nil },
		"no topics":  func(c *inbox.Config) { c.Topics = nil },
		"no db":      func(c *inbox.Config) { c.DB = nil },
		"no handler": func(c *inbox.Config) { c.Handle = nil },
	} {
		config := h.config()
		spoil(&config)
		if _, err := inbox.New(config); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func keysOf(records []inbox.ParkedRecord) (keys []string) {
	for _, r := range records {
		keys = append(keys, fmt.Sprintf("%s@%d", r.Key, r.Version))
	}
	slices.Sort(keys)
	return keys
}
