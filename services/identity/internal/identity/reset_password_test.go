package identity_test

import (
	"sync"
	"testing"

	"muster/libs/contracts"
	"muster/libs/contracts/identityv1"
	"muster/libs/errs"
	"muster/services/identity/internal/credentials"
	"muster/services/identity/internal/identity"
)

const (
	chosen = "another battery staple"
	code   = "abc123def456"
)

func (h *house) reset(email string) (identity.PasswordReset, error) {
	h.t.Helper()
	return h.ResetPassword(h.t.Context(), identity.Reset{Email: email, Code: code, NewPassword: chosen}, browser)
}

func (h *house) refused(email, password string) {
	h.t.Helper()
	_, err := h.login(email, password)
	h.wantErr(err, credentials.ErrInvalidCredentials)
}

func TestAResetSetsThePasswordAndEndsAllSessions(t *testing.T) {
	h := newHouse(t)
	in := h.register("ada@example.com")
	h.follow(verified(user(1, 1, "ada@example.com")))
	other, err := h.login("ada@example.com", password)
	h.ok(err)
	h.directory.Mail("RPWR", "ada@example.com", code, identity.Proof{UserID: 1})
	before := h.account(1)
	n := h.published()
	got, err := h.reset(" ADA@example.com")
	h.ok(err)
	h.same("result", got, identity.PasswordReset{UserID: 1, Version: before.Version + 1})
	h.same("published", h.since(n)[1:], []contracts.Payload{
		identityv1.AccountEvent{Kind: identityv1.PasswordChanged, UserID: 1, Version: before.Version + 1, At: second},
	})
	for _, session := range []identity.SignedIn{in, other} {
		if h.good(session) {
			t.Error("an access token is still good")
		}
		_, err := h.refresh(session.RefreshToken)
		h.wantErr(err, identity.ErrRefreshInvalid)
	}
	h.refused("ada@example.com", password)
	again, err := h.login("ada@example.com", chosen)
	h.ok(err)
	if !h.good(again) {
		t.Error("the new session is refused")
	}
	_, err = h.reset("ada@example.com")
	h.same("the code again", errs.From(err).Code, "NO_VERIFICATION_REQUEST")
}

// TestAResetProvesTheAddress: until directory's record arrives, nobody takes the account over with an imported password.
func TestAResetProvesTheAddress(t *testing.T) {
	h := newHouse(t)
	h.register("ada@example.com")
	h.imports(identity.LegacyUser{ID: 7, Email: "ada@example.com", CreatedAt: created, PasswordHash: ptr(h.passwords.Foreign("imported password"))})
	h.directory.Mail("RPWR", "ada@example.com", code, identity.Proof{UserID: 1, UserVersion: 2})
	got, err := h.reset("ada@example.com")
	h.ok(err)
	h.same("directory's version", got.UserVersion, int64(2))
	h.same("proved", h.account(1).EmailVerified, true)
	h.same("legacy accounts", len(h.store.Legacy()), 0)
	h.refused("ada@example.com", "imported password")
	_, err = h.login("ada@example.com", chosen)
	h.ok(err)
}

func TestAResetMakesTheAccountOfALegacyUser(t *testing.T) {
	for name, imported := range map[string]bool{"with an imported password": true, "without": false} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			first := "Ada"
			if imported {
				h.imports(identity.LegacyUser{ID: 7, Email: "ada@example.com", CreatedAt: created, PasswordHash: ptr(h.passwords.Foreign("imported password"))})
			}
			h.directory.Mail("RPWR", "ada@example.com", code, identity.Proof{Legacy: &identity.LegacyAccount{
				ID: 7, Email: "Ada@Example.com", Username: "countess", FirstName: &first, CreatedAt: created,
			}})
			n := h.published()
			got, err := h.reset("ada@example.com")
			h.ok(err)
			h.same("result", got, identity.PasswordReset{UserID: 1, Version: 1})
			state := h.lastState(1)
			h.same("registration", *state.Registration, identityv1.Registration{Username: "countess", FirstName: &first, TypeCode: "NONS", EmailVerified: true})
			h.same("legacy", *state.Legacy, identityv1.Legacy{UserID: 7, EmailVerified: true})
			h.same("made", []any{state.Email, state.CreatedAt, state.ActivityVersion}, []any{"Ada@Example.com", created, int64(1)})
			h.same("event", h.since(n)[1], identityv1.AccountEvent{Kind: identityv1.Registered, UserID: 1, Version: 1, At: second})
			h.same("legacy accounts", len(h.store.Legacy()), 0)
			h.refused("ada@example.com", "imported password")
			_, err = h.login("ada@example.com", chosen)
			h.ok(err)
		})
	}
}

