package web

import (
	"context"
	"errors"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/gin-gonic/gin"
)

// streamBody lets the handlers read the body for as long as it takes: not the whole body has a deadline, but each wait for
// more of it. What they leave unread is not waited for: the server would read on before it answers.
//
// The server takes any failed read for a client that hung up, and cancels the request. A read that our own deadline ends
// must not do that: the client is still there and waits for an answer.
func streamBody(c *gin.Context, idle time.Duration) {
	s := &stream{ReadCloser: c.Request.Body, control: http.NewResponseController(c.Writer), idle: idle}
	connection := c.Request.Context()
	ctx, cancel := context.WithCancel(context.WithoutCancel(connection))
	defer cancel()
	defer context.AfterFunc(connection, func() {
		if !s.expired() {
			cancel()
		}
	})()
	c.Request = c.Request.WithContext(ctx)
	c.Request.Body = s
	defer func() { _ = s.Close() }()
	c.Next()
}

type stream struct {
	io.ReadCloser
	control *http.ResponseController
	idle    time.Duration

	mu    sync.Mutex
	over  error     // what reads end with once the body has ended, or nobody wants more of it
	until time.Time // the deadline in force; zero is none
}

// Read waits for as long as the idle time.
func (s *stream) Read(p []byte) (int, error) {
	if err := s.wait(); err != nil {
		return 0, err
	}
	n, err := s.ReadCloser.Read(p)
	if errors.Is(err, io.EOF) {
		s.end(io.EOF, time.Time{}) // from here on the server reads in the background, to notice when the client hangs up
	}
	return n, err
}

func (s *stream) wait() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.over != nil {
		return s.over
	}
	return s.deadline(time.Now().Add(s.idle))
}

// Close ends a read that waits. The server closes the body itself when the request is over.
func (s *stream) Close() error {
	s.end(http.ErrBodyReadAfterClose, time.Now().Add(-time.Second))
	return nil
}

// end sets the last deadline, once.
func (s *stream) end(over error, deadline time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.over == nil {
		s.over = over
		_ = s.deadline(deadline)
	}
}

// expired reports whether the deadline in force has passed.
func (s *stream) expired() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return !s.until.IsZero() && !time.Now().Before(s.until)
}

// deadline sets the deadline of reads. The lock is held.
func (s *stream) deadline(t time.Time) error {
	s.until = t
	if err := s.control.SetReadDeadline(t); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return err
	}
	return nil
}
