package httpapi_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"muster/services/identity/internal/credentials"
	"muster/services/identity/internal/identity"
)

func TestRegister(t *testing.T) {
	d := newDoor(t)
	a := d.register()
	d.checkSignedIn(a, `{"tokenType":"Bearer","expiresIn":900,"emailVerificationRequired":true}`)
	if got := a.header.Get("X-Muster-Wrote"); got != "account/1@1" {
		t.Errorf("wrote %q", got)
	}
	d.want(d.call("POST", "/api/auth/register", `{"email":"ADA@example.com","password":"another horse"}`), http.StatusConflict,
		`{"message":"Email address is already in use","code":"EMAIL_EXISTS"}`)
	d.want(d.call("POST", "/api/auth/register", `{"email":"x","password":"1234567","username":"a\u200bb","firstName":"","lastName":"a\u0001b"}`), http.StatusBadRequest,
		`{"message":"email: must be an email address such as ada@example.com","code":"VALIDATION_FAILED","fields":[
			{"field":"email","message":"must be an email address such as ada@example.com"},
			{"field":"password","message":"must have 8 to 128 characters"},
			{"field":"username","message":"must not hold control characters or invisible characters"},
			{"field":"lastName","message":"must not hold control characters or invisible characters"}],"errors":{
			"email":"must be an email address such as ada@example.com","password":"must have 8 to 128 characters",
			"username":"must not hold control characters or invisible characters","lastName":"must not hold control characters or invisible characters"}}`)
}

func TestBadBodies(t *testing.T) {
	d := newDoor(t)
	for _, path := range []string{"register", "login", "refresh", "reset-password", "accept-invitation"} {
		for body, status := range map[string]int{
			`{`: 400, `[]`: 400, `null`: 400, `"x"`: 400, `{}`: 400, ` `: 400, `{"email":1,"password":2,"refreshToken":3}`: 400,
			`{"email":"a\u0000@example.com","password":"12345678","refreshToken":"\u0000"}`:           400,
			`{"email":"` + strings.Repeat("x", 1<<20) + `"}`:                                          413,
			`{"email":{"a":1},"refreshToken":{}}`:                                                     400,
			`{"email":"a@example.com","password":99999999999999999999999999,"refreshToken":1e999999}`: 400,
		} {
			a := d.call("POST", "/api/auth/"+path, body)
			if a.status != status || a.body["code"] == nil || a.body["message"] == nil {
				t.Errorf("%s %.60s: %d %s", path, body, a.status, a.raw)
			}
		}
		if a := d.call("POST", "/api/auth/"+path, `{}`, "Content-Type", "text/plain"); a.status != http.StatusUnsupportedMediaType {
			t.Errorf("%s as text: %d", path, a.status)
		}
	}
}

func TestLogin(t *testing.T) {
	d := newDoor(t)
	d.register()
	for _, body := range []string{
		`{"email":"ada@example.com","password":"wrong password"}`, `{"email":"nobody@example.com","password":"correct horse"}`,
		`{"email":"ada@example.com ","password":"correct horse "}`, `{"email":"\\\"%_","password":"correct horse"}`,
	} {
		d.want(d.call("POST", "/api/auth/login", body, "X-Muster-Client-IP", "203.0.113.9"), http.StatusUnauthorized,
			`{"message":"Invalid email or password","code":"INVALID_CREDENTIALS"}`)
		d = newDoor(t)
		d.register()
	}
	a := d.call("POST", "/api/auth/login", `{"email":" ADA@example.com\t","password":"correct horse","unknown":1}`)
	if got := a.header.Get("X-Muster-Wrote"); a.status != http.StatusOK || got != "account/1@2" {
		t.Errorf("%d, wrote %q", a.status, got)
	}
	d.checkSignedIn(a, `{"tokenType":"Bearer","expiresIn":900}`)
}

func TestLoginIsThrottled(t *testing.T) {
	d := newDoor(t)
	d.register()
	wrong := `{"email":"ada@example.com","password":"wrong password"}`
	for range 2 {
		d.want(d.call("POST", "/api/auth/login", wrong), http.StatusUnauthorized, `{"message":"Invalid email or password","code":"INVALID_CREDENTIALS"}`)
	}
	for _, body := range []string{wrong, ada} {
		a := d.call("POST", "/api/auth/login", body)
		d.want(a, http.StatusTooManyRequests, `{"message":"Too many requests. Please try again later.","code":"RATE_LIMITED"}`)
		if after := a.header.Get("Retry-After"); after != "900" && after != "899" {
			t.Errorf("Retry-After %q", after)
		}
	}
}

