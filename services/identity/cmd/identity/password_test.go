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

// TestAnInvitation: an administrator's account is made, the code sets its password, and the session works.
func TestAnInvitation(t *testing.T) {
	t.Parallel()
	s := newSystem(t)
	s.environment["IDENTITY_BOOTSTRAP_ADMIN_EMAIL"] = "admin@muster.local"
	s.environment["IDENTITY_BOOTSTRAP_ADMIN_PASSWORD"] = password
	r := s.boot()
	status, boss := r.login("admin@muster.local")
	want(t, "administrator", status, http.StatusOK)
	body := map[string]string{"email": "grace@example.com", "userTypeCode": "SUBS"}
	status, invited := r.post("/api/users", body, boss)
	want(t, "invited", []any{status, invited.userID, invited.wrote}, []any{http.StatusCreated, int64(2), "account/2@1"})
	status, again := r.post("/api/users", body, boss)
	want(t, "again", []any{status, again.Code}, []any{http.StatusConflict, "EMAIL_EXISTS"})
	states := s.states(2, func(identityv1.Account) bool { return true })
	want(t, "registration", *states[0].Registration, identityv1.Registration{Username: "grace", TypeCode: "SUBS", Invited: true})
	status, _ = r.login("grace@example.com")
	want(t, "without a password", status, http.StatusUnauthorized)
	s.directory.Mail("INVI", "grace@example.com", "abc123def456", identity.Proof{UserID: 2, UserVersion: 2})
	accept := map[string]string{"email": "grace@example.com", "code": "abc123def456", "password": password}
	status, in := r.post("/api/auth/accept-invitation", accept, signedIn{})
	want(t, "accepted", []any{status, in.userID}, []any{http.StatusOK, int64(2)})
	want(t, "the session", r.get("/api/auth/csrf-token", in), http.StatusOK)
	status, _ = r.refresh(in.RefreshToken)
	want(t, "refresh", status, http.StatusOK)
	status, _ = r.login("grace@example.com")
	want(t, "login", status, http.StatusOK)
	want(t, "what happened", s.kinds(2, 4), []identityv1.Kind{identityv1.Registered, identityv1.Refused, identityv1.SignedIn, identityv1.SignedIn})
}
