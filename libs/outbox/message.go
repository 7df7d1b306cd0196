package outbox

import (
	"strconv"
	"time"

	"github.com/segmentio/kafka-go"

	"muster/libs/contracts"
)

// Tombstone returns the message that makes compaction forget the key of a state: the same headers, and no value.
func Tombstone(topicPrefix string, e contracts.Event) kafka.Message {
	m := Message(topicPrefix, e)
	m.Value = nil
	return m
}

// Message returns the Kafka message of an event: CloudEvents 1.0, Kafka protocol binding, binary content mode. Its
// topic is the event's topic with the prefix. libs/inbox reads it back.
func Message(topicPrefix string, e contracts.Event) kafka.Message {
	headers := []kafka.Header{
		{Key: contracts.HeaderSpecVersion, Value: []byte(contracts.SpecVersion)},
		{Key: contracts.HeaderID, Value: []byte(e.ID)},
		{Key: contracts.HeaderType, Value: []byte(e.Type)},
		{Key: contracts.HeaderSource, Value: []byte(e.Source)},
		{Key: contracts.HeaderSubject, Value: []byte(e.Subject)},
		{Key: contracts.HeaderTime, Value: []byte(e.Time.UTC().Format(time.RFC3339Nano))},
		{Key: contracts.HeaderVersion, Value: strconv.AppendInt(nil, e.Version, 10)},
		{Key: contracts.HeaderContentType, Value: []byte(contracts.ContentType)},
	}
	if e.Trace != "" {
		headers = append(headers, kafka.Header{Key: contracts.HeaderTraceParent, Value: []byte(e.Trace)})
	}
	return kafka.Message{Topic: topicPrefix + e.Topic, Key: []byte(e.Key), Value: e.Data, Headers: headers}
}
