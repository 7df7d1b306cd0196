package main

import (
	"net/http"
	"testing"
	"time"

	"muster/libs/contracts/identityv1"
	"muster/services/identity/internal/identity"
)

type resetBody struct {
	Email       string `json:"email"`
	Code        string `json:"code"`
	NewPassword string `json:"newPassword"`
}

// TestAPasswordIsReset for a user, and for a legacy user that has no account.
func TestAPasswordIsReset(t *testing.T) {
	t.Parallel()
	s := newSystem(t)
	r := s.boot()
	in := r.register("ada@example.com")
	s.says(living(in.userID, 1, "ada@example.com"))
	s.settled(in.userID, 1)
	created := time.Date(2019, 5, 31, 10, 20, 30, 0, time.UTC)
	s.directory.Mail("RPWR", "ada@example.com", "abc123def456", identity.Proof{UserID: in.userID, UserVersion: 2})
	s.directory.Mail("RPWR", "grace@example.com", "abc123def456", identity.Proof{Legacy: &identity.LegacyAccount{
		ID: 7, Email: "Grace@example.com", Username: "grace", CreatedAt: created,
	}})
	const chosen = "another battery staple"
	for _, email := range []string{"ada@example.com", "grace@example.com"} {
		status, out := r.post("/api/auth/reset-password", resetBody{email, "wrong", chosen}, signedIn{})
		want(t, "a wrong code", []any{status, out.Code}, []any{http.StatusBadRequest, "INVALID_CODE"})
		status, out = r.post("/api/auth/reset-password", resetBody{email, "abc123def456", chosen}, signedIn{})
		want(t, email, []any{status, out.Code}, []any{http.StatusOK, ""})
		status, _ = r.login(email)
		want(t, "another password", status, http.StatusUnauthorized)
		status, again := r.post("/api/auth/login", signInBody{email, chosen}, signedIn{})
		want(t, "the new password", status, http.StatusOK)
		want(t, "the new session", r.get("/api/auth/csrf-token", again), http.StatusOK)
	}
	want(t, "the old session", r.get("/api/auth/csrf-token", in), http.StatusUnauthorized)
	status, out := r.refresh(in.RefreshToken)
	want(t, "refresh", []any{status, out.Code}, []any{http.StatusUnauthorized, "REFRESH_INVALID"})
	states := s.states(in.userID+1, func(identityv1.Account) bool { return true })
	want(t, "the legacy user", *states[0].Legacy, identityv1.Legacy{UserID: 7, EmailVerified: true})
	want(t, "created", states[0].CreatedAt, created)
}
