package mailcatcher

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"syscall"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// newSMTP creates the SMTP server. It accepts any sender, recipient and password, except when chaos is configured to
// refuse them.
func newSMTP(store *store, chaos *chaos, logger *slog.Logger) *smtp.Server {
	server := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) {
		return &session{store: store, chaos: chaos, logger: logger}, nil
	}))
	server.Domain = "localhost"
	server.AllowInsecureAuth = true
	server.EnableSMTPUTF8 = true
	server.MaxMessageBytes = maxMessageBytes
	server.MaxRecipients = 100
	server.ReadTimeout = time.Minute
	server.WriteTimeout = time.Minute
	server.ErrorLog = smtpLog{logger}
	return server
}

// session is one client's connection.
type session struct {
	store      *store
	chaos      *chaos
	logger     *slog.Logger
	sender     string
	recipients []string
}

// AuthMechanisms implements [smtp.AuthSession].
func (s *session) AuthMechanisms() []string { return []string{sasl.Plain} }

// Auth implements [smtp.AuthSession].
func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, _, _ string) error { return s.chaos.authentication() }), nil
}

// Mail implements [smtp.Session].
func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	s.sender = from
	return s.chaos.sender()
}

// Rcpt implements [smtp.Session].
func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	if err := s.chaos.recipient(); err != nil {
		return err
	}
	s.recipients = append(s.recipients, to)
	return nil
}

// Data implements [smtp.Session]. It answers after the mail is stored.
func (s *session) Data(content io.Reader) error {
	raw, err := io.ReadAll(content)
	if err != nil {
		return err
	}
	err = s.store.add(s.sender, s.recipients, raw)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, syscall.ENOSPC):
		s.logger.Error("mail refused: the disk is full", "error", err)
		return &smtp.SMTPError{Code: 452, EnhancedCode: smtp.EnhancedCode{4, 3, 1}, Message: "The disk is full"}
	default:
		s.logger.Error("mail refused", "error", err)
		return &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 3, 0}, Message: "The mail could not be kept"}
	}
}

// Reset implements [smtp.Session].
func (s *session) Reset() { s.sender, s.recipients = "", nil }

// Logout implements [smtp.Session].
func (s *session) Logout() error { return nil }

// smtpLog forwards the SMTP server's warnings.
type smtpLog struct{ to *slog.Logger }

// Printf implements [smtp.Logger].
func (l smtpLog) Printf(format string, args ...any) {
	l.to.Warn("smtp", "message", fmt.Sprintf(format, args...))
}

// Println implements [smtp.Logger].
func (l smtpLog) Println(args ...any) { l.to.Warn("smtp", "message", fmt.Sprint(args...)) }

var _ smtp.AuthSession = (*session)(nil)
