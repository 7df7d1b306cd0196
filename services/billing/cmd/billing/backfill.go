package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/caarlos0/env/v11"
	"github.com/google/uuid"

	"muster/libs/pg"
	"muster/libs/throttle"
	"muster/services/billing/internal/adapter/postgres"
	"muster/services/billing/internal/adapter/stripe"
	"muster/services/billing/internal/billing"
)

// backfill is "billing backfill": it copies what Stripe has into a new database, with the service's own settings. It goes
// on where an earlier one stopped. The service may run at the same time; it publishes what this stores.
func backfill() error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	return runBackfill(ctx, env.ToMap(os.Environ()), os.Stdout)
}

func runBackfill(ctx context.Context, environment map[string]string, out io.Writer) (err error) {
	core, stop, err := connect(ctx, environment)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stop()) }()
	err = core.Backfill(ctx, func(r billing.Run) {
		fmt.Fprintf(out, "%s: %d checked, %d differed, %d of these fetched, now at %ss\n", r.Status, r.Checked, r.Mismatches, r.Healed, r.Phase)
	})
	if err != nil {
		return fmt.Errorf("stopped, the next backfill continues from here: %w", err)
	}
	return nil
}

// connect returns the service's core for a command, on its database and Stripe account. stop closes the database.
func connect(ctx context.Context, environment map[string]string) (core *billing.Service, stop func() error, err error) {
	s, err := blueprint.Read(environment)
	if err != nil {
		return nil, nil, err
	}
	payments, err := stripe.New(s.stripe())
	if err != nil {
		return nil, nil, err
	}
	db, err := pg.Start(ctx, s.PostgresURL, s.PostgresOwnerURL, blueprint.Migrations...)
	if err != nil {
		return nil, nil, err
	}
	core = billing.New(billing.Ports{
		Store: postgres.New(db), Payments: payments, Throttle: throttle.New(db, s.ServiceSecret, time.Now), Now: time.Now, NewID: uuid.NewString,
	}, s.rules())
	return core, func() error { return pg.Close(db) }, nil
}
