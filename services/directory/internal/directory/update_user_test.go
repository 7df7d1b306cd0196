package directory_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"muster/libs/errs"
	"muster/services/directory/internal/directory"
	"muster/services/directory/internal/directory/directorytest"
)

func TestAnAdministratorChangesEverything(t *testing.T) {
	w := newWorld(t)
	w.store.Put(directorytest.SampleUser(1))
	from, to := w.clock.Now().Add(-time.Hour), w.clock.Now().Add(time.Hour)
	got, err := w.UpdateUser(t.Context(), boss, 1, directory.UserChange{
		Username: given("grace"), Email: given(" Grace@Example.com "), FirstName: given("Grace"), LastName: directory.Member[string]{Given: true},
		TypeCode: given("ADMI"), IsActive: given(false), ExemptionFrom: given(from), ExemptionTo: given(to),
	})
	must(t, err)
	want := directorytest.SampleUser(1)
	want.Username, want.Email, want.FirstName, want.LastName = "grace", "Grace@Example.com", ptr("Grace"), nil
	want.TypeCode, want.IsActive, want.UpdatedAt, want.Version, want.AccessVersion = "ADMI", false, w.clock.Second(), 15, 15
	want.SessionsEnd = directory.SessionsEnd{Version: 15, OpenedBy: w.clock.Second()}
	want.Exemption = directory.Exemption{From: ptr(from.Truncate(time.Second)), To: ptr(to.Truncate(time.Second))}
	want.TypeDueAt = ptr(to.Truncate(time.Second).Add(time.Second))
	equal(t, got, want)
	equal(t, w.store.User(1), want)
	equal(t, w.published(0), []string{
		"directory.user.v1 1 15", "directory.user.updated.v1 1 15", "directory.user.type-changed.v1 1 15", "directory.user.deactivated.v1 1 15",
	})
}

func TestWhatIsLeftOutStays(t *testing.T) {
	w := newWorld(t)
	before := directorytest.SampleUser(1)
	w.store.Put(before)
	got, err := w.UpdateUser(t.Context(), boss, 1, directory.UserChange{})
	must(t, err)
	equal(t, got, before)
	equal(t, len(w.store.Published()), 0)

	got, err = w.UpdateUser(t.Context(), boss, 1, directory.UserChange{FirstName: given("Grace")})
	must(t, err)
	want := before
	want.FirstName, want.UpdatedAt, want.Version = ptr("Grace"), w.clock.Second(), 15
	equal(t, got, want) // AccessVersion stays: identity has nothing to act on
}

func TestChangesThatAreRefused(t *testing.T) {
	null := directory.Member[string]{Given: true}
	for field, change := range map[string]directory.UserChange{
		"username":                    {Username: null},
		"username ":                   {Username: given("  ")},
		"username  ":                  {Username: given(strings.Repeat("ü", 101))},
		"firstName":                   {FirstName: given("a\u200bb")},
		"lastName":                    {LastName: given("a\nb")},
		"email":                       {Email: given("nobody")},
		"email ":                      {Email: null},
		"userTypeCode":                {TypeCode: given("GOLD")},
		"userTypeCode ":               {TypeCode: null},
		"isActive":                    {IsActive: directory.Member[bool]{Given: true}},
		"properties":                  {Properties: given(directory.Properties(`[]`)), FirstName: given("Grace")},
		"subscriptionExemptionEndsAt": {ExemptionTo: given(time.Date(2026, 1, 5, 8, 30, 4, 0, time.UTC))}, // begins at :05
	} {
		w := newWorld(t)
		w.store.Put(directorytest.SampleUser(1))
		_, err := w.UpdateUser(t.Context(), boss, 1, change)
		e := errs.From(err)
		if e.Code != "VALIDATION_FAILED" || len(e.Fields) != 1 || e.Fields[0].Field != strings.TrimSpace(field) {
			t.Errorf("%s: %v", field, err)
		}
		equal(t, w.store.User(1), directorytest.SampleUser(1))
	}
}

func TestUpdatingNobody(t *testing.T) {
	w := newWorld(t)
	w.store.Put(directorytest.SampleTombstone(2))
	for _, id := range []int64{1, 2} {
		_, err := w.UpdateUser(t.Context(), boss, id, directory.UserChange{FirstName: given("Ada")})
		wantError(t, err, directory.ErrUserNotFound)
	}
}

