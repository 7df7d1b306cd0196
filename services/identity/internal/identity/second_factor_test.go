package identity_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"muster/libs/contracts/identityv1"
	"muster/libs/errs"
	"muster/libs/limits"
	"muster/services/identity/internal/identity"
)

// step is the code of the fake for a moment from now.
func (h *house) step(from time.Duration) string {
	return strconv.FormatInt(h.clock.Now().Add(from).Unix()/30, 10)
}

func own(in identity.SignedIn) identity.SessionOf {
	return identity.SessionOf{UserID: in.UserID, SessionID: in.SessionID}
}

// protected is a verified user with an authenticator app, and the recovery codes.
func (h *house) protected(email string) (in identity.SignedIn, factor string, codes []string) {
	h.t.Helper()
	in = h.register(email)
	h.follow(verified(user(in.UserID, 1, email)))
	e, err := h.EnrolTOTP(h.t.Context(), own(in), nil)
	h.ok(err)
	confirmed, err := h.ConfirmTOTP(h.t.Context(), own(in), e.ID, h.step(0), browser)
	h.ok(err)
	h.clock.Advance(30 * time.Second) // so that the code of now is another one
	return in, e.ID, confirmed.RecoveryCodes
}

// pending signs in with the password alone.
func (h *house) pending(email string) *identity.Pending {
	h.t.Helper()
	in, err := h.login(email, password)
	h.ok(err)
	if in.Pending == nil || in.AccessToken != "" || in.RefreshToken != "" || in.UserID != 0 {
		h.t.Fatalf("not pending: %+v", in)
	}
	return in.Pending
}

func (h *house) verify(p *identity.Pending, method, code string) (identity.SignedIn, error) {
	h.t.Helper()
	return h.VerifyFactor(h.t.Context(), identity.SecondFactor{Token: p.Token, Method: method, Code: code}, browser)
}

// TestASecondFactorIsAskedFor after the password, and its code signs in once.
func TestASecondFactorIsAskedFor(t *testing.T) {
	h := newHouse(t)
	_, _, codes := h.protected("ada@example.com")
	h.same("recovery codes", len(codes), 10)
	n := h.published()
	p := h.pending("ada@example.com")
	h.same("methods", p.Methods, []string{"totp", "recovery"})
	h.same("published by the password", h.since(n), h.since(n)[:0])
	code := h.step(0)
	in, err := h.verify(p, "totp", " "+code[:3]+"-"+code[3:])
	h.ok(err)
	h.same("signed in", []any{in.UserID, in.Version, h.good(in)}, []any{int64(1), h.lastState(1).Version, true})
	h.same("last sign-in", h.account(1).LastLoginAt.Equal(h.clock.Now().Truncate(time.Second)), true)
	_, err = h.verify(p, "totp", h.step(30*time.Second))
	h.wantErr(err, identity.ErrFactorInvalid) // the token is used up
	_, err = h.verify(h.pending("ada@example.com"), "totp", code)
	h.wantErr(err, identity.ErrFactorInvalid) // the code is used up
	_, err = h.verify(h.pending("ada@example.com"), "totp", h.step(-30*time.Second))
	h.wantErr(err, identity.ErrFactorInvalid) // so are older ones
	_, err = h.verify(h.pending("ada@example.com"), "totp", h.step(30*time.Second))
	h.ok(err)
}

// TestARecoveryCodeWorksOnce, in any case and with any white space.
func TestARecoveryCodeWorksOnce(t *testing.T) {
	h := newHouse(t)
	_, _, codes := h.protected("ada@example.com")
	_, err := h.verify(h.pending("ada@example.com"), "recovery", strings.ToUpper(strings.ReplaceAll(codes[3], "-", " ")))
	h.ok(err)
	_, err = h.verify(h.pending("ada@example.com"), "recovery", codes[3])
	h.wantErr(err, identity.ErrFactorInvalid)
	_, left, err := h.OwnFactors(t.Context(), 1)
	h.ok(err)
	h.same("left", left, 9)
	in, err := h.verify(h.pending("ada@example.com"), "recovery", codes[4])
	h.ok(err)
	renewed, err := h.RenewRecoveryCodes(t.Context(), own(in))
	h.ok(err)
	h.same("renewed", []any{len(renewed), slices.Contains(renewed, codes[5])}, []any{10, false})
	_, err = h.verify(h.pending("ada@example.com"), "recovery", codes[5])
	h.wantErr(err, identity.ErrFactorInvalid)
}

// TestWhatEndsAChallenge: time, five wrong codes, another password.
func TestWhatEndsAChallenge(t *testing.T) {
	for name, end := range map[string]func(*house, identity.SignedIn, *identity.Pending){
		"time": func(h *house, _ identity.SignedIn, _ *identity.Pending) { h.clock.Advance(5*time.Minute + time.Second) },
		"five wrong codes": func(h *house, _ identity.SignedIn, p *identity.Pending) {
			for n := range 5 {
				client := browser
				client.Network = "198.51.100." + strconv.Itoa(n) // no limit by network is in the way
				_, err := h.VerifyFactor(h.t.Context(), identity.SecondFactor{Token: p.Token, Method: "totp", Code: "0"}, client)
				h.wantErr(err, identity.ErrFactorInvalid)
			}
		},
		"another password": func(h *house, in identity.SignedIn, _ *identity.Pending) {
			_, err := h.change(in, password, chosen)
			h.ok(err)
		},
		"the user is deleted": func(h *house, in identity.SignedIn, _ *identity.Pending) { h.follow(gone(in.UserID, 9)) },
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			in, _, _ := h.protected("ada@example.com")
			p := h.pending("ada@example.com")
			end(h, in, p)
			_, err := h.verify(p, "totp", h.step(0))
			if errs.From(err).Code != "MFA_INVALID" {
				t.Errorf("%v", err)
			}
		})
	}
}

