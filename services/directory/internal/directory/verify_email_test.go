package directory_test

import (
	"regexp"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"muster/libs/errs"
	"muster/services/directory/internal/directory"
	"muster/services/directory/internal/directory/directorytest"
)

func TestTheRightCodeVerifies(t *testing.T) {
	w := newWorld(t)
	before := w.register(t, 1, "Ada@Example.com")
	since := len(w.store.Published())
	w.clock.Move(time.Hour)
	got, err := w.VerifyEmail(t.Context(), nobody, "ada@example.com", " CODE00000001 ")
	must(t, err)
	want := before
	want.Version, want.AccessVersion = 2, 2
	want.UpdatedAt, want.VerifiedAt = w.clock.Second(), ptr(w.clock.Second())
	want.SessionsEnd = directory.SessionsEnd{Version: 2, OpenedBy: w.clock.Second()}
	equal(t, got, want)
	equal(t, w.store.User(1), want)
	equal(t, w.published(since), []string{"directory.user.v1 1 2", "directory.user.email-verified.v1 1 2"})

	_, err = w.VerifyEmail(t.Context(), nobody, "ada@example.com", "code00000001")
	wantError(t, err, directory.ErrNoVerification)
}

// TestWhoseSessionsAVerificationEnds: the person that reads the mail may not be the one that typed the address.
func TestWhoseSessionsAVerificationEnds(t *testing.T) {
	for name, c := range map[string]struct {
		by    directory.Actor
		again bool // verified before
		ends  bool
	}{
		"nobody":                    {by: nobody, ends: true},
		"another user":              {by: self(2), ends: true},
		"the user":                  {by: self(1)},
		"nobody, of a verified one": {by: nobody, again: true},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.register(t, 1, "ada@example.com")
			before := directory.SessionsEnd{}
			if c.again {
				u, err := w.VerifyEmail(t.Context(), nobody, "ada@example.com", "code00000001")
				must(t, err)
				before = u.SessionsEnd
				_, err = w.RenewCodes(t.Context(), boss, []directory.CodeOrder{{UserID: 1, TypeCode: "REGR"}})
				must(t, err)
			}
			r, _ := w.store.Request(1, "REGR")
			w.clock.Move(time.Hour)
			u, err := w.VerifyEmail(t.Context(), c.by, "ada@example.com", r.Code)
			must(t, err)
			want := before
			if c.ends {
				want = directory.SessionsEnd{Version: 2, OpenedBy: w.clock.Second()}
			}
			equal(t, u.SessionsEnd, want)
		})
	}
}

// TestAnAdministratorWhoMovesThemselvesStaysIn checks that an administrator's own address change ends only the other
// sessions.
func TestAnAdministratorWhoMovesThemselvesStaysIn(t *testing.T) {
	w := newWorld(t)
	w.store.Put(directorytest.SampleAdmin(1), directorytest.SampleAdmin(2))
	u, err := w.UpdateUser(t.Context(), self(1), 1, directory.UserChange{Email: given("new@example.com")})
	must(t, err)
	equal(t, u.SessionsEnd.Except, "session-1")
	before := u
	u, err = w.UpdateUser(t.Context(), self(2), 1, directory.UserChange{Email: given("NEW@example.com")}) // the same address
	must(t, err)
	equal(t, u.SessionsEnd, before.SessionsEnd)
	u, err = w.UpdateUser(t.Context(), self(2), 1, directory.UserChange{Email: given("newer@example.com")})
	must(t, err)
	equal(t, u.SessionsEnd, directory.SessionsEnd{Version: u.Version, OpenedBy: w.clock.Second()})
}

func TestWrongCodesAreCounted(t *testing.T) {
	w := newWorld(t)
	w.register(t, 1, "ada@example.com")
	for remaining := 4; remaining >= 0; remaining-- {
		_, err := w.VerifyEmail(t.Context(), nobody, "ada@example.com", "wrong")
		e := errs.From(err)
		equal(t, e.Code, "INVALID_CODE")
		equal(t, e.Detail["attemptsRemaining"], any(remaining))
		switch remaining {
		case 4:
			equal(t, e.Message, "The verification code is incorrect. 4 attempts remaining.")
		case 1:
			equal(t, e.Message, "The verification code is incorrect. 1 attempt remaining.")
		}
	}
	_, err := w.VerifyEmail(t.Context(), nobody, "ada@example.com", "code00000001")
	wantError(t, err, directory.ErrTooManyGuesses)
	equal(t, w.store.User(1).VerifiedAt, nil)
}

