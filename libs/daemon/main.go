package daemon

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/caarlos0/env/v11"

	"muster/libs/telemetry"
)

// Service is a service, assembled and not yet running.
type Service struct {
	Parts []Part // in the order of their stopping
	// Close gives back what assembling took, after the parts have ended.
	Close func() error
}

// Blueprint says how a service is made.
type Blueprint[S any] struct {
	Name string // the service's name in logs, traces and metrics
	// Settings reads the environment and reports all that is wrong with it at once.
	Settings func(environment map[string]string) (S, error)
	LogLevel func(S) slog.Level
	// Assemble connects what the service consists of and listens; it waits for servers that are still starting.
	Assemble func(ctx context.Context, s S, t *telemetry.Telemetry) (Service, error)
}

const flushTime = 5 * time.Second // for traces that have not been exported yet

// Main is the main function of a service: it runs it until SIGINT or SIGTERM comes, or a part fails. Then the process
// exits with 0 or 1. A second signal ends it at once.
func Main[S any](b Blueprint[S]) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	if err := live(ctx, b); err != nil {
		fmt.Fprintf(os.Stderr, "%s: %v\n", b.Name, err)
		os.Exit(1)
	}
}

func live[S any](ctx context.Context, b Blueprint[S]) (err error) {
	s, err := b.Settings(env.ToMap(os.Environ()))
	if err != nil {
		return fmt.Errorf("settings:\n%w", err)
	}
	t, err := telemetry.Setup(ctx, b.Name, b.LogLevel(s), os.Stdout)
	if err != nil {
		return err
	}
	slog.SetDefault(t.Logger) // for what logs before anybody could hand it a logger
	defer func() {
		flush, cancel := context.WithTimeout(context.WithoutCancel(ctx), flushTime)
		defer cancel()
		err = errors.Join(err, t.Shutdown(flush))
	}()
	service, err := b.Assemble(ctx, s, t)
	if ctx.Err() != nil && err != nil {
		return nil // stopped while it waited for what it needs
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, service.Close()) }()
	return Run(ctx, t.Logger, service.Parts...)
}
