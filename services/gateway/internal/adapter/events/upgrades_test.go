package events_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"muster/libs/causal"
	"muster/libs/contracts"
	"muster/libs/contracts/contracttest"
	"muster/libs/inbox"
	"muster/services/gateway/internal/adapter/events"
	"muster/services/gateway/internal/gateway"
	"muster/services/gateway/internal/gateway/gatewaytest"
)

// states are samples of the states that the gateway consumes, all of the same user.
var states = []contracts.Payload{contracttest.User(), contracttest.Account(), contracttest.Subscription()}

// apply applies records to an empty read model.
func apply(t *testing.T, records ...inbox.Record) *gatewaytest.Model {
	t.Helper()
	model := gatewaytest.NewModel()
	if err := events.Handler(gateway.New(gateway.Ports{Model: model}, gateway.Rules{}))(context.Background(), records); err != nil {
		t.Fatal(err)
	}
	return model
}

// known is all that the gateway can tell about the samples' user.
func known(t *testing.T, model *gatewaytest.Model) (p gateway.Person, m gateway.Member, progress causal.Progress) {
	t.Helper()
	person, err1 := model.Person(context.Background(), 42)
	member, err2 := model.Member(context.Background(), 42)
	all, err3 := model.Progress(context.Background(), []int64{42})
	if err1 != nil || err2 != nil || err3 != nil {
		t.Fatal(err1, err2, err3)
	}
	return person, member, all[42]
}

// recorded returns a record that the first release published.
func recorded(t *testing.T, p contracts.Payload) inbox.Record {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "recorded", p.EventType()+".json"))
	if err != nil {
		t.Fatal(err)
	}
	r := record(t, p)
	r.Data = text
	return r
}

// TestRecordsOfTheFirstReleaseStillApply holds the gateway to the records that lie in the compacted topics: a state that has
// not changed since is never published again. The samples' members of that time have the same values today.
func TestRecordsOfTheFirstReleaseStillApply(t *testing.T) {
	var old, now []inbox.Record
	for _, p := range states {
		old, now = append(old, recorded(t, p)), append(now, record(t, p))
	}
	oldPerson, oldMember, oldProgress := known(t, apply(t, old...))
	person, member, progress := known(t, apply(t, now...))
	if !reflect.DeepEqual(oldPerson, person) || !reflect.DeepEqual(oldMember, member) || !reflect.DeepEqual(oldProgress, progress) {
		t.Errorf("the first release's records give\n%+v %+v %+v, want\n%+v %+v %+v", oldPerson, oldMember, oldProgress, person, member, progress)
	}
	if !member.Admitted() || person.User == nil || progress[causal.Subscription].Version != 4 {
		t.Errorf("the samples lack what is compared: %+v %+v %+v", person, member, progress)
	}
}

// TestRecordsOfALaterReleaseApply: a service that is newer than the gateway publishes members that the gateway does not
// know, and types of records, too.
func TestRecordsOfALaterReleaseApply(t *testing.T) {
	var later, now []inbox.Record
	for _, p := range states {
		r := record(t, p)
		now = append(now, r)
		r.Data = extended(t, r.Data)
		later = append(later, r)
	}
	later = append(later, inbox.Record{Event: contracts.Event{Type: "directory.user.v2", Key: "42", Data: json.RawMessage(`{"id":"forty-two"}`)}})
	gotPerson, gotMember, gotProgress := known(t, apply(t, later...))
	person, member, progress := known(t, apply(t, now...))
	if !reflect.DeepEqual(gotPerson, person) || !reflect.DeepEqual(gotMember, member) || !reflect.DeepEqual(gotProgress, progress) {
		t.Errorf("got\n%+v %+v %+v, want\n%+v %+v %+v", gotPerson, gotMember, gotProgress, person, member, progress)
	}
}

// extended adds unknown members to an object and to each object in it.
func extended(t *testing.T, object json.RawMessage) json.RawMessage {
	t.Helper()
	var value any
	if err := json.Unmarshal(object, &value); err != nil {
		t.Fatal(err)
	}
	extend(value)
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func extend(value any) {
	switch value := value.(type) {
	case map[string]any:
		for _, member := range value {
			extend(member)
		}
		value["later"] = map[string]any{"a": []any{1, nil, "two"}}
	case []any:
		for _, element := range value {
			extend(element)
		}
	}
}
