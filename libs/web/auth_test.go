package web_test

import (
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/golang-jwt/jwt/v5"

	"muster/libs/causal"
	"muster/libs/web"
)

const secret = "0123456789abcdef0123456789abcdef"

type issuer struct {
	public  ed25519.PublicKey
	private ed25519.PrivateKey
}

func newIssuer(t testing.TB) issuer {
	t.Helper()
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	return issuer{public, private}
}

func (i issuer) claims() web.AccessClaims {
	now := time.Now()
	return web.AccessClaims{SessionID: "s1", TypeCode: "ADMI", RegisteredClaims: jwt.RegisteredClaims{
		Issuer: web.Issuer, Audience: jwt.ClaimStrings{web.Audience}, Subject: "7",
		IssuedAt: jwt.NewNumericDate(now), ExpiresAt: jwt.NewNumericDate(now.Add(time.Minute)),
	}}
}

func (i issuer) sign(t testing.TB, c web.AccessClaims) string {
	t.Helper()
	return i.signAs(t, "k1", c)
}

func (i issuer) signAs(t testing.TB, kid string, c web.AccessClaims) string {
	t.Helper()
	token := jwt.NewWithClaims(jwt.SigningMethodEdDSA, c)
	token.Header["kid"] = kid
	s, err := token.SignedString(i.private)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (i issuer) keySet() http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(w).Encode(map[string]any{"keys": []any{map[string]any{
			"kty": "OKP", "crv": "Ed25519", "kid": "k1", "alg": "EdDSA", "use": "sig", "x": base64.RawURLEncoding.EncodeToString(i.public),
		}}})
	}
}

// remote reads the key set from a server that answers while up.
func (i issuer) remote(t testing.TB, up *atomic.Bool) *web.Keys {
	t.Helper()
	keySet := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !up.Load() {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		i.keySet()(w, r)
	}))
	t.Cleanup(keySet.Close)
	keys, err := web.RemoteKeys(t.Context(), keySet.URL, quiet)
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

func (i issuer) local() *web.Keys {
	return web.LocalKeys(func(_ context.Context, kid string) (any, error) {
		if kid != "k1" {
			return nil, errors.New("unknown key")
		}
		return i.public, nil
	})
}

func guarded(t testing.TB, keys *web.Keys, standing web.Standing) http.Handler {
	t.Helper()
	csrf, err := web.NewCSRF(secret)
	if err != nil {
		t.Fatal(err)
	}
	a := web.NewAuthenticator(keys, csrf, func(_ context.Context, caller web.Caller) (web.Standing, error) {
		if caller.UserID != 7 || caller.SessionID != "s1" {
			return web.Standing{}, nil
		}
		return standing, nil
	})
	e := web.New(web.Options{Service: "test", Logger: quiet})
	e.GET("/me", a.User, func(c *gin.Context) { c.JSON(200, gin.H{"type": web.CurrentPrincipal(c).TypeCode}) })
	e.POST("/me", a.User, func(c *gin.Context) { c.Status(200) })
	e.GET("/admin", a.Admin, func(c *gin.Context) { c.Status(200) })
	return e
}

