package billing

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"
)

// Schedule of the runs, and limits of each.
const (
	eventsPeriod   = 10 * time.Minute
	stalePeriod    = time.Hour
	nightHour      = 3 // UTC
	staleAfter     = 24 * time.Hour
	overdueAfter   = 2 * time.Hour       // after a change was due; invoices alone wait an hour for it
	eventsOverlap  = time.Hour           // how far a run looks back before the last one
	underWay       = 2 * time.Minute     // how long an event may be on its way; the next run looks at it again
	eventsKept     = 30 * 24 * time.Hour // by the provider
	staleBatch     = 20
	sliceTime      = lease / 2       // how long a run works before it saves its progress and lets others work
	stalledAfter   = 2 * time.Minute // without progress: its process died, or the provider was not available
	givenUpAfter   = 24 * time.Hour  // without progress
	longestCause   = 500
	mismatchesKept = 90 * 24 * time.Hour
)

// Reconcile starts the runs that are due, and continues those that have stopped. It returns an error for each run that it
// gives up, once.
func (s *Service) Reconcile(ctx context.Context) error {
	now := s.now()
	night := time.Date(now.Year(), now.Month(), now.Day(), nightHour, 0, 0, 0, time.UTC)
	if night.After(now) {
		night = night.AddDate(0, 0, -1)
	}
	var all error
	for kind, notSince := range map[RunKind]time.Time{
		RunEvents: now.Add(time.Second - eventsPeriod), RunStale: now.Add(time.Second - stalePeriod), RunFull: night,
	} {
		run, begun, err := s.begin(ctx, kind, notSince, 0)
		if err == nil && begun {
			err = s.enqueueRun(ctx, run)
		}
		all = errors.Join(all, err)
	}
	stalled, err := s.store.Stalled(ctx, now.Add(-stalledAfter))
	all = errors.Join(all, err)
	for _, run := range stalled {
		if run.Kind == RunBackfill { // its command continues it
			continue
		}
		if run.UpdatedAt.Before(now.Add(-givenUpAfter)) {
			run.Status, run.FinishedAt = RunFailed, &now
			all = errors.Join(all, s.saveRun(ctx, run), fmt.Errorf("reconciliation run %d given up: %s", run.ID, run.Reason))
			continue
		}
		all = errors.Join(all, s.enqueueRun(ctx, run))
	}
	return errors.Join(all, s.store.PurgeRuns(ctx, now.Add(-mismatchesKept)))
}

// RequestRun starts a full run now. It returns the one that is under way if there is one.
func (s *Service) RequestRun(ctx context.Context, by int64) (Run, error) {
	run, begun, err := s.begin(ctx, RunFull, s.now().Add(time.Second), by)
	if err != nil || !begun {
		return run, err
	}
	return run, s.enqueueRun(ctx, run)
}

func (s *Service) begin(ctx context.Context, kind RunKind, notSince time.Time, by int64) (Run, bool, error) {
	now := s.now()
	return s.store.BeginRun(ctx, Run{
		Kind: kind, Status: RunRunning, RequestedBy: by, Phase: phases[kind][0], StartedAt: now, UpdatedAt: now,
	}, notSince)
}

func (s *Service) enqueueRun(ctx context.Context, run Run) error {
	err := s.store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		return tx.Enqueue(ctx, TaskReconcile, strconv.FormatInt(run.ID, 10), s.now())
	})
	s.wake()
	return err
}

// Backfill starts or continues the run that fetches everything for the first time, until it is done or ctx is. told is
// called after each page.
func (s *Service) Backfill(ctx context.Context, told func(Run)) error {
	run, _, err := s.begin(ctx, RunBackfill, s.now().Add(time.Second), 0)
	for err == nil && run.Status == RunRunning {
		run, err = s.step(ctx, run)
		told(run)
	}
	return err
}

// continueRun works on a run for a while, and enqueues it again if that was not enough. A failure is stored with the run,
// which is continued later: a task's retries are counted, and a long run would use them up.
func (s *Service) continueRun(ctx context.Context, id int64) error {
	run, err := s.store.Run(ctx, id)
	if err != nil {
		return err
	}
	for end := time.Now().Add(sliceTime); run.Status == RunRunning; {
		if run, err = s.step(ctx, run); err != nil {
			reason := err.Error()
			run.Reason = reason[:min(len(reason), longestCause)]
			saved := context.WithoutCancel(ctx)
			if saveErr := s.saveRun(saved, run); saveErr != nil || !errors.Is(ctx.Err(), context.DeadlineExceeded) {
				return saveErr
			}
			return s.enqueueRun(saved, run) // what was healed of the page is done
		}
		if time.Now().After(end) && run.Status == RunRunning {
			return s.enqueueRun(ctx, run)
		}
	}
	return nil
}

// step compares one page and saves the run's progress. With an error the run has not got on.
func (s *Service) step(ctx context.Context, run Run) (Run, error) {
	var next Run
	var err error
	switch run.Phase {
	case KindEvent:
		next, err = s.receiveUndelivered(ctx, run)
	case phaseStale:
		next, err = s.refetchStale(ctx, run)
	case KindSubscription, KindInvoice, KindCharge, KindRefund, KindDispute:
		next, err = s.compare(ctx, run)
	}
	if err != nil {
		run.Mismatches, run.Healed = next.Mismatches, next.Healed
		return run, err
	}
	next.UpdatedAt, next.Reason = s.now(), ""
	if next.Cursor == "" {
		next = next.next(next.UpdatedAt)
	}
	return next, s.saveRun(ctx, next)
}
