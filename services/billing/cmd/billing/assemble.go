package main

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/google/uuid"

	"muster/libs/contracts"
	"muster/libs/service"
	"muster/libs/standing"
	"muster/services/billing/internal/adapter/events"
	"muster/services/billing/internal/adapter/httpapi"
	"muster/services/billing/internal/adapter/postgres"
	"muster/services/billing/internal/adapter/stripe"
	"muster/services/billing/internal/billing"
)

const (
	taskWorkers = 4 // most of a task is waiting for the provider
	taskPoll    = 500 * time.Millisecond
	taskGrace   = 25 * time.Second // more than the lease of a task
	sweepPeriod = 15 * time.Second
	purgePeriod = 10 * time.Minute
)

// assemble connects the service.
func assemble(ctx context.Context, s *settings, sh *service.Shell) error {
	store, revoked := postgres.New(sh.DB), standing.New(sh.DB)
	payments, err := stripe.New(s.stripe())
	if err != nil {
		return err
	}
	webhooks, err := stripe.NewWebhooks(s.StripeWebhookSecrets...)
	if err != nil {
		return err
	}
	keys, err := sh.Keys(ctx)
	if err != nil {
		return err
	}
	core := billing.New(billing.Ports{Store: store, Payments: payments, Now: sh.Now, NewID: uuid.NewString}, s.rules())

	sh.Publishes(contracts.TopicSubscription, contracts.TopicBillingEvents, contracts.TopicLedger)
	sh.Consumes(events.Topics, revoked.Follow(events.Handler(core)))
	httpapi.Mount(sh.Public(service.Edge{}), httpapi.Config{
		Service: core, Reader: store, Answers: store, Webhooks: webhooks, Keys: keys, CSRF: sh.CSRF,
		Standing: revoked.Check(httpapi.StandingOf(core)), Logger: sh.Log, Now: sh.Now,
	})
	httpapi.MountInternal(sh.Internal("gateway"), core)
	sh.Works(service.Queue{
		Name: "tasks", Workers: taskWorkers, Woken: core.Woken(), Poll: taskPoll, Grace: taskGrace,
		Next: func(ctx context.Context) (bool, error) { return nextTask(ctx, core, sh.Log) },
	})
	sh.Every("sweep", sweepPeriod, core.Sweep)
	sh.Every("purge", purgePeriod, core.Purge)
	sh.Every("purge of answers", purgePeriod, func(ctx context.Context) error { return store.PurgeAnswers(ctx, sh.Now()) })
	return nil
}

// nextTask does the task that is due next. A task that fails is logged.
func nextTask(ctx context.Context, core *billing.Service, log *slog.Logger) (found bool, err error) {
	found, err = core.Work(ctx)
	failed, ok := errors.AsType[*billing.TaskError](err)
	if !ok {
		return found, err
	}
	level, message := slog.LevelWarn, "task failed, it will be tried again"
	if failed.Dead {
		level, message = slog.LevelError, "task given up: it rests until it is replayed"
	}
	log.Log(ctx, level, message, "kind", string(failed.Task.Kind), "subject", failed.Task.Subject,
		"attempt", failed.Task.Attempts+1, "error", failed.Err)
	return true, nil
}
