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

// connection is a connection to the mail server. Mails go over it one after the other.
type connection struct {
	raw     net.Conn
	client  *gomail.Client // of this connection alone: the library's own are not safe for several at once
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

// send hands a mail over. The error is the library's.
func (c *connection) send(ctx context.Context, msg *gomail.Msg, utf8 bool, timeout time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	c.mails++
	c.session.SkipSMTPUTF8(!utf8) // not every server that takes it knows others that do
	return c.while(ctx, func() error { return c.client.SendWithSMTPClient(c.session, msg) })
}

// while does something with the connection, and hangs up when ctx ends before. The library's own timeout bounds each
// step alone, so that a server which is slow at all of them would take many times as long.
func (c *connection) while(ctx context.Context, do func() error) error {
	stop := context.AfterFunc(ctx, c.hangUp)
	defer stop()
	return do()
}

// knowsUTF8 reports whether the server takes internationalised addresses.
func (c *connection) knowsUTF8() bool {
	knows, _ := c.session.Extension("SMTPUTF8")
	return knows
}

// farewell bounds a polite end.
const farewell = time.Second

// quit ends the connection as the protocol wants it.
func (c *connection) quit() {
	if c.session.UpdateDeadline(farewell) == nil {
		_ = c.session.Quit() // the server may have hung up
	}
	c.hangUp()
}

// hangUp ends the connection without a word.
func (c *connection) hangUp() { _ = c.raw.Close() }
