package directory_test

import (
	"testing"
	"time"

	"muster/libs/errs"
	"muster/services/directory/internal/directory"
	"muster/services/directory/internal/directory/directorytest"
)

// invite makes the user of an account that an administrator has made.
func (w *world) invite(t *testing.T, id int64, email, typeCode string) directory.User {
	t.Helper()
	a := account(id, email)
	a.LastLoginAt = nil
	a.Registration.Invited, a.Registration.TypeCode = true, typeCode
	must(t, w.FollowAccount(t.Context(), a))
	return w.store.User(id)
}

func (w *world) accept(t *testing.T, email, code string) (directory.Proof, error) {
	t.Helper()
	return w.ProveAddress(t.Context(), directory.Redemption{TypeCode: "INVI", Email: email, Code: code, Network: home})
}

func TestAnInvitedUserIsMailedAnInvitation(t *testing.T) {
	w := newWorld(t)
	u := w.invite(t, 1, "Ada@Example.com", "SUBS")
	equal(t, u.TypeCode, "SUBS")
	equal(t, u.VerifiedAt, nil)
	deliverAll(t, w)
	second := w.clock.Second()
	equal(t, w.mailer.Sent(), []directory.Mail{{
		ID: 1, UserID: 1, Kind: "INVI", Recipient: "Ada@Example.com", Code: "code00000001",
		CodeExpiresAt: second.Add(7 * 24 * time.Hour), QueuedAt: second, Attempts: 1,
	}})
	_, registration := w.store.Request(1, "REGR")
	equal(t, registration, false)

	_, err := w.prove(t, "ada@example.com", "code00000001") // a code of another type
	wantError(t, err, directory.ErrNoVerification)
	_, err = w.accept(t, "ada@example.com", "wrong")
	equal(t, errs.From(err).Code, "INVALID_CODE")
	proof, err := w.accept(t, "ada@example.com", "code00000001")
	must(t, err)
	equal(t, proof, directory.Proof{UserID: 1, Version: 2})
	verifiedAt := w.clock.Second()
	equal(t, w.store.User(1).VerifiedAt, &verifiedAt)
	equal(t, w.store.User(1).SessionsEnd, directory.SessionsEnd{}) // the session that identity opens stays
	_, err = w.accept(t, "ada@example.com", "code00000001")
	wantError(t, err, directory.ErrNoVerification)
}

// TestAnInvitationIsSentAgain with the open code, or, once renewed, with a new one.
func TestAnInvitationIsSentAgain(t *testing.T) {
	w := newWorld(t)
	w.invite(t, 1, "ada@example.com", "NONS")
	deliverAll(t, w)
	must(t, w.ResendCodes(t.Context(), boss, []string{"ada@example.com"}))
	equal(t, w.newest(t).Code, "code00000001")
	must(t, renew(t, w, boss, directory.CodeOrder{UserID: 1, TypeCode: "INVI"}))
	must(t, w.ResendCodes(t.Context(), boss, []string{"ada@example.com"}))
	letter := w.newest(t)
	equal(t, []string{string(letter.Kind), letter.Code}, []string{"INVI", "code00000002"})
	_, err := w.accept(t, "ada@example.com", "code00000001")
	equal(t, errs.From(err).Code, "INVALID_CODE")
	wantError(t, renew(t, w, self(1), directory.CodeOrder{UserID: 1, TypeCode: "INVI"}), directory.ErrAdminOnly)
	w.clock.Move(7*24*time.Hour + time.Second)
	_, err = w.accept(t, "ada@example.com", "code00000002")
	wantError(t, err, directory.ErrNoVerification)
}

// TestAnInvitedUserMovesBeforeAccepting: the invitation goes to the new address.
func TestAnInvitedUserMovesBeforeAccepting(t *testing.T) {
	w := newWorld(t)
	w.invite(t, 1, "ada@example.com", "NONS")
	deliverAll(t, w)
	_, err := w.UpdateUser(t.Context(), boss, 1, directory.UserChange{Email: given("new@example.com")})
	must(t, err)
	deliverAll(t, w)
	letter := w.newest(t)
	equal(t, []string{string(letter.Kind), letter.Recipient}, []string{"INVI", "new@example.com"})
	_, err = w.accept(t, "ada@example.com", "code00000001")
	wantError(t, err, directory.ErrNoVerification)
	_, err = w.accept(t, "new@example.com", letter.Code)
	must(t, err)
}

// TestAResetClosesTheInvitation, so that the older letter sets no password any more.
func TestAResetClosesTheInvitation(t *testing.T) {
	w := newWorld(t)
	w.invite(t, 1, "ada@example.com", "NONS")
	deliverAll(t, w)
	code := w.forget(t, "ada@example.com")[0].Code
	_, err := w.prove(t, "ada@example.com", code)
	must(t, err)
	_, err = w.accept(t, "ada@example.com", "code00000001")
	wantError(t, err, directory.ErrNoVerification)
}

// TestAnInvitedAdministratorCountsOnceSignedIn: until then, nobody may rely on the invitation being accepted.
func TestAnInvitedAdministratorCountsOnceSignedIn(t *testing.T) {
	w := newWorld(t)
	last := directorytest.SampleAdmin(1)
	last.Invited = false
	w.store.Put(last)
	w.invite(t, 2, "ada@example.com", "ADMI")
	deliverAll(t, w)
	demote, deactivate := directory.UserChange{TypeCode: given("NONS")}, directory.UserChange{IsActive: given(false)}
	leave := map[string]func() error{
		"demote":     func() error { _, err := w.UpdateUser(t.Context(), boss, 1, demote); return err },
		"deactivate": func() error { _, err := w.UpdateUser(t.Context(), boss, 1, deactivate); return err },
		"delete":     func() error { _, err := w.DeleteUser(t.Context(), boss, 1); return err },
	}
	refused := func(when string) {
		t.Helper()
		for name, act := range leave {
			if err := act(); errs.From(err).Code != "LAST_ADMIN" {
				t.Errorf("%s, %s: %v", when, name, err)
			}
		}
	}
	refused("invited")
	_, err := w.accept(t, "ada@example.com", "code00000001")
	must(t, err)
	refused("the code is redeemed, but identity may fail to set the password")

	w.signsIn(t, 2, "ada@example.com", 2)
	must(t, leave["demote"]())
	_, err = w.DeleteUser(t.Context(), boss, 2)
	equal(t, errs.From(err).Code, "LAST_ADMIN")
}

// TestAnInvitedAdministratorCanBeTakenBack, although only one other administrator is there.
func TestAnInvitedAdministratorCanBeTakenBack(t *testing.T) {
	w := newWorld(t)
	w.store.Put(directorytest.SampleAdmin(1))
	w.invite(t, 2, "ada@example.com", "ADMI")
	_, err := w.UpdateUser(t.Context(), boss, 2, directory.UserChange{TypeCode: given("NONS")})
	must(t, err)
	w.invite(t, 3, "bob@example.com", "ADMI")
	_, err = w.DeleteUser(t.Context(), boss, 3)
	must(t, err)
}

// signsIn follows the account of a user who has signed in.
func (w *world) signsIn(t *testing.T, id int64, email string, version int64) {
	t.Helper()
	a := account(id, email)
	a.Registration, a.Version, a.ActivityVersion = nil, version, version
	must(t, w.FollowAccount(t.Context(), a))
}
