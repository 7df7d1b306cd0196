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

// streamBody lets handlers read the body without a total deadline: each read has its own. An unread rest is not waited
// for, although the server would otherwise read it before it answers.
//
// The server treats any failed read as a disconnect and cancels the request. A read that times out here must not do
// that, because the client is still connected and waits for an answer.
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
	over  error     // the error of all reads after the body has ended or was closed
	until time.Time // current deadline; zero for none
}

// Read blocks for at most the idle time.
func (s *stream) Read(p []byte) (int, error) {
	if err := s.wait(); err != nil {
		return 0, err
	}
	n, err := s.ReadCloser.Read(p)
	if errors.Is(err, io.EOF) {
		s.end(io.EOF, time.Time{}) // from here on the server reads in the background to detect a disconnect
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

// Close ends a blocked read. The server closes the body itself when the request is over.
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

// expired reports whether the current deadline has passed.
func (s *stream) expired() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return !s.until.IsZero() && !time.Now().Before(s.until)
}

// deadline sets the read deadline. The caller holds the lock.
func (s *stream) deadline(t time.Time) error {
	s.until = t
	if err := s.control.SetReadDeadline(t); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return err
	}
	return nil
}
