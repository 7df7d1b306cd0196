package provider_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// issuer is a provider of OpenID Connect whose tokens a test can spoil.
type issuer struct {
	t   testing.TB
	url string

	mu     sync.Mutex
	key    *ecdsa.PrivateKey
	kid    string
	broken map[string]int // path: status of its answers
	asked  map[string]int // path: number of requests
	// codes are the claims of the ID tokens for codes, and the forms that exchange them.
	codes map[string]map[string]any
	forms []map[string]string
	info  map[string]any // the answer of userinfo; nil for no such endpoint
}

func newIssuer(t testing.TB) *issuer {
	i := &issuer{t: t, broken: map[string]int{}, asked: map[string]int{}, codes: map[string]map[string]any{}}
	i.rotate("key-1")
	server := httptest.NewServer(http.HandlerFunc(i.serve))
	t.Cleanup(server.Close)
	i.url = server.URL
	return i
}

// rotate replaces the signing key.
func (i *issuer) rotate(kid string) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		i.t.Fatal(err)
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	i.key, i.kid = key, kid
}

// fail makes a path answer with the status; 0 heals it.
func (i *issuer) fail(path string, status int) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.broken[path] = status
}

func (i *issuer) requests(path string) int {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.asked[path]
}

func (i *issuer) serve(w http.ResponseWriter, r *http.Request) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.asked[r.URL.Path]++
	if status := i.broken[r.URL.Path]; status != 0 {
		w.WriteHeader(status)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	var answer any
	switch r.URL.Path {
	case "/.well-known/openid-configuration":
		configuration := map[string]any{
			"issuer": i.url, "authorization_endpoint": i.url + "/authorize", "token_endpoint": i.url + "/token", "jwks_uri": i.url + "/keys",
			"id_token_signing_alg_values_supported": []string{"ES256", "RS256", "HS256", "none"},
		}
		if i.info != nil {
			configuration["userinfo_endpoint"] = i.url + "/userinfo"
		}
		answer = configuration
	case "/keys":
		answer = jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: i.key.Public(), KeyID: i.kid, Algorithm: "ES256", Use: "sig"}}}
	case "/token":
		answer = i.exchange(w, r)
	case "/userinfo":
		if r.Header.Get("Authorization") != "Bearer their-access-token" {
			w.WriteHeader(http.StatusUnauthorized)
		}
		answer = i.info
	default:
		w.WriteHeader(http.StatusNotFound)
	}
	_ = json.NewEncoder(w).Encode(answer)
}

func (i *issuer) exchange(w http.ResponseWriter, r *http.Request) any {
	_ = r.ParseForm()
	form := map[string]string{}
	for name := range r.PostForm {
		form[name] = r.PostForm.Get(name)
	}
	i.forms = append(i.forms, form)
	claims, ok := i.codes[form["code"]]
	if !ok {
		w.WriteHeader(http.StatusBadRequest)
		return map[string]string{"error": "invalid_grant"}
	}
	delete(i.codes, form["code"])
	return map[string]any{"access_token": "their-access-token", "token_type": "Bearer", "id_token": i.signWith(jose.ES256, i.key, i.kid, claims)}
}

// claims are those of a good token, changed.
func (i *issuer) claims(changes map[string]any) map[string]any {
	c := map[string]any{
		"iss": i.url, "aud": "client-1", "sub": "ada-1", "iat": now.Unix(), "exp": now.Add(time.Hour).Unix(), "nonce": "nonce-1",
		"email": "ada@example.com", "email_verified": true, "given_name": "Ada", "family_name": "Lovelace",
	}
	maps.Copy(c, changes)
	return c
}

// token is a good token with changed claims.
func (i *issuer) token(changes map[string]any) string {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.signWith(jose.ES256, i.key, i.kid, i.claims(changes))
}

func (i *issuer) signWith(alg jose.SignatureAlgorithm, key any, kid string, claims map[string]any) string {
	text, err := json.Marshal(claims)
	if err != nil {
		i.t.Fatal(err)
	}
	return i.signText(alg, key, kid, text)
}

// signText signs what may be no claims at all.
func (i *issuer) signText(alg jose.SignatureAlgorithm, key any, kid string, text []byte) string {
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: alg, Key: jose.JSONWebKey{Key: key, KeyID: kid}}, nil)
	if err != nil {
		i.t.Fatal(err)
	}
	signed, err := signer.Sign(text)
	if err != nil {
		i.t.Fatal(err)
	}
	compact, err := signed.CompactSerialize()
	if err != nil {
		i.t.Fatal(err)
	}
	return compact
}

// unsigned is a token with the algorithm "none".
func (i *issuer) unsigned() string {
	claims, err := json.Marshal(i.claims(nil))
	if err != nil {
		i.t.Fatal(err)
	}
	return base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none","typ":"JWT"}`)) + "." + base64.RawURLEncoding.EncodeToString(claims) + "."
}

// confused is a token whose secret is the public key.
func (i *issuer) confused() string {
	i.mu.Lock()
	defer i.mu.Unlock()
	public, err := jose.JSONWebKey{Key: i.key.Public(), KeyID: i.kid}.MarshalJSON()
	if err != nil {
		i.t.Fatal(err)
	}
	secret := sha256.Sum256(public)
	return i.signWith(jose.HS256, secret[:], i.kid, i.claims(nil))
}
