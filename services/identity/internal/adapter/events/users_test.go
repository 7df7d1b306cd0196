package events_test

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/google/uuid"

	"muster/libs/contracts"
	"muster/libs/contracts/directoryv1"
	"muster/libs/inbox"
	"muster/libs/limits/limitstest"
	"muster/services/identity/internal/adapter/events"
	"muster/services/identity/internal/credentials/credentialstest"
	"muster/services/identity/internal/identity"
	"muster/services/identity/internal/identity/identitytest"
)

func newHandler(t *testing.T) (inbox.Handler, *identitytest.Store) {
	t.Helper()
	store := identitytest.NewStore()
	service := identity.New(identity.Ports{
		Store: store, Trail: store, Factors: store, OneTimePasswords: identitytest.OneTimePasswords{}, Throttle: limitstest.New(time.Now), Keys: store, Passwords: &credentialstest.Passwords{}, Tokens: &identitytest.Tokens{},
		Now: time.Now, NewID: uuid.NewString,
	}, identity.Rules{AccessTokenLife: time.Minute, RefreshTokenLife: time.Hour, SessionLife: time.Hour, KeyRotation: time.Hour})
	if _, err := service.EnsureAdministrator(t.Context(), "ada@example.com", "correct horse"); err != nil {
		t.Fatal(err)
	}
	return events.Handler(service), store
}

func record(t *testing.T, u directoryv1.User) inbox.Record {
	t.Helper()
	data, err := json.Marshal(u)
	if err != nil {
		t.Fatal(err)
	}
	return inbox.Record{Event: contracts.Event{Type: u.EventType(), Data: data}}
}

var verified = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

// whole is a record with everything set that identity acts on.
func whole() directoryv1.User {
	return directoryv1.User{
		ID: 1, Version: 7, AccessVersion: 6, Email: "new@example.com", TypeCode: "SUBS", IsActive: true, VerifiedAt: &verified,
	}
}

func TestARecordIsFollowed(t *testing.T) {
	handle, store := newHandler(t)
	unknown := inbox.Record{Event: contracts.Event{Type: "directory.user.v9", Data: json.RawMessage(`"?"`)}}
	if err := handle(t.Context(), []inbox.Record{unknown, record(t, whole())}); err != nil {
		t.Fatal(err)
	}
	a, _ := store.Account(1)
	if a.UserVersion != 7 || a.Email != "new@example.com" || a.TypeCode != "SUBS" || !a.Active || !a.EmailVerified || a.Registration != nil {
		t.Errorf("%+v", a)
	}
}

func TestRejectedAndDeletedAreGone(t *testing.T) {
	for name, u := range map[string]directoryv1.User{
		"rejected":        {ID: 1, Version: 1, AccessVersion: 1, Deleted: true, RejectedBecause: "EMAIL_EXISTS"},
		"rejected, alone": {ID: 1, Version: 1, AccessVersion: 1, RejectedBecause: "EMAIL_EXISTS"},
		"deleted":         {ID: 1, Version: 1, AccessVersion: 1, Deleted: true},
	} {
		handle, store := newHandler(t)
		if err := handle(t.Context(), []inbox.Record{record(t, u)}); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if a, _ := store.Account(1); !a.Deleted {
			t.Errorf("%s: %+v", name, a)
		}
	}
}

func TestWhatCannotBeRightIsRefused(t *testing.T) {
	handle, store := newHandler(t)
	before, _ := store.Account(1)
	noID, noEmail, noType, ahead, stranger := whole(), whole(), whole(), whole(), whole()
	noID.ID, noEmail.Email, noType.TypeCode, ahead.AccessVersion, stranger.ID = 0, "", "", 8, 4711
	for name, r := range map[string]inbox.Record{
		"no id": record(t, noID), "no email": record(t, noEmail), "no type": record(t, noType), "ahead of itself": record(t, ahead),
		"no JSON": {Event: contracts.Event{Type: "directory.user.v1", Data: json.RawMessage(`{`)}},
	} {
		if err := handle(t.Context(), []inbox.Record{r}); err == nil {
			t.Errorf("%s is applied", name)
		}
	}
	if err := handle(t.Context(), []inbox.Record{record(t, stranger)}); !errors.Is(err, identity.ErrUserWithoutAccount) {
		t.Errorf("a user without account: %v", err)
	}
	if after, _ := store.Account(1); after.Version != before.Version {
		t.Errorf("changed: %+v", after)
	}
}
