package servicetest

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

// Secret is the CSRF secret and the service secret in tests.
const Secret = "a secret of tests that is long enough"

// Issuer stands in for identity: it signs access tokens and serves the key to check them with.
type Issuer struct {
	// URL is the address of the key set.
	URL string
	// CSRF makes the tokens of sessions, with [Secret].
	CSRF web.CSRF

	key ed25519.PrivateKey
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
	return &Issuer{URL: server.URL, key: key, CSRF: csrf}
}

// SignIn authenticates a request as a user, with the CSRF token of their session.
func (i *Issuer) SignIn(t testing.TB, r *http.Request, userID int64) {
	t.Helper()
	i.SignInAt(t, r, userID, "session-"+strconv.FormatInt(userID, 10), time.Now())
}

// SignInAt is [Issuer.SignIn] for a given session and token issue time.
func (i *Issuer) SignInAt(t testing.TB, r *http.Request, userID int64, session string, issued time.Time) {
	t.Helper()
	r.Header.Set("Authorization", "Bearer "+i.Token(t, userID, session, issued))
	r.Header.Set(web.HeaderCSRF, i.CSRF.Token(session))
}

// Token returns an access token of a session, valid for 15 minutes from its issue. It claims that the user is an
// administrator, so that tests notice a service that trusts the token instead of its own data.
func (i *Issuer) Token(t testing.TB, userID int64, session string, issued time.Time) string {
	t.Helper()
	token := jwt.NewWithClaims(jwt.SigningMethodEdDSA, web.AccessClaims{
		SessionID: session, TypeCode: web.TypeAdmin, AuthTime: jwt.NewNumericDate(issued),
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
	return signed
}

// AsService authenticates a request as another service, with [Secret]. audience is the called service.
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
