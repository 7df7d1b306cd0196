package events_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"muster/libs/contracts"
	"muster/libs/contracts/directoryv1"
	"muster/libs/inbox"
	"muster/services/identity/internal/identity"
)

func told(t *testing.T, id string, p contracts.Payload) inbox.Record {
	t.Helper()
	event, err := contracts.New(id, "directory", time.Now(), p)
	if err != nil {
		t.Fatal(err)
	}
	return inbox.Record{Event: event}
}

// TestActsOfAdministratorsAreRecorded once for each event, and only if the event says who did it.
func TestActsOfAdministratorsAreRecorded(t *testing.T) {
	handle, store := newHandler(t)
	boss := &directoryv1.Actor{UserID: 9, SessionID: "s9"}
	var want []identity.AuditEntry
	var records []inbox.Record
	tell := func(p contracts.Payload, action identity.Action, target int64) {
		id := fmt.Sprintf("0190a1b2-0000-7000-8000-%012d", len(records))
		records = append(records, told(t, id, p))
		if action != "" {
			want = append(want, identity.AuditEntry{Action: action, Result: identity.ResultOK, ActorID: 9, TargetID: target, SessionID: "s9", EventID: id})
		}
	}
	for kind, action := range map[directoryv1.Kind]identity.Action{
		directoryv1.Updated: "update-user", directoryv1.TypeChanged: "change-type", directoryv1.Deactivated: "deactivate-user", directoryv1.Reactivated: "reactivate-user",
		directoryv1.Deleted: "delete-user", directoryv1.CodeRenewed: "renew-code", directoryv1.CodeResent: "resend-code", directoryv1.CodeWithdrawn: "withdraw-code",
		directoryv1.Created: "", "slept": "",
	} {
		tell(directoryv1.UserEvent{Kind: kind, UserID: 4, Actor: boss}, action, 4)
		tell(directoryv1.UserEvent{Kind: kind, UserID: 4}, "", 0)
	}
	tell(directoryv1.UserEvent{Kind: directoryv1.TypeChanged, UserID: 4, Actor: boss, TypeCode: "ADMI", FormerTypeCode: "NONS"}, "promote", 4)
	tell(directoryv1.UserEvent{Kind: directoryv1.TypeChanged, UserID: 4, Actor: boss, TypeCode: "NONS", FormerTypeCode: "ADMI"}, "demote", 4)
	tell(directoryv1.ImportEvent{Kind: directoryv1.ImportStarted, ImportID: "one", Actor: *boss}, "import-users", 0)
	before := len(store.Trail())
	for _, batch := range [][]inbox.Record{records, records} {
		if err := handle(t.Context(), batch); err != nil {
			t.Fatal(err)
		}
	}
	got := store.Trail()[before:]
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestImplausibleActsAreRejected(t *testing.T) {
	handle, store := newHandler(t)
	before := len(store.Trail())
	for _, p := range []contracts.Payload{
		directoryv1.UserEvent{Kind: directoryv1.Updated, UserID: 4, Actor: &directoryv1.Actor{}},
		directoryv1.UserEvent{Kind: directoryv1.Updated, UserID: -1, Actor: &directoryv1.Actor{UserID: 9}},
		directoryv1.ImportEvent{Kind: directoryv1.ImportStarted, ImportID: "one"},
	} {
		if err := handle(t.Context(), []inbox.Record{told(t, "0190a1b2-0000-7000-8000-000000000001", p)}); err == nil {
			t.Errorf("%+v is accepted", p)
		}
	}
	garbage := inbox.Record{Event: contracts.Event{Topic: contracts.TopicUserEvents, Type: "directory.user.updated.v1", Data: json.RawMessage(`"?"`)}}
	if err := handle(t.Context(), []inbox.Record{garbage}); err == nil {
		t.Error("garbage is accepted")
	}
	if len(store.Trail()) != before {
		t.Errorf("recorded: %+v", store.Trail()[before:])
	}
}
