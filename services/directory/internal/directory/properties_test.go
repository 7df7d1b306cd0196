package directory_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"muster/services/directory/internal/directory"
	"muster/services/directory/internal/directory/directorytest"
)

func TestPropertiesAreSetReplacedAndCleared(t *testing.T) {
	w := newWorld(t)
	w.store.Put(directorytest.SampleUser(1))
	null := directory.Member[directory.Properties]{Given: true}
	version := int64(14)
	for _, step := range []struct {
		put     directory.Member[directory.Properties]
		want    directory.Properties
		changed bool
	}{
		{given(directory.Properties(`{"plan": "gold", "seats": 5e0}`)), `{"plan":"gold","seats":5}`, true},
		{given(directory.Properties(`{"seats":5,"plan":"gold"}`)), `{"plan":"gold","seats":5}`, false},
		{directory.Member[directory.Properties]{}, `{"plan":"gold","seats":5}`, false},
		{given(directory.Properties(`{"tenant":{"id":7}}`)), `{"tenant":{"id":7}}`, true},
		{given(directory.Properties(`{ }`)), ``, true},
		{null, ``, false},
		{given(directory.Properties(`{"a":1}`)), `{"a":1}`, true},
		{null, ``, true},
	} {
		before := len(w.store.Published())
		u, err := w.UpdateUser(t.Context(), boss, 1, directory.UserChange{Properties: step.put})
		must(t, err)
		equal(t, w.store.Properties(1), step.want)
		var events []string
		if step.changed {
			version++
			events = []string{fmt.Sprint("directory.user.v1 1 ", version), fmt.Sprint("directory.user.updated.v1 1 ", version)}
			equal(t, u.UpdatedAt, w.clock.Second())
		}
		equal(t, w.published(before), events)
		equal(t, u.Version, version)
		equal(t, u.AccessVersion, 11) // identity has nothing to act on
	}
}

func TestPropertiesAreNotPublished(t *testing.T) {
	w := newWorld(t)
	w.store.Put(directorytest.SampleUser(1))
	_, err := w.UpdateUser(t.Context(), boss, 1, directory.UserChange{Properties: given(directory.Properties(`{"secret":"hush"}`))})
	must(t, err)
	equal(t, len(w.store.Published()), 2)
	for _, p := range w.store.Published() {
		record, err := json.Marshal(p)
		must(t, err)
		if strings.Contains(string(record), "hush") {
			t.Errorf("%s", record)
		}
	}
}

func TestPropertiesChangeWithAllElseOrNotAtAll(t *testing.T) {
	w := newWorld(t)
	w.store.Put(directorytest.SampleAdmin(1))
	change := directory.UserChange{Properties: given(directory.Properties(`{"plan":"gold"}`)), IsActive: given(false)}
	_, err := w.UpdateUser(t.Context(), boss, 1, change)
	wantError(t, err, directory.ErrLastAdmin)
	equal(t, w.store.Properties(1), "")
	_, err = w.UpdateUser(t.Context(), boss, 2, change)
	wantError(t, err, directory.ErrUserNotFound)
	equal(t, w.store.Properties(2), "")
}

func TestDeletionTakesThePropertiesToo(t *testing.T) {
	w := newWorld(t)
	w.store.Put(directorytest.SampleUser(1))
	_, err := w.UpdateUser(t.Context(), boss, 1, directory.UserChange{Properties: given(directory.Properties(`{"plan":"gold"}`))})
	must(t, err)
	_, err = w.DeleteUser(t.Context(), directory.Actor{UserID: 1}, 1)
	must(t, err)
	equal(t, w.store.Properties(1), "")
}
