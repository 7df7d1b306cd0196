package roster_test

import (
	"errors"
	"fmt"
	"reflect"
	"testing"
	"time"

	"muster/libs/limits/limitstest"
	"muster/services/directory/internal/directory"
	"muster/services/directory/internal/directory/directorytest"
	"muster/services/directory/internal/roster"
	"muster/services/directory/internal/roster/rostertest"
)

// world is both services on fakes.
type world struct {
	*directory.Service
	store   *directorytest.Store
	mailer  *directorytest.Mailer
	clock   *directorytest.Clock
	imports *roster.Service
	legacy  *rostertest.LegacyAccounts
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{store: directorytest.NewStore(), mailer: &directorytest.Mailer{}, clock: directorytest.NewClock(), legacy: rostertest.NewLegacyAccounts()}
	codes, digits := 0, 0
	w.Service = directory.New(directory.Ports{
		Store: w.store, Mails: w.store, Mailer: w.mailer, Throttle: limitstest.New(w.clock.Now), Now: w.clock.Now,
		NewCode:   func() string { codes++; return fmt.Sprintf("code%08d", codes) },
		NewDigits: func() string { digits++; return fmt.Sprintf("%06d", digits) },
	}, directory.Rules{ResendsPerHour: 3})
	w.imports = roster.New(roster.Ports{Store: w.store.Roster(), Legacy: w.legacy, Now: w.clock.Now})
	return w
}

// register makes the user of an account whose address is verified.
func (w *world) register(t *testing.T, id int64, email string) directory.User {
	t.Helper()
	a := account(id, email)
	a.Registration.EmailVerified = true
	must(t, w.FollowAccount(t.Context(), a))
	return w.store.User(id)
}

// registerUnverified creates the user of an account with an unverified address.
func (w *world) registerUnverified(t *testing.T, id int64, email string) directory.User {
	t.Helper()
	must(t, w.FollowAccount(t.Context(), account(id, email)))
	return w.store.User(id)
}

// published returns what was published since the given number of payloads.
func (w *world) published(since int) []string {
	return directorytest.Published(w.store.Published()[since:])
}

// account returns identity's record of a new registration.
func account(id int64, email string) directory.Account {
	first := "Ada"
	signedIn := directorytest.Noon.Add(-time.Second)
	return directory.Account{
		UserID: id, Version: 1, ActivityVersion: 1, Email: email, AuthTypeCode: "EMAI",
		CreatedAt: directorytest.Noon.Add(-2 * time.Second), LastLoginAt: &signedIn,
		Registration: &directory.Registration{Username: fmt.Sprintf("ada%d", id), FirstName: &first, TypeCode: "NONS"},
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wantError(t *testing.T, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Fatalf("error %v, want %v", err, want)
	}
}

func equal[T any](t *testing.T, got, want T) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("got  %+v\nwant %+v", got, want)
	}
}

func ptr[T any](v T) *T { return &v }

func given[T any](v T) directory.Member[T] { return directory.Member[T]{Given: true, Value: &v} }

// boss is an administrator.
var boss = directory.Actor{UserID: 1000, Admin: true, SessionID: "boss", Fresh: true}
