package stripefake

// tx is one step of the fake: an API call, a click on a page, or one thing that the clock brought about. It runs with
// the state locked, sees one time, and collects the events that it causes.
//
// Handlers check everything before they change anything, so that a refusal leaves no trace.
type tx struct {
	st *state
	// now is the virtual time in Unix seconds.
	now int64
	// publicURL is where a browser reaches the fake's pages, without a slash at the end.
	publicURL string
	// requestID and idempotencyKey are those of the API call; empty in steps of the clock.
	requestID      string
	idempotencyKey string

	events []*event
}

// create notes a new resource's event and whatever it has on the agenda. The resource is in its collection already.
func (tx *tx) create(r resource, eventType string) {
	tx.emit(eventType, tx.render(r), nil)
	tx.schedule(r)
}

// change runs mutate and emits the event with what differs; nothing if nothing does.
func (tx *tx) change(r resource, eventType string, mutate func()) {
	before := tx.render(r)
	mutate()
	tx.schedule(r)
	after := tx.render(r)
	if previous := differences(before, after); len(previous) > 0 {
		tx.emit(eventType, after, previous)
	}
}

// announce emits an event about a resource as it is now, without previous attributes.
func (tx *tx) announce(r resource, eventType string) {
	tx.emit(eventType, tx.render(r), nil)
	tx.schedule(r)
}

// schedule puts what the resource has to do later on the agenda.
func (tx *tx) schedule(r resource) {
	if d, ok := r.(dueler); ok {
		tx.st.agenda.add(d)
	}
}

// scratch is a step whose effects are thrown away, for previews.
func (tx *tx) scratch() *tx {
	aside := *tx
	aside.st, aside.events = tx.st.overlaid(), nil
	return &aside
}
