package main

import (
	"net/http"
	"testing"
	"time"

	"muster/libs/contracts/directoryv1"
	"muster/libs/contracts/identityv1"
	"muster/libs/service/servicetest"
	"muster/libs/testkit/kafkatest"
)

// TestBillingRefusesByItself: billing itself refuses the requests that the gateway would refuse.
func TestBillingRefusesByItself(t *testing.T) {
	s := start(t)
	begin := time.Now().Truncate(time.Second)
	const anybody = 42
	status := func(session string, issued time.Time) int {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL+"/api/billing/subscription", http.NoBody)
		must(t, err)
		r.Header.Set("Authorization", "Bearer "+s.issuer.Token(t, anybody, session, issued))
		return s.do(r).Status
	}
	const in, out = http.StatusNotFound, http.StatusUnauthorized // there is no subscription
	says := func(version int64, change func(*identityv1.Account)) {
		a := identityv1.Account{UserID: anybody, Version: version}
		change(&a)
		kafkatest.Publish(t, s.prefix, "identity", a)
	}
	becomes := func(what string, want int, session string, issued time.Time) {
		t.Helper()
		s.eventually(what, func() bool { return status(session, issued) == want })
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

	s.user(anybody, 2, func(u *directoryv1.User) { u.IsActive = false })
	becomes("deactivated", out, "c", begin)
	later := begin.Add(time.Second)
	says(4, func(a *identityv1.Account) { a.TokensValidFrom = &later })
	s.user(anybody, 3, nil)
	becomes("reactivated", in, "c", later)
	becomes("a token from before the deactivation", out, "c", begin)

	says(5, func(a *identityv1.Account) { a.Deleted = true })
	becomes("the account is deleted", out, "c", later)
}

func TestWhoCallsBilling(t *testing.T) {
	s := start(t)
	s.CalledBy(servicetest.Secret, "billing", http.MethodGet, "/internal/webhook-events/evt_1", "gateway")
}
