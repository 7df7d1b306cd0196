package httpapi_test

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"muster/services/identity/internal/identity"
)

func adaAt(p identity.Provider) identity.Person {
	return identity.Person{Provider: p, Subject: "ada-1", Email: "ada@gmail.com", EmailVerified: true, OwnsMailbox: true}
}

func TestProviderRoutes(t *testing.T) {
	for _, p := range identity.AllProviders {
		d := newDoor(t)
		base := "/api/auth/" + string(p)
		d.want(d.call("POST", base+"/login", `{"idToken":"1"}`), http.StatusNotImplemented,
			`{"message":"Signing in with this provider is not set up.","code":"PROVIDER_NOT_CONFIGURED"}`)
		d.providers.Knows("1", adaAt(p))
		d.want(d.call("POST", base+"/login", `{"idToken":"1"}`), http.StatusNotFound,
			`{"message":"Nobody is registered with this account of the provider.","code":"NOT_REGISTERED"}`)
		d.want(d.call("POST", base+"/login", `{"idToken":"wrong"}`), http.StatusUnauthorized,
			`{"message":"The sign-in provider did not confirm who you are. Please try again.","code":"PROVIDER_TOKEN_INVALID"}`)
		registered := d.call("POST", base+"/register", `{"code":"1","codeVerifier":"v","redirectUri":"https://app.example.com/in","cookie":true}`)
		if registered.status != http.StatusCreated || cookieOf(t, registered) == nil {
			t.Fatalf("%s: %d %s", p, registered.status, registered.raw)
		}
		in := d.call("POST", base+"/login", `{"idToken":"1"}`)
		if in.status != http.StatusOK || in.body["refreshToken"] == nil {
			t.Fatalf("%s: %d %s", p, in.status, in.raw)
		}
		d.checkSignedIn(in, `{"tokenType":"Bearer","expiresIn":900}`)
		for _, bad := range []string{``, `{}`, `[]`, `{"idToken":5}`, `{"idToken":"1","code":"2"}`, `{"code":"1"}`} {
			for _, route := range []string{"/login", "/register"} {
				if a := d.call("POST", base+route, bad); a.status/100 != 4 || a.status == http.StatusNotFound {
					t.Errorf("%s %s: %d %s", route, bad, a.status, a.raw)
				}
			}
		}
	}
	d := newDoor(t)
	d.want(d.call("POST", "/api/auth/myspace/login", `{"idToken":"1"}`), http.StatusNotFound, `{"message":"No such route.","code":"NOT_FOUND"}`)
}

func TestARegistrationWithoutAVerifiedAddress(t *testing.T) {
	d := newDoor(t)
	d.providers.Knows("1", identity.Person{Provider: identity.X, Subject: "1"})
	d.want(d.call("POST", "/api/auth/x/register", `{"idToken":"1"}`), http.StatusBadRequest,
		`{"message":"email: is required: the provider gives no address","code":"VALIDATION_FAILED",
			"fields":[{"field":"email","message":"is required: the provider gives no address"}],"errors":{"email":"is required: the provider gives no address"}}`)
	in := d.call("POST", "/api/auth/x/register", `{"idToken":"1","email":"ada@example.com"}`)
	if in.status != http.StatusCreated || in.body["emailVerificationRequired"] != true {
		t.Errorf("%d %s", in.status, in.raw)
	}
}

