// Package kafkatest gives a test its own topics on a Kafka broker, under a unique prefix, and writes and reads records
// without the code under test.
//
// MUSTER_TEST_KAFKA is the broker (host:port). Without it the test fails.
package kafkatest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/segmentio/kafka-go"

	"muster/libs/contracts"
	"muster/libs/outbox"
	"muster/libs/testkit/pgtest"
)

const timeout = 20 * time.Second

// Broker is the address of the broker.
func Broker(t testing.TB) string {
	t.Helper()
	broker := os.Getenv("MUSTER_TEST_KAFKA")
	if broker == "" {
		t.Fatal(pgtest.NoServers)
	}
	return broker
}

// Prefix returns a unique prefix for topics and consumer groups. Topics with it are deleted when the test ends. Call it
// before starting anything that uses it, because cleanups run in reverse order.
func Prefix(t testing.TB) string {
	t.Helper()
	prefix := "t" + strings.ReplaceAll(uuid.NewString(), "-", "")[:12] + "."
	t.Cleanup(func() { deleteAll(t, prefix) })
	return prefix
}

// Client returns a client with its own connections, which close when the test ends.
func Client(t testing.TB) *kafka.Client {
	t.Helper()
	client, done := connect(t)
	t.Cleanup(done)
	return client
}

// connect makes a client that knows the given topics, or all topics if none are given. Until done is called it polls the
// broker for them, so tests that make many clients should call done.
func connect(t testing.TB, topics ...string) (client *kafka.Client, done func()) {
	t.Helper()
	transport := &kafka.Transport{ClientID: "kafkatest", MetadataTopics: topics}
	return &kafka.Client{Addr: kafka.TCP(Broker(t)), Transport: transport, Timeout: timeout}, transport.CloseIdleConnections
}

// Publish writes events one by one as a service's relay does, and creates missing topics. source is the name of the
// service that the events appear to come from.
func Publish(t testing.TB, prefix, source string, payloads ...contracts.Payload) []contracts.Event {
	t.Helper()
	var events []contracts.Event
	var messages []kafka.Message
	topics := make(map[string]contracts.Topic)
	for _, payload := range payloads {
		id, err := uuid.NewV7()
		if err != nil {
			t.Fatal(err)
		}
		event, err := contracts.New(id.String(), source, time.Now(), payload)
		if err != nil {
			t.Fatalf("kafkatest: %v", err)
		}
		for _, topic := range contracts.Topics(event.Topic) {
			topics[topic.Name] = topic
		}
		events = append(events, event)
		messages = append(messages, outbox.Message(prefix, event))
	}
	CreateTopics(t, prefix, slices.Collect(maps.Values(topics))...)
	Write(t, messages...)
	return events
}

// Write writes raw records, one after the other, to the partitions that their keys choose.
func Write(t testing.TB, messages ...kafka.Message) {
	t.Helper()
	writer := &kafka.Writer{
		Addr: kafka.TCP(Broker(t)), Balancer: kafka.Murmur2Balancer{}, RequiredAcks: kafka.RequireAll,
		BatchSize: len(messages), BatchTimeout: time.Millisecond, Transport: &kafka.Transport{ClientID: "kafkatest"},
	}
	defer writer.Transport.(*kafka.Transport).CloseIdleConnections()
	defer writer.Close()
	ctx, cancel := context.WithTimeout(t.Context(), timeout)
	defer cancel()
	if err := writer.WriteMessages(ctx, messages...); err != nil {
		t.Fatalf("kafkatest: write: %v", err)
	}
}

// Await waits until a topic holds at least n records and returns all of them, partition by partition in the order of
// their offsets.
func Await(t testing.TB, topic string, n int) []kafka.Message {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), timeout)
	defer cancel()
	client, done := connect(t, topic)
	defer func() { done() }()
	for {
		held, ends, err := count(ctx, client, topic)
		if err == nil && held >= n {
			return read(ctx, t, client, topic, ends)
		}
		select {
		case <-ctx.Done():
			t.Fatalf("kafkatest: topic %s holds %d records (%v), want %d", topic, held, err, n)
		case <-time.After(10 * time.Millisecond):
		}
		if err != nil {
			done()
			client, done = connect(t, topic) // The old client's metadata may be stale.
		}
	}
}

// Records returns all records of a topic, partition by partition in offset order.
func Records(t testing.TB, topic string) []kafka.Message {
	t.Helper()
	return Await(t, topic, 0)
}

// span is the range of offsets of a partition's log.
type span struct{ partition, first, end int64 }

// count adds up the offsets of a topic's partitions.
func count(ctx context.Context, client *kafka.Client, topic string) (held int, spans []span, err error) {
	metadata, err := client.Metadata(ctx, &kafka.MetadataRequest{Topics: []string{topic}})
	if err != nil {
		return 0, nil, err
	}
	var requests []kafka.OffsetRequest
	for _, partition := range metadata.Topics[0].Partitions {
		requests = append(requests, kafka.FirstOffsetOf(partition.ID), kafka.LastOffsetOf(partition.ID))
	}
	if len(requests) == 0 {
		return 0, nil, fmt.Errorf("topic %s: %w", topic, metadata.Topics[0].Error)
	}
	listed, err := client.ListOffsets(ctx, &kafka.ListOffsetsRequest{Topics: map[string][]kafka.OffsetRequest{topic: requests}})
	if err != nil {
		return 0, nil, err
	}
	for _, p := range listed.Topics[topic] {
		if p.Error != nil {
			return 0, nil, p.Error
		}
		spans = append(spans, span{int64(p.Partition), p.FirstOffset, p.LastOffset})
		held += int(p.LastOffset - p.FirstOffset)
	}
	slices.SortFunc(spans, func(a, b span) int { return cmp.Compare(a.partition, b.partition) })
	return held, spans, nil
}

// read returns the records of the spans. It fetches instead of using a kafka.Reader for each partition, which connects anew and,
// when it closes, waits for the fetch of what comes next.
func read(ctx context.Context, t testing.TB, client *kafka.Client, topic string, spans []span) []kafka.Message {
	t.Helper()
	var messages []kafka.Message
	for _, s := range spans {
		for next := s.first; next < s.end; {
			fetched, err := client.Fetch(ctx, &kafka.FetchRequest{Topic: topic, Partition: int(s.partition), Offset: next, MinBytes: 1, MaxBytes: 10 << 20})
			if err == nil {
				err = fetched.Error
			}
			if err != nil {
				t.Fatalf("kafkatest: read %s/%d: %v", topic, s.partition, err)
			}
			for {
				record, err := fetched.Records.ReadRecord()
				if errors.Is(err, io.EOF) {
					break
				}
				if err != nil {
					t.Fatalf("kafkatest: read %s/%d: %v", topic, s.partition, err)
				}
				if record.Offset < next { // an answer begins with a whole batch
					continue
				}
				messages = append(messages, message(t, topic, s.partition, record))
				next = record.Offset + 1
			}
		}
	}
	return messages
}

func message(t testing.TB, topic string, partition int64, record *kafka.Record) kafka.Message {
	t.Helper()
	m := kafka.Message{Topic: topic, Partition: int(partition), Offset: record.Offset, Time: record.Time, Headers: record.Headers}
	var err error
	if m.Key, err = kafka.ReadAll(record.Key); err == nil {
		m.Value, err = kafka.ReadAll(record.Value)
	}
	if err != nil {
		t.Fatalf("kafkatest: read %s/%d: %v", topic, partition, err)
	}
	return m
}
