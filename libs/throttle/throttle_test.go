package throttle_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"gorm.io/gorm"
	"pgregory.net/rapid"

	"muster/libs/errs"
	"muster/libs/limits"
	"muster/libs/limits/limitstest"
	"muster/libs/pg"
	"muster/libs/testkit/pgtest"
	"muster/libs/throttle"
)

const secret = "a secret of thirty-two bytes or more"

type clock struct{ at atomic.Pointer[time.Time] }

func newClock() *clock {
	c := &clock{}
	c.set(limitstest.Start)
	return c
}

func (c *clock) set(t time.Time)       { c.at.Store(&t) }
func (c *clock) now() time.Time        { return *c.at.Load() }
func (c *clock) move(by time.Duration) { c.set(c.now().Add(by)) }

func setup(t *testing.T) (*throttle.Throttle, *clock, *gorm.DB) {
	db, _ := pgtest.New(t, throttle.Migrations)
	c := newClock()
	return throttle.New(db, secret, c.now), c, db
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

var hourly = limits.Limit{Name: "hourly", Most: 4, Window: time.Hour}

func TestThrottle(t *testing.T) {
	limitstest.TestCounter(t, func(t *testing.T, now func() time.Time) limitstest.Counter {
		db, _ := pgtest.New(t, throttle.Migrations)
		return throttle.New(db, secret, now)
	})
}

func TestReplicasCountAlike(t *testing.T) {
	th, clock, db := setup(t)
	other := throttle.New(db, secret, clock.now)
	for i := range hourly.Most {
		must(t, []*throttle.Throttle{th, other}[i%2].Take(t.Context(), hourly.Of("ada")))
	}
	limitstest.RefusedFor(t, th.Take(t.Context(), hourly.Of("ada")))
	limitstest.RefusedFor(t, other.Check(t.Context(), hourly.Of("ada")))
}

func TestConcurrentEventsNeverPassTheLimit(t *testing.T) {
	th, _, _ := setup(t)
	uses := []limits.Use{hourly.Of("a"), limits.Limit{Name: "daily", Most: 7, Window: 24 * time.Hour}.Of("b")}
	var taken atomic.Int64
	var workers sync.WaitGroup
	for range 8 {
		workers.Go(func() {
			for range 5 {
				if err := th.Take(t.Context(), uses...); err == nil {
					taken.Add(1)
				} else if !errors.Is(err, limits.ErrUsedUp) {
					t.Error(err)
				}
			}
		})
	}
	workers.Wait()
	if n := taken.Load(); n != int64(hourly.Most) {
		t.Errorf("%d events were let through, want %d", n, hourly.Most)
	}
}

func TestItTakesPartInTheCallersTransaction(t *testing.T) {
	th, _, db := setup(t)
	once := limits.Limit{Name: "once", Most: 1, Window: time.Hour}.Of("x")
	failed := errors.New("the caller failed")
	err := pg.Tx(t.Context(), db, func(ctx context.Context, _ *gorm.DB) error {
		if err := th.Take(ctx, once); err != nil {
			return err
		}
		return failed
	})
	if !errors.Is(err, failed) {
		t.Fatal(err)
	}
	must(t, th.Take(t.Context(), once))
}

func TestPurgeRemovesWhatNoWindowNeeds(t *testing.T) {
	th, clock, db := setup(t)
	for i := range 1200 {
		must(t, th.Take(t.Context(), hourly.Of(fmt.Sprint("old ", i))))
	}
	clock.move(2 * time.Hour)
	must(t, th.Take(t.Context(), hourly.Of("new")))
	must(t, th.Purge(t.Context()))
	var left int
	must(t, db.Raw("SELECT count(*) FROM throttle").Scan(&left).Error)
	if left != 1 {
		t.Errorf("%d subjects are left", left)
	}
}

func TestNothingNamesTheSubject(t *testing.T) {
	th, _, db := setup(t)
	must(t, th.Take(t.Context(), hourly.Of("ada@example.com")))
	must(t, throttle.New(db, "another secret of thirty-two bytes", newClock().now).Take(t.Context(), hourly.Of("ada@example.com")))
	var rows []string
	must(t, db.Raw("SELECT subject FROM throttle").Scan(&rows).Error)
	if len(rows) != 2 || len(rows[0]) < 32 {
		t.Errorf("%q", rows)
	}
}

// TestAnyHistory plays random events, and holds the throttle to its promises: no window has more than twice the limit, a fresh
// one is let through, and a refusal's time is enough.
func TestAnyHistory(t *testing.T) {
	th, clock, _ := setup(t)
	round := 0
	rapid.Check(t, func(rt *rapid.T) {
		round++
		clock.set(limitstest.Start)
		limit := limits.Limit{Name: fmt.Sprint("limit ", round), Most: rapid.IntRange(1, 5).Draw(rt, "most"), Window: time.Minute}
		use := limit.Of("x")
		var taken []time.Time
		for range rapid.IntRange(1, 30).Draw(rt, "events") {
			clock.move(time.Duration(rapid.IntRange(0, 90_000).Draw(rt, "ms")) * time.Millisecond)
			now := clock.now()
			err := th.Take(context.Background(), use)
			recent := 0
			for _, at := range taken {
				if now.Sub(at) < limit.Window {
					recent++
				}
			}
			if err == nil {
				taken = append(taken, now)
				if recent+1 > 2*limit.Most {
					rt.Fatalf("%d events within a window, the limit is %d", recent+1, limit.Most)
				}
				continue
			}
			if len(taken) == 0 || now.Sub(taken[len(taken)-1]) >= 2*limit.Window {
				rt.Fatalf("refused although nothing happened: %v", err)
			}
			clock.move(errs.From(err).RetryAfter)
			if err := th.Check(context.Background(), use); err != nil {
				rt.Fatalf("refused after the time that it had asked for: %v", err)
			}
		}
	})
}