func TestTheRedirects(t *testing.T) {
	d := newDoor(t)
	d.providers.Knows("their-code", adaAt(identity.Apple))
	sum := sha256.Sum256([]byte("verifier"))
	query := url.Values{"returnUrl": {"https://app.example.com/in"}, "codeChallenge": {base64.RawURLEncoding.EncodeToString(sum[:])}}
	for _, elsewhere := range []string{"", "https://evil.example.com/", "https://app.example.com.evil.com/", "https://app.example.com:444/", "javascript:alert(1)"} {
		q := url.Values{"returnUrl": {elsewhere}, "codeChallenge": query["codeChallenge"]}
		if a := d.call("GET", "/api/auth/apple/start?"+q.Encode(), ""); a.status != http.StatusBadRequest || a.header.Get("Location") != "" {
			t.Errorf("return to %q: %d %s", elsewhere, a.status, a.header.Get("Location"))
		}
	}
	for _, method := range []string{"GET", "POST"} {
		a := d.call("GET", "/api/auth/apple/start?"+query.Encode(), "")
		page, err := url.Parse(a.header.Get("Location"))
		if a.status != http.StatusSeeOther || err != nil || page.Host != "apple.example" {
			t.Fatalf("%d %s %v", a.status, a.raw, err)
		}
		form := url.Values{"state": {page.Query().Get("state")}, "code": {"their-code"}}.Encode()
		if method == "GET" {
			a = d.call("GET", "/api/auth/apple/callback?"+form, "")
		} else {
			a = d.call("POST", "/api/auth/apple/callback", form, "Content-Type", "application/x-www-form-urlencoded")
		}
		back, err := url.Parse(a.header.Get("Location"))
		if a.status != http.StatusSeeOther || err != nil || !strings.HasPrefix(back.String(), "https://app.example.com/in?") ||
			a.header.Get("Referrer-Policy") != "no-referrer" || a.header.Get("Cache-Control") != "private, no-store" {
			t.Fatalf("%s: %d %s %v", method, a.status, a.raw, a.header)
		}
		route, want := "/api/auth/apple/register", http.StatusCreated
		if method == "POST" {
			route, want = "/api/auth/apple/login", http.StatusOK
		}
		in := d.call("POST", route, `{"signInCode":"`+back.Query().Get("code")+`","codeVerifier":"verifier"}`)
		if in.status != want {
			t.Errorf("%s: %d %s", method, in.status, in.raw)
		}
	}
	d.want(d.call("GET", "/api/auth/apple/callback?state=unknown&code=1", ""), http.StatusBadRequest,
		`{"message":"This sign-in has expired or was finished before. Please start again.","code":"SIGN_IN_FLOW_INVALID"}`)
}

func TestOwnProviders(t *testing.T) {
	d := newDoor(t)
	in := d.register()
	d.providers.Knows("1", adaAt(identity.Google))
	auth := []string{"Authorization", "Bearer " + in.body["accessToken"].(string), "x-csrf-token", in.body["csrfToken"].(string)}
	const none = `{"data":[{"provider":"google","configured":true,"linkedAt":null},{"provider":"apple","configured":false,"linkedAt":null},
		{"provider":"facebook","configured":false,"linkedAt":null},{"provider":"x","configured":false,"linkedAt":null},
		{"provider":"linkedin","configured":false,"linkedAt":null}],"total":5}`
	d.want(d.call("GET", "/api/auth/providers", "", auth...), http.StatusOK, none)
	for _, a := range []answer{
		d.call("GET", "/api/auth/providers", ""), d.call("POST", "/api/auth/providers", `{}`), d.call("DELETE", "/api/auth/providers/google", ""),
	} {
		d.want(a, http.StatusUnauthorized, `{"message":"User not authenticated"}`)
	}
	d.want(d.call("POST", "/api/auth/providers", `{"provider":"google","idToken":"1"}`, auth[:2]...), http.StatusForbidden,
		`{"message":"Invalid CSRF token","code":"CSRF_INVALID"}`)
	d.want(d.call("POST", "/api/auth/providers", `{"provider":"apple","idToken":"1"}`, auth...), http.StatusNotImplemented,
		`{"message":"Signing in with this provider is not set up.","code":"PROVIDER_NOT_CONFIGURED"}`)
	for _, unknown := range []string{`{"idToken":"1"}`, `{"provider":"","idToken":"1"}`, `{"provider":"Google","idToken":"1"}`} {
		if a := d.call("POST", "/api/auth/providers", unknown, auth...); a.status != http.StatusBadRequest {
			t.Errorf("%s: %d %s", unknown, a.status, a.raw)
		}
	}
	if a := d.call("POST", "/api/auth/providers", `{"provider":"google","idToken":"1"}`, auth...); a.status != http.StatusNoContent {
		t.Fatalf("%d %s", a.status, a.raw)
	}
	list := d.call("GET", "/api/auth/providers", "", auth...)
	if first := list.body["data"].([]any)[0].(map[string]any); first["linkedAt"] == nil {
		t.Error(list.raw)
	}
	if a := d.call("DELETE", "/api/auth/providers/google", "", auth...); a.status != http.StatusNoContent {
		t.Errorf("%d %s", a.status, a.raw)
	}
	d.want(d.call("DELETE", "/api/auth/providers/google", "", auth...), http.StatusNotFound,
		`{"message":"No account of this provider is linked.","code":"PROVIDER_NOT_LINKED"}`)
	d.want(d.call("GET", "/api/auth/providers", "", auth...), http.StatusOK, none)
}