func TestALegacyUserWithoutACreationTimeIsCreatedNow(t *testing.T) {
	h := newHouse(t)
	h.directory.Mail("RPWR", "ada@example.com", code, identity.Proof{Legacy: &identity.LegacyAccount{ID: 7, Email: "ada@example.com", Username: "ada"}})
	_, err := h.reset("ada@example.com")
	h.ok(err)
	h.same("created", h.account(1).CreatedAt, second)
}

// TestAResetOfALegacyUserMeetsARegistration that directory did not know yet: the account belongs to whoever proved the
// address.
func TestAResetOfALegacyUserMeetsARegistration(t *testing.T) {
	h := newHouse(t)
	stranger := h.register("ada@example.com")
	h.directory.Mail("RPWR", "ada@example.com", code, identity.Proof{Legacy: &identity.LegacyAccount{ID: 7, Email: "ada@example.com", Username: "ada"}})
	got, err := h.reset("ada@example.com")
	h.ok(err)
	h.same("result", got, identity.PasswordReset{UserID: 1, Version: 2})
	state := h.lastState(1)
	h.same("legacy", *state.Legacy, identityv1.Legacy{UserID: 7, EmailVerified: true})
	h.same("directory acts on it", state.ActivityVersion, int64(2))
	if h.good(stranger) {
		t.Error("the stranger is still in")
	}
	h.refused("ada@example.com", password)
	_, err = h.login("ada@example.com", chosen)
	h.ok(err)
}

func TestResetsThatAreRefusedChangeNothing(t *testing.T) {
	h := newHouse(t)
	in := h.register("ada@example.com")
	h.directory.Mail("RPWR", "ada@example.com", code, identity.Proof{UserID: 1})
	n := h.published()
	for name, c := range map[string]struct {
		in     identity.Reset
		fields []string
	}{
		"nothing":    {identity.Reset{}, []string{"email", "code", "newPassword"}},
		"blank code": {identity.Reset{Email: "ada@example.com", Code: " ", NewPassword: chosen}, []string{"code"}},
		"long code":  {identity.Reset{Email: "ada@example.com", Code: string(make([]byte, 101)), NewPassword: chosen}, []string{"code"}},
		"short":      {identity.Reset{Email: "ada@example.com", Code: code, NewPassword: "short"}, []string{"newPassword"}},
		"no address": {identity.Reset{Email: "ada", Code: code, NewPassword: chosen}, []string{"email"}},
	} {
		_, err := h.ResetPassword(t.Context(), c.in, browser)
		var fields []string
		for _, f := range errs.From(err).Fields {
			fields = append(fields, f.Field)
		}
		h.same(name, fields, c.fields)
	}
	_, err := h.ResetPassword(t.Context(), identity.Reset{Email: "ada@example.com", Code: "wrong", NewPassword: chosen}, browser)
	h.same("a wrong code", []any{errs.From(err).Code, errs.From(err).Detail["attemptsRemaining"]}, []any{"INVALID_CODE", 4})
	h.directory.Leave(true)
	_, err = h.reset("ada@example.com")
	h.same("without directory", errs.KindOf(err), errs.KindUnavailable)
	h.same("published", h.published(), n)
	if !h.good(in) {
		t.Error("the session ended")
	}
	h.directory.Leave(false)
	_, err = h.reset("ada@example.com") // the code is still good
	h.ok(err)
}

// TestConcurrentResetsAndRegistrations of one address: the owner of the address has the account.
func TestConcurrentResetsAndRegistrations(t *testing.T) {
	for range 20 {
		h := newHouse(t)
		h.directory.Mail("RPWR", "ada@example.com", code, identity.Proof{Legacy: &identity.LegacyAccount{ID: 7, Email: "ada@example.com", Username: "ada"}})
		var wg sync.WaitGroup
		wg.Go(func() {
			if _, err := h.reset("ada@example.com"); err != nil {
				t.Errorf("reset: %v", err)
			}
		})
		wg.Go(func() {
			_, _ = h.Register(t.Context(), identity.Application{Email: "ada@example.com", Password: password}, browser)
		})
		wg.Wait()
		h.refused("ada@example.com", password)
		_, err := h.login("ada@example.com", chosen)
		h.ok(err)
	}
}
