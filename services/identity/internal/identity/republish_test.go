package identity_test

import (
	"math"
	"slices"
	"testing"

	"muster/libs/contracts"
)

func TestRepublishedStateIsThePresentOneAtItsVersion(t *testing.T) {
	h := newHouse(t)
	h.register("ann@example.com")
	h.register("bob@example.com")
	before := h.store.Published()
	n, reached, err := h.Republish(t.Context(), 1, math.MaxInt64, 1)
	if n != 1 || err != nil {
		t.Fatalf("%d accounts up to %d: %v", n, reached, err)
	}
	more, last, err := h.Republish(t.Context(), reached+1, math.MaxInt64, 10)
	if more != 1 || err != nil {
		t.Fatalf("%d accounts up to %d: %v", more, last, err)
	}
	for _, p := range h.store.Published()[len(before):] {
		published := slices.ContainsFunc(before, func(b contracts.Payload) bool {
			return b.EventType() == p.EventType() && b.EventKey() == p.EventKey() && b.EventVersion() == p.EventVersion()
		})
		if !published {
			t.Errorf("published %s %s@%d, which is no state of before", p.EventType(), p.EventKey(), p.EventVersion())
		}
	}
	if n, reached, err := h.Republish(t.Context(), last+1, last+1, 1); n != 0 || reached != 0 || err != nil {
		t.Errorf("of nobody: %d, %d, %v", n, reached, err)
	}
}
