package argon2

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"muster/services/identity/internal/credentials"
)

// crowd is a queue whose requests write down their networks when they get a slot, and keep the slot for a second. Its time is
// that of synctest, which takes none.
type crowd struct {
	t      *testing.T
	queue  *queue
	mu     sync.Mutex
	served []string
}

// arrive has requests come one after the other, so that no two slots become free at the same time.
func (c *crowd) arrive(networks ...string) {
	for _, network := range networks {
		go func() {
			release, err := c.queue.acquire(c.t.Context(), network)
			if err != nil {
				c.t.Error(err)
				return
			}
			c.mu.Lock()
			c.served = append(c.served, network)
			c.mu.Unlock()
			time.Sleep(time.Second)
			release()
		}()
		time.Sleep(time.Millisecond)
		synctest.Wait()
	}
}

// order returns the networks in the order in which they got slots, once nobody waits.
func (c *crowd) order() string {
	time.Sleep(time.Hour)
	synctest.Wait()
	if len(c.queue.lines) > 0 {
		c.t.Errorf("%d networks are remembered when nobody waits", len(c.queue.lines))
	}
	return strings.Join(c.served, " ")
}

func TestNetworksTakeTurns(t *testing.T) {
	for name, c := range map[string]struct {
		slots    int
		arriving []string
		want     string
	}{
		"alone":                      {1, []string{"a", "a", "a"}, "a a a"},
		"a guesser and another":      {1, []string{"guesser", "guesser", "guesser", "owner"}, "guesser owner guesser guesser"},
		"all slots are a guesser's":  {2, []string{"guesser", "guesser", "guesser", "guesser", "owner"}, "guesser guesser owner guesser guesser"},
		"before two that have slots": {2, []string{"a", "b", "a", "b", "a", "b", "owner"}, "a b owner a b a b"},
		"the network that has waited longest goes first": {1, []string{"a", "b", "c", "b", "c", "a"}, "a b c a b c"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				crowd := &crowd{t: t, queue: newQueue(c.slots, 10)}
				crowd.arrive(c.arriving...)
				if got := crowd.order(); got != c.want {
					t.Errorf("served %s, want %s", got, c.want)
				}
			})
		})
	}
}

func TestANetworkThatWaitsTooOftenIsRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		crowd := &crowd{t: t, queue: newQueue(1, 2)}
		crowd.arrive("a", "a", "a")
		if _, err := crowd.queue.acquire(t.Context(), "a"); !errors.Is(err, credentials.ErrBusy) {
			t.Errorf("one more: %v", err)
		}
		crowd.arrive("b")
		if got, want := crowd.order(), "a b a a"; got != want {
			t.Errorf("served %s, want %s", got, want)
		}
	})
}

func TestWhoeverLeavesTakesNoSlot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		crowd := &crowd{t: t, queue: newQueue(1, 2)}
		crowd.arrive("a", "a")
		gone := errors.New("gone")
		ctx, leave := context.WithCancelCause(t.Context())
		left := make(chan error)
		go func() {
			_, err := crowd.queue.acquire(ctx, "b")
			left <- err
		}()
		synctest.Wait()
		leave(gone)
		if err := <-left; !errors.Is(err, gone) {
			t.Errorf("told %v", err)
		}
		if got, want := crowd.order(), "a a"; got != want {
			t.Errorf("served %s, want %s", got, want)
		}
	})
}

// TestASlotForSomebodyWhoLeavesIsGivenOn, also when it is given at the moment of leaving.
func TestASlotForSomebodyWhoLeavesIsGivenOn(t *testing.T) {
	q := newQueue(1, 1000)
	for range 200 {
		release, err := q.acquire(t.Context(), "a")
		if err != nil {
			t.Fatal(err)
		}
		ctx, leave := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() {
			defer close(done)
			if release, err := q.acquire(ctx, "b"); err == nil {
				release()
			}
		}()
		go leave()
		release()
		<-done
	}
	if q.free != 1 || len(q.lines) != 0 {
		t.Errorf("%d slots are free and %d networks remembered", q.free, len(q.lines))
	}
}
