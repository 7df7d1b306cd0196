// Command stripefake runs the Stripe fake as a separate program, for containers; `make run` runs it in its own process.
//
// Settings: STRIPEFAKE_ADDR (127.0.0.1:12111), STRIPEFAKE_PUBLIC_URL (where browsers reach its pages),
// STRIPEFAKE_WEBHOOK_URL and STRIPEFAKE_WEBHOOK_SECRET (where events go), STRIPEFAKE_DATA_FILE (empty: memory only).
// "stripefake health" reports whether it answers.
package main

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"muster/deploy/stripefake"
)

func main() {
	log := slog.New(slog.NewTextHandler(os.Stderr, nil))
	work := run
	if len(os.Args) == 2 && os.Args[1] == "health" {
		work = health
	}
	if err := work(log); err != nil {
		log.Error("the Stripe fake has stopped", "error", err)
		os.Exit(1)
	}
}

func address() string { return cmp.Or(os.Getenv("STRIPEFAKE_ADDR"), "127.0.0.1:12111") }

// health reports whether the fake on this machine answers.
func health(*slog.Logger) error {
	_, port, err := net.SplitHostPort(address())
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	connection, err := new(net.Dialer).DialContext(ctx, "tcp", net.JoinHostPort("localhost", port))
	if err != nil {
		return err
	}
	return connection.Close()
}

func run(log *slog.Logger) error {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	fake, err := stripefake.New(stripefake.Options{
		PublicURL:     os.Getenv("STRIPEFAKE_PUBLIC_URL"),
		WebhookURL:    os.Getenv("STRIPEFAKE_WEBHOOK_URL"),
		WebhookSecret: os.Getenv("STRIPEFAKE_WEBHOOK_SECRET"),
		DataFile:      os.Getenv("STRIPEFAKE_DATA_FILE"),
		Logger:        log,
	})
	if err != nil {
		return err
	}
	server := &http.Server{
		Addr: address(), Handler: fake.Handler(), ReadHeaderTimeout: 10 * time.Second,
	}
	failed := make(chan error, 1)
	go func() { failed <- server.ListenAndServe() }()
	log.Info("the Stripe fake is listening", "addr", server.Addr)
	select {
	case err = <-failed:
	case <-ctx.Done():
		drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		err = server.Shutdown(drain)
	}
	return errors.Join(err, fake.Close())
}
