package identity_test

import (
	"testing"
	"time"

	"muster/libs/errs"
	"muster/libs/limits"
	"muster/services/identity/internal/identity"
	"muster/services/identity/internal/identity/identitytest"
)

// withPasskey is a verified user with a passkey, and the recovery codes.
func (h *house) withPasskey(email string) (in identity.SignedIn, device *identitytest.FakeDevice, codes []string) {
	h.t.Helper()
	in = h.register(email)
	h.follow(verified(user(in.UserID, 1, email)))
	device, codes = h.addPasskey(in)
	return in, device, codes
}

func (h *house) addPasskey(in identity.SignedIn) (*identitytest.FakeDevice, []string) {
	h.t.Helper()
	device := &identitytest.FakeDevice{}
	e, err := h.EnrolPasskey(h.t.Context(), own(in), nil)
	h.ok(err)
	confirmed, err := h.ConfirmPasskey(h.t.Context(), own(in), e.ID, device.Create(h.t, e.Options))
	h.ok(err)
	return device, confirmed.RecoveryCodes
}

// asked is a pending sign-in with the question for a passkey.
func (h *house) asked(email string) (p *identity.Pending, options []byte) {
	h.t.Helper()
	p = h.pending(email)
	options, err := h.AskForSecondFactor(h.t.Context(), p.Token, browser)
	h.ok(err)
	return p, options
}

func (h *house) prove(p *identity.Pending, answer []byte) (identity.SignedIn, error) {
	h.t.Helper()
	return h.VerifyFactor(h.t.Context(), identity.SecondFactor{Token: p.Token, Method: identity.MethodPasskey, Answer: answer}, browser)
}

// anyPasskey is the question of a sign-in without a password.
func (h *house) anyPasskey() []byte {
	h.t.Helper()
	options, err := h.AskForPasskey(h.t.Context(), browser)
	h.ok(err)
	return options
}

func (h *house) enter(answer []byte) (identity.SignedIn, error) {
	h.t.Helper()
	return h.LoginWithPasskey(h.t.Context(), answer, browser)
}

// lastResult is that of the latest entry of the audit trail.
func (h *house) lastResult() string {
	h.t.Helper()
	trail := h.store.Trail()
	return trail[len(trail)-1].Result
}

// TestAPasskeyIsASecondFactor: each question is answered once, and only the latest.
func TestAPasskeyIsASecondFactor(t *testing.T) {
	h := newHouse(t)
	_, device, codes := h.withPasskey("ada@example.com")
	h.same("recovery codes", len(codes), 10)
	p, old := h.asked("ada@example.com")
	h.same("methods", p.Methods, []string{"passkey", "recovery"})
	options, err := h.AskForSecondFactor(t.Context(), p.Token, browser)
	h.ok(err)
	_, err = h.prove(p, device.Use(t, old, 1, false))
	h.wantErr(err, identity.ErrFactorInvalid)
	_, err = h.prove(p, device.Use(t, options, 1, false))
	h.wantErr(err, identity.ErrFactorInvalid) // used up by the wrong answer
	options, err = h.AskForSecondFactor(t.Context(), p.Token, browser)
	h.ok(err)
	answer := device.Use(t, options, 1, false)
	in, err := h.prove(p, answer)
	h.ok(err)
	h.same("signed in", []any{in.UserID, h.good(in)}, []any{int64(1), true})
	_, err = h.prove(p, answer)
	h.wantErr(err, identity.ErrFactorInvalid)
	factors, _, err := h.OwnFactors(t.Context(), 1)
	h.ok(err)
	h.same("factor", []any{factors[0].Kind, factors[0].Name, factors[0].LastUsedAt.Equal(h.clock.Now().Truncate(time.Second)), factors[0].Credential.SignCount},
		[]any{"passkey", "Passkey", true, uint32(1)})
	_, err = h.VerifyFactor(t.Context(), identity.SecondFactor{Token: "x", Method: "passkey"}, browser)
	h.same("no answer", errs.From(err).Code, "VALIDATION_FAILED")
}

// TestTheQuestionForAPasskeyExpires after five minutes, as does the sign-in.
func TestTheQuestionForAPasskeyExpires(t *testing.T) {
	h := newHouse(t)
	_, device, _ := h.withPasskey("ada@example.com")
	options := h.anyPasskey()
	h.clock.Advance(5 * time.Minute)
	_, err := h.enter(device.Use(t, options, 1, true))
	h.wantErr(err, identity.ErrPasskeyInvalid)
	p := h.pending("ada@example.com")
	h.clock.Advance(5*time.Minute + time.Second)
	_, err = h.AskForSecondFactor(t.Context(), p.Token, browser)
	h.wantErr(err, identity.ErrFactorInvalid)
}

