package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"muster/libs/contracts"
	"muster/libs/contracts/identityv1"
	"muster/libs/service/servicetest"
	"muster/libs/testkit/kafkatest"
	"muster/libs/web"
)

// thunderAnswer is the answer of a route for the Thunder façade.
type thunderAnswer struct {
	UserID       int64
	PasswordHash string
	Code         string // of an error

	status int
	wrote  string
}

// thunder calls a route as the gateway does.
func (r *replica) thunder(method, path string, body any) thunderAnswer {
	r.t.Helper()
	request := r.Request(r.t, method, "/internal/thunder"+path, body)
	tokens, err := web.NewServiceTokens(servicetest.Secret, "gateway")
	if err != nil {
		r.t.Fatal(err)
	}
	token, err := tokens.Issue("identity", time.Now())
	if err != nil {
		r.t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+token)
	a := servicetest.Do(r.t, request)
	out := thunderAnswer{status: a.Status, wrote: a.Header.Get("X-Muster-Wrote")}
	if err := json.Unmarshal(a.Body, &out); err != nil {
		r.t.Fatalf("%s: %v", a.Body, err)
	}
	return out
}

type fields map[string]any

func (r *replica) create(email, password, algorithm string) thunderAnswer {
	r.t.Helper()
	return r.thunder(http.MethodPost, "/accounts", fields{"email": email, "password": password, "algorithm": algorithm, "properties": fields{}})
}

func (r *replica) check(application, email string, password any) thunderAnswer {
	r.t.Helper()
	return r.thunder(http.MethodPost, "/accounts/check", fields{"application": application, "email": email, "password": password, "commonMistakes": false})
}

func (r *replica) setPassword(id int64, password, algorithm string, current any) thunderAnswer {
	r.t.Helper()
	return r.thunder(http.MethodPut, fmt.Sprintf("/accounts/%d/password", id), fields{"password": password, "algorithm": algorithm, "current": current})
}

// TestManyCreationsOfOneAddress on two replicas: one of them makes the account.
func TestManyCreationsOfOneAddress(t *testing.T) {
	t.Parallel()
	s := newSystem(t)
	replicas := []*replica{s.boot(), s.boot()}
	answers := make([]thunderAnswer, 200)
	var wg sync.WaitGroup
	for i := range answers {
		wg.Go(func() {
			algorithm := []string{"argon", "sha256", "simple"}[i%3]
			answers[i] = replicas[i%2].create([]string{"ada@example.com", "ADA@example.com"}[i/2%2], "12345", algorithm)
		})
	}
	wg.Wait()
	won := 0
	for _, a := range answers {
		if a.status == http.StatusCreated {
			won++
			want(t, "wrote", a.wrote, fmt.Sprintf("account/%d@1", a.UserID))
			continue
		}
		want(t, "a loser", []any{a.status, a.Code, a.wrote}, []any{http.StatusConflict, "EMAIL_EXISTS", ""})
	}
	want(t, "winners", won, 1)
	want(t, "accounts published", len(kafkatest.Await(t, s.prefix+contracts.TopicAccount, 1)), 1)
}

// TestPropertiesReachDirectory, with everything else that it makes the user of.
func TestPropertiesReachDirectory(t *testing.T) {
	t.Parallel()
	s := newSystem(t)
	r := s.boot()
	properties := json.RawMessage(`{"seats": 3, "plan": "gold", "rate": 1.50, "tags": ["<&>", null]}`)
	a := r.thunder(http.MethodPost, "/accounts", fields{"email": "Ada@example.com", "password": "12345", "algorithm": "argon", "properties": properties})
	want(t, "created", []any{a.status, a.wrote}, []any{http.StatusCreated, "account/1@1"})
	states := s.states(1, func(identityv1.Account) bool { return true })
	registration := *states[0].Registration
	var got, sent any
	if err := json.Unmarshal(registration.Properties, &got); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(properties, &sent); err != nil {
		t.Fatal(err)
	}
	want(t, "properties", got, sent)
	registration.Properties = nil
	want(t, "registration", registration, identityv1.Registration{Username: "Ada", TypeCode: "NONS", Imported: true})
	want(t, "last sign-in", states[0].LastLoginAt, (*time.Time)(nil))
	want(t, "what happened", s.kinds(1, 1), []identityv1.Kind{identityv1.Registered})

	s.says(living(1, 1, "Ada@example.com"))
	want(t, "registration in the end", s.settled(1, 1).Registration, (*identityv1.Registration)(nil))
}

