package ops

import "time"

// Caller is the issuer of the service tokens that admit operators.
const Caller = "ops"

// HeaderOperator may name the acting person or program. It is logged and grants no rights.
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
	NextTry   time.Time `json:"nextTry"` // when the service retries automatically
}

// ParkedContent is a parked record with its content.
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

// Payload is the content of a record: Text, or Base64 if it is not UTF-8.
type Payload struct {
	Text   string `json:"text,omitempty"`
	Base64 []byte `json:"base64,omitempty"`
}

// Replayed is the result of replaying parked records.
type Replayed struct {
	Applied int `json:"applied"`
	Left    int `json:"left"` // still parked: of the record's key, or of all
	// Next is the "after" of the next request when all records are replayed; 0 after the last one.
	Next int64 `json:"next,omitempty"`
}

// DeadEvent is an event that the broker refused permanently, or that waits behind such an event.
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

// Requeued is the number of dead events that returned to the outbox.
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
	Stopped   string `json:"stopped,omitempty"` // why the partition is not read until an operator acts
}

// Earliest is the beginning of a log.
const Earliest = "earliest"

// Rewind says where to read again from: [Earliest] in To, an offset, or a time. Partition is null for all partitions.
// An offset needs a partition.
type Rewind struct {
	To        string     `json:"to,omitempty"`
	Offset    *int64     `json:"offset,omitempty"`
	Time      *time.Time `json:"time,omitempty"`
	Partition *int       `json:"partition,omitempty"`
}

// Resume says which partition to resume; null means all that are stopped.
type Resume struct {
	Partition *int `json:"partition,omitempty"`
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

// ModelState is the state of a read model. Build is null unless a new one is being built.
type ModelState struct {
	Version int64       `json:"version"` // of the live model
	Build   *ModelBuild `json:"build"`
}

// ModelBuild is a read model that is being built.
type ModelBuild struct {
	Version     int64     `json:"version"`
	Phase       string    `json:"phase"` // requested; loading the topics; counted, and about to replace the live one
	RequestedAt time.Time `json:"requestedAt"`
	// Lacking is the number of records that the new model could not apply although the live one has them. While it is not
	// 0, the new one does not replace the live one.
	Lacking int64 `json:"lacking"`
}

// Republish asks for the state of the users from First to Last, both included. null means no bound.
type Republish struct {
	First *int64 `json:"first,omitempty"`
	Last  *int64 `json:"last,omitempty"`
}

// Republished is the number of states that one request published. Next is the user to continue from, 0 when all are
// done.
type Republished struct {
	Published int   `json:"published"`
	Next      int64 `json:"next,omitempty"`
}
