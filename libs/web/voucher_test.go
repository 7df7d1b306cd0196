package web_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/golang-jwt/jwt/v5"

	"muster/libs/web"
)

func serviceTokens(t *testing.T, secret, self string) web.ServiceTokens {
	t.Helper()
	tokens, err := web.NewServiceTokens(secret, self)
	if err != nil {
		t.Fatal(err)
	}
	return tokens
}

// vouch returns what the entrance says about a request with this token to the service named audience. Empty: nothing.
func vouch(t *testing.T, i issuer, by web.ServiceTokens, token, audience string) (said string) {
	t.Helper()
	keys := i.local()
	keys.Remember(by)
	csrf, err := web.NewCSRF(secret)
	if err != nil {
		t.Fatal(err)
	}
	a := web.NewAuthenticator(keys, csrf, func(context.Context, web.Caller) (web.Standing, error) { return web.Standing{Active: true}, nil })
	e := web.New(web.Options{Service: "gateway", Logger: quiet})
	e.GET("/", a.User, func(c *gin.Context) { said = web.Voucher(c, audience) })
	ask(e, "GET", "/", "Bearer "+token, "")
	return said
}

// behind is a service that cannot verify a signature, so it admits only those whom the entrance vouches for.
func behind(t *testing.T, standing web.Standing) http.Handler {
	t.Helper()
	keys := web.LocalKeys(func(context.Context, string) (any, error) { return nil, errors.New("no keys here") })
	keys.AcceptVouchers(serviceTokens(t, secret, "directory"), "gateway")
	return guarded(t, keys, standing)
}

func present(h http.Handler, token, voucher string) int {
	r := httptest.NewRequest("GET", "/me", nil)
	r.Header.Set("Authorization", "Bearer "+token)
	if voucher != "" {
		r.Header.Set(web.HeaderVoucher, voucher)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Code
}

func TestAVoucherStandsForTheSignature(t *testing.T) {
	i := newIssuer(t)
	token := i.sign(t, i.claims())
	voucher := vouch(t, i, serviceTokens(t, secret, "gateway"), token, "directory")
	if got := present(behind(t, web.Standing{Active: true}), token, voucher); got != 200 {
		t.Errorf("with a voucher: %d", got)
	}
	if got := present(behind(t, web.Standing{Active: true}), token, ""); got != 401 {
		t.Errorf("without one: %d", got)
	}
}

// TestAVoucherDecidesNothingElse: the service refuses what its own data refuse.
func TestAVoucherDecidesNothingElse(t *testing.T) {
	i := newIssuer(t)
	token := i.sign(t, i.claims())
	voucher := vouch(t, i, serviceTokens(t, secret, "gateway"), token, "directory")
	for what, standing := range map[string]web.Standing{
		"a deactivated user":                 {},
		"an ended session":                   {Active: true, SessionEnded: true},
		"a token from before a deactivation": {Active: true, TokensValidFrom: time.Now().Add(time.Hour)},
	} {
		if got := present(behind(t, standing), token, voucher); got != 401 {
			t.Errorf("%s: %d", what, got)
		}
	}
}

func TestAVoucherIsForOneTokenAndOneService(t *testing.T) {
	i := newIssuer(t)
	token := i.sign(t, i.claims())
	other := i.claims()
	other.TypeCode = "NONS"
	gateway := serviceTokens(t, secret, "gateway")
	service, err := gateway.Issue("directory", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	valid := vouch(t, i, gateway, token, "directory")
	for what, voucher := range map[string]string{
		"of another token":       vouch(t, i, gateway, i.sign(t, other), "directory"),
		"for another service":    vouch(t, i, gateway, token, "billing"),
		"of another service":     vouch(t, i, serviceTokens(t, secret, "billing"), token, "directory"),
		"with another secret":    vouch(t, i, serviceTokens(t, strings.Repeat("x", 32), "gateway"), token, "directory"),
		"that is another token":  service,
		"that is changed":        valid[:len(valid)-2] + "AA",
		"that is no voucher":     "nonsense",
		"that is the user's own": token,
	} {
		if voucher == "" {
			t.Fatalf("%s: there is none", what)
		}
		if got := present(behind(t, web.Standing{Active: true}), token, voucher); got != 401 {
			t.Errorf("a voucher %s: %d", what, got)
		}
		// A service that has the keys is not impressed: it verifies the token itself.
		keys := i.local()
		keys.AcceptVouchers(serviceTokens(t, secret, "directory"), "gateway")
		if got := present(guarded(t, keys, web.Standing{Active: true}), token, voucher); got != 200 {
			t.Errorf("a voucher %s and a good token: %d", what, got)
		}
	}
}

func TestAVoucherIsNoServiceToken(t *testing.T) {
	i := newIssuer(t)
	voucher := vouch(t, i, serviceTokens(t, secret, "gateway"), i.sign(t, i.claims()), "directory")
	e := web.New(web.Options{Service: "directory", Logger: quiet})
	e.GET("/internal", serviceTokens(t, secret, "directory").Only("gateway"), func(c *gin.Context) { c.Status(200) })
	if got := ask(e, "GET", "/internal", "Bearer "+voucher, "").Code; got != 401 {
		t.Errorf("the internal route answers %d", got)
	}
}

// TestAVoucherIsForItsTokenUntilEitherExpires, for a service that sees it for the first time and for one that remembers it.
func TestAVoucherIsForItsTokenUntilEitherExpires(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		i := newIssuer(t)
		long := i.claims()
		long.ExpiresAt = jwt.NewNumericDate(time.Now().Add(time.Hour))
		token, brief := i.sign(t, long), i.sign(t, i.claims()) // brief is valid for a minute
		gateway := serviceTokens(t, secret, "gateway")
		remembers := behind(t, web.Standing{Active: true})
		voucher := vouch(t, i, gateway, token, "directory")
		time.Sleep(30 * time.Second)
		late := vouch(t, i, gateway, brief, "directory")
		for _, step := range []struct {
			after          time.Duration
			token, voucher string
			status         int
		}{
			{0, token, voucher, 200}, {0, token, voucher, 200}, {0, brief, voucher, 401}, {0, token, voucher + "A", 401}, {0, token, "", 401},
			{0, brief, late, 200}, {0, brief, late, 200}, {36 * time.Second, token, voucher, 401}, {0, brief, late, 401},
		} {
			time.Sleep(step.after)
			for name, h := range map[string]http.Handler{"remembers": remembers, "sees it first": behind(t, web.Standing{Active: true})} {
				if got := present(h, step.token, step.voucher); got != step.status {
					t.Errorf("%+v, %s: %d", step, name, got)
				}
			}
		}
	})
}

