package service

import (
	"cmp"
	"context"
	"sync"
	"time"
)

// Every runs work at startup and then once per period. A failure is logged, and the next period retries.
func (sh *Shell) Every(name string, period time.Duration, work func(ctx context.Context) error) {
	period = cmp.Or(sh.around.Tick, period)
	sh.MayFail(name)
	sh.Background(name, func(ctx context.Context) error {
		tick := time.NewTicker(period)
		defer tick.Stop()
		for {
			if err := work(ctx); err != nil && ctx.Err() == nil {
				sh.Failed(ctx, name)
				sh.Log.WarnContext(ctx, "periodic work failed; retrying after the next period", "work", name, "error", err)
			}
			select {
			case <-ctx.Done():
				return nil
			case <-tick.C:
			}
		}
	}, 0)
}

// Queue is a work queue in the database, shared by the workers of all replicas.
type Queue struct {
	Name    string
	Workers int // how many of this process work at the same time
	// Woken receives a value when this process has queued work.
	Woken <-chan struct{}
	// Poll is the time between polls without a signal, for work from other replicas and for retries.
	Poll time.Duration
	// Next claims the next due piece of work and does it. found is false when there is none. Its context outlives the
	// stop of the service, so that claimed work is finished. An error means that the queue could not be used. It is
	// logged, and the worker pauses. Next itself stores and logs the result of the work.
	Next func(ctx context.Context) (found bool, err error)
	// Grace is the time that one piece of work may take; zero means 10 s.
	Grace time.Duration
}

// Works runs the workers of a queue.
func (sh *Shell) Works(q Queue) {
	sh.MayFail(q.Name)
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

// work processes the queue until it is empty, then waits to be woken. A worker that found work wakes another one.
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
				sh.Failed(ctx, q.Name)
				sh.Log.WarnContext(ctx, "queue not available; retrying", "queue", q.Name, "error", err)
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
	default: // all workers are already notified
	}
}