func ask(h http.Handler, method, path, authorization, csrf string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, nil)
	if authorization != "" {
		r.Header.Set("Authorization", authorization)
	}
	if csrf != "" {
		r.Header.Set("X-Csrf-Token", csrf)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// TestTheCallersVersionGoesBothWays: the gateway's header reaches the look-up, and the version that was found reaches the handler.
func TestTheCallersVersionGoesBothWays(t *testing.T) {
	i := newIssuer(t)
	csrf, err := web.NewCSRF(secret)
	if err != nil {
		t.Fatal(err)
	}
	var asked int64
	a := web.NewAuthenticator(i.local(), csrf, func(_ context.Context, caller web.Caller) (web.Standing, error) {
		asked = caller.AtLeast
		return web.Standing{Active: true, UserVersion: 12}, nil
	})
	e := web.New(web.Options{Service: "test", Logger: quiet})
	e.GET("/me", a.User, func(c *gin.Context) { c.JSON(200, web.CurrentPrincipal(c).UserVersion) })
	for header, want := range map[string]struct {
		asked  int64
		status int
	}{"": {0, 200}, "7": {7, 200}, "-1": {0, 400}, "x": {0, 400}} {
		asked = 0
		r := httptest.NewRequest("GET", "/me", nil)
		r.Header.Set("Authorization", "Bearer "+i.sign(t, i.claims()))
		if header != "" {
			r.Header.Set(causal.HeaderUserVersion, header)
		}
		w := httptest.NewRecorder()
		e.ServeHTTP(w, r)
		if w.Code != want.status || asked != want.asked || w.Code == 200 && w.Body.String() != "12" {
			t.Errorf("%q: %d %s, asked for %d", header, w.Code, w.Body, asked)
		}
	}
}

func TestWhoIsLetIn(t *testing.T) {
	i, stranger := newIssuer(t), newIssuer(t)
	admin := web.Standing{Active: true, TypeCode: "ADMI"}
	with := func(change func(*web.AccessClaims)) string {
		c := i.claims()
		change(&c)
		return "Bearer " + i.sign(t, c)
	}
	good := with(func(*web.AccessClaims) {})
	none := jwt.NewWithClaims(jwt.SigningMethodNone, i.claims())
	none.Header["kid"] = "k1"
	unsigned, _ := none.SignedString(jwt.UnsafeAllowNoneSignatureType)
	hmacWithPublicKey := jwt.NewWithClaims(jwt.SigningMethodHS256, i.claims())
	hmacWithPublicKey.Header["kid"] = "k1"
	confused, _ := hmacWithPublicKey.SignedString([]byte(i.public))

	for _, tc := range []struct {
		name, authorization string
		standing            web.Standing
		status              int
	}{
		{"good", good, admin, 200},
		{"scheme without case", "bearer " + good[len("Bearer "):], admin, 200},
		{"nothing", "", admin, 401},
		{"no scheme", good[len("Bearer "):], admin, 401},
		{"basic", "Basic YTpi", admin, 401},
		{"garbage", "Bearer x.y.z", admin, 401},
		{"another's signature", "Bearer " + stranger.sign(t, stranger.claims()), admin, 401},
		{"alg none", "Bearer " + unsigned, admin, 401},
		{"alg HS256 with the public key", "Bearer " + confused, admin, 401},
		{"expired", with(func(c *web.AccessClaims) { c.ExpiresAt = jwt.NewNumericDate(time.Now().Add(-time.Minute)) }), admin, 401},
		{"never expires", with(func(c *web.AccessClaims) { c.ExpiresAt = nil }), admin, 401},
		{"not yet", with(func(c *web.AccessClaims) { c.NotBefore = jwt.NewNumericDate(time.Now().Add(time.Minute)) }), admin, 401},
		{"wrong issuer", with(func(c *web.AccessClaims) { c.Issuer = "other" }), admin, 401},
		{"wrong audience", with(func(c *web.AccessClaims) { c.Audience = jwt.ClaimStrings{"other"} }), admin, 401},
		{"no subject", with(func(c *web.AccessClaims) { c.Subject = "" }), admin, 401},
		{"no session", with(func(c *web.AccessClaims) { c.SessionID = "" }), admin, 401},
		{"no time of issue", with(func(c *web.AccessClaims) { c.IssuedAt = nil }), admin, 401},
		{"unknown user", with(func(c *web.AccessClaims) { c.Subject = "8" }), admin, 401},
		{"deactivated", good, web.Standing{Active: false, TypeCode: "ADMI"}, 401},
		{"logged out", good, web.Standing{Active: true, SessionEnded: true}, 401},
		{"all sessions ended since", good, web.Standing{Active: true, TokensValidFrom: time.Now().Add(time.Minute)}, 401},
	} {
		t.Run(tc.name, func(t *testing.T) {
			w := ask(guarded(t, i.local(), tc.standing), "GET", "/me", tc.authorization, "")
			if w.Code != tc.status {
				t.Fatalf("status %d, want %d: %s", w.Code, tc.status, w.Body)
			}
			if tc.status == 401 && w.Body.String() != `{"message":"User not authenticated"}` {
				t.Errorf("body %s", w.Body)
			}
		})
	}
}

func TestAdminIsWhoTheServiceSaysNotTheToken(t *testing.T) {
	i := newIssuer(t)
	token := "Bearer " + i.sign(t, i.claims()) // its claim says ADMI
	w := ask(guarded(t, i.local(), web.Standing{Active: true, TypeCode: "NONS"}), "GET", "/admin", token, "")
	if w.Code != 403 || w.Body.String() != `{"message":"Administrator access required"}` {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if w := ask(guarded(t, i.local(), web.Standing{Active: true, TypeCode: "ADMI"}), "GET", "/admin", token, ""); w.Code != 200 {
		t.Errorf("an admin gets %d", w.Code)
	}
	if w := ask(guarded(t, i.local(), web.Standing{Active: true, TypeCode: "NONS"}), "GET", "/admin", "", ""); w.Code != 401 {
		t.Errorf("nobody gets %d, want 401 before 403", w.Code)
	}
}

func TestWritesNeedTheSessionsCSRFToken(t *testing.T) {
	i := newIssuer(t)
	csrf, _ := web.NewCSRF(secret)
	token := "Bearer " + i.sign(t, i.claims())
	h := guarded(t, i.local(), web.Standing{Active: true})
	for name, tc := range map[string]struct {
		csrf   string
		status int
	}{"right": {csrf.Token("s1"), 200}, "none": {"", 403}, "another session's": {csrf.Token("s2"), 403}, "cut": {csrf.Token("s1")[:20], 403}} {
		w := ask(h, "POST", "/me", token, tc.csrf)
		if w.Code != tc.status {
			t.Errorf("%s: status %d, want %d", name, w.Code, tc.status)
		}
		if tc.status == 403 && w.Body.String() != `{"message":"Invalid CSRF token","code":"CSRF_INVALID"}` {
			t.Errorf("%s: body %s", name, w.Body)
		}
	}
	if _, err := web.NewCSRF("short"); err == nil {
		t.Error("a short secret is accepted")
	}
}

func TestRemoteKeysWaitForIdentity(t *testing.T) {
	i := newIssuer(t)
	var up atomic.Bool
	h := guarded(t, i.remote(t, &up), web.Standing{Active: true})
	token := "Bearer " + i.sign(t, i.claims())
	if w := ask(h, "GET", "/me", token, ""); w.Code != 503 || w.Header().Get("Retry-After") == "" {
		t.Errorf("without keys: %d %s, want 503: the token may be good", w.Code, w.Body)
	}
	up.Store(true)
	deadline := time.Now().Add(10 * time.Second)
	for ask(h, "GET", "/me", token, "").Code != 200 {
		if time.Now().After(deadline) {
			t.Fatal("the key set is never read again")
		}
	}
	if w := ask(h, "GET", "/me", "Bearer "+newIssuer(t).sign(t, i.claims()), ""); w.Code != 401 {
		t.Errorf("another's signature: %d", w.Code)
	}
	up.Store(false)
	if w := ask(h, "GET", "/me", "Bearer "+i.signAs(t, "newer", i.claims()), ""); w.Code != 503 {
		t.Errorf("a key that is not known, while the set cannot be read: %d, want 503", w.Code)
	}
	if w := ask(h, "GET", "/me", token, ""); w.Code != 200 {
		t.Errorf("a known key while the set cannot be read: %d", w.Code)
	}
}

// Many clients come as soon as a service is up, before it has read the key set.
func TestManyRequestsReadTheKeysTogether(t *testing.T) {
	i := newIssuer(t)
	var up atomic.Bool
	h := guarded(t, i.remote(t, &up), web.Standing{Active: true})
	up.Store(true)
	token := "Bearer " + i.sign(t, i.claims())
	var clients sync.WaitGroup
	for range 20 {
		clients.Go(func() {
			if w := ask(h, "GET", "/me", token, ""); w.Code != 200 {
				t.Errorf("%d %s", w.Code, w.Body)
			}
		})
	}
	clients.Wait()
}

func TestServiceTokensNameCallerAndCallee(t *testing.T) {
	gateway, _ := web.NewServiceTokens(secret, "gateway")
	billing, _ := web.NewServiceTokens(secret, "billing")
	stranger, _ := web.NewServiceTokens(strings.ToUpper(secret), "gateway")
	directory, _ := web.NewServiceTokens(secret, "directory")
	e := web.New(web.Options{Service: "directory", Logger: quiet})
	e.GET("/internal", directory.Only("gateway", "ops"), func(c *gin.Context) { c.Status(200) })
	issue := func(by web.ServiceTokens, audience string, at time.Time) string {
		token, err := by.Issue(audience, at)
		if err != nil {
			t.Fatal(err)
		}
		return token
	}
	forTwo, err := jwt.NewWithClaims(jwt.SigningMethodHS256, jwt.RegisteredClaims{
		Issuer: "gateway", Audience: jwt.ClaimStrings{"internal:directory", "internal:billing"}, ExpiresAt: jwt.NewNumericDate(time.Now().Add(time.Minute)),
	}).SignedString([]byte(secret))
	if err != nil {
		t.Fatal(err)
	}
	i, now := newIssuer(t), time.Now()
	for name, tc := range map[string]struct {
		token  string
		status int
	}{
		"good": {issue(gateway, "directory", now), 200}, "another caller": {issue(billing, "directory", now), 403}, "itself": {issue(directory, "directory", now), 403},
		"for another service": {issue(gateway, "billing", now), 401}, "for two services": {forTwo, 401}, "another secret": {issue(stranger, "directory", now), 401},
		"old": {issue(gateway, "directory", now.Add(-time.Hour)), 401}, "none": {"", 401}, "a user's": {i.sign(t, i.claims()), 401},
	} {
		if w := ask(e, "GET", "/internal", "Bearer "+tc.token, ""); w.Code != tc.status {
			t.Errorf("%s: %d, want %d", name, w.Code, tc.status)
		}
	}
}

// TestAdministratorsWhoNeedASecondFactor are admitted where they set one up, and are nobody where anybody is.
func TestAdministratorsWhoNeedASecondFactor(t *testing.T) {
	i := newIssuer(t)
	csrf, err := web.NewCSRF(secret)
	if err != nil {
		t.Fatal(err)
	}
	lacking := i.claims()
	lacking.FactorRequired = true
	token := i.sign(t, lacking)
	for typeCode, want := range map[string]map[string]int{
		"ADMI": {"/me": 403, "/api/auth/mfa/factors": 200, "/api/auth/csrf-token": 200, "/anybody": 401},
		"NONS": {"/me": 200, "/api/auth/mfa/factors": 200, "/api/auth/csrf-token": 200, "/anybody": 200},
	} {
		a := web.NewAuthenticator(i.local(), csrf, func(context.Context, web.Caller) (web.Standing, error) {
			return web.Standing{Active: true, TypeCode: typeCode}, nil
		})
		e := web.New(web.Options{Service: "test", Logger: quiet})
		for _, path := range []string{"/me", "/api/auth/mfa/:what", "/api/auth/csrf-token"} {
			e.GET(path, a.User, func(c *gin.Context) { c.Status(200) })
		}
		e.GET("/anybody", func(c *gin.Context) {
			if p, err := a.Presented(c); err != nil || p.UserID == 0 {
				web.Fail(c, web.ErrUnauthenticated)
			}
		})
		for path, status := range want {
			w := ask(e, "GET", path, "Bearer "+token, "")
			if w.Code != status || status == 403 && w.Body.String() != `{"message":"Please set up a second factor first","code":"SECOND_FACTOR_REQUIRED"}` {
				t.Errorf("%s %s: %d %s, want %d", typeCode, path, w.Code, w.Body, status)
			}
		}
	}
	voucher := vouch(t, i, serviceTokens(t, secret, "gateway"), token, "directory")
	if status := present(behind(t, web.Standing{Active: true, TypeCode: "ADMI"}), token, voucher); status != 403 {
		t.Errorf("vouched for: %d", status)
	}
}