// TestEachAlgorithmFromCreationToSignIn: the application sees the hash that it asked for until the owner signs in, and may
// send it back after that.
func TestEachAlgorithmFromCreationToSignIn(t *testing.T) {
	t.Parallel()
	s := newSystem(t)
	r := s.boot()
	argon := regexp.MustCompile(`^\$argon2id\$v=19\$m=64,t=1,p=1\$[^$]{22}\$[^$]{43}$`)
	for i, c := range []struct {
		algorithm string
		shown     *regexp.Regexp
	}{
		{"argon", argon}, {"bcrypt", regexp.MustCompile(`^\$2[ab]\$10\$.{53}$`)}, {"sha256", regexp.MustCompile(`^.{16}[0-9a-f]{64}$`)},
		{"simple", regexp.MustCompile("^correct horse$")},
	} {
		email, id := c.algorithm+"@example.com", int64(i+1)
		made := r.create(email, password, c.algorithm)
		if made.status != http.StatusCreated || made.UserID != id || !c.shown.MatchString(made.PasswordHash) {
			t.Fatalf("%s: %+v", c.algorithm, made)
		}
		found := thunderAnswer{UserID: id, PasswordHash: made.PasswordHash, status: http.StatusOK}
		want(t, "checked", r.check("shop", email, password), found)
		want(t, "not checked", r.check("shop", email, nil), found)
		a := r.check("shop", email, "x"+password)
		want(t, "wrong", []any{a.status, a.Code}, []any{http.StatusUnauthorized, "INVALID_CREDENTIALS"})

		status, in := r.login(email)
		want(t, "sign-in", []any{status, in.userID}, []any{http.StatusOK, id})
		after := r.check("shop", email, password)
		if !argon.MatchString(after.PasswordHash) || (after.PasswordHash == made.PasswordHash) != (c.algorithm == "argon") {
			t.Errorf("%s: the hash after the sign-in is %q", c.algorithm, after.PasswordHash)
		}
		unchanged := thunderAnswer{PasswordHash: after.PasswordHash, status: http.StatusOK}
		want(t, "the current hash sent back", r.setPassword(id, after.PasswordHash, c.algorithm, nil), unchanged)
		if c.algorithm != "simple" {
			want(t, "an older hash sent back", r.setPassword(id, made.PasswordHash, c.algorithm, password), unchanged)
		}
		want(t, "access token", r.get("/api/auth/csrf-token", in), http.StatusOK)

		set := r.setPassword(id, "12345", c.algorithm, password)
		want(t, "another password", []any{set.status, set.wrote}, []any{http.StatusOK, fmt.Sprintf("account/%d@3", id)})
		want(t, "access token", r.get("/api/auth/csrf-token", in), http.StatusUnauthorized)
		status, _ = r.refresh(in.RefreshToken)
		want(t, "refresh token", status, http.StatusUnauthorized)
		status, _ = r.login(email)
		want(t, "sign-in with the old password", status, http.StatusUnauthorized)
		status, _ = r.post("/api/auth/login", signInBody{email, "12345"}, signedIn{})
		want(t, "sign-in with the new password", status, http.StatusOK)
	}
	for id := int64(1); id <= 4; id++ {
		for _, state := range s.states(id, func(a identityv1.Account) bool { return a.Version == 4 }) {
			text, err := json.Marshal(state)
			if err != nil || strings.ContainsAny(string(text), "$") || strings.Contains(string(text), password) {
				t.Errorf("published: %s, %v", text, err)
			}
		}
	}
}

func TestPasswordsAreOneInBothUnicodeForms(t *testing.T) {
	t.Parallel()
	r := newSystem(t).boot()
	const composed, decomposed = "caf\u00e9 au lait", "cafe\u0301 au lait"
	for _, algorithm := range []string{"argon", "bcrypt", "sha256", "simple"} {
		email := algorithm + "@example.com"
		want(t, "created", r.create(email, decomposed, algorithm).status, http.StatusCreated)
		for _, typed := range []string{composed, decomposed} {
			want(t, algorithm, r.check("shop", email, typed).status, http.StatusOK)
		}
		status, _ := r.post("/api/auth/login", signInBody{email, composed}, signedIn{})
		want(t, "sign-in", status, http.StatusOK)
	}
}

