package billing

import (
	"context"
	"sync"
	"time"
)

// otherReplicas is the time between two looks at an event that a worker of another replica may have handled.
const otherReplicas = 100 * time.Millisecond

// EventOutcome waits until the first attempt to handle an event is over or the time is up, and returns the outcome so
// far.
func (s *Service) EventOutcome(ctx context.Context, eventID string, wait time.Duration) (Outcome, error) {
	settled, leave := s.waiting.join(eventID)
	defer leave()
	deadline := time.NewTimer(wait)
	defer deadline.Stop()
	look := time.NewTicker(otherReplicas)
	defer look.Stop()
	for {
		o, err := s.store.EventOutcome(ctx, eventID)
		if err != nil || o.State != TaskWaiting || !o.Settled.IsZero() {
			return o, err
		}
		select {
		case <-settled:
			settled = nil // once is enough: what is not settled now waits for a retry
		case <-look.C:
		case <-deadline.C:
			return o, nil
		case <-ctx.Done():
			return o, ctx.Err()
		}
	}
}

// waitingRoom tells requests of this process that wait for an event when a worker of this process has handled it. Asking
// the database all the time would cost more than handling the events.
type waitingRoom struct {
	mu   sync.Mutex
	room map[string]map[chan struct{}]bool
}

// join returns a channel that is closed when the event is handled. The caller must leave.
func (w *waitingRoom) join(eventID string) (settled <-chan struct{}, leave func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.room == nil {
		w.room = map[string]map[chan struct{}]bool{}
	}
	if w.room[eventID] == nil {
		w.room[eventID] = map[chan struct{}]bool{}
	}
	waiter := make(chan struct{})
	w.room[eventID][waiter] = true
	return waiter, func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		delete(w.room[eventID], waiter)
		if len(w.room[eventID]) == 0 {
			delete(w.room, eventID)
		}
	}
}

// call tells those who wait for the events.
func (w *waitingRoom) call(events []Event) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, e := range events {
		for waiter := range w.room[e.ID] {
			close(waiter)
		}
		delete(w.room, e.ID)
	}
}
