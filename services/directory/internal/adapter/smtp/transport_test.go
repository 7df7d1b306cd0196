package smtp_test

import (
	"context"
	"errors"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"muster/services/directory/internal/adapter/smtp/smtptest"
	"muster/services/directory/internal/directory"
)

// as puts user and password into a server's URL, with a query.
func as(t *testing.T, serverURL, user, password, query string) string {
	t.Helper()
	u, err := url.Parse(serverURL)
	if err != nil {
		t.Fatal(err)
	}
	if user != "" {
		u.User = url.UserPassword(user, password)
	}
	u.RawQuery = query
	return u.String()
}

const (
	user     = "muster@example.com"
	password = "p@ss:/w?rd% +ü"
)

func TestEncryptionAndAuthentication(t *testing.T) {
	locked := func(o smtptest.Options) smtptest.Options {
		o.User, o.Password = user, password
		return o
	}
	both := []string{"PLAIN", "CRAM-MD5"}
	for name, c := range map[string]struct {
		server           smtptest.Options
		user, query      string
		sent, tls, shown bool
		mechanism        string
	}{
		"open":                                 {server: smtptest.Options{}, sent: true},
		"opportunistic with TLS":               {server: smtptest.Options{StartTLS: true}, sent: true, tls: true},
		"mandatory with TLS":                   {server: smtptest.Options{StartTLS: true}, query: "tls=mandatory", sent: true, tls: true},
		"mandatory without TLS":                {server: smtptest.Options{}, query: "tls=mandatory"},
		"none with TLS":                        {server: smtptest.Options{StartTLS: true}, query: "tls=none", sent: true},
		"implicit":                             {server: smtptest.Options{ImplicitTLS: true}, sent: true, tls: true},
		"login over STARTTLS":                  {server: locked(smtptest.Options{StartTLS: true}), user: user, sent: true, tls: true, shown: true, mechanism: "PLAIN"},
		"login over implicit TLS":              {server: locked(smtptest.Options{ImplicitTLS: true}), user: user, sent: true, tls: true, shown: true, mechanism: "PLAIN"},
		"the strongest mechanism":              {server: locked(smtptest.Options{StartTLS: true, Mechanisms: both}), user: user, sent: true, tls: true, mechanism: "CRAM-MD5"},
		"another user":                         {server: locked(smtptest.Options{StartTLS: true}), user: "eve", tls: true, shown: true},
		"no login where one is asked for":      {server: locked(smtptest.Options{StartTLS: true})},
		"a login where none is offered":        {server: smtptest.Options{StartTLS: true}, user: user},
		"a password in the clear":              {server: locked(smtptest.Options{}), user: user},
		"a password in the clear, none":        {server: locked(smtptest.Options{}), user: user, query: "tls=none"},
		"a password in the clear, mandatory":   {server: locked(smtptest.Options{}), user: user, query: "tls=mandatory&auth=cleartext"},
		"a password in the clear, as allowed":  {server: locked(smtptest.Options{}), user: user, query: "auth=cleartext", sent: true, shown: true, mechanism: "PLAIN"},
		"a proof of the password in the clear": {server: locked(smtptest.Options{Mechanisms: both}), user: user, sent: true, mechanism: "CRAM-MD5"},
		"a proof is preferred to the password": {server: locked(smtptest.Options{Mechanisms: both}), user: user, query: "tls=none&auth=cleartext", sent: true, mechanism: "CRAM-MD5"},
		"cleartext allowed, and not necessary": {server: locked(smtptest.Options{StartTLS: true}), user: user, query: "auth=cleartext", sent: true, tls: true, shown: true, mechanism: "PLAIN"},
	} {
		t.Run(name, func(t *testing.T) {
			server := smtptest.NewWith(t, c.server)
			m := mailer(t, as(t, server.URL, c.user, password, c.query), func(config *config) { config.CAFile = server.CAFile })
			err := m.Send(t.Context(), registration())
			if errors.Is(err, directory.ErrMailRefused) {
				t.Errorf("refused for good, and not tried again when somebody puts it right: %v", err)
			}
			if (err == nil) != c.sent || err != nil && strings.Contains(err.Error(), password) {
				t.Errorf("error %v", err)
			}
			if shown := len(server.Passwords()) > 0; shown != c.shown {
				t.Errorf("the server saw the passwords %q", server.Passwords())
			}
			got := server.Messages()
			if c.sent && (len(got) != 1 || got[0].TLS != c.tls || got[0].Mechanism != c.mechanism) {
				t.Errorf("received %+v", got)
			}
			if !c.sent && len(got) != 0 {
				t.Error("sent")
			}
		})
	}
}

