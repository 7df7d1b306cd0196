package credentials

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"
)

// evener has wrong passwords take as long for an address without an imported hash as for one with it. Verifying an imported hash
// takes as long as the system that made it chose, and the work of a current hash besides. Doing the same work for every address
// would let anybody keep the processors busy, so the others wait instead, for as long as most wrong passwords for imported hashes
// have taken lately. Before the first of them there is nothing to wait for.
type evener struct {
	mu     sync.Mutex
	recent []time.Duration
	next   int // where the next one goes when recent is full
}

const (
	// remembered is how many wrong passwords for imported hashes are remembered.
	remembered = 64
	// mostOf is which of them, in the order of their times, is waited for: few take longer, and a single slow one slows nobody down.
	mostOf = 0.9
)

// add remembers how long a wrong password for an imported hash took.
func (e *evener) add(took time.Duration) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(e.recent) < remembered {
		e.recent = append(e.recent, took)
		return
	}
	e.recent[e.next] = took
	e.next = (e.next + 1) % remembered
}

// usual returns how long a wrong password is to take.
func (e *evener) usual() time.Duration {
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(e.recent) == 0 {
		return 0
	}
	return slices.Sorted(slices.Values(e.recent))[int(float64(len(e.recent)-1)*mostOf)]
}

// wait returns when a wrong password that was typed at start has taken as long as is usual.
func (e *evener) wait(ctx context.Context, start time.Time) error {
	rest := time.NewTimer(e.usual() - time.Since(start))
	defer rest.Stop()
	select {
	case <-rest.C:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("wait after a wrong password: %w", ctx.Err())
	}
}
