package web

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/MicahParks/keyfunc/v3"
	"github.com/gin-gonic/gin"
	"github.com/golang-jwt/jwt/v5"
	"golang.org/x/sync/singleflight"
	"golang.org/x/time/rate"
)

// Issuer and audience of access tokens.
const (
	Issuer   = "muster"
	Audience = "muster"
)

// Leeway for clock differences between machines.
const tokenLeeway = 5 * time.Second

// AccessClaims are the claims of an access token (auth-api.md). identity signs them, and every service reads them.
type AccessClaims struct {
	SessionID     string `json:"sid"`
	TypeCode      string `json:"typ"`
	EmailVerified bool   `json:"email_verified"`
	// AuthTime is when the session began, that is, when the user last proved who they are.
	AuthTime *jwt.NumericDate `json:"auth_time,omitempty"`
	// FactorRequired says that the user may do nothing as an administrator before setting up a second factor.
	FactorRequired bool `json:"mfa_required,omitempty"`
	jwt.RegisteredClaims
}

type claims struct {
	userID    int64
	sessionID string
	issuedAt  time.Time
	expiresAt time.Time
	signedIn  time.Time // zero in a token without that claim
	// factorRequired is that of AccessClaims.
	factorRequired bool
}

// current reports whether the token has not expired.
func (c claims) current(now time.Time) bool { return now.Before(c.expiresAt.Add(tokenLeeway)) }

// Keys are the public keys that verify access tokens.
type Keys struct {
	find   func(ctx context.Context) jwt.Keyfunc
	known  func(ctx context.Context) bool
	parser *jwt.Parser

	vouchers *vouchers     // nil accepts none
	memory   *memory       // nil remembers nothing
	vouch    ServiceTokens // signs the vouchers for remembered tokens
}

// AcceptVouchers makes the keys accept [HeaderVoucher] from the named service instead of a token's signature.
func (k *Keys) AcceptVouchers(tokens ServiceTokens, from string) {
	k.vouchers = newVouchers(tokens, from)
}

// Remember makes the keys remember verified tokens for a minute, and [Voucher] vouch for them. A remembered token that
// has expired is refused like any other, and whether its user and session are let in is decided for each request.
func (k *Keys) Remember(vouch ServiceTokens) { k.memory, k.vouch = newMemory(), vouch }

// RemoteKeys reads identity's key set (RFC 7517) from url. It refreshes the set every five minutes, and at once (but at
// most once a second) when a token names an unknown key. identity need not be running at startup: a token with an unknown
// key is answered with 503 while the set cannot be read. Refreshing stops when ctx is done.
func RemoteKeys(ctx context.Context, url string, log *slog.Logger) (*Keys, error) {
	var away atomic.Bool // the last attempt to read the set failed
	tolerate := true
	keys, err := keyfunc.NewDefaultOverrideCtx(ctx, []string{url}, keyfunc.Override{
		Client:                    &http.Client{Timeout: 3 * time.Second, Transport: answered{&away}},
		HTTPTimeout:               3 * time.Second,
		NoErrorReturnFirstHTTPReq: &tolerate,
		RefreshInterval:           5 * time.Minute,
		RefreshUnknownKID:         rate.NewLimiter(rate.Every(time.Second), 1),
		RateLimitWaitMax:          3 * time.Second, // for the library this limit includes the fetch itself
		RefreshErrorHandlerFunc: func(string) func(context.Context, error) {
			return func(ctx context.Context, err error) {
				away.Store(true)
				log.WarnContext(ctx, "key set not refreshed", "error", err)
			}
		},
	})
	if err != nil {
		return nil, fmt.Errorf("key set %s: %w", url, err)
	}
	// Requests with the same unknown key share one refresh: each alone would wait for its turn, and be refused after three.
	var refreshes singleflight.Group
	find := func(ctx context.Context) jwt.Keyfunc {
		return func(t *jwt.Token) (any, error) {
			kid, _ := t.Header["kid"].(string)
			key, err, _ := refreshes.Do(kid, func() (any, error) { return keys.KeyfuncCtx(context.WithoutCancel(ctx))(t) })
			return key, err
		}
	}
	return newKeys(find, func(ctx context.Context) bool {
		all, err := keys.Storage().KeyReadAll(ctx)
		return err == nil && len(all) > 0 && !away.Load()
	}), nil
}

// answered sends requests, and clears away when one is answered.
type answered struct{ away *atomic.Bool }

// RoundTrip implements [http.RoundTripper].
func (a answered) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := http.DefaultTransport.RoundTrip(r)
	if err == nil {
		a.away.Store(false)
	}
	return resp, err
}

// LocalKeys verifies tokens with the process's own keys, as in identity. find returns the key for a key id.
func LocalKeys(find func(ctx context.Context, kid string) (any, error)) *Keys {
	return newKeys(func(ctx context.Context) jwt.Keyfunc {
		return func(t *jwt.Token) (any, error) {
			kid, _ := t.Header["kid"].(string)
			return find(ctx, kid)
		}
	}, func(context.Context) bool { return true })
}

func newKeys(find func(context.Context) jwt.Keyfunc, known func(context.Context) bool) *Keys {
	return &Keys{find: find, known: known, parser: jwt.NewParser(
		jwt.WithValidMethods([]string{jwt.SigningMethodEdDSA.Alg()}), jwt.WithIssuer(Issuer), jwt.WithAudience(Audience),
		jwt.WithExpirationRequired(), jwt.WithIssuedAt(), jwt.WithLeeway(tokenLeeway),
	)}
}

// presented returns the claims of the request's token, if its signature is verified: now, not long ago, or by the
// service that vouches for it.
func (k *Keys) presented(c *gin.Context, token string) (claims, error) {
	if text := c.GetHeader(HeaderVoucher); text != "" && k.vouchers != nil {
		if cl, ok := k.vouchers.claims(text, token); ok {
			return cl, nil
		}
	}
	if k.memory == nil {
		return k.verify(c.Request.Context(), token)
	}
	d, now := digest(sha256.Sum256([]byte(token))), time.Now()
	known, ok := k.memory.find(d, now)
	if !ok {
		cl, err := k.verify(c.Request.Context(), token)
		if err != nil {
			return claims{}, err
		}
		known = k.memory.add(d, cl, now.Add(memoryTime))
	}
	c.Set(verifiedKey, vouchable{known, k.vouch})
	return known.claims, nil
}

func (k *Keys) verify(ctx context.Context, token string) (claims, error) {
	var ac AccessClaims
	if _, err := k.parser.ParseWithClaims(token, &ac, k.find(ctx)); err != nil {
		if errors.Is(err, jwt.ErrTokenUnverifiable) && !k.known(ctx) {
			return claims{}, Unavailable("Sign-in", err)
		}
		return claims{}, ErrUnauthenticated
	}
	id, err := strconv.ParseInt(ac.Subject, 10, 64)
	if err != nil || id <= 0 || ac.SessionID == "" || ac.IssuedAt == nil {
		return claims{}, ErrUnauthenticated
	}
	return claims{
		userID: id, sessionID: ac.SessionID, issuedAt: ac.IssuedAt.Time, expiresAt: ac.ExpiresAt.Time, signedIn: timeOf(ac.AuthTime), factorRequired: ac.FactorRequired,
	}, nil
}

// timeOf returns the zero time for an absent claim.
func timeOf(date *jwt.NumericDate) time.Time {
	if date == nil {
		return time.Time{}
	}
	return date.Time
}
