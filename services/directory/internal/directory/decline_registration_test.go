package directory_test

import (
	"testing"
	"time"

	"muster/libs/errs"
	"muster/services/directory/internal/directory"
	"muster/services/directory/internal/directory/directorytest"
)

func (w *world) decline(t *testing.T, email, code string) (directory.User, error) {
	t.Helper()
	return w.DeclineRegistration(t.Context(), nobody, email, code)
}

// TestADeclinedRegistration leaves a tombstone, and the address is free.
func TestADeclinedRegistration(t *testing.T) {
	w := newWorld(t)
	w.register(t, 1, "Ada@Example.com")
	deliverAll(t, w)
	letter := w.newest(t)
	equal(t, letter.Declinable, true)
	equal(t, letter.FirstName, nil)
	since := len(w.store.Published())
	_, err := w.decline(t, "ada@example.com", "wrong")
	equal(t, errs.From(err).Code, "INVALID_CODE")
	equal(t, w.store.User(1).Deleted, false)

	gone, err := w.decline(t, "ADA@example.com", " CODE0000-0001 ")
	must(t, err)
	equal(t, gone, directory.User{ID: 1, Deleted: true, Version: 2, AccessVersion: 2, AccountVersion: 1})
	equal(t, w.store.User(1), gone)
	equal(t, w.published(since), []string{"directory.user.v1 1 2", "directory.user.deleted.v1 1 2"})
	_, err = w.decline(t, "ada@example.com", letter.Code)
	wantError(t, err, directory.ErrNoVerification)
	_, err = w.VerifyEmail(t.Context(), nobody, "ada@example.com", letter.Code)
	wantError(t, err, directory.ErrNoVerification)
	w.register(t, 2, "ada@example.com")
}

// TestOnlyRegistrationsAreDeclined: of everybody else, the code of the address deletes nothing.
func TestOnlyRegistrationsAreDeclined(t *testing.T) {
	for name, prepare := range map[string]func(*testing.T, *world){
		"verified": func(t *testing.T, w *world) {
			_, err := w.VerifyEmail(t.Context(), self(1), "ada@example.com", "code00000001")
			must(t, err)
		},
		"verified, to be verified again": func(t *testing.T, w *world) {
			_, err := w.VerifyEmail(t.Context(), self(1), "ada@example.com", "code00000001")
			must(t, err)
			must(t, renew(t, w, boss, directory.CodeOrder{UserID: 1, TypeCode: "REGR"}))
		},
		"moved to the address": func(t *testing.T, w *world) {
			_, err := w.VerifyEmail(t.Context(), self(1), "ada@example.com", "code00000001")
			must(t, err)
			_, err = w.SetEmail(t.Context(), self(1), "mistyped@example.com")
			must(t, err)
			_, err = w.SetEmail(t.Context(), self(1), "ada@example.com")
			must(t, err)
			deliverAll(t, w)
			equal(t, w.newest(t).Declinable, false)
		},
		"expired": func(_ *testing.T, w *world) { w.clock.Move(24*time.Hour + time.Second) },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.register(t, 1, "ada@example.com")
			prepare(t, w)
			code := "code00000001"
			if r, open := w.store.Request(1, "REGR"); open {
				code = r.Code
			}
			_, err := w.decline(t, "ada@example.com", code)
			wantError(t, err, directory.ErrNoVerification)
			equal(t, w.store.User(1).Deleted, false)
		})
	}
}

// TestGuessesToDeclineAreCounted, for the code and for the network, as those to verify are.
func TestGuessesToDeclineAreCounted(t *testing.T) {
	w := newWorld(t)
	w.register(t, 1, "ada@example.com")
	for range 5 {
		_, err := w.decline(t, "ada@example.com", "wrong")
		equal(t, errs.From(err).Code, "INVALID_CODE")
	}
	_, err := w.decline(t, "ada@example.com", "code00000001")
	wantError(t, err, directory.ErrTooManyGuesses)
	for range 4 {
		_, _ = w.decline(t, "ada@example.com", "wrong")
	}
	_, err = w.decline(t, "ada@example.com", "code00000001")
	equal(t, errs.From(err).Code, "RATE_LIMITED")
}

// TestTheLastAdministratorIsNotDeclined, although the address was never verified.
func TestTheLastAdministratorIsNotDeclined(t *testing.T) {
	w := newWorld(t)
	w.register(t, 1, "ada@example.com")
	_, err := w.UpdateUser(t.Context(), boss, 1, directory.UserChange{TypeCode: given("ADMI")})
	must(t, err)
	_, err = w.decline(t, "ada@example.com", "code00000001")
	wantError(t, err, directory.ErrLastAdmin)
	w.store.Put(directorytest.SampleAdmin(2))
	_, err = w.decline(t, "ada@example.com", "code00000001")
	must(t, err)
}