func TestGuessesMadeAtTheSameTimeAreFiveAtMost(t *testing.T) {
	w := newWorld(t)
	w.register(t, 1, "ada@example.com")
	var compared atomic.Int32
	var wg sync.WaitGroup
	for range 40 {
		wg.Go(func() {
			if _, err := w.VerifyEmail(t.Context(), nobody, "ada@example.com", "wrong"); errs.From(err).Code == "INVALID_CODE" {
				compared.Add(1)
			}
		})
	}
	wg.Wait()
	equal(t, compared.Load(), 5)
}

func TestNothingToVerify(t *testing.T) {
	w := newWorld(t)
	w.register(t, 1, "ada@example.com")
	_, err := w.VerifyEmail(t.Context(), nobody, "nobody@example.com", "code00000001")
	wantError(t, err, directory.ErrNoVerification)

	w.clock.Move(24 * time.Hour)
	_, err = w.VerifyEmail(t.Context(), nobody, "ada@example.com", "wrong")
	equal(t, errs.From(err).Code, "INVALID_CODE") // the last second counts
	w.clock.Move(time.Second)
	_, err = w.VerifyEmail(t.Context(), nobody, "ada@example.com", "code00000001")
	wantError(t, err, directory.ErrNoVerification)
}

func TestResending(t *testing.T) {
	w := newWorld(t)
	w.register(t, 1, "Ada@Example.com")
	resend := func() string {
		t.Helper()
		must(t, w.ResendVerification(t.Context(), "ada@example.com", home))
		deliverAll(t, w)
		sent := w.mailer.Sent()
		return sent[len(sent)-1].Code
	}
	equal(t, resend(), "code00000001")
	for range 5 {
		_, _ = w.VerifyEmail(t.Context(), nobody, "ada@example.com", "wrong")
	}
	equal(t, resend(), "code00000002") // the first is used up
	equal(t, len(w.mailer.Sent()), 3)

	w.clock.Move(25 * time.Hour)
	equal(t, resend(), "code00000003") // the second has expired
	_, err := w.VerifyEmail(t.Context(), nobody, "ada@example.com", "code00000003")
	must(t, err)
}

// TestAResendDoesTheSameForEveryAddress before it answers, so that its time tells nothing: it queues an order.
func TestAResendDoesTheSameForEveryAddress(t *testing.T) {
	w := newWorld(t)
	w.register(t, 1, "ada@example.com")
	w.clock.Move(25 * time.Hour) // the code has expired
	deliverAll(t, w)
	before, since := w.store.User(1), len(w.store.Published())
	for _, email := range []string{"ada@example.com", "nobody@example.com"} {
		must(t, w.ResendVerification(t.Context(), email, home))
		equal(t, w.store.User(1), before)
		equal(t, len(w.store.Published()), since)
	}
	now := w.clock.Second()
	for _, email := range []string{"ada@example.com", "nobody@example.com"} {
		order, found, err := w.store.ClaimMail(t.Context(), now, now.Add(time.Minute))
		must(t, err)
		equal(t, found, true)
		equal(t, order, directory.Mail{ID: order.ID, Kind: "REGR", Recipient: email, QueuedAt: now, CodeExpiresAt: now.Add(24 * time.Hour), Attempts: 1})
	}
}

func TestResendingToNobody(t *testing.T) {
	w := newWorld(t)
	w.register(t, 1, "ada@example.com")
	_, err := w.VerifyEmail(t.Context(), nobody, "ada@example.com", "code00000001")
	must(t, err)
	must(t, w.ResendVerification(t.Context(), "ada@example.com", home))
	must(t, w.ResendVerification(t.Context(), "nobody@example.com", home))
	deliverAll(t, w)
	equal(t, len(w.mailer.Sent()), 0) // and the registration's own mail was taken back when its code was redeemed
}

func TestDigits(t *testing.T) {
	shape := regexp.MustCompile(`^[0-9]{6}$`)
	seen := map[byte]int{}
	for range 6000 {
		code := directory.NewDigits()
		if !shape.MatchString(code) {
			t.Fatalf("code %q", code)
		}
		seen[code[0]]++
	}
	for digit := byte('0'); digit <= '9'; digit++ { // 600 expected, with a standard deviation of 23
		if n := seen[digit]; n < 450 || n > 750 {
			t.Errorf("%c came first %d times", digit, n)
		}
	}
}

func TestCodes(t *testing.T) {
	shape := regexp.MustCompile(`^[a-z0-9]{12}$`)
	seen := map[rune]int{}
	for range 3000 {
		code := directory.NewCode()
		if !shape.MatchString(code) {
			t.Fatalf("code %q", code)
		}
		for _, r := range code {
			seen[r]++
		}
	}
	for r, n := range seen { // 1000 expected, with a standard deviation of 31
		if n < 800 || n > 1200 {
			t.Errorf("%q came %d times", r, n)
		}
	}
	equal(t, len(seen), 36)
}
