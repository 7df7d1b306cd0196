package postgres

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// asked is a database that notes the queries and answers after a second.
type asked struct {
	mu      sync.Mutex
	queries [][]int64
	value   string // that all ids have
	broken  error
}

func (a *asked) read(_ context.Context, ids []int64) (map[int64]string, error) {
	a.mu.Lock()
	a.queries = append(a.queries, slices.Sorted(slices.Values(ids)))
	found := map[int64]string{}
	for _, id := range ids {
		if id > 0 {
			found[id] = a.value
		}
	}
	broken := a.broken
	a.mu.Unlock()
	time.Sleep(time.Second)
	return found, broken
}

func TestLookupsShareQueries(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := &asked{value: "old"}
		g := &gather[string]{read: a.read}
		var clients sync.WaitGroup
		look := func(id int64, want string) {
			clients.Go(func() {
				if got, err := g.get(t.Context(), id); got != want || err != nil {
					t.Errorf("%d: %q %v, want %q", id, got, err, want)
				}
			})
			synctest.Wait()
		}
		look(1, "old")
		// What is committed while a query runs is in the next one, in which the later lookups take part.
		a.mu.Lock()
		a.value = "new"
		a.mu.Unlock()
		look(2, "new")
		look(1, "new")
		look(-7, "")
		clients.Wait()
		if len(a.queries) != 2 || !slices.Equal(a.queries[0], []int64{1}) || !slices.Equal(a.queries[1], []int64{-7, 1, 2}) {
			t.Errorf("queries %v", a.queries)
		}
		look(3, "new")
		clients.Wait()
		if len(a.queries) != 3 {
			t.Errorf("queries %v", a.queries)
		}
	})
}

func TestAClientThatHangsUpTakesNobodysAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := &asked{value: "v"}
		g := &gather[string]{read: a.read}
		var others sync.WaitGroup
		look := func(id int64) {
			others.Go(func() {
				if got, err := g.get(t.Context(), id); got != "v" || err != nil {
					t.Errorf("%d: %q %v", id, got, err)
				}
			})
			synctest.Wait()
		}
		look(1)
		ctx, hangUp := context.WithCancel(t.Context())
		gone := make(chan error)
		go func() { _, err := g.get(ctx, 2); gone <- err }()
		synctest.Wait()
		look(3)
		hangUp()
		if err := <-gone; !errors.Is(err, context.Canceled) {
			t.Errorf("%v", err)
		}
		others.Wait()
		look(4)
		others.Wait()
	})
}

// TestAClientThatHangsUpEndsNoQuery: the database would lose a connection each time.
func TestAClientThatHangsUpEndsNoQuery(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var ended error
		g := &gather[string]{read: func(ctx context.Context, _ []int64) (map[int64]string, error) {
			time.Sleep(time.Second)
			ended = ctx.Err()
			return nil, nil
		}}
		ctx, hangUp := context.WithTimeout(t.Context(), time.Millisecond)
		defer hangUp()
		if _, err := g.get(ctx, 1); err != nil || ended != nil {
			t.Errorf("%v, %v", err, ended)
		}
	})
}

func TestAFailedQueryFailsItsLookupsOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := &asked{value: "v", broken: errors.New("away")}
		g := &gather[string]{read: a.read}
		if _, err := g.get(t.Context(), 1); !errors.Is(err, a.broken) {
			t.Errorf("%v", err)
		}
		a.broken = nil
		if got, err := g.get(t.Context(), 1); got != "v" || err != nil {
			t.Errorf("%q %v", got, err)
		}
	})
}
