package stripefake

import (
	"encoding/json"
	"slices"
	"testing"
)

func ids[T resource](c *collection[T]) []string {
	var list []string
	for v := range c.newest() {
		list = append(list, v.key())
	}
	return list
}

func TestCollection(t *testing.T) {
	var c collection[*coupon]
	for _, id := range []string{"a", "b", "c", "d", "e"} {
		c.put(&coupon{ID: id})
	}
	c.remove("d")
	c.replace(&coupon{ID: "b", Name: "new"})
	if got := ids(&c); !slices.Equal(got, []string{"e", "c", "b", "a"}) {
		t.Errorf("newest first: %v", got)
	}
	encoded, err := json.Marshal(&c)
	if err != nil {
		t.Fatal(err)
	}
	var decoded collection[*coupon]
	if err := json.Unmarshal(encoded, &decoded); err != nil {
		t.Fatal(err)
	}
	if got := ids(&decoded); !slices.Equal(got, []string{"e", "c", "b", "a"}) {
		t.Errorf("after JSON: %v", got)
	}
	decoded.trim(2)
	if got := ids(&decoded); !slices.Equal(got, []string{"e", "c"}) {
		t.Errorf("after trim: %v", got)
	}
}

func TestOverlayLeavesItsBaseAlone(t *testing.T) {
	var base collection[*coupon]
	base.put(&coupon{ID: "a"})
	over := overlay(&base)
	seen, ok := over.get("a")
	if !ok {
		t.Fatal("an overlay does not show its base")
	}
	seen.TimesRedeemed = 5
	over.put(&coupon{ID: "b"})
	if again, _ := over.get("a"); again.TimesRedeemed != 5 {
		t.Error("an overlay forgets what was changed")
	}
	if held, _ := base.get("a"); held.TimesRedeemed != 0 {
		t.Error("a change in an overlay changed its base")
	}
	if _, ok := base.get("b"); ok {
		t.Error("what was put into an overlay is in its base")
	}
}

// TestEventsAreBounded emits more events, step by step, than are kept.
func TestEventsAreBounded(t *testing.T) {
	s, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	many := make([]*event, keptEvents+10)
	for i := range many {
		many[i] = &event{ID: newID("evt_1", 23)}
	}
	s.step("", func(tx *tx) { tx.events = many })
	s.mu.Lock()
	defer s.mu.Unlock()
	if got := len(s.state.Events.byID); got != keptEvents {
		t.Errorf("%d events are kept, want %d", got, keptEvents)
	}
	if _, ok := s.state.Events.get(many[len(many)-1].ID); !ok {
		t.Error("the newest event was dropped")
	}
}
