package identity_test

import (
	"testing"

	"muster/libs/contracts/identityv1"
	"muster/libs/errs"
	"muster/services/identity/internal/credentials"
	"muster/services/identity/internal/identity"
)

func (h *house) invite(email string) identity.Invited {
	h.t.Helper()
	invited, err := h.Invite(h.t.Context(), identity.SessionOf{}, identity.Invitation{Email: email})
	h.ok(err)
	return invited
}

func (h *house) accept(email string) (identity.SignedIn, error) {
	h.t.Helper()
	return h.AcceptInvitation(h.t.Context(), identity.Acceptance{Email: email, Code: code, Password: chosen}, browser)
}

func TestAnInvitedUserSetsThePasswordAndIsIn(t *testing.T) {
	h := newHouse(t)
	first := "Ada"
	invited, err := h.Invite(t.Context(), identity.SessionOf{}, identity.Invitation{Email: " Ada@Example.com", Username: ptr("countess"), FirstName: &first, TypeCode: ptr("SUBS")})
	h.ok(err)
	h.same("invited", invited, identity.Invited{UserID: 1, Version: 1})
	state := h.lastState(1)
	h.same("registration", *state.Registration, identityv1.Registration{Username: "countess", FirstName: &first, TypeCode: "SUBS", Invited: true})
	h.same("state", []any{state.Email, state.LastLoginAt == nil, state.ActivityVersion}, []any{"Ada@Example.com", true, int64(1)})
	h.same("event", h.since(1)[0], identityv1.AccountEvent{Kind: identityv1.Registered, UserID: 1, Version: 1, At: second})
	for _, guess := range []string{chosen, " "} {
		_, err := h.login("ada@example.com", guess)
		h.wantErr(err, credentials.ErrInvalidCredentials)
	}
	_, err = h.Invite(t.Context(), identity.SessionOf{}, identity.Invitation{Email: "ADA@example.com"})
	h.wantErr(err, identity.ErrEmailExists)

	h.follow(user(1, 1, "Ada@Example.com"))
	h.directory.Mail("INVI", "ada@example.com", code, identity.Proof{UserID: 1, UserVersion: 2})
	in, err := h.accept("ada@example.com")
	h.ok(err)
	h.same("signed in", []any{in.UserID, in.Version, in.UserVersion}, []any{int64(1), int64(3), int64(2)})
	state = h.lastState(1)
	h.same("a sign-in", []any{*state.LastLoginAt, state.ActivityVersion}, []any{second, int64(3)})
	h.same("proved", h.account(1).EmailVerified, true)
	if !h.good(in) {
		t.Error("the access token is refused")
	}
	_, err = h.refresh(in.RefreshToken)
	h.ok(err)
	_, err = h.login("ada@example.com", chosen)
	h.ok(err)
	_, err = h.accept("ada@example.com")
	h.same("again", errs.From(err).Code, "NO_VERIFICATION_REQUEST")
}

func TestInvitationsThatAreRefused(t *testing.T) {
	h := newHouse(t)
	long := string(make([]byte, 200))
	_, err := h.Invite(t.Context(), identity.SessionOf{}, identity.Invitation{Email: "ada", Username: &long, FirstName: &long, LastName: &long, TypeCode: ptr("ROOT")})
	var fields []string
	for _, f := range errs.From(err).Fields {
		fields = append(fields, f.Field)
	}
	h.same("fields", fields, []string{"email", "username", "firstName", "lastName", "userTypeCode"})
	h.invite("ada@example.com")
	h.directory.Mail("INVI", "ada@example.com", code, identity.Proof{UserID: 1})
	n := h.published()
	for name, c := range map[string]struct {
		in     identity.Acceptance
		fields []string
	}{
		"nothing":           {identity.Acceptance{}, []string{"email", "code", "password"}},
		"a common password": {identity.Acceptance{Email: "ada@example.com", Code: code, Password: "password1"}, []string{"password"}},
		"the address":       {identity.Acceptance{Email: "ada@example.com", Code: code, Password: "ada@example.com"}, []string{"password"}},
	} {
		_, err := h.AcceptInvitation(t.Context(), c.in, browser)
		fields = nil
		for _, f := range errs.From(err).Fields {
			fields = append(fields, f.Field)
		}
		h.same(name, fields, c.fields)
	}
	_, err = h.reset("ada@example.com") // the code is of another type
	h.same("a reset", errs.From(err).Code, "NO_VERIFICATION_REQUEST")
	h.same("published", h.published(), n)
	_, err = h.accept("ada@example.com")
	h.ok(err)
}

// TestALegacyUserIsInvited: until the invitation is accepted, the imported password takes the account over.
func TestALegacyUserIsInvited(t *testing.T) {
	h := newHouse(t)
	h.imports(identity.LegacyUser{ID: 7, Email: "ada@example.com", CreatedAt: created, PasswordHash: ptr(h.passwords.Foreign("imported password"))})
	h.invite("ada@example.com")
	h.same("legacy accounts", len(h.store.Legacy()), 1)
	h.directory.Mail("INVI", "ada@example.com", code, identity.Proof{UserID: 1, UserVersion: 2})
	_, err := h.accept("ada@example.com")
	h.ok(err)
	h.same("legacy accounts", len(h.store.Legacy()), 0)
	h.refused("ada@example.com", "imported password")
}
