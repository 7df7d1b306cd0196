package inbox

import (
	"bytes"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"time"

	"github.com/segmentio/kafka-go"
	"github.com/segmentio/kafka-go/protocol"
)

// recordBatch is a batch of a partition's log. It has no records if compaction removed them all, which keeps the batch
// for the sake of its producer, or if it is a transaction marker.
type recordBatch struct {
	next     int64 // the offset after the batch; there may be no record before it
	epoch    int32 // leader epoch in which the batch was written
	messages []kafka.Message
}

const (
	batchPrefix = 12 // bytes of a batch before those that its length counts
	batchHeader = 49 // of those, the header
	maxInflated = 64 << 20
	maxBatches  = 1 << 16 // of one answer
	appendTime  = 1 << 3  // attribute: the timestamp is the broker's
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// decodeBatches decodes the batches of a fetch. The broker may cut the last one off, which is no error. With an error it
// returns the batches before the one at fault.
func decodeBatches(l lane, data []byte) (batches []recordBatch, err error) {
	for len(data) >= batchPrefix && len(batches) < maxBatches {
		head := cursor{data: data}
		base, length := head.int64(), int(head.int32())
		if length < batchHeader {
			return batches, fmt.Errorf("the batch at offset %d says that it has %d bytes", base, length)
		}
		body := head.take(length)
		if body == nil {
			break
		}
		data = head.data
		batch, err := decodeBatch(l, base, body)
		if err != nil {
			return batches, fmt.Errorf("the batch at offset %d: %w", base, err)
		}
		batches = append(batches, batch)
	}
	return batches, nil
}

// decodeBatch decodes a batch whose base offset and length have been read.
func decodeBatch(l lane, base int64, body []byte) (recordBatch, error) {
	c := cursor{data: body}
	epoch, magic, sum := c.int32(), c.int8(), uint32(c.int32())
	if magic != 2 {
		return recordBatch{}, fmt.Errorf("format %d is not supported", magic)
	}
	if crc32.Checksum(c.data, castagnoli) != sum {
		return recordBatch{}, errors.New("the checksum is wrong")
	}
	attributes, lastDelta := protocol.Attributes(c.int16()), c.int32()
	first, newest := c.int64(), c.int64()
	c.take(8 + 2 + 4) // the producer's id, epoch and sequence
	count := int(c.int32())
	if base < 0 || lastDelta < 0 || count < 0 || count > int(lastDelta)+1 {
		return recordBatch{}, fmt.Errorf("%d records in %d offsets", count, int64(lastDelta)+1)
	}
	batch := recordBatch{next: base + int64(lastDelta) + 1, epoch: epoch}
	if count == 0 || attributes.Control() {
		return batch, nil
	}
	records, err := inflate(attributes.Compression(), c.data)
	if err != nil {
		return recordBatch{}, err
	}
	c = cursor{data: records}
	for range count {
		message, delta, ok := decodeRecord(c.varbytes())
		if !ok || c.short || delta < 0 || delta > int64(lastDelta) {
			return recordBatch{}, errors.New("a record is malformed")
		}
		message.Topic, message.Partition, message.Offset = l.topic, l.partition, base+delta
		message.Time = timestamp(first + message.Time.UnixMilli())
		if attributes&appendTime != 0 {
			message.Time = timestamp(newest)
		}
		batch.messages = append(batch.messages, message)
	}
	return batch, nil
}

// timestamp returns the time of a record. Producers choose it freely, and the database cannot store every value: what
// lies before 1970 or after the year 9999 becomes the beginning of 1970.
func timestamp(milliseconds int64) time.Time {
	const year10000 = 253402300800000
	if milliseconds < 0 || milliseconds >= year10000 {
		milliseconds = 0
	}
	return time.UnixMilli(milliseconds)
}

// inflate decompresses the records of a batch.
func inflate(compression kafka.Compression, data []byte) (inflated []byte, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("decompress: %v", p)
		}
	}()
	if compression == 0 {
		return data, nil
	}
	codec := compression.Codec()
	if codec == nil {
		return nil, fmt.Errorf("compression %d is not supported", compression)
	}
	reader := codec.NewReader(bytes.NewReader(data))
	defer reader.Close()
	inflated, err = io.ReadAll(io.LimitReader(reader, maxInflated+1))
	if err != nil {
		return nil, fmt.Errorf("decompress: %w", err)
	}
	if len(inflated) > maxInflated {
		return nil, fmt.Errorf("the records have more than %d bytes", maxInflated)
	}
	return inflated, nil
}

// decodeRecord decodes a record. The time of the message is relative to that of its batch.
func decodeRecord(data []byte) (message kafka.Message, delta int64, ok bool) {
	c := cursor{data: data}
	c.take(1) // attributes, unused
	message.Time = time.UnixMilli(c.varint())
	delta = c.varint()
	message.Key, message.Value = c.varbytes(), c.varbytes()
	headers := c.varint()
	if headers < 0 || headers > int64(len(c.data)) { // Each has two bytes at least.
		return kafka.Message{}, 0, false
	}
	for range headers {
		message.Headers = append(message.Headers, kafka.Header{Key: string(c.varbytes()), Value: c.varbytes()})
	}
	return message, delta, !c.short
}
