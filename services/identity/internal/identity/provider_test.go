package identity_test

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"

	"muster/libs/errs"
	"muster/libs/limits"
	"muster/services/identity/internal/identity"
)

// adaAt is ada as a provider knows her.
func adaAt(p identity.Provider) identity.Person {
	first, last := "Ada", "Lovelace"
	return identity.Person{
		Provider: p, Subject: "ada-1", Email: "ada@gmail.com", EmailVerified: true, OwnsMailbox: true, FirstName: &first, LastName: &last,
	}
}

func token(text string) identity.Evidence { return identity.Evidence{IDToken: text} }

func (h *house) loginWith(p identity.Provider, e identity.Evidence) (identity.SignedIn, error) {
	h.t.Helper()
	return h.LoginWith(h.t.Context(), p, e, browser)
}

func (h *house) registerWith(p identity.Provider, e identity.Evidence) (identity.SignedIn, error) {
	h.t.Helper()
	return h.RegisterWith(h.t.Context(), p, e, "", browser)
}

func (h *house) wantCode(err error, code string) {
	h.t.Helper()
	if errs.From(err).Code != code {
		h.t.Errorf("error %v, want %s", err, code)
	}
}

func TestRegisteringWithAProvider(t *testing.T) {
	for p, code := range map[identity.Provider]string{
		identity.Google: "GOOG", identity.Apple: "APPE", identity.Facebook: "FACE", identity.X: "XXXX", identity.LinkedIn: "LINK",
	} {
		h := newHouse(t)
		_, err := h.registerWith(p, token("1"))
		h.wantCode(err, "PROVIDER_NOT_CONFIGURED")
		h.providers.Knows("1", adaAt(p))
		h.providers.Knows("2", adaAt(p))
		_, err = h.loginWith(p, token("1"))
		h.wantCode(err, "NOT_REGISTERED")
		in, err := h.registerWith(p, token("1"))
		if err != nil || !in.EmailVerified {
			t.Fatalf("%s: %+v %v", p, in, err)
		}
		a, _ := h.store.Account(in.UserID)
		if a.AuthTypeCode != code || a.Email != "ada@gmail.com" || a.PasswordHash != "" || !a.Registration.EmailVerified ||
			*a.Registration.FirstName != "Ada" || *a.Registration.LastName != "Lovelace" || a.Registration.Username != "ada" {
			t.Errorf("%s: %+v %+v", p, a, a.Registration)
		}
		_, err = h.loginWith(p, token("1"))
		h.wantCode(err, "PROVIDER_TOKEN_INVALID") // used
		_, err = h.registerWith(p, token("2"))
		h.wantCode(err, "EMAIL_EXISTS")
		again, err := h.loginWith(p, token("2"))
		if err != nil || again.UserID != in.UserID {
			t.Errorf("%s: %+v %v", p, again, err)
		}
	}
}

// TestAnUnverifiedAddress registers, as an address that the user has typed does, and finds no account.
func TestAnUnverifiedAddress(t *testing.T) {
	h := newHouse(t)
	who := adaAt(identity.Facebook)
	who.EmailVerified, who.OwnsMailbox = false, false
	h.providers.Knows("1", who)
	in, err := h.registerWith(identity.Facebook, token("1"))
	a, _ := h.store.Account(in.UserID)
	if err != nil || in.EmailVerified || a.Registration.EmailVerified {
		t.Errorf("%+v %v", a, err)
	}
	who.Subject = "another"
	h.providers.Knows("2", who)
	_, err = h.loginWith(identity.Facebook, token("2"))
	h.wantCode(err, "NOT_REGISTERED")
}

// TestAProviderWithoutAnAddress: the user types one, and has to verify it.
func TestAProviderWithoutAnAddress(t *testing.T) {
	h := newHouse(t)
	h.providers.Knows("1", identity.Person{Provider: identity.X, Subject: "1", EmailVerified: true})
	_, err := h.registerWith(identity.X, token("1"))
	h.wantCode(err, "VALIDATION_FAILED")
	in, err := h.RegisterWith(t.Context(), identity.X, token("1"), "ada@example.com", browser)
	if err != nil || in.EmailVerified {
		t.Errorf("%+v %v", in, err)
	}
}

