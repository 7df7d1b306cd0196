package identity_test

import (
	"sync"
	"testing"
	"time"

	"muster/libs/contracts"
	"muster/libs/contracts/identityv1"
	"muster/libs/limits"
	"muster/services/identity/internal/credentials"
	"muster/services/identity/internal/identity"
)

const oldPassword = "from elsewhere"

var created = time.Date(2019, 5, 4, 3, 2, 1, 0, time.UTC)

// grace is a row with everything.
func (h *house) grace() identity.LegacyUser {
	return identity.LegacyUser{
		ID: 7, Email: "Grace@example.com", Username: ptr("amazing"), FirstName: ptr("Grace"), LastName: ptr("Hopper"),
		CreatedAt: created.Add(time.Millisecond), EmailVerified: true, PasswordHash: ptr(h.passwords.Foreign(oldPassword)),
	}
}

// imports imports rows and returns what became of them.
func (h *house) imports(users ...identity.LegacyUser) []identity.Imported {
	h.t.Helper()
	results, err := h.ImportLegacy(h.t.Context(), users, false)
	h.ok(err)
	return results
}

func TestTheFirstSignInMakesTheAccount(t *testing.T) {
	h := newHouse(t)
	h.same("outcome", h.imports(h.grace()), []identity.Imported{{LegacyUserID: 7, Outcome: identity.Stored}})
	h.same("published by the import", h.published(), 0)
	in, err := h.login(" GRACE@example.com ", oldPassword)
	h.ok(err)
	h.same("answer", []any{in.UserID, in.Version}, []any{int64(1), int64(1)})
	h.same("published", h.since(0), []contracts.Payload{
		identityv1.Account{
			UserID: 1, Version: 1, Email: "Grace@example.com", AuthTypeCode: "EMAI", CreatedAt: created, LastLoginAt: &second,
			Registration: &identityv1.Registration{
				Username: "amazing", FirstName: ptr("Grace"), LastName: ptr("Hopper"), TypeCode: "NONS", EmailVerified: true,
			},
			Legacy: &identityv1.Legacy{UserID: 7, EmailVerified: true}, ActivityVersion: 1, EndedSessions: []identityv1.EndedSession{},
		},
		identityv1.AccountEvent{Kind: identityv1.Registered, UserID: 1, Version: 1, At: second, SessionID: in.SessionID},
	})
	a := h.account(1)
	h.same("account", []any{a.EmailVerified, h.passwords.Outdated(a.PasswordHash)}, []any{true, false})
	h.same("legacy accounts left", len(h.store.Legacy()), 0)
	standing, err := h.store.Standing(t.Context(), 1, in.SessionID)
	h.ok(err)
	h.same("session", standing.Admitted && !standing.SessionEnded, true)
	again, err := h.login("grace@example.com", oldPassword)
	h.ok(err)
	h.same("the next time", []any{again.UserID, again.Version}, []any{int64(1), int64(2)})
}

func TestALegacyUserGuessesLikeAnybody(t *testing.T) {
	h := newHouse(t)
	h.imports(h.grace())
	before := h.passwords.Verified()
	for range rules.Guessing.MaxAccountFailures {
		_, err := h.login("grace@example.com", "wrong password")
		h.wantErr(err, credentials.ErrInvalidCredentials)
	}
	h.same("hashes worked through", h.passwords.Verified()-before, int64(rules.Guessing.MaxAccountFailures))
	_, err := h.login("grace@example.com", oldPassword)
	h.wantErr(err, limits.ErrUsedUp)
	h.same("still a legacy account", len(h.store.Legacy()), 1)
	h.clock.Advance(rules.Guessing.FailureWindow)
	_, err = h.login("grace@example.com", "wrong password")
	h.wantErr(err, credentials.ErrInvalidCredentials)
	_, err = h.login("grace@example.com", oldPassword)
	h.ok(err)
	for range rules.Guessing.MaxAccountFailures { // the count by address began anew
		_, err := h.login("grace@example.com", "wrong password")
		h.wantErr(err, credentials.ErrInvalidCredentials)
	}
	for range 2 { // that by network did not
		_, err = h.login("nobody@example.com", "wrong password")
		h.wantErr(err, credentials.ErrInvalidCredentials)
	}
	_, err = h.login("another@example.com", "wrong password")
	h.wantErr(err, limits.ErrUsedUp)
}

// A right guess for a legacy user past the limit gets the same answer as a wrong one.
func TestALegacyUsersRightGuessPastTheLimitIsRefused(t *testing.T) {
	h := newHouse(t)
	h.imports(h.grace())
	h.passwords.OnVerify = func() {
		h.passwords.OnVerify = nil
		for range rules.Guessing.MaxAccountFailures {
			_, err := h.login("grace@example.com", "wrong password")
			h.wantErr(err, credentials.ErrInvalidCredentials)
		}
	}
	_, err := h.login("grace@example.com", oldPassword)
	h.wantErr(err, limits.ErrUsedUp)
	h.same("still a legacy account", []int{len(h.store.Legacy()), h.published()}, []int{1, 0})
}

