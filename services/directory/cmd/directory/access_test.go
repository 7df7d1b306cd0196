package main

import (
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"muster/libs/contracts/directoryv1"
	"muster/libs/contracts/identityv1"
	"muster/libs/service/servicetest"
	"muster/libs/testkit/eventually"
	"muster/libs/web"
)

// TestDirectoryRefusesByItself what the gateway would not let through.
func TestDirectoryRefusesByItself(t *testing.T) {
	s := boot(t)
	s.publish(t, administrator(1, "admin@example.com"), account(42, "ada@example.com"))
	s.state(t, 42, "made", func(directoryv1.User) bool { return true })
	s.state(t, 1, "made", func(directoryv1.User) bool { return true })
	begin := time.Now().Truncate(time.Second)
	status := func(session string, issued time.Time) int {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL+"/api/users/me", http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		s.issuer.SignInAt(t, r, 42, session, issued)
		response, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		return response.StatusCode
	}
	const in, out = http.StatusOK, http.StatusUnauthorized
	says := func(version int64, change func(*identityv1.Account)) {
		a := account(42, "ada@example.com")
		a.Registration, a.Version = nil, version
		change(&a)
		s.publish(t, a)
	}
	becomes := func(what string, want int, session string, issued time.Time) {
		t.Helper()
		eventually.Holds(t, patience, what, func() bool { return status(session, issued) == want })
	}
	stays := func(what string, want int, session string, issued time.Time) {
		t.Helper()
		if got := status(session, issued); got != want {
			t.Errorf("%s: %d, want %d", what, got, want)
		}
	}
	old := begin.Add(-time.Minute)

	stays("a session", in, "a", old)
	says(2, func(a *identityv1.Account) {
		a.EndedSessions = []identityv1.EndedSession{{ID: "a", Until: begin.Add(time.Hour)}}
	})
	becomes("the session has ended", out, "a", old)
	stays("another session", in, "b", old)

	says(3, func(a *identityv1.Account) { a.TokensValidFrom = &begin })
	becomes("the password was changed", out, "b", old)
	stays("a token from after", in, "b", begin)

	s.expect(t, 200, 1, "PUT", "/api/users/42", `{"isActive":false}`)
	stays("deactivated", out, "c", begin)
	later := begin.Add(time.Second)
	says(4, func(a *identityv1.Account) { a.TokensValidFrom = &later })
	s.expect(t, 200, 1, "PUT", "/api/users/42", `{"isActive":true}`)
	stays("reactivated", in, "c", later)
	becomes("a token from before the deactivation", out, "c", begin)

	says(5, func(a *identityv1.Account) { a.Deleted, a.Email = true, "" })
	becomes("the account is deleted", out, "c", later)
}

func TestWhoCallsDirectory(t *testing.T) {
	s := boot(t)
	s.CalledBy(servicetest.Secret, "directory", http.MethodGet, "/internal/users/1/mail?wait=0s", "gateway")
}

// TestAnOldSessionSignsInAgain before it changes an address, deletes somebody else, or makes an administrator.
func TestAnOldSessionSignsInAgain(t *testing.T) {
	s := boot(t)
	s.publish(t, administrator(1, "admin@example.com"), account(2, "ada@example.com"), account(3, "grace@example.com"))
	for id := range int64(3) {
		s.state(t, id+1, "made", func(directoryv1.User) bool { return true })
	}
	call := func(as int64, method, path, body string, age time.Duration) (int, string) {
		r := s.Request(t, method, path, json.RawMessage(body))
		s.issuer.SignInAt(t, r, as, "s", time.Now().Add(-age))
		a := servicetest.Do(t, r)
		var answer struct{ Code string }
		if len(a.Body) > 0 {
			if err := json.Unmarshal(a.Body, &answer); err != nil {
				t.Fatal(err)
			}
		}
		return a.Status, answer.Code
	}
	for _, act := range []struct {
		name, method, path, body string
		as                       int64
		status                   int
	}{
		{"one's own address", "PUT", "/api/users/me", `{"email":"ada2@example.com"}`, 2, http.StatusOK},
		{"another's address", "PUT", "/api/users/2", `{"email":"ada3@example.com"}`, 1, http.StatusOK},
		{"a new administrator", "PUT", "/api/users/2", `{"userTypeCode":"ADMI"}`, 1, http.StatusOK},
		{"a deletion", "DELETE", "/api/users/3", `{}`, 1, http.StatusNoContent},
	} {
		if status, code := call(act.as, act.method, act.path, act.body, web.StepUpAge+time.Minute); status != http.StatusForbidden || code != "STEP_UP_REQUIRED" {
			t.Errorf("%s with an old sign-in: %d %s", act.name, status, code)
		}
		if status, code := call(act.as, act.method, act.path, act.body, time.Minute); status != act.status {
			t.Errorf("%s with a fresh one: %d %s", act.name, status, code)
		}
	}
}