// TestAnAccountIsFoundByItsAddress only when both sides have verified it, and the provider runs the mailbox.
func TestAnAccountIsFoundByItsAddress(t *testing.T) {
	for name, c := range map[string]struct {
		verifiedHere, verifiedThere, owns bool
		code                              string
	}{
		"both have verified it":             {true, true, true, ""},
		"the account has not verified it":   {false, true, true, "NOT_REGISTERED"},
		"the provider has not verified it":  {true, false, true, "NOT_REGISTERED"},
		"the provider has no such mailbox":  {true, true, false, "NOT_REGISTERED"},
		"neither has verified the address ": {false, false, false, "NOT_REGISTERED"},
	} {
		h := newHouse(t)
		registered, err := h.Register(t.Context(), identity.Application{Email: "Ada@gmail.com", Password: "correct horse"}, browser)
		if err != nil {
			t.Fatal(err)
		}
		h.follow(identity.User{ID: registered.UserID, Version: 2, AccessVersion: 2, Email: "Ada@gmail.com", TypeCode: "NONS", Active: true, EmailVerified: c.verifiedHere})
		who := adaAt(identity.Google)
		who.EmailVerified, who.OwnsMailbox = c.verifiedThere, c.owns
		h.providers.Knows("1", who)
		in, err := h.loginWith(identity.Google, token("1"))
		if c.code != "" {
			h.wantCode(err, c.code)
			_, err = h.registerWith(identity.Google, token("1"))
			h.wantCode(err, "EMAIL_EXISTS")
			continue
		}
		if err != nil || in.UserID != registered.UserID {
			t.Fatalf("%s: %+v %v", name, in, err)
		}
		links, err := h.LinkedProviders(t.Context(), in.UserID)
		if err != nil || len(links) != 1 || links[0].Subject != "ada-1" {
			t.Errorf("%s: %+v %v", name, links, err)
		}
	}
}

func TestLinkingAndUnlinking(t *testing.T) {
	h := newHouse(t)
	google := adaAt(identity.Google)
	h.providers.Knows("1", google)
	in, err := h.registerWith(identity.Google, token("1"))
	if err != nil {
		t.Fatal(err)
	}
	h.wantCode(h.UnlinkProvider(t.Context(), in.UserID, identity.Google), "LAST_SIGN_IN_METHOD")
	h.wantCode(h.UnlinkProvider(t.Context(), in.UserID, identity.Apple), "PROVIDER_NOT_LINKED")

	apple := adaAt(identity.Apple)
	h.providers.Knows("2", apple)
	if err := h.LinkProvider(t.Context(), identity.SessionOf{UserID: in.UserID, SessionID: in.SessionID}, identity.Apple, token("2"), browser); err != nil {
		t.Fatal(err)
	}
	apple.Subject = "ada-2"
	h.providers.Knows("3", apple)
	h.wantCode(h.LinkProvider(t.Context(), identity.SessionOf{UserID: in.UserID, SessionID: in.SessionID}, identity.Apple, token("3"), browser), "PROVIDER_LINKED")
	bob, err := h.Register(t.Context(), identity.Application{Email: "bob@example.com", Password: "correct horse"}, browser)
	if err != nil {
		t.Fatal(err)
	}
	google.Email = "" // another token of the same person
	h.providers.Knows("4", google)
	h.wantCode(h.LinkProvider(t.Context(), identity.SessionOf{UserID: bob.UserID, SessionID: bob.SessionID}, identity.Google, token("4"), browser), "PROVIDER_LINKED")

	if err := h.UnlinkProvider(t.Context(), in.UserID, identity.Google); err != nil {
		t.Fatal(err)
	}
	h.wantCode(h.UnlinkProvider(t.Context(), in.UserID, identity.Apple), "LAST_SIGN_IN_METHOD")
	_, err = h.loginWith(identity.Google, token("4"))
	h.wantCode(err, "NOT_REGISTERED")
	h.providers.Leave(true)
	_, err = h.loginWith(identity.Google, token("4"))
	h.wantCode(err, "UNAVAILABLE")
}

