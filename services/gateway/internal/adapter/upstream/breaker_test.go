package upstream_test

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"muster/services/gateway/internal/adapter/upstream"
)

// patient is a service that answers, or fails after a while.
type patient struct {
	failure error
	takes   time.Duration
	sent    int
}

func (p *patient) RoundTrip(*http.Request) (*http.Response, error) {
	p.sent++
	time.Sleep(p.takes)
	if p.failure != nil {
		return nil, p.failure
	}
	return &http.Response{StatusCode: http.StatusServiceUnavailable, Body: http.NoBody}, nil
}

// circuit is a service behind a circuit.
type circuit struct {
	t *testing.T
	*patient
	http.RoundTripper
	opened int
}

// withCircuit runs a test whose time is the test's own.
func withCircuit(t *testing.T, test func(c *circuit)) {
	synctest.Test(t, func(t *testing.T) {
		c := &circuit{t: t, patient: &patient{}}
		c.RoundTripper = upstream.NewBreaker(c.patient, func() { c.opened++ })
		test(c)
	})
}

// send sends a request. It returns the error, and whether the request reached the service.
func (c *circuit) send() (reached bool, err error) {
	before := c.sent
	resp, err := c.RoundTripper.RoundTrip(request(c.t, c.t.Context(), "GET", "", ""))
	if err == nil {
		resp.Body.Close()
	}
	return c.sent > before, err
}

// fail opens the circuit.
func (c *circuit) fail() {
	c.t.Helper()
	c.failure = errNotSent
	time.Sleep(time.Second)
	for n := range 5 {
		if reached, err := c.send(); !reached || !errors.Is(err, errNotSent) {
			c.t.Fatalf("request %d: reached %v, %v", n+1, reached, err)
		}
	}
	if reached, err := c.send(); reached || !errors.Is(err, upstream.ErrOpen) || c.opened != 1 {
		c.t.Fatalf("after five failures: reached %v, %v, opened %d times", reached, err, c.opened)
	}
}

func TestASilentServiceIsNotAsked(t *testing.T) {
	withCircuit(t, func(c *circuit) { c.fail() })
}

func TestOneRequestTriesTheServiceAgain(t *testing.T) {
	withCircuit(t, func(c *circuit) {
		c.fail()
		time.Sleep(1001 * time.Millisecond)
		if reached, _ := c.send(); !reached {
			t.Fatal("nobody tries the service")
		}
		if reached, err := c.send(); reached || !errors.Is(err, upstream.ErrOpen) {
			t.Fatalf("after a try that failed: reached %v, %v", reached, err)
		}
		time.Sleep(1001 * time.Millisecond)
		c.failure, c.takes = nil, time.Second
		tried := make(chan error)
		go func() { _, err := c.send(); tried <- err }()
		synctest.Wait()
		if reached, err := c.send(); reached || !errors.Is(err, upstream.ErrOpen) {
			t.Errorf("during the try: reached %v, %v", reached, err)
		}
		if err := <-tried; err != nil {
			t.Error(err)
		}
		for range 3 {
			if reached, err := c.send(); !reached || err != nil {
				t.Errorf("the service answers again: reached %v, %v", reached, err)
			}
		}
	})
}

func TestAServiceWithOneDeadReplicaIsAsked(t *testing.T) {
	withCircuit(t, func(c *circuit) {
		for range 20 {
			c.failure = nil
			if _, err := c.send(); err != nil {
				t.Fatal(err)
			}
			c.failure = errNotSent
			for range 20 { // by chance, many in a row meet the dead one
				if reached, _ := c.send(); !reached {
					t.Fatal("requests are refused although another replica answers")
				}
			}
			time.Sleep(500 * time.Millisecond)
		}
	})
}

func TestErrorsOfAServiceAreAnswers(t *testing.T) {
	withCircuit(t, func(c *circuit) {
		for range 20 {
			if reached, err := c.send(); !reached || err != nil { // 503
				t.Fatalf("reached %v, %v", reached, err)
			}
			time.Sleep(time.Second)
		}
	})
}

func TestClientsThatHangUpDoNotCount(t *testing.T) {
	withCircuit(t, func(c *circuit) {
		c.failure = context.Canceled
		time.Sleep(time.Minute)
		for range 20 {
			if reached, _ := c.send(); !reached {
				t.Fatal("clients that hang up shut the service")
			}
		}
	})
}

func TestATryWhoseClientHangsUpDoesNotDecide(t *testing.T) {
	withCircuit(t, func(c *circuit) {
		c.fail()
		time.Sleep(1001 * time.Millisecond)
		c.failure = context.Canceled
		_, _ = c.send()
		c.failure = nil
		if reached, err := c.send(); !reached || err != nil {
			t.Errorf("the next request: reached %v, %v", reached, err)
		}
	})
}
