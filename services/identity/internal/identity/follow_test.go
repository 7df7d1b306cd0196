package identity_test

import (
	"testing"
	"time"

	"muster/libs/contracts"
	"muster/libs/contracts/identityv1"
	"muster/services/identity/internal/credentials"
	"muster/services/identity/internal/identity"
)

func TestAcceptanceClearsTheRegistration(t *testing.T) {
	h := newHouse(t)
	id := h.register("Ada@example.com").UserID
	before := h.published()
	accepted := user(id, 1, "Ada@example.com")
	h.follow(accepted)
	h.same("published", h.since(before), []contracts.Payload{identityv1.Account{
		UserID: id, Version: 2, Email: "Ada@example.com", AuthTypeCode: "EMAI", CreatedAt: second, LastLoginAt: &second,
		ActivityVersion: 1, UserVersion: 1, EndedSessions: []identityv1.EndedSession{},
	}})
	h.follow(accepted)
	h.same("once", h.published(), before+1)
}

func TestWhatIdentityDoesNotActOnIsNotedInSilence(t *testing.T) {
	h := newHouse(t)
	id := h.register("ada@example.com").UserID
	h.follow(user(id, 1, "ada@example.com"))
	before := h.published()
	renamed := user(id, 5, "ada@example.com")
	renamed.AccessVersion = 1
	h.follow(renamed)
	h.same("published", h.published(), before)
	h.same("noted", h.account(id).UserVersion, int64(5))
	late := user(id, 4, "old@example.com")
	h.follow(late)
	h.same("a late record does nothing", h.account(id).Email, "ada@example.com")
	h.same("published still", h.published(), before)
}

func TestDeactivationEndsEverything(t *testing.T) {
	h := newHouse(t)
	in := h.register("ada@example.com")
	off := user(in.UserID, 1, "ada@example.com")
	off.Active, off.TypeCode = false, "SUBS"
	h.follow(off)
	a := h.account(in.UserID)
	h.same("copy", []any{a.Active, a.TypeCode}, []any{false, "SUBS"})
	if a.TokensValidFrom == nil || !a.TokensValidFrom.After(second) {
		t.Errorf("tokens of this second are good: %v", a.TokensValidFrom)
	}
	standing, err := h.store.Standing(t.Context(), in.UserID, in.SessionID)
	h.ok(err)
	h.same("standing", standing.Admitted || !standing.SessionEnded, false)
}

func TestDeletionLeavesATombstone(t *testing.T) {
	for name, rejected := range map[string]bool{"deleted": false, "rejected": true} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			in := h.register("ada@example.com")
			if !rejected {
				h.follow(user(in.UserID, 1, "ada@example.com"))
			}
			before := h.published()
			version := h.account(in.UserID).Version + 1
			h.follow(gone(in.UserID, 2))
			h.same("published", h.since(before), []contracts.Payload{
				identityv1.Account{
					UserID: in.UserID, Version: version, Deleted: true, AuthTypeCode: "EMAI", CreatedAt: second,
					ActivityVersion: 1, UserVersion: 2, EndedSessions: []identityv1.EndedSession{},
				},
				identityv1.AccountEvent{Kind: identityv1.Removed, UserID: in.UserID, Version: version, At: second},
			})
			a := h.account(in.UserID)
			h.same("nothing personal", []any{a.Email, a.PasswordHash, a.Registration == nil, a.LastLoginAt == nil}, []any{"", "", true, true})
			_, err := h.login("ada@example.com", password)
			h.wantErr(err, credentials.ErrInvalidCredentials)
			if again := h.register("ada@example.com"); again.UserID == in.UserID {
				t.Error("a user id was given out twice")
			}
			h.follow(user(in.UserID, 1, "ada@example.com"))
			h.same("an older record does not bring it back", h.account(in.UserID).Deleted, true)
			h.follow(user(in.UserID, 9, "ada@example.com"))
			h.same("nor does a newer one", h.account(in.UserID).Deleted, true)
			h.same("but it is reported as followed", h.lastState(in.UserID).UserVersion, int64(9))
		})
	}
}

func TestAUserWithoutAccount(t *testing.T) {
	h := newHouse(t)
	h.wantErr(h.FollowUser(t.Context(), user(77, 1, "ada@example.com")), identity.ErrUserWithoutAccount)
	h.ok(h.FollowUser(t.Context(), gone(77, 2)))
	h.same("published", h.published(), 0)
}

func TestTheRejectedGivesTheAddressBack(t *testing.T) {
	h := newHouse(t)
	ada := h.register("ada@example.com").UserID
	h.follow(user(ada, 1, "ada@example.com"))
	// Another user registers with Ada's new address before the record of her change arrives.
	late := h.register("new@example.com").UserID
	h.follow(user(ada, 2, "new@example.com"))
	h.same("displaced", h.lastState(late).Email, "")
	in, err := h.login("new@example.com", password)
	h.ok(err)
	h.same("who signs in", in.UserID, ada)
	h.follow(gone(late, 1))
	h.same("the address", h.lastState(ada).Email, "new@example.com")
	h.register("ada@example.com")
}

