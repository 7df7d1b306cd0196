package smtptest

import (
	"bytes"
	"crypto/hmac"
	"crypto/md5" // #nosec G501 -- CRAM-MD5 requires it
	"encoding/hex"
	"io"
	"slices"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
	"github.com/jhillyerd/enmime/v2"
)

// parser trusts the declared character set of a mail. Detection would cost more than all other processing.
var parser = enmime.NewParser(enmime.DisableCharacterDetection(true))

// session is one client's connection.
type session struct {
	server    *Server
	conn      *smtp.Conn
	from, to  string
	utf8      bool
	mechanism string
}

// at calls the hook of a step.
func (s *session) at(step Step) error {
	s.server.mu.Lock()
	hook := s.server.hooks[step]
	s.server.mu.Unlock()
	if hook == nil {
		return nil
	}
	return hook(s.to)
}

func (s *session) Mail(from string, options *smtp.MailOptions) error {
	if s.server.options.User != "" && s.mechanism == "" {
		return smtp.ErrAuthRequired
	}
	s.from, s.utf8 = from, options.UTF8
	return s.at(StepMail)
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.to = to
	return s.at(StepRcpt)
}

func (s *session) Data(r io.Reader) error {
	if err := s.at(StepData); err != nil {
		return err
	}
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	envelope, err := parser.ReadEnvelope(bytes.NewReader(raw))
	if err != nil {
		return err
	}
	_, encrypted := s.conn.TLSConnectionState()
	s.server.keep(Message{
		To: s.to, From: s.from, Subject: envelope.GetHeader("Subject"), MessageID: envelope.GetHeader("Message-Id"),
		Text: envelope.Text, HTML: envelope.HTML, Raw: string(raw), UTF8: s.utf8, TLS: encrypted, Mechanism: s.mechanism,
	})
	return nil
}

func (s *Server) keep(m Message) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.messages = append(s.messages, m)
	close(s.arrived)
	s.arrived = make(chan struct{})
}

func (s *session) Reset() { s.from, s.to, s.utf8 = "", "", false }

func (s *session) Logout() error { return nil }

// AuthMechanisms implements [smtp.AuthSession].
func (s *session) AuthMechanisms() []string {
	switch {
	case s.server.options.User == "":
		return nil
	case len(s.server.options.Mechanisms) == 0:
		return []string{sasl.Plain}
	}
	return s.server.options.Mechanisms
}

// Auth implements [smtp.AuthSession].
func (s *session) Auth(mechanism string) (sasl.Server, error) {
	if !slices.Contains(s.AuthMechanisms(), mechanism) {
		return nil, smtp.ErrAuthUnknownMechanism
	}
	if mechanism == "CRAM-MD5" {
		return &cramMD5{session: s}, nil
	}
	return sasl.NewPlainServer(func(_, user, password string) error {
		s.server.mu.Lock()
		defer s.server.mu.Unlock()
		s.server.passwords = append(s.server.passwords, password)
		return s.admit(mechanism, user == s.server.options.User && password == s.server.options.Password)
	}), nil
}

func (s *session) admit(mechanism string, known bool) error {
	if !known {
		return smtp.ErrAuthFailed
	}
	s.mechanism = mechanism
	return nil
}

// cramMD5 is the server side of RFC 2195.
type cramMD5 struct {
	session   *session
	challenge []byte
}

// Next implements [sasl.Server].
func (c *cramMD5) Next(response []byte) (challenge []byte, done bool, err error) {
	if c.challenge == nil {
		c.challenge = []byte("<1896.697170952@localhost>")
		return c.challenge, false, nil
	}
	options := c.session.server.options
	mac := hmac.New(md5.New, []byte(options.Password))
	mac.Write(c.challenge)
	want := options.User + " " + hex.EncodeToString(mac.Sum(nil))
	return nil, true, c.session.admit("CRAM-MD5", string(response) == want)
}

var _ smtp.AuthSession = (*session)(nil)
