package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/google/uuid"
	"golang.org/x/time/rate"

	"muster/libs/contracts"
	"muster/libs/ops"
	"muster/libs/service"
	"muster/libs/standing"
	"muster/services/billing/internal/adapter/events"
	"muster/services/billing/internal/adapter/httpapi"
	"muster/services/billing/internal/adapter/postgres"
	"muster/services/billing/internal/adapter/stripe"
	"muster/services/billing/internal/billing"
)

const (
	taskWorkers     = 4 // a task spends most of its time waiting for the provider
	bulkWorkers     = 2
	taskPoll        = time.Second
	taskGrace       = 25 * time.Second // longer than the lease of a task
	sweepPeriod     = 15 * time.Second
	purgePeriod     = 10 * time.Minute
	reconcilePeriod = time.Minute
	foldPeriod      = 2 * time.Second
)

// bulkRate is the maximum number of bulk tasks that a replica begins in a second. Stripe takes 25 requests a second in test
// mode and 100 in live mode (https://docs.stripe.com/rate-limits); most of them are left to what cannot wait.
const bulkRate = 10

// assemble connects the service.
func assemble(ctx context.Context, s *settings, sh *service.Shell) error {
	store, revoked := postgres.New(sh.DB), standing.New(sh.DB)
	payments, err := stripe.New(s.stripe())
	if err != nil {
		return err
	}
	webhooks, err := stripe.NewWebhooks(s.stripe().Live(), s.StripeWebhookSecrets...)
	if err != nil {
		return err
	}
	keys, err := sh.Keys(ctx)
	if err != nil {
		return err
	}
	core := billing.New(billing.Ports{
		Store: store, Payments: payments, Throttle: sh.Throttle(), Now: sh.Now, NewID: uuid.NewString,
	}, s.rules())

	sh.Publishes(core.Republish, contracts.TopicSubscription, contracts.TopicBillingEvents, contracts.TopicLedger)
	sh.Consumes(events.Topics, revoked.Follow(events.Handler(core)))
	httpapi.Mount(sh.Public(service.Edge{}), httpapi.Config{
		Service: core, Reader: store, Books: store, Runs: store, Answers: store, Audit: store, Webhooks: webhooks, Keys: keys, CSRF: sh.CSRF,
		Standing: revoked.Check(httpapi.StandingOf(core)), Logger: sh.Log, Now: sh.Now,
	})
	httpapi.MountInternal(sh.Internal("gateway"), core, store, store)
	sh.Works(service.Queue{
		Name: "tasks", Workers: taskWorkers, Woken: core.Woken(), Poll: taskPoll, Grace: taskGrace,
		Next: func(ctx context.Context) (bool, error) { return nextTask(ctx, core, billing.Urgent, sh.Log) },
	})
	bulk := rate.NewLimiter(bulkRate, 1)
	sh.Works(service.Queue{
		Name: "bulk tasks", Workers: bulkWorkers, Poll: taskPoll, Grace: taskGrace,
		Next: func(ctx context.Context) (bool, error) {
			if err := bulk.Wait(ctx); err != nil {
				return false, err
			}
			return nextTask(ctx, core, billing.Bulk, sh.Log)
		},
	})
	sh.Tasks(ops.Tasks{Replay: core.ReplayTask, List: func(ctx context.Context, state string, after int64, limit int) ([]ops.Task, error) {
		return stuckTasks(ctx, core, state, after, limit)
	}})
	sh.Every("sweep", sweepPeriod, core.Sweep)
	sh.Every("purge", purgePeriod, core.Purge)
	sh.Every("income", foldPeriod, store.FoldIncome)
	sh.Every("reconciliation", reconcilePeriod, core.Reconcile)
	sh.Every("purge of the audit log", purgePeriod, func(ctx context.Context) error { return store.PurgeActs(ctx, sh.Now().Add(-s.AuditRetention)) })
	sh.Every("purge of answers", purgePeriod, func(ctx context.Context) error { return store.PurgeAnswers(ctx, sh.Now()) })
	sh.Measure("muster.billing.webhooks.oldest_age", "s", "Age of the oldest webhook event that is not handled, tried before or not", webhookAge(store, sh.Now))
	sh.Measure("muster.billing.reconciliation.mismatches", "", "Differences from Stripe that the last full reconciliation found", lastFull(store, func(r billing.Run) int64 { return r.Mismatches }))
	sh.Measure("muster.billing.reconciliation.unhealed", "", "Differences from Stripe that the last full reconciliation could not heal", lastFull(store, func(r billing.Run) int64 { return r.Mismatches - r.Healed }))
	return nil
}

// lastFull reads a number of the last full reconciliation; 0 before the first.
func lastFull(store *postgres.Store, number func(billing.Run) int64) func(context.Context) (float64, error) {
	return func(ctx context.Context) (float64, error) {
		run, err := store.LastRun(ctx, billing.RunFull)
		if err != nil || run == nil {
			return 0, err
		}
		return float64(number(*run)), nil
	}
}

// nextTask works on the lane's task that is due next and logs a failure.
func nextTask(ctx context.Context, core *billing.Service, lane billing.Lane, log *slog.Logger) (found bool, err error) {
	found, err = core.Work(ctx, lane)
	failed, ok := errors.AsType[*billing.TaskError](err)
	if !ok {
		return found, err
	}
	level, message := slog.LevelWarn, "task failed, it will be tried again"
	said := []any{"kind", string(failed.Task.Kind), "subject", failed.Task.Subject, "attempt", failed.Task.Attempts + 1, "error", failed.Err}
	if failed.Dead {
		level, message = slog.LevelError, "task given up: remove the cause, then replay it"
		said = append(said, "command", fmt.Sprintf("muster ops billing tasks replay %d", failed.Task.ID))
	}
	log.Log(ctx, level, message, said...)
	return true, nil
}

// stuckTasks shows tasks to operators.
func stuckTasks(ctx context.Context, core *billing.Service, state string, after int64, limit int) ([]ops.Task, error) {
	stuck, err := core.StuckTasks(ctx, billing.TaskState(state), after, limit)
	tasks := make([]ops.Task, len(stuck))
	for i, t := range stuck {
		tasks[i] = ops.Task{
			ID: t.ID, Kind: string(t.Kind), Subject: t.Subject, State: string(t.State), Attempts: t.Attempts, Reason: t.Reason, Settled: t.Settled,
		}
	}
	return tasks, err
}
