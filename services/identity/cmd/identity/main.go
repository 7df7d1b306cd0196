// Command identity lets people into Muster: accounts, sessions, tokens, signing keys. README.md lists its settings.
package main

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

	"muster/libs/daemon"
	"muster/libs/telemetry"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "identity:", err)
		os.Exit(1)
	}
}

// shutdownTime is for what telemetry has not exported yet.
const shutdownTime = 5 * time.Second

func run(ctx context.Context) (err error) {
	s, err := readSettings(env.ToMap(os.Environ()))
	if err != nil {
		return fmt.Errorf("settings:\n%w", err)
	}
	level, err := s.level()
	if err != nil {
		return err
	}
	t, err := telemetry.Setup(ctx, "identity", level, os.Stdout)
	if err != nil {
		return err
	}
	defer func() {
		flush, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTime)
		defer cancel()
		err = errors.Join(err, t.Shutdown(flush))
	}()
	slog.SetDefault(t.Logger) // for libs/pg, which logs before anybody could hand it a logger
	a, err := assemble(ctx, s, surroundings{log: t.Logger, metrics: t.Metrics, now: time.Now, tick: tick})
	if ctx.Err() != nil {
		return nil // stopped while it waited for what it needs
	}
	if err != nil {
		return err
	}
	defer a.close()
	return daemon.Run(ctx, t.Logger, a.parts...)
}
