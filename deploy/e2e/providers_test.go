package e2e_test

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// button returns what a provider's button gives a frontend for a person.
func button(t *testing.T, provider, person, nonce string) object {
	t.Helper()
	query := url.Values{"person": {person}, "nonce": {nonce}, "redirectUri": {"http://127.0.0.1:3000/in"}}
	a := (&client{t: t}).want(http.StatusOK, "GET", muster.Providers+"/"+provider+"/button?"+query.Encode(), nil)
	evidence := object{}
	for name, value := range a.body {
		evidence[name] = value
	}
	if evidence["code"] != nil {
		evidence["redirectUri"] = "http://127.0.0.1:3000/in"
	} else {
		evidence["nonce"] = nonce
	}
	return evidence
}

func with(evidence object, name string, value any) object {
	evidence[name] = value
	return evidence
}

// newPerson is somebody new with a mailbox at Google.
func newPerson(name string) string {
	return fmt.Sprintf("%s-%d-%d@gmail.com", name, run, counter.Add(1))
}

// TestSigningInWithEachProvider registers and signs in with what the provider's button gives.
func TestSigningInWithEachProvider(t *testing.T) {
	boss := admin(t)
	for provider, code := range map[string]string{"google": "GOOG", "apple": "APPE", "facebook": "FACE", "x": "XXXX", "linkedin": "LINK"} {
		t.Run(provider, func(t *testing.T) {
			person, base := newPerson(provider), "/api/auth/"+provider
			c := &client{t: t}
			if a := c.do("POST", base+"/login", button(t, provider, person, "n-1")); a.status != http.StatusNotFound || a.body["code"] != "NOT_REGISTERED" {
				t.Errorf("before the registration: %s", a)
			}
			registered := c.want(http.StatusCreated, "POST", base+"/register", button(t, provider, person, "n-1"))
			c.signedIn(registered)
			verified := provider != "facebook"
			if c.user["authTypeCode"] != code || c.user["email"] != person || (c.user["verifiedAt"] != nil) != verified ||
				(registered.body["emailVerificationRequired"] == true) == verified {
				t.Errorf("registered as %s", registered)
			}
			if a := c.do("POST", base+"/register", button(t, provider, person, "n-2")); a.status != http.StatusConflict || a.body["code"] != "EMAIL_EXISTS" {
				t.Errorf("registered again: %s", a)
			}
			again := &client{t: t}
			again.signedIn(again.want(http.StatusOK, "POST", base+"/login", button(t, provider, person, "n-3")))
			if again.id() != c.id() {
				t.Errorf("signed in as %d, not %d", again.id(), c.id())
			}
			row := boss.want(http.StatusOK, "GET", fmt.Sprintf("/api/users/full/%d", c.id()), nil)
			if row.body["authTypeCode"] != code {
				t.Errorf("/full: %s", row)
			}
		})
	}
}

// TestATokenOfAProviderIsUsedOnce, and only with its nonce.
func TestATokenOfAProviderIsUsedOnce(t *testing.T) {
	person := newPerson("once")
	c, evidence := &client{t: t}, button(t, "google", person, "n-1")
	c.signedIn(c.want(http.StatusCreated, "POST", "/api/auth/google/register", evidence))
	wrongNonce := with(button(t, "google", person, "n-1"), "nonce", "n-2")
	elsewhere := button(t, "google", person, "n-1") // a token of Google is none of Apple's
	for name, a := range map[string]answer{
		"again":         c.do("POST", "/api/auth/google/login", evidence),
		"another nonce": c.do("POST", "/api/auth/google/login", wrongNonce),
		"elsewhere":     c.do("POST", "/api/auth/apple/login", elsewhere),
		"nothing":       c.do("POST", "/api/auth/google/login", object{"idToken": "e30.e30.e30"}),
	} {
		if a.status != http.StatusUnauthorized || a.body["code"] != "PROVIDER_TOKEN_INVALID" {
			t.Errorf("%s: %s", name, a)
		}
	}
}