// swap brings two users to where they hold each other's first address, and returns directory's records of it in order.
func swap(h *house) (a, b int64, records []identity.User) {
	a, b = h.register("a@example.com").UserID, h.register("b@example.com").UserID
	h.follow(user(a, 1, "a@example.com"))
	h.follow(user(b, 1, "b@example.com"))
	return a, b, []identity.User{user(b, 2, "tmp@example.com"), user(a, 2, "b@example.com"), user(b, 3, "a@example.com")}
}

func TestAddressesSwapInAnyOrder(t *testing.T) {
	for name, order := range map[string][]int{"as they happened": {0, 1, 2}, "first user first": {1, 0, 2}, "second user first": {0, 2, 1}, "compacted, b first": {2, 1}, "compacted, a first": {1, 2}} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			a, b, records := swap(h)
			for _, i := range order {
				h.follow(records[i])
			}
			for email, want := range map[string]int64{"a@example.com": b, "b@example.com": a} {
				in, err := h.login(email, password)
				h.ok(err)
				h.same("who signs in with "+email, in.UserID, want)
			}
			h.same("states", []any{h.lastState(a).Email, h.lastState(b).Email, h.lastState(a).UserVersion, h.lastState(b).UserVersion},
				[]any{"b@example.com", "a@example.com", int64(2), int64(3)})
		})
	}
}

// A record of long ago may take an address from its rightful owner, whose own last record came before. When the other
// moves on, the owner gets it back.
func TestADisplacedOwnerGetsTheAddressBack(t *testing.T) {
	for name, last := range map[string]func(a int64) identity.User{
		"the other moves on":   func(a int64) identity.User { return user(a, 3, "elsewhere@example.com") },
		"the other is deleted": func(a int64) identity.User { return gone(a, 3) },
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			a, b := h.register("a@example.com").UserID, h.register("b@example.com").UserID
			h.follow(user(a, 1, "a@example.com"))
			h.follow(user(b, 9, "shared@example.com"))
			h.follow(user(a, 2, "shared@example.com")) // late: a has left it long since
			h.same("displaced", h.lastState(b).Email, "")
			h.follow(last(a))
			h.same("reinstated", h.lastState(b).Email, "shared@example.com")
			in, err := h.login("shared@example.com", password)
			h.ok(err)
			h.same("who signs in", in.UserID, b)
		})
	}
}

func TestOnlyTheCaseOfAnAddressChanges(t *testing.T) {
	h := newHouse(t)
	id := h.register("ada@example.com").UserID
	h.follow(user(id, 1, "ada@example.com"))
	h.follow(user(id, 2, "Ada@Example.com"))
	h.same("address", h.lastState(id).Email, "Ada@Example.com")
	h.same("version", h.account(id).Version, int64(3))
	_, err := h.login("ADA@EXAMPLE.COM", password)
	h.ok(err)
}

func TestADisplacedAccountStaysSoWhileTheHolderOnlyChangesTheCase(t *testing.T) {
	h := newHouse(t)
	a, b := h.register("shared@example.com").UserID, h.register("b@example.com").UserID
	h.follow(user(b, 1, "shared@example.com"))
	h.follow(user(b, 2, "Shared@example.com"))
	h.same("displaced still", []any{h.account(a).Displaced, h.lastState(b).Email}, []any{true, "Shared@example.com"})
}

// Whoever is deactivated, activated and deactivated again within a second has no token left that is good after the next
// activation, whatever second it is dated from.
func TestDeactivationsWithinASecondEndEverything(t *testing.T) {
	for name, sessions := range map[string]int{"told by session": 2, "too many to tell": 101} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			all := []identity.SignedIn{h.register("ada@example.com")}
			id := all[0].UserID
			version := int64(0)
			active := func(active bool) {
				version++
				u := user(id, version, "ada@example.com")
				u.Active = active
				h.follow(u)
			}
			for range 3 {
				active(false)
				active(true)
				for range sessions {
					in, err := h.login("ada@example.com", password)
					h.ok(err)
					all = append(all, in)
				}
			}
			newest := all[len(all)-sessions:]
			for i, in := range all {
				h.same("good", h.good(in), i >= len(all)-sessions)
			}
			active(false)
			active(true)
			for _, in := range newest {
				h.same("good", h.good(in), false)
			}
			if sessions < 100 { // a line that moved away from the clock would keep everybody out until the clock has come
				h.same("valid from", *h.lastState(id).TokensValidFrom, second.Add(time.Second))
			}
		})
	}
}

// An account that an import created is proven without a verified address, so it gets its address back without the legacy
// account that an import has stored meanwhile.
func TestAProvenAccountGetsItsAddressBackAlone(t *testing.T) {
	h := newHouse(t)
	row := h.grace()
	row.EmailVerified, row.Activate = false, true
	id := h.imports(row)[0].UserID
	h.follow(user(id, 1, row.Email))
	other := h.register("other@example.com").UserID
	h.follow(user(other, 1, row.Email))
	h.same("displaced", h.account(id).Displaced, true)

	row.ID, row.Activate = 8, false
	h.imports(row)
	h.same("legacy accounts beside the unproven account", len(h.store.Legacy()), 1)
	h.follow(user(id, 2, row.Email))
	h.same("legacy accounts, displaced", []any{len(h.store.Legacy()), h.account(id).Displaced}, []any{0, false})
}
