package main

import (
	"errors"
	"net/http"
	"testing"
	"time"

	"muster/libs/causal"
	"muster/libs/errs"
	"muster/services/gateway/internal/gateway"
	"muster/services/gateway/internal/gateway/gatewaytest"
)

const notAuthenticated = "User not authenticated"

func TestWhoIsLetIn(t *testing.T) {
	w := newWorld(t)
	w.member(1, "ADMI")
	w.member(7, "SUBS")
	inactive := gatewaytest.User(8, 1)
	inactive.Profile.IsActive = false
	loggedOut := gatewaytest.Account(10, 1) // the sample's session has ended, and its tokens are valid from a past day
	loggedOut.TokensValidFrom = new(time.Now().Add(-time.Minute))
	w.apply(gateway.Changes{
		Users:    []gateway.UserState{inactive, {State: causal.State{UserID: 9, Version: 2, Deleted: true}}, gatewaytest.User(10, 1)},
		Accounts: []gateway.AccountState{loggedOut, gatewaytest.Account(11, 1)},
	})
	w.directory.answers("GET", "/api/users/me", 200, `{"ok":true}`)
	w.billing.answers("POST", "/api/billing/plans", 201, `{"ok":true}`)
	bearer := func(id int64, session string, age time.Duration) []string {
		return []string{"Authorization", "Bearer " + w.token(id, session, age)}
	}
	for name, test := range map[string]struct {
		method, path string
		headers      []string
		status       int
		code         string
		message      string
	}{
		"no token":                       {"GET", "/api/users/me", nil, 401, "", notAuthenticated},
		"garbage":                        {"GET", "/api/users/me", []string{"Authorization", "Bearer x.y.z"}, 401, "", notAuthenticated},
		"another scheme":                 {"GET", "/api/users/me", []string{"Authorization", "Basic eDp5"}, 401, "", notAuthenticated},
		"expired":                        {"GET", "/api/users/me", bearer(7, "s1", time.Hour), 401, "", notAuthenticated},
		"a member":                       {"GET", "/api/users/me", bearer(7, "s1", 0), 200, "", ""},
		"deactivated":                    {"GET", "/api/users/me", bearer(8, "s1", 0), 401, "", notAuthenticated},
		"deleted":                        {"GET", "/api/users/me", bearer(9, "s1", 0), 401, "", notAuthenticated},
		"session ended":                  {"GET", "/api/users/me", bearer(10, "session-1", 0), 401, "", notAuthenticated},
		"another session":                {"GET", "/api/users/me", bearer(10, "s1", 0), 200, "", ""},
		"token from before the cut":      {"GET", "/api/users/me", bearer(10, "s1", 2*time.Minute), 401, "", notAuthenticated},
		"directory has not told of them": {"GET", "/api/users/me", bearer(11, "s1", 0), 503, "UNAVAILABLE", ""},
		"nobody has told of them":        {"GET", "/api/users/me", bearer(12, "s1", 0), 503, "UNAVAILABLE", ""},
		"a write without a CSRF token":   {"POST", "/api/billing/plans", bearer(1, "s1", 0), 403, "CSRF_INVALID", "Invalid CSRF token"},
		"a write with another session's": {"POST", "/api/billing/plans", append(bearer(1, "s1", 0), "X-Csrf-Token", w.issuer.CSRF.Token("s2")), 403, "CSRF_INVALID", "Invalid CSRF token"},
		"a write with its CSRF token":    {"POST", "/api/billing/plans", append(bearer(1, "s1", 0), "X-Csrf-Token", w.issuer.CSRF.Token("s1")), 201, "", ""},
		"no token before no CSRF token":  {"POST", "/api/billing/plans", nil, 401, "", notAuthenticated},
		"full, no token":                 {"GET", "/api/users/full", nil, 401, "", notAuthenticated},
		"full, not an administrator":     {"GET", "/api/users/full", bearer(7, "s1", 0), 403, "", "Administrator access required"},
		"forbidden before invalid":       {"GET", "/api/users/full?filter={", bearer(7, "s1", 0), 403, "", "Administrator access required"},
		"full, an administrator":         {"GET", "/api/users/full", bearer(1, "s1", 0), 200, "", ""},
		"full, invalid":                  {"GET", "/api/users/full?filter={", bearer(1, "s1", 0), 400, "VALIDATION_FAILED", ""},
		"full, no id":                    {"GET", "/api/users/full/abc", bearer(1, "s1", 0), 400, "VALIDATION_FAILED", ""},
		"full, unknown id":               {"GET", "/api/users/full/77", bearer(1, "s1", 0), 404, "", "User not found"},
	} {
		a := w.do(test.method, test.path, "", test.headers...)
		if test.status >= 400 {
			refused(t, name, a, test.status, test.code, test.message)
		} else if a.status != test.status {
			t.Errorf("%s: %s", name, a)
		}
	}
}

