package inbox_test

import (
	"context"
	"errors"
	"net"
	"sync/atomic"
	"testing"

	"github.com/segmentio/kafka-go"
	"github.com/segmentio/kafka-go/protocol/listoffsets"

	"muster/libs/contracts"
	"muster/libs/inbox"
)

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