// TestWhoHasAProviderAndNoRight: deactivated and deleted users do not get in.
func TestWhoHasAProviderAndNoRight(t *testing.T) {
	h := newHouse(t)
	for _, text := range []string{"1", "2", "3"} {
		h.providers.Knows(text, adaAt(identity.Google))
	}
	in, err := h.registerWith(identity.Google, token("1"))
	if err != nil {
		t.Fatal(err)
	}
	u := identity.User{ID: in.UserID, Version: 2, AccessVersion: 2, Email: "ada@gmail.com", TypeCode: "NONS", EmailVerified: true}
	h.follow(u)
	_, err = h.loginWith(identity.Google, token("2"))
	h.wantCode(err, "ACCOUNT_INACTIVE")
	h.follow(identity.User{ID: in.UserID, Version: 3, AccessVersion: 3, Deleted: true})
	_, err = h.loginWith(identity.Google, token("2"))
	h.wantCode(err, "NOT_REGISTERED")
	if again, err := h.registerWith(identity.Google, token("3")); err != nil || again.UserID == in.UserID {
		t.Errorf("after the deletion: %+v %v", again, err)
	}
}

// TestALinkDoesNotOutliveItsMaker: who registers with somebody else's address and links a provider loses the link when the
// owner of the address comes.
func TestALinkDoesNotOutliveItsMaker(t *testing.T) {
	h := newHouse(t)
	h.providers.Knows("1", identity.Person{Provider: identity.X, Subject: "eve"})
	in, err := h.RegisterWith(t.Context(), identity.X, token("1"), "ada@example.com", browser)
	if err != nil {
		t.Fatal(err)
	}
	h.directory.Mail("RPWR", "ada@example.com", "abc123def456", identity.Proof{UserID: in.UserID, UserVersion: 2})
	if _, err := h.ResetPassword(t.Context(), identity.Reset{Email: "ada@example.com", Code: "abc123def456", NewPassword: "another battery staple"}, browser); err != nil {
		t.Fatal(err)
	}
	h.providers.Knows("2", identity.Person{Provider: identity.X, Subject: "eve"})
	_, err = h.loginWith(identity.X, token("2"))
	h.wantCode(err, "NOT_REGISTERED")
}