// TestTheLegacyAccountIsCheckedLikeAnother, and becomes an account without a session.
func TestTheLegacyAccountIsCheckedLikeAnother(t *testing.T) {
	t.Parallel()
	s := newSystem(t)
	replicas := []*replica{s.boot(), s.boot()}
	r := replicas[0]
	want(t, "import", r.imports(legacyRow(7, "Grace@example.com", false)), []string{"stored 0"})
	a := r.check("shop", "grace@example.com", "wrong password")
	want(t, "wrong", []any{a.status, a.Code}, []any{http.StatusUnauthorized, "INVALID_CREDENTIALS"})
	a = r.check("shop", "grace@example.com", nil)
	want(t, "not checked", []any{a.status, a.Code}, []any{http.StatusNotFound, "ACCOUNT_NOT_FOUND"})

	answers := make([]thunderAnswer, 8)
	var wg sync.WaitGroup
	for i := range answers {
		wg.Go(func() { answers[i] = replicas[i%2].check("shop", "grace@example.com", password) })
	}
	wg.Wait()
	wrote := 0
	for _, a := range answers {
		want(t, "right", []any{a.status, a.UserID, strings.HasPrefix(a.PasswordHash, "$argon2id$")}, []any{http.StatusOK, int64(1), true})
		if a.wrote != "" {
			want(t, "wrote", a.wrote, "account/1@1")
			wrote++
		}
	}
	want(t, "calls that wrote", wrote, 1)
	state := s.states(1, func(identityv1.Account) bool { return true })[0]
	want(t, "legacy user", state.Legacy, &identityv1.Legacy{UserID: 7, EmailVerified: true})
	for _, m := range kafkatest.Await(t, s.prefix+contracts.TopicAccountEvents, 1) {
		var event identityv1.AccountEvent
		if err := json.Unmarshal(m.Value, &event); err != nil {
			t.Fatal(err)
		}
		want(t, "event", []any{event.Kind, event.SessionID}, []any{identityv1.Registered, ""})
	}
}

func TestWhoIsNotAdmittedIsNotChecked(t *testing.T) {
	t.Parallel()
	s := newSystem(t)
	r := s.boot()
	ada := r.create("ada@example.com", password, "argon").UserID
	bob := r.create("bob@example.com", "bob's", "argon").UserID
	off := living(ada, 2, "ada@example.com")
	off.IsActive = false
	s.says(living(ada, 1, "ada@example.com"), off)
	s.settled(ada, 2)
	a := r.check("shop", "ada@example.com", password)
	want(t, "deactivated", []any{a.status, a.Code}, []any{http.StatusUnauthorized, "INVALID_CREDENTIALS"})
	want(t, "deactivated, not checked", r.check("shop", "ada@example.com", nil).UserID, ada)

	s.says(living(ada, 3, "ada@example.com"))
	s.settled(ada, 3)
	s.says(living(bob, 1, "ada@example.com"))
	s.settled(bob, 1)
	a = r.check("shop", "ada@example.com", password)
	want(t, "displaced", []any{a.status, a.Code}, []any{http.StatusUnauthorized, "INVALID_CREDENTIALS"})
	want(t, "who has the address", r.check("shop", "ada@example.com", "bob's").UserID, bob)
	a = r.check("shop", "bob@example.com", "bob's")
	want(t, "the address of nobody", []any{a.status, a.Code}, []any{http.StatusNotFound, "ACCOUNT_NOT_FOUND"})
}

// TestAnApplicationsFailuresAreItsOwn, on all replicas alike.
func TestAnApplicationsFailuresAreItsOwn(t *testing.T) {
	t.Parallel()
	s := newSystem(t)
	s.environment["IDENTITY_LOGIN_MAX_FAILURES"], s.environment["IDENTITY_LOGIN_MAX_IP_FAILURES"] = "4", "4"
	replicas := []*replica{s.boot(), s.boot()}
	for _, email := range []string{"ada@example.com", "bob@example.com"} {
		replicas[0].register(email)
		for i := range 4 {
			want(t, "a wrong password", replicas[i%2].check("shop", email, "wrong password").status, http.StatusUnauthorized)
		}
		for i := range 2 {
			a := replicas[i].check("shop", email, password)
			want(t, "past the limit", []any{a.status, a.Code}, []any{http.StatusTooManyRequests, "RATE_LIMITED"})
		}
		status, _ := replicas[0].login(email)
		want(t, "the owner", status, http.StatusOK)
		want(t, "another application", replicas[0].check("club", email, password).status, http.StatusOK)
	}
}

func TestWhoCallsTheThunderRoutes(t *testing.T) {
	t.Parallel()
	r := newSystem(t).boot()
	r.CalledBy(servicetest.Secret, "identity", http.MethodPost, "/internal/thunder/accounts", "gateway")
	r.CalledBy(servicetest.Secret, "identity", http.MethodPost, "/internal/thunder/accounts/check", "gateway")
	r.CalledBy(servicetest.Secret, "identity", http.MethodPut, "/internal/thunder/accounts/1/password", "gateway")
}
