package directory_test

import (
	"testing"
	"time"

	"muster/libs/errs"
	"muster/services/directory/internal/directory"
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
		ID: 1, UserID: 1, Kind: "INVI", Recipient: "Ada@Example.com", FirstName: ptr("Ada"), Code: "code00000001",
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
