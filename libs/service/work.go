package service

import (
	"cmp"
	"context"
	"sync"
	"time"
)

// Every does work when the service starts and then once a period. A failure is logged, and the next period tries again.
func (sh *Shell) Every(name string, period time.Duration, work func(ctx context.Context) error) {
	period = cmp.Or(sh.around.Tick, period)
	sh.Background(name, func(ctx context.Context) error {
		tick := time.NewTicker(period)
		defer tick.Stop()
		for {
			if err := work(ctx); err != nil && ctx.Err() == nil {
				sh.Log.WarnContext(ctx, "periodic work failed, it is tried again", "work", name, "error", err)
			}
			select {
			case <-ctx.Done():
				return nil
			case <-tick.C:
			}
		}
	}, 0)
}

// Queue is work that waits in the database until a worker of some replica takes it.
type Queue struct {
	Name    string
	Workers int // how many of this process work at the same time
	// Woken receives when this process has queued work.
	Woken <-chan struct{}
	// Poll is the time between looks without a signal: for work of other replicas, and for what is to be tried again.
	Poll time.Duration
	// Next takes the piece of work that is due next and does it; found is false when there is none. Its context goes on
	// when the service stops: what was taken is finished. An error means that the queue could not be used; it is logged,
	// and the worker pauses. How a piece of work went is for Next to note and to log.
	Next func(ctx context.Context) (found bool, err error)
	// Grace is how long a piece of work may take; zero is 10 s.
	Grace time.Duration
}

// Works works through a queue.
func (sh *Shell) Works(q Queue) {
	sh.Background(q.Name, func(ctx context.Context) error {
		wake := make(chan struct{}, q.Workers)
		var workers sync.WaitGroup
		for range q.Workers {
			workers.Go(func() { sh.work(ctx, q, wake) })
		}
		poll := time.NewTicker(q.Poll)
		defer poll.Stop()
		for ctx.Err() == nil {
			notify(wake)
			select {
			case <-ctx.Done():
			case <-q.Woken:
			case <-poll.C:
			}
		}
		workers.Wait()
		return nil
	}, q.Grace)
}

// work does one piece of work after the other until there is none, then waits to be woken. A worker that has found
// work wakes another.
func (sh *Shell) work(ctx context.Context, q Queue, wake chan struct{}) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-wake:
		}
		for ctx.Err() == nil {
			found, err := q.Next(context.WithoutCancel(ctx))
			if err != nil {
				sh.Log.WarnContext(ctx, "queue not available, it is tried again", "queue", q.Name, "error", err)
			}
			if !found || err != nil {
				break
			}
			notify(wake)
		}
	}
}

func notify(wake chan<- struct{}) {
	select {
	case wake <- struct{}{}:
	default: // all workers have been told
	}
}
