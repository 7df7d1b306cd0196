package events_test

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"reflect"
	"strings"
	"testing"
	"time"

	"muster/libs/contracts"
	"muster/libs/contracts/billingv1"
	"muster/libs/contracts/directoryv1"
	"muster/libs/contracts/identityv1"
	"muster/libs/inbox"
	"muster/libs/limits/limitstest"
	"muster/services/directory/internal/adapter/events"
	"muster/services/directory/internal/directory"
	"muster/services/directory/internal/directory/directorytest"
)

// follow hands payloads to the handler as one batch and gives the store as it is then.
func follow(t *testing.T, payloads ...contracts.Payload) *directorytest.Store {
	t.Helper()
	return followLogging(t, io.Discard, payloads...)
}

// followLogging is follow with a writer for the log.
func followLogging(t *testing.T, log io.Writer, payloads ...contracts.Payload) *directorytest.Store {
	t.Helper()
	store := directorytest.NewStore()
	handle := events.Handler(directory.New(directory.Ports{Store: store, Throttle: limitstest.New(time.Now), Now: directorytest.NewClock().Now}, directory.Rules{}), slog.New(slog.NewTextHandler(log, nil)))
	if err := handle(context.Background(), batch(t, payloads...)); err != nil {
		t.Fatal(err)
	}
	return store
}

func batch(t *testing.T, payloads ...contracts.Payload) (records []inbox.Record) {
	t.Helper()
	for i, p := range payloads {
		e, err := contracts.New("id", "test", time.Now(), p)
		if err != nil {
			t.Fatal(err)
		}
		records = append(records, inbox.Record{Event: e, Offset: int64(i)})
	}
	return records
}

func account(id int64, email string) identityv1.Account {
	first, last := "Ada", "Lovelace"
	at := time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)
	login := at.Add(time.Hour)
	return identityv1.Account{
		UserID: id, Version: 3, ActivityVersion: 2, Email: email, AuthTypeCode: "GOOG", CreatedAt: at, LastLoginAt: &login,
		Registration: &identityv1.Registration{Username: "ada", FirstName: &first, LastName: &last, TypeCode: "ADMI", EmailVerified: true},
	}
}

func TestAnAccountIsTranslatedWhole(t *testing.T) {
	a := account(1, "ada@example.com")
	second := directorytest.NewClock().Second()
	want := directory.User{
		ID: 1, Username: "ada", Email: "ada@example.com", TypeCode: "ADMI", FirstName: a.Registration.FirstName, LastName: a.Registration.LastName,
		AuthTypeCode: "GOOG", IsActive: true, CreatedAt: a.CreatedAt, UpdatedAt: a.CreatedAt, VerifiedAt: &second, LastLoginAt: a.LastLoginAt,
		Version: 1, AccessVersion: 1, AccountVersion: 3,
	}
	if got := follow(t, a).User(1); !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	a.Deleted = true
	if got := follow(t, a).User(1); got.ID != 0 {
		t.Errorf("a deleted account made %+v", got)
	}
}

// TestThePropertiesOfARegistration are the new user's. Properties that directory does not accept are left out and logged,
// without their content.
func TestThePropertiesOfARegistration(t *testing.T) {
	for text, want := range map[string]directory.Properties{
		``: "", `{}`: "", `{"plan": "gold", "seats": 5e0}`: `{"plan":"gold","seats":5}`,
		`{"secret":1e400}`: "", `["secret"]`: "",
	} {
		a := account(1, "ada@example.com")
		a.Registration.Properties = json.RawMessage(text)
		var log strings.Builder
		store := followLogging(t, &log, a)
		if got := store.Properties(1); store.User(1).ID != 1 || got != want {
			t.Errorf("%s: user %d with %q", text, store.User(1).ID, got)
		}
		if logged, refused := log.String(), strings.Contains(text, "secret"); strings.Contains(logged, "level=ERROR") != refused || strings.Contains(logged, "secret") {
			t.Errorf("%s: logged %s", text, logged)
		}
	}
}

func TestASubscriptionIsTranslatedWhole(t *testing.T) {
	a := account(1, "ada@example.com")
	a.Registration.TypeCode = "NONS"
	u := follow(t, a, billingv1.Subscription{UserID: 1, Version: 6, AccessVersion: 5, Access: true}).User(1)
	if !u.Subscribed || u.SubscriptionVersion != 6 || u.TypeCode != "SUBS" {
		t.Errorf("%+v", u)
	}
	u = follow(t, a, billingv1.Subscription{UserID: 1, Version: 6, AccessVersion: 5, Access: true, Deleted: true}).User(1)
	if u.Subscribed || u.SubscriptionVersion != 6 {
		t.Errorf("of a deleted one: %+v", u)
	}
	u = follow(t, a, billingv1.Subscription{UserID: 1, Version: 6, Access: true}).User(1)
	if u.SubscriptionVersion != 0 {
		t.Errorf("of one with nothing to act on: %+v", u)
	}
}

// TestOrder: users in the order of their keys, the records of one user as they came.
func TestOrder(t *testing.T) {
	signIn := account(2, "b@example.com")
	signIn.Version, signIn.ActivityVersion = 4, 4
	store := follow(t, account(2, "b@example.com"), account(1, "a@example.com"), signIn)
	var order []string
	for _, p := range store.Published() {
		if u, ok := p.(directoryv1.User); ok {
			order = append(order, directorytest.PublishedLine("user", u.EventKey(), u.Version))
		}
	}
	if want := []string{"user 1 1", "user 2 1", "user 2 2"}; !reflect.DeepEqual(order, want) {
		t.Errorf("order %q", order)
	}
}

func TestWhatCannotBeAppliedFailsAndTheUnknownIsIgnored(t *testing.T) {
	handle := events.Handler(directory.New(directory.Ports{Store: directorytest.NewStore()}, directory.Rules{}), slog.New(slog.DiscardHandler))
	for kind, fails := range map[string]bool{
		"identity.account.v1": true, "billing.subscription.v1": true, "identity.account.renamed.v1": false,
	} {
		records := []inbox.Record{{Event: contracts.Event{Type: kind, Data: json.RawMessage(`{"userId":"seven"}`)}}}
		if err := handle(t.Context(), records); (err != nil) != fails {
			t.Errorf("%s: %v", kind, err)
		}
	}
}
