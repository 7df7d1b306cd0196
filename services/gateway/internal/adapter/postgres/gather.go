package postgres

import (
	"context"
	"sync"
	"time"
)

const (
	// gatherers is how many queries run at the same time. The fewer they are, the more lookups each answers.
	gatherers = 1
	// gatherTime bounds a query.
	gatherTime = 10 * time.Second
)

// gather answers concurrent lookups by id in common queries: while queries run, further lookups wait and share the next
// one. A lookup that finds no query running waits for nothing and shares with nobody. It takes part only in a query that begins after it, so it
// sees everything that was committed before it.
type gather[V any] struct {
	// read returns what is found by id.
	read func(ctx context.Context, ids []int64) (map[int64]V, error)

	mu      sync.Mutex
	running int
	next    *lookups[V] // that no query has taken yet; nil for none
}

// lookups share a query.
type lookups[V any] struct {
	ids   []int64
	done  chan struct{} // closed when found and err are set
	found map[int64]V
	err   error
}

// get returns the value of an id, or V's zero if there is none.
func (g *gather[V]) get(ctx context.Context, id int64) (V, error) {
	shared := g.join(id)
	if shared == nil {
		defer g.handOver()
		// A client that hangs up does not cancel the query, which would close the connection to the database.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), gatherTime)
		defer cancel()
		found, err := g.read(ctx, []int64{id})
		return found[id], err
	}
	select {
	case <-shared.done:
		return shared.found[id], shared.err
	case <-ctx.Done():
		var none V
		return none, ctx.Err()
	}
}

// join adds a lookup to the next query. It returns nil if the lookup is to be a query of its own, because too few run.
func (g *gather[V]) join(id int64) *lookups[V] {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.running < gatherers {
		g.running++
		return nil
	}
	if g.next == nil {
		g.next = &lookups[V]{done: make(chan struct{})}
	}
	g.next.ids = append(g.next.ids, id)
	return g.next
}

// handOver ends a query, or has the lookups answered that wait meanwhile.
func (g *gather[V]) handOver() {
	if shared := g.take(); shared != nil {
		go g.run(shared)
	}
}

// run reads until no lookup waits.
func (g *gather[V]) run(shared *lookups[V]) {
	for ; shared != nil; shared = g.take() {
		ctx, cancel := context.WithTimeout(context.Background(), gatherTime)
		shared.found, shared.err = g.read(ctx, shared.ids)
		cancel()
		close(shared.done)
	}
}

func (g *gather[V]) take() *lookups[V] {
	g.mu.Lock()
	defer g.mu.Unlock()
	shared := g.next
	g.next = nil
	if shared == nil {
		g.running--
	}
	return shared
}
