// Package smtp sends directory's mail through an SMTP server. It renders the letters from templates and reuses
// connections for a while.
package smtp

import (
	"context"
	"fmt"
	"net/mail"
	"net/url"
	"time"

	gomail "github.com/wneessen/go-mail"

	"muster/libs/usersapi"
	"muster/services/directory/internal/directory"
)

// Config configures the mail server and the content of mail.
type Config struct {
	// ServerURL is smtp://user:password@host:port or smtps://… (TLS from the first byte on). With smtp://, ?tls=mandatory
	// insists on STARTTLS, ?tls=none does without, and ?tls=opportunistic, the default, uses it where it is offered. A
	// certificate that cannot be trusted is refused in any case. ?auth=cleartext allows the password to go over a
	// connection without encryption.
	ServerURL string
	// PasswordFile is a file with the password, instead of the URL; empty for none.
	PasswordFile string
	// CAFile is a file with the only trusted certificate authorities (PEM); empty for those of the system.
	CAFile string
	// From is the sender: an address with or without a name, such as "Muster <no-reply@example.com>".
	From string
	// Support is the address for questions and replies; empty for none.
	Support string
	// PublicURL is the frontend's address; links in mails lead there.
	PublicURL string
	// ThunderURL is the gateway's address; the links of directory.MailThunder lead there.
	ThunderURL string
	// TemplateDir holds templates in place of built-in ones with the same name; empty for none.
	TemplateDir string
	// Timeout bounds connecting, and again sending. Zero is 10 s.
	Timeout time.Duration
}

const defaultTimeout = 10 * time.Second

// Mailer implements [directory.Mailer]. Close ends its connections.
type Mailer struct {
	server    *server
	pool      pool
	letters   map[directory.MailKind]letter
	from      *mail.Address
	support   string
	publicURL *url.URL
	// thunderURL is where Thunder's clients verify an address.
	thunderURL *url.URL
}

var _ directory.Mailer = (*Mailer)(nil)

// New checks the configuration and renders each letter once to check the templates. It does not connect yet.
func New(c Config) (*Mailer, error) {
	if c.Timeout == 0 {
		c.Timeout = defaultTimeout
	}
	m := &Mailer{pool: pool{idleTime: defaultIdleTime}}
	var err error
	if m.from, err = mail.ParseAddress(c.From); err == nil {
		m.from.Address, err = usersapi.Mailbox(m.from.Address)
	}
	if err != nil {
		return nil, fmt.Errorf("the sender %q is not an address: %w", c.From, err)
	}
	if c.Support != "" {
		support, err := mail.ParseAddress(c.Support)
		if err != nil {
			return nil, fmt.Errorf("the support's address %q is not an address: %w", c.Support, err)
		}
		m.support = support.Address
	}
	if m.publicURL, err = absolute("the public URL", c.PublicURL); err != nil {
		return nil, err
	}
	if m.thunderURL, err = absolute("the URL of Thunder", c.ThunderURL); err != nil {
		return nil, err
	}
	if m.server, err = newServer(c); err != nil {
		return nil, err
	}
	if m.letters, err = readLetters(c.TemplateDir); err != nil {
		return nil, err
	}
	return m, nil
}

func absolute(what, text string) (*url.URL, error) {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" {
		return nil, fmt.Errorf("%s %q is not an absolute URL", what, text)
	}
	return u, nil
}

// Send sends the mail within twice the timeout. A dead pooled connection is replaced if no part of the mail was sent on
// it. Once the server has accepted the mail, Send succeeds, however the connection ends.
func (m *Mailer) Send(ctx context.Context, mail directory.Mail) error {
	msg, err := m.message(mail)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, 2*m.server.timeout)
	defer cancel()
	if c := m.pool.take(); c != nil {
		if err := m.handOver(ctx, c, msg); !lost(err) {
			return explainSend(err)
		}
	}
	c, err := m.server.connect(ctx)
	if err != nil {
		return err
	}
	return explainSend(m.handOver(ctx, c, msg))
}

// handOver sends a mail over a connection and returns the connection to the pool unless an error occurred.
func (m *Mailer) handOver(ctx context.Context, c *connection, msg *gomail.Msg) error {
	utf8 := !ascii(m.from.Address) || !ascii(msg.GetTo()[0].Address)
	if utf8 && !c.knowsUTF8() {
		m.pool.put(c)
		return errNoUTF8
	}
	if err := c.send(ctx, msg, utf8, m.server.timeout); err != nil {
		c.hangUp()
		return err
	}
	m.pool.put(c)
	return nil
}

// Close closes the pooled connections.
func (m *Mailer) Close() { m.pool.close() }
