package main

import (
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"muster/libs/ops"
	"muster/libs/service/servicetest"
	"muster/libs/testkit/eventually"
	"muster/libs/web"
	"muster/services/identity/internal/identity/identitytest"
)

// keyIDs reads the key set.
func (r *replica) keyIDs() []string {
	r.t.Helper()
	response, err := http.Get(r.URL + "/.well-known/jwks.json")
	if err != nil {
		r.t.Fatal(err)
	}
	defer response.Body.Close()
	var set struct {
		Keys []struct {
			KeyID string `json:"kid"`
		}
	}
	if err := json.NewDecoder(response.Body).Decode(&set); err != nil {
		r.t.Fatal(err)
	}
	var ids []string
	for _, k := range set.Keys {
		ids = append(ids, k.KeyID)
	}
	return ids
}

// The clock of the service is moved; the tokens are checked by the real time, so the test ends at the present.
func TestSigningKeysRotate(t *testing.T) {
	t.Parallel()
	s := newSystem(t)
	clock := identitytest.NewClock(time.Now().Add(-30*24*time.Hour - time.Minute))
	s.now = clock.Now
	a, b := s.boot(), s.boot()
	a.register("ada@example.com")
	signer := func() string {
		status, in := a.login("ada@example.com")
		want(t, "login", status, http.StatusOK)
		header, _, err := identitytest.Claims(in.AccessToken)
		if err != nil {
			t.Fatal(err)
		}
		return header["kid"].(string)
	}
	first := signer()
	want(t, "one key", [][]string{a.keyIDs(), b.keyIDs()}, [][]string{{first}, {first}})

	clock.Advance(30*24*time.Hour - 9*time.Minute) // ten minutes before the rotation and one more
	for _, r := range []*replica{a, b} {
		eventually.Holds(t, patience, "the new key is published", func() bool { return len(r.keyIDs()) == 2 })
	}
	second := a.keyIDs()[1]
	want(t, "both replicas have the same keys", b.keyIDs(), []string{first, second})
	want(t, "who signs meanwhile", signer(), first)

	clock.Advance(10 * time.Minute)
	want(t, "who signs now", signer(), second)
	status, in := a.login("ada@example.com")
	want(t, "login", status, http.StatusOK)
	want(t, "the other replica takes the new key's tokens", b.get("/api/auth/csrf-token", in), http.StatusOK)

	clock.Advance(16 * time.Minute)
	eventually.Holds(t, patience, "the old key is dropped", func() bool { return len(a.keyIDs()) == 1 && a.keyIDs()[0] == second })
}

// TestAnOperatorRotatesTheKeys on one replica: the other publishes and uses the new key without a restart.
func TestAnOperatorRotatesTheKeys(t *testing.T) {
	t.Parallel()
	s := newSystem(t)
	clock := identitytest.NewClock(time.Now().Add(-time.Hour))
	s.now = clock.Now
	a, b := s.boot(), s.boot()
	in := a.register("ada@example.com")
	first := a.keyIDs()[0]
	a.CalledBy(servicetest.Secret, "identity", http.MethodPost, "/internal/ops/keys/rotate", "ops")
	operate := func(method, path string) (states []string) {
		tokens, err := web.NewServiceTokens(servicetest.Secret, ops.Caller)
		if err != nil {
			t.Fatal(err)
		}
		token, err := tokens.Issue("identity", time.Now())
		if err != nil {
			t.Fatal(err)
		}
		request, err := http.NewRequestWithContext(t.Context(), method, a.InternalURL+"/internal/ops"+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Authorization", "Bearer "+token)
		answer := servicetest.Do(t, request)
		var page ops.Page[ops.SigningKey]
		if err := json.Unmarshal(answer.Body, &page); err != nil {
			t.Fatalf("%d %s: %v", answer.Status, answer.Body, err)
		}
		for _, k := range page.Data {
			states = append(states, string(k.State))
		}
		return states
	}
	want(t, "rotated", operate(http.MethodPost, "/keys/rotate"), []string{"signing", "next"})
	want(t, "published at once", len(a.keyIDs()), 2)
	eventually.Holds(t, patience, "the other replica publishes the key", func() bool { return len(b.keyIDs()) == 2 })
	want(t, "who signs meanwhile", a.keyIDs()[0], first)
	clock.Advance(11 * time.Minute)
	want(t, "listed", operate(http.MethodGet, "/keys"), []string{"retiring", "signing"})
	status, signed := b.login("ada@example.com")
	want(t, "login", status, http.StatusOK)
	header, _, err := identitytest.Claims(signed.AccessToken)
	if err != nil {
		t.Fatal(err)
	}
	want(t, "who signs now", header["kid"], any(a.keyIDs()[1]))
	status, _ = a.refresh(in.RefreshToken)
	want(t, "an old session", status, http.StatusOK)
	clock.Advance(16 * time.Minute)
	eventually.Holds(t, patience, "the old key is dropped", func() bool { return len(a.keyIDs()) == 1 && a.keyIDs()[0] != first })
}
