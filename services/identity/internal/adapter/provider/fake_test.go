package provider_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"muster/deploy/providerfake"
	"muster/services/identity/internal/adapter/provider"
	"muster/services/identity/internal/identity"
)

const callbackHost = "http://127.0.0.1:1"

// standIns are all providers at the stand-in.
func standIns(t *testing.T) (providers *provider.Providers, base string) {
	t.Helper()
	key, private := appleKey(t)
	var fake http.Handler
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fake.ServeHTTP(w, r) }))
	t.Cleanup(server.Close)
	fake, err := providerfake.New(providerfake.Options{URL: server.URL, AppleKey: key.Public(), Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	client := func(name string) provider.Client {
		return provider.Client{IDs: []string{providerfake.ClientID}, Secret: providerfake.ClientSecret, URL: server.URL + "/" + name, APIURL: server.URL + "/" + name}
	}
	providers, err = provider.New(provider.Settings{
		Google: client("google"), LinkedIn: client("linkedin"), Facebook: client("facebook"), X: client("x"),
		Apple: provider.AppleClient{
			Client: provider.Client{IDs: []string{providerfake.ClientID}, URL: server.URL + "/apple"},
			TeamID: providerfake.AppleTeamID, KeyID: providerfake.AppleKeyID, PrivateKey: private,
		},
		CallbackURL: func(p identity.Provider) string { return callbackHost + "/" + string(p) },
	}, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	return providers, server.URL
}

// choose walks through the provider's page as a browser, and returns what it brings back.
func choose(t *testing.T, page, person string) url.Values {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	var back *url.URL
	browser := &http.Client{Jar: jar, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if strings.HasPrefix(r.URL.String(), callbackHost) {
			back = r.URL
			return http.ErrUseLastResponse
		}
		return nil
	}}
	shown, err := browser.Get(page)
	if err != nil {
		t.Fatal(err)
	}
	text, _ := io.ReadAll(shown.Body)
	if shown.StatusCode != http.StatusOK || !strings.Contains(string(text), "Ada Lovelace") {
		t.Fatalf("%s: %d %s", page, shown.StatusCode, text)
	}
	form := url.Values{"person": {person}}
	for name, value := range shown.Request.URL.Query() {
		form[name] = value
	}
	sent, err := browser.PostForm(shown.Request.URL.Scheme+"://"+shown.Request.URL.Host+shown.Request.URL.Path, form)
	if err != nil {
		t.Fatal(err)
	}
	if back != nil {
		return back.Query()
	}
	// Apple's page sends the browser back with a form.
	text, _ = io.ReadAll(sent.Body)
	values := url.Values{}
	for _, name := range []string{"code", "state"} {
		_, after, found := strings.Cut(string(text), `name="`+name+`" value="`)
		value, _, ended := strings.Cut(after, `"`)
		if !found || !ended {
			t.Fatalf("%d %s", sent.StatusCode, text)
		}
		values.Set(name, value)
	}
	return values
}

// TestTheStandIns: the same code asks them as asks the real providers, all the way through their pages.
func TestTheStandIns(t *testing.T) {
	p, base := standIns(t)
	for _, name := range identity.AllProviders {
		f := identity.Flow{State: "state-1", Nonce: "nonce-1", CodeVerifier: strings.Repeat("v", 43)}
		page, err := p.AuthorizationURL(t.Context(), name, f)
		if err != nil {
			t.Fatal(err)
		}
		back := choose(t, page, "ada")
		who, err := p.Identify(t.Context(), name, identity.Evidence{
			Code: back.Get("code"), CodeVerifier: f.CodeVerifier, RedirectURI: callbackHost + "/" + string(name), Nonce: "nonce-1",
		})
		if err != nil || back.Get("state") != "state-1" {
			t.Errorf("%s: %v %v", name, back, err)
			continue
		}
		if who.Subject != "ada" || who.Email != "ada.lovelace@gmail.com" || who.EmailVerified != (name != identity.Facebook) || who.OwnsMailbox != (name == identity.Google) {
			t.Errorf("%s: %+v", name, who)
		}
		if name != identity.Apple && (who.FirstName == nil || *who.FirstName != "Ada") {
			t.Errorf("%s: %v", name, who.FirstName)
		}
		if refused := choose(t, page, ""); name != identity.Apple && refused.Get("error") != "access_denied" {
			t.Errorf("%s, cancelled: %v", name, refused)
		}
	}
	for _, name := range []identity.Provider{identity.Google, identity.Apple, identity.LinkedIn} {
		response, err := http.Get(base + "/" + string(name) + "/button?person=unverified-1@gmail.com&nonce=nonce-2")
		if err != nil {
			t.Fatal(err)
		}
		var body struct {
			IDToken string `json:"idToken"`
		}
		if err := json.NewDecoder(response.Body).Decode(&body); err != nil {
			t.Fatal(err)
		}
		who, err := p.Identify(t.Context(), name, identity.Evidence{IDToken: body.IDToken, Nonce: "nonce-2"})
		if err != nil || who.Email != "unverified-1@gmail.com" || who.EmailVerified || who.OwnsMailbox {
			t.Errorf("%s: %+v %v", name, who, err)
		}
	}
}
