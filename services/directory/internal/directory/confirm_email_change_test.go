package directory_test

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"muster/libs/errs"
	"muster/services/directory/internal/directory"
	"muster/services/directory/internal/directory/directorytest"
)

var toNew = directory.ProfileChange{Email: given("new@example.com")}

// asked is a world in which user 1 has asked for the address new@example.com; the code is 000001.
func asked(t *testing.T) *world {
	t.Helper()
	w := newWorld(t)
	w.register(t, 1, "old@example.com")
	_, err := w.UpdateProfile(t.Context(), self(1), toNew)
	must(t, err)
	return w
}

func TestTheRightCodeChangesEverythingTogether(t *testing.T) {
	w := asked(t)
	before, since := w.store.User(1), len(w.store.Published())
	w.clock.Move(10 * time.Minute)
	got, err := w.ConfirmEmailChange(t.Context(), self(1), directory.ProfileChange{
		Username: given("grace"), Email: given("NEW@example.com"), FirstName: given("Grace"), LastName: given("Hopper"),
	}, " 000-001 ")
	must(t, err)
	want := before
	want.Username, want.Email, want.FirstName, want.LastName = "grace", "new@example.com", ptr("Grace"), ptr("Hopper")
	want.UpdatedAt, want.VerifiedAt, want.Version, want.AccessVersion = w.clock.Second(), ptr(w.clock.Second()), 2, 2
	want.SessionsEnd = directory.SessionsEnd{Version: 2, OpenedBy: w.clock.Second(), Except: "session-1"}
	equal(t, got, want)
	equal(t, w.store.User(1), want)
	equal(t, w.published(since), []string{
		"directory.user.v1 1 2", "directory.user.updated.v1 1 2", "directory.user.email-verified.v1 1 2",
	})
	_, err = w.ConfirmEmailChange(t.Context(), self(1), toNew, "000001")
	equal(t, errs.From(err).Code, "NO_VERIFICATION_REQUEST")
}

func TestTheOldAddressIsToldAndItsCodesAreDead(t *testing.T) {
	w := asked(t)
	_, err := w.RenewCodes(t.Context(), directory.Actor{Admin: true}, []directory.CodeOrder{{UserID: 1, TypeCode: "RPWR"}})
	must(t, err)
	_, err = w.ConfirmEmailChange(t.Context(), self(1), directory.ProfileChange{Email: given("new@example.com"), FirstName: given("Eve")}, "000001")
	must(t, err)
	for _, code := range []string{"REGR", "RPWR", "EMUP"} {
		_, open := w.store.Request(1, code)
		equal(t, open, false)
	}
	w.mailer.Fail(true)
	equal(t, deliverAll(t, w).Err != nil, true)
	w.mailer.Fail(false)
	w.clock.Move(time.Minute)
	deliverAll(t, w) // it is tried again
	sent := w.mailer.Sent()
	equal(t, len(sent), 2) // the registration's own mail was taken back
	equal(t, sent[1], directory.Mail{
		ID: 3, UserID: 1, Kind: "EMCH", Recipient: "old@example.com", QueuedAt: w.clock.Second().Add(-time.Minute), Attempts: 2,
	})
}

func TestTheNoticeOutlivesTheNextChange(t *testing.T) {
	w := asked(t)
	_, err := w.ConfirmEmailChange(t.Context(), self(1), toNew, "000001")
	must(t, err)
	again := directory.ProfileChange{Email: given("newer@example.com")}
	_, err = w.UpdateProfile(t.Context(), self(1), again)
	must(t, err)
	_, err = w.ConfirmEmailChange(t.Context(), self(1), again, "000002")
	must(t, err)
	_, err = w.UpdateUser(t.Context(), boss, 1, directory.UserChange{Email: given("newest@example.com")})
	must(t, err)
	deliverAll(t, w)
	var told []string
	for _, m := range w.mailer.Sent() {
		if m.Kind == directory.MailEmailChanged {
			told = append(told, m.Recipient)
		}
	}
	equal(t, told, []string{"old@example.com", "new@example.com", "newer@example.com"})
}

