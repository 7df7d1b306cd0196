package upstream

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/sony/gobreaker/v2"
)

const (
	// failuresToOpen is the number of requests in a row without an answer that open the circuit, if there was no answer for
	// silenceToOpen either. A service of several replicas of which one is dead keeps answering, so its circuit stays closed.
	failuresToOpen = 5
	silenceToOpen  = time.Second
	// openTime is how long an open circuit refuses requests. Then one request tries the service.
	openTime = time.Second
)

// errOpen is the cause of the refusal while a circuit is open.
var errOpen = errors.New("the circuit is open: the service has not answered lately")

// breaker refuses requests to a service that does not answer, at once instead of after a timeout, so that they occupy
// neither memory nor connections, and the service can recover. Any answer is an answer: one of status 5xx concerns a
// request, and one client's bad request must not shut a service for all others.
type breaker struct {
	next    http.RoundTripper
	circuit *gobreaker.CircuitBreaker[*http.Response]
	// answered is when the service last answered, in Unix nanoseconds.
	answered atomic.Int64
}

// newBreaker takes the service's name for the log. opened is called when the circuit opens.
func newBreaker(name string, next http.RoundTripper, opened func(), log *slog.Logger) *breaker {
	b := &breaker{next: next}
	b.answered.Store(time.Now().UnixNano())
	b.circuit = gobreaker.NewCircuitBreaker[*http.Response](gobreaker.Settings{ //nolint:bodyclose // there is no response
		Name: name, MaxRequests: 1, Timeout: openTime,
		ReadyToTrip: func(c gobreaker.Counts) bool {
			return c.ConsecutiveFailures >= failuresToOpen && b.silence() >= silenceToOpen
		},
		IsExcluded: func(err error) bool { return errors.Is(err, context.Canceled) }, // the client has disconnected
		OnStateChange: func(_ string, from, to gobreaker.State) {
			switch to {
			case gobreaker.StateOpen:
				opened()
				if from == gobreaker.StateClosed {
					log.Warn("a service does not answer: its requests are refused until it does", "upstream", name)
				}
			case gobreaker.StateClosed:
				log.Info("a service answers again", "upstream", name)
			}
		},
	})
	return b
}

// RoundTrip implements [http.RoundTripper]. Its error is errOpen if the request was not sent because of the circuit.
func (b *breaker) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := b.circuit.Execute(func() (*http.Response, error) {
		resp, err := b.next.RoundTrip(r)
		if err == nil {
			b.answered.Store(time.Now().UnixNano())
		}
		return resp, err
	})
	if errors.Is(err, gobreaker.ErrOpenState) || errors.Is(err, gobreaker.ErrTooManyRequests) {
		return nil, errOpen
	}
	return resp, err
}

// silence is how long the service has not answered.
func (b *breaker) silence() time.Duration { return time.Since(time.Unix(0, b.answered.Load())) }
