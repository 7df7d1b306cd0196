package livefeed

import (
	"context"
	"sync"
	"time"

	"muster/libs/errs"
)

const (
	// poll is the time between looks into the log when nobody says that it has grown.
	poll = time.Second
	// rest is the shortest time between looks for a reader, so that many small changes are read together.
	rest = 25 * time.Millisecond
	// recentChanges is the number of changes that a replica keeps in memory, about 40 bytes each.
	recentChanges = 8192
	// pageSize is the number of changes that are read at a time.
	pageSize = 1000
	// retryAfter is when a client may try again after a refusal.
	retryAfter = 10 * time.Second
)

var (
	// ErrTooMany means that this replica, or this user, has as many feeds as it may have.
	ErrTooMany = &errs.Error{
		Kind: errs.KindTooMany, Code: "TOO_MANY_FEEDS", Message: "Too many live feeds are open. Please try again later.", RetryAfter: retryAfter,
	}
	// errBlind: the log cannot be read.
	errBlind = errs.New(errs.KindUnavailable, "UNAVAILABLE", "The live feed is not available right now. Please try again.")
)

// Limits bound the feeds of a replica.
type Limits struct {
	Readers        int // of all users
	ReadersPerUser int
}

// Feed reads the log for all readers of a replica. [Feed.Run] must run.
type Feed struct {
	log    Log
	limits Limits

	mu     sync.Mutex
	bounds Bounds // zero until the log was read
	tail   int64
	recent []Change      // those from tail+1 to bounds.Last
	grown  chan struct{} // closed and replaced when bounds change
	open   map[int64]int // readers by user
	total  int
	opened chan struct{} // holds a value if a reader was opened
}

// New creates a feed.
func New(log Log, limits Limits) *Feed {
	return &Feed{log: log, limits: limits, grown: make(chan struct{}), open: map[int64]int{}, opened: make(chan struct{}, 1)}
}

// Run reads the log until ctx is done: at once for readers, and now and then if there are none. A failure is told and
// retried.
func (f *Feed) Run(ctx context.Context, failed func(error)) {
	tick := time.NewTicker(poll)
	defer tick.Stop()
	pause := time.NewTimer(0)
	defer pause.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-pause.C:
		case <-f.opened:
		}
		if err := f.read(ctx); err != nil && ctx.Err() == nil {
			failed(err)
		}
		pause.Reset(f.rest())
		select {
		case <-ctx.Done():
			return
		case <-f.log.Grown():
		case <-tick.C:
		}
	}
}

func (f *Feed) rest() time.Duration {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.total == 0 {
		return poll
	}
	return rest
}

// read reads what is new in the log.
func (f *Feed) read(ctx context.Context) error {
	now, err := f.log.Number(ctx)
	if err != nil {
		f.publish(Bounds{}, nil)
		return err
	}
	f.mu.Lock()
	after := f.bounds.Last
	f.mu.Unlock()
	if after == 0 || now.Last-after > recentChanges { // at first, after a failure, or in a flood
		f.publish(now, nil)
		return nil
	}
	var changes []Change
	for after < now.Last {
		page, err := f.log.Since(ctx, after, pageSize)
		if err != nil {
			return err
		}
		if len(page) == 0 { // forgotten already
			f.publish(now, nil)
			return nil
		}
		changes = append(changes, page...)
		after = page[len(page)-1].Position
	}
	now.Last = after // may be further than the bounds say
	f.publish(now, changes)
	return nil
}

// publish shows readers new bounds, and the changes up to them. Without changes the recent ones are dropped, unless
// nothing is new.
func (f *Feed) publish(now Bounds, changes []Change) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if now == f.bounds {
		return
	}
	switch {
	case len(changes) == 0:
		f.recent, f.tail = nil, now.Last
	default:
		f.recent = append(f.recent, changes...)
		if excess := len(f.recent) - recentChanges; excess > 0 {
			f.tail = f.recent[excess-1].Position
			f.recent = append([]Change(nil), f.recent[excess:]...)
		}
	}
	f.bounds = now
	close(f.grown)
	f.grown = make(chan struct{})
}
