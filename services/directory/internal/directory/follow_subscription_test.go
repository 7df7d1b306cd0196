package directory_test

import (
	"testing"
	"time"

	"muster/services/directory/internal/directory"
)

func TestASubscriptionTurnsTheType(t *testing.T) {
	w := newWorld(t)
	before := w.register(t, 1, "ada@example.com")
	since := len(w.store.Published())
	w.clock.Move(time.Minute)
	must(t, w.FollowSubscription(t.Context(), directory.Subscription{UserID: 1, Version: 3, AccessVersion: 2, Access: true}))
	want := before
	want.TypeCode, want.Subscribed, want.UpdatedAt = "SUBS", true, w.clock.Second()
	want.Version, want.AccessVersion, want.SubscriptionVersion = 2, 2, 3
	equal(t, w.store.User(1), want)
	equal(t, w.published(since), []string{"directory.user.v1 1 2", "directory.user.type-changed.v1 1 2"})

	must(t, w.FollowSubscription(t.Context(), directory.Subscription{UserID: 1, Version: 4, AccessVersion: 4}))
	equal(t, w.store.User(1).TypeCode, "NONS")
}

func TestASubscriptionThatTurnsNoTypeIsOnlyReported(t *testing.T) {
	for name, u := range map[string]directory.User{
		"an administrator stays one": {TypeCode: "ADMI", Version: 1, AccessVersion: 1},
		"a type set by hand stands":  {TypeCode: "SUBS", Version: 1, AccessVersion: 1, Subscribed: true},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			u.ID = 1
			w.store.Put(u)
			must(t, w.FollowSubscription(t.Context(), directory.Subscription{UserID: 1, Version: 6, AccessVersion: 5, Access: true}))
			got := w.store.User(1)
			equal(t, got.TypeCode, u.TypeCode)
			equal(t, got.UpdatedAt, u.UpdatedAt)
			equal(t, []int64{got.Version, got.AccessVersion, got.SubscriptionVersion}, []int64{2, 1, 6})
			equal(t, w.published(0), []string{"directory.user.v1 1 2"})
		})
	}
}

func TestSubscriptionRecordsThatSayNothingNewChangeNothing(t *testing.T) {
	w := newWorld(t)
	before := directory.User{ID: 1, TypeCode: "NONS", Version: 4, SubscriptionVersion: 6}
	gone := directory.User{ID: 2, Deleted: true, Version: 4}
	w.store.Put(before, gone)
	for _, sub := range []directory.Subscription{
		{UserID: 1, Version: 6, AccessVersion: 6, Access: true},
		{UserID: 1, Version: 9, AccessVersion: 5, Access: true},
		{UserID: 2, Version: 9, AccessVersion: 9, Access: true},
	} {
		must(t, w.FollowSubscription(t.Context(), sub))
	}
	equal(t, w.store.User(1), before)
	equal(t, w.store.User(2), gone)
	equal(t, len(w.store.Published()), 0)

	wantError(t, w.FollowSubscription(t.Context(), directory.Subscription{UserID: 3, Version: 1, AccessVersion: 1}), directory.ErrNoUserForSubscription)
}

func TestAnExemptionOutlastsASubscription(t *testing.T) {
	w := newWorld(t)
	w.store.Put(directory.User{ID: 1, TypeCode: "SUBS", Subscribed: true, Version: 1, Exemption: directory.Exemption{From: ptr(w.clock.Second())}})
	must(t, w.FollowSubscription(t.Context(), directory.Subscription{UserID: 1, Version: 1, AccessVersion: 1}))
	equal(t, w.store.User(1).TypeCode, "SUBS")
}
