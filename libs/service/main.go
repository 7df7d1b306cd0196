package service

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

	"muster/libs/pg"
	"muster/libs/service/exitcode"
	"muster/libs/telemetry"
)

// Blueprint says how a service is made.
type Blueprint[S Configurable] struct {
	Name string // the service's name: in logs, traces and metrics, as consumer group, and in upper case before its settings
	// Settings makes the settings with those defaults that no tag names.
	Settings func() S
	// Migrations are the sets that the database needs.
	Migrations []pg.Migrations
	// Assemble connects what the service consists of and tells sh what it serves and does. It may wait for other servers
	// until ctx is done.
	Assemble func(ctx context.Context, s S, sh *Shell) error
}

const flushTime = 5 * time.Second // for traces that have not been exported yet

// errSettings marks what is wrong with the settings.
var errSettings = errors.New("settings")

// Main is the main function of a service: it runs it until SIGINT or SIGTERM comes, or a part fails. Then the process
// exits with 0 or 1, or with [exitcode.Settings]. A second signal ends it at once.
func (b Blueprint[S]) Main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	if err := b.live(ctx); err != nil {
		fmt.Fprintf(os.Stderr, "%s: %v\n", b.Name, err)
		if errors.Is(err, errSettings) {
			os.Exit(exitcode.Settings)
		}
		os.Exit(1)
	}
}

func (b Blueprint[S]) live(ctx context.Context) (err error) {
	s, err := b.Read(env.ToMap(os.Environ()))
	if err != nil {
		return fmt.Errorf("%w:\n%w", errSettings, err)
	}
	t, err := telemetry.Setup(ctx, b.Name, s.common().LogLevel, os.Stdout)
	if err != nil {
		return err
	}
	slog.SetDefault(t.Logger) // for what logs before anybody could hand it a logger
	defer func() {
		flush, cancel := context.WithTimeout(context.WithoutCancel(ctx), flushTime)
		defer cancel()
		err = errors.Join(err, t.Shutdown(flush))
	}()
	sh, err := b.Start(ctx, s, Surroundings{Log: t.Logger, Metrics: t.Metrics, Now: time.Now})
	if ctx.Err() != nil && err != nil {
		return nil // stopped while it waited for what it needs
	}
	if err != nil {
		return err
	}
	return sh.Run(ctx)
}

// Read reads and checks the service's settings; see [Read].
func (b Blueprint[S]) Read(environment map[string]string) (S, error) {
	s := b.Settings()
	return s, Read(b.Name, s, environment)
}

// Start assembles the service: it waits for the database, brings it up to date, and listens. [Shell.Run] runs it; until
// then requests wait.
func (b Blueprint[S]) Start(ctx context.Context, s S, around Surroundings) (_ *Shell, err error) {
	sh, err := New(b.Name, s.common(), around)
	if err != nil {
		return nil, err
	}
	if sh.DB, err = pg.Start(ctx, sh.settings.PostgresURL, b.Migrations...); err != nil {
		return nil, err
	}
	if err = b.Assemble(ctx, s, sh); err == nil {
		err = sh.listen(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, sh.close())
	}
	return sh, nil
}
