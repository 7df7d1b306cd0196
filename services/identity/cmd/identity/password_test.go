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

// TestAPasswordIsChanged by one of three sessions: the others end on every replica.
func TestAPasswordIsChanged(t *testing.T) {
	t.Parallel()
	s := newSystem(t)
	r := s.boot()
	other := s.boot()
	in := r.register("ada@example.com")
	_, second := r.login("ada@example.com")
	_, third := other.login("ada@example.com")
	type body struct {
		CurrentPassword string `json:"currentPassword"`
		NewPassword     string `json:"newPassword"`
	}
	const chosen = "another battery staple"
	status, out := r.post("/api/auth/change-password", body{"wrong", chosen}, in)
	want(t, "a wrong password", []any{status, out.Code}, []any{http.StatusUnauthorized, "INVALID_CREDENTIALS"})
	status, out = r.post("/api/auth/change-password", body{password, "qwertyuiop"}, in)
	want(t, "a common password", []any{status, out.Code}, []any{http.StatusBadRequest, "VALIDATION_FAILED"})
	status, out = r.post("/api/auth/change-password", body{password, chosen}, in)
	want(t, "changed", []any{status, out.wrote}, []any{http.StatusNoContent, "account/1@4"})
	for _, replica := range []*replica{r, other} {
		want(t, "sessions", []int{
			replica.get("/api/auth/csrf-token", in), replica.get("/api/auth/csrf-token", second), replica.get("/api/auth/csrf-token", third),
		}, []int{200, 401, 401})
	}
	status, _ = r.refresh(second.RefreshToken)
	want(t, "the refresh token of another session", status, http.StatusUnauthorized)
	status, _ = r.refresh(in.RefreshToken)
	want(t, "the own refresh token", status, http.StatusOK)
	status, _ = r.login("ada@example.com")
	want(t, "the old password", status, http.StatusUnauthorized)
	status, _ = r.post("/api/auth/login", signInBody{"ada@example.com", chosen}, signedIn{})
	want(t, "the new password", status, http.StatusOK)
	states := s.states(in.userID, func(a identityv1.Account) bool { return a.Version == 5 })
	want(t, "ended sessions", len(states[3].EndedSessions), 2)
}
