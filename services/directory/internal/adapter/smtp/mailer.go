// Package smtp sends directory's mail through an SMTP server.
package smtp

import (
	"context"
	"fmt"
	"net/mail"
	"net/url"
	"time"

	gomail "github.com/wneessen/go-mail"

	"muster/services/directory/internal/directory"
)

// Config says through which server mail goes, and what is in it.
type Config struct {
	// ServerURL is smtp://user:password@host:port or smtps://… (TLS from the first byte on). With smtp://, ?tls=mandatory
	// insists on STARTTLS, ?tls=none does without, and ?tls=opportunistic, the default, uses it where it is offered.
	ServerURL string
	// From is the sender: an address with or without a name, such as "Muster <no-reply@example.com>".
	From string
	// PublicURL is the frontend's address; links in mails lead there.
	PublicURL string
	// Timeout bounds connecting, and again sending. Zero is 10 s.
	Timeout time.Duration
}

const defaultTimeout = 10 * time.Second

// Mailer implements [directory.Mailer].
type Mailer struct {
	client    *gomail.Client
	from      *mail.Address
	publicURL *url.URL
}

var _ directory.Mailer = (*Mailer)(nil)

// New checks the configuration. It connects to nothing yet.
func New(c Config) (*Mailer, error) {
	from, err := mail.ParseAddress(c.From)
	if err != nil {
		return nil, fmt.Errorf("the sender %q is not an address: %w", c.From, err)
	}
	public, err := url.Parse(c.PublicURL)
	if err != nil || public.Host == "" {
		return nil, fmt.Errorf("the public URL %q is not an absolute URL", c.PublicURL)
	}
	if c.Timeout == 0 {
		c.Timeout = defaultTimeout
	}
	client, err := newClient(c.ServerURL, c.Timeout)
	if err != nil {
		return nil, err
	}
	return &Mailer{client, from, public}, nil
}

// Send connects, hands the mail over and hangs up. Once the server has accepted the mail, it is sent, however the
// connection ends.
func (m *Mailer) Send(ctx context.Context, mail directory.Mail) error {
	msg, err := m.message(mail)
	if err != nil {
		return err
	}
	connection, err := m.client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		return fmt.Errorf("connect to the mail server: %w", err)
	}
	defer func() { _ = connection.Close() }() // closed already after QUIT
	if err := m.client.SendWithSMTPClient(connection, msg); err != nil {
		return fmt.Errorf("hand mail to the mail server: %w", withoutAddress(err))
	}
	_ = connection.Quit() // the mail is accepted: a failed farewell must not send it twice
	return nil
}
