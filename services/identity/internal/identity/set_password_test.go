package identity_test

import (
	"strings"
	"testing"
	"time"

	"muster/libs/contracts"
	"muster/libs/contracts/identityv1"
	"muster/libs/errs"
	"muster/services/identity/internal/credentials"
	"muster/services/identity/internal/identity"
)

// set sets a password with an algorithm, with the test's password as the current one.
func (h *house) set(id int64, text string, a credentials.Algorithm) identity.AccountPassword {
	h.t.Helper()
	out, err := h.SetPassword(h.t.Context(), id, identity.PasswordChange{Password: text, Algorithm: a, Current: ptr(password)})
	h.ok(err)
	return out
}

func TestANewPasswordEndsAllSessions(t *testing.T) {
	for _, algorithm := range algorithms {
		t.Run(string(algorithm), func(t *testing.T) {
			h := newHouse(t)
			in := h.register("ada@example.com")
			before := h.published()
			out := h.set(in.UserID, "1", algorithm)
			h.same("written", []any{out.UserID, out.Version, out.PasswordHash == h.passwords.Shown(h.account(1).PasswordHash)}, []any{int64(1), int64(2), true})
			h.same("published", h.since(before), []contracts.Payload{identityv1.Account{
				UserID: 1, Version: 2, Email: "ada@example.com", AuthTypeCode: "EMAI", CreatedAt: second, LastLoginAt: &second,
				Registration: &identityv1.Registration{Username: "ada", TypeCode: "NONS"}, ActivityVersion: 1,
				TokensValidFrom: ptr(second.Add(time.Second)), EndedSessions: []identityv1.EndedSession{},
			}, identityv1.AccountEvent{Kind: identityv1.PasswordChanged, UserID: 1, Version: 2, At: second}})
			h.same("old access token", h.good(in), false)
			_, err := h.refresh(in.RefreshToken)
			h.wantErr(err, identity.ErrRefreshInvalid)
			_, err = h.login("ada@example.com", password)
			h.wantErr(err, credentials.ErrInvalidCredentials)
			again, err := h.login("ada@example.com", "1")
			h.ok(err)
			h.same("new access token", h.good(again), true)
			h.set(in.UserID, "2", algorithm) // in the same second
			h.same("access token after another password", h.good(again), false)
		})
	}
}

// TestASentBackHashChangesNothing: clients write whole users, with the password as they have read it.
func TestASentBackHashChangesNothing(t *testing.T) {
	for _, algorithm := range algorithms {
		t.Run(string(algorithm), func(t *testing.T) {
			h := newHouse(t)
			created := h.create("ada@example.com", algorithm)
			unchanged := func(what string, current *string) {
				t.Helper()
				before, published := h.account(1), h.published()
				for _, other := range algorithms {
					out, err := h.SetPassword(t.Context(), 1, identity.PasswordChange{Password: created.PasswordHash, Algorithm: other, Current: current})
					h.ok(err)
					h.same(what, out, identity.AccountPassword{UserID: 1, PasswordHash: h.passwords.Shown(before.PasswordHash)})
				}
				h.same(what, []any{h.account(1), h.published()}, []any{before, published})
			}
			unchanged("the current hash", ptr(password))
			unchanged("the current hash, unchecked", nil)
			in, err := h.login("ada@example.com", password)
			h.ok(err)
			if algorithm == credentials.Simple { // a password, which cannot be told from a new one
				return
			}
			unchanged("an older hash", ptr(password))
			unchanged("an older hash, with caps lock on", ptr(strings.ToUpper(password)))
			h.same("session", h.good(in), true)
		})
	}
}

