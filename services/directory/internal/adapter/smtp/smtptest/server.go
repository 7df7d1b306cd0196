// Package smtptest is a mail server for tests: it keeps what it is sent.
package smtptest

import (
	"context"
	"io"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	"github.com/jhillyerd/enmime/v2"
)

// Message is a mail as it arrived.
type Message struct {
	To        string // of the envelope
	From      string // of the envelope
	Subject   string
	MessageID string
	Text      string
	HTML      string
}

// Server is a mail server on a port of its own.
type Server struct {
	// URL is what DIRECTORY_SMTP_URL takes.
	URL string

	mu       sync.Mutex
	arrived  chan struct{} // closed and replaced at each arrival
	messages []Message
	refuse   bool
}

// New starts a server that stops when the test ends.
func New(t testing.TB) *Server {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{URL: "smtp://" + listener.Addr().String(), arrived: make(chan struct{})}
	server := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &session{server: s}, nil }))
	server.Domain, server.EnableSMTPUTF8 = "localhost", true
	served := make(chan struct{})
	go func() {
		defer close(served)
		_ = server.Serve(listener) // it ends with Close
	}()
	t.Cleanup(func() {
		_ = server.Close()
		_ = listener.Close() // the server may not have known it yet
		<-served
	})
	return s
}

// Refuse makes the server turn away all recipients until it is called with false.
func (s *Server) Refuse(refuse bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refuse = refuse
}

// Messages gives what has arrived.
func (s *Server) Messages() []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.messages)
}

// Await waits for the nth message (from 1) to this address, whatever its case.
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

type session struct {
	server   *Server
	from, to string
}

func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	s.from = from
	return nil
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.server.mu.Lock()
	defer s.server.mu.Unlock()
	if s.server.refuse {
		return &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 3, 0}, Message: "not now, " + to}
	}
	s.to = to
	return nil
}

func (s *session) Data(r io.Reader) error {
	envelope, err := enmime.ReadEnvelope(r)
	if err != nil {
		return err
	}
	s.server.mu.Lock()
	defer s.server.mu.Unlock()
	s.server.messages = append(s.server.messages, Message{
		To: s.to, From: s.from, Subject: envelope.GetHeader("Subject"), MessageID: envelope.GetHeader("Message-Id"),
		Text: envelope.Text, HTML: envelope.HTML,
	})
	close(s.server.arrived)
	s.server.arrived = make(chan struct{})
	return nil
}

func (s *session) Reset()        {}
func (s *session) Logout() error { return nil }
