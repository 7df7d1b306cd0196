package ops

import "time"

// Caller is the issuer of the service tokens that let operators in.
const Caller = "ops"

// HeaderOperator may name the person or the program that acts. It is logged and gives no rights.
const HeaderOperator = "X-Muster-Operator"

// Page is one page of a list. Next continues it, and is 0 on the last page.
type Page[T any] struct {
	Data []T   `json:"data"`
	Next int64 `json:"next,omitempty"`
}

// ParkedRecord is a record that the service could not apply.
type ParkedRecord struct {
	ID        int64     `json:"id"`
	Topic     string    `json:"topic"`
	Partition int       `json:"partition"`
	Offset    int64     `json:"offset"`
	Key       string    `json:"key"`
	EventID   string    `json:"eventId"`
	Type      string    `json:"type"`
	Version   int64     `json:"version"`
	Bytes     int       `json:"bytes"` // of the payload
	Error     string    `json:"error"`
	Attempts  int       `json:"attempts"`
	FirstSeen time.Time `json:"firstSeen"`
	NextTry   time.Time `json:"nextTry"` // when the service tries again by itself
}

// ParkedContent is a parked record with what it holds.
type ParkedContent struct {
	ParkedRecord
	Headers []Header `json:"headers"`
	Payload Payload  `json:"payload"`
}

// Header is a header of a record, its value as text.
type Header struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

// Payload is what a record holds: Text, or Base64 when it is no UTF-8.
type Payload struct {
	Text   string `json:"text,omitempty"`
	Base64 []byte `json:"base64,omitempty"`
}

// Replayed says what came of replaying parked records.
type Replayed struct {
	Applied int `json:"applied"`
	Left    int `json:"left"` // still parked: of the record's key, or of all
	// Next is what to replay all after in the next request; 0 when this was the last.
	Next int64 `json:"next,omitempty"`
}

// DeadEvent is an event that the broker refused for good, or that stands behind one.
type DeadEvent struct {
	ID       int64     `json:"id"`
	EventID  string    `json:"eventId"`
	Topic    string    `json:"topic"`
	Key      string    `json:"key"`
	Type     string    `json:"type"`
	Version  int64     `json:"version"`
	Bytes    int       `json:"bytes"` // of the data
	Reason   string    `json:"reason"`
	FailedAt time.Time `json:"failedAt"`
}

// DeadContent is a dead event with its data.
type DeadContent struct {
	DeadEvent
	Payload Payload `json:"payload"`
}

// Requeued says how many dead events went back to the outbox.
type Requeued struct {
	Requeued int `json:"requeued"`
}

// Position is how far a partition has been applied.
type Position struct {
	Topic     string `json:"topic"`
	Partition int    `json:"partition"`
	First     int64  `json:"first"` // the oldest offset of the log
	End       int64  `json:"end"`   // the offset that the next record will get
	Next      int64  `json:"next"`  // the next offset to apply
	Parked    int64  `json:"parked"`
}

// Earliest is the beginning of a log.
const Earliest = "earliest"

// Rewind says where to read again from: [Earliest] in To, or an offset, or a time; and in which partition, all when it is
// null. An offset needs a partition.
type Rewind struct {
	To        string     `json:"to,omitempty"`
	Offset    *int64     `json:"offset,omitempty"`
	Time      *time.Time `json:"time,omitempty"`
	Partition *int       `json:"partition,omitempty"`
}

// Task is background work that the service has given up.
type Task struct {
	ID       int64     `json:"id"`
	Kind     string    `json:"kind"`
	Subject  string    `json:"subject"`
	State    string    `json:"state"`
	Attempts int       `json:"attempts"`
	Reason   string    `json:"reason"`
	Settled  time.Time `json:"settledAt"` // when it was given up
}

// Republish asks for the state of the users from First to Last, both included; null is no bound.
type Republish struct {
	First *int64 `json:"first,omitempty"`
	Last  *int64 `json:"last,omitempty"`
}

// Republished says how many states one request has published. Next is the user to go on from; 0 when all are done.
type Republished struct {
	Published int   `json:"published"`
	Next      int64 `json:"next,omitempty"`
}
