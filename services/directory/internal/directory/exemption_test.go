package directory_test

import (
	"fmt"
	"testing"
	"time"

	"muster/services/directory/internal/directory"
)

// TestExemptionWindows walks through each window: the type at each moment, and when the next change is due.
func TestExemptionWindows(t *testing.T) {
	zero := newWorld(t).clock.Second()
	at := func(s int) *time.Time { return ptr(zero.Add(time.Duration(s) * time.Second)) }
	type moment struct {
		at   int // seconds
		code string
		due  *time.Time
	}
	for name, c := range map[string]struct {
		window  directory.Exemption
		moments []moment
	}{
		"closed": {directory.Exemption{From: at(10), To: at(20)}, []moment{
			{9, "NONS", at(10)}, {10, "SUBS", at(21)}, {20, "SUBS", at(21)}, {21, "NONS", nil},
		}},
		"open at the end":   {directory.Exemption{From: at(10)}, []moment{{9, "NONS", at(10)}, {10, "SUBS", nil}, {99, "SUBS", nil}}},
		"open at the start": {directory.Exemption{To: at(10)}, []moment{{0, "SUBS", at(11)}, {10, "SUBS", at(11)}, {11, "NONS", nil}}},
		"one second":        {directory.Exemption{From: at(5), To: at(5)}, []moment{{4, "NONS", at(5)}, {5, "SUBS", at(6)}, {6, "NONS", nil}}},
		"none":              {directory.Exemption{}, []moment{{0, "NONS", nil}}},
	} {
		for _, m := range c.moments {
			t.Run(name, func(t *testing.T) {
				w := newWorld(t)
				due := zero.Add(-time.Hour) // have it looked at now
				w.store.Put(directory.User{ID: 1, TypeCode: "NONS", IsActive: true, Version: 1, Exemption: c.window, TypeDueAt: &due})
				w.clock.Move(time.Duration(m.at) * time.Second)
				_, err := w.ReviewTypes(t.Context())
				must(t, err)
				u := w.store.User(1)
				equal(t, u.TypeCode, m.code)
				equal(t, u.TypeDueAt, m.due)
			})
		}
	}
}

func TestAReviewPublishesOnlyChanges(t *testing.T) {
	w := newWorld(t)
	open := directory.Exemption{From: ptr(w.clock.Second())}
	for id, u := range map[int64]directory.User{
		1: {TypeCode: "NONS"}, 2: {TypeCode: "ADMI"}, 3: {TypeCode: "SUBS", Subscribed: true},
	} {
		u.ID, u.Email, u.Version, u.AccessVersion, u.Exemption, u.TypeDueAt = id, fmt.Sprint(id), 1, 1, open, open.From
		w.store.Put(u)
	}
	n, err := w.ReviewTypes(t.Context())
	must(t, err)
	equal(t, n, 3)
	equal(t, w.published(0), []string{"directory.user.v1 1 2", "directory.user.type-changed.v1 1 2"})
	equal(t, w.store.User(1).AccessVersion, 2)
	equal(t, w.store.User(2).TypeCode, "ADMI")

	n, err = w.ReviewTypes(t.Context())
	must(t, err)
	equal(t, n, 0)
}

func TestAReviewGoesOnUntilNobodyIsDue(t *testing.T) {
	w := newWorld(t)
	from := w.clock.Second()
	for id := range int64(250) {
		w.store.Put(directory.User{ID: id + 1, Email: fmt.Sprint(id), TypeCode: "NONS", Version: 1, Exemption: directory.Exemption{From: &from}, TypeDueAt: &from})
	}
	n, err := w.ReviewTypes(t.Context())
	must(t, err)
	equal(t, n, 250)
}
