package identity_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"muster/libs/contracts"
	"muster/libs/contracts/identityv1"
	"muster/libs/errs"
	"muster/libs/limits"
	"muster/services/identity/internal/credentials"
	"muster/services/identity/internal/identity"
)

func (h *house) check(email, password string) (identity.AccountPassword, error) {
	h.t.Helper()
	return h.CheckAccount(h.t.Context(), identity.AccountCheck{Application: "shop", Email: email, Password: &password})
}

func TestACheckChangesNothing(t *testing.T) {
	for _, algorithm := range algorithms {
		h := newHouse(t)
		created := h.create("Ada@example.com", algorithm)
		before, published := h.account(1), h.published()
		out, err := h.check(" ADA@example.com ", password)
		h.ok(err)
		h.same("answer", out, identity.AccountPassword{UserID: 1, PasswordHash: created.PasswordHash})
		out, err = h.CheckAccount(t.Context(), identity.AccountCheck{Application: "shop", Email: "ada@example.com"})
		h.ok(err)
		h.same("answer without a password", out, identity.AccountPassword{UserID: 1, PasswordHash: created.PasswordHash})
		_, err = h.check("ada@example.com", "wrong password")
		h.wantErr(err, credentials.ErrInvalidCredentials)
		h.same("account", []any{h.account(1), h.published()}, []any{before, published})
	}
}

func TestWhomACheckRefuses(t *testing.T) {
	unchecked := func(h *house, email string) (identity.AccountPassword, error) {
		return h.CheckAccount(t.Context(), identity.AccountCheck{Application: "shop", Email: email})
	}
	for name, c := range map[string]struct {
		begin     func(h *house)
		checked   error
		unchecked error
	}{
		"nobody":     {func(*house) {}, identity.ErrAccountNotFound, identity.ErrAccountNotFound},
		"deleted":    {func(h *house) { h.create("ada@example.com", credentials.Argon); h.follow(gone(1, 1)) }, identity.ErrAccountNotFound, identity.ErrAccountNotFound},
		"empty":      {func(h *house) { h.create("ada@example.com", credentials.Argon) }, nil, nil},
		"registered": {func(h *house) { h.register("ada@example.com") }, nil, nil},
		"deactivated": {func(h *house) {
			h.create("ada@example.com", credentials.Argon)
			h.follow(identity.User{ID: 1, Version: 1, AccessVersion: 1, Email: "ada@example.com", TypeCode: "NONS"})
		}, credentials.ErrInvalidCredentials, nil},
		"displaced": {func(h *house) {
			h.create("ada@example.com", credentials.Argon)
			_, err := h.CreateAccount(t.Context(), identity.NewAccount{Email: "bob@example.com", Password: "bob's", Algorithm: credentials.Argon, Properties: "{}"})
			h.ok(err)
			h.follow(user(2, 1, "ada@example.com"))
		}, credentials.ErrInvalidCredentials, nil}, // it is bob's address now
		"imported without a password": {func(h *house) {
			h.imports(identity.LegacyUser{ID: 7, Email: "ada@example.com", CreatedAt: created, Activate: true})
		}, credentials.ErrInvalidCredentials, nil},
		"imported": {func(h *house) {
			h.imports(identity.LegacyUser{ID: 7, Email: "ada@example.com", CreatedAt: created, PasswordHash: ptr(h.passwords.Foreign("another password"))})
		}, credentials.ErrInvalidCredentials, identity.ErrAccountNotFound},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			c.begin(h)
			published := h.published()
			_, err := h.check("ada@example.com", password)
			h.wantErr(err, c.checked)
			_, err = unchecked(h, "ada@example.com")
			h.wantErr(err, c.unchecked)
			h.same("published", h.published(), published)
		})
	}
}

func TestTheDisplacedAccountIsNotFoundByItsAddress(t *testing.T) {
	h := newHouse(t)
	h.create("ada@example.com", credentials.Argon)
	h.register("bob@example.com")
	h.follow(user(2, 1, "ada@example.com"))
	out, err := h.check("ada@example.com", password)
	h.ok(err)
	h.same("whose address it is", out.UserID, int64(2))
}

