package main

import (
	"net/http"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"muster/libs/web"
)

func TestInternalHeadersCannotBeForged(t *testing.T) {
	w := newWorld(t)
	w.member(7, "SUBS")
	w.directory.answers("GET", "/api/users/me", 200, `{}`)
	const trace = "4bf92f3577b34da6a3ce929d0e0e4736"
	a := w.do("GET", "/api/users/me", "", append(w.bearer(7),
		"X-Muster-Client-IP", "6.6.6.6", "x-muster-user-version", "99", "X-Muster-Anything", "x", "X-Forwarded-For", "6.6.6.6",
		"Connection", "X-Muster-Client-IP, X-Muster-User-Version", "Upgrade", "websocket", "X-Request-Id", "request-0001",
		"Traceparent", "00-"+trace+"-00f067aa0ba902b7-01", "Accept-Encoding", "gzip", "Idempotency-Key", "key-1")...)
	if a.status != http.StatusOK || a.header.Get("X-Request-Id") != "request-0001" {
		t.Fatalf("%s %v", a, a.header)
	}
	got := w.directory.last(t, "/api/users/me").Header
	for name, want := range map[string]string{
		"X-Muster-Client-Ip": "127.0.0.1", "X-Muster-User-Version": "3", "X-Muster-Anything": "", "X-Forwarded-For": "127.0.0.1",
		"Upgrade": "", "Connection": "", "X-Request-Id": "request-0001", "Accept-Encoding": "", "Idempotency-Key": "",
		"X-Csrf-Token": w.issuer.CSRF.Token("s1"),
	} {
		if strings.Join(got.Values(name), ",") != want {
			t.Errorf("%s: %q arrived, want %q", name, got.Values(name), want)
		}
	}
	if !strings.HasPrefix(got.Get("Authorization"), "Bearer ") {
		t.Error("the token did not arrive")
	}
	if parent := got.Get("Traceparent"); !strings.Contains(parent, trace) || strings.Contains(parent, "00f067aa0ba902b7") {
		t.Errorf("traceparent %q does not continue the trace with a span of the gateway's", parent)
	}
}

func TestNoUpgradeGoesOn(t *testing.T) {
	w := newWorld(t)
	w.billing.answers("GET", "/api/billing/plans", 200, `{}`)
	a := w.do("GET", "/api/billing/plans", "", "Connection", "Upgrade", "Upgrade", "websocket")
	if got := w.billing.last(t, "/api/billing/plans").Header; a.status != http.StatusOK || got.Get("Upgrade") != "" || got.Get("Connection") != "" {
		t.Errorf("%s, arrived with %v", a, got)
	}
}

func TestTheClientAddressComesFromATrustedProxyOnly(t *testing.T) {
	w := newWorld(t, func(s *settings) { s.TrustedProxies = []string{"127.0.0.0/8"} })
	w.billing.answers("GET", "/api/billing/plans", 200, `{}`)
	w.do("GET", "/api/billing/plans", "", "X-Forwarded-For", "6.6.6.6, 203.0.113.9")
	if ip := w.billing.last(t, "/api/billing/plans").Header.Get("X-Muster-Client-Ip"); ip != "203.0.113.9" {
		t.Errorf("client address %q", ip)
	}
}

func TestAnswersAreCleaned(t *testing.T) {
	w := newWorld(t)
	w.member(7, "SUBS")
	w.directory.answers("GET", "/api/users", 200, `{"data":[],"total":0}`, "X-Muster-Anything", "x", "X-Muster-Wrote", "user/7@1", "X-Request-Id", "another-one",
		"Access-Control-Expose-Headers", "Content-Range, X-Total-Count", "Content-Range", "items */0", "ETag", `"1"`)
	a := w.do("GET", "/api/users", "", w.bearer(7)...)
	for name, values := range a.header {
		if strings.HasPrefix(name, "X-Muster-") {
			t.Errorf("%s: %q got out", name, values)
		}
	}
	if ids := a.header.Values("X-Request-Id"); len(ids) != 1 || ids[0] == "another-one" {
		t.Errorf("X-Request-Id %q", ids)
	}
	if a.header.Get("Content-Range") != "items */0" || a.header.Get("ETag") != `"1"` || a.header.Get("X-Consistency") != "" {
		t.Errorf("headers %v", a.header)
	}
	if expose := a.header.Values("Access-Control-Expose-Headers"); len(expose) != 1 || expose[0] != "Content-Range, X-Total-Count" {
		t.Errorf("expose %q", expose)
	}
}

