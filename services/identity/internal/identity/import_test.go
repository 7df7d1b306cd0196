package identity_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"muster/libs/contracts"
	"muster/libs/contracts/identityv1"
	"muster/libs/errs"
	"muster/services/identity/internal/credentials"
	"muster/services/identity/internal/identity"
	"muster/services/identity/internal/identity/identitytest"
)

func TestActivationMakesTheAccountWithTheForeignHash(t *testing.T) {
	h := newHouse(t)
	row := h.grace()
	row.Activate, row.EmailVerified, row.Username = true, false, nil
	h.same("outcome", h.imports(row), []identity.Imported{{LegacyUserID: 7, Outcome: identity.Activated, UserID: 1}})
	h.same("published", h.since(0), []contracts.Payload{
		identityv1.Account{
			UserID: 1, Version: 1, Email: "Grace@example.com", AuthTypeCode: "EMAI", CreatedAt: created,
			Registration: &identityv1.Registration{
				Username: "Grace", FirstName: ptr("Grace"), LastName: ptr("Hopper"), TypeCode: "NONS", Imported: true,
			},
			Legacy: &identityv1.Legacy{UserID: 7}, ActivityVersion: 1, EndedSessions: []identityv1.EndedSession{},
		},
		identityv1.AccountEvent{Kind: identityv1.Registered, UserID: 1, Version: 1, At: second},
	})
	h.same("hash", h.account(1).PasswordHash, *row.PasswordHash)
	h.same("again", h.imports(row), []identity.Imported{{LegacyUserID: 7, Outcome: identity.Exists, UserID: 1}})
	h.same("published", h.published(), 2)
}

func TestActivationWithoutAHashLetsNobodyInByPassword(t *testing.T) {
	h := newHouse(t)
	row := h.grace()
	row.Activate, row.PasswordHash = true, nil
	h.imports(row)
	for _, guess := range []string{oldPassword, " "} {
		_, err := h.login("grace@example.com", guess)
		h.wantErr(err, credentials.ErrInvalidCredentials)
	}
}

func TestAVerifiedAccountWithTheAddressKeepsItsPassword(t *testing.T) {
	h := newHouse(t)
	id := h.register("grace@example.com").UserID
	h.follow(verified(user(id, 1, "grace@example.com")))
	row := h.grace()
	for _, activate := range []bool{false, true} {
		row.Activate = activate
		h.same("outcome", h.imports(row), []identity.Imported{{LegacyUserID: 7, Outcome: identity.Exists, UserID: id}})
	}
	h.same("legacy accounts", len(h.store.Legacy()), 0)
	_, err := h.login("grace@example.com", password)
	h.ok(err)
}

// TestAHashWaitsBesideAnUnverifiedAccount: a stranger may have typed the address. A row without a hash has nothing to wait.
func TestAHashWaitsBesideAnUnverifiedAccount(t *testing.T) {
	h := newHouse(t)
	id := h.register("grace@example.com").UserID
	row, bare := h.grace(), h.grace()
	bare.PasswordHash = nil
	h.same("without a hash", h.imports(bare), []identity.Imported{{LegacyUserID: 7, Outcome: identity.Exists, UserID: id}})
	for _, activate := range []bool{false, true} {
		row.Activate = activate
		h.same("outcome", h.imports(row), []identity.Imported{{LegacyUserID: 7, Outcome: identity.Stored}})
	}
	another := h.grace()
	another.ID = 8
	h.same("another legacy user with the address", h.imports(another)[0].Err, error(identity.ErrEmailExists))
	h.same("accounts", h.account(id).Version, int64(1))
	h.same("legacy accounts", len(h.store.Legacy()), 1)
}

