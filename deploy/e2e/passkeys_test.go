package e2e_test

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/descope/virtualwebauthn"
)

// authenticator is a software authenticator with one passkey, in front of a page of the frontend.
type authenticator struct {
	t       *testing.T
	page    virtualwebauthn.RelyingParty
	options virtualwebauthn.AuthenticatorOptions
	key     virtualwebauthn.Credential
}

func newAuthenticator(t *testing.T) *authenticator {
	t.Helper()
	a := &authenticator{t: t, page: virtualwebauthn.RelyingParty{ID: "localhost", Name: "Muster", Origin: "http://localhost:3000"}}
	for len(a.key.ID) == 0 || len(a.key.Key.AttestationData()) != 77 { // the library cuts zeros that a key begins with
		a.key = virtualwebauthn.NewCredential(virtualwebauthn.KeyTypeEC2)
	}
	return a
}

func (a *authenticator) create(asked answer) json.RawMessage {
	a.t.Helper()
	options, err := virtualwebauthn.ParseAttestationOptions(encode(asked.body["publicKey"]))
	if err != nil {
		a.t.Fatalf("%s: %v", asked, err)
	}
	a.options.UserHandle = []byte(options.UserID)
	return json.RawMessage(virtualwebauthn.CreateAttestationResponse(a.page, virtualwebauthn.NewAuthenticatorWithOptions(a.options), a.key, *options))
}

// use signs with the next counter.
func (a *authenticator) use(asked answer) json.RawMessage {
	a.t.Helper()
	options, err := virtualwebauthn.ParseAssertionOptions(encode(asked.body["publicKey"]))
	if err != nil {
		a.t.Fatalf("%s: %v", asked, err)
	}
	a.key.Counter++
	return json.RawMessage(virtualwebauthn.CreateAssertionResponse(a.page, virtualwebauthn.NewAuthenticatorWithOptions(a.options), a.key, *options))
}

