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
)

const (
	// fetchVersion is the version of the Fetch API. All brokers have it since Apache Kafka 2.3.
	fetchVersion  = 11
	fetchWait     = 4 * time.Second       // for records, at the broker
	fetchPatience = 5 * time.Second       // for the answer, after fetchWait
	fetchPause    = 50 * time.Millisecond // after an answer that came at once and does not lead on
	unwatched     = 10 * time.Second      // without a fetch, after which the log is verified
)

// unreadableError means that the log holds something that cannot be decoded.
type unreadableError struct{ cause error }

// Error returns the text for the log.
func (e *unreadableError) Error() string { return "the log cannot be read: " + e.cause.Error() }

// source is a partition's log.
type source interface {
	// Fetch returns the batches from the one that holds the offset on, as many as the broker returns at a time, or none
	// if there is none for about four seconds. The first batch may begin before the offset.
	Fetch(ctx context.Context, offset int64) ([]recordBatch, error)
	// Peek returns at least the first of these batches, or none at once.
	Peek(ctx context.Context, offset int64) ([]recordBatch, error)
}

// brokerLog is the source at the partition's leader.
type brokerLog struct {
	cluster *cluster
	lane    lane
}

// Fetch implements source.
func (b brokerLog) Fetch(ctx context.Context, offset int64) ([]recordBatch, error) {
	return b.cluster.fetch(ctx, b.lane, offset, fetchBytes, fetchWait)
}

// Peek implements source. The broker always returns the first batch whole.
func (b brokerLog) Peek(ctx context.Context, offset int64) ([]recordBatch, error) {
	return b.cluster.fetch(ctx, b.lane, offset, 1, 0)
}

// fetch reads batches of a partition from an offset on. It waits for records if there are none.
func (c *cluster) fetch(ctx context.Context, l lane, offset int64, bytes int32, patience time.Duration) ([]recordBatch, error) {
	request := &fetch.Request{
		ReplicaID: -1, MaxWaitTime: int32(patience.Milliseconds()), MinBytes: 1, MaxBytes: bytes, SessionEpoch: -1,
		Topics: []fetch.RequestTopic{{Topic: l.topic, Partitions: []fetch.RequestPartition{{
			Partition: int32(l.partition), CurrentLeaderEpoch: -1, FetchOffset: offset, LogStartOffset: -1, PartitionMaxBytes: bytes,
		}}}},
	}
	ctx, cancel := context.WithTimeout(ctx, patience+fetchPatience)
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
	c.skipString()
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
