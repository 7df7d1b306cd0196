package inbox

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"sync/atomic"

	"github.com/segmentio/kafka-go/protocol"
	"github.com/segmentio/kafka-go/protocol/fetch"
)

// exchange is a request to the leader of a partition whose answer is returned undecoded. kafka-go opens the connection,
// chooses the broker and sends the bytes; deploy/adr/0020 says why it may not decode the answer.
type exchange struct {
	lane lane
	key  protocol.ApiKey
	// write writes the whole request with the given correlation id.
	write func(w io.Writer, correlation int32) error
}

// answer is the undecoded answer to an exchange, without its header.
type answer struct {
	key  protocol.ApiKey
	body []byte
}

// maxAnswer bounds an answer. A fetch asks for at most fetchBytes, but the broker returns a larger batch whole.
const maxAnswer = 256 << 20

var correlations atomic.Int32

// ApiKey implements protocol.Message.
func (e *exchange) ApiKey() protocol.ApiKey { return e.key } //nolint:revive // the interface's name

// ApiKey implements protocol.Message.
func (a *answer) ApiKey() protocol.ApiKey { return a.key } //nolint:revive // the interface's name

// Broker implements protocol.BrokerMessage: it returns the leader of the partition.
func (e *exchange) Broker(cluster protocol.Cluster) (protocol.Broker, error) {
	routed := fetch.Request{Topics: []fetch.RequestTopic{{
		Topic: e.lane.topic, Partitions: []fetch.RequestPartition{{Partition: int32(e.lane.partition)}},
	}}}
	return routed.Broker(cluster)
}

// Required implements protocol.RawExchanger.
func (e *exchange) Required(map[protocol.ApiKey]int16) bool { return true }

// RawExchange implements protocol.RawExchanger. It runs in a goroutine of kafka-go, where a panic would end the process.
// It therefore only reads the answer.
func (e *exchange) RawExchange(conn io.ReadWriter) (protocol.Message, error) {
	correlation := correlations.Add(1)
	if err := e.write(conn, correlation); err != nil {
		return nil, err
	}
	var head [8]byte
	if _, err := io.ReadFull(conn, head[:]); err != nil {
		return nil, err
	}
	size, answered := int32(binary.BigEndian.Uint32(head[:4])), int32(binary.BigEndian.Uint32(head[4:]))
	if size < 4 || size > maxAnswer {
		return nil, fmt.Errorf("the broker announces an answer of %d bytes", size)
	}
	if answered != correlation {
		return nil, errors.New("the broker answers another request")
	}
	body := make([]byte, size-4)
	if _, err := io.ReadFull(conn, body); err != nil {
		return nil, err
	}
	return &answer{e.key, body}, nil
}

// cursor reads Kafka's primitive types from a byte slice. After the first read beyond the end it returns zeros, and
// short is set.
type cursor struct {
	data  []byte
	short bool
}

// take returns the next n bytes, or nil if there are fewer.
func (c *cursor) take(n int) []byte {
	if n < 0 || n > len(c.data) || c.short {
		c.short, c.data = true, nil
		return nil
	}
	taken := c.data[:n:n]
	c.data = c.data[n:]
	return taken
}

func (c *cursor) int8() int8 {
	if b := c.take(1); b != nil {
		return int8(b[0])
	}
	return 0
}

func (c *cursor) int16() int16 {
	if b := c.take(2); b != nil {
		return int16(binary.BigEndian.Uint16(b))
	}
	return 0
}

func (c *cursor) int32() int32 {
	if b := c.take(4); b != nil {
		return int32(binary.BigEndian.Uint32(b))
	}
	return 0
}

func (c *cursor) int64() int64 {
	if b := c.take(8); b != nil {
		return int64(binary.BigEndian.Uint64(b))
	}
	return 0
}

// varint reads a zigzag-encoded integer.
func (c *cursor) varint() int64 {
	value, n := binary.Varint(c.data)
	if n <= 0 {
		c.take(-1)
		return 0
	}
	c.data = c.data[n:]
	return value
}

// varbytes reads a byte string with a varint length. It returns nil for null.
func (c *cursor) varbytes() []byte {
	size := c.varint()
	if size == -1 || size > int64(len(c.data)) {
		c.short = c.short || size != -1
		return nil
	}
	return c.take(int(size))
}

// skipString passes over a string with a length of 16 bits.
func (c *cursor) skipString() { c.take(int(c.int16())) }
