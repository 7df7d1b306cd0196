package identity_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"muster/libs/contracts"
	"muster/libs/contracts/identityv1"
	"muster/libs/errs"
	"muster/libs/limits"
	"muster/services/identity/internal/credentials"
	"muster/services/identity/internal/identity"
	"muster/services/identity/internal/identity/identitytest"
)

func TestLoginPublishesActivity(t *testing.T) {
	h := newHouse(t)
	id := h.register("ada@example.com").UserID
	h.follow(identity.User{ID: id, Version: 4, AccessVersion: 4, Email: "ada@example.com", TypeCode: "SUBS", Active: true, EmailVerified: true})
	before := h.published()
	now := h.clock.Advance(time.Hour).Truncate(time.Second)
	in, err := h.login("ADA@example.com", password)
	h.ok(err)
	h.same("version", in.Version, int64(3))
	h.same("published", h.since(before), []contracts.Payload{
		identityv1.Account{
			UserID: id, Version: 3, Email: "ada@example.com", AuthTypeCode: "EMAI", CreatedAt: second, LastLoginAt: &now,
			ActivityVersion: 3, UserVersion: 4, EndedSessions: []identityv1.EndedSession{},
		},
		identityv1.AccountEvent{Kind: identityv1.SignedIn, UserID: id, Version: 3, At: now, SessionID: in.SessionID},
	})
	_, claims, err := identitytest.Claims(in.AccessToken)
	h.ok(err)
	h.same("claims", []any{claims["typ"], claims["email_verified"]}, []any{"SUBS", true})
}

func TestPendingAccountMaySignIn(t *testing.T) {
	h := newHouse(t)
	h.register("ada@example.com")
	_, err := h.login("ada@example.com", password)
	h.ok(err)
}

func TestUnknownAddressCostsAsMuchAsAWrongPassword(t *testing.T) {
	h := newHouse(t)
	h.register("ada@example.com")
	for _, email := range []string{"ada@example.com", "nobody@example.com", "no address"} {
		before := h.passwords.Verified()
		_, err := h.login(email, "wrong password")
		h.wantErr(err, credentials.ErrInvalidCredentials)
		h.same("hashes worked through for "+email, h.passwords.Verified()-before, int64(1))
	}
}

func TestLoginNeedsBothFields(t *testing.T) {
	h := newHouse(t)
	_, err := h.login("", "")
	h.same("fields", len(errs.From(err).Fields), 2)
}

func TestInactiveIsToldToTheOwnerAlone(t *testing.T) {
	h := newHouse(t)
	id := h.register("ada@example.com").UserID
	off := user(id, 2, "ada@example.com")
	off.Active = false
	h.follow(off)
	_, err := h.login("ada@example.com", "wrong password")
	h.wantErr(err, credentials.ErrInvalidCredentials)
	_, err = h.login("ada@example.com", password)
	h.wantErr(err, identity.ErrAccountInactive)
	h.follow(user(id, 3, "ada@example.com"))
	in, err := h.login("ada@example.com", password)
	h.ok(err)
	// The account refuses tokens dated before the second after it was deactivated; the new one has to pass.
	_, claims, err := identitytest.Claims(in.AccessToken)
	h.ok(err)
	if issued := time.Unix(int64(claims["iat"].(float64)), 0); issued.Before(*h.account(id).TokensValidFrom) {
		t.Errorf("token of %v, valid from %v", issued, h.account(id).TokensValidFrom)
	}
}

func TestGuessingIsThrottledByAccount(t *testing.T) {
	h := newHouse(t)
	h.register("ada@example.com")
	h.register("bob@example.com")
	for _, email := range []string{"ada@example.com", "ADA@example.com ", "Ada@Example.com"} {
		_, err := h.login(email, "wrong password")
		h.wantErr(err, credentials.ErrInvalidCredentials)
	}
	h.clock.Advance(5 * time.Minute)
	_, err := h.login("ada@example.com", password)
	h.wantErr(err, limits.ErrUsedUp)
	h.same("retry after", errs.From(err).RetryAfter, 10*time.Minute)
	if _, err := h.login("bob@example.com", password); err != nil {
		t.Errorf("another account: %v", err)
	}
	h.clock.Advance(10 * time.Minute)
	if _, err := h.login("ada@example.com", password); err != nil {
		t.Errorf("after the window: %v", err)
	}
}

