package main

import (
	"encoding/json"
	"net/http"
	"reflect"
	"sync"
	"testing"

	"muster/libs/contracts"
	"muster/libs/contracts/directoryv1"
	"muster/libs/contracts/identityv1"
	"muster/libs/service/servicetest"
	"muster/libs/testkit/kafkatest"
)

func want(t *testing.T, what string, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("%s: got %v, want %v", what, got, want)
	}
}

func TestFromTheDoorToTheTopicsAndBack(t *testing.T) {
	t.Parallel()
	s := newSystem(t)
	r := s.boot()
	in := r.register("ada@example.com")
	want(t, "wrote", in.wrote, "account/1@1")
	states := s.states(in.userID, func(identityv1.Account) bool { return true })
	want(t, "registration", *states[0].Registration, identityv1.Registration{Username: "ada", TypeCode: "NONS"})
	want(t, "what happened", s.kinds(in.userID, 1), []identityv1.Kind{identityv1.Registered})

	s.says(living(in.userID, 1, "ada@example.com"))
	accepted := s.settled(in.userID, 1)
	if accepted.Registration != nil || accepted.ActivityVersion != 1 || accepted.Version != 2 {
		t.Errorf("accepted: %+v", accepted)
	}
	status, again := r.login("ADA@example.com")
	want(t, "login", []any{status, again.wrote, again.userID}, []any{http.StatusOK, "account/1@3", in.userID})
	want(t, "what happened", s.kinds(in.userID, 2), []identityv1.Kind{identityv1.Registered, identityv1.SignedIn})

	status, out := r.post("/api/auth/logout", nil, again)
	want(t, "logout", []any{status, out.wrote}, []any{http.StatusNoContent, "account/1@4"})
	want(t, "token after logout", r.get("/api/auth/csrf-token", again), http.StatusUnauthorized)
	want(t, "token of the other session", r.get("/api/auth/csrf-token", in), http.StatusOK)
	ended := s.states(in.userID, func(a identityv1.Account) bool { return a.Version == 4 })
	want(t, "ended sessions", len(ended[len(ended)-1].EndedSessions), 1)
}

func TestRejectionRemovesTheAccount(t *testing.T) {
	t.Parallel()
	s := newSystem(t)
	r := s.boot()
	in := r.register("ada@example.com")
	s.says(directoryv1.User{ID: in.userID, Version: 1, Deleted: true, RejectedBecause: "EMAIL_EXISTS", AccessVersion: 1, AccountVersion: 1})
	state := s.settled(in.userID, 1)
	if !state.Deleted || state.Email != "" || state.Registration != nil {
		t.Errorf("state %+v", state)
	}
	want(t, "what happened", s.kinds(in.userID, 2), []identityv1.Kind{identityv1.Registered, identityv1.Removed})
	want(t, "access token", r.get("/api/auth/csrf-token", in), http.StatusUnauthorized)
	status, out := r.login("ada@example.com")
	want(t, "login", []any{status, out.Code}, []any{http.StatusUnauthorized, "INVALID_CREDENTIALS"})
	status, out = r.refresh(in.RefreshToken)
	want(t, "refresh", []any{status, out.Code}, []any{http.StatusUnauthorized, "REFRESH_INVALID"})
	r.register("ada@example.com")
}

func TestDeactivationAndDeletion(t *testing.T) {
	t.Parallel()
	s := newSystem(t)
	r := s.boot()
	in := r.register("ada@example.com")
	off := living(in.userID, 2, "ada@example.com")
	off.IsActive = false
	s.says(living(in.userID, 1, "ada@example.com"), off)
	s.settled(in.userID, 2)
	status, out := r.login("ada@example.com")
	want(t, "login", []any{status, out.Code}, []any{http.StatusForbidden, "ACCOUNT_INACTIVE"})
	want(t, "access token", r.get("/api/auth/csrf-token", in), http.StatusUnauthorized)
	status, _ = r.refresh(in.RefreshToken)
	want(t, "refresh", status, http.StatusUnauthorized)

	s.says(living(in.userID, 3, "ada@example.com"))
	s.settled(in.userID, 3)
	status, back := r.login("ada@example.com")
	want(t, "login", status, http.StatusOK)
	want(t, "new access token", r.get("/api/auth/csrf-token", back), http.StatusOK)
	want(t, "old access token", r.get("/api/auth/csrf-token", in), http.StatusUnauthorized)

	s.says(directoryv1.User{ID: in.userID, Version: 4, Deleted: true, AccessVersion: 4})
	state := s.settled(in.userID, 4)
	want(t, "deleted", []any{state.Deleted, state.Email}, []any{true, ""})
	want(t, "access token of the deleted", r.get("/api/auth/csrf-token", back), http.StatusUnauthorized)
	if again := r.register("ADA@example.com"); again.userID == in.userID {
		t.Error("the user id was given out again")
	}
}

