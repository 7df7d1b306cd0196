package inbox

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/segmentio/kafka-go"
	"github.com/segmentio/kafka-go/protocol"
	"github.com/segmentio/kafka-go/protocol/fetch"

	"muster/libs/internal/wait"
)

const (
	// fetchVersion is the version of the Fetch API. All brokers have it since Apache Kafka 2.3.
	fetchVersion  = 11
	fetchWait     = time.Second           // for records, at the broker
	fetchPatience = 5 * time.Second       // for the answer, after fetchWait
	fetchPause    = 50 * time.Millisecond // after an answer that came at once and does not lead on
)

// unreadableError means that the log holds something that cannot be decoded.
type unreadableError struct{ cause error }

// Error returns the text for the log.
func (e *unreadableError) Error() string { return "the log cannot be read: " + e.cause.Error() }

// source is a partition's log.
type source interface {
	// Fetch returns the batches from the one that holds the offset on, as many as the broker returns at a time. It waits
	// for about a second if there is none. The first batch may begin before the offset.
	Fetch(ctx context.Context, offset int64) ([]recordBatch, error)
}

// brokerLog is the source at the partition's leader.
type brokerLog struct {
	cluster *cluster
	lane    lane
}

// Fetch implements source.
func (b brokerLog) Fetch(ctx context.Context, offset int64) ([]recordBatch, error) {
	for {
		begin := time.Now()
		batches, err := b.cluster.fetch(ctx, b.lane, offset, batchBytes)
		if err != nil || (len(batches) > 0 && batches[len(batches)-1].next > offset) {
			return batches, err
		}
		if time.Since(begin) < fetchPause {
			if err := wait.Sleep(ctx, fetchPause); err != nil {
				return nil, err
			}
		}
	}
}

// fetch reads the batches of a partition from an offset on.
func (c *cluster) fetch(ctx context.Context, l lane, offset int64, bytes int32) ([]recordBatch, error) {
	request := &fetch.Request{
		ReplicaID: -1, MaxWaitTime: int32(fetchWait.Milliseconds()), MinBytes: 1, MaxBytes: bytes, SessionEpoch: -1,
		Topics: []fetch.RequestTopic{{Topic: l.topic, Partitions: []fetch.RequestPartition{{
			Partition: int32(l.partition), CurrentLeaderEpoch: -1, FetchOffset: offset, LogStartOffset: -1, PartitionMaxBytes: bytes,
		}}}},
	}
	ctx, cancel := context.WithTimeout(ctx, fetchWait+fetchPatience)
	defer cancel()
	body, err := c.ask(ctx, &exchange{l, protocol.Fetch, func(w io.Writer, correlation int32) error {
		return protocol.WriteRequest(w, fetchVersion, correlation, c.name, request)
	}})
	if err != nil {
		return nil, fmt.Errorf("fetch %s at %d: %w", l, offset, err)
	}
	records, err := fetchedRecords(body)
	if err != nil {
		return nil, fmt.Errorf("fetch %s at %d: %w", l, offset, err)
	}
	batches, err := decodeBatches(l, records)
	if err != nil && len(batches) == 0 {
		return nil, &unreadableError{err}
	}
	return batches, nil // The next fetch begins with the batch at fault.
}

// ask sends an exchange and returns the body of the answer.
func (c *cluster) ask(ctx context.Context, e *exchange) ([]byte, error) {
	client := c.connected()
	response, err := client.Transport.RoundTrip(ctx, client.Addr, e)
	if err != nil {
		return nil, err
	}
	raw, ok := response.(*answer)
	if !ok {
		return nil, fmt.Errorf("answer of type %T", response)
	}
	return raw.body, nil
}

// fetchedRecords returns the undecoded batches of the answer to a fetch from one partition.
func fetchedRecords(body []byte) ([]byte, error) {
	c := cursor{data: body}
	c.int32() // throttle time
	failure := c.int16()
	c.int32() // session
	if topics := c.int32(); topics != 1 && failure == 0 {
		return nil, errors.New("the answer has no topic")
	}
	c.string()
	if partitions := c.int32(); partitions != 1 && failure == 0 {
		return nil, errors.New("the answer has no partition")
	}
	c.int32() // partition
	if failure == 0 {
		failure = c.int16()
	}
	if failure != 0 {
		return nil, kafka.Error(failure)
	}
	c.int64() // high watermark
	c.int64() // last stable offset
	c.int64() // log start
	if aborted := c.int32(); aborted > 0 {
		c.take(int(aborted) * 16)
	}
	c.int32() // preferred replica
	size := c.int32()
	if size == -1 {
		return nil, nil
	}
	records := c.take(int(size))
	if c.short {
		return nil, errors.New("the answer is too short")
	}
	return records, nil
}
