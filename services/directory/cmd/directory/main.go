// Command directory runs the directory service: who the users are. See the README for its settings.
package main

import (
	"context"
	"errors"
	"fmt"
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
		fmt.Fprintln(os.Stderr, "directory:", err)
		stop()
		os.Exit(1)
	}
}

// run is the service's life: it ends when ctx does, or a part of it fails.
func run(ctx context.Context) (err error) {
	s, err := readSettings(env.ToMap(os.Environ()))
	if err != nil {
		return fmt.Errorf("settings:\n%w", err)
	}
	t, err := telemetry.Setup(ctx, serviceName, s.LogLevel, os.Stderr)
	if err != nil {
		return err
	}
	defer func() {
		flush, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		err = errors.Join(err, t.Shutdown(flush))
	}()
	a, err := assemble(ctx, s, t, time.Now)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.close()) }()
	return daemon.Run(ctx, t.Logger, a.parts...)
}
