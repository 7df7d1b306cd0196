package main

import (
	"bytes"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"

	"muster/libs/contracts/directoryv1"
	"muster/libs/testkit/eventually"
)

// text collects a log.
type text struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (t *text) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.b.Write(p)
}

func (t *text) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.b.String()
}

// TestTheLogTellsOfSecurity: who did or tried what to whom from where, by ids. Nobody's address, name or password is in it, at any level.
func TestTheLogTellsOfSecurity(t *testing.T) {
	t.Parallel()
	s := newSystem(t)
	log := &text{}
	s.log = slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug})
	r := s.boot()
	if err := s.command("admin", "create", "--email", "boss@private.example", "--password-file", s.passwordFile(password)); err != nil {
		t.Fatal(err)
	}
	_, boss := r.login("boss@private.example")
	status, ada := r.post("/api/auth/register", map[string]string{
		"email": "lovelace@private.example", "password": password, "username": "countess", "firstName": "Augusta", "lastName": "Byron",
	}, signedIn{})
	want(t, "register", status, http.StatusCreated)
	r.post("/api/auth/login", signInBody{"lovelace@private.example", "wrong password"}, signedIn{})
	r.post("/api/auth/login", signInBody{"nobody@private.example", "wrong password"}, signedIn{})
	r.audit("/api/auth/audit", ada)
	r.post("/api/auth/change-password", map[string]string{"currentPassword": "wrong password", "newPassword": "another secret"}, ada)
	r.post("/api/users", map[string]string{"email": "guest@private.example", "firstName": "Charles"}, boss)
	r.post("/api/users", map[string]string{"email": "guest@private.example"}, ada)
	r.post("/api/auth/mfa/totp", map[string]string{"name": "phone of Byron"}, boss)
	r.post("/api/auth/reset-password", map[string]string{"email": "lovelace@private.example", "code": "wrongwrong12", "newPassword": "another secret"}, signedIn{})
	s.says(directoryv1.User{ID: ada.userID, Version: 2, AccessVersion: 2, Deleted: true})
	eventually.Holds(t, patience, "the account is removed", func() bool { return r.get("/api/auth/sessions", ada) == http.StatusUnauthorized })

	all := log.String()
	for _, line := range []string{
		`msg="security event" action=sign-in result=OK actor=1 target=1 session=`,
		`msg="security event" action=register result=OK actor=2 target=2 session=`,
		`msg="security event" action=sign-in result=INVALID_CREDENTIALS actor=0 target=2 session="" network=127.0.0.1`,
		`msg="security event" action=sign-in result=INVALID_CREDENTIALS actor=0 target=0 session="" network=127.0.0.1`,
		`msg="security event" action=read-audit result=ADMIN_REQUIRED actor=2 target=2 session=`,
		`msg="security event" action=change-password result=INVALID_CREDENTIALS actor=2 target=2 session=`,
		`msg="security event" action=invite result=OK actor=1 target=3 session=`,
		`msg="security event" action=invite result=ADMIN_REQUIRED actor=2 target=2 session=`,
		`route=/api/users code=ADMIN_REQUIRED actor=2 session=`,
	} {
		if !strings.Contains(all, line) {
			t.Errorf("not in the log: %s", line)
		}
	}
	for _, secret := range []string{"private.example", "lovelace", "countess", "Augusta", "Byron", "Charles", password, "wrong password", "another secret", "wrongwrong12", boss.AccessToken, ada.RefreshToken} {
		if strings.Contains(strings.ToLower(all), strings.ToLower(secret)) {
			t.Errorf("%q is in the log", secret)
		}
	}
	if t.Failed() {
		t.Log(all)
	}
}
