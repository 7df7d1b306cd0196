package main

import (
	"io"
	"net/http"
	"slices"
	"sync"
	"testing"

	"github.com/gin-gonic/gin"
)

// cuts makes the stub cut the connection of the first requests for a route, and answer the next with 200. It returns the
// bodies that have arrived.
func (s *stub) cuts(first int, method, path string) (bodies func() []string) {
	var mu sync.Mutex
	var seen []string
	s.engine.Handle(method, path, func(c *gin.Context) {
		body, _ := io.ReadAll(c.Request.Body)
		mu.Lock()
		defer mu.Unlock()
		if seen = append(seen, string(body)); len(seen) <= first {
			panic(http.ErrAbortHandler)
		}
		c.JSON(http.StatusOK, gin.H{})
	})
	return func() []string {
		mu.Lock()
		defer mu.Unlock()
		return seen
	}
}

func TestAReadSurvivesAReplicaThatStops(t *testing.T) {
	w := newWorld(t)
	arrived := w.billing.cuts(2, "GET", "/api/billing/plans")
	if a := w.do("GET", "/api/billing/plans", ""); a.status != http.StatusOK || len(arrived()) != 3 {
		t.Errorf("%s after %d attempts", a, len(arrived()))
	}
}

func TestAReadIsSentThreeTimesAtMost(t *testing.T) {
	w := newWorld(t)
	arrived := w.billing.cuts(9, "GET", "/api/billing/plans")
	refused(t, "cut", w.do("GET", "/api/billing/plans", ""), http.StatusServiceUnavailable, "UNAVAILABLE", "")
	if len(arrived()) != 3 {
		t.Errorf("%d attempts", len(arrived()))
	}
}

func TestAWriteIsRepeatedOnlyUnderItsKey(t *testing.T) {
	w := newWorld(t)
	w.member(7, "SUBS")
	arrived := w.billing.cuts(1, "POST", "/api/billing/subscription")
	refused(t, "no key", w.do("POST", "/api/billing/subscription", `{"planId":1}`, w.bearer(7)...), http.StatusServiceUnavailable, "UNAVAILABLE", "")
	if got := arrived(); !slices.Equal(got, []string{`{"planId":1}`}) {
		t.Errorf("arrived without a key: %q", got)
	}
	keyed := append(w.bearer(7), "Idempotency-Key", "k1")
	preview := w.billing.cuts(1, "POST", "/api/billing/subscription/preview-change")
	if a := w.do("POST", "/api/billing/subscription/preview-change", `{"planId":2}`, keyed...); a.status != http.StatusOK {
		t.Errorf("under a key: %s", a)
	}
	if got := preview(); !slices.Equal(got, []string{`{"planId":2}`, `{"planId":2}`}) {
		t.Errorf("arrived under a key: %q", got)
	}
}

// Only billing honours the key. Elsewhere nobody repeats a POST: Go's HTTP client would, for either header.
func TestAKeyThatTheServiceDoesNotHonourRepeatsNothing(t *testing.T) {
	w := newWorld(t)
	arrived := w.identity.cuts(1, "POST", "/api/auth/reset-password")
	refused(t, "cut", w.do("POST", "/api/auth/reset-password", `{}`, "Idempotency-Key", "k1", "X-Idempotency-Key", "k1"),
		http.StatusServiceUnavailable, "UNAVAILABLE", "")
	if len(arrived()) != 1 {
		t.Errorf("arrived %d times", len(arrived()))
	}
	for _, name := range []string{"Idempotency-Key", "X-Idempotency-Key"} {
		if value := w.identity.last(t, "/api/auth/reset-password").Header.Get(name); value != "" {
			t.Errorf("%s %q was passed on", name, value)
		}
	}
}

func TestAnAnswerThatHasBegunIsNotAskedForAgain(t *testing.T) {
	w := newWorld(t)
	asked := 0
	w.billing.engine.GET("/api/billing/plans", func(c *gin.Context) {
		asked++
		conn, _, err := c.Writer.Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		_, _ = io.WriteString(conn, "HTTP/1.1 200 O")
		conn.Close()
	})
	refused(t, "begun", w.do("GET", "/api/billing/plans", ""), http.StatusServiceUnavailable, "UNAVAILABLE", "")
	if asked != 1 {
		t.Errorf("asked %d times", asked)
	}
}

// Stripe signs the bytes of a webhook's body, so they pass as they are, whatever they are.
func TestTheBytesOfAWebhookPassUnchanged(t *testing.T) {
	w := newWorld(t)
	arrived := w.billing.cuts(0, "POST", "/api/billing/webhooks/stripe")
	bodies := []string{"{ \"b\" : 1.0,\r\n\t\"a\":\"\\u00e9é\" , \"a\":1e3}\n\n", "\xff\xfe\x00not JSON", " ", "[]"}
	for _, body := range bodies {
		a := w.do("POST", "/api/billing/webhooks/stripe", body, "Stripe-Signature", "t=1,v1=abc", "Content-Type", "application/json; charset=utf-8")
		if a.status != http.StatusOK {
			t.Errorf("%q: %s", body, a)
		}
	}
	if got := arrived(); !slices.Equal(got, bodies) {
		t.Errorf("arrived %q", got)
	}
	if got := w.billing.last(t, "/api/billing/webhooks/stripe").Header.Get("Stripe-Signature"); got != "t=1,v1=abc" {
		t.Errorf("signature %q", got)
	}
}