func TestAnAddressOfSomebodyElseIsRefused(t *testing.T) {
	w := newWorld(t)
	w.store.Put(directorytest.SampleUser(1), directorytest.SampleUser(2))
	_, err := w.UpdateUser(t.Context(), boss, 2, directory.UserChange{Email: given("ADA1@example.com"), FirstName: given("Eve")})
	wantError(t, err, directory.ErrEmailExists)
	equal(t, w.store.User(2), directorytest.SampleUser(2))
}

func TestANewAddressKillsTheCodesOfTheOld(t *testing.T) {
	w := newWorld(t)
	w.register(t, 1, "old@example.com")
	_, err := w.UpdateUser(t.Context(), boss, 1, directory.UserChange{Email: given("New@example.com")})
	must(t, err)
	deliverAll(t, w)
	sent := w.mailer.Sent()
	equal(t, len(sent), 1) // the one to the old address was taken back
	equal(t, sent[0].Recipient, "New@example.com")
	_, err = w.VerifyEmail(t.Context(), nobody, "new@example.com", "code00000001")
	equal(t, errs.From(err).Code, "INVALID_CODE")
	_, err = w.VerifyEmail(t.Context(), nobody, "new@example.com", sent[0].Code)
	must(t, err)
}

// TestANewAddressOfAVerifiedUserCountsAsVerified: the administrator vouches for it. The old address is told, and the code of a
// change that the user had asked for is dead.
func TestANewAddressOfAVerifiedUserCountsAsVerified(t *testing.T) {
	w := newWorld(t)
	before := directorytest.SampleUser(1)
	w.store.Put(before)
	_, err := w.UpdateProfile(t.Context(), self(1), directory.ProfileChange{Email: given("wish@example.com")})
	must(t, err)
	asked := w.newest(t)
	mails := len(w.mailer.Sent())

	got, err := w.UpdateUser(t.Context(), boss, 1, directory.UserChange{Email: given("New@example.com")})
	must(t, err)
	want := before
	want.Email, want.UpdatedAt, want.Version, want.AccessVersion = "New@example.com", w.clock.Second(), 15, 15
	want.SessionsEnd = directory.SessionsEnd{Version: 15, OpenedBy: w.clock.Second()}
	equal(t, got, want)
	equal(t, w.store.User(1), want)
	equal(t, w.published(0), []string{"directory.user.v1 1 15", "directory.user.updated.v1 1 15"})
	deliverAll(t, w)
	equal(t, len(w.mailer.Sent()), mails+1)
	equal(t, []string{string(w.newest(t).Kind), w.newest(t).Recipient}, []string{"EMCH", before.Email})
	for _, typ := range []string{directory.RequestRegistration, directory.RequestEmailChange} {
		if r, open := w.store.Request(1, typ); open {
			t.Errorf("open request %+v", r)
		}
	}
	_, err = w.ConfirmEmailChange(t.Context(), self(1), directory.ProfileChange{Email: given("wish@example.com")}, asked.Code)
	equal(t, errs.From(err).Code, "NO_VERIFICATION_REQUEST")
	w.register(t, 2, before.Email) // it is free again
	equal(t, w.store.User(2).Email, before.Email)
}

func TestTheSameAddressWrittenDifferentlyKeepsItsCode(t *testing.T) {
	w := newWorld(t)
	w.register(t, 1, "ada@example.com")
	_, err := w.UpdateUser(t.Context(), boss, 1, directory.UserChange{Email: given("Ada@Example.com")})
	must(t, err)
	equal(t, w.store.User(1).AccessVersion, 2)
	_, err = w.VerifyEmail(t.Context(), nobody, "ada@example.com", "code00000001")
	must(t, err)
}

func TestAnExemptionGivesAndTakesTheType(t *testing.T) {
	w := newWorld(t)
	w.register(t, 1, "ada@example.com")
	u, err := w.UpdateUser(t.Context(), boss, 1, directory.UserChange{ExemptionTo: given(w.clock.Now().Add(time.Hour))})
	must(t, err)
	equal(t, u.TypeCode, "SUBS")
	equal(t, u.AccessVersion, 2)
	u, err = w.UpdateUser(t.Context(), boss, 1, directory.UserChange{ExemptionTo: directory.Member[time.Time]{Given: true}})
	must(t, err)
	equal(t, u.TypeCode, "NONS")
	equal(t, u.TypeDueAt, nil)
}