// TestAPasskeySignsInAlone if its authenticator has verified the user, and whatever other factors there are.
func TestAPasskeySignsInAlone(t *testing.T) {
	h := newHouse(t)
	first, device, _ := h.withPasskey("ada@example.com")
	options := h.anyPasskey()
	_, err := h.enter(device.Use(t, options, 1, false))
	h.wantErr(err, identity.ErrPasskeyInvalid)
	_, err = h.enter(device.Use(t, options, 1, true))
	h.wantErr(err, identity.ErrPasskeyInvalid) // used up
	n := h.published()
	answer := device.Use(t, h.anyPasskey(), 1, true)
	in, err := h.enter(answer)
	h.ok(err)
	h.same("signed in", []any{in.UserID, in.Pending == nil, h.good(in), in.Version, len(h.since(n))}, []any{int64(1), true, true, h.lastState(1).Version, 2})
	_, err = h.enter(answer)
	h.wantErr(err, identity.ErrPasskeyInvalid)
	h.same("recorded", h.lastResult(), "PASSKEY_INVALID")
	h.clock.Advance(time.Hour)
	fresh, err := h.enter(device.Use(t, h.anyPasskey(), 2, true))
	h.ok(err)
	_, err = h.EnrolPasskey(t.Context(), own(first), nil)
	h.wantErr(err, identity.ErrStepUpRequired)
	_, err = h.EnrolPasskey(t.Context(), own(fresh), nil)
	h.ok(err)
}

// TestQuestionsAreNotMixed: what answers one question answers no other, and nobody else's.
func TestQuestionsAreNotMixed(t *testing.T) {
	h := newHouse(t)
	_, adas, _ := h.withPasskey("ada@example.com")
	bob, bobs, _ := h.withPasskey("bob@example.com")
	p, options := h.asked("ada@example.com")
	_, err := h.prove(p, bobs.Use(t, options, 1, true))
	h.wantErr(err, identity.ErrFactorInvalid)
	_, options = h.asked("ada@example.com")
	_, err = h.enter(adas.Use(t, options, 1, true))
	h.wantErr(err, identity.ErrPasskeyInvalid)
	p, _ = h.asked("ada@example.com")
	_, err = h.prove(p, adas.Use(t, h.anyPasskey(), 1, true))
	h.wantErr(err, identity.ErrFactorInvalid)
	_, err = h.enter(new(identitytest.FakeDevice).Create(t, h.mustEnrol(bob).Options))
	h.wantErr(err, identity.ErrPasskeyInvalid)
	unknown := &identitytest.FakeDevice{}
	unknown.Create(t, h.mustEnrol(bob).Options)
	_, err = h.enter(unknown.Use(t, h.anyPasskey(), 1, true))
	h.wantErr(err, identity.ErrPasskeyInvalid)
}

func (h *house) mustEnrol(in identity.SignedIn) identity.PasskeyEnrolment {
	h.t.Helper()
	e, err := h.EnrolPasskey(h.t.Context(), own(in), nil)
	h.ok(err)
	return e
}

// TestACopiedPasskeyIsRefused, and recorded as that.
func TestACopiedPasskeyIsRefused(t *testing.T) {
	h := newHouse(t)
	_, device, _ := h.withPasskey("ada@example.com")
	_, err := h.enter(device.Use(t, h.anyPasskey(), 5, true))
	h.ok(err)
	for _, signs := range []uint32{5, 4, 0} {
		_, err := h.enter(device.Use(t, h.anyPasskey(), signs, true))
		h.wantErr(err, identity.ErrPasskeyInvalid)
		h.same("recorded", h.lastResult(), identity.ResultCloned)
	}
	p, options := h.asked("ada@example.com")
	_, err = h.prove(p, device.Use(t, options, 5, true))
	h.wantErr(err, identity.ErrFactorInvalid)
	h.same("recorded", h.lastResult(), identity.ResultCloned)
	_, err = h.enter(device.Use(t, h.anyPasskey(), 6, true))
	h.ok(err)

	_, uncounted, _ := h.withPasskey("bob@example.com")
	for range 2 {
		_, err = h.enter(uncounted.Use(t, h.anyPasskey(), 0, true))
		h.ok(err)
	}
}

