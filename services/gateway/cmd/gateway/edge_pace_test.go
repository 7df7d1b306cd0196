package main

import (
	"net/http"
	"strconv"
	"testing"
	"time"
)

// paced is a gateway behind a proxy, which tells the client's address, with rates of 5 a second: 50 at once.
func paced(t *testing.T, network, user int) *world {
	w := newWorld(t, func(s *settings) {
		s.NetworkRate, s.UserRate, s.TrustedProxies = network, user, []string{"127.0.0.1"}
	})
	for id := range int64(3) {
		w.member(id+1, "SUBS")
	}
	w.directory.answers("GET", "/api/users/me", http.StatusOK, "{}")
	w.billing.answers("GET", "/api/billing/plans", http.StatusOK, "{}")
	w.billing.answers("POST", "/api/billing/webhooks/stripe", http.StatusOK, "{}")
	w.identity.answers("POST", "/api/auth/login", http.StatusUnauthorized, "{}")
	return w
}

// until sends requests until one is refused, and returns how many were not.
func (w *world) until(method, path string, headers ...string) int {
	w.t.Helper()
	for n := range 1000 {
		a := w.do(method, path, "", headers...)
		if a.status != http.StatusTooManyRequests {
			continue
		}
		refused(w.t, path, a, http.StatusTooManyRequests, "RATE_LIMITED", "")
		if seconds, err := strconv.Atoi(a.header.Get("Retry-After")); err != nil || seconds < 1 || seconds > 10 {
			w.t.Errorf("Retry-After %q", a.header.Get("Retry-After"))
		}
		return n
	}
	w.t.Errorf("%s %s: never refused", method, path)
	return 0
}

func TestANetworkThatAsksTooFastWaits(t *testing.T) {
	w := paced(t, 5, 0)
	begin := time.Now()
	n := w.until("GET", "/api/billing/plans", "X-Forwarded-For", "192.0.2.1")
	if most := 51 + 5*int(time.Since(begin)/time.Second+1); n < 50 || n > most {
		t.Errorf("%d requests of a network were answered, want 50 to %d", n, most)
	}
	for name, c := range map[string]struct{ method, path, from string }{
		"another network":               {"GET", "/api/billing/plans", "192.0.2.2"},
		"a webhook of the same network": {"POST", "/api/billing/webhooks/stripe", "192.0.2.1"},
	} {
		if a := w.do(c.method, c.path, "", "X-Forwarded-For", c.from); a.status != http.StatusOK {
			t.Errorf("%s: %s", name, a)
		}
	}
	for name, c := range map[string]struct{ method, path, from string }{
		"an unknown path of the same network":  {"GET", "/api/nothing", "192.0.2.1"},
		"a cross-origin question (CORS) of it": {"OPTIONS", "/api/billing/plans", "192.0.2.1"},
	} {
		if n := w.until(c.method, c.path, "X-Forwarded-For", c.from); n > 10 { // those that time has allowed again
			t.Errorf("%s: %d were answered", name, n)
		}
	}
	if n := w.until("POST", "/api/auth/login", "X-Forwarded-For", "192.0.2.3"); n < 5 || n > 10 {
		t.Errorf("%d sign-ins were answered at once", n)
	}
	w.until("GET", "/api/billing/plans", "X-Forwarded-For", "2001:db8::1")
	if n := w.until("GET", "/api/billing/plans", "X-Forwarded-For", "2001:db8:0:ff::2"); n > 10 {
		t.Errorf("%d requests of another address of the same /56 were answered", n)
	}
}

func TestAUserWhoAsksTooFastWaits(t *testing.T) {
	w := paced(t, 0, 5)
	n := w.until("GET", "/api/users/me", append(w.bearer(1), "X-Forwarded-For", "192.0.2.1")...)
	if n < 50 {
		t.Errorf("%d requests of a user were answered", n)
	}
	if a := w.do("GET", "/api/users/me", "", append(w.bearer(1), "X-Forwarded-For", "192.0.2.2")...); a.status != http.StatusTooManyRequests {
		t.Errorf("the same user from elsewhere: %s", a)
	}
	if a := w.do("GET", "/api/users/me", "", append(w.bearer(2), "X-Forwarded-For", "192.0.2.1")...); a.status != http.StatusOK {
		t.Errorf("another user of the same network: %s", a)
	}
}
