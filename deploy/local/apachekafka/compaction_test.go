//go:build apachekafka

package apachekafka_test

import (
	"context"
	"encoding/json"
	"strconv"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/twmb/franz-go/pkg/kgo"

	"muster/libs/contracts"
)

// compactable makes the broker compact soon: every batch closes the segment before it.
var compactable = map[string]string{"segment.ms": "1", "min.cleanable.dirty.ratio": "0.01"}

// TestEmptyBatchesOfProducersAreCrossed reads a log in which compaction has left several batches without records, one
// of each producer, at its beginning, in its middle and before its last segment.
func TestEmptyBatchesOfProducersAreCrossed(t *testing.T) {
	h := newHouse(t)
	h.createTopic(compactable)
	for version := int64(1); version <= 6; version++ {
		h.produce(h.producer(), state("a", version))
	}
	last := h.producer()
	h.produce(last, state("b", 1))
	for version := int64(7); version <= 12; version++ {
		h.produce(h.producer(), state("a", version))
	}
	h.produce(last, state("c", 1))
	h.awaitRecords(3)
	consumer, _ := h.run()
	h.awaitReady(consumer)
	if got := h.states(); got["a"] != 12 || got["b"] != 1 || got["c"] != 1 {
		t.Errorf("applied %v", got)
	}
}

// TestTheRecordReadLastMayBeCompactedAway reads on although the record before the offset is gone.
func TestTheRecordReadLastMayBeCompactedAway(t *testing.T) {
	h := newHouse(t)
	h.createTopic(compactable)
	h.publish(state("b", 1), state("a", 1))
	consumer, stop := h.run()
	h.awaitReady(consumer)
	stop()
	client := h.producer()
	h.produce(client, state("a", 2))
	h.produce(client, state("c", 1))
	h.awaitRecords(3)
	consumer, _ = h.run()
	h.awaitReady(consumer)
	if got := h.states(); got["a"] != 2 || got["b"] != 1 || got["c"] != 1 {
		t.Errorf("applied %v", got)
	}
}

// produce writes a record as a batch of its own.
func (h *house) produce(client *kgo.Client, p payload) {
	h.t.Helper()
	data, err := json.Marshal(p)
	if err != nil {
		h.t.Fatal(err)
	}
	record := &kgo.Record{Topic: h.topic(), Key: []byte(p.Key), Value: data, Headers: []kgo.RecordHeader{
		{Key: contracts.HeaderID, Value: []byte(uuid.NewString())}, {Key: contracts.HeaderType, Value: []byte(contracts.TopicAccount)},
		{Key: contracts.HeaderVersion, Value: []byte(strconv.FormatInt(p.Version, 10))},
	}}
	if err := client.ProduceSync(context.Background(), record).FirstErr(); err != nil {
		h.t.Fatal(err)
	}
}

// awaitRecords waits until compaction has left n records.
func (h *house) awaitRecords(n int) {
	h.t.Helper()
	h.eventually("compaction", func() bool { return h.records() == n })
}

// records counts the records of the topic's partition, with a client other than the one under test.
func (h *house) records() (n int) {
	h.t.Helper()
	client, err := kgo.NewClient(kgo.SeedBrokers(broker.Addr()), kgo.ConsumePartitions(map[string]map[int32]kgo.Offset{h.topic(): {0: kgo.NewOffset().AtStart()}}))
	if err != nil {
		h.t.Fatal(err)
	}
	defer client.Close()
	for {
		ctx, cancel := context.WithTimeout(context.Background(), 300*time.Millisecond)
		fetches := client.PollFetches(ctx)
		cancel()
		if fetches.NumRecords() == 0 {
			return n
		}
		n += fetches.NumRecords()
	}
}