func TestACheckMakesTheAccountOfALegacyUser(t *testing.T) {
	h := newHouse(t)
	h.imports(h.grace())
	_, err := h.check("grace@example.com", "wrong password")
	h.wantErr(err, credentials.ErrInvalidCredentials)
	out, err := h.check(" GRACE@example.com ", oldPassword)
	h.ok(err)
	h.same("answer", []any{out.UserID, out.Version, out.PasswordHash}, []any{int64(1), int64(1), h.account(1).PasswordHash})
	h.same("published", h.since(0), []contracts.Payload{
		identityv1.Account{
			UserID: 1, Version: 1, Email: "Grace@example.com", AuthTypeCode: "EMAI", CreatedAt: created, LastLoginAt: &second,
			Registration: &identityv1.Registration{
				Username: "amazing", FirstName: ptr("Grace"), LastName: ptr("Hopper"), TypeCode: "NONS", EmailVerified: true,
			},
			Legacy: &identityv1.Legacy{UserID: 7, EmailVerified: true}, ActivityVersion: 1, EndedSessions: []identityv1.EndedSession{},
		},
		identityv1.AccountEvent{Kind: identityv1.Registered, UserID: 1, Version: 1, At: second},
	})
	h.same("hash outdated, legacy accounts left", []any{h.passwords.Outdated(out.PasswordHash), len(h.store.Legacy())}, []any{false, 0})
	again, err := h.check("grace@example.com", oldPassword)
	h.ok(err)
	h.same("the next time", again, identity.AccountPassword{UserID: 1, PasswordHash: out.PasswordHash})
}

func TestACheckTakesAnUnverifiedAccountOver(t *testing.T) {
	h := newHouse(t)
	stranger := h.register("grace@example.com")
	h.imports(h.grace())
	out, err := h.check("grace@example.com", password)
	h.ok(err)
	h.same("the account's own password writes nothing", out.Version, int64(0))
	out, err = h.check("grace@example.com", oldPassword)
	h.ok(err)
	h.same("the imported one", []any{out.UserID, out.Version, h.good(stranger)}, []any{int64(1), int64(2), false})
	_, err = h.check("grace@example.com", password)
	h.wantErr(err, credentials.ErrInvalidCredentials)
	events := h.published()
	h.same("what happened", h.since(events - 1)[0], contracts.Payload(identityv1.AccountEvent{Kind: identityv1.SignedIn, UserID: 1, Version: 2, At: second}))
}

func TestACheckDoesNotTakeADeactivatedAccountOver(t *testing.T) {
	h := newHouse(t)
	h.register("grace@example.com")
	h.imports(h.grace())
	h.follow(identity.User{ID: 1, Version: 1, AccessVersion: 1, Email: "grace@example.com", TypeCode: "NONS"})
	_, err := h.check("grace@example.com", oldPassword)
	h.wantErr(err, credentials.ErrInvalidCredentials)
	h.same("code", errs.From(err).Code, "INVALID_CREDENTIALS")
	h.same("legacy accounts", len(h.store.Legacy()), 1)
}

// Checks that find the legacy account at the same time make one account of it.
func TestConcurrentChecksMakeOneAccount(t *testing.T) {
	h := newHouse(t)
	h.imports(h.grace())
	var wg, reading sync.WaitGroup
	outs, results := make([]identity.AccountPassword, 4), make([]error, 4)
	reading.Add(len(results))
	var verifications atomic.Int64
	h.passwords.OnVerify = func() { // nobody goes on before all have read the legacy account
		if verifications.Add(1) <= int64(len(results)) {
			reading.Done()
			reading.Wait()
		}
	}
	for i := range results {
		wg.Go(func() { outs[i], results[i] = h.check("grace@example.com", oldPassword) })
	}
	wg.Wait()
	wrote := 0
	for i, err := range results {
		h.ok(err)
		h.same("account", outs[i].UserID, int64(1))
		if outs[i].Version > 0 {
			wrote++
		}
	}
	h.same("calls that wrote", wrote, 1)
}

func TestCommonMistakesAreAcceptedIfAsked(t *testing.T) {
	const right = "Secret1"
	for typed, mistake := range map[string]bool{
		"Secret1": false, "sECRET1": true, "xSecret1": true, "Secret1x": true, "secret1": true,
	} {
		h := newHouse(t)
		_, err := h.CreateAccount(t.Context(), identity.NewAccount{Email: "ada@example.com", Password: right, Algorithm: credentials.Argon, Properties: "{}"})
		h.ok(err)
		for _, allowed := range []bool{false, true} {
			_, err := h.CheckAccount(t.Context(), identity.AccountCheck{Application: "shop", Email: "ada@example.com", Password: &typed, CommonMistakes: allowed})
			if good := err == nil; good != (allowed || !mistake) {
				t.Errorf("%q, mistakes allowed %v: %v", typed, allowed, err)
			}
		}
	}
}