func TestAddressesSwapInEitherOrder(t *testing.T) {
	t.Parallel()
	for name, bFirst := range map[string]bool{"a first": false, "b first": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSystem(t)
			r := s.boot()
			a, b := r.register("a@example.com").userID, r.register("b@example.com").userID
			s.says(living(a, 1, "a@example.com"), living(b, 1, "b@example.com"))
			s.settled(a, 1)
			s.settled(b, 1)
			swapped := []directoryv1.User{living(a, 2, "b@example.com"), living(b, 3, "a@example.com")}
			first, second := swapped[0], swapped[1]
			if bFirst {
				first, second = second, first
			}
			s.says(first)
			s.settled(first.ID, first.Version)
			displaced := s.states(second.ID, func(a identityv1.Account) bool { return a.Email == "" })
			want(t, "displaced has followed nothing new", displaced[len(displaced)-1].UserVersion, int64(1))
			s.says(second)
			s.settled(second.ID, second.Version)
			for email, owner := range map[string]int64{"a@example.com": b, "b@example.com": a} {
				status, in := r.login(email)
				want(t, email, []any{status, in.userID}, []any{http.StatusOK, owner})
			}
		})
	}
}

func TestAReusedRefreshTokenEndsTheSession(t *testing.T) {
	t.Parallel()
	s := newSystem(t)
	r := s.boot()
	in := r.register("ada@example.com")
	status, next := r.refresh(in.RefreshToken)
	want(t, "refresh", []any{status, next.userID, next.wrote}, []any{http.StatusOK, in.userID, ""})
	want(t, "both access tokens", []int{r.get("/api/auth/csrf-token", in), r.get("/api/auth/csrf-token", next)}, []int{200, 200})
	status, last := r.refresh(next.RefreshToken)
	want(t, "refresh", status, http.StatusOK)
	status, out := r.refresh(in.RefreshToken)
	want(t, "reuse", []any{status, out.Code}, []any{http.StatusUnauthorized, "REFRESH_INVALID"})
	status, _ = r.refresh(last.RefreshToken)
	want(t, "the family", status, http.StatusUnauthorized)
	want(t, "access token", r.get("/api/auth/csrf-token", next), http.StatusUnauthorized)
	want(t, "what happened", s.kinds(in.userID, 3), []identityv1.Kind{identityv1.Registered, identityv1.SessionEnded, identityv1.TokenReused})
}

// A token that several tabs come with at the same moment gives all of them the same successor, on every replica.
func TestConcurrentRefreshesHaveOneSuccessor(t *testing.T) {
	t.Parallel()
	s := newSystem(t)
	replicas := []*replica{s.start(), s.boot()}
	replicas[0].AwaitReady()
	in := replicas[0].register("ada@example.com")
	answers := make([]signedIn, 8)
	var wg sync.WaitGroup
	for i := range answers {
		wg.Go(func() { _, answers[i] = replicas[i%2].refresh(in.RefreshToken) })
	}
	wg.Wait()
	for _, a := range answers {
		want(t, "successor", a.RefreshToken, answers[0].RefreshToken)
		want(t, "access token", replicas[0].get("/api/auth/csrf-token", a), http.StatusOK)
	}
	status, _ := replicas[1].refresh(answers[0].RefreshToken)
	want(t, "the successor", status, http.StatusOK)
}

// TestSessionsAreListedAndEnded on one replica, and are refused by the other.
func TestSessionsAreListedAndEnded(t *testing.T) {
	t.Parallel()
	s := newSystem(t)
	a, b := s.boot(), s.boot()
	in := a.register("ada@example.com")
	_, second := a.login("ada@example.com")
	_, third := b.login("ada@example.com")
	list := func() (current string, others []string) {
		request := b.Request(t, http.MethodGet, "/api/auth/sessions", nil)
		request.Header.Set("Authorization", "Bearer "+in.AccessToken)
		answer := servicetest.Do(t, request)
		var listed struct {
			Data []struct {
				ID      string
				Current bool
			}
			Total int
		}
		if err := json.Unmarshal(answer.Body, &listed); err != nil {
			t.Fatal(err)
		}
		want(t, "total", listed.Total, len(listed.Data))
		for _, row := range listed.Data {
			if row.Current {
				current = row.ID
			} else {
				others = append(others, row.ID)
			}
		}
		return current, others
	}
	current, others := list()
	want(t, "others", len(others), 2)
	status, out := a.do(a.Request(t, http.MethodDelete, "/api/auth/sessions/"+others[0], nil), in)
	want(t, "ended", []any{status, out.wrote}, []any{http.StatusNoContent, "account/1@4"})
	status, out = a.do(a.Request(t, http.MethodDelete, "/api/auth/sessions/"+others[0], nil), in)
	want(t, "again", []any{status, out.Code}, []any{http.StatusNotFound, "SESSION_NOT_FOUND"})
	status, out = a.do(a.Request(t, http.MethodDelete, "/api/auth/sessions", nil), in)
	want(t, "all others", []any{status, out.wrote}, []any{http.StatusNoContent, "account/1@5"})
	want(t, "sessions", []int{
		b.get("/api/auth/csrf-token", in), b.get("/api/auth/csrf-token", second), b.get("/api/auth/csrf-token", third),
	}, []int{200, 401, 401})
	left, others := list()
	want(t, "left", []any{left, len(others)}, []any{current, 0})
}

