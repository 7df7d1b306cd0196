package billing_test

import (
	"fmt"
	"slices"
	"strconv"
	"testing"
	"time"

	"pgregory.net/rapid"

	"muster/services/billing/internal/billing"
)

func lastEvent() string { return strconv.Itoa(eventIDs) }

// TestAnyDeliveryEndsInTheTruth runs random histories of a subscription. The provider changes it, and events arrive
// late and more than once. Between the fetch and the application of one event the provider changes the subscription
// again and other events are handled completely. Each change is followed by at least one event that starts after it. In
// the end our copy equals the provider's, although an older fetch may be applied last.
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
			truth.Items = slices.Clone(truth.Items)
			truth.Items[0].Quantity = rapid.Int64Range(1, 9).Draw(rt, "quantity")
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
		if got.Status != string(truth.Status) || got.Quantity != truth.Items[0].Quantity {
			rt.Fatalf("state %s × %d, truth %s × %d", got.Status, got.Quantity, truth.Status, truth.Items[0].Quantity)
		}
		versions(rt, h)
	})
}

// versions checks that the published versions rise by one.
func versions(rt *rapid.T, h *fixture) {
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
