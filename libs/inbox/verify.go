package inbox

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"time"

	"github.com/segmentio/kafka-go"
	"github.com/segmentio/kafka-go/protocol"
)

// mark identifies the last record that was read from a partition.
type mark struct {
	offset int64 // -1 when nothing is known
	digest string
	epoch  int32 // leader epoch of its batch
	time   time.Time
}

// markOf returns the mark of the last record of a portion, or of none.
func markOf(read portion) mark {
	if len(read.messages) == 0 {
		return mark{offset: -1}
	}
	last := read.messages[len(read.messages)-1]
	return mark{last.Offset, digest(last), read.epoch, last.Time}
}

// digest identifies a record by its content. Two publications of the same event differ in their time.
func digest(m kafka.Message) string {
	h := sha256.New()
	_ = binary.Write(h, binary.BigEndian, m.Time.UnixMilli()) // A hash never fails.
	sum(h, m.Key)
	sum(h, m.Value)
	for _, header := range m.Headers {
		sum(h, []byte(header.Key))
		sum(h, header.Value)
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// sum adds a value to a hash, with its length.
func sum(h hash.Hash, value []byte) {
	_ = binary.Write(h, binary.BigEndian, int64(len(value)))
	h.Write(value)
}

// verify checks that the log still holds the record that was read last. Its end alone does not tell: a log that lost its
// last records, or a topic that was created again, grows past the offset. It returns a description of the problem, or
// "".
//
// The record may be gone. Compaction removes it when its key gets a newer one, and retention when it is old. Then the
// leader epoch decides: the log must know the epoch in which the record was written, and that epoch must not end before
// it.
func (c *Consumer) verify(ctx context.Context, l lane, last mark, log extent) (problem string, err error) {
	if last.offset < 0 {
		return "", nil
	}
	if last.offset >= log.first {
		found, err := c.recordAt(ctx, l, last.offset)
		switch {
		case err != nil:
			return "", err
		case found != nil && digest(*found) == last.digest:
			return "", nil
		case found != nil:
			return fmt.Sprintf("the record at offset %d is not the one that was read there: the topic was recreated, or the broker has lost records", last.offset), nil
		case !c.state[l.topic]:
			return fmt.Sprintf("the record at offset %d, which was read, is missing: the topic was recreated, or the broker has lost records", last.offset), nil
		}
	}
	if last.epoch < 0 {
		return "", nil
	}
	end, err := c.cluster.epochEnd(ctx, l, last.epoch)
	if err != nil {
		return "", err
	}
	if end <= last.offset {
		return fmt.Sprintf("the log has nothing of leader epoch %d at offset %d, which was read: the topic was recreated, or the broker has lost records", last.epoch, last.offset), nil
	}
	return "", nil
}

// recordAt returns the record at an offset, or nil if there is none.
func (c *Consumer) recordAt(ctx context.Context, l lane, offset int64) (*kafka.Message, error) {
	batches, err := c.read(l).Peek(ctx, offset)
	if err != nil {
		return nil, err
	}
	for _, batch := range batches {
		for i := range batch.messages {
			if batch.messages[i].Offset == offset {
				return &batch.messages[i], nil
			}
		}
	}
	return nil, nil
}

// epochEnd returns the offset at which a leader epoch ends, which is the end of the log for the current one. It returns
// -1 if the log knows no such epoch.
func (c *cluster) epochEnd(ctx context.Context, l lane, epoch int32) (int64, error) {
	body, err := c.ask(ctx, &exchange{l, protocol.OffsetForLeaderEpoch, func(w io.Writer, correlation int32) error {
		return writeEpochRequest(w, correlation, c.name, l, epoch)
	}})
	if err != nil {
		return 0, fmt.Errorf("leader epoch %d of %s: %w", epoch, l, err)
	}
	a := cursor{data: body}
	a.int32() // throttle time
	topics := a.int32()
	a.skipString()
	partitions, failure := a.int32(), a.int16()
	a.int32() // partition
	a.int32() // the epoch that was found
	end := a.int64()
	switch {
	case a.short || topics != 1 || partitions != 1:
		return 0, errors.New("the answer about a leader epoch is malformed")
	case failure != 0:
		return 0, fmt.Errorf("leader epoch %d of %s: %w", epoch, l, kafka.Error(failure))
	}
	return end, nil
}

// writeEpochRequest writes an OffsetForLeaderEpoch request, which kafka-go lacks. All brokers have its version 3 since
// Apache Kafka 2.3.
func writeEpochRequest(w io.Writer, correlation int32, client string, l lane, epoch int32) error {
	const version, none = 3, -1
	int32s := func(to []byte, values ...int32) []byte {
		for _, v := range values {
			to = binary.BigEndian.AppendUint32(to, uint32(v))
		}
		return to
	}
	text := func(to []byte, value string) []byte {
		return append(binary.BigEndian.AppendUint16(to, uint16(len(value))), value...)
	}
	body := binary.BigEndian.AppendUint16(nil, uint16(protocol.OffsetForLeaderEpoch))
	body = binary.BigEndian.AppendUint16(body, version)
	body = text(int32s(body, correlation), client)
	body = text(int32s(body, none, 1), l.topic) // not a replica; one topic
	body = int32s(body, 1, int32(l.partition), none, epoch)
	_, err := w.Write(append(int32s(nil, int32(len(body))), body...))
	return err
}
