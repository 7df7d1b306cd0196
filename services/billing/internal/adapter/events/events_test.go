package events_test

import (
	"encoding/json"
	"testing"
	"time"

	"muster/libs/contracts"
	"muster/libs/contracts/directoryv1"
	"muster/libs/inbox"
	"muster/services/billing/internal/adapter/events"
	"muster/services/billing/internal/billing"
	"muster/services/billing/internal/billing/billingtest"
)

func record(t *testing.T, u directoryv1.User) inbox.Record {
	t.Helper()
	e, err := contracts.New("id", "directory", time.Now(), u)
	if err != nil {
		t.Fatal(err)
	}
	return inbox.Record{Event: e}
}

func TestUserRecordsAreFollowed(t *testing.T) {
	store := billingtest.NewMemory()
	s := billing.New(billing.Ports{Store: store, Now: time.Now, NewID: func() string { return "id" }}, billing.Rules{})
	ann, bee := "Ann", "Bee"
	records := []inbox.Record{
		record(t, directoryv1.User{ID: 1, Version: 3, AccessVersion: 2, Username: "ann", Email: "ann@example.com", TypeCode: "SUBS", IsActive: true, FirstName: &ann, LastName: &bee}),
		{Event: contracts.Event{Type: "directory.something-new.v1", Data: json.RawMessage("{")}},
		record(t, directoryv1.User{ID: 2, Version: 1, Username: "bob", Email: "bob@example.com", TypeCode: "NONS"}),
		record(t, directoryv1.User{ID: 1, Version: 2, Username: "older"}),
	}
	if err := events.Handler(s)(t.Context(), records); err != nil {
		t.Fatal(err)
	}
	for id, want := range map[int64]billing.User{
		1: {ID: 1, Key: "id", Version: 3, AccessVersion: 2, Email: "ann@example.com", Name: "Ann Bee", TypeCode: "SUBS", Active: true},
		2: {ID: 2, Key: "id", Version: 1, Email: "bob@example.com", Name: "bob", TypeCode: "NONS"},
	} {
		got, err := store.User(t.Context(), id)
		want.State.UserID = id
		if err != nil || got != want {
			t.Errorf("%+v, %v; want %+v", got, err, want)
		}
	}
	broken := inbox.Record{Event: contracts.Event{Type: "directory.user.v1", Data: json.RawMessage("{")}}
	if err := events.Handler(s)(t.Context(), []inbox.Record{broken}); err == nil {
		t.Error("a record that can't be read is passed by")
	}
}