// TestAHashOfAnotherPasswordIsAPassword, however it looks.
func TestAHashOfAnotherPasswordIsAPassword(t *testing.T) {
	h := newHouse(t)
	h.create("ada@example.com", credentials.Argon)
	other, err := h.passwords.Hash(t.Context(), "another password")
	h.ok(err)
	h.same("written", h.set(1, other, credentials.Argon).Version, int64(2))
	_, err = h.login("ada@example.com", other)
	h.ok(err)
	for _, text := range []string{h.passwords.Foreign(password), h.passwords.Foreign("")} {
		before := h.account(1).Version
		out, err := h.SetPassword(t.Context(), 1, identity.PasswordChange{Password: text, Algorithm: credentials.Argon})
		h.ok(err)
		h.same("written without a current password", out.Version, before+1)
	}
}

func TestTheSamePasswordAgainGetsANewHash(t *testing.T) {
	h := newHouse(t)
	created := h.create("ada@example.com", credentials.Argon)
	out := h.set(1, password, credentials.Argon)
	h.same("written", []any{out.Version, out.PasswordHash != created.PasswordHash}, []any{int64(2), true})
	shown := h.set(1, password, credentials.Simple)
	h.same("as the password itself", []any{shown.Version, shown.PasswordHash}, []any{int64(3), password})
	h.same("which is the stored string", h.set(1, password, credentials.Bcrypt), identity.AccountPassword{UserID: 1, PasswordHash: password})
}

func TestSetPasswordSaysWhatIsWrong(t *testing.T) {
	h := newHouse(t)
	h.create("ada@example.com", credentials.Argon)
	_, err := h.SetPassword(t.Context(), 1, identity.PasswordChange{})
	h.same("fields of nothing", errs.From(err).Fields, []errs.Field{
		{Field: "password", Message: "must have 1 to 512 bytes"}, {Field: "algorithm", Message: "must be argon, bcrypt, sha256 or simple"},
	})
	id := h.imports(identity.LegacyUser{ID: 7, Email: "grace@example.com", CreatedAt: created, Activate: true})[0].UserID
	_, err = h.SetPassword(t.Context(), id, identity.PasswordChange{Algorithm: credentials.Argon})
	h.same("an account without a password: code", errs.From(err).Code, "VALIDATION_FAILED")
	h.same("version", h.set(id, "1", credentials.Argon).Version, int64(2))

	h.follow(gone(1, 1))
	for _, id := range []int64{1, 99} {
		_, err := h.SetPassword(t.Context(), id, identity.PasswordChange{Password: "1", Algorithm: credentials.Argon})
		h.wantErr(err, identity.ErrAccountNotFound)
	}
}

// TestComposedAndDecomposedPasswordsAreOne: what is hashed is NFC, whoever typed it how.
func TestComposedAndDecomposedPasswordsAreOne(t *testing.T) {
	const composed, decomposed = "caf\u00e9", "cafe\u0301"
	for _, algorithm := range algorithms {
		h := newHouse(t)
		_, err := h.CreateAccount(t.Context(), identity.NewAccount{Email: "ada@example.com", Password: decomposed, Algorithm: algorithm, Properties: "{}"})
		h.ok(err)
		for _, typed := range []string{composed, decomposed} {
			_, err := h.check("ada@example.com", typed)
			h.ok(err)
		}
		_, err = h.check("ada@example.com", "cafe")
		h.wantErr(err, credentials.ErrInvalidCredentials)
		if algorithm == credentials.Simple {
			h.same("sent back in either form", []int64{h.set(1, composed, algorithm).Version, h.set(1, decomposed, algorithm).Version}, []int64{0, 0})
		}
		_, err = h.login("ada@example.com", composed)
		h.ok(err)
	}
}

// The account changes between the read and the lock.
func TestSetPasswordTrustsOnlyWhatItLocked(t *testing.T) {
	h := newHouse(t)
	created := h.create("ada@example.com", credentials.Argon)
	h.passwords.OnVerify = func() {
		h.passwords.OnVerify = nil
		h.follow(gone(1, 1))
	}
	_, err := h.SetPassword(t.Context(), 1, identity.PasswordChange{
		Password: created.PasswordHash + "x", Algorithm: credentials.Argon, Current: ptr("another password"),
	})
	h.wantErr(err, identity.ErrAccountNotFound)
	h.same("password of the deleted account", h.account(1).PasswordHash, "")
}
