package livefeed

import "context"

// Kind is what happened to a user.
type Kind string

// The kinds of changes.
const (
	// Changed: the user is new, or the user object or what the user pays has changed.
	Changed Kind = "changed"
	// Deleted: the user is in no list any more.
	Deleted Kind = "deleted"
	// Reset: any user may have changed. It concerns no single user.
	Reset Kind = "reset"
)

// Change is an entry of the log.
type Change struct {
	Position int64
	UserID   int64 // 0 for Reset
	Kind     Kind
}

// Bounds are the newest position of the log, and the newest one that it has forgotten.
type Bounds struct{ Last, Forgotten int64 }

// Log is the log of changes that all replicas share. Positions have no gaps.
type Log interface {
	// Number gives positions to the changes that have been committed before the call, in an order in which the changes of
	// a user keep theirs. Of several changes of a user it may number the newest alone. It forgets the oldest if there are
	// too many.
	Number(ctx context.Context) (Bounds, error)
	// Since returns the changes after a position, at most limit, in their order.
	Since(ctx context.Context, after int64, limit int) ([]Change, error)
	// Grown returns a channel on which a value means that there may be new changes. It may miss some.
	Grown() <-chan struct{}
}
