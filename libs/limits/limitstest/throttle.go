// Package limitstest is for tests of what is limited: a throttle in memory, and the suite that every throttle must pass.
package limitstest

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"muster/libs/limits"
)

// Throttle counts in memory, exactly. It takes part in no transaction.
type Throttle struct {
	now func() time.Time

	mu     sync.Mutex
	events map[limits.Use][]time.Time
}

// New makes a throttle that has counted nothing.
func New(now func() time.Time) *Throttle {
	return &Throttle{now: now, events: map[limits.Use][]time.Time{}}
}

// Take counts one event for each use, or none when one of the limits is used up.
func (t *Throttle) Take(_ context.Context, uses ...limits.Use) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	before := maps.Clone(t.events)
	for _, u := range uses {
		if err := t.check([]limits.Use{u}); err != nil {
			t.events = before
			return err
		}
		t.events[u] = append(slices.Clip(t.events[u]), t.now())
	}
	return nil
}

// Check counts nothing.
func (t *Throttle) Check(_ context.Context, uses ...limits.Use) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.check(uses)
}

// Forget takes back all events of the uses.
func (t *Throttle) Forget(_ context.Context, uses ...limits.Use) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, u := range uses {
		delete(t.events, u)
	}
	return nil
}

func (t *Throttle) check(uses []limits.Use) error {
	var wait time.Duration
	for _, u := range uses {
		events := t.events[u]
		if n := len(events) - u.Limit.Most; n >= 0 {
			wait = max(wait, events[n].Add(u.Limit.Window).Sub(t.now()))
		}
	}
	if wait <= 0 {
		return nil
	}
	return limits.UsedUp(wait)
}
