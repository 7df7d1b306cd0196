package directory_test

import (
	"testing"
	"time"

	"muster/libs/errs"
	"muster/libs/limits"
	"muster/services/directory/internal/directory"
	"muster/services/directory/internal/directory/directorytest"
)

func TestSetEmailChangesTheAddressAtOnce(t *testing.T) {
	w := newWorld(t)
	w.store.Put(directorytest.SampleUser(1))
	_, err := w.RenewCodes(t.Context(), boss, []directory.CodeOrder{{UserID: 1, TypeCode: "RPWR"}, {UserID: 1, TypeCode: "REGR"}})
	must(t, err)
	since := len(w.store.Published())
	got, err := w.SetEmail(t.Context(), self(1), "  New@Example.com ")
	must(t, err)
	want := directorytest.SampleUser(1)
	want.Email, want.VerifiedAt = "New@Example.com", nil
	want.Version, want.AccessVersion, want.UpdatedAt = 15, 15, w.clock.Second()
	want.SessionsEnd = directory.SessionsEnd{Version: 15, OpenedBy: w.clock.Second(), Except: "session-1"}
	equal(t, got, want)
	equal(t, w.store.User(1), want)
	equal(t, w.published(since), []string{"directory.user.v1 1 15", "directory.user.updated.v1 1 15"})

	_, found := w.store.Request(1, "RPWR")
	equal(t, found, false)
	deliverAll(t, w)
	equal(t, w.sent(), []string{"EMCH Ada1@Example.com ", "REGR New@Example.com code00000003"})
	verified, err := w.ConfirmEmail(t.Context(), self(1), "CODE-0000 0003")
	must(t, err)
	equal(t, verified.SessionsEnd, want.SessionsEnd)
}

func TestSetEmailToTheSameAddress(t *testing.T) {
	w := newWorld(t)
	w.store.Put(directorytest.SampleUser(1))
	same, err := w.SetEmail(t.Context(), self(1), "Ada1@Example.com")
	must(t, err)
	equal(t, same, directorytest.SampleUser(1))
	spelled, err := w.SetEmail(t.Context(), self(1), "ADA1@example.com")
	must(t, err)
	want := directorytest.SampleUser(1)
	want.Email, want.Version, want.AccessVersion, want.UpdatedAt = "ADA1@example.com", 15, 15, w.clock.Second()
	equal(t, spelled, want)
	deliverAll(t, w)
	equal(t, len(w.sent()), 0)
}

func TestSetEmailRefuses(t *testing.T) {
	w := newWorld(t)
	w.store.Put(directorytest.SampleUser(1), directorytest.SampleUser(2), directorytest.SampleTombstone(3))
	for name, c := range map[string]struct {
		id    int64
		email string
		code  string
		want  error
	}{
		"an address of another user": {1, "ADA2@example.com", "EMAIL_EXISTS", directory.ErrEmailExists},
		"no address":                 {1, "", "VALIDATION_FAILED", nil},
		"what is no address":         {1, "ada@", "VALIDATION_FAILED", nil},
		"a deleted user":             {3, "new@example.com", "", directory.ErrUserNotFound},
		"an unknown user":            {9, "new@example.com", "", directory.ErrUserNotFound},
	} {
		_, err := w.SetEmail(t.Context(), self(c.id), c.email)
		if c.want != nil {
			wantError(t, err, c.want)
		}
		if code := errs.From(err).Code; code != c.code {
			t.Errorf("%s: %v", name, err)
		}
	}
	equal(t, w.store.User(1), directorytest.SampleUser(1))
	for _, email := range []string{"a@example.com", "b@example.com", "c@example.com"} {
		_, err := w.SetEmail(t.Context(), self(1), email)
		must(t, err)
	}
	_, err := w.SetEmail(t.Context(), self(1), "d@example.com")
	wantError(t, err, limits.ErrUsedUp)
	equal(t, w.store.User(1).Email, "c@example.com") // what is refused changes nothing
	deliverAll(t, w)
	equal(t, w.sent(), []string{"EMCH Ada1@Example.com ", "REGR c@example.com code00000003"})
}

func TestSendEmailCode(t *testing.T) {
	w := newWorld(t)
	before := w.register(t, 1, "Ada@example.com")
	deliverAll(t, w)
	u, err := w.SendEmailCode(t.Context(), 1)
	must(t, err)
	equal(t, u, before)
	for range 5 {
		_, _ = w.ConfirmEmail(t.Context(), self(1), "wrong")
	}
	_, err = w.SendEmailCode(t.Context(), 1)
	must(t, err)
	deliverAll(t, w)
	equal(t, w.sent(), []string{"REGR Ada@example.com code00000001", "REGR Ada@example.com code00000002"})
	_, err = w.SendEmailCode(t.Context(), 1)
	must(t, err)
	_, err = w.SendEmailCode(t.Context(), 1)
	wantError(t, err, limits.ErrUsedUp)

	w.store.Put(directorytest.SampleUser(2), directorytest.SampleTombstone(3))
	_, err = w.SendEmailCode(t.Context(), 2)
	wantError(t, err, directory.ErrAlreadyVerified)
	for _, id := range []int64{3, 9} {
		_, err = w.SendEmailCode(t.Context(), id)
		wantError(t, err, directory.ErrUserNotFound)
	}
}

func TestARecipientsDayOfMailsHoldsForEmailCodes(t *testing.T) {
	w := newWorld(t)
	w.register(t, 1, "ada@example.com") // the first of eight
	for range 7 {
		_, err := w.SendEmailCode(t.Context(), 1)
		if err != nil {
			w.clock.Move(time.Hour)
			_, err = w.SendEmailCode(t.Context(), 1)
		}
		must(t, err)
	}
	w.clock.Move(time.Hour)
	_, err := w.SendEmailCode(t.Context(), 1)
	wantError(t, err, limits.ErrUsedUp)
	w.register(t, 2, "grace@example.com")
	_, err = w.SetEmail(t.Context(), self(2), "lovelace@example.com")
	must(t, err)
}
