package e2e_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/segmentio/kafka-go"
)

// happening has the members of all events that [eventTopics] looks at.
type happening struct {
	Kind           string `json:"kind"`
	ID             int64  `json:"id"`
	UserID         int64  `json:"userId"`
	SessionID      string `json:"sessionId"`
	SubscriptionID int64  `json:"subscriptionId"`
}

// eventTopics are the event topics, with facts that the owners' databases keep, and the fact that an event tells, if it tells one.
var eventTopics = []struct {
	topic, database, facts string
	told                   func(happening) string
}{
	{"identity.account-events.v1", "identity", "SELECT target_id || ' in ' || session_id FROM audit.entries WHERE action IN ('register', 'sign-in') AND result = 'OK'",
		func(h happening) string {
			if h.Kind != "registered" && h.Kind != "signed-in" {
				return ""
			}
			return fmt.Sprint(h.UserID, " in ", h.SessionID)
		}},
	{"directory.user-events.v1", "directory", "SELECT id::text FROM users", func(h happening) string {
		if h.Kind != "created" {
			return ""
		}
		return fmt.Sprint(h.UserID)
	}},
	{"billing.events.v1", "billing", "SELECT id::text FROM subscriptions", func(h happening) string {
		if h.Kind != "created" || h.SubscriptionID == 0 {
			return ""
		}
		return fmt.Sprint(h.SubscriptionID)
	}},
	{"billing.ledger.v1", "billing", "SELECT id::text FROM ledger_entries", func(h happening) string { return fmt.Sprint(h.ID) }},
}

// facts are what has happened by a time, by topic.
type facts map[string]map[string]bool

func readFacts(t *testing.T) facts {
	t.Helper()
	all := facts{}
	for _, e := range eventTopics {
		all[e.topic] = map[string]bool{}
		var fact string
		err := eachRow(t.Context(), muster.Databases[e.database], e.facts, []any{&fact}, func() { all[e.topic][fact] = true })
		if err != nil {
			t.Fatal(err)
		}
	}
	return all
}

// awaitEachTold waits until each fact since then is told by one event. Seen to fail when one of three registrations was told by none.
func (before facts) awaitEachTold(t *testing.T) {
	t.Helper()
	var problem error
	defer func() {
		if problem != nil {
			t.Log(problem)
		}
	}()
	eventually(t, time.Minute, "every fact is told by one event", func() bool {
		problem = nil
		now, checked := readFacts(t), map[string]int{}
		for _, e := range eventTopics {
			events, err := readTold(t.Context(), e.topic, e.told)
			problem = errors.Join(problem, err)
			for fact := range now[e.topic] {
				if before[e.topic][fact] {
					continue
				}
				checked[e.topic]++
				if events[fact] != 1 {
					problem = errors.Join(problem, fmt.Errorf("%s: %q is told by %d events", e.topic, fact, events[fact]))
				}
			}
			if checked[e.topic] == 0 {
				problem = errors.Join(problem, fmt.Errorf("%s: nothing has happened", e.topic))
			}
		}
		if problem == nil {
			t.Logf("facts since the load began: %v", checked)
		}
		return problem == nil
	})
}

// readTold counts the events of a topic that tell each fact.
func readTold(ctx context.Context, topic string, told func(happening) string) (map[string]int, error) {
	events := map[string]int{}
	err := eachOf(ctx, topic, func(m kafka.Message) error {
		var h happening
		if err := json.Unmarshal(m.Value, &h); err != nil {
			return err
		}
		if fact := told(h); fact != "" {
			events[fact]++
		}
		return nil
	})
	return events, err
}
