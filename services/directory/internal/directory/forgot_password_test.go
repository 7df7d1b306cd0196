package directory_test

import (
	"fmt"
	"testing"
	"time"

	"muster/libs/errs"
	"muster/libs/limits/limitstest"
	"muster/services/directory/internal/directory"
)

// forget orders a letter for an address and delivers what is due. It returns the letters that were sent for it.
func (w *world) forget(t *testing.T, email string) []directory.Mail {
	t.Helper()
	before := len(w.mailer.Sent())
	must(t, w.ForgotPassword(t.Context(), email, home))
	deliverAll(t, w)
	return w.mailer.Sent()[before:]
}

// prove redeems a code of a password reset.
func (w *world) prove(t *testing.T, email, code string) (directory.Proof, error) {
	t.Helper()
	return w.ProveAddress(t.Context(), directory.Redemption{TypeCode: "RPWR", Email: email, Code: code, Network: home})
}

func TestAForgottenPasswordIsMailedACode(t *testing.T) {
	w := newWorld(t)
	w.register(t, 1, "Ada@Example.com")
	_, err := w.VerifyEmail(t.Context(), nobody, "ada@example.com", "code00000001")
	must(t, err)
	second := w.clock.Second()
	letters := w.forget(t, "ADA@example.com")
	equal(t, letters, []directory.Mail{{
		ID: letters[0].ID, UserID: 1, Kind: "RPWR", Recipient: "Ada@Example.com", FirstName: ptr("Ada"), Code: "code00000002",
		CodeExpiresAt: second.Add(time.Hour), QueuedAt: second, Attempts: 1,
	}})
	before := w.store.User(1)
	published := len(w.store.Published())
	proof, err := w.prove(t, "ada@example.com", "CODE-0000-0002")
	must(t, err)
	equal(t, proof, directory.Proof{UserID: 1})
	equal(t, w.store.User(1), before)
	equal(t, len(w.store.Published()), published)
	_, err = w.prove(t, "ada@example.com", "code00000002")
	wantError(t, err, directory.ErrNoVerification)
}

// TestAResetProvesAnUnverifiedAddress: who registered with it is shut out, and the letter greets nobody by the name that
// they chose.
func TestAResetProvesAnUnverifiedAddress(t *testing.T) {
	w := newWorld(t)
	w.await(t, 7, "ada@example.com")
	w.register(t, 1, "ada@example.com")
	letters := w.forget(t, "ada@example.com")
	equal(t, letters[len(letters)-1].FirstName, nil)
	since := len(w.store.Published())
	proof, err := w.prove(t, "ada@example.com", w.newest(t).Code)
	must(t, err)
	equal(t, proof, directory.Proof{UserID: 1, Version: 2})
	u, second := w.store.User(1), w.clock.Second()
	equal(t, u.VerifiedAt, &second)
	equal(t, u.SessionsEnd, directory.SessionsEnd{Version: 2, OpenedBy: second})
	equal(t, u.LegacyUserID, ptr(int64(7)))
	equal(t, w.published(since), []string{"directory.user.v1 1 2", "directory.user.email-verified.v1 1 2"})
	_, open := w.store.Request(1, "REGR")
	equal(t, open, false)
}

func TestALegacyUserWithoutAUserResets(t *testing.T) {
	w := newWorld(t)
	w.await(t, 7, "Ada@Example.com")
	second := w.clock.Second()
	letters := w.forget(t, "ada@example.com")
	equal(t, letters, []directory.Mail{{
		ID: 1, Kind: "RPWR", Recipient: "Ada@Example.com", Code: "code00000001", CodeExpiresAt: second.Add(time.Hour), QueuedAt: second, Attempts: 1,
	}})
	_, err := w.prove(t, "ada@example.com", "wrong")
	equal(t, errs.From(err).Detail, map[string]any{"attemptsRemaining": 4})
	proof, err := w.prove(t, "ada@example.com", "code00000001")
	must(t, err)
	equal(t, proof, directory.Proof{Legacy: &directory.LegacyProfile{LegacyUserID: 7, Email: "Ada@Example.com", Username: "ada"}})
	_, err = w.prove(t, "ada@example.com", "code00000001")
	wantError(t, err, directory.ErrNoVerification)
}

// TestARegistrationDoesNotSpoilALegacyUsersCode that was mailed before it.
func TestARegistrationDoesNotSpoilALegacyUsersCode(t *testing.T) {
	w := newWorld(t)
	w.await(t, 7, "ada@example.com")
	w.forget(t, "ada@example.com")
	w.register(t, 1, "ada@example.com")
	_, err := w.prove(t, "ada@example.com", "wrong")
	equal(t, errs.From(err).Code, "INVALID_CODE")
	proof, err := w.prove(t, "ada@example.com", "code00000001")
	must(t, err)
	equal(t, proof, directory.Proof{UserID: 1, Version: 2})
	equal(t, w.store.User(1).LegacyUserID, ptr(int64(7)))
	_, err = w.prove(t, "ada@example.com", "code00000001")
	wantError(t, err, directory.ErrNoVerification)
}

