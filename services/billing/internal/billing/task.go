package billing

import (
	"time"

	"muster/libs/causal"
)

// TaskKind is a kind of work that waits.
type TaskKind string

// The kinds of work.
const (
	TaskEvent TaskKind = "event" // handle the webhook event that the subject names
	TaskClose TaskKind = "close" // end what the deleted user that the subject names still has
	// TaskCustomer brings the provider's customer in line with the user that the subject names.
	TaskCustomer TaskKind = "customer"
)

// Task is a piece of work that somebody has leased.
type Task struct {
	ID       int64
	Kind     TaskKind
	Subject  string
	Attempts int   // before this one
	Event    Event // of TaskEvent; without payload
}

// TaskState is how far a task is.
type TaskState string

// The states.
const (
	TaskWaiting   TaskState = "waiting"   // for its first attempt, or for the next
	TaskDone      TaskState = "done"      // nothing is left to do
	TaskUnmatched TaskState = "unmatched" // done as far as possible: the customer is nobody's
	TaskDead      TaskState = "dead"      // given up until somebody replays it
)

// StuckTask is a task that nobody works on any more, for operators.
type StuckTask struct {
	ID       int64
	Kind     TaskKind
	Subject  string
	State    TaskState
	Attempts int
	Reason   string    // why the last attempt failed
	Settled  time.Time // when it ended
}

// Outcome is what came of an attempt.
type Outcome struct {
	State   TaskState
	Retry   time.Time      // when to try again; TaskWaiting only
	Reason  string         // why it failed; for operators
	Writes  []causal.Write // the versions after it
	Settled time.Time
}

// The pace of failed attempts: 10 s, doubling up to 6 h; after the last one, about two days in all, the task is dead.
const (
	firstRetry  = 10 * time.Second
	longestWait = 6 * time.Hour
	maxAttempts = 18
)

// after is the outcome of a failed attempt.
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
