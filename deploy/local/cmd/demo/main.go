// Command demo gives an installation in containers what `make run` gives one on this machine: the stand-in for the sign-in
// providers, and demo users. It makes the users once the gateway answers, prints where everything is, and serves the
// stand-in until it is stopped. Started again, it makes what is missing.
//
// "demo health" exits with 0 once all users exist. The settings are in [parse]; all are required.
package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/caarlos0/env/v11"

	"muster/deploy/local/seed"
	"muster/deploy/local/stack"
	"muster/deploy/providerfake"
)

// settings are the addresses as this program reaches them and, where they differ, as the users' browsers do.
type settings struct {
	Addr  string `env:"ADDR"` // of the stand-in
	Users int    `env:"USERS"`

	GatewayURL   string `env:"GATEWAY_URL"`
	MailURL      string `env:"MAIL_URL"`
	StripeURL    string `env:"STRIPE_URL"`
	ProvidersURL string `env:"PROVIDERS_URL"` // the same for browsers and identity
	StripeKey    string `env:"STRIPE_SECRET_KEY"`
	PublicURL    string `env:"PUBLIC_URL"` // the frontend

	AdminEmail    string `env:"ADMIN_EMAIL"`
	AdminPassword string `env:"ADMIN_PASSWORD"`

	ShownGatewayURL string `env:"SHOWN_GATEWAY_URL"`
	ShownMailURL    string `env:"SHOWN_MAIL_URL"`
	ShownStripeURL  string `env:"SHOWN_STRIPE_URL"`
}

// retryPause is the time between two attempts to make the users.
const retryPause = 5 * time.Second

func main() {
	log := slog.New(slog.NewTextHandler(os.Stderr, nil))
	work := run
	if len(os.Args) == 2 && os.Args[1] == "health" {
		work = health
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	if err := work(ctx, log); err != nil {
		log.Error("the demo has stopped", "error", err)
		os.Exit(1) //nolint:gocritic // nothing is left to stop
	}
}

// parse reads the settings from the variables DEMO_….
func parse() (settings, error) {
	s, err := env.ParseAsWithOptions[settings](env.Options{Prefix: "DEMO_", RequiredIfNoDef: true})
	if err != nil {
		return s, fmt.Errorf("settings: %w", err)
	}
	return s, nil
}

// health asks the program in the same container.
func health(ctx context.Context, _ *slog.Logger) error {
	s, err := parse()
	if err != nil {
		return err
	}
	_, port, err := net.SplitHostPort(s.Addr)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+net.JoinHostPort("localhost", port)+"/readyz", http.NoBody)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return errors.New("the demo users are not all there")
	}
	return nil
}

func run(ctx context.Context, log *slog.Logger) error {
	s, err := parse()
	if err != nil {
		return err
	}
	var filled atomic.Bool
	handler, err := handler(s.ProvidersURL, &filled)
	if err != nil {
		return err
	}
	server := &http.Server{Addr: s.Addr, Handler: handler, ReadHeaderTimeout: 10 * time.Second}
	failed := make(chan error, 1)
	go func() { failed <- server.ListenAndServe() }()
	go s.fill(ctx, log, &filled)
	select {
	case err = <-failed:
		return err
	case <-ctx.Done():
		drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		return server.Shutdown(drain)
	}
}

// handler serves the stand-in, and whether the users are there.
func handler(address string, filled *atomic.Bool) (http.Handler, error) {
	providers, err := providerfake.New(providerfake.Options{URL: address, Now: time.Now})
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("/", providers)
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, _ *http.Request) {
		if !filled.Load() {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	})
	return mux, nil
}

// fill makes the users, and tries until it has succeeded.
func (s settings) fill(ctx context.Context, log *slog.Logger, filled *atomic.Bool) {
	console := stack.NewConsole(os.Stdout)
	target := seed.Target{
		Gateway: s.GatewayURL, Mail: s.MailURL, Stripe: s.StripeURL, Providers: s.ProvidersURL, NoApple: true,
		StripeKey: s.StripeKey, PublicURL: s.PublicURL,
		Admin:      seed.Credentials{Email: s.AdminEmail, Password: s.AdminPassword},
		Subscriber: seed.Credentials{Email: stack.SubscriberEmail, Password: stack.SubscriberPassword},
	}
	for {
		err := seed.Run(ctx, target, s.Users, func(done, of int) { console.Progress("demo users", done, of) })
		if err == nil {
			break
		}
		log.Warn("the demo users are not complete: trying again", "error", err)
		select {
		case <-ctx.Done():
			return
		case <-time.After(retryPause):
		}
	}
	filled.Store(true)
	console.Say("%s", stack.Description{
		Gateway: s.ShownGatewayURL, Mail: s.ShownMailURL, Stripe: s.ShownStripeURL, Providers: s.ProvidersURL, Seeded: true,
		Admin: stack.Credentials(target.Admin), Subscriber: stack.Credentials(target.Subscriber),
	}.Table())
}
