package service_test

import (
	"cmp"
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"muster/libs/service"
)

func newShell(t *testing.T, tick time.Duration) *service.Shell {
	t.Helper()
	secret := strings.Repeat("s", 32)
	sh, err := service.New("things", &service.Settings{CSRFSecret: secret, ServiceSecret: secret}, service.Surroundings{Log: quiet, Now: time.Now, Tick: tick})
	if err != nil {
		t.Fatal(err)
	}
	return sh
}

// run runs what the shell does in the background until the test has looked.
func run(t *testing.T, sh *service.Shell, look func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- sh.RunBackground(ctx) }()
	synctest.Wait()
	look()
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

// pass lets time pass in the bubble, and then all that it has woken come to rest.
func pass(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}

func TestPeriodicWorkIsDoneAtOnceAndOnceAPeriod(t *testing.T) {
	for name, tick := range map[string]time.Duration{"the period": 0, "a test's tick": time.Second} {
		synctest.Test(t, func(t *testing.T) {
			sh := newShell(t, tick)
			var done atomic.Int64
			period := cmp.Or(tick, time.Hour)
			sh.Every("work", time.Hour, func(context.Context) error {
				done.Add(1)
				return errors.New("failures are tried again")
			})
			run(t, sh, func() {
				if done.Load() != 1 {
					t.Errorf("%s: done %d times at the start", name, done.Load())
				}
				pass(period)
				pass(period)
				if done.Load() != 3 {
					t.Errorf("%s: done %d times after two periods", name, done.Load())
				}
			})
		})
	}
}

// queue counts work that waits.
type queue struct {
	waiting, done, busy, most atomic.Int64
	broken                    atomic.Bool
	woken                     chan struct{}
}

func (q *queue) next(ctx context.Context) (bool, error) {
	if q.broken.Load() {
		return false, errors.New("the database is away")
	}
	if q.waiting.Add(-1) < 0 {
		q.waiting.Add(1)
		return false, nil
	}
	q.most.Store(max(q.most.Load(), q.busy.Add(1)))
	select {
	case <-time.After(time.Second):
	case <-ctx.Done():
	}
	q.busy.Add(-1)
	if ctx.Err() == nil {
		q.done.Add(1)
	}
	return true, nil
}

func works(t *testing.T, look func(q *queue)) *queue {
	q := &queue{woken: make(chan struct{}, 1)}
	sh := newShell(t, 0)
	sh.Works(service.Queue{Name: "things", Workers: 4, Woken: q.woken, Poll: 10 * time.Second, Next: q.next})
	run(t, sh, func() { look(q) })
	return q
}

func TestAQueueIsWorkedOffBySeveralWorkers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		works(t, func(q *queue) {
			q.waiting.Store(10)
			q.woken <- struct{}{}
			pass(4 * time.Second) // one, two, four, and the last three: a worker that has found work wakes another
			if q.done.Load() != 10 || q.most.Load() != 4 {
				t.Errorf("%d of 10 done in four steps, at most %d at a time", q.done.Load(), q.most.Load())
			}
		})
	})
}

func TestWorkOfOtherReplicasAndAfterAFailureIsFound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		works(t, func(q *queue) {
			q.broken.Store(true)
			q.waiting.Store(1) // nobody signals
			pass(10 * time.Second)
			q.broken.Store(false)
			pass(11 * time.Second)
			if q.done.Load() != 1 {
				t.Errorf("%d done", q.done.Load())
			}
		})
	})
}

func TestWhatIsBegunIsFinishedWhenTheServiceStops(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := works(t, func(q *queue) {
			q.waiting.Store(20)
			q.woken <- struct{}{}
			pass(2 * time.Second)
		})
		if q.done.Load() != 3+4 {
			t.Errorf("%d done, want 3 and the 4 that were under way", q.done.Load())
		}
	})
}
