package stripefake

import (
	"encoding/json"
	"fmt"
	"path"
	"slices"

	"muster/deploy/stripefake/internal/hooks"
)

// apiVersion is the only version of Stripe's API that the fake supports.
const apiVersion = "2023-10-16"

// event is an occurrence with its object as of that time.
type event struct {
	ID      string
	Type    string
	Created int64
	// Payload is the event object as delivered by webhooks.
	Payload json.RawMessage
	// Delivered is set when the endpoint has acknowledged it.
	Delivered bool
}

func (e *event) key() string  { return e.ID }
func (e *event) kind() string { return "event" }

// emit adds an event to the step. It copies the data now.
func (tx *tx) emit(eventType string, data, previous object) {
	e := &event{ID: newID("evt_1", 23), Type: eventType, Created: tx.now}
	content := object{"object": data}
	if previous != nil {
		content["previous_attributes"] = previous
	}
	payload, err := json.Marshal(object{
		"id": e.ID, "object": "event", "api_version": apiVersion, "created": e.Created, "type": e.Type,
		"livemode": false, "pending_webhooks": 1, "data": content,
		"request": object{"id": text(tx.requestID), "idempotency_key": text(tx.idempotencyKey)},
	})
	if err != nil {
		panic(fmt.Sprintf("stripefake: event %s: %v", eventType, err))
	}
	e.Payload = payload
	tx.events = append(tx.events, e)
}

func (e *event) webhook() hooks.Event {
	return hooks.Event{ID: e.ID, Type: e.Type, Payload: e.Payload}
}

// compose renders the event from its payload.
func (e *event) compose(_ *tx, o object) {
	clear(o)
	if err := json.Unmarshal(e.Payload, &o); err != nil {
		panic(fmt.Sprintf("stripefake: event %s: %v", e.ID, err))
	}
	if e.Delivered {
		o["pending_webhooks"] = 0
	}
}

func getEvent(tx *tx, q *request) (any, error) {
	if err := q.params.Done(); err != nil {
		return nil, err
	}
	e, ok := tx.st.Events.get(q.id)
	if !ok {
		return nil, notFound("event", q.id)
	}
	return e, nil
}

func listEvents(tx *tx, q *request) (any, error) {
	created := q.params.Range("created")
	types := q.params.Strings("types")
	if one := q.params.Text("type"); one != "" {
		types = append(types, one)
	}
	delivered, filtered := q.params.Bool("delivery_success")
	return listPage("/v1/events", &tx.st.Events, q.params, func(e *event) bool {
		return created.Contains(e.Created) && matchesType(types, e.Type) && (!filtered || e.Delivered == delivered)
	})
}

// matchesType reports whether one of the types matches the event's; "invoice.*" matches a group. No types match all.
func matchesType(types []string, eventType string) bool {
	return len(types) == 0 || slices.ContainsFunc(types, func(pattern string) bool {
		ok, err := path.Match(pattern, eventType)
		return err == nil && ok
	})
}