func TestWrongCodesOfAnEmailChangeAreCounted(t *testing.T) {
	w := asked(t)
	for remaining := 4; remaining >= 0; remaining-- {
		_, err := w.ConfirmEmailChange(t.Context(), self(1), toNew, "999999")
		e := errs.From(err)
		equal(t, e.Code, "INVALID_CODE")
		equal(t, e.Detail, map[string]any{"attemptsRemaining": remaining, "error": "Invalid verification code"})
		if remaining == 4 {
			equal(t, e.Message, "The verification code is incorrect. 4 attempts remaining.")
		}
	}
	_, err := w.ConfirmEmailChange(t.Context(), self(1), toNew, "000001")
	e := errs.From(err)
	equal(t, []any{e.Kind.Status(), e.Code, e.Message, e.Detail["error"]}, []any{
		429, "MAX_ATTEMPTS_EXCEEDED", "Maximum verification attempts exceeded. Please request a new update.", "Too many attempts",
	})
	equal(t, w.store.User(1).Email, "old@example.com")
}

func TestGuessesAtAnEmailChangeAreFiveAtMost(t *testing.T) {
	w := asked(t)
	var compared atomic.Int32
	var wg sync.WaitGroup
	for range 40 {
		wg.Go(func() {
			if _, err := w.ConfirmEmailChange(t.Context(), self(1), toNew, "999999"); errs.From(err).Code == "INVALID_CODE" {
				compared.Add(1)
			}
		})
	}
	wg.Wait()
	equal(t, compared.Load(), 5)
}

func TestNoEmailChangeIsOpen(t *testing.T) {
	none := func(w *world, id int64, change directory.ProfileChange) {
		t.Helper()
		_, err := w.ConfirmEmailChange(t.Context(), self(id), change, "000001")
		e := errs.From(err)
		equal(t, []any{e.Kind.Status(), e.Code, e.Message, e.Detail["error"]}, []any{
			404, "NO_VERIFICATION_REQUEST", "No pending email update verification. Please request a new update.", "No verification request found",
		})
	}
	w := asked(t)
	w.register(t, 2, "eve@example.com")
	none(w, 2, toNew)                                                          // somebody else's code
	none(w, 1, directory.ProfileChange{Email: given("elsewhere@example.com")}) // a code for another address
	none(w, 1, directory.ProfileChange{Email: given("old@example.com")})
	r, _ := w.store.Request(1, directory.RequestEmailChange)
	equal(t, r.Attempts, 0)
	w.clock.Move(15 * time.Minute)
	_, err := w.ConfirmEmailChange(t.Context(), self(1), toNew, "wrong")
	equal(t, errs.From(err).Code, "INVALID_CODE") // the last second counts
	w.clock.Move(time.Second)
	none(w, 1, toNew)
}

func TestTheAddressWasTakenMeanwhile(t *testing.T) {
	w := asked(t)
	w.register(t, 2, "New@example.com")
	_, err := w.ConfirmEmailChange(t.Context(), self(1), toNew, "000001")
	e := errs.From(err)
	equal(t, []any{e.Kind.Status(), e.Code, e.Message, e.Detail["error"]}, []any{
		409, "EMAIL_EXISTS", "This email address is already associated with another account", "Email already in use",
	})
	equal(t, w.store.User(1).Email, "old@example.com")
}

func TestConfirmationsThatAreRefused(t *testing.T) {
	w := asked(t)
	for field, change := range map[string]directory.ProfileChange{
		"email":    {},
		"username": {Email: given("new@example.com"), Username: given(" ")},
	} {
		_, err := w.ConfirmEmailChange(t.Context(), self(1), change, "000001")
		e := errs.From(err)
		if e.Code != "VALIDATION_FAILED" || e.Fields[0].Field != field || e.Detail != nil {
			t.Errorf("%s: %v", field, err)
		}
	}
	w.store.Put(directorytest.SampleTombstone(3))
	_, err := w.ConfirmEmailChange(t.Context(), self(3), toNew, "000001")
	wantError(t, err, directory.ErrUserNotFound)
}
