package smtp

import (
	"context"
	"crypto/tls"
	"net"
	"slices"
	"time"

	gomail "github.com/wneessen/go-mail"
	"github.com/wneessen/go-mail/smtp"
)

// connection is a connection to the mail server. It sends one mail at a time.
type connection struct {
	raw     net.Conn
	client  *gomail.Client // for this connection only: the library's client is not safe for concurrent connections
	session *smtp.Client
	mails   int
}

// connect opens a connection, encrypted and authenticated as configured.
func (s *server) connect(ctx context.Context) (*connection, error) {
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	raw, err := (&net.Dialer{}).DialContext(ctx, "tcp", s.address)
	if err != nil {
		return nil, explainConnect(err)
	}
	c := &connection{raw: raw}
	if err := c.while(ctx, func() error { return c.open(ctx, s) }); err != nil {
		c.hangUp()
		if ctx.Err() != nil {
			err = ctx.Err()
		}
		return nil, explainConnect(err)
	}
	return c, nil
}

// open greets the server.
func (c *connection) open(ctx context.Context, s *server) (err error) {
	dialed := gomail.WithDialContextFunc(func(ctx context.Context, _, _ string) (net.Conn, error) {
		if !s.implicitTLS {
			return c.raw, nil
		}
		encrypted := tls.Client(c.raw, s.tls)
		return encrypted, encrypted.HandshakeContext(ctx)
	})
	if c.client, err = gomail.NewClient(s.host, slices.Concat(s.options, []gomail.Option{dialed})...); err != nil {
		return err
	}
	c.session, err = c.client.DialToSMTPClientWithContext(ctx)
	return err
}

// send sends a mail. Its errors are the library's.
func (c *connection) send(ctx context.Context, msg *gomail.Msg, utf8 bool, timeout time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	c.mails++
	c.session.SkipSMTPUTF8(!utf8) // requested only when needed: a server with SMTPUTF8 may not be able to relay such mail
	return c.while(ctx, func() error { return c.client.SendWithSMTPClient(c.session, msg) })
}

// while runs do and closes the connection if ctx ends first. The library's timeout applies to each step, so a server
// that is slow at every step would take many times as long.
func (c *connection) while(ctx context.Context, do func() error) error {
	stop := context.AfterFunc(ctx, c.hangUp)
	defer stop()
	return do()
}

// knowsUTF8 reports whether the server supports internationalised addresses (SMTPUTF8).
func (c *connection) knowsUTF8() bool {
	knows, _ := c.session.Extension("SMTPUTF8")
	return knows
}

// quitTimeout bounds the QUIT command.
const quitTimeout = time.Second

// quit ends the connection with QUIT.
func (c *connection) quit() {
	if c.session.UpdateDeadline(quitTimeout) == nil {
		_ = c.session.Quit() // the server may already have closed the connection
	}
	c.hangUp()
}

// hangUp closes the connection without QUIT.
func (c *connection) hangUp() { _ = c.raw.Close() }
