package provider_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"muster/libs/errs"
	"muster/libs/testkit/eventually"
	"muster/services/identity/internal/adapter/provider"
	"muster/services/identity/internal/identity"
)

var now = time.Date(2026, 3, 14, 15, 9, 26, 0, time.UTC)

func callback(p identity.Provider) string {
	return "https://api.example.com/api/auth/" + string(p) + "/callback"
}

func newProviders(t testing.TB, s provider.Settings) *provider.Providers {
	t.Helper()
	s.CallbackURL = callback
	p, err := provider.New(s, func() time.Time { return now })
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// google is Google at the issuer, with two clients.
func google(t testing.TB, i *issuer) *provider.Providers {
	t.Helper()
	return newProviders(t, provider.Settings{Google: provider.Client{IDs: []string{"client-1", "client-2"}, Secret: "secret", URL: i.url}})
}

func wantCode(t *testing.T, what string, err error, code string) {
	t.Helper()
	if errs.From(err).Code != code {
		t.Errorf("%s: error %v, want %s", what, err, code)
	}
}

func TestAProviderThatIsNotSetUp(t *testing.T) {
	p := newProviders(t, provider.Settings{})
	for _, name := range append(identity.AllProviders, "other") {
		_, err := p.Identify(t.Context(), name, identity.Evidence{IDToken: "token"})
		wantCode(t, string(name), err, "PROVIDER_NOT_CONFIGURED")
		_, err = p.AuthorizationURL(t.Context(), name, identity.Flow{})
		wantCode(t, string(name), err, "PROVIDER_NOT_CONFIGURED")
		if p.Configured(name) {
			t.Errorf("%s is configured", name)
		}
	}
}

func TestIDTokens(t *testing.T) {
	i := newIssuer(t)
	p := google(t, i)
	ask := func(token, nonce string) (identity.Person, error) {
		return p.Identify(t.Context(), identity.Google, identity.Evidence{IDToken: token, Nonce: nonce})
	}
	good := i.token(nil)
	who, err := ask(good, "nonce-1")
	if err != nil || who.Subject != "ada-1" || who.Email != "ada@example.com" || !who.EmailVerified || who.OwnsMailbox || *who.FirstName != "Ada" ||
		*who.LastName != "Lovelace" || who.Provider != identity.Google || len(who.TokenHash) != 32 || who.TokenExpires.Before(now.Add(time.Hour)) {
		t.Errorf("%+v %v", who, err)
	}
	if _, err := ask(i.token(map[string]any{"aud": "client-2"}), "nonce-1"); err != nil {
		t.Errorf("another client of ours: %v", err)
	}

	other := newIssuer(t)
	for name, token := range map[string]string{
		"nothing":              "x",
		"no signature":         i.unsigned(),
		"a shared secret":      i.confused(),
		"another issuer's key": other.token(map[string]any{"iss": i.url}),
		"another issuer":       i.token(map[string]any{"iss": "https://accounts.example.com"}),
		"another audience":     i.token(map[string]any{"aud": "client-3"}),
		"no audience":          i.token(map[string]any{"aud": []string{}}),
		"another party":        i.token(map[string]any{"azp": "client-3"}),
		"audiences, no party":  i.token(map[string]any{"aud": []string{"client-1", "client-3"}}),
		"expired":              i.token(map[string]any{"exp": now.Add(-time.Second).Unix()}),
		"not yet valid":        i.token(map[string]any{"nbf": now.Add(time.Hour).Unix()}),
		"from the future":      i.token(map[string]any{"iat": now.Add(time.Hour).Unix()}),
		"another nonce":        i.token(map[string]any{"nonce": "nonce-2"}),
		"no nonce":             i.token(map[string]any{"nonce": nil}),
		"nobody":               i.token(map[string]any{"sub": ""}),
		"an endless subject":   i.token(map[string]any{"sub": strings.Repeat("x", 256)}),
		"a changed claim":      spoil(good),
	} {
		_, err := ask(token, "nonce-1")
		wantCode(t, name, err, "PROVIDER_TOKEN_INVALID")
	}
	_, err = ask(good, "") // a frontend that has sent no nonce takes no token with one
	wantCode(t, "no nonce expected", err, "PROVIDER_TOKEN_INVALID")
}

// spoil replaces the payload's last character.
func spoil(token string) string {
	parts := strings.Split(token, ".")
	parts[1] = parts[1][:len(parts[1])-2] + "xx"
	return strings.Join(parts, ".")
}

// TestGooglesMailboxes: only there does Google know that nobody else has the address.
func TestGooglesMailboxes(t *testing.T) {
	i := newIssuer(t)
	p := google(t, i)
	for _, c := range []struct {
		claims         map[string]any
		verified, owns bool
	}{
		{map[string]any{"email": "ada@GMAIL.com"}, true, true},
		{map[string]any{"email": "ada@gmail.com", "email_verified": false}, false, false},
		{map[string]any{"email": "ada@example.com"}, true, false},
		{map[string]any{"email": "ada@example.com", "hd": "example.com"}, true, true},
		{map[string]any{"email": "ada@gmail.com.example.com"}, true, false},
		{map[string]any{"email": nil}, false, false},
	} {
		who, err := p.Identify(t.Context(), identity.Google, identity.Evidence{IDToken: i.token(c.claims), Nonce: "nonce-1"})
		if err != nil || who.EmailVerified != c.verified || who.OwnsMailbox != c.owns {
			t.Errorf("%v: %+v %v", c.claims, who, err)
		}
	}
}

// TestAProviderThatIsAway does not make a token wrong, and is asked again.
func TestAProviderThatIsAway(t *testing.T) {
	i := newIssuer(t)
	p := google(t, i)
	ask := func() error {
		_, err := p.Identify(t.Context(), identity.Google, identity.Evidence{IDToken: i.token(nil), Nonce: "nonce-1"})
		return err
	}
	const configuration = "/.well-known/openid-configuration"
	i.fail(configuration, http.StatusInternalServerError)
	wantCode(t, "no configuration", ask(), "UNAVAILABLE")
	i.fail(configuration, 0)
	i.fail("/keys", http.StatusBadGateway)
	wantCode(t, "no keys", ask(), "UNAVAILABLE")
	i.fail("/keys", 0)
	err := ask()
	for deadline := time.Now().Add(5 * time.Second); err != nil && time.Now().Before(deadline); {
		err = ask() // go-oidc forgets a failed request for keys a moment after it has returned
	}
	if err != nil {
		t.Error(err)
	}
	i.fail("/token", http.StatusInternalServerError)
	_, err = p.Identify(t.Context(), identity.Google, identity.Evidence{Code: "1", RedirectURI: callback(identity.Google)})
	wantCode(t, "no token endpoint", err, "UNAVAILABLE")
	if n := i.requests(configuration); n != 2 {
		t.Errorf("the configuration was read %d times", n)
	}
}

func TestKeysRotate(t *testing.T) {
	i := newIssuer(t)
	p := google(t, i)
	old := i.token(nil)
	for _, kid := range []string{"", "key-2", "key-3"} {
		if kid != "" {
			i.rotate(kid)
		}
		// The library may use the answer of a fetch that ended a moment ago.
		eventually.Holds(t, 10*time.Second, "a token of the key "+kid+" is accepted", func() bool {
			_, err := p.Identify(t.Context(), identity.Google, identity.Evidence{IDToken: i.token(nil), Nonce: "nonce-1"})
			return err == nil
		})
	}
	_, err := p.Identify(t.Context(), identity.Google, identity.Evidence{IDToken: old, Nonce: "nonce-1"})
	wantCode(t, "a key that is gone", err, "PROVIDER_TOKEN_INVALID")
}

func TestCodes(t *testing.T) {
	i := newIssuer(t)
	i.info = map[string]any{"sub": "ada-1", "email": "ada@example.com", "email_verified": "true", "given_name": "Ada"}
	p := google(t, i)
	i.codes["full"] = i.claims(nil)
	i.codes["bare"] = i.claims(map[string]any{"email": nil, "email_verified": nil})
	i.codes["other"] = i.claims(map[string]any{"aud": "client-2"})
	ask := func(code string) (identity.Person, error) {
		return p.Identify(t.Context(), identity.Google, identity.Evidence{Code: code, CodeVerifier: "verifier", RedirectURI: callback(identity.Google), Nonce: "nonce-1"})
	}
	for _, code := range []string{"full", "bare"} {
		who, err := ask(code)
		if err != nil || who.Email != "ada@example.com" || !who.EmailVerified || *who.FirstName != "Ada" || who.TokenHash != nil {
			t.Errorf("%s: %+v %v", code, who, err)
		}
		form := i.forms[len(i.forms)-1]
		if form["client_id"] != "client-1" || form["client_secret"] != "secret" || form["code_verifier"] != "verifier" || form["redirect_uri"] != callback(identity.Google) {
			t.Errorf("%v", form)
		}
	}
	for _, code := range []string{"full", "unknown", "other"} {
		_, err := ask(code)
		wantCode(t, code, err, "PROVIDER_TOKEN_INVALID")
	}
	i.codes["bare"] = i.claims(map[string]any{"email": nil})
	i.info["sub"] = "eve-1"
	_, err := ask("bare")
	wantCode(t, "userinfo of somebody else", err, "PROVIDER_TOKEN_INVALID")
}

func TestThePageOfAProvider(t *testing.T) {
	i := newIssuer(t)
	_, private := appleKey(t)
	p := newProviders(t, provider.Settings{
		Google:   provider.Client{IDs: []string{"client-1"}, Secret: "secret", URL: i.url},
		LinkedIn: provider.Client{IDs: []string{"client-1"}, Secret: "secret", URL: i.url},
		Apple:    provider.AppleClient{Client: provider.Client{IDs: []string{"client-1"}, URL: i.url}, TeamID: "team", KeyID: "key", PrivateKey: private},
		Facebook: provider.Client{IDs: []string{"client-1"}, Secret: "secret"},
		X:        provider.Client{IDs: []string{"client-1"}, Secret: "secret"},
	})
	f := identity.Flow{State: "state-1", Nonce: "nonce-1", CodeVerifier: "verifier"}
	for name, want := range map[identity.Provider]struct {
		base, scope, nonce string
		pkce, form         bool
	}{
		identity.Google:   {i.url + "/authorize", "openid email profile", "nonce-1", true, false},
		identity.Apple:    {i.url + "/authorize", "openid email name", "nonce-1", true, true},
		identity.LinkedIn: {i.url + "/authorize", "openid email profile", "nonce-1", false, false},
		identity.Facebook: {"https://www.facebook.com/v19.0/dialog/oauth", "email public_profile", "", true, false},
		identity.X:        {"https://x.com/i/oauth2/authorize", "users.read tweet.read users.email", "", true, false},
	} {
		page, err := p.AuthorizationURL(t.Context(), name, f)
		u, parseErr := url.Parse(page)
		if err != nil || parseErr != nil {
			t.Fatal(err, parseErr)
		}
		q := u.Query()
		if !strings.HasPrefix(page, want.base+"?") || q.Get("scope") != want.scope || q.Get("state") != "state-1" || q.Get("nonce") != want.nonce ||
			q.Get("client_id") != "client-1" || q.Get("redirect_uri") != callback(name) || q.Get("response_type") != "code" ||
			(q.Get("code_challenge_method") == "S256") != want.pkce || (q.Get("response_mode") == "form_post") != want.form {
			t.Errorf("%s: %s", name, page)
		}
	}
}

func appleKey(t *testing.T) (*ecdsa.PrivateKey, string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return key, string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
}

// TestApple: the client's secret is made from its key, booleans come as text, and the name comes beside the code.
func TestApple(t *testing.T) {
	i := newIssuer(t)
	key, private := appleKey(t)
	p := newProviders(t, provider.Settings{Apple: provider.AppleClient{
		Client: provider.Client{IDs: []string{"client-1"}, URL: i.url}, TeamID: "team-1", KeyID: "key-9", PrivateKey: private,
	}})
	i.codes["1"] = i.claims(map[string]any{
		"email": "x7@privaterelay.appleid.com", "email_verified": "true", "is_private_email": "true", "given_name": nil, "family_name": nil,
	})
	who, err := p.Identify(t.Context(), identity.Apple, identity.Evidence{
		Code: "1", RedirectURI: callback(identity.Apple), Nonce: "nonce-1", Name: `{"name":{"firstName":"Ada","lastName":"Lovelace"},"email":"eve@example.com"}`,
	})
	if err != nil || who.Email != "x7@privaterelay.appleid.com" || !who.EmailVerified || !who.OwnsMailbox || *who.FirstName != "Ada" || *who.LastName != "Lovelace" {
		t.Fatalf("%+v %v", who, err)
	}
	secret, err := jose.ParseSignedCompact(i.forms[0]["client_secret"], []jose.SignatureAlgorithm{jose.ES256})
	if err != nil {
		t.Fatal(err)
	}
	text, err := secret.Verify(key.Public())
	var claims struct {
		Iss, Sub, Aud string
		Iat, Exp      int64
	}
	if err != nil || json.Unmarshal(text, &claims) != nil || secret.Signatures[0].Header.KeyID != "key-9" {
		t.Fatalf("%s %v", text, err)
	}
	if claims.Iss != "team-1" || claims.Sub != "client-1" || claims.Aud != "https://appleid.apple.com" || claims.Iat != now.Unix() || claims.Exp != now.Unix()+300 {
		t.Errorf("%+v", claims)
	}
	for name, bad := range map[string]string{"no PEM": "x", "another form": strings.ReplaceAll(private, "PRIVATE KEY", "EC PRIVATE KEY")[:60]} {
		_, err := provider.New(provider.Settings{Apple: provider.AppleClient{Client: provider.Client{IDs: []string{"1"}}, PrivateKey: bad}}, time.Now)
		if err == nil {
			t.Errorf("%s is taken", name)
		}
	}
}

// TestLinkedInHasNoNonce, so none is required.
func TestLinkedInHasNoNonce(t *testing.T) {
	i := newIssuer(t)
	p := newProviders(t, provider.Settings{LinkedIn: provider.Client{IDs: []string{"client-1"}, Secret: "secret", URL: i.url}})
	i.codes["1"] = i.claims(map[string]any{"nonce": nil, "email": "ada@gmail.com"})
	who, err := p.Identify(t.Context(), identity.LinkedIn, identity.Evidence{Code: "1", CodeVerifier: "verifier", RedirectURI: callback(identity.LinkedIn), Nonce: "nonce-1"})
	if err != nil || !who.EmailVerified || who.OwnsMailbox {
		t.Errorf("%+v %v", who, err)
	}
	if _, sent := i.forms[0]["code_verifier"]; sent {
		t.Error("LinkedIn gets a verifier")
	}
}

// profiles is the API of a provider of OAuth 2.0.
func profiles(t *testing.T, tokenPath, profilePath, profile string, check func(r *http.Request)) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		switch r.URL.Path {
		case tokenPath:
			if _ = r.ParseForm(); r.PostForm.Get("code") != "1" || r.PostForm.Get("code_verifier") != "verifier" {
				w.WriteHeader(http.StatusBadRequest)
				_, _ = w.Write([]byte(`{"error":"invalid_grant"}`))
				return
			}
			check(r)
			_, _ = w.Write([]byte(`{"access_token":"their-token","token_type":"bearer"}`))
		case profilePath:
			check(r)
			if r.Header.Get("Authorization") != "Bearer their-token" {
				w.WriteHeader(http.StatusUnauthorized)
			}
			_, _ = w.Write([]byte(profile))
		default:
			w.WriteHeader(http.StatusNotFound)
		}
	}))
	t.Cleanup(server.Close)
	return server.URL
}

