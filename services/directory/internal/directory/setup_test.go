package directory_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"testing"
	"time"

	"muster/libs/limits/limitstest"
	"muster/services/directory/internal/directory"
	"muster/services/directory/internal/directory/directorytest"
	"muster/services/directory/internal/roster"
)

// world is a service on fakes.
type world struct {
	*directory.Service
	store  *directorytest.Store
	mailer *directorytest.Mailer
	clock  *directorytest.Clock
}

// home is the network of somebody who signs in nowhere.
const home = "192.0.2.1"

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{store: directorytest.NewStore(), mailer: &directorytest.Mailer{}, clock: directorytest.NewClock()}
	codes, digits, tokens := 0, 0, 0
	w.Service = directory.New(directory.Ports{
		Store: w.store, Mails: w.store, Mailer: w.mailer, Throttle: limitstest.New(w.clock.Now), Now: w.clock.Now,
		NewCode:   func() string { codes++; return fmt.Sprintf("code%08d", codes) },
		NewDigits: func() string { digits++; return fmt.Sprintf("%06d", digits) },
		NewToken:  func() string { tokens++; return fmt.Sprintf("token%d", tokens) },
	}, directory.Rules{ResendsPerHour: 3, MailsPerDay: 8, AttemptsPerNetwork: 30, AttemptsPerAddress: 10, ResendsPerNetwork: 6})
	return w
}

// The helpers below leave out the results that the tests of codes do not check.

func (w *world) RenewCodes(ctx context.Context, by directory.Actor, orders []directory.CodeOrder) ([]directory.VerificationRequest, error) {
	renewed, _, err := w.Service.RenewCodes(ctx, by, orders)
	return renewed, err
}

func (w *world) ResendCodes(ctx context.Context, by directory.Actor, emails []string) error {
	_, err := w.Service.ResendCodes(ctx, by, emails)
	return err
}

func (w *world) DropRequest(ctx context.Context, id int64) error {
	_, err := w.Service.DropRequest(ctx, boss, id)
	return err
}

// register makes the user of an account and forgets what was published and mailed for it.
func (w *world) register(t *testing.T, id int64, email string) directory.User {
	t.Helper()
	must(t, w.FollowAccount(t.Context(), account(id, email)))
	return w.store.User(id)
}

// newest returns the mail that was sent last.
func (w *world) newest(t *testing.T) directory.Mail {
	t.Helper()
	sent := w.mailer.Sent()
	if len(sent) == 0 {
		t.Fatal("no mail was sent")
	}
	return sent[len(sent)-1]
}

// published returns what was published since the given number of payloads.
func (w *world) published(since int) []string {
	return directorytest.Published(w.store.Published()[since:])
}

// account is what identity says of somebody who has just registered.
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

// nobody is somebody without a session.
var nobody = directory.Actor{Network: home}

// self is a user with a session.
func self(id int64) directory.Actor {
	return directory.Actor{UserID: id, SessionID: fmt.Sprintf("session-%d", id), Fresh: true}
}

// await puts a legacy user who waits for a user with this address on the roster.
func (w *world) await(t *testing.T, legacyUserID int64, email string) {
	t.Helper()
	must(t, w.store.Roster().Tx(t.Context(), func(ctx context.Context, tx roster.Tx) error {
		return tx.PutLegacyUsers(ctx, roster.LegacyUser{ID: legacyUserID, Email: email, Username: "ada"})
	}))
}