// TestLinkingAProvider: a user with a password signs in with Google too, and back.
func TestLinkingAProvider(t *testing.T) {
	c, person := verified(t, "linker"), newPerson("linked")
	c.want(http.StatusNoContent, "POST", "/api/auth/providers", with(button(t, "google", person, "n-1"), "provider", "google"))
	in := &client{t: t}
	in.signedIn(in.want(http.StatusOK, "POST", "/api/auth/google/login", button(t, "google", person, "n-1")))
	if in.id() != c.id() || in.user["authTypeCode"] != "EMAI" {
		t.Errorf("signed in as %v", in.user)
	}
	other := verified(t, "other")
	if a := other.do("POST", "/api/auth/providers", with(button(t, "google", person, "n-1"), "provider", "google")); a.body["code"] != "PROVIDER_LINKED" {
		t.Errorf("linked twice: %s", a)
	}
	c.want(http.StatusNoContent, "DELETE", "/api/auth/providers/google", nil)
	if a := in.do("POST", "/api/auth/google/login", button(t, "google", person, "n-1")); a.body["code"] != "NOT_REGISTERED" {
		t.Errorf("unlinked: %s", a)
	}
	only := &client{t: t}
	only.signedIn(only.want(http.StatusCreated, "POST", "/api/auth/apple/register", button(t, "apple", newPerson("only"), "n-1")))
	if a := only.do("DELETE", "/api/auth/providers/apple", nil); a.status != http.StatusConflict || a.body["code"] != "LAST_SIGN_IN_METHOD" {
		t.Errorf("the last way in: %s", a)
	}
}

// TestTheWayThroughAProvidersPage: a browser goes to the provider and back, and the frontend exchanges the code.
func TestTheWayThroughAProvidersPage(t *testing.T) {
	const verifier = "a-verifier-that-only-the-frontend-knows-0123456789"
	sum := sha256.Sum256([]byte(verifier))
	start := "/api/auth/google/start?" + url.Values{
		"returnUrl": {"http://127.0.0.1:3000/in"}, "codeChallenge": {base64.RawURLEncoding.EncodeToString(sum[:])},
	}.Encode()
	browser, person := &client{t: t}, newPerson("browser")
	at := browser.want(http.StatusSeeOther, "GET", start, nil).header.Get("Location")
	for !strings.Contains(at, "/google/login") { // the provider's own redirect to its page
		at = absolute(t, at, browser.do("GET", at, nil).header.Get("Location"))
	}
	page, err := url.Parse(at)
	if err != nil {
		t.Fatal(err)
	}
	form := page.Query()
	form.Set("person", person)
	page.RawQuery = ""
	response, err := httpClient.PostForm(page.String(), form)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	at = response.Header.Get("Location")
	for !strings.HasPrefix(at, "http://127.0.0.1:3000/in") {
		at = absolute(t, page.String(), browser.do("GET", absolute(t, page.String(), at), nil).header.Get("Location"))
	}
	back, err := url.Parse(at)
	if err != nil || back.Query().Get("code") == "" {
		t.Fatalf("came back to %s: %v", at, err)
	}
	exchange := object{"signInCode": back.Query().Get("code"), "codeVerifier": verifier}
	if a := browser.do("POST", "/api/auth/google/login", object{"signInCode": back.Query().Get("code"), "codeVerifier": "another"}); a.status != http.StatusUnauthorized {
		t.Errorf("another browser: %s", a)
	}
	browser.signedIn(browser.want(http.StatusCreated, "POST", "/api/auth/google/register", exchange))
	if browser.user["email"] != person || browser.user["authTypeName"] != "Google OAuth" {
		t.Errorf("registered %v", browser.user)
	}
	if a := browser.do("POST", "/api/auth/google/login", exchange); a.status != http.StatusUnauthorized {
		t.Errorf("the code again: %s", a)
	}
	if a := browser.do("GET", strings.Replace(start, "3000", "3000@evil.example", 1), nil); a.status != http.StatusBadRequest {
		t.Errorf("return to elsewhere: %s", a)
	}
}

func absolute(t *testing.T, base, location string) string {
	t.Helper()
	b, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	u, err := b.Parse(location)
	if err != nil || location == "" {
		t.Fatalf("a redirect to %q: %v", location, err)
	}
	return u.String()
}

// TestADeletedUserLeavesNoLink: the person can register again.
func TestADeletedUserLeavesNoLink(t *testing.T) {
	person := newPerson("leaver")
	c := &client{t: t}
	c.signedIn(c.want(http.StatusCreated, "POST", "/api/auth/linkedin/register", button(t, "linkedin", person, "")))
	c.want(http.StatusNoContent, "DELETE", fmt.Sprintf("/api/users/%d", c.id()), nil)
	again := &client{t: t}
	again.signedIn(again.want(http.StatusCreated, "POST", "/api/auth/linkedin/register", button(t, "linkedin", person, "")))
	if again.id() == c.id() {
		t.Error("the deleted user came back")
	}
}