func TestFacebookAndX(t *testing.T) {
	facebook := profiles(t, "/v19.0/oauth/access_token", "/v19.0/me", `{"id":"7","first_name":"Ada","last_name":"Lovelace","email":"ada@gmail.com"}`, func(r *http.Request) {
		mac := hmac.New(sha256.New, []byte("secret"))
		mac.Write([]byte("their-token"))
		if r.URL.Path == "/v19.0/me" && r.URL.Query().Get("appsecret_proof") != hex.EncodeToString(mac.Sum(nil)) {
			t.Errorf("Facebook gets the proof %s", r.URL)
		}
	})
	x := profiles(t, "/2/oauth2/token", "/2/users/me", `{"data":{"id":"8","name":"Ada King Lovelace","confirmed_email":"ada@gmail.com"}}`, func(r *http.Request) {
		if id, secret, _ := r.BasicAuth(); r.URL.Path == "/2/oauth2/token" && (id != "client-1" || secret != "secret") {
			t.Errorf("X got the client %q", id)
		}
	})
	p := newProviders(t, provider.Settings{
		Facebook: provider.Client{IDs: []string{"client-1"}, Secret: "secret", APIURL: facebook},
		X:        provider.Client{IDs: []string{"client-1"}, Secret: "secret", APIURL: x},
	})
	for name, want := range map[identity.Provider]struct {
		subject, last string
		verified      bool
	}{identity.Facebook: {"7", "Lovelace", false}, identity.X: {"8", "King Lovelace", true}} {
		ask := func(e identity.Evidence) (identity.Person, error) { return p.Identify(t.Context(), name, e) }
		who, err := ask(identity.Evidence{Code: "1", CodeVerifier: "verifier", RedirectURI: callback(name)})
		if err != nil || who.Provider != name || who.Subject != want.subject || *who.FirstName != "Ada" || *who.LastName != want.last ||
			who.Email != "ada@gmail.com" || who.EmailVerified != want.verified || who.OwnsMailbox {
			t.Errorf("%s: %+v %v", name, who, err)
		}
		_, err = ask(identity.Evidence{Code: "2", CodeVerifier: "verifier", RedirectURI: callback(name)})
		wantCode(t, string(name), err, "PROVIDER_TOKEN_INVALID")
		_, err = ask(identity.Evidence{IDToken: "token"})
		wantCode(t, string(name), err, "VALIDATION_FAILED")
	}
}