// TestLoginSaysWhenToComeAgain: too many imported hashes are being checked. That is no failed attempt, and whoever has a
// password of ours gets in.
func TestLoginSaysWhenToComeAgain(t *testing.T) {
	d := newDoor(t)
	d.register()
	hash := d.passwords.Foreign("from elsewhere")
	_, err := d.service.ImportLegacy(t.Context(), []identity.LegacyUser{{ID: 7, Email: "grace@example.com", CreatedAt: time.Unix(0, 0), PasswordHash: &hash}}, false)
	if err != nil {
		t.Fatal(err)
	}
	d.passwords.Refuse = credentials.ErrBusy
	for range 3 { // one more than may fail
		a := d.call("POST", "/api/auth/login", `{"email":"grace@example.com","password":"from elsewhere"}`)
		d.want(a, http.StatusServiceUnavailable, `{"message":"Too many passwords are being checked right now. Please try again in a few seconds.","code":"SIGN_IN_BUSY"}`)
		if after := a.header.Get("Retry-After"); after != "5" {
			t.Errorf("Retry-After %q", after)
		}
	}
	if a := d.call("POST", "/api/auth/login", ada); a.status != http.StatusOK {
		t.Errorf("a password of ours: %d", a.status)
	}
	d.passwords.Refuse = nil
	if a := d.call("POST", "/api/auth/login", `{"email":"grace@example.com","password":"from elsewhere"}`); a.status != http.StatusOK {
		t.Errorf("afterwards: %d", a.status)
	}
}

// The gateway says where a request came from; without it the peer counts. What a client puts into other headers does not.
func TestFailuresCountByClientNetwork(t *testing.T) {
	d := newDoor(t)
	guess := func(email string, headers ...string) int {
		return d.call("POST", "/api/auth/login", `{"email":"`+email+`","password":"wrong password"}`, headers...).status
	}
	for i := range 5 {
		if got := guess(string(rune('a'+i))+"@example.com", "X-Muster-Client-IP", "203.0.113.7", "X-Forwarded-For", "198.51.100.1"); got != 401 {
			t.Fatalf("guess %d: %d", i, got)
		}
	}
	for want, headers := range map[int][]string{
		429: {"X-Muster-Client-IP", "203.0.113.7", "X-Forwarded-For", "198.51.100.2"},
		401: {"X-Muster-Client-IP", "203.0.113.8", "X-Forwarded-For", "203.0.113.7"},
	} {
		if got := guess("new@example.com", headers...); got != want {
			t.Errorf("%v: %d, want %d", headers, got, want)
		}
	}
	if got := guess("peer@example.com"); got != 401 {
		t.Errorf("from the peer: %d", got)
	}
}

func TestRefresh(t *testing.T) {
	d := newDoor(t)
	in := d.register()
	token := in.body["refreshToken"].(string)
	a := d.call("POST", "/api/auth/refresh", `{"refreshToken":"`+token+`"}`)
	if a.status != http.StatusOK || a.header.Get("X-Muster-Wrote") != "" {
		t.Errorf("%d, wrote %q", a.status, a.header.Get("X-Muster-Wrote"))
	}
	d.checkSignedIn(a, `{"tokenType":"Bearer","expiresIn":900}`)
	again := d.call("POST", "/api/auth/refresh", `{"refreshToken":"`+token+`"}`)
	if again.status != http.StatusOK || again.header.Get("X-Muster-Wrote") != "" {
		t.Errorf("%d, wrote %q", again.status, again.header.Get("X-Muster-Wrote"))
	}
	last := again.body["refreshToken"].(string)
	if a := d.call("POST", "/api/auth/refresh", `{"refreshToken":"`+last+`"}`); a.status != http.StatusOK {
		t.Errorf("%d %s", a.status, a.raw)
	}
	for _, bad := range []struct{ token, wrote string }{
		{token, "account/1@2"}, {token, ""}, {"unknown", ""}, {strings.Repeat("ü", 5000), ""}, // only the first one ends a session
	} {
		a := d.call("POST", "/api/auth/refresh", `{"refreshToken":"`+bad.token+`"}`)
		d.want(a, http.StatusUnauthorized, `{"message":"The refresh token is not valid. Please sign in again.","code":"REFRESH_INVALID"}`)
		if got := a.header.Get("X-Muster-Wrote"); got != bad.wrote {
			t.Errorf("wrote %q, want %q", got, bad.wrote)
		}
	}
}