// TestCrossOriginFromAnyPortOfThisMachine: in development a frontend's server takes any free port.
func TestCrossOriginFromAnyPortOfThisMachine(t *testing.T) {
	w := newWorld(t, func(s *settings) { s.CORSOrigins = []string{"https://app.example:8443", "http://localhost:*"} })
	for origin, want := range map[string]string{
		"http://localhost:5173": "http://localhost:5173", "https://app.example:8443": "https://app.example:8443",
		"https://app.example:8444": "", "https://app.example": "", "http://localhost.evil.example:5173": "",
	} {
		if got := w.do("GET", "/api/users", "", "Origin", origin).header.Get("Access-Control-Allow-Origin"); got != want {
			t.Errorf("%s: allowed %q", origin, got)
		}
	}
}

func TestCrossOrigin(t *testing.T) {
	const origin = "http://app.example:3000"
	w := newWorld(t, func(s *settings) { s.CORSOrigins = []string{origin} })
	w.member(1, "ADMI")
	w.directory.answers("GET", "/api/users", 200, `{"data":[],"total":0}`, "Access-Control-Expose-Headers", "Content-Range, X-Total-Count", "Access-Control-Allow-Origin", "*")

	pre := w.do("OPTIONS", "/api/users/7", "", "Origin", origin, "Access-Control-Request-Method", "PUT", "Access-Control-Request-Headers", "authorization,x-csrf-token,content-type")
	if pre.status != http.StatusNoContent || pre.header.Get("Access-Control-Allow-Origin") != origin || pre.header.Get("Access-Control-Allow-Credentials") != "true" ||
		!strings.Contains(pre.header.Get("Access-Control-Allow-Methods"), "PUT") {
		t.Errorf("preflight %s %v", pre, pre.header)
	}
	for _, name := range []string{"authorization", "x-csrf-token", "content-type", "idempotency-key", "range", "prefer"} {
		if !strings.Contains(strings.ToLower(pre.header.Get("Access-Control-Allow-Headers")), name) {
			t.Errorf("%s is not allowed: %v", name, pre.header)
		}
	}
	for _, path := range []string{"/api/users", "/api/users/full", "/api/users/none/at/all"} {
		a := w.do("GET", path, "", append(w.bearer(1), "Origin", origin)...)
		expose := a.header.Values("Access-Control-Expose-Headers")
		if len(a.header.Values("Access-Control-Allow-Origin")) != 1 || a.header.Get("Access-Control-Allow-Origin") != origin || len(expose) != 1 || a.header.Get("Vary") != "Origin" {
			t.Errorf("%s: %v", path, a.header)
			continue
		}
		for _, name := range []string{"Content-Range", "X-Total-Count", "Accept-Range", "X-Request-Id", "X-Consistency", "Preference-Applied", "Retry-After"} {
			if !strings.Contains(expose[0], name) {
				t.Errorf("%s: %s is not exposed: %s", path, name, expose[0])
			}
		}
	}
	other := w.do("GET", "/api/users", "", append(w.bearer(1), "Origin", "http://evil.example")...)
	if other.status != http.StatusOK || other.header.Get("Access-Control-Allow-Origin") != "" || other.header.Get("Access-Control-Allow-Credentials") != "" {
		t.Errorf("another origin: %s %v", other, other.header)
	}
	refused(t, "preflight of another origin", w.do("OPTIONS", "/api/users", "", "Origin", "http://evil.example", "Access-Control-Request-Method", "GET"), 405, "METHOD_NOT_ALLOWED", "")
}

