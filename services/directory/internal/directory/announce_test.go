package directory_test

import (
	"testing"
	"time"

	"muster/libs/contracts/directoryv1"
	"muster/services/directory/internal/directory"
	"muster/services/directory/internal/directory/directorytest"
)

// shown returns the newest published record of a user.
func (w *world) shown(t *testing.T, id int64) (newest directoryv1.User) {
	t.Helper()
	for _, p := range w.store.Published() {
		if u, ok := p.(directoryv1.User); ok && u.ID == id {
			if u.Version <= newest.Version {
				t.Fatalf("version %d of user %d was published after version %d", u.Version, id, newest.Version)
			}
			newest = u
		}
	}
	if newest.Version != w.store.User(id).Version {
		t.Fatalf("published version %d, stored %d", newest.Version, w.store.User(id).Version)
	}
	return newest
}

// TestTheRecordSaysUntilWhenTheRegistrationIsOpen follows one user through everything that opens or closes a request.
func TestTheRecordSaysUntilWhenTheRegistrationIsOpen(t *testing.T) {
	w := newWorld(t)
	day := 24 * time.Hour
	open := func(what string, want *time.Time) {
		t.Helper()
		got := w.shown(t, 1).RegistrationUntil
		if (got == nil) != (want == nil) || got != nil && !got.Equal(*want) {
			t.Fatalf("%s: open until %v, want %v", what, got, want)
		}
	}
	in := func(d time.Duration) *time.Time { return ptr(w.clock.Second().Add(d)) }
	guess := func() { _, _ = w.VerifyEmail(t.Context(), nobody, w.store.User(1).Email, "wrong") }

	w.register(t, 1, "ada@example.com")
	first := in(day)
	open("registered", first)
	w.clock.Move(time.Hour)
	must(t, w.ResendCodes(t.Context(), actor(1), []string{"ada@example.com"}))
	open("the same code again", first)
	for range 4 {
		guess()
	}
	open("one guess left", first)
	guess()
	open("no guess left", nil)
	must(t, w.ResendVerification(t.Context(), "ada@example.com", home))
	deliverAll(t, w)
	open("a new code by mail", in(day))
	w.clock.Move(time.Hour)
	_, err := w.RenewCodes(t.Context(), boss, []directory.CodeOrder{{UserID: 1, TypeCode: "REGR"}})
	must(t, err)
	renewed := in(day)
	open("renewed", renewed)
	_, err = w.RenewCodes(t.Context(), boss, []directory.CodeOrder{{UserID: 1, TypeCode: "RPWR"}})
	must(t, err)
	open("another code", renewed)
	must(t, w.DropRequest(t.Context(), w.store.RequestID(1, "REGR")))
	open("dropped", nil)
	_, err = w.SendEmailCode(t.Context(), 1)
	must(t, err)
	open("sent", in(day))
	w.clock.Move(time.Hour)
	_, err = w.UpdateUser(t.Context(), boss, 1, directory.UserChange{Email: given("ada2@example.com")})
	must(t, err)
	open("moved by an administrator", in(day))
	w.clock.Move(time.Hour)
	moved, err := w.SetEmail(t.Context(), self(1), "ada3@example.com")
	must(t, err)
	equal(t, moved.Version, w.shown(t, 1).Version)
	open("moved", in(day))
	w.clock.Move(2 * day)
	must(t, w.ResendCodes(t.Context(), boss, []string{"ada3@example.com"}))
	open("a new code after the old one had expired", in(day))
	_, err = w.PutThunderUser(t.Context(), 1, "ada4@example.com", given(directory.Properties("{}")))
	must(t, err)
	open("moved by Thunder", nil)
	_, err = w.SendEmailCode(t.Context(), 1)
	must(t, err)
	r, _ := w.store.Request(1, "REGR")
	verified, err := w.VerifyEmail(t.Context(), nobody, "ada4@example.com", r.Code)
	must(t, err)
	open("verified", nil)
	_, err = w.RenewCodes(t.Context(), boss, []directory.CodeOrder{{UserID: 1, TypeCode: "REGR"}})
	must(t, err)
	equal(t, w.shown(t, 1).Version, verified.Version) // nobody else's concern
	_, err = w.ResetThunderVerification(t.Context(), 1)
	must(t, err)
	open("unverified again", in(day))
}

// TestARepublishedRecordIsNewerIfItSaysMore: a record of an earlier release has the same version without it.
func TestARepublishedRecordIsNewerIfItSaysMore(t *testing.T) {
	w := newWorld(t)
	w.register(t, 1, "ada@example.com")
	w.register(t, 2, "grace@example.com")
	must(t, w.DropRequest(t.Context(), w.store.RequestID(2, "REGR")))
	w.store.Put(directorytest.SampleUser(3))
	before := map[int64]int64{}
	for id := range int64(3) {
		before[id+1] = w.store.User(id + 1).Version
	}
	already := len(w.store.Published())
	_, _, err := w.Republish(t.Context(), 1, 3, 10)
	must(t, err)
	again := w.store.Published()[already:]
	equal(t, len(again), 3)
	equal(t, again[0].EventVersion(), before[1]+1)
	equal(t, *w.shown(t, 1).RegistrationUntil, w.clock.Second().Add(24*time.Hour))
	equal(t, again[1].EventVersion(), before[2])
	equal(t, again[2].EventVersion(), before[3])

	w.clock.Move(25 * time.Hour) // what has expired is no news
	_, _, err = w.Republish(t.Context(), 1, 1, 10)
	must(t, err)
	equal(t, w.store.User(1).Version, before[1]+1)
}