// TestPasskeys are set up, used alone and after the password, listed, renamed and removed.
func TestPasskeys(t *testing.T) {
	c, device := verified(t, "passkey"), newAuthenticator(t)
	if a := register(t, "unproven").do("POST", "/api/auth/mfa/passkeys", object{}); a.status != http.StatusForbidden || a.body["code"] != "EMAIL_NOT_VERIFIED" {
		t.Errorf("unverified: %s", a)
	}
	enrolled := c.want(http.StatusCreated, "POST", "/api/auth/mfa/passkeys", object{"name": "Laptop"})
	id := enrolled.body["id"].(string)
	confirmed := c.want(http.StatusOK, "POST", "/api/auth/mfa/passkeys/"+id+"/confirm", object{"credential": device.create(enrolled)})
	if codes, _ := confirmed.body["recoveryCodes"].([]any); len(codes) != 10 {
		t.Fatalf("recovery codes: %s", confirmed)
	}
	awaitNotice(t, c.email, "A second factor was added to your account")

	stranger := &client{t: t}
	ask := func() answer { return stranger.want(http.StatusOK, "POST", "/api/auth/passkeys/options", object{}) }
	alone := object{"credential": device.use(ask())}
	in := &client{t: t}
	in.signedIn(stranger.want(http.StatusOK, "POST", "/api/auth/passkeys/login", alone))
	if in.user["email"] != c.email {
		t.Errorf("signed in: %v", in.user)
	}
	in.want(http.StatusOK, "GET", "/api/users/me", nil)

	pending := stranger.want(http.StatusOK, "POST", "/api/auth/login", object{"email": c.email, "password": password})
	token := pending.body["mfaToken"]
	if encode(pending.body["methods"]) != `["passkey","recovery"]` {
		t.Errorf("methods: %s", pending)
	}
	question := stranger.want(http.StatusOK, "POST", "/api/auth/mfa/passkey-options", object{"mfaToken": token})
	verify := object{"mfaToken": token, "method": "passkey", "credential": device.use(question)}
	if a := stranger.want(http.StatusOK, "POST", "/api/auth/mfa/verify", verify); a.body["user"].(object)["email"] != c.email {
		t.Errorf("verified: %s", a)
	}

	other, elsewhere := newAuthenticator(t), newAuthenticator(t)
	other.options.UserHandle = device.options.UserHandle
	elsewhere.key, elsewhere.options, elsewhere.page.Origin = device.key, device.options, "http://localhost.evil.example:3000"
	enter := func(body object) answer { return stranger.do("POST", "/api/auth/passkeys/login", body) }
	unverified := *device
	unverified.options.UserNotVerified = true
	for name, refused := range map[string]struct {
		answer
		code string
	}{
		"replayed":               {enter(alone), "PASSKEY_INVALID"},
		"unknown":                {enter(object{"credential": other.use(ask())}), "PASSKEY_INVALID"},
		"another origin":         {enter(object{"credential": elsewhere.use(ask())}), "PASSKEY_INVALID"},
		"user not verified":      {enter(object{"credential": unverified.use(ask())}), "PASSKEY_INVALID"},
		"malformed":              {enter(object{"credential": object{"id": "%", "rawId": "%", "type": "public-key", "response": object{}}}), "PASSKEY_INVALID"},
		"a second factor again":  {stranger.do("POST", "/api/auth/mfa/verify", verify), "MFA_INVALID"},
		"options for no sign-in": {stranger.do("POST", "/api/auth/mfa/passkey-options", object{"mfaToken": "x"}), "MFA_INVALID"},
	} {
		if refused.status != http.StatusUnauthorized || refused.body["code"] != refused.code {
			t.Errorf("%s: %s", name, refused.answer)
		}
	}
	if a := stranger.do("POST", "/api/auth/mfa/verify", object{"mfaToken": "x", "method": "passkey"}); a.status != http.StatusBadRequest || a.body["code"] != "VALIDATION_FAILED" {
		t.Errorf("no credential: %s", a)
	}
	in.want(http.StatusNotFound, "POST", "/api/auth/mfa/passkeys/0190a1b2-0000-7000-8000-000000000001/confirm", object{"credential": object{}})
	enrolled = in.want(http.StatusCreated, "POST", "/api/auth/mfa/passkeys", object{})
	confirm := "/api/auth/mfa/passkeys/" + enrolled.body["id"].(string) + "/confirm"
	if a := in.do("POST", confirm, object{"credential": device.create(enrolled)}); a.status != http.StatusConflict || a.body["code"] != "PASSKEY_EXISTS" {
		t.Errorf("the same passkey: %s", a)
	}
	enrolled = in.want(http.StatusCreated, "POST", "/api/auth/mfa/passkeys", object{})
	confirm = "/api/auth/mfa/passkeys/" + enrolled.body["id"].(string) + "/confirm"
	elsewhere.options = virtualwebauthn.AuthenticatorOptions{}
	if a := in.do("POST", confirm, object{"credential": elsewhere.create(enrolled)}); a.status != http.StatusUnauthorized || a.body["code"] != "PASSKEY_INVALID" {
		t.Errorf("created elsewhere: %s", a)
	}

	listed := in.want(http.StatusOK, "GET", "/api/auth/mfa/factors", nil)
	if f := listed.list()[0]; listed.body["total"] != 1.0 || f["kind"] != "passkey" || f["name"] != "Laptop" || f["lastUsedAt"] == nil {
		t.Errorf("factors: %s", listed)
	}
	in.want(http.StatusOK, "PUT", "/api/auth/mfa/factors/"+id, object{"name": "Phone"})
	in.want(http.StatusNoContent, "DELETE", "/api/auth/mfa/factors/"+id, nil)
	if a := enter(object{"credential": device.use(ask())}); a.status != http.StatusUnauthorized {
		t.Errorf("removed: %s", a)
	}
	if _, again := login(t, c.email, password); !again {
		t.Error("the password is not enough again")
	}
}