// TestARememberedTokenIsVerifiedAgain: not with each request, but so often that a withdrawn key and an expired token are refused.
func TestARememberedTokenIsVerifiedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		i := newIssuer(t)
		verified := 0
		keys := web.LocalKeys(func(context.Context, string) (any, error) { verified++; return i.public, nil })
		keys.Remember(serviceTokens(t, secret, "gateway"))
		h := guarded(t, keys, web.Standing{Active: true})
		long := i.claims()
		long.ExpiresAt = jwt.NewNumericDate(time.Now().Add(time.Hour))
		token, brief := i.sign(t, long), i.sign(t, i.claims())
		for _, step := range []struct {
			after        time.Duration
			token        string
			status, seen int
		}{
			{0, token, 200, 1}, {0, token, 200, 1}, {0, brief, 200, 2}, {59 * time.Second, token, 200, 2}, {2 * time.Second, token, 200, 3},
			{5 * time.Second, brief, 401, 4}, {0, token, 200, 4},
		} {
			time.Sleep(step.after)
			if got := present(h, step.token, ""); got != step.status || verified != step.seen {
				t.Errorf("%+v: %d, verified %d times", step, got, verified)
			}
		}
	})
}

func TestForgedTokensAreNotRemembered(t *testing.T) {
	i, other := newIssuer(t), newIssuer(t)
	keys := i.local()
	keys.Remember(serviceTokens(t, secret, "gateway"))
	h := guarded(t, keys, web.Standing{Active: true})
	for range 2 {
		if got := present(h, other.sign(t, i.claims()), ""); got != 401 {
			t.Errorf("signed by somebody else: %d", got)
		}
	}
}

func TestTheMemoryIsBounded(t *testing.T) {
	keys := newIssuer(t).local()
	keys.Remember(serviceTokens(t, secret, "gateway"))
	if most := web.FillMemory(keys, 100_000); most > 40_000 {
		t.Errorf("%d tokens are remembered", most)
	}
}
