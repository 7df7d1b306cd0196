package mailcatcher

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/emersion/go-smtp"

	"muster/deploy/local/netport"
)

// DefaultLimit is the default number of stored mails.
const DefaultLimit = 2000

// maxMessageBytes is the maximum size of a mail.
const maxMessageBytes = 10 << 20

// Options are the settings of a mail catcher.
type Options struct {
	// SMTPAddr and HTTPAddr are the listening addresses ("127.0.0.1:1025", "127.0.0.1:8025"); port 0 chooses a free
	// one.
	SMTPAddr, HTTPAddr string
	// SMTPSetting and HTTPSetting are the names of the settings for these addresses, for the error when one is taken.
	SMTPSetting, HTTPSetting string
	// Dir stores the mails, one file each, so that they survive a restart. It is created if it does not exist.
	Dir string
	// Limit is the maximum number of stored mails: the oldest are deleted first. Zero means [DefaultLimit].
	Limit int
	// Logger receives failures; nil discards them.
	Logger *slog.Logger
}

// Server is a running mail catcher.
//
// A search consists of terms that must all match: to:, from:, cc:, bcc:, addressed: (any of these), subject:,
// message-id:, is:read, is:unread, or a word that occurs anywhere. Terms match substrings and ignore case; "quotes"
// keep words together, and - or ! before a term negates it.
type Server struct {
	store *store
	chaos *chaos
	smtp  *smtp.Server
	http  *http.Server

	smtpAddr, httpAddr string
}

// Start starts the SMTP server and the HTTP server. Errors are sentences that tell the reader what to do.
func Start(options Options) (*Server, error) {
	logger := options.Logger
	if logger == nil {
		logger = slog.New(slog.DiscardHandler)
	}
	if options.Limit == 0 {
		options.Limit = DefaultLimit
	}
	mails, err := openStore(options.Dir, options.Limit, logger)
	if err != nil {
		return nil, err
	}
	smtpListener, err := listen(options.SMTPAddr, "The mail catcher's SMTP server", options.SMTPSetting)
	if err != nil {
		return nil, err
	}
	httpListener, err := listen(options.HTTPAddr, "The mail catcher's web page", options.HTTPSetting)
	if err != nil {
		_ = smtpListener.Close()
		return nil, err
	}
	s := &Server{store: mails, chaos: &chaos{}, smtpAddr: smtpListener.Addr().String(), httpAddr: httpListener.Addr().String()}
	s.smtp = newSMTP(s.store, s.chaos, logger)
	s.http = &http.Server{Handler: s.handler(), ReadHeaderTimeout: 10 * time.Second}
	go func() {
		if err := s.smtp.Serve(smtpListener); err != nil {
			logger.Error("the SMTP server ended", "error", err)
		}
	}()
	go func() {
		if err := s.http.Serve(httpListener); !errors.Is(err, http.ErrServerClosed) {
			logger.Error("the mail page ended", "error", err)
		}
	}()
	return s, nil
}

func listen(addr, what, setting string) (net.Listener, error) {
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, netport.Explain(err, addr, what, setting)
	}
	return listener, nil
}

// SMTPAddr returns the host:port of the SMTP server.
func (s *Server) SMTPAddr() string { return s.smtpAddr }

// URL returns the address of the page, without a trailing slash.
func (s *Server) URL() string { return "http://" + s.httpAddr }

// Close stops both servers. Every accepted mail is on disk.
func (s *Server) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	err := s.http.Shutdown(ctx)
	if err != nil {
		err = s.http.Close()
	}
	if stopped := s.smtp.Close(); stopped != nil && !errors.Is(stopped, smtp.ErrServerClosed) {
		err = errors.Join(err, fmt.Errorf("stop the SMTP server: %w", stopped))
	}
	return err
}
