package contracttest_test

import (
	"encoding/json"
	"testing"

	"muster/libs/contracts"
	"muster/libs/contracts/billingv1"
	"muster/libs/contracts/contracttest"
	"muster/libs/contracts/directoryv1"
	"muster/libs/contracts/identityv1"
)

// TestATombstoneIsReadAsTheLastState of every state topic.
func TestATombstoneIsReadAsTheLastState(t *testing.T) {
	states := 0
	for _, p := range contracttest.Samples() {
		state := contracts.Topics(p.EventTopic())[0].Compact
		if _, ok := p.(contracts.State); ok != state {
			t.Errorf("%T is on %s", p, p.EventTopic())
		}
		if state {
			states++
		}
	}
	if states != 3 {
		t.Errorf("%d payloads of state topics", states)
	}
	for topic, decode := range map[string]func(contracts.Event) (contracts.Payload, error){
		contracts.TopicUser: func(e contracts.Event) (contracts.Payload, error) {
			u, err := contracts.Decode[directoryv1.User](e)
			if u.AccessVersion != e.Version {
				t.Errorf("%+v", u)
			}
			return u, err
		},
		contracts.TopicAccount: func(e contracts.Event) (contracts.Payload, error) {
			a, err := contracts.Decode[identityv1.Account](e)
			if a.ActivityVersion != e.Version {
				t.Errorf("%+v", a)
			}
			return a, err
		},
		contracts.TopicSubscription: func(e contracts.Event) (contracts.Payload, error) {
			s, err := contracts.Decode[billingv1.Subscription](e)
			if s.AccessVersion != e.Version {
				t.Errorf("%+v", s)
			}
			return s, err
		},
	} {
		p, err := decode(contracts.Event{Type: topic, Key: "42", Version: 7})
		if err != nil || p.EventKey() != "42" || p.EventVersion() != 7 || p.EventTopic() != topic {
			t.Errorf("%s: %+v, %v", topic, p, err)
			continue
		}
		data, err := json.Marshal(p)
		if err != nil || !contracts.EndsState(contracts.Event{Data: data}) {
			t.Errorf("%s does not end a state: %s, %v", topic, data, err)
		}
		if _, err := decode(contracts.Event{Type: topic, Key: "promotion/3"}); err == nil {
			t.Errorf("%s: a key that is no user's", topic)
		}
	}
	if _, err := contracts.Decode[identityv1.AccountEvent](contracts.Event{Key: "42", Version: 7}); err == nil {
		t.Error("an event without data")
	}
}

func TestOnlyTheLastStateEndsIt(t *testing.T) {
	for _, text := range []string{`{"deleted":false}`, `{}`, `{"email":"\"deleted\":true"}`, `{"deleted":"true"}`, `[`, ``} {
		if contracts.EndsState(contracts.Event{Data: json.RawMessage(text)}) {
			t.Errorf("%s ends a state", text)
		}
	}
}
