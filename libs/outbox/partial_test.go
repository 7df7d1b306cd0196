package outbox_test

import (
	"context"
	"net"
	"sync/atomic"
	"testing"

	"github.com/segmentio/kafka-go"
	"github.com/segmentio/kafka-go/protocol/produce"

	"muster/libs/contracts"
)

// onePartitionFails is a broker that takes nothing for one partition.
type onePartitionFails struct {
	kafka.RoundTripper
	partition int32
	fails     *atomic.Bool
}

func (b onePartitionFails) RoundTrip(ctx context.Context, addr net.Addr, request kafka.Request) (kafka.Response, error) {
	if r, ok := request.(*produce.Request); ok && b.fails.Load() && r.Topics[0].Partitions[0].Partition == b.partition {
		return nil, kafka.NotEnoughReplicas
	}
	return b.RoundTripper.RoundTrip(ctx, addr, request)
}

// TestAPartitionThatFailsKeepsItsOwnRowsOnly publishes a page of which one partition is refused for the time being.
func TestAPartitionThatFailsKeepsItsOwnRowsOnly(t *testing.T) {
	h := newHouse(t)
	var payloads []contracts.Payload
	failing := partitionOf("k0")
	rest := 0
	for _, key := range []string{"k0", "k1", "k2", "k3", "k4", "k5", "k6", "k7"} {
		payloads = append(payloads, state(key, 1))
		if partitionOf(key) != failing {
			rest++
		}
	}
	h.publish(payloads...)
	var fails atomic.Bool
	fails.Store(true)
	relay := h.relay()
	relay.RoundTripWith(func(to kafka.RoundTripper) kafka.RoundTripper { return onePartitionFails{to, int32(failing), &fails} })
	h.run(relay)
	h.eventually("the rows of the others are gone", func() bool { return h.rows() == len(payloads)-rest })
	if found := h.await(contracts.TopicAccount, rest); len(found) != rest {
		t.Errorf("%d records, want each of %d once: %s", len(found), rest, text(found))
	}
	fails.Store(false)
	if found := h.await(contracts.TopicAccount, len(payloads)); len(found) != len(payloads) {
		t.Errorf("%d records, want each of %d once: %s", len(found), len(payloads), text(found))
	}
}

// slowBroker takes nothing until a channel is closed.
type slowBroker struct{ delay chan struct{} }

func (s *slowBroker) before(to kafka.RoundTripper) kafka.RoundTripper { return delayed{to, s.delay} }

type delayed struct {
	kafka.RoundTripper
	delay chan struct{}
}

func (d delayed) RoundTrip(ctx context.Context, addr net.Addr, request kafka.Request) (kafka.Response, error) {
	if _, ok := request.(*produce.Request); ok {
		<-d.delay
	}
	return d.RoundTripper.RoundTrip(context.WithoutCancel(ctx), addr, request)
}

// partitionOf is the partition that a key chooses.
func partitionOf(key string) int {
	return kafka.Murmur2Balancer{}.Balance(kafka.Message{Key: []byte(key)}, 0, 1, 2, 3, 4, 5)
}