func TestWhoGetsNoResetLetter(t *testing.T) {
	w := newWorld(t)
	w.register(t, 1, "off@example.com")
	u := w.store.User(1)
	u.IsActive = false
	w.store.Put(u)
	deliverAll(t, w)
	for _, email := range []string{"nobody@example.com", "off@example.com"} {
		equal(t, len(w.forget(t, email)), 0)
		_, err := w.prove(t, email, "code00000001")
		wantError(t, err, directory.ErrNoVerification)
	}
	n, err := w.store.UntriedMail(t.Context(), 0)
	must(t, err)
	equal(t, n, 0) // nothing is left waiting
}

// TestAnOpenCodeIsMailedAgain, so that a stranger's order does not spoil the owner's letter.
func TestAnOpenCodeIsMailedAgain(t *testing.T) {
	w := newWorld(t)
	w.await(t, 7, "grace@example.com")
	w.register(t, 1, "ada@example.com")
	deliverAll(t, w)
	for _, email := range []string{"ada@example.com", "grace@example.com"} {
		first := w.forget(t, email)[0].Code
		w.clock.Move(time.Minute)
		again := w.forget(t, email)[0].Code
		equal(t, again, first)
		for range 5 {
			_, err := w.prove(t, email, "wrong")
			equal(t, errs.From(err).Code, "INVALID_CODE")
		}
		_, err := w.prove(t, email, first)
		wantError(t, err, directory.ErrTooManyGuesses)
		if renewed := w.forget(t, email)[0].Code; renewed == first {
			t.Errorf("%s: a spoilt code was mailed again", email)
		}
		w.clock.Move(2 * time.Hour)
		_, err = w.prove(t, email, w.newest(t).Code)
		wantError(t, err, directory.ErrNoVerification)
	}
}

func TestForgottenPasswordsAreLimited(t *testing.T) {
	w := newWorld(t)
	w.register(t, 1, "ada@example.com")
	deliverAll(t, w)
	for range 6 { // by network; half of the recipient's eight mails can be asked for like this
		must(t, w.ForgotPassword(t.Context(), "ada@example.com", home))
	}
	wait := limitstest.RefusedFor(t, w.ForgotPassword(t.Context(), "nobody@example.com", home))
	must(t, w.ForgotPassword(t.Context(), "ada@example.com", elsewhere))
	deliverAll(t, w)
	equal(t, len(w.mailer.Sent()), 1+4)
	w.clock.Move(wait)
	must(t, w.ForgotPassword(t.Context(), "ada@example.com", home))

	for i := range 10 {
		_, err := w.prove(t, "ada@example.com", fmt.Sprint("wrong", i))
		if code := errs.From(err).Code; code != "INVALID_CODE" && code != "MAX_ATTEMPTS_EXCEEDED" {
			t.Fatal(err)
		}
	}
	_, err := w.prove(t, "ADA@example.com", "wrong")
	limitstest.RefusedFor(t, err)
}

// TestAResetLetterIsRetried with the same code and message id, and counts once against the recipient's limit. It lapses
// after the life of a code.
func TestAResetLetterIsRetried(t *testing.T) {
	w := newWorld(t)
	w.register(t, 1, "ada@example.com")
	deliverAll(t, w)
	w.mailer.Fail(true)
	must(t, w.ForgotPassword(t.Context(), "ada@example.com", home))
	deliverAll(t, w)
	r, _ := w.store.Request(1, "RPWR")
	for range 5 {
		w.clock.Move(5 * time.Minute)
		deliverAll(t, w)
	}
	w.mailer.Fail(false)
	w.clock.Move(15 * time.Minute)
	deliverAll(t, w)
	letter := w.newest(t)
	equal(t, letter.Code, r.Code)
	equal(t, letter.Attempts > 5, true)

	w.mailer.Fail(true)
	must(t, w.ForgotPassword(t.Context(), "ada@example.com", home))
	w.clock.Move(time.Hour + time.Second)
	d := deliverAll(t, w)
	wantError(t, d.Err, directory.ErrMailStale)
	equal(t, d.Abandoned, true)
}

func TestOnlyCodesForPasswordsProve(t *testing.T) {
	w := newWorld(t)
	w.register(t, 1, "ada@example.com")
	_, err := w.ProveAddress(t.Context(), directory.Redemption{TypeCode: "REGR", Email: "ada@example.com", Code: "code00000001", Network: home})
	equal(t, errs.From(err).Code, "VALIDATION_FAILED")
}
