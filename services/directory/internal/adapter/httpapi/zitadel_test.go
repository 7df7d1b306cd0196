package httpapi_test

import (
	"net/http/httptest"
	"strings"
	"testing"

	"muster/libs/causal"
	"muster/libs/service/servicetest"
)

// internally sends a request as the gateway does.
func (a *api) internally(t *testing.T, method, target, body string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, target, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	servicetest.AsService(t, r, "directory")
	return a.send(r)
}

// TestZitadelRoutes checks the response of each route. Every case has its own API, in which user 1 is verified and user 3
// is not and has a code, which is the user's version 15.
func TestZitadelRoutes(t *testing.T) {
	const (
		ada = `{"email":"Ada1@Example.com","verified":true,"version":14,"createdAt":"2026-01-01T08:30:01Z","updatedAt":"2026-01-02T08:30:02Z"}`
		eve = `{"email":"Ada3@Example.com","verified":false,"version":15,"createdAt":"2026-01-01T08:30:01Z","updatedAt":"2026-01-02T08:30:02Z"}`

		moved = `{"email":"New@example.com","verified":false,"version":15,"createdAt":"2026-01-01T08:30:01Z","updatedAt":"2026-03-14T12:00:00Z"}`
		done  = `{"email":"Ada3@Example.com","verified":true,"version":16,"createdAt":"2026-01-01T08:30:01Z","updatedAt":"2026-03-14T12:00:00Z"}`
		none  = `{"message":"There is no pending verification for this email address.","code":"NO_VERIFICATION_REQUEST"}`
		wrong = `{"message":"The verification code is incorrect. 4 attempts remaining.","code":"INVALID_CODE","attemptsRemaining":4}`
		found = `{"message":"The email address is already verified.","code":"ALREADY_VERIFIED"}`
	)
	for _, c := range []struct {
		method, target, body string
		status               int
		want, wrote          string
	}{
		{"GET", "/internal/users/1/email", "", 200, ada, ""},
		{"GET", "/internal/users/3/email", "", 200, eve, ""},
		{"GET", "/internal/users/4/email", "", 404, noUser, ""},
		{"GET", "/internal/users/99/email", "", 404, noUser, ""},
		{"GET", "/internal/users/x/email", "", 400, invalid("id", "must be a positive integer"), ""},

		{"PUT", "/internal/users/1/email", `{"email":" New@example.com","sessionId":"s"}`, 200, moved, "user/1@15"},
		{"PUT", "/internal/users/1/email", `{"email":"Ada1@Example.com","sessionId":"s"}`, 200, ada, "user/1@14"},
		{"PUT", "/internal/users/1/email", `{"email":"ADA3@example.com"}`, 409, `{"message":"Email address is already in use","code":"EMAIL_EXISTS"}`, ""},
		{"PUT", "/internal/users/1/email", `{"email":5}`, 400, invalid("email", "must be a string, not a number"), ""},
		{"PUT", "/internal/users/4/email", `{"email":"new@example.com"}`, 404, noUser, ""},

		{"POST", "/internal/users/3/email/code", `{"sessionId":"s"}`, 200, eve, "user/3@15"},
		{"POST", "/internal/users/1/email/code", `{"sessionId":"s"}`, 409, found, ""},
		{"POST", "/internal/users/4/email/code", `{"sessionId":"s"}`, 404, noUser, ""},
		{"POST", "/internal/users/3/email/code", ``, 400, invalid("body", "is required: send a JSON object"), ""},

		{"PUT", "/internal/users/3/email/verification", `{"code":"ABC123-def456","sessionId":"s","network":"192.0.2.1"}`, 200, done, "user/3@16"},
		{"PUT", "/internal/users/3/email/verification", `{"code":"wrong","sessionId":"s","network":"192.0.2.1"}`, 400, wrong, ""},
		{"PUT", "/internal/users/3/email/verification", `{"code":""}`, 400, invalid("code", "is required"), ""},
		{"PUT", "/internal/users/1/email/verification", `{"code":"abc123def456"}`, 404, none, ""},
		{"PUT", "/internal/users/99/email/verification", `{"code":"abc123def456"}`, 404, none, ""},
	} {
		a := newAPI(t, false)
		u := a.store.User(other)
		u.VerifiedAt = nil
		a.store.Put(u)
		a.do(t, nobody, "POST", "/api/auth/resend-verification", `{"email":"ada3@example.com"}`)
		a.deliver(t)
		w := a.internally(t, c.method, c.target, c.body)
		if w.Code != c.status || w.Body.String() != c.want || w.Header().Get(causal.HeaderWrote) != c.wrote {
			t.Errorf("%s %s %s: %d %s, wrote %q; want %d %s", c.method, c.target, c.body, w.Code, w.Body, w.Header().Get(causal.HeaderWrote), c.status, c.want)
		}
		if w := a.do(t, admin, c.method, c.target, c.body); w.Code != 401 {
			t.Errorf("%s %s without a service token: %d", c.method, c.target, w.Code)
		}
	}
}

func TestEmailCodesAreLimited(t *testing.T) {
	a := newAPI(t, false)
	u := a.store.User(user)
	u.VerifiedAt = nil
	a.store.Put(u)
	for n := range 11 { // ten mails of one kind an hour
		w := a.internally(t, "POST", "/internal/users/1/email/code", `{"sessionId":"s"}`)
		if limited := w.Code == 429 && strings.Contains(w.Body.String(), `"RATE_LIMITED"`); limited != (n == 10) {
			t.Errorf("mail %d: %d %s", n, w.Code, w.Body)
		}
	}
	for n := range 6 {
		w := a.internally(t, "PUT", "/internal/users/1/email/verification", `{"code":"wrong"}`)
		if used := w.Code == 429 && strings.Contains(w.Body.String(), `"MAX_ATTEMPTS_EXCEEDED"`); used != (n == 5) {
			t.Errorf("attempt %d: %d %s", n, w.Code, w.Body)
		}
	}
}
