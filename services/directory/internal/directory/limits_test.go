package directory_test

import (
	"fmt"
	"testing"
	"time"

	"muster/libs/errs"
	"muster/libs/limits"
	"muster/libs/limits/limitstest"
	"muster/services/directory/internal/directory"
)

const elsewhere = "198.51.100.7"

// stranger is somebody without a session who is not the owner of any account.
var stranger = directory.Actor{Network: elsewhere}

func TestCodesAreTriedFromANetworkSoOften(t *testing.T) {
	w := newWorld(t)
	for i := range 30 {
		_, err := w.VerifyEmail(t.Context(), nobody, fmt.Sprintf("nobody%d@example.com", i), "wrong")
		wantError(t, err, directory.ErrNoVerification)
	}
	w.register(t, 1, "ada@example.com")
	_, err := w.VerifyEmail(t.Context(), nobody, "ada@example.com", "code00000001")
	wait := limitstest.RefusedFor(t, err)
	_, err = w.VerifyEmail(t.Context(), stranger, "ada@example.com", "wrong")
	equal(t, errs.From(err).Code, "INVALID_CODE") // another network is as free as before
	w.clock.Move(wait)
	_, err = w.VerifyEmail(t.Context(), nobody, "ada@example.com", "code00000001")
	must(t, err)
}

// A stranger can spoil a code by five wrong guesses, but only so many codes an hour, and never the owner's attempts.
func TestAStrangersAttemptsAreNotTheOwners(t *testing.T) {
	w := newWorld(t)
	w.register(t, 1, "ada@example.com")
	for range 10 {
		_, err := w.VerifyEmail(t.Context(), stranger, "Ada@example.com", "wrong")
		if code := errs.From(err).Code; code != "INVALID_CODE" && code != "MAX_ATTEMPTS_EXCEEDED" {
			t.Fatal(err)
		}
	}
	must(t, w.ResendCodes(t.Context(), actor(1), []string{"ada@example.com"}))
	_, err := w.VerifyEmail(t.Context(), stranger, "ADA@example.com", "wrong")
	limitstest.RefusedFor(t, err)
	_, err = w.VerifyEmail(t.Context(), stranger, "grace@example.com", "wrong") // other addresses are another matter
	wantError(t, err, directory.ErrNoVerification)
	_, err = w.VerifyEmail(t.Context(), nobody, "ada@example.com", w.newest(t).Code)
	must(t, err)
}

func TestPublicResendsLeaveTheOwnerTheirOwn(t *testing.T) {
	w := newWorld(t)
	w.register(t, 1, "ada@example.com") // the first of eight mails a day
	deliverAll(t, w)
	for i := range 10 { // four of them go out, half of what the recipient can have
		must(t, w.ResendVerification(t.Context(), "ada@example.com", fmt.Sprintf("198.51.100.%d", i)))
	}
	deliverAll(t, w)
	equal(t, len(w.sent()), 5)
	for range 3 {
		must(t, w.ResendCodes(t.Context(), actor(1), []string{"ada@example.com"}))
	}
	equal(t, len(w.sent()), 8)
}

func TestANetworkAsksForSoManyMails(t *testing.T) {
	w := newWorld(t)
	for i := range 6 {
		must(t, w.ResendVerification(t.Context(), fmt.Sprintf("nobody%d@example.com", i), home))
	}
	wait := limitstest.RefusedFor(t, w.ResendVerification(t.Context(), "ada@example.com", home))
	must(t, w.ResendVerification(t.Context(), "ada@example.com", elsewhere))
	w.clock.Move(wait)
	must(t, w.ResendVerification(t.Context(), "ada@example.com", home))
}

// Eight mails a day go to one recipient, however the address is spelled and whoever causes them.
func TestARecipientGetsSoManyMailsADay(t *testing.T) {
	w := newWorld(t)
	w.register(t, 1, "ada@example.com")
	w.register(t, 2, "grace@example.com")
	deliverAll(t, w)
	for range 7 {
		must(t, w.ResendCodes(t.Context(), boss, []string{"ADA@example.com"}))
	}
	equal(t, len(w.sent()), 9)

	// A batch is refused whole, and leaves everything as it was.
	wait := limitstest.RefusedFor(t, w.ResendCodes(t.Context(), boss, []string{"grace@example.com", "ada@example.com"}))
	wantError(t, w.ResendCodes(t.Context(), actor(1), []string{"ada@example.com"}), limits.ErrUsedUp)
	must(t, w.ResendVerification(t.Context(), "ada@example.com", home)) // the public sees no difference
	deliverAll(t, w)
	equal(t, len(w.sent()), 9)

	w.clock.Move(wait)
	must(t, w.ResendCodes(t.Context(), boss, []string{"grace@example.com"}))
	equal(t, len(w.sent()), 10)
}

func TestAnAddressThatHadItsMailIsNotMailedByRegisteringOrMoving(t *testing.T) {
	w := newWorld(t)
	for id := range int64(8) {
		w.register(t, id+1, fmt.Sprintf("user%d@example.com", id))
		_, err := w.UpdateProfile(t.Context(), self(id+1), directory.ProfileChange{Email: given("victim@example.com")})
		must(t, err)
	}
	w.register(t, 20, "mover@example.com")
	_, err := w.UpdateProfile(t.Context(), self(20), directory.ProfileChange{Email: given("victim@EXAMPLE.com")})
	wantError(t, err, limits.ErrUsedUp)
	_, open := w.store.Request(20, directory.RequestEmailChange)
	equal(t, open, false)

	deliverAll(t, w)
	before := len(w.sent())
	u := w.register(t, 21, "victim@example.com") // the user is made all the same
	deliverAll(t, w)
	equal(t, len(w.sent()), before)
	w.clock.Move(2 * 24 * time.Hour)
	must(t, w.ResendCodes(t.Context(), actor(u.ID), []string{"victim@example.com"}))
	equal(t, w.newest(t).Recipient, "victim@example.com")
}

func TestTheNoticeToAFormerAddressAlwaysGoesOut(t *testing.T) {
	w := newWorld(t)
	w.register(t, 1, "ada@example.com")
	for range 7 {
		must(t, w.ResendCodes(t.Context(), boss, []string{"ada@example.com"}))
	}
	limitstest.RefusedFor(t, w.ResendCodes(t.Context(), boss, []string{"ada@example.com"}))
	_, err := w.UpdateProfile(t.Context(), self(1), directory.ProfileChange{Email: given("new@example.com")})
	must(t, err)
	_, err = w.ConfirmEmailChange(t.Context(), actor(1), directory.ProfileChange{Email: given("new@example.com")}, "000001")
	must(t, err)
	deliverAll(t, w)
	equal(t, w.newest(t).Kind, directory.MailEmailChanged)
	equal(t, w.newest(t).Recipient, "ada@example.com")
}
