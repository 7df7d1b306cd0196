package webauthn_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/descope/virtualwebauthn"

	"muster/libs/web/origin"
	"muster/services/identity/internal/adapter/webauthn"
	"muster/services/identity/internal/adapter/webauthn/webauthntest"
	"muster/services/identity/internal/identity"
	"muster/services/identity/internal/identity/identitytest"
)

// page is where the browser of the tests is.
var page = virtualwebauthn.RelyingParty{ID: "example.com", Name: "Muster", Origin: "https://app.example.com"}

func newPasskeys(t *testing.T) webauthn.Passkeys {
	t.Helper()
	p, err := webauthn.New(webauthn.RelyingParty{ID: page.ID, Name: page.Name, Origins: origin.Set{page.Origin}})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestPasskeys(t *testing.T) {
	identitytest.TestPasskeys(t, newPasskeys(t), func() identitytest.Device { return webauthntest.New(page) })
}

var owner = identity.PasskeyOwner{Handle: bytes.Repeat([]byte{7}, 64), Name: "ada@example.com"}

// TestWhatBrowsersAreAsked: no attestation, a passkey that is discoverable, none that is there, and nothing of the user but the
// handle and the name.
func TestWhatBrowsersAreAsked(t *testing.T) {
	p := newPasskeys(t)
	has := owner
	has.Credentials = []identity.Credential{{ID: []byte("one"), Transports: []string{"usb"}}}
	prompt, err := p.Creation(has)
	if err != nil {
		t.Fatal(err)
	}
	var asked struct {
		RP                     struct{ ID, Name string }
		User                   struct{ ID, Name, DisplayName string }
		Challenge, Attestation string
		Timeout                int
		ExcludeCredentials     []struct {
			ID, Type   string
			Transports []string
		}
		AuthenticatorSelection struct{ ResidentKey, UserVerification string }
		UserVerification       string
		AllowCredentials       []struct{ ID string }
	}
	read := func(options []byte) {
		t.Helper()
		if err := json.Unmarshal(options, &asked); err != nil {
			t.Fatal(err)
		}
	}
	read(prompt.Options)
	if asked.RP.ID != "example.com" || asked.User.ID != base64.RawURLEncoding.EncodeToString(owner.Handle) || asked.User.Name != owner.Name ||
		asked.Attestation != "none" || asked.Timeout != 300_000 || asked.AuthenticatorSelection.ResidentKey != "required" || asked.Challenge != prompt.Challenge {
		t.Errorf("creation: %s", prompt.Options)
	}
	if e := asked.ExcludeCredentials; len(e) != 1 || e[0].ID != "b25l" || e[0].Type != "public-key" || e[0].Transports[0] != "usb" {
		t.Errorf("excluded: %s", prompt.Options)
	}
	if prompt, err = p.Request(has); err != nil {
		t.Fatal(err)
	}
	read(prompt.Options)
	if asked.UserVerification != "preferred" || len(asked.AllowCredentials) != 1 || asked.AllowCredentials[0].ID != "b25l" {
		t.Errorf("second factor: %s", prompt.Options)
	}
	if prompt, err = p.RequestAny(); err != nil {
		t.Fatal(err)
	}
	asked.AllowCredentials = nil
	read(prompt.Options)
	if asked.UserVerification != "required" || len(asked.AllowCredentials) > 0 || bytes.Contains(prompt.Options, []byte("b25l")) {
		t.Errorf("sign-in: %s", prompt.Options)
	}
}

// TestHostileAnswersAreRefused: each differs from a good one in one point.
func TestHostileAnswersAreRefused(t *testing.T) {
	p := newPasskeys(t)
	creates := func(change func(*webauthntest.Device), mangle func(answer string) string) error {
		prompt, err := p.Creation(owner)
		if err != nil {
			t.Fatal(err)
		}
		d := webauthntest.New(page)
		change(d)
		_, err = p.Created(owner, prompt.State, []byte(mangle(string(d.Create(t, prompt.Options)))))
		return err
	}
	uses := func(change func(*webauthntest.Device), mangle func(answer string) string) error {
		d := webauthntest.New(page)
		prompt, err := p.Creation(owner)
		if err != nil {
			t.Fatal(err)
		}
		made, err := p.Created(owner, prompt.State, d.Create(t, prompt.Options))
		if err != nil {
			t.Fatal(err)
		}
		with := owner
		with.Credentials = []identity.Credential{made}
		if prompt, err = p.RequestAny(); err != nil {
			t.Fatal(err)
		}
		change(d)
		_, err = p.Proved(with, prompt.State, []byte(mangle(string(d.Use(t, prompt.Options, 1, true)))))
		return err
	}
	nothing, same := func(*webauthntest.Device) {}, func(answer string) string { return answer }
	for name, ceremony := range map[string]func(func(*webauthntest.Device), func(string) string) error{"create": creates, "use": uses} {
		if err := ceremony(nothing, same); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for what, change := range map[string]func(*webauthntest.Device){
			"another origin":              func(d *webauthntest.Device) { d.Page.Origin = "https://app.example.com.evil.org" },
			"another port":                func(d *webauthntest.Device) { d.Page.Origin = "https://app.example.com:8443" },
			"another scheme":              func(d *webauthntest.Device) { d.Page.Origin = "http://app.example.com" },
			"a subdomain that is no page": func(d *webauthntest.Device) { d.Page.Origin = "https://other.example.com" },
			"no origin":                   func(d *webauthntest.Device) { d.Page.Origin = "" },
			"another relying party":       func(d *webauthntest.Device) { d.Page.ID = "evil.org" },
			"nobody present":              func(d *webauthntest.Device) { d.Options.UserNotPresent = true },
			"backed up but not eligible":  func(d *webauthntest.Device) { d.Options.BackupState = true },
		} {
			if err := ceremony(change, same); !errors.Is(err, identity.ErrPasskeyInvalid) {
				t.Errorf("%s, %s: %v", name, what, err)
			}
		}
		for what, mangle := range map[string]func(string) string{
			"not base64":     func(a string) string { return member(t, a, "clientDataJSON", "%%%") },
			"no JSON inside": func(a string) string { return member(t, a, "clientDataJSON", "AAAA") },
			"no CBOR": func(a string) string {
				return member(t, member(t, a, "attestationObject", "AAAA"), "authenticatorData", "AAAA")
			},
			"cut":             func(a string) string { return a[:len(a)/2] },
			"another type":    func(a string) string { return strings.Replace(a, `"public-key"`, `"password"`, 1) },
			"another id":      func(a string) string { return strings.Replace(a, `"id":"`, `"id":"AAAA`, 1) },
			"deeply nested":   func(string) string { return strings.Repeat(`{"response":`, 20_000) },
			"a wrong member":  func(string) string { return `{"id":7}` },
			"another's names": func(string) string { return `{"id":"AAAA","rawId":"AAAA","type":"public-key","response":{}}` },
		} {
			if err := ceremony(nothing, mangle); !errors.Is(err, identity.ErrPasskeyInvalid) {
				t.Errorf("%s, %s: %v", name, what, err)
			}
		}
	}
	for what, mangle := range map[string]func(string) string{
		"another signature": func(a string) string { return member(t, a, "signature", "AAAA") },
		"no user handle":    func(a string) string { return member(t, a, "userHandle", "") },
		"another user":      func(a string) string { return member(t, a, "userHandle", "AAAA") },
	} {
		if err := uses(nothing, mangle); !errors.Is(err, identity.ErrPasskeyInvalid) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if err := uses(func(d *webauthntest.Device) { d.Options.BackupEligible = true }, same); !errors.Is(err, identity.ErrPasskeyInvalid) {
		t.Errorf("eligible for a backup all at once: %v", err)
	}
}

// member replaces a member of the response, if it is there.
func member(t *testing.T, answer, name, value string) string {
	t.Helper()
	var whole map[string]any
	if err := json.Unmarshal([]byte(answer), &whole); err != nil {
		t.Fatal(err)
	}
	response, _ := whole["response"].(map[string]any)
	if _, ok := response[name]; ok {
		response[name] = value
	}
	text, err := json.Marshal(whole)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestPagesOfAnyPort ask for passkeys in development.
func TestPagesOfAnyPort(t *testing.T) {
	p, err := webauthn.New(webauthn.RelyingParty{ID: "localhost", Name: "Muster", Origins: origin.Set{"http://localhost:*"}})
	if err != nil {
		t.Fatal(err)
	}
	for from, good := range map[string]bool{"http://localhost:5173": true, "http://localhost": true, "https://localhost:5173": false, "http://localhost.evil.org:5173": false} {
		prompt, err := p.Creation(owner)
		if err != nil {
			t.Fatal(err)
		}
		d := webauthntest.New(page)
		d.Page = virtualwebauthn.RelyingParty{ID: "localhost", Origin: from}
		if _, err := p.Created(owner, prompt.State, d.Create(t, prompt.Options)); (err == nil) != good {
			t.Errorf("%s: %v", from, err)
		}
	}
}

// TestRelyingPartiesThatBrowsersRefuse are refused at the start.
func TestRelyingPartiesThatBrowsersRefuse(t *testing.T) {
	for _, r := range []struct {
		id, origins string
		good        bool
	}{
		{"example.com", "https://example.com,https://app.example.com:8443", true},
		{"localhost", "http://localhost:*", true},
		{"app.localhost", "http://app.localhost:3000", true},
		{"example.com", "", false},
		{"", "https://example.com", false},
		{"127.0.0.1", "http://127.0.0.1:3000", false},
		{"[::1]", "http://[::1]:3000", false},
		{"https://example.com", "https://example.com", false},
		{"example.com:443", "https://example.com", false},
		{"Example.com", "https://example.com", false},
		{"app.example.com", "https://example.com", false},
		{"example.com", "https://badexample.com", false},
		{"example.com", "https://app.example.com,https://example.org", false},
		{"example.com", "http://app.example.com", false},
	} {
		origins, err := origin.Parse(strings.Split(r.origins, ","))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := webauthn.New(webauthn.RelyingParty{ID: r.id, Name: "Muster", Origins: origins}); (err == nil) != r.good {
			t.Errorf("%s at %q: %v", r.id, r.origins, err)
		}
	}
}

// FuzzAnswers: no answer is taken by chance, and none makes the check fail in another way.
func FuzzAnswers(f *testing.F) {
	p, err := webauthn.New(webauthn.RelyingParty{ID: page.ID, Name: page.Name, Origins: origin.Set{page.Origin}})
	if err != nil {
		f.Fatal(err)
	}
	creation, err1 := p.Creation(owner)
	request, err2 := p.RequestAny()
	if err := errors.Join(err1, err2); err != nil {
		f.Fatal(err)
	}
	f.Add([]byte(`{}`))
	f.Add([]byte(`{"id":"AAAA","rawId":"AAAA","type":"public-key","response":{"clientDataJSON":"e30","attestationObject":"oA","authenticatorData":"AAAA","signature":"AAAA"}}`))
	f.Fuzz(func(t *testing.T, answer []byte) {
		_, err1 := p.Created(owner, creation.State, answer)
		_, err2 := p.Proved(owner, request.State, answer)
		if !errors.Is(err1, identity.ErrPasskeyInvalid) || !errors.Is(err2, identity.ErrPasskeyInvalid) {
			t.Errorf("%q: %v, %v", answer, err1, err2)
		}
	})
}