func TestATypeSetByHandStandsUntilAccessChanges(t *testing.T) {
	w := newWorld(t)
	w.register(t, 1, "ada@example.com")
	u, err := w.UpdateUser(t.Context(), boss, 1, directory.UserChange{TypeCode: given("SUBS")})
	must(t, err)
	equal(t, u.TypeCode, "SUBS")
	must(t, w.FollowSubscription(t.Context(), directory.Subscription{UserID: 1, Version: 1, AccessVersion: 1}))
	equal(t, w.store.User(1).TypeCode, "SUBS") // it never gave access, so none ended
	must(t, w.FollowSubscription(t.Context(), directory.Subscription{UserID: 1, Version: 2, AccessVersion: 2, Access: true}))
	must(t, w.FollowSubscription(t.Context(), directory.Subscription{UserID: 1, Version: 3, AccessVersion: 3}))
	equal(t, w.store.User(1).TypeCode, "NONS")
}

func TestTheLastAdministratorStays(t *testing.T) {
	w := newWorld(t)
	inactive := directorytest.SampleAdmin(2)
	inactive.IsActive = false
	w.store.Put(directorytest.SampleAdmin(1), inactive, directorytest.SampleUser(3))
	demote := directory.UserChange{TypeCode: given("NONS")}
	for name, act := range map[string]func() error{
		"demote": func() error { _, err := w.UpdateUser(t.Context(), boss, 1, demote); return err },
		"deactivate": func() error {
			_, err := w.UpdateUser(t.Context(), boss, 1, directory.UserChange{IsActive: given(false)})
			return err
		},
		"delete": func() error {
			_, err := w.DeleteUser(t.Context(), directory.Actor{UserID: 1, Admin: true, Fresh: true}, 1)
			return err
		},
	} {
		err := act()
		if errs.From(err).Code != "LAST_ADMIN" {
			t.Errorf("%s: %v", name, err)
		}
		equal(t, w.store.User(1), directorytest.SampleAdmin(1))
	}
	_, err := w.UpdateUser(t.Context(), boss, 2, demote) // an inactive one may go
	must(t, err)
	_, err = w.UpdateUser(t.Context(), boss, 3, directory.UserChange{TypeCode: given("ADMI")})
	must(t, err)
	_, err = w.UpdateUser(t.Context(), boss, 1, demote)
	must(t, err)
}

func TestTwoAdministratorsCannotDemoteEachOther(t *testing.T) {
	w := newWorld(t)
	w.store.Put(directorytest.SampleAdmin(1), directorytest.SampleAdmin(2))
	outcomes := make([]error, 2)
	var wg sync.WaitGroup
	for i := range outcomes {
		wg.Go(func() {
			_, outcomes[i] = w.UpdateUser(t.Context(), boss, int64(i+1), directory.UserChange{TypeCode: given("NONS")})
		})
	}
	wg.Wait()
	if (outcomes[0] == nil) == (outcomes[1] == nil) {
		t.Fatalf("outcomes %v", outcomes)
	}
}

// TestStepUp: an old session changes no address, makes no administrator, and deletes nobody as an administrator.
func TestStepUp(t *testing.T) {
	w := newWorld(t)
	w.store.Put(directorytest.SampleUser(1), directorytest.SampleUser(2))
	old, own := boss, self(1)
	old.Fresh, own.Fresh = false, false
	before := w.store.User(1)
	for what, act := range map[string]func() error{
		"another's address": func() error {
			_, err := w.UpdateUser(t.Context(), old, 1, directory.UserChange{Email: given("new@example.com")})
			return err
		},
		"a new administrator": func() error {
			_, err := w.UpdateUser(t.Context(), old, 1, directory.UserChange{TypeCode: given("ADMI")})
			return err
		},
		"a deletion": func() error { _, err := w.DeleteUser(t.Context(), old, 1); return err },
		"one's own address": func() error {
			_, err := w.UpdateProfile(t.Context(), own, directory.ProfileChange{Email: given("new@example.com")})
			return err
		},
	} {
		if err := act(); errs.From(err).Code != "STEP_UP_REQUIRED" {
			t.Errorf("%s: %v", what, err)
		}
	}
	equal(t, w.store.User(1), before)
	equal(t, len(w.store.Published()), 0)
	_, err := w.UpdateUser(t.Context(), old, 1, directory.UserChange{FirstName: given("Grace"), TypeCode: given("SUBS"), Email: given(before.Email)})
	must(t, err)
	_, err = w.UpdateProfile(t.Context(), own, directory.ProfileChange{LastName: given("Hopper"), Email: given(before.Email)})
	must(t, err)
	_, err = w.DeleteUser(t.Context(), own, 1) // of oneself
	must(t, err)
}
