package billing

import (
	"slices"
	"strings"
	"time"

	"muster/libs/causal"
)

// TaskKind is the kind of a task.
type TaskKind string

// The kinds of tasks.
const (
	TaskSync  TaskKind = "sync"  // synchronize the provider's object that the subject names
	TaskClose TaskKind = "close" // clean up at the provider for the deleted user that the subject names
	// TaskCustomer updates the provider's customer from the user that the subject names.
	TaskCustomer TaskKind = "customer"
	// TaskFetch synchronizes the subscription that the subject names, because a change of it is overdue.
	TaskFetch TaskKind = "fetch"
	// TaskEvent adopts the event that the subject names. A replica of an earlier release has received it, during an upgrade.
	TaskEvent TaskKind = "event"
	// TaskReconcile continues the reconciliation run that the subject names.
	TaskReconcile TaskKind = "reconcile"
)

// Lane separates tasks so that many that can wait do not delay those that cannot.
type Lane int

// The lanes.
const (
	Urgent Lane = iota // what was bought, paid or ended
	// Bulk is TaskCustomer and TaskClose: users who are imported, changed or deleted together enqueue one each.
	Bulk
)

// Lane returns the lane of the kind's tasks.
func (k TaskKind) Lane() Lane {
	switch k {
	case TaskCustomer, TaskClose:
		return Bulk
	default:
		return Urgent
	}
}

// Task is a leased task.
type Task struct {
	ID       int64
	Kind     TaskKind
	Subject  string
	Attempts int // before this one
	// Events are the unhandled events of the subject, the oldest first. TaskSync only, which has at least one.
	Events []Event
}

// invoices returns the invoices that the task's events are about, each once.
func (t Task) invoices() []string {
	var ids []string
	for _, e := range t.Events {
		if strings.HasPrefix(e.Type, "invoice.") && !slices.Contains(ids, e.ObjectID) {
			ids = append(ids, e.ObjectID)
		}
	}
	return ids
}

// TaskState is the state of a task.
type TaskState string

// The states.
const (
	TaskWaiting   TaskState = "waiting"   // for its first attempt or a retry
	TaskDone      TaskState = "done"      // nothing is left to do
	TaskUnmatched TaskState = "unmatched" // done as far as possible: the customer belongs to no user
	TaskDead      TaskState = "dead"      // given up until an operator replays it
)

// StuckTask is a task that is no longer retried, as operators see it.
type StuckTask struct {
	ID       int64
	Kind     TaskKind
	Subject  string
	State    TaskState
	Attempts int
	Reason   string    // why the last attempt failed
	Settled  time.Time // when the last attempt ended
}

// Outcome is the result of an attempt.
type Outcome struct {
	State   TaskState
	Retry   time.Time      // when to retry; TaskWaiting only
	Reason  string         // why it failed; for operators
	Writes  []causal.Write // the resulting versions
	Settled time.Time
}

// Delays between attempts: 10 s, doubling up to 6 h. After the last attempt, about two days in all, the task is dead.
const (
	firstRetry  = 10 * time.Second
	longestWait = 6 * time.Hour
	maxAttempts = 18
)

// after returns the outcome of a failed attempt.
func (t Task) after(err error, now time.Time) Outcome {
	const longestReason = 500
	reason := err.Error()
	reason = reason[:min(len(reason), longestReason)]
	if t.Attempts+1 >= maxAttempts {
		return Outcome{State: TaskDead, Reason: reason, Settled: now}
	}
	wait := min(firstRetry<<min(t.Attempts, 20), longestWait)
	return Outcome{State: TaskWaiting, Retry: now.Add(wait), Reason: reason, Settled: now}
}

// ReceivedEvent is a webhook event with the outcome of its handling, as administrators see it.
type ReceivedEvent struct {
	Event
	State      TaskState
	Reason     string // why the last attempt failed
	ReceivedAt time.Time
	SettledAt  *time.Time // when the last attempt ended; nil before the first
}