// TestTheWorkForMistakesIsBounded, and one check is one attempt.
func TestTheWorkForMistakesIsBounded(t *testing.T) {
	h := newHouse(t)
	h.create("ada@example.com", credentials.Argon)
	for typed, most := range map[string]int64{"SECRET": 5, strings.Repeat("Secret", 1000): 1} {
		h.clock.Advance(rules.Guessing.FailureWindow)
		for range rules.Guessing.MaxAccountFailures {
			before := h.passwords.Verified()
			_, err := h.CheckAccount(t.Context(), identity.AccountCheck{Application: "shop", Email: "ada@example.com", Password: &typed, CommonMistakes: true})
			h.wantErr(err, credentials.ErrInvalidCredentials)
			h.same("hashes worked through", h.passwords.Verified()-before <= most, true)
		}
		before := h.passwords.Verified()
		_, err := h.check("ada@example.com", password)
		h.wantErr(err, limits.ErrUsedUp)
		h.same("hashes worked through past the limit", h.passwords.Verified(), before)
	}
}

// A mistake for the imported password is not what is stored from then on.
func TestAMistakeIsNotStored(t *testing.T) {
	h := newHouse(t)
	h.imports(h.grace())
	typed := strings.ToUpper(oldPassword)
	_, err := h.CheckAccount(t.Context(), identity.AccountCheck{Application: "shop", Email: "grace@example.com", Password: &typed, CommonMistakes: true})
	h.ok(err)
	_, err = h.login("grace@example.com", typed)
	h.wantErr(err, credentials.ErrInvalidCredentials)
	_, err = h.login("grace@example.com", oldPassword)
	h.ok(err)
}

// TestFailedChecksCountByAccountAndApplication: they slow down neither the application's other users, nor other
// applications, nor the owner who signs in without one.
func TestFailedChecksCountByAccountAndApplication(t *testing.T) {
	h := newHouse(t)
	check := func(application, email, password string) error {
		_, err := h.CheckAccount(t.Context(), identity.AccountCheck{Application: application, Email: email, Password: &password})
		return err
	}
	for i := range 10 {
		h.create(fmt.Sprintf("user%d@example.com", i), credentials.Argon)
		for range rules.Guessing.MaxAccountFailures { // in all more than a network may fail
			h.wantErr(check(browser.Network, fmt.Sprintf("USER%d@example.com", i), "wrong password"), credentials.ErrInvalidCredentials)
		}
	}
	err := check(browser.Network, "user0@example.com", password)
	h.wantErr(err, limits.ErrUsedUp)
	h.same("retry after", errs.From(err).RetryAfter, rules.Guessing.FailureWindow)
	h.ok(check("another", "user0@example.com", password))
	_, err = h.login("user0@example.com", password) // from a network with the name of the application
	h.ok(err)
	h.wantErr(check(browser.Network, "user0@example.com", password), limits.ErrUsedUp)
	h.clock.Advance(rules.Guessing.FailureWindow)
	for range 2 {
		h.wantErr(check(browser.Network, "user0@example.com", "wrong password"), credentials.ErrInvalidCredentials)
		h.wantErr(check(browser.Network, "user0@example.com", "wrong password"), credentials.ErrInvalidCredentials)
		h.ok(check(browser.Network, "user0@example.com", password)) // and the count begins anew
	}
}

// A right guess after the attempts were used up concurrently gets the same answer as a wrong one.
func TestARightCheckPastTheLimitIsRefused(t *testing.T) {
	for name, begin := range map[string]func(h *house){
		"account": func(h *house) { h.create("grace@example.com", credentials.Argon) },
		"legacy account": func(h *house) {
			row := h.grace()
			row.PasswordHash = ptr(h.passwords.Foreign(password))
			h.imports(row)
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			begin(h)
			published := h.published()
			h.passwords.OnVerify = func() {
				h.passwords.OnVerify = nil
				for range rules.Guessing.MaxAccountFailures {
					_, err := h.check("grace@example.com", "wrong password")
					h.wantErr(err, credentials.ErrInvalidCredentials)
				}
			}
			_, err := h.check("grace@example.com", password)
			h.wantErr(err, limits.ErrUsedUp)
			h.same("published", h.published(), published)
		})
	}
}

func TestACheckNeedsAnApplicationAndAnAddress(t *testing.T) {
	h := newHouse(t)
	for _, in := range []identity.AccountCheck{{}, {Application: strings.Repeat("x", 257), Email: " "}} {
		_, err := h.CheckAccount(t.Context(), in)
		h.same("fields", errs.From(err).Fields, []errs.Field{
			{Field: "application", Message: "must have 1 to 256 bytes"}, {Field: "email", Message: "is required"},
		})
	}
	h.passwords.Refuse = credentials.ErrBusy
	h.imports(h.grace())
	_, err := h.check("grace@example.com", oldPassword)
	if !errors.Is(err, credentials.ErrBusy) || errs.From(err).RetryAfter != 5*time.Second {
		t.Errorf("too many expensive hashes: %v", err)
	}
	h.passwords.Refuse = nil
	for range rules.Guessing.MaxAccountFailures + 1 {
		_, err = h.check("grace@example.com", oldPassword)
		h.ok(err)
	}
}