func TestWhatProvesAnAccountEndsTheLegacyAccount(t *testing.T) {
	for name, get := range map[string]func(h *house) int64{
		"verification": func(h *house) int64 {
			id := h.register("GRACE@example.com").UserID
			h.same("legacy accounts after the registration", len(h.store.Legacy()), 1)
			h.follow(verified(user(id, 1, "GRACE@example.com")))
			return id
		},
		"first administrator": func(h *house) int64 {
			_, err := h.EnsureAdministrator(h.t.Context(), "grace@example.com", password)
			h.ok(err)
			return 1
		},
		"change of address": func(h *house) int64 {
			id := h.register("ada@example.com").UserID
			h.follow(user(id, 1, "grace@EXAMPLE.com"))
			h.same("legacy accounts while it is not verified", len(h.store.Legacy()), 1)
			h.follow(verified(user(id, 2, "grace@EXAMPLE.com")))
			return id
		},
		"activation": func(h *house) int64 {
			row := h.grace()
			row.Activate, row.PasswordHash = true, ptr(h.passwords.Foreign(password))
			return h.imports(row)[0].UserID
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			h.imports(h.grace())
			id := get(h)
			h.same("legacy accounts left", len(h.store.Legacy()), 0)
			_, err := h.login("grace@example.com", oldPassword)
			h.wantErr(err, credentials.ErrInvalidCredentials)
			in, err := h.login("grace@example.com", password)
			h.ok(err)
			h.same("who signs in", in.UserID, id)
			h.follow(gone(id, 9))
			_, err = h.login("grace@example.com", oldPassword)
			h.wantErr(err, credentials.ErrInvalidCredentials)
		})
	}
}

// TestTheImportedPasswordTakesAnUnverifiedAccountOver (auth-api.md, "Whose account is it"), whichever of the two came first,
// and also where the account is so new that directory does not know it.
func TestTheImportedPasswordTakesAnUnverifiedAccountOver(t *testing.T) {
	for name, begin := range map[string]func(h *house) identity.SignedIn{
		"import, then registration": func(h *house) identity.SignedIn {
			h.imports(h.grace())
			return h.register("grace@example.com")
		},
		"registration, then import": func(h *house) identity.SignedIn {
			in := h.register("grace@example.com")
			h.imports(h.grace())
			return in
		},
		"an account that directory knows": func(h *house) identity.SignedIn {
			in := h.register("grace@example.com")
			h.follow(user(in.UserID, 1, "grace@example.com"))
			h.imports(h.grace())
			return in
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			thief := begin(h)
			h.clock.Advance(time.Minute)
			again, err := h.login("grace@example.com", password) // it is theirs until the owner comes
			h.ok(err)
			h.same("before", []any{again.UserID, len(h.store.Legacy())}, []any{thief.UserID, 1})
			h.clock.Advance(time.Minute)

			before := h.account(thief.UserID).Version
			owner, err := h.login("Grace@example.com", oldPassword)
			h.ok(err)
			h.same("who came in", []any{owner.UserID, owner.Version}, []any{thief.UserID, before + 1})
			a := h.account(owner.UserID)
			h.same("account", []any{a.Legacy, a.EmailVerified, h.passwords.Outdated(a.PasswordHash), a.ActivityVersion},
				[]any{&identityv1.Legacy{UserID: 7, EmailVerified: true}, true, false, a.Version})
			h.same("published", h.lastState(owner.UserID).Legacy, a.Legacy)
			h.same("legacy accounts", len(h.store.Legacy()), 0)
			h.same("whose tokens are good", []bool{h.good(thief), h.good(again), h.good(owner)}, []bool{false, false, true})
			for _, in := range []identity.SignedIn{thief, again} {
				_, err := h.refresh(in.RefreshToken)
				h.wantErr(err, identity.ErrRefreshInvalid)
			}
			_, err = h.login("grace@example.com", password)
			h.wantErr(err, credentials.ErrInvalidCredentials)
			_, err = h.login("grace@example.com", oldPassword)
			h.ok(err)
			h.same("imported again", h.imports(h.grace())[0].Outcome, identity.Exists)
		})
	}
}

// An owner who registers with the very password that is imported is recognised by it.
func TestTheImportedPasswordIsTriedFirst(t *testing.T) {
	h := newHouse(t)
	row := h.grace()
	row.PasswordHash = ptr(h.passwords.Foreign(password))
	h.imports(row)
	h.register("grace@example.com")
	in, err := h.login("grace@example.com", password)
	h.ok(err)
	h.same("legacy user", h.account(in.UserID).Legacy.UserID, int64(7))
}

func TestADeactivatedAccountIsNotTakenOver(t *testing.T) {
	h := newHouse(t)
	id := h.register("grace@example.com").UserID
	off := user(id, 1, "grace@example.com")
	off.Active = false
	h.follow(off)
	h.imports(h.grace())
	_, err := h.login("grace@example.com", oldPassword)
	h.wantErr(err, identity.ErrAccountInactive)
	h.same("legacy accounts", len(h.store.Legacy()), 1)
}

