// Package contracts defines what Muster's services, and the billing team, exchange over Kafka: the envelope here, the
// payloads in identityv1, directoryv1 and billingv1. It has plain structs and no behaviour beyond naming.
//
// There are two kinds of topic. On a state topic each record is the whole current state of one aggregate, with a
// version that increases by one with each change. A consumer applies a record only if its version is newer than the
// stored one, so duplicates and reordering are harmless. On an event topic each record says what happened.
//
// The last state of a deleted user says so, and is followed by a tombstone: a record with the same key and headers and
// without a value. Compaction removes everything before it, and later the tombstone itself. A consumer that comes after
// the last state has been removed learns of the deletion from the tombstone ([Decode]).
//
// Within a major version (the "v1" of topic and type) changes are only additive.
package contracts

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"strconv"
	"time"
)

// Payload is the body of an event. The payload structs of the sub-packages implement it.
type Payload interface {
	// EventType is the CloudEvents type, such as "directory.user.v1".
	EventType() string
	// EventTopic is the topic that carries this type.
	EventTopic() string
	// EventKey is the record key: the user id in decimal, so that all records of a user stay in order. What belongs to no
	// user has a key with its kind: "promotion/3".
	EventKey() string
	// EventVersion is the version of the aggregate that this payload states or results from.
	EventVersion() int64
}

// State is a payload of a state topic: the whole state of what belongs to one user.
type State interface {
	Payload
	// Last returns the state of a deleted user, with nothing but what the tombstone of the user tells.
	Last(userID, version int64) Payload
}

// Event is the envelope: CloudEvents 1.0 in Kafka's binary mode. The Header constants name its attributes on the wire.
type Event struct {
	ID      string // ce_id, a UUIDv7: the same for every delivery of one event
	Type    string // ce_type, such as "directory.user.v1"
	Source  string // ce_source: "/muster/" and the service's name
	Subject string // ce_subject: the same as the key
	Time    time.Time
	Version int64  // ce_aggregateversion: the aggregate's version
	Topic   string // not on the wire
	Key     string // the record key
	// Trace is the W3C traceparent of the span that made the event; empty if it was not traced.
	Trace string
	// Data is the payload. It is nil in the tombstone of a deleted user, which follows the user's last state on a state
	// topic, with the same headers: compaction then forgets the user.
	Data json.RawMessage
}

// The header names of CloudEvents' Kafka protocol binding, binary content mode, and W3C Trace Context.
const (
	HeaderSpecVersion = "ce_specversion"
	HeaderID          = "ce_id"
	HeaderType        = "ce_type"
	HeaderSource      = "ce_source"
	HeaderSubject     = "ce_subject"
	HeaderTime        = "ce_time"
	HeaderVersion     = "ce_aggregateversion"
	HeaderContentType = "content-type"
	HeaderTraceParent = "traceparent"

	// SpecVersion is the CloudEvents version that Muster writes.
	SpecVersion = "1.0"
	// ContentType is the media type of every payload.
	ContentType = "application/json"
)

// AsyncAPI is the AsyncAPI 3 document of all topics, as JSON. libs/asyncapi makes it from the structs.
//
//go:embed asyncapi.json
var AsyncAPI []byte

// Inspect may refuse an event that [New] makes, if it is not nil. It is for tests, which hold each event to its schema;
// nobody sets it in a running service.
var Inspect func(Payload, Event) error

// New wraps a payload. id is a UUIDv7, source the service's name, now the time of the change.
func New(id, source string, now time.Time, p Payload) (Event, error) {
	data, err := json.Marshal(p)
	if err != nil {
		return Event{}, fmt.Errorf("encode %s: %w", p.EventType(), err)
	}
	e := Event{
		ID: id, Type: p.EventType(), Source: "/muster/" + source, Subject: p.EventKey(), Time: now.UTC(),
		Version: p.EventVersion(), Topic: p.EventTopic(), Key: p.EventKey(), Data: data,
	}
	if Inspect != nil {
		if err := Inspect(p, e); err != nil {
			return Event{}, err
		}
	}
	return e, nil
}

// EndsState reports whether an event of a state topic is the last state of a deleted user.
func EndsState(e Event) bool {
	var state struct {
		Deleted bool `json:"deleted"`
	}
	return json.Unmarshal(e.Data, &state) == nil && state.Deleted
}

// Decode decodes the event's data into a T. Unknown members are ignored, because contracts grow within a version. A
// tombstone becomes the last state of its user.
func Decode[T any](e Event) (T, error) {
	var v T
	if state, ok := any(v).(State); ok && e.Data == nil {
		return last[T](state, e)
	}
	if err := json.Unmarshal(e.Data, &v); err != nil {
		return v, fmt.Errorf("decode %s: %w", e.Type, err)
	}
	return v, nil
}

// last returns the last state that a tombstone stands for.
func last[T any](state State, e Event) (v T, err error) {
	id, err := strconv.ParseInt(e.Key, 10, 64)
	if err != nil {
		return v, fmt.Errorf("decode the tombstone of %s: %w", e.Type, err)
	}
	v, ok := state.Last(id, e.Version).(T)
	if !ok {
		return v, fmt.Errorf("decode the tombstone of %s: its last state has another type", e.Type)
	}
	return v, nil
}
