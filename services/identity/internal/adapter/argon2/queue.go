package argon2

import (
	"context"
	"slices"
	"sync"

	"muster/services/identity/internal/credentials"
)

// queue gives slots to networks in turns, so that a network with many requests delays its own, and not those of others.
// A free slot goes to the waiting network that has the fewest slots, and among these to the one that has had none for
// longest. Requests of one network are served in their order.
type queue struct {
	most int // requests of one network that may wait

	mu    sync.Mutex
	free  int // slots; while there are any, nobody waits
	clock int // counts arrivals and releases
	lines map[string]*line
}

// line is a network that has slots or waits for some.
type line struct {
	running int
	since   int             // when it last arrived or released a slot, by the queue's clock
	waiting []chan struct{} // closed when they get a slot
}

func newQueue(slots, most int) *queue {
	return &queue{free: slots, most: most, lines: map[string]*line{}}
}

// acquire waits for a slot until ctx is done, and then returns its cause. It returns ErrBusy at once when too many requests
// of the network wait.
func (q *queue) acquire(ctx context.Context, network string) (release func(), err error) {
	ready, err := q.join(network)
	if err != nil {
		return nil, err
	}
	release = func() { q.release(network) }
	select {
	case <-ready:
		return release, nil
	case <-ctx.Done():
		if !q.leave(network, ready) { // it got a slot at the same time
			release()
		}
		return nil, context.Cause(ctx)
	}
}

// join returns a channel that is closed when a slot is the caller's.
func (q *queue) join(network string) (chan struct{}, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	l := q.lines[network]
	if l == nil {
		l = &line{since: q.tick()}
		q.lines[network] = l
	}
	if len(l.waiting) == q.most {
		return nil, credentials.ErrBusy
	}
	ready := make(chan struct{})
	l.waiting = append(l.waiting, ready)
	q.serve()
	return ready, nil
}

// leave takes a request out of the line, and reports whether it was still waiting.
func (q *queue) leave(network string, ready chan struct{}) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	l := q.lines[network]
	i := slices.Index(l.waiting, ready)
	if i < 0 {
		return false
	}
	l.waiting = slices.Delete(l.waiting, i, i+1)
	q.forget(network, l)
	return true
}

func (q *queue) release(network string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	l := q.lines[network]
	l.running--
	l.since = q.tick()
	q.forget(network, l)
	q.free++
	q.serve()
}

// serve gives the free slots to those who wait.
func (q *queue) serve() {
	for q.free > 0 {
		next := q.next()
		if next == nil {
			return
		}
		close(next.waiting[0])
		next.waiting = next.waiting[1:]
		next.running++
		q.free--
	}
}

// next returns the line whose turn it is, or nil when nobody waits.
func (q *queue) next() (next *line) {
	for _, l := range q.lines {
		if len(l.waiting) > 0 && (next == nil || l.before(next)) {
			next = l
		}
	}
	return next
}

func (l *line) before(other *line) bool {
	if l.running != other.running {
		return l.running < other.running
	}
	return l.since < other.since
}

// forget drops a line that has no slots and does not wait.
func (q *queue) forget(network string, l *line) {
	if l.running == 0 && len(l.waiting) == 0 {
		delete(q.lines, network)
	}
}

func (q *queue) tick() int {
	q.clock++
	return q.clock
}
