package roster_test

import (
	"testing"

	"muster/services/directory/internal/directory"
	"muster/services/directory/internal/roster"
)

const gold = `,"emailVerified":true,"properties":{"tenant":7,"plan":"gold"}`

const goldStored = directory.Properties(`{"plan":"gold","tenant":7}`)

// imported is an account that identity made of a legacy user.
func imported(userID, legacyUserID int64, email string) directory.Account {
	a := account(userID, email)
	a.Registration.Imported, a.Registration.EmailVerified = true, true
	a.Legacy = &directory.Legacy{LegacyUserID: legacyUserID, EmailVerified: true}
	return a
}

func TestPropertiesWaitOnTheRoster(t *testing.T) {
	w := newWorld(t)
	i := w.importRoster(t, "one", legacyRow(7, gold), legacyRow(8, `,"properties":{}`), legacyRow(9, `,"properties":null`))
	equal(t, i.Tally, roster.Tally{Created: 3})
	equal(t, w.store.LegacyUser(7).Properties, goldStored)
	equal(t, w.store.LegacyUser(8).Properties, "")
	equal(t, w.store.LegacyUser(9).Properties, "")
	i = w.importRoster(t, "two", legacyRow(7, `,"emailVerified":true,"properties":{"plan":"gold","tenant":7}`), legacyRow(8, `,"properties":{"plan":"gold"}`))
	equal(t, i.Tally, roster.Tally{Unchanged: 1, Updated: 1})
}

func TestTheUserMadeOfALegacyUserHasItsProperties(t *testing.T) {
	w := newWorld(t)
	w.importRoster(t, "one", legacyRow(7, gold))
	must(t, w.FollowAccount(t.Context(), imported(1, 7, "grace7@example.com")))
	equal(t, w.store.Properties(1), goldStored)
}

// TestALinkedUserKeepsItsOwnProperties, in both orders of import and registration; without any, it gets the roster's.
func TestALinkedUserKeepsItsOwnProperties(t *testing.T) {
	w := newWorld(t)
	w.importRoster(t, "one", legacyRow(7, gold), legacyRow(8, gold))
	w.register(t, 1, "grace7@example.com")
	for id, email := range map[int64]string{2: "grace8@example.com", 3: "grace9@example.com", 4: "grace10@example.com"} {
		w.registerUnverified(t, id, email)
	}
	own := directory.Properties(`{"plan":"own"}`)
	for _, id := range []int64{2, 3} {
		_, err := w.UpdateUser(t.Context(), boss, id, directory.UserChange{Properties: given(own)})
		must(t, err)
	}
	for id, email := range map[int64]string{2: "grace8@example.com", 3: "grace9@example.com", 4: "grace10@example.com"} {
		r, found := w.store.Request(id, directory.RequestRegistration)
		equal(t, found, true)
		_, err := w.VerifyEmail(t.Context(), directory.Actor{}, email, r.Code)
		must(t, err)
	}
	w.importRoster(t, "two", legacyRow(9, gold), legacyRow(10, gold))
	for id, want := range map[int64]directory.Properties{1: goldStored, 2: own, 3: own, 4: goldStored} {
		equal(t, *w.store.User(id).LegacyUserID, id+6)
		equal(t, w.store.Properties(id), want)
	}
}

// TestWhoMovesAwayTakesNoPropertiesAlong: the user had signed in with the imported password and never proved the address.
func TestWhoMovesAwayTakesNoPropertiesAlong(t *testing.T) {
	w := newWorld(t)
	w.importRoster(t, "one", legacyRow(7, `,"properties":{"plan":"gold"}`))
	a := imported(1, 7, "grace7@example.com")
	a.Registration.EmailVerified, a.Legacy.EmailVerified = false, false
	must(t, w.FollowAccount(t.Context(), a))
	equal(t, w.store.Properties(1), `{"plan":"gold"}`)
	_, err := w.UpdateUser(t.Context(), boss, 1, directory.UserChange{Email: given("elsewhere@example.com")})
	must(t, err)
	equal(t, w.store.User(1).LegacyUserID, nil)
	equal(t, w.store.Properties(1), "")
	equal(t, w.store.LegacyUser(7).Properties, `{"plan":"gold"}`)
}

func TestPropertiesGoWithTheUser(t *testing.T) {
	w := newWorld(t)
	w.importRoster(t, "one", legacyRow(7, gold))
	must(t, w.FollowAccount(t.Context(), imported(1, 7, "grace7@example.com")))
	_, err := w.DeleteUser(t.Context(), boss, 1)
	must(t, err)
	equal(t, w.store.Properties(1), "")
	equal(t, w.store.LegacyUser(7), roster.LegacyUser{ID: 7, UserID: w.store.LegacyUser(7).UserID})
}