func TestThePasswordFromAFile(t *testing.T) {
	server := smtptest.NewWith(t, smtptest.Options{StartTLS: true, User: user, Password: password})
	file := filepath.Join(t.TempDir(), "password")
	if err := os.WriteFile(file, []byte(password+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	u := strings.Replace(server.URL, "smtp://", "smtp://"+url.User(user).String()+"@", 1)
	err := mailer(t, u, func(c *config) { c.PasswordFile, c.CAFile = file, server.CAFile }).Send(t.Context(), registration())
	if err != nil || len(server.Messages()) != 1 {
		t.Errorf("%v, %d messages", err, len(server.Messages()))
	}
}

// TestCertificates: what cannot be trusted gets no mail, encrypted or not.
func TestCertificates(t *testing.T) {
	for name, options := range map[string]smtptest.Options{"STARTTLS": {StartTLS: true}, "implicit": {ImplicitTLS: true}} {
		server, other := smtptest.NewWith(t, options), smtptest.NewWith(t, options)
		for fault, c := range map[string]config{
			"of another authority":        {ServerURL: server.URL, CAFile: other.CAFile},
			"of an authority of nobody's": {ServerURL: server.URL},
			"for another name":            {ServerURL: strings.Replace(server.URL, "127.0.0.1", "localhost", 1), CAFile: server.CAFile},
		} {
			m := mailer(t, c.ServerURL, func(config *config) { config.CAFile = c.CAFile })
			err := m.Send(t.Context(), registration())
			if err == nil || !strings.Contains(err.Error(), "certificate") || len(server.Messages()) != 0 {
				t.Errorf("%s, a certificate %s: %v", name, fault, err)
			}
		}
	}
}

// TestServersThatHang at any step cost a sender no more than the timeout, twice at most.
func TestServersThatHang(t *testing.T) {
	away, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	away.Close()
	addresses := map[string]string{"away": away.Addr().String()}
	for _, step := range []string{"", "EHLO", "MAIL", "RCPT", "DATA", "."} {
		addresses["at "+step] = scripted(t, but(step, silence))
	}
	const timeout = 300 * time.Millisecond
	for name, address := range addresses {
		for _, scheme := range []string{"smtp://", "smtps://"} {
			start := time.Now()
			m := mailer(t, scheme+address, func(c *config) { c.Timeout = timeout })
			if err := m.Send(t.Context(), registration()); err == nil || errors.Is(err, directory.ErrMailRefused) {
				t.Errorf("%s%s: %v", scheme, name, err)
			}
			if took := time.Since(start); took > 10*timeout {
				t.Errorf("%s%s: gave up after %v", scheme, name, took)
			}
		}
	}
}

// TestASlowServer answers everything, each time just before the timeout: what counts is the sum.
func TestASlowServer(t *testing.T) {
	const timeout = 400 * time.Millisecond
	address := scripted(t, func(line string) string {
		<-time.After(timeout * 2 / 3)
		return polite(line)
	})
	start := time.Now()
	if err := mailer(t, "smtp://"+address, func(c *config) { c.Timeout = timeout }).Send(t.Context(), registration()); err == nil {
		t.Error("no error")
	}
	if took := time.Since(start); took > 3*timeout {
		t.Errorf("gave up after %v", took)
	}
}

// TestACancelledSend ends at once, whatever it waits for.
func TestACancelledSend(t *testing.T) {
	for _, step := range []string{"", "RCPT"} {
		ctx, cancel := context.WithCancel(t.Context())
		address := scripted(t, func(line string) string {
			if verb, _, _ := strings.Cut(line, " "); verb == step {
				cancel()
				return silence
			}
			return polite(line)
		})
		start := time.Now()
		if err := mailer(t, "smtp://"+address).Send(ctx, registration()); err == nil {
			t.Error("no error")
		}
		if took := time.Since(start); took > 5*time.Second { // half the timeout
			t.Errorf("at %q: gave up after %v", step, took)
		}
	}
}

// TestErrorsShowNothing: a server that repeats what it was sent gets neither password nor address into a log.
func TestErrorsShowNothing(t *testing.T) {
	for _, step := range []string{"AUTH", "EHLO", "MAIL", "RCPT", "DATA", "."} {
		for _, code := range []string{"500 ", "451 ", "550-", "55", "nonsense "} {
			address := scripted(t, func(line string) string {
				switch verb, _, _ := strings.Cut(line, " "); {
				case verb == step || step == "EHLO" && verb == "HELO":
					return code + line + " for ada+1@example.com"
				case verb == "EHLO":
					return "250-here\r\n250 AUTH PLAIN"
				case verb == "AUTH":
					return "235 welcome"
				}
				return polite(line)
			})
			m := mailer(t, as(t, "smtp://"+address, "eve", "secret", "auth=cleartext"), func(c *config) { c.Timeout = 300 * time.Millisecond })
			err := m.Send(t.Context(), registration())
			if err == nil {
				t.Errorf("%s answered with %s: no error", step, code)
				continue
			}
			for _, shown := range []string{"secret", "AGV2ZQBzZWNyZXQ", "ada+1@example.com", "ada"} {
				if strings.Contains(err.Error(), shown) {
					t.Errorf("%s answered with %s: the error shows %q: %v", step, code, shown, err)
				}
			}
		}
	}
}