func TestAReadModelThatIsAwayIsUnavailable(t *testing.T) {
	w := newWorld(t)
	w.member(7, "SUBS")
	w.model.Fail(errs.New(errs.KindUnavailable, "UNAVAILABLE", "away").Because(errors.New("connection refused")))
	refused(t, "a member", w.do("GET", "/api/users/me", "", w.bearer(7)...), 503, "UNAVAILABLE", "")
	for _, path := range []string{"/api/auth/register", "/api/auth/login", "/api/auth/refresh", "/api/auth/accept-invitation"} {
		refused(t, path, w.do("POST", path, `{}`), 503, "UNAVAILABLE", "")
		if len(w.identity.requests(path)) > 0 {
			t.Errorf("%s: identity was asked although its answer could not be completed", path)
		}
	}
}

func TestAStaleTokenIsIgnoredOnPublicRoutes(t *testing.T) {
	w := newWorld(t)
	w.billing.answers("GET", "/api/billing/plans", 200, `{}`)
	if a := w.do("GET", "/api/billing/plans", "", "Authorization", "Bearer stale"); a.status != http.StatusOK {
		t.Fatalf("%s", a)
	}
	if got := w.billing.last(t, "/api/billing/plans").Header.Get("Authorization"); got != "" {
		t.Errorf("%q went on", got)
	}
}

func TestUnknownRoutesAndMethods(t *testing.T) {
	w := newWorld(t)
	for _, path := range []string{"/api", "/api/nothing", "/internal/users/7/mail", "/api/billing/internal/x", "/api/users/7/x", "/api/users/", "/api/users/me/../..", "/api/users/%2e%2e/x"} {
		refused(t, path, w.do("GET", path, ""), 404, "NOT_FOUND", "")
	}
	for _, test := range []struct{ method, path, allow string }{
		{"DELETE", "/api/auth/login", "POST"},
		{"PUT", "/api/users", "GET, HEAD, POST"},
		{"DELETE", "/api/users/full", "GET, HEAD"},
		{"PUT", "/api/users/full", "GET, HEAD"},
		{"PATCH", "/api/users/full", "GET, HEAD"},
		{"DELETE", "/api/users/me", "GET, HEAD, PUT"},
		{"GET", "/api/users/me/verify-update", "POST, PUT"},
		{"DELETE", "/api/users/verification-requests/resend-email", "POST"},
		{"DELETE", "/api/users/verification-requests/new-request-code", "POST, PUT"},
		{"PATCH", "/api/users/verification-requests/7", "DELETE, GET, HEAD"},
		{"PUT", "/api/users/verification-requests", "GET, HEAD"},
		{"PATCH", "/api/users/7", "DELETE, GET, HEAD, PUT"},
		{"DELETE", "/api/billing/plans", "GET, HEAD, POST"},
		{"GET", "/api/billing/webhooks/stripe", "POST"},
	} {
		a := w.do(test.method, test.path, "")
		refused(t, test.method+" "+test.path, a, 405, "METHOD_NOT_ALLOWED", "")
		if allow := a.header.Get("Allow"); allow != test.allow {
			t.Errorf("%s %s: Allow %q, want %q", test.method, test.path, allow, test.allow)
		}
	}
	for _, s := range []*stub{w.identity, w.directory, w.billing} {
		for _, r := range s.seen {
			if r.URL.Path != "/.well-known/jwks.json" {
				t.Errorf("%s %s went on", r.Method, r.URL)
			}
		}
	}
}

// TestTheGatewayVouchesForWhomItHasVerified: directory and billing need not verify the signature again.
func TestTheGatewayVouchesForWhomItHasVerified(t *testing.T) {
	w := newWorld(t)
	w.member(7, "SUBS")
	w.directory.answers("GET", "/api/users/me", 200, `{}`)
	w.billing.answers("GET", "/api/billing/entitlements", 200, `{}`)
	w.billing.answers("GET", "/api/billing/plans", 200, `{}`)
	w.identity.answers("GET", "/api/auth/sessions", 200, `{}`)
	for _, c := range []struct {
		behind  *stub
		path    string
		vouched bool
	}{
		{w.directory, "/api/users/me", true}, {w.billing, "/api/billing/entitlements", true}, {w.billing, "/api/billing/plans", true},
		{w.identity, "/api/auth/sessions", false},
	} {
		for range 2 {
			a := w.do("GET", c.path, "", append(w.bearer(7), "X-Muster-Voucher", "forged")...)
			got := c.behind.last(t, c.path).Header.Get("X-Muster-Voucher")
			if a.status != 200 || got == "forged" || (got != "") != c.vouched {
				t.Errorf("%s: %s, arrived with the voucher %q", c.path, a, got)
			}
		}
	}
	w.do("GET", "/api/billing/plans", "", "Authorization", "Bearer nonsense", "X-Muster-Voucher", "forged")
	if r := w.billing.last(t, "/api/billing/plans"); r.Header.Get("X-Muster-Voucher") != "" || r.Header.Get("Authorization") != "" {
		t.Errorf("arrived for nobody: %v", r.Header)
	}
}
