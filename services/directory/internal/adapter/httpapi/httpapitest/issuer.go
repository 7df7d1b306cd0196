// Package httpapitest lets tests call directory's API as somebody who has signed in: it stands in for identity, which
// signs access tokens.
package httpapitest

import (
	"crypto/ed25519"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"muster/libs/web"
)

// Secret is the CSRF secret and the service secret of tests.
const Secret = "a secret of tests that is long enough"

// Issuer signs access tokens and serves the key to check them with.
type Issuer struct {
	// URL is the address of the key set.
	URL string

	key  ed25519.PrivateKey
	csrf web.CSRF
}

// NewIssuer makes an issuer that serves its key set until the test ends.
func NewIssuer(t testing.TB) *Issuer {
	t.Helper()
	public, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	csrf, err := web.NewCSRF(Secret)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, `{"keys":[{"kty":"OKP","crv":"Ed25519","alg":"EdDSA","use":"sig","kid":"test","x":%q}]}`,
			base64.RawURLEncoding.EncodeToString(public))
	}))
	t.Cleanup(server.Close)
	return &Issuer{URL: server.URL, key: key, csrf: csrf}
}

// SignIn makes a request come from a user, with the CSRF token of their session.
func (i *Issuer) SignIn(t testing.TB, r *http.Request, userID int64) {
	t.Helper()
	i.SignInAt(t, r, userID, "session-"+strconv.FormatInt(userID, 10), time.Now())
}

// SignInAt is [Issuer.SignIn] with a session and a time at which the token was issued.
func (i *Issuer) SignInAt(t testing.TB, r *http.Request, userID int64, session string, issued time.Time) {
	t.Helper()
	token := jwt.NewWithClaims(jwt.SigningMethodEdDSA, web.AccessClaims{
		SessionID: session, TypeCode: web.TypeAdmin, // whatever the token says, the service's own data counts
		RegisteredClaims: jwt.RegisteredClaims{
			Issuer: web.Issuer, Audience: jwt.ClaimStrings{web.Audience}, Subject: strconv.FormatInt(userID, 10),
			IssuedAt: jwt.NewNumericDate(issued), ExpiresAt: jwt.NewNumericDate(issued.Add(15 * time.Minute)),
		},
	})
	token.Header["kid"] = "test"
	signed, err := token.SignedString(i.key)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+signed)
	r.Header.Set(web.HeaderCSRF, i.csrf.Token(session))
}

// AsService makes a request come from another service.
func AsService(t testing.TB, r *http.Request, audience string) {
	t.Helper()
	tokens, err := web.NewServiceTokens(Secret, "gateway")
	if err != nil {
		t.Fatal(err)
	}
	token, err := tokens.Issue(audience, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+token)
}