func TestARightPasswordClearsTheCount(t *testing.T) {
	h := newHouse(t)
	h.register("ada@example.com")
	for range 2 {
		for range 2 {
			_, err := h.login("ada@example.com", "wrong password")
			h.wantErr(err, credentials.ErrInvalidCredentials)
		}
		_, err := h.login("ada@example.com", password)
		h.ok(err)
	}
}

// Wrong guesses from elsewhere do not keep the owner out, and those of one network slow that network down alone.
func TestGuessingIsThrottledByNetwork(t *testing.T) {
	h := newHouse(t)
	h.register("ada@example.com")
	try := func(network, email, password string) error {
		_, err := h.Login(t.Context(), email, password, identity.Client{Network: network})
		return err
	}
	for range rules.Guessing.MaxAccountFailures {
		h.wantErr(try("198.51.100.7", "ada@example.com", "wrong password"), credentials.ErrInvalidCredentials)
	}
	h.wantErr(try("198.51.100.7", "ada@example.com", password), limits.ErrUsedUp)
	h.ok(try("192.0.2.1", "ada@example.com", password))
	h.wantErr(try("198.51.100.7", "ada@example.com", password), limits.ErrUsedUp) // the owner's success is not the stranger's

	for i := range rules.Guessing.MaxIPFailures - rules.Guessing.MaxAccountFailures {
		h.wantErr(try("198.51.100.7", fmt.Sprintf("nobody%d@example.com", i), "wrong password"), credentials.ErrInvalidCredentials)
	}
	h.wantErr(try("198.51.100.7", "bob@example.com", "wrong password"), limits.ErrUsedUp)
	h.wantErr(try("192.0.2.1", "bob@example.com", "wrong password"), credentials.ErrInvalidCredentials)
	h.ok(try("192.0.2.1", "ada@example.com", password))
}

// Guesses that run at the same time all pass the first look at the throttle. No more than the limit may learn anything.
func TestConcurrentGuessesLearnNoMoreThanTheLimit(t *testing.T) {
	h := newHouse(t)
	h.register("ada@example.com")
	results := make([]error, 20)
	var wg, verifying sync.WaitGroup
	verifying.Add(len(results))
	h.passwords.OnVerify = func() { // nobody goes on before all are past the first look
		verifying.Done()
		verifying.Wait()
	}
	for i := range results {
		wg.Go(func() { _, results[i] = h.login("ada@example.com", fmt.Sprint("wrong password ", i)) })
	}
	wg.Wait()
	told := 0
	for _, err := range results {
		if errs.KindOf(err) == errs.KindUnauthenticated {
			told++
			continue
		}
		h.wantErr(err, limits.ErrUsedUp)
	}
	h.same("answers that told something", told, rules.Guessing.MaxAccountFailures)
}

// A right guess after the attempts were used up concurrently gets the same answer as a wrong one.
func TestARightGuessPastTheLimitIsRefused(t *testing.T) {
	h := newHouse(t)
	h.register("ada@example.com")
	h.passwords.OnVerify = func() {
		h.passwords.OnVerify = nil
		for range rules.Guessing.MaxAccountFailures {
			_, err := h.login("ada@example.com", "wrong password")
			h.wantErr(err, credentials.ErrInvalidCredentials)
		}
	}
	before := h.published()
	_, err := h.login("ada@example.com", password)
	h.wantErr(err, limits.ErrUsedUp)
	h.same("published", h.published(), before+rules.Guessing.MaxAccountFailures) // the refusals of the wrong ones
}

// The account changes between the read and the lock.
func TestLoginTrustsOnlyWhatItLocked(t *testing.T) {
	for name, c := range map[string]struct {
		meanwhile func(h *house, ada, bob int64)
		want      error
	}{
		"deleted":   {func(h *house, ada, _ int64) { h.follow(gone(ada, 2)) }, credentials.ErrInvalidCredentials},
		"renamed":   {func(h *house, ada, _ int64) { h.follow(user(ada, 2, "other@example.com")) }, credentials.ErrInvalidCredentials},
		"displaced": {func(h *house, _, bob int64) { h.follow(user(bob, 2, "ada@example.com")) }, credentials.ErrInvalidCredentials},
		"deactivated": {func(h *house, ada, _ int64) {
			h.follow(identity.User{ID: ada, Version: 2, AccessVersion: 2, Email: "ada@example.com", TypeCode: "NONS"})
		}, identity.ErrAccountInactive},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			ada, bob := h.register("ada@example.com").UserID, h.register("bob@example.com").UserID
			h.passwords.OnVerify = func() { c.meanwhile(h, ada, bob) }
			_, err := h.login("ada@example.com", password)
			h.wantErr(err, c.want)
		})
	}
}
