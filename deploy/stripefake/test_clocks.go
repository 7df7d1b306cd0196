package stripefake

import (
	"time"

	"muster/deploy/stripefake/internal/form"
)

// testClock is Stripe's way to let time pass for some customers. The fake has one clock for all: an advance moves it.
type testClock struct {
	ID           string `json:"id"`
	Created      int64  `json:"created"`
	DeletesAfter int64  `json:"deletes_after"`
	FrozenTime   int64  `json:"frozen_time"`
	Name         text   `json:"name"`
	Status       string `json:"status"`
}

func (c *testClock) key() string  { return c.ID }
func (c *testClock) kind() string { return "test_helpers.test_clock" }

// moveClock sets the fake's clock forward to a time in a parameter. What is due until then happens before the next step.
func (tx *tx) moveClock(p *form.Reader) int64 {
	at, sent := p.Int("frozen_time")
	switch {
	case sent && at < tx.now:
		p.Fail("frozen_time", "", "This server has one clock for all, which never goes back: it is %d.", tx.now)
	case sent:
		return at
	}
	return tx.now
}

func createTestClock(tx *tx, q *request) (any, error) {
	c := &testClock{ID: newID("clock_1", 23), Created: tx.now, Name: text(q.params.Text("name")), Status: "ready"}
	c.FrozenTime = tx.moveClock(q.params)
	c.DeletesAfter = c.FrozenTime + 30*secondsOfDay
	if err := q.params.Done(); err != nil {
		return nil, err
	}
	tx.st.ClockOffset += time.Duration(c.FrozenTime-tx.now) * time.Second
	tx.st.TestClocks.put(c)
	tx.create(c, "test_helpers.test_clock.created")
	return c, nil
}

// advanceTestClock answers that the clock is advancing. It is ready at the next request.
func advanceTestClock(tx *tx, q *request) (any, error) {
	c, ok := tx.st.TestClocks.get(q.id)
	if !ok {
		return nil, notFound("test clock", q.id)
	}
	at := tx.moveClock(q.params)
	if err := q.params.Done(); err != nil {
		return nil, err
	}
	tx.st.ClockOffset += time.Duration(at-tx.now) * time.Second
	c.FrozenTime, c.Status = at, "advancing"
	tx.announce(c, "test_helpers.test_clock.advancing")
	return c, nil
}

func getTestClock(tx *tx, q *request) (any, error) {
	if c, ok := tx.st.TestClocks.get(q.id); ok && c.Status == "advancing" {
		tx.change(c, "test_helpers.test_clock.ready", func() { c.Status = "ready" })
	}
	return fetch(&tx.st.TestClocks, "test clock", q)
}

func listTestClocks(tx *tx, q *request) (any, error) {
	return listPage("/v1/test_helpers/test_clocks", &tx.st.TestClocks, q.params, func(*testClock) bool { return true })
}

// deleteTestClock deletes a clock and its customers.
func deleteTestClock(tx *tx, q *request) (any, error) {
	c, ok := tx.st.TestClocks.get(q.id)
	if !ok {
		return nil, notFound("test clock", q.id)
	}
	if err := q.params.Done(); err != nil {
		return nil, err
	}
	for held := range tx.st.Customers.all() {
		if held.TestClock == text(c.ID) && !held.Deleted {
			tx.forget(held)
		}
	}
	tx.announce(c, "test_helpers.test_clock.deleted")
	tx.st.TestClocks.remove(c.ID)
	return object{"id": c.ID, "object": c.kind(), "deleted": true}, nil
}
