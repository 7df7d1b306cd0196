package inbox_test

import (
	"context"
	"net"
	"sync/atomic"
	"testing"

	"github.com/segmentio/kafka-go"
	"github.com/segmentio/kafka-go/protocol"
	"github.com/segmentio/kafka-go/protocol/fetch"

	"muster/libs/contracts"
	"muster/libs/inbox"
)

// stuck is a reader that never delivers anything.
type stuck struct{}

func (stuck) FetchMessage(ctx context.Context) (kafka.Message, error) {
	<-ctx.Done()
	return kafka.Message{}, ctx.Err()
}

func (stuck) Close() error { return nil }

func TestAReaderThatStandsStillIsReplaced(t *testing.T) {
	h := newHouse(t)
	var opened atomic.Int32
	consumer := h.consumer(func(c *inbox.Config) { c.Topics = []string{contracts.TopicAccountEvents} })
	consumer.ReadWith(func(open func() inbox.Reader, _ int, _ int64) inbox.Reader {
		if opened.Add(1) <= contracts.Partitions {
			return stuck{}
		}
		return open()
	})
	h.run(consumer)
	h.publish(happened("a", 1), happened("a", 2))
	exactlyInOrder(t, h.awaitJournal(contracts.TopicAccountEvents, 2))
	h.awaitReady(consumer)
}

func TestReadersThatNeverMoveStopTheConsumer(t *testing.T) {
	h := newHouse(t)
	var works atomic.Bool
	consumer := h.consumer(func(c *inbox.Config) { c.Topics = []string{contracts.TopicAccountEvents} })
	consumer.ReadWith(func(open func() inbox.Reader, _ int, _ int64) inbox.Reader {
		if works.Load() {
			return open()
		}
		return stuck{}
	})
	h.run(consumer)
	h.awaitReady(consumer)
	h.publish(happened("a", 1))
	h.eventually("it is not ready", func() bool { return consumer.Ready() != nil })
	works.Store(true)
	h.awaitJournal(contracts.TopicAccountEvents, 1)
	h.awaitReady(consumer)
}

// hole answers fetches below an offset with nothing, as a broker does where compaction has left empty batches.
type hole struct {
	kafka.RoundTripper
	end int64
}

func (b hole) RoundTrip(ctx context.Context, addr net.Addr, request kafka.Request) (kafka.Response, error) {
	r, ok := request.(*fetch.Request)
	if !ok || r.Topics[0].Partitions[0].FetchOffset >= b.end {
		return b.RoundTripper.RoundTrip(ctx, addr, request)
	}
	return &fetch.Response{Topics: []fetch.ResponseTopic{{Topic: r.Topics[0].Topic, Partitions: []fetch.ResponsePartition{{
		Partition: r.Topics[0].Partitions[0].Partition, RecordSet: protocol.RecordSet{Records: protocol.NewRecordReader()},
	}}}}}, nil
}

func TestAReaderIsLedAroundAHole(t *testing.T) {
	h := newHouse(t)
	h.publish(many(state, 1, 5, 1)...)
	consumer := h.consumer()
	// The reader hangs in the hole from 0 to 3, and so do plain fetches, though these say so.
	consumer.ReadWith(func(open func() inbox.Reader, _ int, offset int64) inbox.Reader {
		if offset < 3 {
			return stuck{}
		}
		return open()
	})
	consumer.RoundTripWith(func(to kafka.RoundTripper) kafka.RoundTripper { return hole{to, 3} })
	h.run(consumer)
	entries := h.awaitJournal(contracts.TopicAccount, 2)
	if entries[0].Version != 4 || entries[1].Version != 5 {
		t.Errorf("applied %v, want what lies behind the hole", entries)
	}
	h.awaitReady(consumer)
}
