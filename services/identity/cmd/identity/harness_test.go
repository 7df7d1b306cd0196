package main

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"muster/libs/contracts"
	"muster/libs/contracts/directoryv1"
	"muster/libs/contracts/identityv1"
	"muster/libs/service"
	"muster/libs/service/servicetest"
	"muster/libs/testkit/kafkatest"
	"muster/services/identity/internal/adapter/httpapi/httpapitest"
)

// patience is how long a test waits for what has to come.
const patience = 20 * time.Second

// system is the environment of the service: a database, private topics on the broker, and directory, which the test
// simulates.
type system struct {
	t           *testing.T
	environment map[string]string
	prefix      string
	now         func() time.Time
	log         slog.Handler // nil discards what is logged
	directory   *httpapitest.Directory
}

func newSystem(t *testing.T) *system {
	t.Helper()
	prefix := kafkatest.Prefix(t)
	kafkatest.CreateTopics(t, prefix, contracts.Topics(contracts.TopicUser, contracts.TopicUserEvents, contracts.TopicAccount, contracts.TopicAccountEvents)...)
	environment := servicetest.Environment(t, blueprint.Name, prefix, "http://127.0.0.1:1/its-own-keys", blueprint.Migrations...)
	servicetest.OwnsNothing(t, environment, blueprint.Name)
	environment["IDENTITY_KEY_SECRET"] = strings.Repeat("k", 32)
	environment["IDENTITY_ARGON2_MEMORY_KIB"], environment["IDENTITY_ARGON2_ITERATIONS"] = "64", "1"
	directory := httpapitest.NewDirectory(t)
	environment["IDENTITY_DIRECTORY_INTERNAL_URL"] = directory.URL
	return &system{t: t, prefix: prefix, directory: directory, now: time.Now, environment: environment}
}

// replica is one running process of the service, as far as a test can tell.
type replica struct {
	*servicetest.Replica
	t *testing.T
}

// boot starts a replica as main does and waits until it is ready. It is stopped with the test, and must stop cleanly.
func (s *system) boot() *replica {
	s.t.Helper()
	r := s.start()
	r.AwaitReady()
	return r
}

func (s *system) start() *replica {
	s.t.Helper()
	read, err := blueprint.Read(s.environment)
	if err != nil {
		s.t.Fatal(err)
	}
	handler := s.log
	if handler == nil {
		handler = slog.DiscardHandler
	}
	around := service.Surroundings{Log: slog.New(handler), Now: s.now, Tick: 20 * time.Millisecond}
	return &replica{servicetest.Start(s.t, blueprint, read, around), s.t}
}

// says publishes directory's records.
func (s *system) says(users ...directoryv1.User) {
	s.t.Helper()
	payloads := make([]contracts.Payload, len(users))
	for i, u := range users {
		payloads[i] = u
	}
	kafkatest.Publish(s.t, s.prefix, "directory", payloads...)
}

// living is directory's record of a user in which what identity acts on changed last.
func living(id, version int64, email string) directoryv1.User {
	return directoryv1.User{
		ID: id, Version: version, AccessVersion: version, Email: email, Username: "x", TypeCode: "NONS", AuthTypeCode: "EMAI",
		IsActive: true, AccountVersion: 1,
	}
}

// states returns the published states of an account in their order, once the last of them satisfies holds.
func (s *system) states(userID int64, holds func(identityv1.Account) bool) []identityv1.Account {
	s.t.Helper()
	topic := s.prefix + contracts.TopicAccount
	for n := 1; ; {
		messages := kafkatest.Await(s.t, topic, n)
		var states []identityv1.Account
		for _, m := range messages {
			if string(m.Key) != fmt.Sprint(userID) || m.Value == nil { // a tombstone is no state
				continue
			}
			var state identityv1.Account
			if err := json.Unmarshal(m.Value, &state); err != nil {
				s.t.Fatal(err)
			}
			states = append(states, state)
		}
		if len(states) > 0 && holds(states[len(states)-1]) {
			return states
		}
		n = len(messages) + 1 // the next look is worth while when there is more
	}
}

// settled waits until an account has reported that it has followed a version of directory's user.
func (s *system) settled(userID, userVersion int64) identityv1.Account {
	s.t.Helper()
	states := s.states(userID, func(a identityv1.Account) bool { return a.UserVersion >= userVersion })
	return states[len(states)-1]
}

// kinds lists what happened to an account, once n things have.
func (s *system) kinds(userID int64, n int) []identityv1.Kind {
	s.t.Helper()
	var kinds []identityv1.Kind
	for total := n; len(kinds) < n; total++ {
		kinds = nil
		for _, m := range kafkatest.Await(s.t, s.prefix+contracts.TopicAccountEvents, total) {
			var event identityv1.AccountEvent
			if err := json.Unmarshal(m.Value, &event); err != nil {
				s.t.Fatal(err)
			}
			if event.UserID == userID {
				kinds = append(kinds, event.Kind)
			}
		}
	}
	return kinds
}

// signedIn is the signed-in answer, with what the gateway is told.
type signedIn struct {
	AccessToken, TokenType, RefreshToken, CSRFToken string
	ExpiresIn                                       int
	EmailVerificationRequired                       bool
	Code                                            string // of an error

	userID int64
	wrote  string
}

// post sends a JSON body and decodes the answer.
func (r *replica) post(path string, body any, in signedIn) (int, signedIn) {
	r.t.Helper()
	return r.do(r.Request(r.t, http.MethodPost, path, body), in)
}

func (r *replica) get(path string, in signedIn) int {
	r.t.Helper()
	status, _ := r.do(r.Request(r.t, http.MethodGet, path, nil), in)
	return status
}

// do sends a request with the tokens of in, if there are any.
func (r *replica) do(request *http.Request, in signedIn) (int, signedIn) {
	r.t.Helper()
	if in.AccessToken != "" {
		request.Header.Set("Authorization", "Bearer "+in.AccessToken)
		request.Header.Set("x-csrf-token", in.CSRFToken)
	}
	a := servicetest.Do(r.t, request)
	var out signedIn
	if len(a.Body) > 0 {
		if err := json.Unmarshal(a.Body, &out); err != nil {
			r.t.Fatal(err)
		}
	}
	_, _ = fmt.Sscan(a.Header.Get("X-Muster-User"), &out.userID)
	out.wrote = a.Header.Get("X-Muster-Wrote")
	return a.Status, out
}

type signInBody struct {
	Email    string `json:"email"`
	Password string `json:"password"`
}

const password = "correct horse"

func (r *replica) register(email string) signedIn {
	r.t.Helper()
	status, in := r.post("/api/auth/register", signInBody{email, password}, signedIn{})
	if status != http.StatusCreated {
		r.t.Fatalf("register %s: %d %s", email, status, in.Code)
	}
	return in
}

// login returns the status and, for an error, its code.
func (r *replica) login(email string) (int, signedIn) {
	r.t.Helper()
	return r.post("/api/auth/login", signInBody{email, password}, signedIn{})
}

func (r *replica) refresh(token string) (int, signedIn) {
	r.t.Helper()
	return r.post("/api/auth/refresh", map[string]string{"refreshToken": token}, signedIn{})
}
