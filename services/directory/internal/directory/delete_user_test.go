package directory_test

import (
	"testing"

	"muster/libs/contracts/directoryv1"
	"muster/services/directory/internal/directory"
	"muster/services/directory/internal/directory/directorytest"
)

func TestDeletingLeavesATombstone(t *testing.T) {
	w := newWorld(t)
	u := w.register(t, 1, "ada@example.com")
	since := len(w.store.Published())
	gone, err := w.DeleteUser(t.Context(), directory.Actor{UserID: 1}, 1)
	must(t, err)
	equal(t, gone, directory.User{ID: 1, Deleted: true, Version: 2, AccessVersion: 2, AccountVersion: u.AccountVersion})
	equal(t, w.store.User(1), gone)
	equal(t, w.published(since), []string{"directory.user.v1 1 2", "directory.user.deleted.v1 1 2"})
	equal(t, w.store.Published()[since].(directoryv1.User), gone.Record())
	_, open := w.store.Request(1, directory.RequestRegistration)
	equal(t, open, false)
	deliverAll(t, w)
	equal(t, len(w.mailer.Sent()), 0)

	_, err = w.DeleteUser(t.Context(), directory.Actor{UserID: 9, Admin: true, Fresh: true}, 1)
	wantError(t, err, directory.ErrUserNotFound)
	w.register(t, 2, "ADA@example.com") // the address is free
	equal(t, w.store.User(2).Deleted, false)
}

func TestWhoMayDeleteWhom(t *testing.T) {
	w := newWorld(t)
	w.store.Put(directorytest.SampleUser(1), directorytest.SampleUser(2))
	_, err := w.DeleteUser(t.Context(), directory.Actor{UserID: 1}, 2)
	wantError(t, err, directory.ErrAdminOnly)
	_, err = w.DeleteUser(t.Context(), directory.Actor{UserID: 1}, 99) // nothing is said of who exists
	wantError(t, err, directory.ErrAdminOnly)
	_, err = w.DeleteUser(t.Context(), directory.Actor{UserID: 1, Admin: true, Fresh: true}, 2)
	must(t, err)
}

func TestDeletingTakesAllRequestsAndMailAlong(t *testing.T) {
	w := newWorld(t)
	w.register(t, 1, "old@example.com")
	change := directory.ProfileChange{Email: given("new@example.com")}
	_, err := w.UpdateProfile(t.Context(), self(1), change)
	must(t, err)
	_, err = w.ConfirmEmailChange(t.Context(), self(1), change, "000001")
	must(t, err)
	_, err = w.UpdateProfile(t.Context(), self(1), directory.ProfileChange{Email: given("newer@example.com")})
	must(t, err)
	must(t, renew(t, w, boss, directory.CodeOrder{UserID: 1, TypeCode: "REGR"}, directory.CodeOrder{UserID: 1, TypeCode: "RPWR"}))
	sent := len(w.mailer.Sent())

	_, err = w.DeleteUser(t.Context(), directory.Actor{UserID: 1}, 1)
	must(t, err)
	for _, code := range []string{"REGR", "RPWR", "EMUP"} {
		_, open := w.store.Request(1, code)
		equal(t, open, false)
	}
	deliverAll(t, w) // the notice to the old address as well
	equal(t, len(w.mailer.Sent()), sent)
}
