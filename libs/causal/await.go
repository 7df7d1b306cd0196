package causal

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"
)

// The intervals at which [Poll] checks: short at first, since most writes settle within tens of milliseconds.
const (
	firstPause = 3 * time.Millisecond
	lastPause  = 25 * time.Millisecond
)

// Poll calls done until it returns true or an error, or until limit has passed, which is not an error. It calls done at
// least once. It returns the error of done, or that of ctx if ctx ends first.
func Poll(ctx context.Context, limit time.Duration, done func() (bool, error)) error {
	deadline := time.NewTimer(limit)
	defer deadline.Stop()
	for pause := firstPause; ; pause = min(pause*3/2, lastPause) {
		if ok, err := done(); ok || err != nil {
			return err
		}
		timer := time.NewTimer(pause)
		select {
		case <-timer.C:
		case <-deadline.C:
			timer.Stop()
			return nil
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		}
	}
}

// ProgressOf returns the progress of the users. Users without any state are left out.
type ProgressOf func(ctx context.Context, userIDs []int64) (map[int64]Progress, error)

// Awaiter waits for the effects of writes. However many answers wait, it asks for the progress of their users in one
// question at a time, soon after [Awaiter.Wake] and at intervals, because another replica may have applied a state.
type Awaiter struct {
	progressOf ProgressOf
	woken      chan struct{}

	mu      sync.Mutex
	waiting map[*waiter]struct{}
	asking  bool // the goroutine that asks is running
}

// waiter is an answer that is held.
type waiter struct {
	writes  []Write
	lacking []string
	settled chan struct{}
}

const (
	// rest is the shortest time between questions, so that answers that begin to wait and states that arrive share one.
	rest = 4 * time.Millisecond
	// questionTime is how long a question may take.
	questionTime = 2 * time.Second
)

// NewAwaiter creates an Awaiter.
func NewAwaiter(progressOf ProgressOf) *Awaiter {
	return &Awaiter{progressOf: progressOf, woken: make(chan struct{}, 1), waiting: map[*waiter]struct{}{}}
}

// Wake says that states may have arrived.
func (a *Awaiter) Wake() {
	select {
	case a.woken <- struct{}{}:
	default: // it is said already
	}
}

// Await returns when the writes have taken effect everywhere, limit has passed, or ctx is done. lacking lists what was
// still missing then, in order and without duplicates. If progress cannot be read, all writes count as lacking: they
// are done, so a late or marked answer is better than none.
func (a *Awaiter) Await(ctx context.Context, limit time.Duration, writes []Write) (lacking []string) {
	if len(writes) == 0 {
		return nil
	}
	w := &waiter{writes: writes, lacking: []string{unanswered}, settled: make(chan struct{})}
	a.add(w)
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case <-w.settled:
	case <-timer.C:
	case <-ctx.Done():
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.waiting, w)
	return w.lacking
}

// unanswered is lacking while progress cannot be read.
const unanswered = "read model does not answer"

func (a *Awaiter) add(w *waiter) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.waiting[w] = struct{}{}
	if a.asking {
		a.Wake()
		return
	}
	a.asking = true
	go a.ask()
}

// ask asks until nobody waits.
func (a *Awaiter) ask() {
	for pause := firstPause; ; pause = min(pause*3/2, lastPause) {
		asked := a.all()
		if len(asked) == 0 {
			return
		}
		if a.tell(asked) {
			pause = firstPause
		}
		time.Sleep(rest)
		timer := time.NewTimer(pause)
		select {
		case <-timer.C:
		case <-a.woken:
			timer.Stop()
			pause = firstPause
		}
	}
}

// all returns all who wait. If nobody does, the goroutine that asks ends.
func (a *Awaiter) all() []*waiter {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.asking = len(a.waiting) > 0
	return slices.Collect(maps.Keys(a.waiting))
}

// tell asks for the progress of their users, and tells the waiters. It reports whether one of them is settled.
func (a *Awaiter) tell(waiting []*waiter) (settled bool) {
	var ids []int64
	for _, w := range waiting {
		for _, write := range w.writes {
			ids = append(ids, write.UserID)
		}
	}
	slices.Sort(ids)
	ctx, cancel := context.WithTimeout(context.Background(), questionTime)
	defer cancel()
	progress, err := a.progressOf(ctx, slices.Compact(ids))
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, w := range waiting {
		if _, waits := a.waiting[w]; !waits {
			continue
		}
		if w.lacking = lackingOf(progress, err, w.writes); len(w.lacking) == 0 {
			settled = true
			delete(a.waiting, w)
			close(w.settled)
		}
	}
	return settled
}

func lackingOf(progress map[int64]Progress, err error, writes []Write) []string {
	if err != nil {
		return []string{unanswered}
	}
	var lacking []string
	for _, w := range writes {
		lacking = append(lacking, progress[w.UserID].Lacking(w)...)
	}
	slices.Sort(lacking)
	return slices.Compact(lacking)
}