// TestWrongCodesAreLimited by account and network: a stranger with the password does not shut the owner out.
func TestWrongCodesAreLimited(t *testing.T) {
	h := newHouse(t)
	h.protected("ada@example.com")
	for range rules.Guessing.MaxAccountFailures {
		_, err := h.verify(h.pending("ada@example.com"), "totp", "0")
		h.wantErr(err, identity.ErrFactorInvalid)
	}
	p := h.pending("ada@example.com")
	_, err := h.verify(p, "totp", h.step(0))
	h.wantErr(err, limits.ErrUsedUp)
	elsewhere := identity.Client{IP: "198.51.100.7", Network: "198.51.100.7"}
	_, err = h.VerifyFactor(t.Context(), identity.SecondFactor{Token: p.Token, Method: "totp", Code: h.step(0)}, elsewhere)
	h.ok(err)
}

// TestStepUp: factors and the password change only shortly after a sign-in.
func TestStepUp(t *testing.T) {
	h := newHouse(t)
	in, factor, _ := h.protected("ada@example.com")
	h.clock.Advance(10 * time.Minute)
	for name, act := range map[string]func() error{
		"enrol":    func() error { _, err := h.EnrolTOTP(t.Context(), own(in), nil); return err },
		"remove":   func() error { _, err := h.RemoveFactor(t.Context(), own(in), factor); return err },
		"renew":    func() error { _, err := h.RenewRecoveryCodes(t.Context(), own(in)); return err },
		"password": func() error { _, err := h.change(in, password, chosen); return err },
		"link": func() error {
			return h.LinkProvider(t.Context(), own(in), identity.Google, identity.Evidence{}, browser)
		},
		"an administrator": func() error {
			_, err := h.Invite(t.Context(), own(in), identity.Invitation{Email: "grace@example.com", TypeCode: ptr("ADMI")})
			return err
		},
	} {
		if err := act(); errs.From(err).Code != "STEP_UP_REQUIRED" {
			t.Errorf("%s: %v", name, err)
		}
	}
	fresh, err := h.verify(h.pending("ada@example.com"), "totp", h.step(0))
	h.ok(err)
	n := h.published()
	version, err := h.RemoveFactor(t.Context(), own(fresh), factor)
	h.ok(err)
	h.same("published", h.since(n)[1], identityv1.AccountEvent{
		Kind: identityv1.FactorRemoved, UserID: 1, Version: version, At: h.clock.Now().Truncate(time.Second), SessionID: fresh.SessionID,
	})
	_, left, err := h.OwnFactors(t.Context(), 1)
	h.ok(err)
	h.same("recovery codes without a factor", left, 0)
	again, err := h.login("ada@example.com", password)
	h.ok(err)
	h.same("the password is enough again", again.Pending == nil && h.good(again), true)
	_, err = h.Invite(t.Context(), own(again), identity.Invitation{Email: "grace@example.com", TypeCode: ptr("ADMI")})
	h.ok(err)
}

// TestWhoMayEnrol: an unverified user could lock out the owner of the address, and nothing counts before it is confirmed.
func TestWhoMayEnrol(t *testing.T) {
	h := newHouse(t)
	in := h.register("ada@example.com")
	_, err := h.EnrolTOTP(t.Context(), own(in), nil)
	h.wantErr(err, identity.ErrEmailNotVerified)
	h.follow(verified(user(1, 1, "ada@example.com")))
	_, err = h.EnrolTOTP(t.Context(), own(in), ptr(strings.Repeat("x", 101)))
	h.same("a long name", errs.From(err).Code, "VALIDATION_FAILED")
	first, err := h.EnrolTOTP(t.Context(), own(in), nil)
	h.ok(err)
	second, err := h.EnrolTOTP(t.Context(), own(in), ptr("Phone"))
	h.ok(err)
	_, err = h.ConfirmTOTP(t.Context(), own(in), first.ID, h.step(0), browser)
	h.wantErr(err, identity.ErrFactorNotFound)
	_, err = h.ConfirmTOTP(t.Context(), own(in), second.ID, "0", browser)
	h.wantErr(err, identity.ErrFactorInvalid)
	still, err := h.login("ada@example.com", password)
	h.ok(err)
	h.same("unconfirmed", still.Pending == nil, true)
	_, err = h.ConfirmTOTP(t.Context(), own(in), second.ID, h.step(0), browser)
	h.ok(err)
	_, err = h.RenameFactor(t.Context(), own(in), second.ID, ptr("Tablet"))
	h.ok(err)
	_, err = h.RenameFactor(t.Context(), own(in), "f-0", ptr("Tablet"))
	h.wantErr(err, identity.ErrFactorNotFound)
	factors, left, err := h.OwnFactors(t.Context(), 1)
	h.ok(err)
	h.same("factors", []any{len(factors), factors[0].Name, left}, []any{1, "Tablet", 10})
}
