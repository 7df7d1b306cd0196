package directory_test

import (
	"testing"
	"time"

	"muster/libs/contracts/directoryv1"
	"muster/services/directory/internal/directory"
)

func TestAnAccountMakesAUserWhoIsAskedToVerify(t *testing.T) {
	w := newWorld(t)
	u := w.register(t, 1, "Ada@Example.com")
	second := w.clock.Second()
	equal(t, u, directory.User{
		ID: 1, Username: "ada1", Email: "Ada@Example.com", TypeCode: "NONS", FirstName: ptr("Ada"), AuthTypeCode: "EMAI",
		IsActive: true, CreatedAt: second.Add(-2 * time.Second), UpdatedAt: second.Add(-2 * time.Second),
		LastLoginAt: ptr(second.Add(-time.Second)), Version: 1, AccessVersion: 1, AccountVersion: 1,
	})
	r, found := w.store.Request(1, directory.RequestRegistration)
	equal(t, found, true)
	equal(t, r, directory.VerificationRequest{
		UserID: 1, TypeCode: "REGR", Code: "code00000001", CreatedOn: second, ExpiresAt: second.Add(24 * time.Hour),
	})
	equal(t, w.published(0), []string{"directory.user.v1 1 1", "directory.user.created.v1 1 1"})
	record := u.Record()
	record.RegistrationUntil = &r.ExpiresAt
	equal(t, w.store.Published()[0].(directoryv1.User), record)
}

func TestAnAccountWhoseAddressIsVouchedForIsVerifiedAtOnce(t *testing.T) {
	w := newWorld(t)
	a := account(1, "admin@example.com")
	a.Registration.TypeCode, a.Registration.EmailVerified = "ADMI", true
	must(t, w.FollowAccount(t.Context(), a))
	u := w.store.User(1)
	equal(t, u.TypeCode, "ADMI")
	equal(t, u.VerifiedAt, ptr(w.clock.Second()))
	_, open := w.store.Request(1, directory.RequestRegistration)
	equal(t, open, false)
	pending, err := w.AwaitMail(t.Context(), 1, 0)
	must(t, err)
	equal(t, pending, 0)
}

func TestARegistrationCannotChooseAPaidType(t *testing.T) {
	w := newWorld(t)
	a := account(1, "ada@example.com")
	a.Registration.TypeCode = "SUBS"
	must(t, w.FollowAccount(t.Context(), a))
	equal(t, w.store.User(1).TypeCode, "NONS")
}

func TestAnAccountWithATakenAddressIsRejected(t *testing.T) {
	w := newWorld(t)
	w.register(t, 1, "Ada@Example.com")
	since := len(w.store.Published())
	a := account(2, "ada@example.COM")
	a.Version, a.ActivityVersion = 3, 3
	must(t, w.FollowAccount(t.Context(), a))
	want := directory.User{ID: 2, Deleted: true, RejectedBecause: "EMAIL_EXISTS", Version: 1, AccessVersion: 1, AccountVersion: 3}
	equal(t, w.store.User(2), want)
	equal(t, w.published(since), []string{"directory.user.v1 2 1", "directory.user.rejected.v1 2 1"})
	equal(t, w.store.Published()[since].(directoryv1.User), want.Record())

	must(t, w.FollowAccount(t.Context(), a)) // delivered twice
	equal(t, len(w.store.Published()), since+2)
}

func TestAnUnknownAccountWithoutARegistrationIsParked(t *testing.T) {
	w := newWorld(t)
	a := account(1, "ada@example.com")
	a.Registration = nil
	wantError(t, w.FollowAccount(t.Context(), a), directory.ErrNoRegistration)

	a.Deleted = true // nothing is lost with an account that is gone
	must(t, w.FollowAccount(t.Context(), a))
}

func TestASignInIsFollowedAndReportedWithoutAskingIdentityToAct(t *testing.T) {
	w := newWorld(t)
	before := w.register(t, 1, "ada@example.com")
	since := len(w.store.Published())
	a := account(1, "ada@example.com")
	a.Version, a.ActivityVersion, a.Registration = 5, 4, nil
	a.LastLoginAt = ptr(w.clock.Now().Add(time.Hour))
	must(t, w.FollowAccount(t.Context(), a))

	want := before
	want.Version, want.AccountVersion, want.LastLoginAt = 2, 5, ptr(w.clock.Second().Add(time.Hour))
	equal(t, w.store.User(1), want)
	equal(t, w.published(since), []string{"directory.user.v1 1 2"})
}

func TestAccountRecordsThatSayNothingNewChangeNothing(t *testing.T) {
	for name, change := range map[string]func(*directory.Account){
		"the same again":               func(*directory.Account) {},
		"newer, but nothing to act on": func(a *directory.Account) { a.Version = 9 },
		"the account is deleted":       func(a *directory.Account) { a.Version, a.ActivityVersion, a.Deleted = 9, 9, true },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			before := w.register(t, 1, "ada@example.com")
			since := len(w.store.Published())
			a := account(1, "ada@example.com")
			change(&a)
			must(t, w.FollowAccount(t.Context(), a))
			equal(t, w.store.User(1), before)
			equal(t, len(w.store.Published()), since)
		})
	}
}

func TestAnEarlierSignInDoesNotTurnTimeBack(t *testing.T) {
	w := newWorld(t)
	before := w.register(t, 1, "ada@example.com")
	a := account(1, "ada@example.com")
	a.Version, a.ActivityVersion = 2, 2
	a.LastLoginAt = ptr(before.LastLoginAt.Add(-time.Hour))
	must(t, w.FollowAccount(t.Context(), a))
	equal(t, w.store.User(1).LastLoginAt, before.LastLoginAt)
	equal(t, w.store.User(1).AccountVersion, 2)
}

func TestATombstoneIsNotRaisedByItsAccount(t *testing.T) {
	w := newWorld(t)
	w.register(t, 1, "ada@example.com")
	_, err := w.DeleteUser(t.Context(), directory.Actor{UserID: 1}, 1)
	must(t, err)
	gone := w.store.User(1)
	a := account(1, "ada@example.com")
	a.Version, a.ActivityVersion = 7, 7
	must(t, w.FollowAccount(t.Context(), a))
	equal(t, w.store.User(1), gone)
}

func TestTheUserOfARegistrationHasItsProperties(t *testing.T) {
	w := newWorld(t)
	a := account(1, "ada@example.com")
	a.Registration.Properties, a.Registration.Imported = `{"plan":"gold"}`, true
	must(t, w.FollowAccount(t.Context(), a))
	equal(t, w.store.Properties(1), `{"plan":"gold"}`)
	equal(t, w.store.User(1).Version, 1)
	a.Registration.Properties, a.Version, a.ActivityVersion = `{"plan":"silver"}`, 2, 2 // only a new user takes them
	must(t, w.FollowAccount(t.Context(), a))
	equal(t, w.store.Properties(1), `{"plan":"gold"}`)

	taken := account(2, "ADA@example.com")
	taken.Registration.Properties = `{"plan":"gold"}`
	must(t, w.FollowAccount(t.Context(), taken))
	equal(t, w.store.User(2).Deleted, true)
	equal(t, w.store.Properties(2), "")
}