func TestErrorsAreForTheOriginToo(t *testing.T) {
	const origin = "http://app.example:3000"
	w := newWorld(t, func(s *settings) { s.CORSOrigins = []string{origin} })
	w.member(1, "ADMI")
	w.billing.Close()
	w.directory.engine.GET("/api/users/7", func(*gin.Context) { panic(http.ErrAbortHandler) })
	w.reader.broken = true
	for name, test := range map[string]struct {
		status             int
		method, path, body string
		headers            []string
	}{
		"unknown route":    {404, "GET", "/api/nothing", "", nil},
		"wrong method":     {405, "PATCH", "/api/auth/login", "{}", nil},
		"shadowed method":  {405, "DELETE", "/api/users/import", "", nil},
		"not signed in":    {401, "GET", "/api/users", "", nil},
		"body too long":    {413, "POST", "/api/auth/login", strings.Repeat("x", web.MaxBody+1), nil},
		"a service away":   {503, "GET", "/api/billing/plans", "", nil},
		"a service cut it": {503, "GET", "/api/users/7", "", w.bearer(1)},
		"a panic":          {500, "GET", "/api/users/full", "", w.bearer(1)},
	} {
		a := w.do(test.method, test.path, test.body, append(test.headers, "Origin", origin)...)
		if a.status != test.status || a.header.Get("Access-Control-Allow-Origin") != origin || a.header.Get("Access-Control-Allow-Credentials") != "true" ||
			!strings.Contains(a.header.Get("Access-Control-Expose-Headers"), "X-Request-Id") || a.header.Get("Vary") != "Origin" {
			t.Errorf("%s: %d, want %d, %v", name, a.status, test.status, a.header)
		}
		if a.header.Get("X-Content-Type-Options") != "nosniff" || a.header.Get("Cache-Control") != "private, no-store" {
			t.Errorf("%s: %v", name, a.header)
		}
	}
	refusal := w.do("OPTIONS", "/api/users", "", "Origin", "http://evil.example", "Access-Control-Request-Method", "GET")
	if refusal.status != 405 || refusal.header.Get("Vary") != "Origin" || refusal.header.Get("Allow") != "GET, HEAD, POST" {
		t.Errorf("refused preflight: %s %v", refusal, refusal.header)
	}
}

func TestWhatCachesMayKeep(t *testing.T) {
	w := newWorld(t)
	w.member(1, "ADMI")
	w.directory.answers("GET", "/api/users/me", 200, `{}`, "Cache-Control", "max-age=60")
	w.billing.answers("GET", "/api/billing/plans", 200, `{}`, "Cache-Control", "public, no-cache")
	w.identity.answers("GET", "/.well-known/openid-configuration", 200, `{}`, "Cache-Control", "public, max-age=300")
	for path, want := range map[string]string{
		"/api/users/me": "private, no-store", "/api/users/full": "private, no-store", "/api/billing/plans": "public, no-cache",
		"/.well-known/openid-configuration": "public, max-age=300",
	} {
		a := w.do("GET", path, "", w.bearer(1)...)
		if got := a.header.Values("Cache-Control"); a.status != 200 || len(got) != 1 || got[0] != want || a.header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: %d %v", path, a.status, a.header)
		}
	}
}

func TestHeadIsAnsweredWhereGetIs(t *testing.T) {
	w := newWorld(t)
	w.member(1, "ADMI")
	w.directory.answers("GET", "/api/users", 200, `{"data":[],"total":0}`, "Content-Range", "items */0")
	for path, status := range map[string]int{"/api/users": 200, "/api/users/full": 200, "/api/users/full/77": 404, "/api/nothing": 404, "/api/auth/login": 405} {
		head, get := w.do("HEAD", path, "", w.bearer(1)...), w.do("GET", path, "", w.bearer(1)...)
		if head.status != status || head.text != "" || get.status != status || get.text == "" || head.header.Get("Content-Range") != get.header.Get("Content-Range") ||
			head.header.Get("Content-Type") != get.header.Get("Content-Type") || head.header.Get("Allow") != get.header.Get("Allow") {
			t.Errorf("%s: %d %v, GET %s %v", path, head.status, head.header, get, get.header)
		}
	}
	if a := w.do("HEAD", "/api/users", ""); a.status != 401 {
		t.Errorf("nobody: %d", a.status)
	}
}
