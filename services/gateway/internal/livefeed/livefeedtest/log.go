// Package livefeedtest has a log in memory, and the contract of all logs.
package livefeedtest

import (
	"context"
	"slices"
	"sync"

	"muster/services/gateway/internal/livefeed"
)

// Log is a log in memory. Replicas share it: each uses its own [Log.Replica].
type Log struct {
	mu      sync.Mutex
	keep    int64
	broken  error
	pending []livefeed.Change
	changes []livefeed.Change
	bounds  livefeed.Bounds
	woken   []chan struct{}
	reads   int
}

// NewLog creates a log that keeps the newest changes. Its first position is 101.
func NewLog(keep int64) *Log {
	return &Log{keep: keep, bounds: livefeed.Bounds{Last: 100, Forgotten: 100}}
}

// Commit adds changes without positions.
func (l *Log) Commit(changes ...livefeed.Change) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.pending = append(l.pending, changes...)
	l.wake()
}

func (l *Log) wake() {
	for _, woken := range l.woken {
		select {
		case woken <- struct{}{}:
		default:
		}
	}
}

// Break makes the log return an error until it is nil.
func (l *Log) Break(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.broken = err
	l.wake()
}

// Reads counts the calls of Since.
func (l *Log) Reads() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.reads
}

// Replica is the log as one replica sees it.
func (l *Log) Replica() livefeed.Log {
	l.mu.Lock()
	defer l.mu.Unlock()
	r := &replica{l, make(chan struct{}, 1)}
	l.woken = append(l.woken, r.woken)
	return r
}

type replica struct {
	*Log
	woken chan struct{}
}

// Grown implements livefeed.Log.
func (r *replica) Grown() <-chan struct{} { return r.woken }

// Number implements livefeed.Log.
func (r *replica) Number(context.Context) (livefeed.Bounds, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.broken != nil {
		return livefeed.Bounds{}, r.broken
	}
	added, latest := false, map[int64]int{}
	for i, c := range r.pending {
		latest[c.UserID] = i
	}
	for i, c := range r.pending {
		if latest[c.UserID] != i {
			continue
		}
		r.bounds.Last++
		c.Position, added = r.bounds.Last, true
		r.changes = append(r.changes, c)
	}
	r.pending = nil
	r.bounds.Forgotten = max(r.bounds.Forgotten, r.bounds.Last-r.keep)
	r.changes = slices.DeleteFunc(r.changes, func(c livefeed.Change) bool { return c.Position <= r.bounds.Forgotten })
	if added {
		r.wake()
	}
	return r.bounds, nil
}

// Since implements livefeed.Log.
func (r *replica) Since(_ context.Context, after int64, limit int) ([]livefeed.Change, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.reads++
	if r.broken != nil {
		return nil, r.broken
	}
	first := slices.IndexFunc(r.changes, func(c livefeed.Change) bool { return c.Position > after })
	if first < 0 {
		return nil, nil
	}
	return slices.Clone(r.changes[first:min(len(r.changes), first+limit)]), nil
}
