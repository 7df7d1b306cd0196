package upstream

import (
	"errors"
	"net"
	"net/http"
	"net/http/httptrace"
	"slices"
	"sync/atomic"
	"time"

	"github.com/cenkalti/backoff/v5"
)

const (
	// attempts is how often a request is sent at most.
	attempts = 3
	// firstPause is the mean pause before the second attempt. The next one is twice as long; both vary by a half.
	firstPause = 50 * time.Millisecond
	// headerIdempotencyKey marks a POST that a client may repeat, in a service that honours it.
	headerIdempotencyKey = "Idempotency-Key"
)

// retrier repeats idempotent requests whose connection failed: a replica that stops takes its connections with it.
//
// A request that only reads, and a POST with an idempotency key, is repeated if no byte of an answer has arrived. PUT and
// DELETE are repeated only if they were not sent: a second DELETE is answered 404 although the first one deleted. A POST
// without a key is never repeated, nor is a request that timed out: whoever sent it has waited enough, and a service that
// is too slow gets no faster by more requests.
type retrier struct {
	next http.RoundTripper
	// keyed tells that the service honours idempotency keys.
	keyed bool
}

// RoundTrip implements [http.RoundTripper]. The pauses end before the deadline of the request.
func (t *retrier) RoundTrip(r *http.Request) (*http.Response, error) {
	if !t.idempotent(r) || !canResend(r) {
		return t.next.RoundTrip(once(r))
	}
	pauses := backoff.NewExponentialBackOff()
	pauses.InitialInterval, pauses.Multiplier, pauses.RandomizationFactor = firstPause, 2, 0.5
	var failed error
	resp, err := backoff.Retry(r.Context(), func() (*http.Response, error) {
		var seen atomic.Bool // a byte of an answer
		attempt, err := again(r, &seen)
		if err != nil {
			return nil, backoff.Permanent(err)
		}
		var resp *http.Response
		if resp, failed = t.next.RoundTrip(attempt); failed == nil {
			return resp, nil
		}
		if seen.Load() || !t.mayRepeat(r, failed) {
			return nil, backoff.Permanent(failed)
		}
		return nil, failed
	}, backoff.WithBackOff(pauses), backoff.WithMaxTries(attempts), backoff.WithMaxElapsedTime(timeLeft(r)))
	if err != nil && failed != nil {
		return nil, failed // rather than what ended the attempts
	}
	return resp, err
}

// idempotent reports whether the method, or the key, allows a second attempt.
func (t *retrier) idempotent(r *http.Request) bool {
	return onlyReads(r) || r.Method == http.MethodPut || r.Method == http.MethodDelete || t.hasKey(r)
}

func onlyReads(r *http.Request) bool {
	return slices.Contains([]string{http.MethodGet, http.MethodHead, http.MethodOptions}, r.Method)
}

func (t *retrier) hasKey(r *http.Request) bool {
	return t.keyed && r.Method == http.MethodPost && r.Header.Get(headerIdempotencyKey) != ""
}

// mayRepeat reports whether the failure leaves the request repeatable.
func (t *retrier) mayRepeat(r *http.Request, failure error) bool {
	if r.Context().Err() != nil || errors.Is(failure, errOpen) {
		return false
	}
	if dial, ok := errors.AsType[*net.OpError](failure); ok && dial.Op == "dial" {
		return true // nothing was sent
	}
	if timeout, ok := errors.AsType[net.Error](failure); ok && timeout.Timeout() {
		return false
	}
	return onlyReads(r) || t.hasKey(r)
}

// canResend reports whether the body can be sent again: it is empty, or the gateway has all of it.
func canResend(r *http.Request) bool {
	return r.Body == nil || r.Body == http.NoBody || r.GetBody != nil
}

// again returns the request for one more attempt. seen is set when the first byte of an answer arrives.
func again(r *http.Request, seen *atomic.Bool) (*http.Request, error) {
	ctx := httptrace.WithClientTrace(r.Context(), &httptrace.ClientTrace{GotFirstResponseByte: func() { seen.Store(true) }})
	attempt := once(r.WithContext(ctx))
	if r.GetBody == nil || r.Body == nil || r.Body == http.NoBody {
		return attempt, nil
	}
	body, err := r.GetBody()
	attempt.Body = body
	return attempt, err
}

// once returns the request without the means to send its body again, which net/http's transport would use by rules of
// its own.
func once(r *http.Request) *http.Request {
	if r.GetBody == nil {
		return r
	}
	single := *r
	single.GetBody = nil
	return &single
}

// timeLeft is the time until the deadline of the request; zero if it has none.
func timeLeft(r *http.Request) time.Duration {
	deadline, ok := r.Context().Deadline()
	if !ok {
		return 0
	}
	return max(time.Until(deadline), 1)
}
