package stack

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"muster/deploy/local/netport"
	"muster/deploy/local/pgserver"
)

// Seeder creates the demo data of a running stack through its public API.
type Seeder func(ctx context.Context, description Description, users int, console *Console) error

// stack is one run of a stack.
type stack struct {
	settings Settings
	secrets  secrets
	// ownerURLs are the databases as the services reach them.
	ownerURLs map[string]string
	// roleURLs are the same for the services that run as a role of their own.
	roleURLs map[string]string
	console  *Console
	logger   *slog.Logger
	control  *control

	mu          sync.Mutex
	description Description
	closers     []func() // in start order
}

// Run starts a stack, keeps it running until ctx is done, and stops it. Errors are sentences that tell the reader what
// to do. Everything has been stopped when Run returns. Run returns nil if ctx is done.
func Run(ctx context.Context, settings Settings, console *Console, seed Seeder) error {
	unlock, err := lock(settings.Dir)
	if err != nil {
		return err
	}
	defer unlock()
	defer keepPrivate()()
	s := &stack{settings: settings, console: console, control: newControl()}
	s.control.replicate = s.replicate
	s.later(s.control.networks.close)
	err = s.start(ctx)
	if err == nil {
		s.serve(ctx, seed)
	}
	s.stop()
	if ctx.Err() != nil {
		return nil // failures after the cancellation are its consequences
	}
	return err
}

// start starts everything. The services are built at the same time as the servers start.
func (s *stack) start(ctx context.Context) error {
	if err := s.prepare(ctx); err != nil {
		return err
	}
	parallel, groupCtx := errgroup.WithContext(ctx)
	parallel.Go(func() error { return build(groupCtx, s.settings, s.path("bin"), s.console) })
	parallel.Go(func() error {
		for _, start := range []func(context.Context) error{s.startMail, s.startStripe, s.startProviders, s.startKafka, s.startPostgres} {
			if err := start(groupCtx); err != nil {
				return err
			}
		}
		return nil
	})
	if err := parallel.Wait(); err != nil {
		return err
	}
	if err := s.startServices(ctx); err != nil {
		return err
	}
	return s.startControl()
}

// prepare does everything that precedes the first start.
func (s *stack) prepare(ctx context.Context) (err error) {
	if err := s.clearLeftovers(); err != nil {
		return err
	}
	if err := s.tighten(); err != nil {
		return err
	}
	if s.settings.Fresh {
		if err := s.forget(ctx); err != nil {
			return err
		}
	}
	if err := s.sameKafka(); err != nil {
		return err
	}
	if s.secrets, err = loadSecrets(s.settings.Dir); err != nil {
		return err
	}
	log, err := openLog(s.logFile("stack"))
	if err != nil {
		return err
	}
	s.later(func() { _ = log.Close() })
	s.logger = newLogger(log)
	if err := s.settlePorts(); err != nil {
		return err
	}
	s.description = Description{
		Gateway:    urlOf(s.settings.Gateway),
		Admin:      Credentials{AdminEmail, s.secrets.AdminPassword},
		Subscriber: Credentials{SubscriberEmail, s.secrets.SubscriberPassword},
		PublicURL:  s.settings.PublicURL,
		StripeKey:  stripeFakeKey,
		Logs:       s.path("log"),
		PID:        os.Getpid(),
		StartedAt:  time.Now().UTC(),
	}
	if s.settings.ThunderApplications == demoApplications {
		s.description.application = demoApplications
	}
	return nil
}

// forget deletes the data of earlier runs, except logs and programs.
func (s *stack) forget(ctx context.Context) error {
	s.console.Say("deleting the data of earlier runs")
	if err := pgserver.Remove(ctx, s.path("postgres")); err != nil {
		return err
	}
	return removeAll(s.settings.Dir, "stripe.json*", "kafka", "apache-kafka", "apache-cluster", "mail", "secrets.json") // the Stripe fake stores its events next to its state
}

// settlePorts chooses the free ports, and checks before any start that the configured ones are free.
func (s *stack) settlePorts() error {
	var problems []error
	for _, place := range []struct {
		addr          *string
		what, setting string
		unused        bool
		settles       bool // chooses a free port itself while listening, so no other program can take it in between
	}{
		{&s.settings.Gateway, "The gateway", "MUSTER_GATEWAY_ADDR", false, false},
		{&s.settings.Identity, "The service identity", "MUSTER_IDENTITY_ADDR", false, false},
		{&s.settings.Directory, "The service directory", "MUSTER_DIRECTORY_ADDR", false, false},
		{&s.settings.Billing, "The service billing", "MUSTER_BILLING_ADDR", false, false},
		{&s.settings.GatewayInternal, "The gateway's internal listener", "MUSTER_GATEWAY_INTERNAL_ADDR", false, false},
		{&s.settings.IdentityInternal, "The internal listener of identity", "MUSTER_IDENTITY_INTERNAL_ADDR", false, false},
		{&s.settings.DirectoryInternal, "The internal listener of directory", "MUSTER_DIRECTORY_INTERNAL_ADDR", false, false},
		{&s.settings.BillingInternal, "The internal listener of billing", "MUSTER_BILLING_INTERNAL_ADDR", false, false},
		{&s.settings.Stripe, "The Stripe fake", "MUSTER_STRIPE_ADDR", s.settings.StripeSecretKey != "", false},
		{&s.settings.Providers, "The stand-in for sign-in providers", "MUSTER_PROVIDERS_ADDR", false, false},
		{&s.settings.SMTP, "The mail catcher's SMTP server", "MUSTER_SMTP_ADDR", s.settings.SMTPURL != "", true},
		{&s.settings.Mail, "The mail catcher's web page", "MUSTER_MAIL_ADDR", s.settings.SMTPURL != "", true},
	} {
		if place.unused || place.settles && freePort(*place.addr) {
			continue
		}
		addr, err := netport.Resolve(*place.addr)
		switch {
		case err != nil:
			err = fmt.Errorf("%w: set %s to an address like 127.0.0.1:8080", err, place.setting)
		case addr == *place.addr: // the user's choice; a port that we chose is known to be free
			err = netport.Check(addr, place.what, place.setting)
		}
		problems = append(problems, err)
		*place.addr = addr
	}
	return errors.Join(problems...)
}

// freePort reports whether addr requests any free port.
func freePort(addr string) bool {
	_, port, err := net.SplitHostPort(addr)
	return err == nil && port == "0"
}

func (s *stack) startControl() error {
	addr, err := netport.Resolve(s.settings.Control)
	if err != nil {
		return err
	}
	stop, err := serveHTTP(addr, s.control.handler(), "The control", "MUSTER_CONTROL_ADDR")
	if err != nil {
		return err
	}
	s.later(stop)
	s.description.Control = urlOf(addr)
	s.later(func() { _ = os.Remove(s.path("stack.json")) })
	return nil
}

// later registers how to stop what has just been started.
func (s *stack) later(stop func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closers = append(s.closers, stop)
}

// stop stops everything in reverse order: the services come first, because they need the servers until their end.
func (s *stack) stop() {
	for _, stop := range slices.Backward(s.closers) {
		stop()
	}
}

func (s *stack) path(name string) string { return filepath.Join(s.settings.Dir, name) }

func (s *stack) logFile(name string) string { return filepath.Join(s.settings.Dir, "log", name+".log") }

// warn tells the user about a failure.
func (s *stack) warn(message string) {
	s.logger.Warn("stack", "message", message)
	s.console.Say("%s", message)
}
