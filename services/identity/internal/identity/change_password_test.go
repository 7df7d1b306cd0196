package identity_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"muster/libs/contracts"
	"muster/libs/contracts/identityv1"
	"muster/libs/errs"
	"muster/libs/limits"
	"muster/services/identity/internal/credentials"
	"muster/services/identity/internal/identity"
)

func (h *house) change(in identity.SignedIn, current, next string) (int64, error) {
	h.t.Helper()
	return h.ChangePassword(h.t.Context(), identity.OwnPassword{UserID: in.UserID, SessionID: in.SessionID, Current: current, New: next}, browser)
}

func TestAChangeEndsTheOtherSessions(t *testing.T) {
	h := newHouse(t)
	in := h.register("ada@example.com")
	other, err := h.login("ada@example.com", password)
	h.ok(err)
	n := h.published()
	version, err := h.change(in, password, chosen)
	h.ok(err)
	h.same("version", version, int64(3))
	h.same("published", h.since(n), []contracts.Payload{
		h.lastState(1), identityv1.AccountEvent{Kind: identityv1.PasswordChanged, UserID: 1, Version: 3, At: second, SessionID: in.SessionID},
	})
	ended := []identityv1.EndedSession{{ID: other.SessionID, Until: second.Add(rules.AccessTokenLife + 10e9)}}
	h.same("ended", h.lastState(1).EndedSessions, ended)
	h.same("good", []bool{h.good(in), h.good(other)}, []bool{true, false})
	_, err = h.refresh(other.RefreshToken)
	h.wantErr(err, identity.ErrRefreshInvalid)
	_, err = h.refresh(in.RefreshToken)
	h.ok(err)
	h.refused("ada@example.com", password)
	_, err = h.login("ada@example.com", chosen)
	h.ok(err)
}

func TestAWrongCurrentPasswordCountsAsAFailedSignIn(t *testing.T) {
	h := newHouse(t)
	in := h.register("ada@example.com")
	for range 3 {
		_, err := h.change(in, "wrong", chosen)
		h.wantErr(err, identity.ErrWrongPassword)
	}
	_, err := h.change(in, password, chosen)
	h.wantErr(err, limits.ErrUsedUp)
	_, err = h.login("ada@example.com", password)
	h.wantErr(err, limits.ErrUsedUp)
	_, err = h.Login(t.Context(), "ada@example.com", password, identity.Client{Network: "198.51.100.1"}) // the owner elsewhere
	h.ok(err)
	h.clock.Advance(rules.Guessing.FailureWindow)
	in, err = h.login("ada@example.com", password) // a password changes only shortly after a sign-in
	h.ok(err)
	_, err = h.change(in, password, chosen)
	h.ok(err)
}

func TestChangesThatAreRefused(t *testing.T) {
	h := newHouse(t)
	in := h.register("lovelace@example.com")
	for name, c := range map[string]struct {
		current, next string
		fields        []string
	}{
		"nothing":             {"", "", []string{"currentPassword", "newPassword"}},
		"a short one":         {password, "1234567", []string{"newPassword"}},
		"a common one":        {password, "Baseball", []string{"newPassword"}},
		"the own local part":  {password, "LOVELACE", []string{"newPassword"}},
		"and a wrong current": {"wrong", "LOVELACE", []string{"newPassword"}},
	} {
		_, err := h.change(in, c.current, c.next)
		var fields []string
		for _, f := range errs.From(err).Fields {
			fields = append(fields, f.Field)
		}
		h.same(name, fields, c.fields)
	}
	h.same("version", h.account(1).Version, int64(1))
}

// TestAnAccountWithoutAPassword cannot change it, because nobody can know the current one.
func TestAnAccountWithoutAPassword(t *testing.T) {
	h := newHouse(t)
	id := h.imports(identity.LegacyUser{ID: 7, Email: "grace@example.com", CreatedAt: created, Activate: true})[0].UserID
	h.ok(h.store.Tx(t.Context(), func(ctx context.Context, tx identity.Tx) error {
		session := identity.Session{ID: "s", UserID: id, CreatedAt: second, LastUsedAt: second, ExpiresAt: second.Add(time.Hour)}
		return tx.OpenSession(ctx, session, identity.RefreshToken{Hash: []byte("t"), SessionID: "s", IssuedAt: second, ExpiresAt: session.ExpiresAt})
	}))
	_, err := h.change(identity.SignedIn{UserID: id, SessionID: "s"}, "", chosen)
	h.same("empty", errs.From(err).Code, "VALIDATION_FAILED")
	_, err = h.change(identity.SignedIn{UserID: id, SessionID: "s"}, "anything", chosen)
	h.wantErr(err, identity.ErrWrongPassword)
	h.wantErr(err, credentials.ErrInvalidCredentials) // the same code
}

// TestASignInThatReplacesTheHash while the current password is checked is no reason to refuse the change.
func TestASignInThatReplacesTheHash(t *testing.T) {
	h := newHouse(t)
	in := h.register("ada@example.com")
	var once sync.Once
	h.passwords.OnVerify = func() {
		once.Do(func() { h.set(in.UserID, password, credentials.Bcrypt) })
	}
	_, err := h.change(in, password, chosen)
	h.ok(err)
	_, err = h.login("ada@example.com", chosen)
	h.ok(err)
}

// TestTheRulesOfPasswordsHoldAtEveryDoor.
func TestTheRulesOfPasswordsHoldAtEveryDoor(t *testing.T) {
	h := newHouse(t)
	h.directory.Mail("RPWR", "lovelace@example.com", code, identity.Proof{UserID: 1})
	for _, bad := range []string{"1234567", "password1", "lovelace", "LOVELACE@example.com"} {
		_, err := h.Register(t.Context(), identity.Application{Email: "lovelace@example.com", Password: bad}, browser)
		h.same("register with "+bad, errs.From(err).Fields[0].Field, "password")
		_, err = h.ResetPassword(t.Context(), identity.Reset{Email: "lovelace@example.com", Code: code, NewPassword: bad}, browser)
		h.same("reset to "+bad, errs.From(err).Fields[0].Field, "newPassword")
		if _, err := h.EnsureAdministrator(t.Context(), "lovelace@example.com", bad); err == nil {
			t.Errorf("an administrator with %s", bad)
		}
	}
}