func TestAnImportTakesThePlaceOfAnEarlierOne(t *testing.T) {
	h := newHouse(t)
	h.imports(h.grace())
	stored := h.store.Legacy()
	h.imports(h.grace())
	h.same("the same again", h.store.Legacy(), stored)
	moved := h.grace()
	moved.Email = "hopper@example.com"
	h.imports(moved)
	h.same("accounts", len(h.store.Legacy()), 1)
	_, err := h.login("grace@example.com", oldPassword)
	h.wantErr(err, credentials.ErrInvalidCredentials)
}

// TestARowWithoutAHashLeavesTheHash changes only the address, which frees the old one for another legacy user.
func TestARowWithoutAHashLeavesTheHash(t *testing.T) {
	h := newHouse(t)
	h.imports(h.grace())
	moved, other := h.grace(), h.grace()
	moved.Email, moved.PasswordHash = "hopper@example.com", nil
	other.ID = 8
	for _, imported := range h.imports(moved, other) {
		h.same("outcome", imported.Outcome, identity.Stored)
	}
	h.same("legacy accounts", len(h.store.Legacy()), 2)
	_, err := h.login("hopper@example.com", oldPassword)
	h.ok(err)
	moved.Email, moved.Activate, moved.ID = "grace@example.com", true, 8
	h.same("outcome", h.imports(moved)[0].Outcome, identity.Activated)
	_, err = h.login("grace@example.com", oldPassword)
	h.ok(err)
}

func TestRowsOfABatchSeeEachOther(t *testing.T) {
	h := newHouse(t)
	row := func(id int64, email string, activate bool) identity.LegacyUser {
		r := h.grace()
		r.ID, r.Email, r.Activate = id, email, activate
		return r
	}
	results := h.imports(
		row(1, "a@example.com", false), row(2, "A@example.com", false), // one address, two users
		row(3, "b@example.com", true), row(3, "b@example.com", true), // one row twice
		row(4, "c@example.com", false), row(4, "d@example.com", false), // the later row holds
		row(5, "c@example.com", false), // which is free by now
	)
	h.same("results", results, []identity.Imported{
		{LegacyUserID: 1, Outcome: identity.Stored},
		{LegacyUserID: 2, Outcome: identity.Failed, Err: identity.ErrEmailExists},
		{LegacyUserID: 3, Outcome: identity.Activated, UserID: 1}, {LegacyUserID: 3, Outcome: identity.Exists, UserID: 1},
		{LegacyUserID: 4, Outcome: identity.Stored}, {LegacyUserID: 4, Outcome: identity.Stored},
		{LegacyUserID: 5, Outcome: identity.Stored},
	})
	var stored []string
	for _, l := range h.store.Legacy() {
		stored = append(stored, fmt.Sprint(l.ID, " ", l.Email))
	}
	h.same("stored", stored, []string{"1 a@example.com", "4 d@example.com", "5 c@example.com"})
}

func TestABadRowStopsNoOther(t *testing.T) {
	h := newHouse(t)
	bad := map[string]func(*identity.LegacyUser){
		"VALIDATION_FAILED legacyUserId: must be a positive integer":                           func(u *identity.LegacyUser) { u.ID = 0 },
		"VALIDATION_FAILED email: must be an email address such as ada@example.com":            func(u *identity.LegacyUser) { u.Email = "grace" },
		"VALIDATION_FAILED username: must have 1 to 100 characters":                            func(u *identity.LegacyUser) { u.Username = ptr(strings.Repeat("x", 101)) },
		"VALIDATION_FAILED firstName: must have 1 to 100 characters":                           func(u *identity.LegacyUser) { u.FirstName = ptr(strings.Repeat("x", 101)) },
		"VALIDATION_FAILED lastName: must not hold control characters or invisible characters": func(u *identity.LegacyUser) { u.LastName = ptr("a\nb") },
		"VALIDATION_FAILED createdAt: must not lie in the future":                              func(u *identity.LegacyUser) { u.CreatedAt = start.Add(25 * time.Hour) },
		"HASH_UNSUPPORTED The password hash is in a format that is not known here":             func(u *identity.LegacyUser) { u.PasswordHash = ptr("plain secret") },
		"HASH_MALFORMED The password hash is damaged":                                          func(u *identity.LegacyUser) { u.PasswordHash = ptr("$$secret") },
		"HASH_TOO_EXPENSIVE The password hash would take too much time or memory to check":     func(u *identity.LegacyUser) { u.PasswordHash = ptr("$$$secret") },
	}
	var users []identity.LegacyUser
	var want []string
	for message, spoil := range bad {
		u := h.grace()
		spoil(&u)
		users, want = append(users, u), append(want, message)
	}
	users = append(users, h.grace())
	results := h.imports(users...)
	for i, message := range want {
		e := errs.From(results[i].Err)
		h.same("row", []any{results[i].Outcome, results[i].LegacyUserID, e.Code + " " + e.Message}, []any{identity.Failed, users[i].ID, message})
	}
	h.same("the good row", results[len(want)], identity.Imported{LegacyUserID: 7, Outcome: identity.Stored})
	noDate := h.grace()
	noDate.CreatedAt = time.Time{}
	h.same("without a date", h.imports(noDate)[0].Outcome, identity.Failed)
}