// What moved away or was deleted leaves the hash to its owner.
func TestAStrangerLeavesTheHashBehind(t *testing.T) {
	for name, leave := range map[string]func(h *house, id int64){
		"moves away": func(h *house, id int64) { h.follow(verified(user(id, 1, "own@example.com"))) },
		"is deleted": func(h *house, id int64) { h.follow(gone(id, 1)) },
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			h.imports(h.grace())
			thief := h.register("grace@example.com").UserID
			leave(h, thief)
			owner, err := h.login("grace@example.com", oldPassword)
			h.ok(err)
			h.same("another account", owner.UserID != thief, true)
			h.same("legacy user", h.account(owner.UserID).Legacy.UserID, int64(7))
			h.same("of the thief", h.account(thief).Legacy == nil, true)
		})
	}
}

func TestWhoMovesIsNoLegacyUserToIdentity(t *testing.T) {
	h := newHouse(t)
	h.imports(h.grace())
	in, err := h.login("grace@example.com", oldPassword)
	h.ok(err)
	h.follow(user(in.UserID, 1, "GRACE@example.com"))
	h.same("at the same address", h.account(in.UserID).Legacy.UserID, int64(7))
	h.follow(user(in.UserID, 2, "other@example.com"))
	h.same("at another", h.account(in.UserID).Legacy == nil, true)
}

// TestSessionsEndAsDirectorySays: those opened by the time, but for one, and each time once.
func TestSessionsEndAsDirectorySays(t *testing.T) {
	h := newHouse(t)
	first := h.register("ada@example.com")
	kept, err := h.login("ada@example.com", password)
	h.ok(err)
	h.clock.Advance(time.Minute)
	later, err := h.login("ada@example.com", password)
	h.ok(err)
	u := verified(user(first.UserID, 2, "ada@example.com"))
	u.SessionsEnd = &identity.SessionsEnd{Version: 2, OpenedBy: second, Except: kept.SessionID}
	h.follow(u)
	h.same("whose tokens are good", []bool{h.good(first), h.good(kept), h.good(later)}, []bool{false, true, true})
	_, err = h.refresh(first.RefreshToken)
	h.wantErr(err, identity.ErrRefreshInvalid)
	for _, in := range []identity.SignedIn{kept, later} {
		_, err := h.refresh(in.RefreshToken)
		h.ok(err)
	}
	u.Version, u.AccessVersion, u.SessionsEnd = 3, 3, &identity.SessionsEnd{Version: 2, OpenedBy: second.Add(time.Hour)}
	h.follow(u) // of a version that it has followed
	h.same("whose tokens are good then", []bool{h.good(kept), h.good(later)}, []bool{true, true})
}

func TestConcurrentFirstSignInsMakeOneAccount(t *testing.T) {
	h := newHouse(t)
	h.imports(h.grace())
	signedIn, results := make([]identity.SignedIn, 8), make([]error, 8)
	var wg, verifying sync.WaitGroup
	verifying.Add(len(results))
	var first sync.Map
	h.passwords.OnVerify = func() { // nobody goes on before all have read the legacy account
		if n, late := first.LoadOrStore("all", len(results)); late && n == 0 {
			return
		}
		verifying.Done()
		verifying.Wait()
		first.Store("all", 0)
	}
	for i := range results {
		wg.Go(func() { signedIn[i], results[i] = h.login("grace@example.com", oldPassword) })
	}
	wg.Wait()
	for i, err := range results {
		h.ok(err)
		h.same("user", signedIn[i].UserID, int64(1))
	}
	h.same("version", h.account(1).Version, int64(len(results)))
}

// The legacy account changes between the read and TakeLegacy.
func TestAFirstSignInTrustsOnlyWhatItTook(t *testing.T) {
	for name, c := range map[string]struct {
		meanwhile func(h *house)
		want      error
	}{
		"somebody registers": {func(h *house) { h.register("grace@example.com") }, nil},
		"the owner registers and verifies": {func(h *house) {
			h.follow(verified(user(h.register("grace@example.com").UserID, 1, "grace@example.com")))
		}, credentials.ErrInvalidCredentials},
		"imported again": {func(h *house) { h.imports(h.grace()) }, nil},
		"activated": {func(h *house) {
			row := h.grace()
			row.Activate = true
			h.imports(row)
		}, nil},
		"imported with another hash": {func(h *house) {
			row := h.grace()
			row.PasswordHash = ptr(h.passwords.Foreign("another password"))
			h.imports(row)
		}, credentials.ErrInvalidCredentials},
		"imported without the hash": {func(h *house) {
			row := h.grace()
			row.PasswordHash = nil
			h.imports(row)
		}, nil},
		"imported with another address": {func(h *house) {
			row := h.grace()
			row.Email = "hopper@example.com"
			h.imports(row)
		}, credentials.ErrInvalidCredentials},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			h.imports(h.grace())
			h.passwords.OnVerify = func() {
				h.passwords.OnVerify = nil
				c.meanwhile(h)
			}
			_, err := h.login("grace@example.com", oldPassword)
			if c.want == nil {
				h.ok(err)
				return
			}
			h.wantErr(err, c.want)
		})
	}
}
