package stack

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"muster/deploy/local/mailcatcher"
	"muster/deploy/local/netport"
	"muster/deploy/local/pgserver"
	"muster/deploy/stripefake"
)

// webhookPath is the gateway's path for Stripe's webhooks.
const webhookPath = "/api/billing/webhooks/stripe"

// database is PostgreSQL as an instance for a keeper.
type database struct{ *pgserver.Server }

// Crash implements [instance].
func (d database) Crash() {
	_ = syscall.Kill(d.PID(), syscall.SIGKILL)
	<-d.Done()
}

// startPostgres starts the local PostgreSQL, unless an external one is set, and creates the databases.
func (s *stack) startPostgres(ctx context.Context) error {
	server := s.settings.PostgresURL
	if server == "" {
		local, err := s.keepPostgres(ctx)
		if err != nil {
			return err
		}
		server = local
	}
	urls, err := pgserver.EnsureDatabases(ctx, server, services...)
	if err != nil {
		return err
	}
	s.ownerURLs, s.roleURLs = map[string]string{}, map[string]string{}
	for _, service := range services {
		if s.ownerURLs[service], err = s.proxied(urls[service]); err != nil {
			return err
		}
	}
	for _, service := range bound {
		if s.roleURLs[service], err = pgserver.EnsureRole(ctx, s.ownerURLs[service], "muster_"+service, s.secrets.Database); err != nil {
			return err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.description.Postgres, s.description.Databases = server, urls
	return nil
}

// bound are the services that run as a role of their own, which does not own the tables: so they cannot change the audit
// trail, or the ledger.
var bound = []string{"identity", "billing"}

func (s *stack) keepPostgres(ctx context.Context) (serverURL string, err error) {
	log, err := openLog(s.logFile("postgres"))
	if err != nil {
		return "", err
	}
	options := pgserver.Options{
		DataDir: s.path("postgres"), Port: s.settings.PostgresPort, PortSetting: "MUSTER_POSTGRES_PORT",
		BinDir: s.settings.PGBin, RepositoryURL: s.settings.PGMirror, CacheDir: s.path("postgresql"),
		Log: log, Progress: func(message string) { s.console.Say("%s", message) },
	}
	kept, err := startKeeper(ctx, "PostgreSQL", func(ctx context.Context) (instance, error) {
		server, err := pgserver.Start(ctx, options)
		if err != nil {
			return nil, err
		}
		serverURL = server.URL()
		parsed, err := url.Parse(serverURL)
		if err != nil {
			return nil, err
		}
		options.Port, err = strconv.Atoi(parsed.Port())
		return database{server}, err
	}, s.warn)
	if err != nil {
		return "", errors.Join(err, log.Close())
	}
	s.later(func() { kept.Stop(); _ = log.Close() })
	s.control.add("postgres", kept)
	return serverURL, nil
}

// startMail starts the mail catcher, unless an external SMTP server is set.
func (s *stack) startMail(ctx context.Context) error {
	if s.settings.SMTPURL != "" {
		if err := reachSMTP(ctx, s.settings.SMTPURL); err != nil {
			return err
		}
		s.description.SMTP = s.settings.SMTPURL
		return nil
	}
	catcher, err := mailcatcher.Start(mailcatcher.Options{
		SMTPAddr: s.settings.SMTP, SMTPSetting: "MUSTER_SMTP_ADDR", HTTPAddr: s.settings.Mail, HTTPSetting: "MUSTER_MAIL_ADDR",
		Dir: s.path("mail"), Logger: s.logger,
	})
	if err != nil {
		return err
	}
	s.later(func() { _ = catcher.Close() })
	s.description.SMTP, s.description.Mail = "smtp://"+catcher.SMTPAddr(), catcher.URL()
	return nil
}

// startStripe starts the Stripe fake, unless an external account is set. Its webhooks go to the gateway.
func (s *stack) startStripe(context.Context) error {
	if s.settings.StripeSecretKey != "" {
		return nil
	}
	address := urlOf(s.settings.Stripe)
	fake, err := stripefake.New(stripefake.Options{
		PublicURL: address, WebhookURL: urlOf(s.settings.Gateway) + webhookPath, WebhookSecret: s.secrets.StripeWebhook,
		DataFile: s.path("stripe.json"), Logger: s.logger,
	})
	if err != nil {
		return err
	}
	stop, err := serveHTTP(s.settings.Stripe, fake.Handler(), "The Stripe fake", "MUSTER_STRIPE_ADDR")
	if err != nil {
		return errors.Join(err, fake.Close())
	}
	s.later(func() {
		stop()
		if err := fake.Close(); err != nil {
			s.warn("the Stripe fake could not keep its data: " + explainFile(err, s.path("stripe.json")).Error())
		}
	})
	s.description.Stripe = address
	return nil
}

// serveHTTP serves until stop is called, which waits a moment for running requests.
func serveHTTP(addr string, handler http.Handler, what, setting string) (stop func(), err error) {
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, netport.Explain(err, addr, what, setting)
	}
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = server.Serve(listener) }()
	return func() {
		ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
		defer cancel()
		if server.Shutdown(ctx) != nil {
			_ = server.Close()
		}
	}, nil
}

// oldLogSize is the size from which a log is rotated when a stack starts.
const oldLogSize = 20 << 20

// openLog opens a log for appending; it rotates a big one first.
func openLog(path string) (io.WriteCloser, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, explainFile(err, path)
	}
	if info, err := os.Stat(path); err == nil && info.Size() > oldLogSize {
		_ = os.Rename(path, path+".old")
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	return file, explainFile(err, path)
}

// urlOf returns the URL of a server on this machine that listens on addr.
func urlOf(addr string) string {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return "http://" + addr
	}
	if ip := net.ParseIP(host); host == "" || (ip != nil && ip.IsUnspecified()) {
		host = "127.0.0.1"
	}
	return "http://" + net.JoinHostPort(host, port)
}

var _ instance = database{}

// logger returns the logger of the servers in this process: their failures go to stack.log.
func newLogger(to io.Writer) *slog.Logger {
	return slog.New(slog.NewJSONHandler(to, &slog.HandlerOptions{Level: slog.LevelInfo}))
}
