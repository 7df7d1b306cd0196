// Package smtptest is a mail server for tests. It stores what it receives and fails on demand.
package smtptest

import (
	"context"
	"crypto/tls"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
)

// Message is a mail as it arrived.
type Message struct {
	To        string // of the envelope
	From      string // of the envelope
	Subject   string
	MessageID string
	Text      string
	HTML      string

	// Raw is all of it, headers first.
	Raw string
	// UTF8 is true when the client asked for SMTPUTF8.
	UTF8 bool
	// TLS is true when the connection was encrypted. Mechanism is how the sender authenticated.
	TLS       bool
	Mechanism string
}

// Options configure a server. The zero value is an open server without TLS.
type Options struct {
	// StartTLS offers TLS, and ImplicitTLS requires it from the first byte. [Server.CAFile] has the certificate's
	// authority.
	StartTLS, ImplicitTLS bool
	// User and Password are required of all clients if User is not empty. Mechanisms are the offered ones; none means
	// PLAIN.
	User, Password string
	Mechanisms     []string
	// ASCIIOnly disables SMTPUTF8.
	ASCIIOnly bool
}

// Step is a command at which the server can be made to fail.
type Step string

// The steps of a mail. At StepData the content is being sent.
const (
	StepMail Step = "MAIL"
	StepRcpt Step = "RCPT"
	StepData Step = "DATA"
)

// Server is a mail server on a port of its own.
type Server struct {
	// URL is a value for DIRECTORY_SMTP_URL without user and password.
	URL string
	// CAFile is the certificate authority of a server with TLS, in PEM.
	CAFile string

	options Options

	mu          sync.Mutex
	arrived     chan struct{} // closed and replaced at each arrival
	messages    []Message
	hooks       map[Step]func(to string) error
	open        map[net.Conn]bool
	connections int
	passwords   []string
}

// New starts an open server that stops when the test ends.
func New(t testing.TB) *Server {
	t.Helper()
	return NewWith(t, Options{})
}

// NewWith starts a server that stops when the test ends.
func NewWith(t testing.TB, options Options) *Server {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{
		URL: "smtp://" + listener.Addr().String(), options: options, arrived: make(chan struct{}),
		hooks: map[Step]func(string) error{}, open: map[net.Conn]bool{},
	}
	server := smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) { return &session{server: s, conn: c}, nil }))
	server.Domain, server.EnableSMTPUTF8, server.AllowInsecureAuth = "localhost", !options.ASCIIOnly, true
	server.ErrorLog = silent{}
	if options.StartTLS || options.ImplicitTLS {
		var certificate tls.Certificate
		s.CAFile, certificate = newCertificate(t)
		server.TLSConfig = &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12}
	}
	var accept net.Listener = counting{listener, s}
	if options.ImplicitTLS {
		s.URL = "smtps://" + listener.Addr().String()
		accept = tls.NewListener(accept, server.TLSConfig)
	}
	served := make(chan struct{})
	go func() {
		defer close(served)
		_ = server.Serve(accept) // returns after Close
	}()
	t.Cleanup(func() {
		_ = server.Close()
		_ = listener.Close() // the server may not have registered it yet
		<-served
	})
	return s
}

// silent is a logger that discards errors that tests provoke.
type silent struct{}

func (silent) Printf(string, ...any) {}
func (silent) Println(...any)        {}

// On sets a function that is called at a step of each later mail, with the recipient if known. Its result is the
// server's answer. A nil function removes the hook.
func (s *Server) On(step Step, hook func(to string) error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hooks[step] = hook
}

// Refuse makes the server refuse all recipients temporarily until it is called with false.
func (s *Server) Refuse(refuse bool) { s.turnAway(refuse, 451, smtp.EnhancedCode{4, 3, 0}) }

// Reject makes the server refuse all recipients permanently until it is called with false.
func (s *Server) Reject(reject bool) { s.turnAway(reject, 550, smtp.EnhancedCode{5, 1, 1}) }

func (s *Server) turnAway(active bool, code int, enhanced smtp.EnhancedCode) {
	if !active {
		s.On(StepRcpt, nil)
		return
	}
	s.On(StepRcpt, func(to string) error { return Answer(code, enhanced, to+" is not welcome") })
}

// Answer returns an SMTP answer for a hook. The zero enhanced code is omitted.
func Answer(code int, enhanced smtp.EnhancedCode, message string) error {
	if enhanced == (smtp.EnhancedCode{}) {
		enhanced = smtp.NoEnhancedCode
	}
	return &smtp.SMTPError{Code: code, EnhancedCode: enhanced, Message: message}
}

// Messages returns the received messages.
func (s *Server) Messages() []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.messages)
}

// Passwords returns the received passwords.
func (s *Server) Passwords() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.passwords)
}

// Await waits for the nth message (from 1) to this address, ignoring case.
func (s *Server) Await(t testing.TB, to string, nth int) Message {
	t.Helper()
	deadline := time.After(10 * time.Second)
	for {
		s.mu.Lock()
		arrived, seen := s.arrived, 0
		for _, m := range s.messages {
			if strings.EqualFold(m.To, to) {
				if seen++; seen == nth {
					s.mu.Unlock()
					return m
				}
			}
		}
		s.mu.Unlock()
		select {
		case <-arrived:
		case <-deadline:
			t.Fatalf("message %d to %s did not arrive; %d did", nth, to, seen)
		}
	}
}
