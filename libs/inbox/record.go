package inbox

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/segmentio/kafka-go"

	"muster/libs/contracts"
)

// delivery is a record from the broker with its decoded event, or the error of decoding it.
type delivery struct {
	Record
	message kafka.Message
	illegal error
}

// deliveries decodes the envelopes of a batch.
func (c *Consumer) deliveries(batch []kafka.Message) []delivery {
	all := make([]delivery, len(batch))
	for i, message := range batch {
		event, err := decode(message, c.state[message.Topic])
		event.Topic = strings.TrimPrefix(message.Topic, c.config.TopicPrefix)
		all[i] = delivery{Record: Record{Event: event, Partition: message.Partition, Offset: message.Offset}, message: message, illegal: err}
	}
	return all
}

// isMarker reports whether a record of a state topic has neither a value nor a version. It says nothing: relays write
// such records to make brokers compact, and operators to make compaction forget a key.
func (c *Consumer) isMarker(l lane, d delivery) bool {
	return c.state[l.topic] && d.message.Value == nil && (d.illegal != nil || d.Version <= 0)
}

// withoutMarkers leaves out markers.
func (c *Consumer) withoutMarkers(l lane, deliveries []delivery) []delivery {
	return slices.DeleteFunc(deliveries, func(d delivery) bool { return c.isMarker(l, d) })
}

// decode reads the envelope as libs/outbox writes it. With an error it still returns the parts that it could read. A
// tombstone, which is legal on a state topic, has no data.
func decode(m kafka.Message, state bool) (contracts.Event, error) {
	e := contracts.Event{Key: string(m.Key), Data: m.Value, Time: m.Time.UTC()}
	var problems []error
	for _, h := range m.Headers {
		value := string(h.Value)
		var err error
		switch h.Key {
		case contracts.HeaderID:
			e.ID = value
		case contracts.HeaderType:
			e.Type = value
		case contracts.HeaderSource:
			e.Source = value
		case contracts.HeaderSubject:
			e.Subject = value
		case contracts.HeaderTraceParent:
			e.Trace = value
		case contracts.HeaderTime:
			e.Time, err = time.Parse(time.RFC3339, value)
		case contracts.HeaderVersion:
			e.Version, err = strconv.ParseInt(value, 10, 64)
		case contracts.HeaderSpecVersion:
			if !strings.HasPrefix(value, "1.") {
				err = errors.New("not CloudEvents 1")
			}
		}
		if err != nil {
			problems = append(problems, fmt.Errorf("header %s: %w", h.Key, err))
		}
	}
	if e.ID == "" || e.Type == "" {
		problems = append(problems, errors.New("the record is not a CloudEvent: ce_id or ce_type is missing"))
	}
	if m.Value == nil && !state {
		problems = append(problems, errors.New("the record has no value"))
	}
	return e, errors.Join(problems...)
}

// records returns the records of the deliveries.
func records(deliveries []delivery) []Record {
	list := make([]Record, len(deliveries))
	for i, d := range deliveries {
		list[i] = d.Record
	}
	return list
}
