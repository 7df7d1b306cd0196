package identity_test

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"muster/libs/contracts"
	"muster/libs/contracts/identityv1"
	"muster/libs/limits/limitstest"
	"muster/services/identity/internal/credentials"
	"muster/services/identity/internal/credentials/credentialstest"
	"muster/services/identity/internal/identity"
	"muster/services/identity/internal/identity/identitytest"
)

var start = time.Date(2026, 3, 14, 15, 9, 26, 500_000_000, time.UTC)

// second is the start as users see it.
var second = start.Truncate(time.Second)

var rules = identity.Rules{
	AccessTokenLife: 15 * time.Minute, RefreshTokenLife: 30 * 24 * time.Hour, SessionLife: 90 * 24 * time.Hour, KeyRotation: 30 * 24 * time.Hour,
	Passwords:            credentials.Policy{MinLength: 8},
	Guessing:             credentials.Rules{MaxAccountFailures: 3, MaxIPFailures: 6, FailureWindow: 15 * time.Minute},
	RegistrationsPerHour: 50, RegistrationsPerDay: 60, ProviderSignInsPerHour: 100, PasskeySignInsPerHour: 20,
}

var browser = identity.Client{IP: "192.0.2.1", Network: "192.0.2.1", UserAgent: "Browser/1.0"}

// house is a service on fakes.
type house struct {
	*identity.Service
	t         *testing.T
	store     *identitytest.Store
	passwords *credentialstest.Passwords
	tokens    *identitytest.Tokens
	clock     *identitytest.Clock
	directory *identitytest.Directory
	providers *identitytest.Providers
	passkeys  *identitytest.Passkeys
}

func newHouse(t *testing.T) *house {
	t.Helper()
	return newHouseOn(t, identitytest.NewStore())
}

// newHouseOn is a replica: another service on the same store.
func newHouseOn(t *testing.T, store *identitytest.Store) *house {
	t.Helper()
	return newHouseWith(t, store, rules)
}

func newHouseWith(t *testing.T, store *identitytest.Store, rules identity.Rules) *house {
	t.Helper()
	h := &house{
		t: t, store: store, passwords: &credentialstest.Passwords{}, tokens: &identitytest.Tokens{}, clock: identitytest.NewClock(start),
		directory: &identitytest.Directory{}, providers: &identitytest.Providers{},
		passkeys: &identitytest.Passkeys{},
	}
	var ids atomic.Int64
	h.Service = identity.New(identity.Ports{
		Store: h.store, Trail: h.store, Factors: h.store, OneTimePasswords: identitytest.OneTimePasswords{}, Throttle: limitstest.New(h.clock.Now), Keys: h.store, Passwords: h.passwords, Tokens: h.tokens, Directory: h.directory,
		Providers: h.providers, Flows: h.store, Passkeys: h.passkeys, PasskeyStore: h.store,
		Now: h.clock.Now, NewID: func() string { return fmt.Sprintf("session-%d", ids.Add(1)) },
	}, rules)
	h.ok(h.RefreshKeys(t.Context()))
	return h
}

func (h *house) ok(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) wantErr(got, want error) {
	h.t.Helper()
	if !errors.Is(got, want) {
		h.t.Fatalf("error %v, want %v", got, want)
	}
}

const password = "correct horse"

func (h *house) register(email string) identity.SignedIn {
	h.t.Helper()
	in, err := h.Register(h.t.Context(), identity.Application{Email: email, Password: password}, browser)
	h.ok(err)
	return in
}

func (h *house) login(email, password string) (identity.SignedIn, error) {
	h.t.Helper()
	return h.Login(h.t.Context(), email, password, browser)
}

func (h *house) refresh(token string) (identity.SignedIn, error) {
	h.t.Helper()
	return h.Refresh(h.t.Context(), identity.Renewal{Token: token, Client: browser})
}

func (h *house) account(id int64) identity.Account {
	h.t.Helper()
	a, ok := h.store.Account(id)
	if !ok {
		h.t.Fatalf("no account %d", id)
	}
	return a
}

// follow applies a record of a living user.
func (h *house) follow(u identity.User) {
	h.t.Helper()
	h.ok(h.FollowUser(h.t.Context(), u))
}

// user is a record in which what identity acts on changed last.
func user(id, version int64, email string) identity.User {
	return identity.User{ID: id, Version: version, AccessVersion: version, Email: email, TypeCode: "NONS", Active: true}
}

// verified is the record of a user whose address is verified.
func verified(u identity.User) identity.User {
	u.EmailVerified = true
	return u
}

func gone(id, version int64) identity.User {
	return identity.User{ID: id, Version: version, AccessVersion: version, Deleted: true}
}

// since are the payloads published after the first n.
func (h *house) since(n int) []contracts.Payload { return h.store.Published()[n:] }

func (h *house) published() int { return len(h.store.Published()) }

// lastState is the newest state that was published of an account.
func (h *house) lastState(id int64) identityv1.Account {
	h.t.Helper()
	all := h.store.Published()
	for i := len(all) - 1; i >= 0; i-- {
		if state, ok := all[i].(identityv1.Account); ok && state.UserID == id {
			return state
		}
	}
	h.t.Fatalf("no state of account %d was published", id)
	return identityv1.Account{}
}

func (h *house) same(what string, got, want any) {
	h.t.Helper()
	if !reflect.DeepEqual(got, want) {
		h.t.Fatalf("%s:\n got %+v\nwant %+v", what, got, want)
	}
}

func ptr[T any](v T) *T { return &v }

// good reports whether a verifier with the latest state of the account, such as the gateway, accepts the access token.
func (h *house) good(in identity.SignedIn) bool {
	h.t.Helper()
	state := h.lastState(in.UserID)
	_, claims, err := identitytest.Claims(in.AccessToken)
	h.ok(err)
	issued := time.Unix(int64(claims["iat"].(float64)), 0)
	if state.TokensValidFrom != nil && issued.Before(*state.TokensValidFrom) {
		return false
	}
	return !slices.ContainsFunc(state.EndedSessions, func(e identityv1.EndedSession) bool { return e.ID == in.SessionID })
}
