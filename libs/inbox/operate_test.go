package inbox_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"muster/libs/contracts"
	"muster/libs/inbox"
)

func TestAParkedRecordIsShownWithItsContent(t *testing.T) {
	h := newHouse(t)
	consumer := h.consumer()
	h.run(consumer)
	h.publish(poison(happened("a", 1)))
	id := h.awaitParked(1)[0].ID
	record, content, found, err := consumer.FindParked(context.Background(), id)
	if err != nil || !found || record.Key != "a" || record.Topic != contracts.TopicAccountEvents {
		t.Fatalf("found %v %+v: %v", found, record, err)
	}
	if string(content.Payload) != `{"key":"a","version":1,"text":"poison"}` || len(content.Payload) != record.Bytes {
		t.Errorf("payload %s of %d bytes", content.Payload, record.Bytes)
	}
	if !slices.Contains(content.Headers, inbox.Header{Key: contracts.HeaderID, Value: record.EventID}) {
		t.Errorf("headers %v", content.Headers)
	}
	if _, _, found, err := consumer.FindParked(context.Background(), id+1); found || err != nil {
		t.Errorf("a record that is not parked: %v, %v", found, err)
	}
}

func TestAllParkedRecordsAreReplayedPageByPage(t *testing.T) {
	h := newHouse(t)
	consumer := h.consumer()
	stop := h.run(consumer)
	h.publish(poison(happened("a", 1)), happened("a", 2), poison(happened("b", 1)), poison(happened("c", 1)))
	h.awaitParked(4)
	stop()
	if applied, left, next, err := consumer.ReplayAfter(context.Background(), 0, 10); applied != 0 || left != 4 || next != 0 || err != nil {
		t.Errorf("applied %d, left %d, next %d: %v", applied, left, next, err)
	}
	h.cure()
	applied, left, next, err := consumer.ReplayAfter(context.Background(), 0, 1)
	if applied < 1 || applied+left != 4 || next == 0 || err != nil {
		t.Errorf("applied %d, left %d, next %d: %v", applied, left, next, err)
	}
	if applied, left, next, err = consumer.ReplayAfter(context.Background(), next, 10); left != 0 || next != 0 || err != nil {
		t.Errorf("applied %d, left %d, next %d: %v", applied, left, next, err)
	}
	if n := exactlyInOrder(t, h.journaled(contracts.TopicAccountEvents)); n != 4 {
		t.Errorf("%d records applied", n)
	}
}

func TestTwoOperatorsWhoReplayApplyARecordOnce(t *testing.T) {
	h := newHouse(t)
	stop := h.run(h.consumer())
	h.publish(poison(happened("a", 1)), happened("a", 2))
	id := h.awaitParked(2)[0].ID
	stop()
	h.cure()
	var applied atomic.Int64
	var operators sync.WaitGroup
	for range 6 {
		consumer := h.consumer()
		operators.Go(func() {
			n, left, _, err := consumer.Replay(context.Background(), id)
			if err != nil || left != 0 {
				t.Errorf("left %d: %v", left, err)
			}
			applied.Add(int64(n))
		})
	}
	operators.Wait()
	if applied.Load() != 2 {
		t.Errorf("%d records applied, want 2", applied.Load())
	}
	exactlyInOrder(t, h.journaled(contracts.TopicAccountEvents))
	consumer := h.consumer()
	if _, _, found, err := consumer.Replay(context.Background(), id); found || err != nil {
		t.Errorf("replayed once more: found %v, %v", found, err)
	}
	if dropped, err := consumer.Drop(context.Background(), id); dropped || err != nil {
		t.Errorf("dropped %v, %v", dropped, err)
	}
}

func TestAPartitionIsRewoundToAnOffset(t *testing.T) {
	h := newHouse(t)
	consumer := h.consumer()
	h.run(consumer)
	h.publish(many(state, 1, 10, 1)...)
	h.awaitJournal(contracts.TopicAccount, 10)
	h.awaitReady(consumer)
	positions, err := consumer.Positions(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	at := positions[slices.IndexFunc(positions, func(p inbox.Position) bool { return p.End == 10 })]
	if at.Topic != contracts.TopicAccount || at.First != 0 || at.Next != 10 {
		t.Fatalf("position %+v", at)
	}
	seven, eleven := int64(7), int64(11)
	if _, err := consumer.Rewind(context.Background(), contracts.TopicAccount, &at.Partition, inbox.Target{Offset: &eleven}); !errors.Is(err, inbox.ErrCannotRewind) {
		t.Errorf("rewound beyond the end: %v", err)
	}
	after, err := consumer.Rewind(context.Background(), contracts.TopicAccount, &at.Partition, inbox.Target{Offset: &seven})
	if err != nil || len(after) != 1 || after[0].Next != 7 {
		t.Fatalf("%+v: %v", after, err)
	}
	if got := versions(h.awaitJournal(contracts.TopicAccount, 13)[10:], "k0"); !slices.Equal(got, []int64{8, 9, 10}) {
		t.Errorf("applied again: %v", got)
	}
}

func TestATopicIsRewoundToATime(t *testing.T) {
	h := newHouse(t)
	consumer := h.consumer()
	h.run(consumer)
	h.publish(many(state, 4, 2, 1)...)
	h.awaitJournal(contracts.TopicAccount, 8)
	between := time.Now()
	h.eventually("the clock of the broker has moved on", func() bool { return time.Since(between) > 5*time.Millisecond })
	h.publish(state("k0", 3), state("k1", 3))
	h.awaitJournal(contracts.TopicAccount, 10)
	h.rewind(consumer, contracts.TopicAccount, inbox.Target{Time: &between})
	entries := h.awaitJournal(contracts.TopicAccount, 12)[10:]
	if !slices.Equal(versions(entries, "k0"), []int64{3}) || !slices.Equal(versions(entries, "k1"), []int64{3}) || len(entries) != 2 {
		t.Errorf("applied again: %+v", entries)
	}
}

func TestRewindingLeavesNothingOut(t *testing.T) {
	h := newHouse(t)
	stop := h.run(h.consumer())
	h.publish(state("a", 1))
	h.awaitJournal(contracts.TopicAccount, 1)
	stop()
	h.publish(state("a", 2), state("a", 3))
	consumer := h.consumer()
	now := time.Now().Add(time.Minute)
	h.rewind(consumer, contracts.TopicAccount, inbox.Target{Time: &now})
	h.run(consumer)
	if got := versions(h.awaitJournal(contracts.TopicAccount, 3), "a"); !slices.Equal(got, []int64{1, 2, 3}) {
		t.Errorf("applied %v", got)
	}
	if _, err := consumer.Rewind(context.Background(), contracts.TopicUser, nil, inbox.Target{}); !errors.Is(err, inbox.ErrTopicUnknown) {
		t.Errorf("rewound a topic that is not consumed: %v", err)
	}
}
