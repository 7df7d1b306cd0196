package directory_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"muster/libs/limits"
	"muster/services/directory/internal/directory"
	"muster/services/directory/internal/directory/directorytest"
)

func TestRequestThunderVerification(t *testing.T) {
	w := newWorld(t)
	w.store.Put(directorytest.SampleUser(1))
	since := len(w.store.Published())
	got, err := w.RequestThunderVerification(t.Context(), 1)
	must(t, err)
	want := directorytest.SampleUser(1)
	want.VerifiedAt = nil
	want.Version, want.AccessVersion, want.UpdatedAt = 15, 15, w.clock.Second()
	equal(t, w.store.User(1), want)
	equal(t, got, directory.ThunderUser{
		UserID: 1, Email: "Ada1@Example.com", Token: "token1", CreatedAt: want.CreatedAt, UpdatedAt: w.milli(), Properties: "{}", Version: 15,
	})
	equal(t, w.published(since), []string{"directory.user.v1 1 15", "directory.user.updated.v1 1 15"})
	equal(t, w.sent(), []string{"THUN Ada1@Example.com token1"}) // before the answer

	again, err := w.RequestThunderVerification(t.Context(), 1)
	must(t, err)
	equal(t, again.Token, "token2")
	equal(t, w.store.User(1).AccessVersion, 15) // the flag did not change
	equal(t, w.store.User(1).Version, 16)
	_, err = w.VerifyThunderUser(t.Context(), 1, "token1")
	wantError(t, err, directory.ErrWrongToken)
	w.clock.Move(time.Hour)
	deliverAll(t, w)
	equal(t, len(w.sent()), 2)
}

func TestTheTokenSurvivesVerification(t *testing.T) {
	w := newWorld(t)
	before := w.register(t, 1, "ada@example.com")
	_, err := w.RequestThunderVerification(t.Context(), 1)
	must(t, err)
	since := len(w.store.Published())
	w.clock.Move(time.Hour)
	got, err := w.VerifyThunderUser(t.Context(), 1, "token1")
	must(t, err)
	want := before
	want.Version, want.AccessVersion = 3, 3
	want.UpdatedAt, want.VerifiedAt = w.clock.Second(), ptr(w.clock.Second())
	want.SessionsEnd = directory.SessionsEnd{Version: 3, OpenedBy: w.clock.Second()}
	equal(t, w.store.User(1), want)
	equal(t, got, directory.ThunderUser{
		UserID: 1, Email: "ada@example.com", Verified: true, Token: "token1", CreatedAt: before.CreatedAt, UpdatedAt: w.milli(), Properties: "{}", Version: 3,
	})
	equal(t, w.published(since), []string{"directory.user.v1 1 3", "directory.user.email-verified.v1 1 3"})
	_, open := w.store.Request(1, "REGR")
	equal(t, open, false)

	// Again: a write, but no other time of verification, and nobody is signed out.
	w.clock.Move(time.Hour)
	got, err = w.VerifyThunderUser(t.Context(), 1, "token1")
	must(t, err)
	want.Version, want.UpdatedAt = 4, w.clock.Second()
	equal(t, w.store.User(1), want)
	equal(t, got.Token, "token1")
	equal(t, got.UpdatedAt, w.milli())
	equal(t, w.published(since+2), []string{"directory.user.v1 1 4", "directory.user.updated.v1 1 4"})
}

func TestResetThunderVerification(t *testing.T) {
	w := newWorld(t)
	w.store.Put(directorytest.SampleUser(1))
	_, err := w.RequestThunderVerification(t.Context(), 1)
	must(t, err)
	_, err = w.VerifyThunderUser(t.Context(), 1, "token1")
	must(t, err)
	got, err := w.ResetThunderVerification(t.Context(), 1)
	must(t, err)
	equal(t, got.Token, "")
	equal(t, got.Verified, false)
	u := w.store.User(1)
	equal(t, u.VerifiedAt, nil)
	equal(t, u.AccessVersion, u.Version)
	_, err = w.VerifyThunderUser(t.Context(), 1, "token1")
	wantError(t, err, directory.ErrNoToken)
	_, err = w.VerifyThunderUser(t.Context(), 1, "")
	wantError(t, err, directory.ErrNoToken)

	again, err := w.ResetThunderVerification(t.Context(), 1) // a write, though nothing differs
	must(t, err)
	equal(t, again.Version, got.Version+1)
	equal(t, again.UpdatedAt.After(got.UpdatedAt), true)
	equal(t, w.store.User(1).AccessVersion, u.AccessVersion)
}

func TestWhomThunderDoesNotVerify(t *testing.T) {
	w := newWorld(t)
	w.register(t, 1, "ada@example.com")
	w.store.Put(directorytest.SampleAdmin(2), directorytest.SampleTombstone(3), directorytest.SampleAdmin(4))
	_, err := w.VerifyThunderUser(t.Context(), 1, "token1")
	wantError(t, err, directory.ErrNoToken)
	_, err = w.VerifyThunderUser(t.Context(), 2, "token1")
	wantError(t, err, directory.ErrNoToken)
	_, err = w.RequestThunderVerification(t.Context(), 1)
	must(t, err)
	for _, wrong := range []string{"", "token", "token2", "TOKEN1", "token1 "} {
		_, err = w.VerifyThunderUser(t.Context(), 1, wrong)
		wantError(t, err, directory.ErrWrongToken)
	}
	equal(t, w.store.User(1).VerifiedAt, nil)

	for name, act := range map[string]func(id int64) error{
		"request": func(id int64) error { _, err := w.RequestThunderVerification(t.Context(), id); return err },
		"verify":  func(id int64) error { _, err := w.VerifyThunderUser(t.Context(), id, "token1"); return err },
		"reset":   func(id int64) error { _, err := w.ResetThunderVerification(t.Context(), id); return err },
	} {
		for _, id := range []int64{3, 9} {
			if err := act(id); !errors.Is(err, directory.ErrUserNotFound) {
				t.Errorf("%s of %d: %v", name, id, err)
			}
		}
		if err := act(2); name != "verify" && !errors.Is(err, directory.ErrAdminProtected) {
			t.Errorf("%s of an administrator: %v", name, err)
		}
	}
	equal(t, w.store.User(2), directorytest.SampleAdmin(2))

	// Somebody who has become an administrator since.
	_, err = w.UpdateUser(t.Context(), boss, 1, directory.UserChange{TypeCode: given("ADMI")})
	must(t, err)
	_, err = w.VerifyThunderUser(t.Context(), 1, "token1")
	wantError(t, err, directory.ErrAdminProtected)
	equal(t, w.store.User(1).VerifiedAt, nil)
}

