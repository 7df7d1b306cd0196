package httpapi_test

import (
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"

	"muster/libs/causal"
	"muster/libs/web"
)

func TestChangingTheAddressOverHTTP(t *testing.T) {
	a := newAPI(t, false)
	ask := func(status int, want string) {
		t.Helper()
		if w := a.do(t, user, "PUT", "/api/users/me", `{"email":"new@example.com"}`); w.Code != status || !strings.Contains(w.Body.String(), want) {
			t.Errorf("%d %s\nwant %d %s", w.Code, w.Body, status, want)
		}
	}
	confirm := func(method, code string, status int, want string) {
		t.Helper()
		body := fmt.Sprintf(`{"email":"New@example.com","firstName":"Grace","lastName":null,"verificationCode":%q}`, code)
		w := a.do(t, user, method, "/api/users/me/verify-update", body)
		if w.Code != status || w.Body.String() != want {
			t.Errorf("%d %s\nwant %d %s", w.Code, w.Body, status, want)
		}
		if wrote := w.Header().Get(causal.HeaderWrote); (wrote == "user/1@15") != (status == 200) {
			t.Errorf("wrote %q", wrote)
		}
	}
	ask(200, `"emailVerificationRequired":true`)
	for remaining := 4; remaining >= 0; remaining-- {
		attempts := "attempts"
		if remaining == 1 {
			attempts = "attempt"
		}
		confirm("POST", "654321", 400, fmt.Sprintf(`{"error":"Invalid verification code","message":"The verification code is incorrect. %d %s remaining.",`+
			`"code":"INVALID_CODE","attemptsRemaining":%d}`, remaining, attempts, remaining))
	}
	confirm("POST", "123456", 429, `{"error":"Too many attempts","message":"Maximum verification attempts exceeded. Please request a new update.",`+
		`"code":"MAX_ATTEMPTS_EXCEEDED"}`)

	ask(200, `"emailVerificationRequired":true`)
	taken := a.store.User(other)
	taken.Email = "NEW@example.com"
	a.store.Put(taken)
	confirm("PUT", "123456", 409, `{"error":"Email already in use","message":"This email address is already associated with another account",`+
		`"code":"EMAIL_EXISTS"}`)
	taken.Email = "elsewhere@example.com"
	a.store.Put(taken)
	confirm("PUT", "123456", 200, strings.NewReplacer("Ada1@Example.com", "new@example.com", `"Ada"`, `"Grace"`, `"Lovelace"`, "null",
		"2026-01-02T08:30:02Z", "2026-03-14T12:00:00Z", "2026-01-03T08:30:03Z", "2026-03-14T12:00:00Z").Replace(sampleUser1))
	confirm("PUT", "123456", 404, noEmailChange)
}

func TestMailThatIsNotAccepted(t *testing.T) {
	a := newAPI(t, false)
	u := a.store.User(user)
	u.VerifiedAt = nil
	a.store.Put(u)
	a.mailer.Fail(true)
	for path, body := range map[string]string{
		"PUT /api/users/me": `{"email":"new@example.com"}`, "POST /api/users/verification-requests/resend-email": `{"emails":["ada1@example.com"]}`,
	} {
		method, target, _ := strings.Cut(path, " ")
		if w := a.do(t, user, method, target, body); w.Code != 502 || w.Body.String() != notSent {
			t.Errorf("%s: %d %s", path, w.Code, w.Body)
		}
	}
	a.mailer.Fail(false)
	for range 9 {
		a.do(t, user, "PUT", "/api/users/me", `{"email":"new@example.com"}`)
	}
	w := a.do(t, user, "PUT", "/api/users/me", `{"email":"new@example.com"}`)
	if w.Code != 429 || w.Header().Get("Retry-After") != "3600" || !strings.Contains(w.Body.String(), `"code":"RATE_LIMITED"`) {
		t.Errorf("%d %v %s", w.Code, w.Header(), w.Body)
	}
}

func TestDroppingARequestOverHTTP(t *testing.T) {
	a := newAPI(t, false)
	a.do(t, user, "PUT", "/api/users/me", `{"email":"new@example.com"}`)
	target := fmt.Sprintf("/api/users/verification-requests/%d", a.store.RequestID(user, "EMUP"))
	if w := a.do(t, admin, "DELETE", target, ""); w.Code != 204 || w.Body.Len() != 0 {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if w := a.do(t, admin, "DELETE", target, ""); w.Code != 404 {
		t.Errorf("again: %d %s", w.Code, w.Body)
	}
}

func TestAllWritesNeedTheCSRFToken(t *testing.T) {
	a := newAPI(t, false)
	for _, path := range []string{
		"PUT /api/users/me", "POST /api/users/me/verify-update", "PUT /api/users/me/verify-update", "PUT /api/users/1",
		"POST /api/users/verification-requests/resend-email", "PUT /api/users/verification-requests/new-request-code",
		"POST /api/users/verification-requests/new-request-code", "DELETE /api/users/verification-requests/1", "DELETE /api/users/1",
	} {
		method, target, _ := strings.Cut(path, " ")
		r := httptest.NewRequestWithContext(t.Context(), method, target, strings.NewReader(`{}`))
		a.issuer.SignIn(t, r, admin)
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set(web.HeaderCSRF, "another")
		if w := a.send(r); w.Code != 403 || !strings.Contains(w.Body.String(), "CSRF_INVALID") {
			t.Errorf("%s: %d %s", path, w.Code, w.Body)
		}
	}
}
