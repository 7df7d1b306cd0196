package outbox_test

import (
	"context"
	"net"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/segmentio/kafka-go"
	"github.com/segmentio/kafka-go/protocol/produce"

	"muster/libs/contracts"
	"muster/libs/outbox"
	"muster/libs/testkit/kafkatest"
)

// person is a state that can be the last one.
type person struct {
	payload
	Deleted bool `json:"deleted"`
}

func deleted(key string, version int64) person { return person{state(key, version), true} }

// log is what a topic holds of a key, as "version" or "version-" for a tombstone.
func (h *house) logOf(key string) (lines []string) {
	h.t.Helper()
	for _, m := range kafkatest.Records(h.t, h.prefix+contracts.TopicAccount) {
		if string(m.Key) != key {
			continue
		}
		for _, header := range m.Headers {
			if header.Key == contracts.HeaderVersion {
				line := string(header.Value)
				if m.Value == nil {
					line += "-"
				}
				lines = append(lines, line)
			}
		}
	}
	return lines
}

func TestATombstoneFollowsTheLastState(t *testing.T) {
	h := newHouse(t)
	h.publish(state("1", 1), deleted("2", 3), state("1", 2), deleted("1", 3), state("3", 1))
	h.publish(happened("1", 3))
	h.run(h.relay())
	h.eventually("all is published", func() bool { return h.rows() == 0 })
	for key, want := range map[string]string{"1": "1 2 3 3-", "2": "3 3-", "3": "1"} {
		if got := strings.Join(h.logOf(key), " "); got != want {
			t.Errorf("%s: %s, want %s", key, got, want)
		}
	}
	records := kafkatest.Records(t, h.prefix+contracts.TopicAccount)
	ids := make(map[string]int)
	for _, m := range records {
		for _, header := range m.Headers {
			if header.Key == contracts.HeaderID {
				ids[string(header.Value)]++
			}
		}
	}
	if len(ids) != 5 || len(records) != 7 {
		t.Errorf("%d events in %d records", len(ids), len(records))
	}
	if events := kafkatest.Records(t, h.prefix+contracts.TopicAccountEvents); len(events) != 1 || events[0].Value == nil {
		t.Errorf("events: %v", events)
	}
}

// TestANewerStateHasNoTombstoneAfterIt, though an older one of the page ends: a user that lives must not be forgotten.
func TestANewerStateHasNoTombstoneAfterIt(t *testing.T) {
	h := newHouse(t)
	h.publish(deleted("1", 1), state("1", 2), deleted("2", 1), deleted("2", 2))
	h.run(h.relay())
	h.eventually("all is published", func() bool { return h.rows() == 0 })
	for key, want := range map[string]string{"1": "1 2", "2": "1 2 2-"} {
		if got := strings.Join(h.logOf(key), " "); got != want {
			t.Errorf("%s: %s, want %s", key, got, want)
		}
	}
}

// noTombstones is a broker that takes no batch of a tombstone, for a reason.
type noTombstones struct {
	kafka.RoundTripper
	reason *atomic.Pointer[kafka.Error]
	asked  *atomic.Int64
}

func (b noTombstones) RoundTrip(ctx context.Context, addr net.Addr, request kafka.Request) (kafka.Response, error) {
	r, ok := request.(*produce.Request)
	if !ok {
		return b.RoundTripper.RoundTrip(ctx, addr, request)
	}
	records := r.Topics[0].Partitions[0].RecordSet.Records
	first, err := records.ReadRecord()
	if err != nil {
		return nil, err
	}
	if reason := b.reason.Load(); reason != nil && first.Value == nil {
		b.asked.Add(1)
		return nil, *reason
	}
	r.Topics[0].Partitions[0].RecordSet.Records = kafka.NewRecordReader(*first)
	return b.RoundTripper.RoundTrip(ctx, addr, request)
}

func TestATombstoneThatIsNotAcknowledgedIsSentAgain(t *testing.T) {
	h := newHouse(t)
	var reason atomic.Pointer[kafka.Error]
	var asked atomic.Int64
	reason.Store(new(kafka.NotEnoughReplicas))
	relay := h.relay()
	relay.RoundTripWith(func(to kafka.RoundTripper) kafka.RoundTripper { return noTombstones{to, &reason, &asked} })
	h.publish(deleted("1", 3))
	h.run(relay)
	h.eventually("it has been tried", func() bool { return asked.Load() > 0 })
	if h.rows() != 1 {
		t.Error("the row is gone without a tombstone")
	}
	reason.Store(nil)
	h.eventually("all is published", func() bool { return h.rows() == 0 })
	if lines := h.logOf("1"); lines[len(lines)-1] != "3-" || !slices.Contains(lines, "3") {
		t.Errorf("the log is %v", lines)
	}
}

func TestATombstoneThatIsRefusedForGoodHoldsNothingUp(t *testing.T) {
	h := newHouse(t)
	var reason atomic.Pointer[kafka.Error]
	var asked atomic.Int64
	reason.Store(new(kafka.PolicyViolation))
	relay := h.relay()
	relay.RoundTripWith(func(to kafka.RoundTripper) kafka.RoundTripper { return noTombstones{to, &reason, &asked} })
	h.publish(deleted("1", 3))
	h.run(relay)
	h.eventually("the state is published", func() bool { return h.rows() == 0 })
	if lines := h.logOf("1"); !slices.Equal(lines, []string{"3"}) || !strings.Contains(h.log.String(), "refuses a tombstone") {
		t.Errorf("the log is %v; %s", lines, h.log)
	}
}

// TestQuietPartitionsGetAMarker, which makes the broker close their segments. Partitions without records need none.
func TestQuietPartitionsGetAMarker(t *testing.T) {
	h := newHouse(t)
	topic := h.prefix + contracts.TopicAccount
	quiet, busy := state("k0", 1), state("k2", 1)
	kafkatest.Publish(t, h.prefix, "identity", busy)
	old := kafka.Message{Topic: topic, Key: []byte(quiet.Key), Value: []byte("{}"), Time: time.Now().Add(-25 * time.Hour)}
	kafkatest.Write(t, old)
	h.run(h.relay())
	kafkatest.Await(t, topic, 3)
	h.publish(state("k2", 2))
	h.eventually("all is published", func() bool { return h.rows() == 0 })
	records := kafkatest.Records(t, topic)
	if len(records) != 4 {
		t.Fatalf("%d records", len(records))
	}
	for _, m := range records {
		if m.Value != nil {
			continue
		}
		if m.Partition != partitionOf(quiet.Key) || !strings.HasPrefix(string(m.Key), "marker/") || len(m.Headers) != 0 {
			t.Errorf("the marker is %+v", m)
		}
	}
	for partition := range contracts.Partitions {
		if got := partitionOf(string(outbox.MarkerKey(partition))); got != partition {
			t.Errorf("the marker of partition %d is in %d", partition, got)
		}
	}
}
