package kafkatest

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"testing"

	"github.com/segmentio/kafka-go"
	"github.com/segmentio/kafka-go/protocol"
	"github.com/segmentio/kafka-go/protocol/fetch"
)

// DeleteRecords deletes the records of a partition before an offset, as retention does.
func DeleteRecords(t testing.TB, topic string, partition int, before int64) {
	t.Helper()
	insist(t, fmt.Sprintf("delete the records of %s/%d before %d", topic, partition, before), func(ctx context.Context, client *kafka.Client) error {
		answered, err := client.Transport.RoundTrip(ctx, client.Addr, &deleteRecords{topic, int32(partition), before, 0})
		if err != nil {
			return err
		}
		if code := answered.(*deleteRecords).failure; code != 0 {
			return kafka.Error(code)
		}
		return nil
	})
}

// deleteRecords is a DeleteRecords request of version 1, which kafka-go lacks. It is its own response.
type deleteRecords struct {
	topic     string
	partition int32
	before    int64
	failure   int16
}

// ApiKey implements protocol.Message.
func (*deleteRecords) ApiKey() protocol.ApiKey { return protocol.DeleteRecords } //nolint:revive // the interface's name

// Broker implements protocol.BrokerMessage.
func (r *deleteRecords) Broker(cluster protocol.Cluster) (protocol.Broker, error) {
	routed := fetch.Request{Topics: []fetch.RequestTopic{{Topic: r.topic, Partitions: []fetch.RequestPartition{{Partition: r.partition}}}}}
	return routed.Broker(cluster)
}

// Required implements protocol.RawExchanger.
func (*deleteRecords) Required(map[protocol.ApiKey]int16) bool { return true }

// RawExchange implements protocol.RawExchanger.
func (r *deleteRecords) RawExchange(conn io.ReadWriter) (protocol.Message, error) {
	const version, timeout = 1, 5000
	var body []byte
	body = binary.BigEndian.AppendUint16(body, uint16(protocol.DeleteRecords))
	body = binary.BigEndian.AppendUint16(body, version)
	body = binary.BigEndian.AppendUint32(body, 1) // correlation id
	body = appendString(body, "kafkatest")
	body = binary.BigEndian.AppendUint32(body, 1) // topics
	body = appendString(body, r.topic)
	body = binary.BigEndian.AppendUint32(body, 1) // partitions
	body = binary.BigEndian.AppendUint32(body, uint32(r.partition))
	body = binary.BigEndian.AppendUint64(body, uint64(r.before))
	body = binary.BigEndian.AppendUint32(body, timeout)
	if _, err := conn.Write(append(binary.BigEndian.AppendUint32(nil, uint32(len(body))), body...)); err != nil {
		return nil, err
	}
	var size [4]byte
	if _, err := io.ReadFull(conn, size[:]); err != nil {
		return nil, err
	}
	answer := make([]byte, binary.BigEndian.Uint32(size[:]))
	if _, err := io.ReadFull(conn, answer); err != nil {
		return nil, err
	}
	// The answer ends with the partition's error, because it has one topic and one partition.
	return &deleteRecords{failure: int16(binary.BigEndian.Uint16(answer[len(answer)-2:]))}, nil
}

func appendString(to []byte, text string) []byte {
	return append(binary.BigEndian.AppendUint16(to, uint16(len(text))), text...)
}
