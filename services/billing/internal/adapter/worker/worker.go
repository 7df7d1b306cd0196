// Package worker runs what billing does in the background: the tasks of the queue, and what time alone makes due.
package worker

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"muster/services/billing/internal/billing"
)

const (
	// poll is how often the queue is looked at without a signal: for what other replicas left, and for retries.
	poll = 500 * time.Millisecond
	// sweep is how often is looked for what time alone makes due.
	sweep = 15 * time.Second
	// purge is how often old answers are forgotten.
	purge = 10 * time.Minute
	// hands is how many tasks one process works on at the same time. Most of a task is waiting for the provider.
	hands = 4
)

// Worker drains the queue.
type Worker struct {
	Service *billing.Service
	// Purge forgets stored answers that have outlived their time.
	Purge  func(ctx context.Context, now time.Time) error
	Now    func() time.Time
	Logger *slog.Logger
}

// Run works until ctx is done and finishes the tasks under way. Its error is always nil: failures are logged and come
// again.
func (w *Worker) Run(ctx context.Context) error {
	tick := time.NewTicker(poll)
	defer tick.Stop()
	free := make(chan struct{}, hands)
	for {
		select {
		case <-ctx.Done():
			for range hands {
				free <- struct{}{} // each hand that is still busy keeps its place
			}
			return nil
		case <-w.Service.Woken():
		case <-tick.C:
		}
		w.reach(ctx, free)
	}
}

// Clock does from time to time, until ctx is done, what time alone makes due. Its error is always nil, as that of Run.
func (w *Worker) Clock(ctx context.Context) error {
	sweeps, purges := time.NewTicker(sweep), time.NewTicker(purge)
	defer sweeps.Stop()
	defer purges.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-sweeps.C:
			w.log(ctx, "sweep failed", w.Service.Sweep(ctx))
		case <-purges.C:
			w.log(ctx, "purge failed", errors.Join(w.Purge(ctx, w.Now()), w.Service.Purge(ctx)))
		}
	}
}

// reach puts one more hand to work, which goes on until the queue is empty; none if all are busy.
func (w *Worker) reach(ctx context.Context, free chan struct{}) {
	select {
	case free <- struct{}{}:
	default:
		return
	}
	go func() {
		defer func() { <-free }()
		for ctx.Err() == nil && w.step(ctx, free) {
		}
	}()
}

// step does one task and says whether to go on.
func (w *Worker) step(ctx context.Context, free chan struct{}) bool {
	// A task that is begun is finished: when we stop, nobody should have to wait for its lease to run out.
	worked, err := w.Service.Work(context.WithoutCancel(ctx))
	if failed, ok := errors.AsType[*billing.TaskError](err); ok {
		level := slog.LevelWarn
		message := "task failed, it will be tried again"
		if failed.Dead {
			level, message = slog.LevelError, "task given up: it rests until it is replayed"
		}
		w.Logger.Log(ctx, level, message, "kind", string(failed.Task.Kind), "subject", failed.Task.Subject,
			"attempt", failed.Task.Attempts+1, "error", failed.Err)
		return true
	}
	if err != nil {
		w.log(ctx, "queue not available", err)
		return false
	}
	if worked {
		w.reach(ctx, free) // there may be more: another hand
	}
	return worked
}

func (w *Worker) log(ctx context.Context, message string, err error) {
	if err != nil && ctx.Err() == nil {
		w.Logger.WarnContext(ctx, message, "error", err)
	}
}