func TestAThunderMailThatIsNotAccepted(t *testing.T) {
	w := newWorld(t)
	w.register(t, 1, "ada@example.com")
	deliverAll(t, w)
	w.mailer.Fail(true)
	got, err := w.RequestThunderVerification(t.Context(), 1)
	wantError(t, err, directory.ErrThunderMailNotSent)
	equal(t, got.Token, "token1")
	equal(t, got.Version, w.store.User(1).Version)
	w.mailer.Fail(false)
	w.clock.Move(time.Hour)
	deliverAll(t, w) // whoever asked was told, so it is not tried again
	equal(t, len(w.sent()), 1)
	_, err = w.VerifyThunderUser(t.Context(), 1, "token1") // the token stays
	must(t, err)
}

// TestAThunderMailWhoseSenderDied is sent by a worker if its token is still the user's.
func TestAThunderMailWhoseSenderDied(t *testing.T) {
	for name, c := range map[string]struct {
		meanwhile func(*testing.T, *world)
		mails     int
	}{
		"nothing":        {func(*testing.T, *world) {}, 1},
		"a verification": {func(t *testing.T, w *world) { _, err := w.VerifyThunderUser(t.Context(), 1, "token1"); must(t, err) }, 1},
		"a reset":        {func(t *testing.T, w *world) { _, err := w.ResetThunderVerification(t.Context(), 1); must(t, err) }, 0},
		"a new address": {func(t *testing.T, w *world) {
			_, err := w.PutThunderUser(t.Context(), 1, "new@example.com", props(`{}`))
			must(t, err)
		}, 0},
		"the user's end": {func(t *testing.T, w *world) { _, err := w.DeleteThunderUser(t.Context(), 1); must(t, err) }, 0},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.store.Put(directorytest.SampleUser(1))
			_, err := w.RequestThunderVerification(t.Context(), 1)
			must(t, err)
			must(t, w.store.Tx(t.Context(), func(ctx context.Context, tx directory.Tx) error { // as if it had not been sent
				return tx.QueueMail(ctx, w.newest(t))
			}))
			c.meanwhile(t, w)
			w.clock.Move(time.Hour)
			deliverAll(t, w)
			equal(t, len(w.sent()), 1+c.mails)
		})
	}
}

func TestARecipientsDayOfMailsHoldsForThunder(t *testing.T) {
	w := newWorld(t)
	w.store.Put(directorytest.SampleUser(1), directorytest.SampleUser(2))
	for range 8 {
		_, err := w.RequestThunderVerification(t.Context(), 1)
		must(t, err)
	}
	before := w.store.User(1)
	_, err := w.RequestThunderVerification(t.Context(), 1)
	wantError(t, err, limits.ErrUsedUp)
	equal(t, w.store.User(1), before)
	equal(t, w.store.ThunderRecord(1).Token, "token8")
	equal(t, len(w.sent()), 8)
	_, err = w.RequestThunderVerification(t.Context(), 2) // others have theirs
	must(t, err)
}

func TestThunderLinksTheLegacyUser(t *testing.T) {
	w := newWorld(t)
	w.register(t, 1, "ada@example.com")
	w.await(t, 7, "ADA@example.com")
	_, err := w.RequestThunderVerification(t.Context(), 1)
	must(t, err)
	equal(t, w.store.User(1).LegacyUserID, nil)
	_, err = w.VerifyThunderUser(t.Context(), 1, "token1")
	must(t, err)
	equal(t, w.store.User(1).LegacyUserID, ptr(int64(7)))
	equal(t, w.store.LegacyUser(7).UserID, ptr(int64(1)))

	// An unverified user that moves away loses the link.
	_, err = w.ResetThunderVerification(t.Context(), 1)
	must(t, err)
	equal(t, w.store.User(1).LegacyUserID, ptr(int64(7)))
	_, err = w.PutThunderUser(t.Context(), 1, "new@example.com", props(`{}`))
	must(t, err)
	equal(t, w.store.User(1).LegacyUserID, nil)
}

// TestAVerifiedUserIsLinkedWhenTheLinkIsOpenedAgain, after an import that came later.
func TestAVerifiedUserIsLinkedWhenTheLinkIsOpenedAgain(t *testing.T) {
	w := newWorld(t)
	w.register(t, 1, "ada@example.com")
	_, err := w.RequestThunderVerification(t.Context(), 1)
	must(t, err)
	_, err = w.VerifyThunderUser(t.Context(), 1, "token1")
	must(t, err)
	w.await(t, 7, "ada@example.com")
	_, err = w.VerifyThunderUser(t.Context(), 1, "token1")
	must(t, err)
	equal(t, w.store.User(1).LegacyUserID, ptr(int64(7)))
}
