package main

import (
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"muster/services/identity/internal/adapter/webauthn/webauthntest"
)

// TestAnOldSessionSignsInAgain before what needs a fresh sign-in. Its tokens are refreshed, so only the sign-in is old.
func TestAnOldSessionSignsInAgain(t *testing.T) {
	t.Parallel()
	s := newSystem(t)
	var behind atomic.Int64 // what the service's clock lacks
	s.now = func() time.Time { return time.Now().Add(-time.Duration(behind.Load())) }
	behind.Store(int64(10*time.Minute + 2*time.Second))
	r := s.boot()
	in := r.register("ada@example.com")
	s.verifies(in, 2, "ada@example.com", "ADMI")
	device := addPasskey(t, r, r, in)
	status, factors := r.factors(in)
	want(t, "factors", []any{status, len(factors)}, []any{http.StatusOK, 1})
	behind.Store(0)
	status, in = r.refresh(in.RefreshToken)
	want(t, "refreshed", []any{status, r.get("/api/auth/sessions", in)}, []any{http.StatusOK, http.StatusOK})

	acts := []struct {
		name, method, path string
		body               any
		status             int // after a new sign-in
	}{
		{"enrol an app", "POST", "/api/auth/mfa/totp", map[string]string{}, http.StatusCreated},
		{"enrol a passkey", "POST", "/api/auth/mfa/passkeys", map[string]string{}, http.StatusCreated},
		{"recovery codes", "POST", "/api/auth/mfa/recovery-codes", map[string]string{}, http.StatusOK},
		{"link a provider", "POST", "/api/auth/providers", map[string]string{"provider": "google", "idToken": "x"}, http.StatusNotImplemented},
		{"invite an administrator", "POST", "/api/users", map[string]string{"email": "grace@example.com", "userTypeCode": "ADMI"}, http.StatusCreated},
		{"remove a factor", "DELETE", "/api/auth/mfa/factors/" + factors[0], nil, http.StatusNoContent},
		{"change the password", "POST", "/api/auth/change-password", map[string]string{"currentPassword": password, "newPassword": "another battery staple"}, http.StatusNoContent},
	}
	for _, act := range acts {
		status, answer := r.do(r.Request(t, act.method, act.path, act.body), in)
		want(t, act.name+" with the old sign-in", []any{status, answer.Code}, []any{http.StatusForbidden, "STEP_UP_REQUIRED"})
	}

	_, pending := r.ask("/api/auth/login", signInBody{"ada@example.com", password}, signedIn{})
	_, question := r.ask("/api/auth/mfa/passkey-options", map[string]string{"mfaToken": pending.MFAToken}, signedIn{})
	status, again := r.post("/api/auth/mfa/verify", credentialBody{pending.MFAToken, "passkey", device.Use(t, question.PublicKey, 1, false)}, signedIn{})
	want(t, "signed in again", status, http.StatusOK)
	for _, act := range acts {
		status, answer := r.do(r.Request(t, act.method, act.path, act.body), again)
		if status != act.status {
			t.Errorf("%s after a new sign-in: %d %s, want %d", act.name, status, answer.Code, act.status)
		}
	}
}

// TestTheNumberOfFactorsIsLimited: the tenth is the last, of whatever kind, until one is removed.
func TestTheNumberOfFactorsIsLimited(t *testing.T) {
	t.Parallel()
	s := newSystem(t)
	r := s.boot()
	in := r.register("ada@example.com")
	s.verifies(in, 2, "ada@example.com", "NONS")
	const most = 10
	add := func() {
		t.Helper()
		status, enrolled := r.ask("/api/auth/mfa/passkeys", map[string]string{}, in)
		want(t, "enrolled", status, http.StatusCreated)
		status, _ = r.ask("/api/auth/mfa/passkeys/"+enrolled.ID+"/confirm", credentialBody{Credential: webauthntest.New(page).Create(t, enrolled.PublicKey)}, in)
		want(t, "confirmed", status, http.StatusOK)
	}
	for range most {
		add()
	}
	full := []any{http.StatusConflict, "TOO_MANY_FACTORS"}
	for _, path := range []string{"/api/auth/mfa/passkeys", "/api/auth/mfa/totp"} {
		status, refused := r.ask(path, map[string]string{}, in)
		want(t, "the eleventh: "+path, []any{status, refused.Code}, full)
	}
	_, factors := r.factors(in)
	want(t, "factors", len(factors), most)
	status, _ := r.do(r.Request(t, http.MethodDelete, "/api/auth/mfa/factors/"+factors[0], nil), in)
	want(t, "removed", status, http.StatusNoContent)
	add()
	_, factors = r.factors(in)
	want(t, "factors again", len(factors), most)
}
