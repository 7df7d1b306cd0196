package stripefake

// tx is one step of the fake: an API call, a click on a page, or one scheduled change. It runs with the state locked,
// at one fixed time, and collects the events that it causes.
//
// Handlers check everything before they change anything, so a refusal has no effect.
type tx struct {
	st *state
	// now is the virtual time in Unix seconds.
	now int64
	// publicURL is the base URL of the fake's pages for a browser, without a trailing slash.
	publicURL string
	// requestID and idempotencyKey are those of the API call; empty in scheduled changes.
	requestID      string
	idempotencyKey string

	events []*event
}

// create emits a new resource's event and schedules its changes. The resource is in its collection already.
func (tx *tx) create(r resource, eventType string) {
	tx.emit(eventType, tx.render(r), nil)
	tx.schedule(r)
}

// change runs mutate and emits the event with the differences; nothing if there are none.
func (tx *tx) change(r resource, eventType string, mutate func()) {
	before := tx.render(r)
	mutate()
	tx.schedule(r)
	after := tx.render(r)
	if previous := differences(before, after); len(previous) > 0 {
		tx.emit(eventType, after, previous)
	}
}

// announce emits an event about a resource's current state, without previous attributes.
func (tx *tx) announce(r resource, eventType string) {
	tx.emit(eventType, tx.render(r), nil)
	tx.schedule(r)
}

// schedule puts the resource's next change on the agenda.
func (tx *tx) schedule(r resource) {
	if d, ok := r.(dueler); ok {
		tx.st.agenda.add(d)
	}
}

// scratch returns a step whose effects are discarded, for previews.
func (tx *tx) scratch() *tx {
	aside := *tx
	aside.st, aside.events = tx.st.overlaid(), nil
	return &aside
}