func TestABrowsersWayToAProviderAndBack(t *testing.T) {
	h := newHouse(t)
	h.providers.Knows("their-code", adaAt(identity.Google))
	const verifier = "a-verifier-that-only-the-frontend-knows-0123456789"
	sum := sha256.Sum256([]byte(verifier))
	order := identity.FlowOrder{ReturnURL: "https://app.example.com/in?a=1", Challenge: base64.RawURLEncoding.EncodeToString(sum[:])}
	start := func() string {
		page, err := h.StartFlow(t.Context(), identity.Google, order, browser)
		if err != nil {
			t.Fatal(err)
		}
		u, _ := url.Parse(page)
		return u.Query().Get("state")
	}
	finish := func(in identity.Callback) url.Values {
		page, err := h.FinishFlow(t.Context(), identity.Google, in)
		u, parseErr := url.Parse(page)
		if err != nil || parseErr != nil || !strings.HasPrefix(page, "https://app.example.com/in?") || u.Query().Get("a") != "1" {
			t.Fatalf("%s %v", page, err)
		}
		return u.Query()
	}
	for _, challenge := range []string{"", "short", strings.Repeat("!", 43)} {
		_, err := h.StartFlow(t.Context(), identity.Google, identity.FlowOrder{ReturnURL: order.ReturnURL, Challenge: challenge}, browser)
		h.wantCode(err, "VALIDATION_FAILED")
	}
	for _, c := range []struct {
		in   identity.Callback
		code string
	}{
		{identity.Callback{Error: "access_denied"}, "access_denied"},
		{identity.Callback{Error: "<script>alert(1)</script>"}, "server_error"},
		{identity.Callback{}, "server_error"},
		{identity.Callback{Code: "wrong"}, "provider_token_invalid"},
	} {
		c.in.State = start()
		if got := finish(c.in); got.Get("error") != c.code || got.Has("code") {
			t.Errorf("%+v: %v", c.in, got)
		}
	}

	state := start()
	back := finish(identity.Callback{State: state, Code: "their-code"})
	_, err := h.FinishFlow(t.Context(), identity.Google, identity.Callback{State: state, Code: "their-code"})
	h.wantCode(err, "SIGN_IN_FLOW_INVALID")
	e := identity.Evidence{SignInCode: back.Get("code"), CodeVerifier: verifier}
	_, err = h.loginWith(identity.Google, identity.Evidence{SignInCode: e.SignInCode, CodeVerifier: "of another browser"})
	h.wantCode(err, "PROVIDER_TOKEN_INVALID")
	_, err = h.loginWith(identity.Apple, e)
	h.wantCode(err, "PROVIDER_TOKEN_INVALID")
	_, err = h.loginWith(identity.Google, e)
	h.wantCode(err, "NOT_REGISTERED")
	if _, err = h.registerWith(identity.Google, e); err != nil {
		t.Fatal(err)
	}
	_, err = h.loginWith(identity.Google, e)
	h.wantCode(err, "PROVIDER_TOKEN_INVALID") // used

	late := identity.Evidence{SignInCode: finish(identity.Callback{State: start(), Code: "their-code"}).Get("code"), CodeVerifier: verifier}
	h.clock.Advance(time.Minute)
	_, err = h.loginWith(identity.Google, late)
	h.wantCode(err, "PROVIDER_TOKEN_INVALID")
	state = start()
	h.clock.Advance(10 * time.Minute)
	_, err = h.FinishFlow(t.Context(), identity.Google, identity.Callback{State: state, Code: "their-code"})
	h.wantCode(err, "SIGN_IN_FLOW_INVALID")
}

func TestEvidenceIsOneThing(t *testing.T) {
	h := newHouse(t)
	for _, e := range []identity.Evidence{
		{}, {IDToken: "1", Code: "2", RedirectURI: "3"}, {Code: "2"}, {SignInCode: "1"}, {SignInCode: "1", IDToken: "2", CodeVerifier: "3"},
	} {
		_, err := h.loginWith(identity.Google, e)
		h.wantCode(err, "VALIDATION_FAILED")
	}
}

func TestSignInsWithProvidersAreLimited(t *testing.T) {
	h := newHouse(t)
	for range rules.ProviderSignInsPerHour {
		_, err := h.loginWith(identity.Google, token("unknown"))
		h.wantCode(err, "PROVIDER_NOT_CONFIGURED")
	}
	if _, err := h.loginWith(identity.Google, token("unknown")); !errors.Is(err, limits.ErrUsedUp) {
		t.Error(err)
	}
}

// TestProvidersLeaveATrail: sign-ins and links with providers are in the audit trail, done and refused.
func TestProvidersLeaveATrail(t *testing.T) {
	h := newHouse(t)
	for _, text := range []string{"1", "2", "3"} {
		h.providers.Knows(text, adaAt(identity.Google))
	}
	_, err := h.loginWith(identity.Google, token("1"))
	h.wantCode(err, "NOT_REGISTERED")
	in, err := h.registerWith(identity.Google, token("1"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = h.loginWith(identity.Google, token("2"))
	h.ok(err)
	h.wantCode(h.LinkProvider(t.Context(), identity.SessionOf{UserID: in.UserID, SessionID: in.SessionID}, identity.Google, token("3"), browser), "PROVIDER_LINKED")
	h.wantCode(h.UnlinkProvider(t.Context(), in.UserID, identity.Google), "LAST_SIGN_IN_METHOD")
	var got []string
	for _, e := range h.store.Trail() {
		got = append(got, string(e.Action)+" "+e.Result)
	}
	h.same("trail", got, []string{
		"sign-in NOT_REGISTERED", "register OK", "sign-in OK", "link-provider PROVIDER_LINKED", "unlink-provider LAST_SIGN_IN_METHOD",
	})
}
