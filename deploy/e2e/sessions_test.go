package e2e_test

import (
	"net/http"
	"strings"
	"testing"
)

// refreshed exchanges a refresh token.
func refreshed(t *testing.T, token string) answer {
	t.Helper()
	return (&client{t: t}).do("POST", "/api/auth/refresh", object{"refreshToken": token})
}

// signInFrom signs in with a user agent and returns the client and the answer.
func signInFrom(t *testing.T, email, agent string, more object) (*client, answer) {
	t.Helper()
	body := object{"email": email, "password": password}
	for name, value := range more {
		body[name] = value
	}
	c := &client{t: t, email: email}
	a := c.want(http.StatusOK, "POST", "/api/auth/login", body, "User-Agent", agent)
	c.signedIn(a)
	return c, a
}

// TestSessions are listed with their devices, and an ended one is refused at once.
func TestSessions(t *testing.T) {
	c := register(t, "devices")
	phone, phoneAnswer := signInFrom(t, c.email, "Phone/1.0", nil)
	tablet, _ := signInFrom(t, c.email, "Tablet/1.0", nil)
	stranger := register(t, "stranger")

	listed := c.want(http.StatusOK, "GET", "/api/auth/sessions", nil)
	byAgent := map[any]object{}
	for _, row := range listed.list() {
		byAgent[row["userAgent"]] = row
		if row["ipAddress"] != "127.0.0.1" || row["createdAt"] == nil || row["lastUsedAt"] == nil {
			t.Errorf("session %v", row)
		}
	}
	if listed.body["total"] != 3.0 || byAgent["Phone/1.0"] == nil || byAgent["Phone/1.0"]["current"] != false {
		t.Fatalf("sessions: %s", listed)
	}
	id := byAgent["Phone/1.0"]["id"].(string)
	for name, a := range map[string]answer{
		"nobody":     (&client{t: t}).do("DELETE", "/api/auth/sessions/"+id, nil),
		"no CSRF":    c.do("DELETE", "/api/auth/sessions/"+id, nil, "X-Csrf-Token", "wrong"),
		"a stranger": stranger.do("DELETE", "/api/auth/sessions/"+id, nil),
		"unknown":    c.do("DELETE", "/api/auth/sessions/unknown", nil),
	} {
		if want := map[string]int{"nobody": 401, "no CSRF": 403, "a stranger": 404, "unknown": 404}[name]; a.status != want {
			t.Errorf("%s: %s, want %d", name, a, want)
		}
	}
	phone.want(http.StatusOK, "GET", "/api/users/me", nil)
	c.want(http.StatusNoContent, "DELETE", "/api/auth/sessions/"+id, nil)
	if a := phone.do("GET", "/api/users/me", nil); a.status != http.StatusUnauthorized {
		t.Errorf("the ended session: %s", a)
	}
	if a := refreshed(t, phoneAnswer.body["refreshToken"].(string)); a.status != http.StatusUnauthorized || a.body["code"] != "REFRESH_INVALID" {
		t.Errorf("its refresh token: %s", a)
	}
	c.want(http.StatusNoContent, "DELETE", "/api/auth/sessions", nil)
	if a := tablet.do("GET", "/api/users/me", nil); a.status != http.StatusUnauthorized {
		t.Errorf("another session: %s", a)
	}
	if left := c.want(http.StatusOK, "GET", "/api/auth/sessions", nil); left.body["total"] != 1.0 || left.list()[0]["current"] != true {
		t.Errorf("left: %s", left)
	}
	stranger.want(http.StatusOK, "GET", "/api/users/me", nil)
}

// TestARefreshCanBeRepeated by a second tab; a token that was used long before, by its successors, ends the session.
func TestARefreshCanBeRepeated(t *testing.T) {
	c := register(t, "tabs")
	_, in := signInFrom(t, c.email, "Tabs/1.0", nil)
	first := in.body["refreshToken"].(string)
	one, two := refreshed(t, first), refreshed(t, first)
	if one.status != http.StatusOK || two.status != http.StatusOK || one.body["refreshToken"] != two.body["refreshToken"] || one.body["user"] == nil {
		t.Fatalf("two tabs: %s, %s", one, two)
	}
	next := refreshed(t, one.body["refreshToken"].(string))
	if next.status != http.StatusOK {
		t.Fatalf("the successor: %s", next)
	}
	tab := &client{t: t}
	tab.signedIn(next)
	if a := refreshed(t, first); a.status != http.StatusUnauthorized || a.body["code"] != "REFRESH_INVALID" {
		t.Errorf("reuse: %s", a)
	}
	if a := tab.do("GET", "/api/users/me", nil); a.status != http.StatusUnauthorized {
		t.Errorf("the session after the reuse: %s", a)
	}
	c.want(http.StatusOK, "GET", "/api/users/me", nil)
}

// TestTheRefreshTokenInACookie: the body has no token, and a refresh by cookie needs the CSRF token.
func TestTheRefreshTokenInACookie(t *testing.T) {
	c := register(t, "cookie")
	c, in := signInFrom(t, c.email, "Browser/1.0", object{"cookie": true})
	set := in.header.Get("Set-Cookie")
	sent, attributes, _ := strings.Cut(set, ";")
	if in.body["refreshToken"] != nil || !strings.HasPrefix(sent, "muster-refresh=") || !strings.Contains(attributes, "HttpOnly") || !strings.Contains(attributes, "SameSite=Strict") {
		t.Fatalf("%s, cookie %q", in, set)
	}
	if a := (&client{t: t}).do("POST", "/api/auth/refresh", object{}, "Cookie", sent); a.status != http.StatusForbidden || a.body["code"] != "CSRF_INVALID" {
		t.Errorf("without the CSRF token: %s", a)
	}
	a := (&client{t: t}).do("POST", "/api/auth/refresh", object{}, "Cookie", sent, "X-Csrf-Token", c.csrf)
	if a.status != http.StatusOK || a.body["refreshToken"] != nil || a.header.Get("Set-Cookie") == "" {
		t.Fatalf("refresh: %s", a)
	}
	c.signedIn(a)
	renewed, _, _ := strings.Cut(a.header.Get("Set-Cookie"), ";")
	out := c.want(http.StatusNoContent, "POST", "/api/auth/logout", nil, "Cookie", renewed)
	if !strings.Contains(out.header.Get("Set-Cookie"), "Max-Age=0") {
		t.Errorf("after the logout: %q", out.header.Get("Set-Cookie"))
	}
	if a := (&client{t: t}).do("POST", "/api/auth/refresh", object{}, "Cookie", renewed, "X-Csrf-Token", c.csrf); a.status != http.StatusUnauthorized {
		t.Errorf("after the logout: %s", a)
	}
}