// TestWhoMayEnrolAPasskey: as for authenticator apps; nobody finishes what another has begun, and nothing is finished twice.
func TestWhoMayEnrolAPasskey(t *testing.T) {
	h := newHouse(t)
	in := h.register("ada@example.com")
	_, err := h.EnrolPasskey(t.Context(), own(in), nil)
	h.wantErr(err, identity.ErrEmailNotVerified)
	h.follow(verified(user(1, 1, "ada@example.com")))
	bob := h.register("bob@example.com")
	h.follow(verified(user(2, 1, "bob@example.com")))
	confirm := func(by identity.SignedIn, e identity.PasskeyEnrolment, answer []byte) error {
		_, err := h.ConfirmPasskey(t.Context(), own(by), e.ID, answer)
		return err
	}
	device := &identitytest.FakeDevice{}

	forgotten, e := h.mustEnrol(in), h.mustEnrol(in)
	h.wantErr(confirm(in, forgotten, device.Create(t, forgotten.Options)), identity.ErrFactorNotFound)
	h.wantErr(confirm(bob, e, device.Create(t, e.Options)), identity.ErrFactorNotFound)
	e = h.mustEnrol(in)
	h.wantErr(confirm(in, e, []byte("{}")), identity.ErrPasskeyInvalid)
	h.wantErr(confirm(in, e, device.Create(t, e.Options)), identity.ErrFactorNotFound)
	e = h.mustEnrol(in)
	h.clock.Advance(5 * time.Minute)
	h.wantErr(confirm(in, e, device.Create(t, e.Options)), identity.ErrFactorNotFound)
	still, err := h.login("ada@example.com", password)
	h.ok(err)
	h.same("the password is enough", still.Pending == nil, true)

	for range 10 {
		h.clock.Advance(time.Second) // so that the last one is the last in the list
		device, _ = h.addPasskey(in)
	}
	_, err = h.EnrolPasskey(t.Context(), own(in), nil)
	h.wantErr(err, identity.ErrTooManyFactors)
	_, err = h.EnrolTOTP(t.Context(), own(in), nil)
	h.wantErr(err, identity.ErrTooManyFactors)
	factors, _, err := h.OwnFactors(t.Context(), 1)
	h.ok(err)
	_, err = h.RemoveFactor(t.Context(), own(in), factors[9].ID)
	h.ok(err)
	_, err = h.enter(device.Use(t, h.anyPasskey(), 1, true))
	h.wantErr(err, identity.ErrPasskeyInvalid) // it was removed
}

// TestADeletedUserHasNoPasskeys, and a deactivated one does not get in.
func TestADeletedUserHasNoPasskeys(t *testing.T) {
	h := newHouse(t)
	_, device, _ := h.withPasskey("ada@example.com")
	inactive := verified(user(1, 2, "ada@example.com"))
	inactive.Active = false
	h.follow(inactive)
	_, err := h.enter(device.Use(t, h.anyPasskey(), 1, true))
	h.wantErr(err, identity.ErrAccountInactive)
	h.follow(gone(1, 3))
	_, err = h.enter(device.Use(t, h.anyPasskey(), 1, true))
	h.wantErr(err, identity.ErrPasskeyInvalid)
}

// TestPasskeySignInsAreLimited by network, and expired questions are purged.
func TestPasskeySignInsAreLimited(t *testing.T) {
	h := newHouse(t)
	for range rules.PasskeySignInsPerHour {
		h.anyPasskey()
	}
	_, err := h.AskForPasskey(t.Context(), browser)
	h.wantErr(err, limits.ErrUsedUp)
	_, err = h.enter([]byte("{}"))
	h.wantErr(err, limits.ErrUsedUp)
	h.clock.Advance(5 * time.Minute)
	h.ok(h.Purge(t.Context()))
	left, err := h.store.PurgeCeremonies(t.Context(), h.clock.Now(), 100)
	h.ok(err)
	h.same("left", left, 0)
}

// TestAdministratorsCanBeMadeToHaveASecondFactor: the token says that one is missing, and the last one stays.
func TestAdministratorsCanBeMadeToHaveASecondFactor(t *testing.T) {
	strict := rules
	strict.AdminsNeedFactor = true
	h := newHouseWith(t, identitytest.NewStore(), strict)
	lacking := func(in identity.SignedIn) bool {
		_, claims, err := identitytest.Claims(in.AccessToken)
		h.ok(err)
		return claims["mfa_required"] == true
	}
	in := h.register("ada@example.com")
	boss := verified(user(1, 1, "ada@example.com"))
	boss.TypeCode = "ADMI"
	h.follow(boss)
	h.same("without a factor", lacking(in), true)
	h.addPasskey(in)
	renewed, err := h.refresh(in.RefreshToken)
	h.ok(err)
	h.same("with a factor", lacking(renewed), false)
	factors, _, err := h.OwnFactors(t.Context(), 1)
	h.ok(err)
	_, err = h.RemoveFactor(t.Context(), own(in), factors[0].ID)
	h.wantErr(err, identity.ErrLastFactor)
	h.follow(verified(user(1, 2, "ada@example.com")))
	_, err = h.RemoveFactor(t.Context(), own(in), factors[0].ID)
	h.ok(err) // no administrator any more
}
