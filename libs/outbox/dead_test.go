package outbox_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/segmentio/kafka-go"

	"muster/libs/contracts"
	"muster/libs/outbox"
	"muster/libs/pg"
	"muster/libs/testkit/kafkatest"
)

// narrow makes a topic that takes only small records, until the returned function widens it.
func (h *house) narrow(topic string) (widen func()) {
	h.t.Helper()
	h.forgetTopics()
	name := h.prefix + topic
	h.createTopic(topic, map[string]string{"max.message.bytes": "20000"})
	return func() {
		_, err := kafkatest.Client(h.t).IncrementalAlterConfigs(h.t.Context(), &kafka.IncrementalAlterConfigsRequest{
			Resources: []kafka.IncrementalAlterConfigsRequestResource{{
				ResourceType: kafka.ResourceTypeTopic, ResourceName: name,
				Configs: []kafka.IncrementalAlterConfigsRequestConfig{{Name: "max.message.bytes", Value: "1048588", ConfigOperation: kafka.ConfigOperationSet}},
			}},
		})
		if err != nil {
			h.t.Fatal(err)
		}
	}
}

func large(p payload) payload {
	p.Text = strings.Repeat("x", 30_000)
	return p
}

func (h *house) dead() []outbox.DeadEvent {
	h.t.Helper()
	dead, err := outbox.Dead(context.Background(), h.db, 0, 100)
	if err != nil {
		h.t.Fatal(err)
	}
	return dead
}

// versions are those of one key, in the order in which they were published.
func versions(found []payload, key string) (list []int64) {
	for _, p := range found {
		if p.Key == key {
			list = append(list, p.Version)
		}
	}
	return list
}

func TestARefusedEventHoldsUpItsKeyAlone(t *testing.T) {
	h := newHouse(t)
	widen := h.narrow(contracts.TopicAccountEvents)
	h.publish(happened("a", 1), large(happened("b", 1)), happened("b", 2), happened("c", 1), happened("d", 1))
	stop := h.run(h.relay())
	h.await(contracts.TopicAccountEvents, 3)
	h.publish(happened("b", 3), happened("a", 2))
	h.await(contracts.TopicAccountEvents, 4)
	h.eventually("all of b to be dead", func() bool { return len(h.dead()) == 3 })
	for i, d := range h.dead() {
		if d.Key != "b" || d.Version != int64(i+1) || d.Topic != contracts.TopicAccountEvents || d.FailedAt.IsZero() {
			t.Errorf("dead event %+v", d)
		}
	}
	if first := h.dead()[0]; !strings.Contains(first.Reason, "Too Large") || first.Bytes < 30_000 {
		t.Errorf("dead event %+v", first)
	}
	if !strings.Contains(h.log.String(), fmt.Sprintf("muster ops identity outbox show %d", h.dead()[0].ID)) {
		t.Error("the log does not name the command")
	}

	widen()
	stop()
	h.publish(happened("b", 4))
	_, data, found, err := outbox.FindDead(context.Background(), h.db, h.dead()[0].ID)
	if err != nil || !found || len(data) != h.dead()[0].Bytes {
		t.Errorf("found %v with %d bytes of data: %v", found, len(data), err)
	}
	n, err := outbox.Requeue(context.Background(), h.db, h.dead()[1].ID, nil)
	if err != nil || n != 3 {
		t.Fatalf("requeued %d: %v", n, err)
	}
	h.run(h.relay())
	published := h.await(contracts.TopicAccountEvents, 8)
	if got := versions(published, "b"); !slices.Equal(got, []int64{1, 2, 3, 4}) {
		t.Errorf("b was published as %v", got)
	}
	if got := versions(published, "a"); !slices.Equal(got, []int64{1, 2}) {
		t.Errorf("a was published as %v", got)
	}
}

func TestARefusedStateIsSuperseded(t *testing.T) {
	h := newHouse(t)
	h.narrow(contracts.TopicAccount)
	h.publish(state("a", 1), large(state("a", 2)), state("a", 3))
	h.run(h.relay())
	h.await(contracts.TopicAccount, 2)
	h.publish(state("a", 4))
	if got := versions(h.await(contracts.TopicAccount, 3), "a"); !slices.Equal(got, []int64{1, 3, 4}) {
		t.Errorf("published %v, want every state but the one that is too large", got)
	}
	h.eventually("one dead event", func() bool { return len(h.dead()) == 1 })
	dropped, err := outbox.Drop(context.Background(), h.db, h.dead()[0].ID)
	if err != nil || !dropped || len(h.dead()) != 0 {
		t.Errorf("dropped %v: %v", dropped, err)
	}
}

// TestARequeuedStateIsThePresentOne: on a compacted topic, an old state behind newer ones would be what remains.
func TestARequeuedStateIsThePresentOne(t *testing.T) {
	h := newHouse(t)
	widen := h.narrow(contracts.TopicAccount)
	h.publish(large(state("a", 1)), state("a", 2))
	h.run(h.relay())
	h.await(contracts.TopicAccount, 1)
	h.eventually("one dead event", func() bool { return len(h.dead()) == 1 })
	widen()
	id := h.dead()[0].ID
	failure := errors.New("oops")
	fail := func(context.Context, string) error { return failure }
	if n, err := outbox.Requeue(context.Background(), h.db, id, fail); n != 0 || !errors.Is(err, failure) || len(h.dead()) != 1 {
		t.Fatalf("requeued %d: %v; %d are dead", n, err, len(h.dead()))
	}
	restate := func(ctx context.Context, key string) error {
		return outbox.Append(ctx, pg.From(ctx, h.db), "identity", time.Now(), state(key, 2))
	}
	if n, err := outbox.Requeue(context.Background(), h.db, id, restate); n != 1 || err != nil {
		t.Fatalf("requeued %d: %v", n, err)
	}
	if got := versions(h.await(contracts.TopicAccount, 2), "a"); !slices.Equal(got, []int64{2, 2}) || len(h.dead()) != 0 {
		t.Errorf("published %v", got)
	}
}

func TestTwoOperatorsWhoRequeuePublishAnEventOnce(t *testing.T) {
	h := newHouse(t)
	widen := h.narrow(contracts.TopicAccountEvents)
	h.publish(large(happened("a", 1)), happened("a", 2))
	stop := h.run(h.relay())
	h.eventually("two dead events", func() bool { return len(h.dead()) == 2 })
	widen()
	stop()
	id := h.dead()[0].ID
	var requeued atomic.Int64
	var operators sync.WaitGroup
	for range 6 {
		operators.Go(func() {
			n, err := outbox.Requeue(context.Background(), h.db, id, nil)
			if err != nil {
				t.Error(err)
			}
			requeued.Add(int64(n))
		})
	}
	operators.Wait()
	if waiting, err := outbox.Waiting(context.Background(), h.db, 10); requeued.Load() != 2 || waiting != 2 || err != nil {
		t.Errorf("%d requeued, %d wait (%v), want 2", requeued.Load(), waiting, err)
	}
}

func TestARecordAboveTheWritersLimitIsRefusedToo(t *testing.T) {
	h := newHouse(t)
	huge := state("a", 1)
	huge.Text = strings.Repeat("x", 2<<20)
	h.publish(huge, state("b", 1))
	h.run(h.relay())
	if got := text(h.await(contracts.TopicAccount, 1)); got != "b@1" {
		t.Errorf("published %s", got)
	}
	h.eventually("one dead event", func() bool { return len(h.dead()) == 1 })
}
