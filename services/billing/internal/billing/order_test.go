package billing_test

import (
	"fmt"
	"strconv"
	"testing"
	"time"

	"pgregory.net/rapid"

	"muster/services/billing/internal/billing"
)

func lastEvent() string { return strconv.Itoa(eventIDs) }

// TestAnyDeliveryEndsInTheTruth lives through random histories of a subscription: the provider changes it, events are
// delivered late and more than once, and while one is being handled, between its fetch and its application, the provider
// goes on and other events are handled from beginning to end. Every change is followed by one event at least, begun after
// it; then our copy is the truth, although what was fetched first may be applied last.
func TestAnyDeliveryEndsInTheTruth(t *testing.T) {
	statuses := []billing.Status{billing.Active, billing.PastDue, billing.Unpaid, billing.Paused, billing.Trialing, billing.Canceled}
	rapid.Check(t, func(rt *rapid.T) {
		h := newHouse(t)
		id := h.subscribe(t, 42, h.plan(t).ID, "")
		truth, err := h.provider.Subscription(t.Context(), id)
		must(t, err)
		untold := false
		change := func() {
			truth.Status = rapid.SampledFrom(statuses).Draw(rt, "status")
			truth.Quantity = rapid.Int64Range(1, 9).Draw(rt, "quantity")
			h.provider.Put(truth)
			untold = true
		}
		deliver := func() {
			untold = false
			h.event(t, "customer.subscription.updated", id)
		}
		depth := 0
		h.provider.Fetched = func(string) {
			if depth == 3 {
				return
			}
			depth++
			defer func() { depth-- }()
			for range rapid.IntRange(0, 2).Draw(rt, "meanwhile") {
				if rapid.Bool().Draw(rt, "change") {
					change()
				}
				if rapid.Bool().Draw(rt, "deliver") {
					deliver()
				}
			}
		}
		for range rapid.IntRange(1, 6).Draw(rt, "steps") {
			change()
			for range rapid.IntRange(0, 2).Draw(rt, "deliveries") {
				deliver()
			}
			h.advance(time.Second)
		}
		for untold {
			deliver()
		}
		got := h.state(t, 42).Current
		if got.Status != string(truth.Status) || got.Quantity != truth.Quantity {
			rt.Fatalf("state %s × %d, truth %s × %d", got.Status, got.Quantity, truth.Status, truth.Quantity)
		}
		versions(rt, h)
	})
}

// versions checks that what was published rises by one.
func versions(rt *rapid.T, h *house) {
	var last int64
	for _, p := range h.store.Published() {
		if p.EventType() != "billing.subscription.v1" {
			continue
		}
		if p.EventVersion() != last+1 {
			rt.Fatal(fmt.Sprintf("version %d after %d", p.EventVersion(), last))
		}
		last = p.EventVersion()
	}
}
