package upstream_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"muster/services/gateway/internal/adapter/upstream"
)

// scripted is a service that fails in a given way and notes what arrives.
type scripted struct {
	failure error
	begun   bool // the failure comes after the first byte of an answer
	recover int  // the attempt that is answered; 0 for none

	bodies []string
	at     []time.Time
}

func (s *scripted) RoundTrip(r *http.Request) (*http.Response, error) {
	text := ""
	if r.Body != nil {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		text = string(body)
	}
	s.bodies, s.at = append(s.bodies, text), append(s.at, time.Now())
	if r.GetBody != nil {
		return nil, errors.New("the transport could repeat the request by its own rules")
	}
	if len(s.bodies) == s.recover {
		return &http.Response{StatusCode: http.StatusOK, Body: http.NoBody}, nil
	}
	if trace := httptrace.ContextClientTrace(r.Context()); s.begun && trace != nil {
		trace.GotFirstResponseByte()
	}
	return nil, s.failure
}

// The ways in which a request fails.
var (
	errNotSent = &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}
	errReset   = &net.OpError{Op: "read", Err: syscall.ECONNRESET}
	errTimeout = &net.OpError{Op: "read", Err: context.DeadlineExceeded}
)

func request(t *testing.T, ctx context.Context, method, body, key string) *http.Request { //nolint:revive // t comes first in tests
	t.Helper()
	r, err := http.NewRequestWithContext(ctx, method, "http://directory/", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if key != "" {
		r.Header.Set("Idempotency-Key", key)
	}
	return r
}

func TestWhichRequestsAreRepeated(t *testing.T) {
	for _, c := range []struct {
		method, key string
		keyed       bool
		failure     error
		begun       bool
		want        int
	}{
		{method: "GET", failure: errReset, want: 3},
		{method: "GET", failure: io.EOF, want: 3},
		{method: "HEAD", failure: errReset, want: 3},
		{method: "GET", failure: errNotSent, want: 3},
		{method: "GET", failure: errReset, begun: true, want: 1},
		{method: "GET", failure: errTimeout, want: 1},
		{method: "GET", failure: upstream.ErrOpen, want: 1},
		{method: "PUT", failure: errNotSent, want: 3},
		{method: "PUT", failure: errReset, want: 1},
		{method: "DELETE", failure: errNotSent, want: 3},
		{method: "DELETE", failure: io.EOF, want: 1},
		{method: "POST", failure: errNotSent, want: 1},
		{method: "POST", failure: errReset, want: 1},
		{method: "PATCH", failure: errNotSent, want: 1},
		{method: "POST", key: "k", failure: errNotSent, want: 1},
		{method: "POST", key: "k", keyed: true, failure: errReset, want: 3},
		{method: "POST", keyed: true, failure: errReset, want: 1},
		{method: "POST", key: "k", keyed: true, failure: errReset, begun: true, want: 1},
		{method: "POST", key: "k", keyed: true, failure: errTimeout, want: 1},
	} {
		t.Run(fmt.Sprintf("%s key %q honoured %v %v begun %v", c.method, c.key, c.keyed, c.failure, c.begun), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &scripted{failure: c.failure, begun: c.begun}
				resp, err := upstream.NewRetrier(s, c.keyed).RoundTrip(request(t, t.Context(), c.method, "the body", c.key))
				if resp != nil || !errors.Is(err, c.failure) {
					t.Errorf("error %v", err)
				}
				if want := slices.Repeat([]string{"the body"}, c.want); !slices.Equal(s.bodies, want) {
					t.Errorf("sent %q", s.bodies)
				}
			})
		})
	}
}

func TestTheFirstAnswerEndsTheAttempts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &scripted{failure: errReset, recover: 2}
		resp, err := upstream.NewRetrier(s, false).RoundTrip(request(t, t.Context(), "GET", "", ""))
		if err != nil || resp.StatusCode != http.StatusOK || len(s.bodies) != 2 {
			t.Fatalf("%v, %d attempts", err, len(s.bodies))
		}
		resp.Body.Close()
	})
}

func TestPausesGrowAndVary(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		first := map[time.Duration]bool{}
		for range 20 {
			s := &scripted{failure: errReset}
			_, _ = upstream.NewRetrier(s, false).RoundTrip(request(t, t.Context(), "GET", "", ""))
			one, two := s.at[1].Sub(s.at[0]), s.at[2].Sub(s.at[1])
			if one < 25*time.Millisecond || one > 75*time.Millisecond || two < 50*time.Millisecond || two > 150*time.Millisecond {
				t.Errorf("paused %s and %s", one, two)
			}
			first[one] = true
		}
		if len(first) < 10 {
			t.Errorf("20 requests pause for %d different times", len(first))
		}
	})
}

func TestNothingIsRepeatedThatHasNoTimeLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		defer cancel()
		s, began := &scripted{failure: errReset}, time.Now()
		_, err := upstream.NewRetrier(s, false).RoundTrip(request(t, ctx, "GET", "", ""))
		if !errors.Is(err, errReset) || len(s.bodies) != 1 || time.Since(began) > 0 {
			t.Errorf("%v after %s, %d attempts", err, time.Since(began), len(s.bodies))
		}
	})
}

func TestAConsumedBodyIsNotResent(t *testing.T) {
	s := &scripted{failure: errNotSent}
	r := request(t, t.Context(), "PUT", "", "")
	r.Body, r.ContentLength, r.GetBody = io.NopCloser(strings.NewReader("once")), 4, nil
	_, err := upstream.NewRetrier(s, false).RoundTrip(r)
	if !errors.Is(err, errNotSent) || !slices.Equal(s.bodies, []string{"once"}) {
		t.Errorf("%v, sent %q", err, s.bodies)
	}
}

func TestTheClientsEndIsTheEnd(t *testing.T) {
	ctx, hangUp := context.WithCancel(t.Context())
	s := &scripted{failure: errReset}
	hangUp()
	_, err := upstream.NewRetrier(s, false).RoundTrip(request(t, ctx, "GET", "", ""))
	if err == nil || len(s.bodies) != 1 {
		t.Errorf("%v, %d attempts", err, len(s.bodies))
	}
}