func TestConcurrentRegistrationsHaveOneWinnerOnTwoReplicas(t *testing.T) {
	t.Parallel()
	s := newSystem(t)
	replicas := []*replica{s.start(), s.boot()}
	statuses := make([]int, 12)
	codes := make([]string, len(statuses))
	var wg sync.WaitGroup
	for i := range statuses {
		wg.Go(func() {
			var out signedIn
			statuses[i], out = replicas[i%2].post("/api/auth/register", signInBody{"ada@example.com", password}, signedIn{})
			codes[i] = out.Code
		})
	}
	wg.Wait()
	won := 0
	for i, status := range statuses {
		if status == http.StatusCreated {
			won++
		} else {
			want(t, "a loser", []any{status, codes[i]}, []any{http.StatusConflict, "EMAIL_EXISTS"})
		}
	}
	want(t, "winners", won, 1)
	want(t, "accounts published", len(kafkatest.Await(t, s.prefix+contracts.TopicAccount, 1)), 1)
}

func TestReplicasStartTogether(t *testing.T) {
	t.Parallel()
	s := newSystem(t)
	s.environment["IDENTITY_BOOTSTRAP_ADMIN_EMAIL"] = "admin@muster.local"
	s.environment["IDENTITY_BOOTSTRAP_ADMIN_PASSWORD"] = password
	replicas := make([]*replica, 3)
	var wg sync.WaitGroup
	for i := range replicas {
		wg.Go(func() { replicas[i] = s.start() })
	}
	wg.Wait()
	status, in := replicas[0].login("admin@muster.local")
	want(t, "login", status, http.StatusOK)
	for _, r := range replicas { // each checks with the same key
		want(t, "token", r.get("/api/auth/csrf-token", in), http.StatusOK)
	}
	states := s.states(in.userID, func(a identityv1.Account) bool { return a.Version == 2 })
	want(t, "registration", *states[0].Registration, identityv1.Registration{Username: "admin", TypeCode: "ADMI", EmailVerified: true})
	want(t, "records of one administrator", len(kafkatest.Records(t, s.prefix+contracts.TopicAccount)), 2)
}

func TestAStoppedServiceFindsItsState(t *testing.T) {
	t.Parallel()
	s := newSystem(t)
	first := s.boot()
	in := first.register("ada@example.com")
	s.says(living(in.userID, 1, "ada@example.com"))
	s.settled(in.userID, 1)
	first.Stop()
	second := s.boot()
	want(t, "token", second.get("/api/auth/csrf-token", in), http.StatusOK)
	status, _ := second.login("ada@example.com")
	want(t, "login", status, http.StatusOK)
	states := s.states(in.userID, func(a identityv1.Account) bool { return a.Version == 3 })
	for i, state := range states {
		want(t, "no version twice, none left out", state.Version, int64(i+1))
	}
}

// TestSpellingsOfOneAddress registers with one spelling of an address and comes in with others.
func TestSpellingsOfOneAddress(t *testing.T) {
	t.Parallel()
	s := newSystem(t)
	r := s.boot()
	in := r.register(" Jo\u0308rg@Bücher.example")
	states := s.states(in.userID, func(identityv1.Account) bool { return true })
	want(t, "stored", states[0].Email, "Jörg@Bücher.example")
	for _, spelling := range []string{"jörg@xn--bcher-kva.example", "JöRG@BU\u0308CHER.example", "jörg@ｂüｃｈｅｒ。example"} {
		status, again := r.login(spelling)
		want(t, spelling, []any{status, again.userID}, []any{http.StatusOK, in.userID})
		status, out := r.post("/api/auth/register", map[string]string{"email": spelling, "password": "correct horse"}, signedIn{})
		want(t, "registering "+spelling, []any{status, out.Code}, []any{http.StatusConflict, "EMAIL_EXISTS"})
	}
	if other := r.register("JÖRG@bücher.example"); other.userID == in.userID {
		t.Error("letters that mail systems may tell apart are one")
	}
	status, out := r.post("/api/auth/register", map[string]string{"email": "carol@a_b.example", "password": "correct horse"}, signedIn{})
	want(t, "no A-label", []any{status, out.Code}, []any{http.StatusBadRequest, "VALIDATION_FAILED"})
}
