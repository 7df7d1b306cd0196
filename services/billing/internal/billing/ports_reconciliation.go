package billing

import (
	"context"
	"time"
)

// Records are the provider's lists. A list comes in pages: the first has the cursor "", and the cursor after the last
// page is "".
type Records interface {
	// Undelivered lists the events since a time that could not be delivered, or not yet.
	Undelivered(ctx context.Context, since time.Time, cursor string) (page []Event, next string, err error)
	// List lists all objects of a kind, other installations' too.
	List(ctx context.Context, kind ObjectKind, cursor string) (page []Listed, next string, err error)
}

// Runs stores the progress of a run within a transaction, because what it has found is published with it.
type Runs interface {
	// SaveRun updates a run.
	SaveRun(ctx context.Context, r Run) error
	// AddMismatch stores what a run has found.
	AddMismatch(ctx context.Context, m Mismatch) error
}

// Reconciliation stores the runs and tells what they need to know.
type Reconciliation interface {
	// BeginRun stores a run unless one of its kind is running, or one was started at notSince or later. It returns the stored
	// one, or else the newest of its kind and false. Of several callers at the same time one begins it.
	BeginRun(ctx context.Context, r Run, notSince time.Time) (Run, bool, error)
	// Run reads a run; ErrRunNotFound if there is none.
	Run(ctx context.Context, id int64) (Run, error)
	// LastRun returns the newest finished run of a kind, or nil.
	LastRun(ctx context.Context, kind RunKind) (*Run, error)
	// Stalled lists the running runs that last got on before a time.
	Stalled(ctx context.Context, before time.Time) ([]Run, error)
	// PurgeRuns deletes the finished runs that were started before a time, with their mismatches.
	PurgeRuns(ctx context.Context, before time.Time) error
	// Marks returns the marks of those of the objects that are stored. One that was stored before there were marks has "".
	Marks(ctx context.Context, kind ObjectKind, ids []string) (map[string]string, error)
	// Received tells which events are in the inbox.
	Received(ctx context.Context, ids []string) (map[string]bool, error)
	// Seen notes that subscriptions were as they are stored at a time.
	Seen(ctx context.Context, subscriptions []string, at time.Time) error
	// Stale lists subscriptions that have not ended, by ascending id after one, that were last seen before a time, or
	// whose period, trial or life should have ended before overdue. It leaves out those with events that wait.
	Stale(ctx context.Context, after int64, seenBefore, overdue time.Time, limit int) ([]Stale, error)
}