func TestADryRunChangesNothing(t *testing.T) {
	h := newHouse(t)
	h.imports(h.grace())
	id := h.register("ada@example.com").UserID
	h.follow(verified(user(id, 1, "ada@example.com")))
	stored, published := h.store.Legacy(), h.published()
	moved, activated, taken, bad := h.grace(), h.grace(), h.grace(), h.grace()
	moved.Email = "hopper@example.com"
	activated.ID, activated.Email, activated.Activate = 8, "b@example.com", true
	taken.ID, taken.Email = 9, "ada@example.com"
	bad.ID, bad.Email = 10, ""
	results, err := h.ImportLegacy(t.Context(), []identity.LegacyUser{moved, activated, taken, bad}, true)
	h.ok(err)
	bare := make([]identity.Imported, len(results))
	for i, r := range results {
		bare[i] = identity.Imported{LegacyUserID: r.LegacyUserID, Outcome: r.Outcome, UserID: r.UserID}
	}
	h.same("results", bare, []identity.Imported{
		{LegacyUserID: 7, Outcome: identity.Stored}, {LegacyUserID: 8, Outcome: identity.Activated},
		{LegacyUserID: 9, Outcome: identity.Exists, UserID: id}, {LegacyUserID: 10, Outcome: identity.Failed},
	})
	h.same("legacy accounts", h.store.Legacy(), stored)
	h.same("published", h.published(), published)
}

// twice is a store whose transactions collide: each runs, is undone, and runs again in a world that has gone on.
type twice struct {
	*identitytest.Store
	between func()
}

func (s twice) Tx(ctx context.Context, fn func(context.Context, identity.Tx) error) error {
	undone := errors.New("undone")
	err := s.Store.Tx(ctx, func(ctx context.Context, tx identity.Tx) error { return cmp.Or(fn(ctx, tx), undone) })
	if !errors.Is(err, undone) {
		return err
	}
	s.between()
	return s.Store.Tx(ctx, fn)
}

func TestAnImportThatRunsAgainForgetsItsFirstRun(t *testing.T) {
	h := newHouse(t)
	first := h.grace()
	h.imports(first)
	service := identity.New(identity.Ports{
		Store: twice{h.store, func() {
			first.Email = "hopper@example.com"
			h.imports(first)
		}},
		Passwords: h.passwords, Now: h.clock.Now,
	}, rules)
	second := h.grace()
	second.ID = 8 // has the address of the first until that moves away
	results, err := service.ImportLegacy(t.Context(), []identity.LegacyUser{second}, false)
	h.ok(err)
	h.same("results", results, []identity.Imported{{LegacyUserID: 8, Outcome: identity.Stored}})
}

func TestAnEmptyImport(t *testing.T) {
	h := newHouse(t)
	h.same("results", h.imports(), []identity.Imported{})
}
