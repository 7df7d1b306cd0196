package web

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strconv"
	"sync"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/golang-jwt/jwt/v5"
)

// HeaderVoucher is the internal header by which the gateway vouches to a service that it has verified the request's
// access token. The service then need not verify the token's signature. It still decides by its own data whether the
// user and the session are let in. A service that does not know the header, or does not accept what it contains,
// verifies the token itself.
const HeaderVoucher = "X-Muster-Voucher"

const (
	// voucherLife is how long a voucher is valid.
	voucherLife = time.Minute
	// voucherUse is how long a voucher is used for further requests with the same token.
	voucherUse = voucherLife / 2
	// memoryTime is how long a verified token is remembered, so that a withdrawn key is refused a minute later at most.
	memoryTime = time.Minute
	// memorySize is the number of tokens in one of the two generations of a memory, of about 500 bytes each.
	memorySize = 20_000
)

// voucherClaims state the claims of a verified access token. Only its digest is there: a voucher is of no use to
// somebody who does not have the token.
type voucherClaims struct {
	SessionID      string           `json:"sid"`
	TokenIssuedAt  *jwt.NumericDate `json:"token_iat"`
	TokenExpiresAt *jwt.NumericDate `json:"token_exp"`
	TokenAuthTime  *jwt.NumericDate `json:"token_auth_time,omitempty"`
	TokenDigest    string           `json:"token_sha256"`
	FactorRequired bool             `json:"mfa_required,omitempty"`
	jwt.RegisteredClaims
}

// voucherAudience names the service that a voucher is for. It differs from the audience of a service token, so that
// neither is taken for the other.
func voucherAudience(service string) string { return "voucher:" + service }

type digest [sha256.Size]byte

func (d digest) text() string { return base64.RawURLEncoding.EncodeToString(d[:]) }

// vouch returns a voucher for the service named audience.
func (s ServiceTokens) vouch(audience string, v *verified, now time.Time) (string, error) {
	var signedIn *jwt.NumericDate
	if !v.signedIn.IsZero() {
		signedIn = jwt.NewNumericDate(v.signedIn)
	}
	token := jwt.NewWithClaims(jwt.SigningMethodHS256, voucherClaims{
		SessionID: v.sessionID, TokenIssuedAt: jwt.NewNumericDate(v.issuedAt), TokenExpiresAt: jwt.NewNumericDate(v.expiresAt), TokenAuthTime: signedIn, TokenDigest: v.digest.text(),
		FactorRequired: v.factorRequired,
		RegisteredClaims: jwt.RegisteredClaims{
			Issuer: s.self, Audience: jwt.ClaimStrings{voucherAudience(audience)}, Subject: strconv.FormatInt(v.userID, 10),
			ExpiresAt: jwt.NewNumericDate(now.Add(voucherLife)),
		},
	})
	signed, err := token.SignedString(s.secret)
	if err != nil {
		return "", fmt.Errorf("sign voucher: %w", err)
	}
	return signed, nil
}

// vouchers reads the vouchers that a service gets from another one.
type vouchers struct {
	secret []byte
	parser *jwt.Parser
	known  *memory // by voucher and token
}

func newVouchers(tokens ServiceTokens, from string) *vouchers {
	return &vouchers{tokens.secret, jwt.NewParser(
		jwt.WithValidMethods([]string{jwt.SigningMethodHS256.Alg()}), jwt.WithIssuer(from), jwt.WithAudience(voucherAudience(tokens.self)),
		jwt.WithExpirationRequired(), jwt.WithLeeway(tokenLeeway),
	), newMemory()}
}

// claims returns the claims of the token if the voucher is valid, for this token, and the token has not expired. The gateway
// sends a voucher with several requests, so an accepted one is remembered until it expires.
func (v *vouchers) claims(voucher, token string) (claims, bool) {
	d, now := digest(sha256.Sum256([]byte(voucher+" "+token))), time.Now()
	if known, ok := v.known.find(d, now); ok {
		return known.claims, true
	}
	var vc voucherClaims
	if _, err := v.parser.ParseWithClaims(voucher, &vc, func(*jwt.Token) (any, error) { return v.secret, nil }); err != nil {
		return claims{}, false
	}
	id, err := strconv.ParseInt(vc.Subject, 10, 64)
	if err != nil || vc.TokenIssuedAt == nil || vc.TokenExpiresAt == nil || vc.TokenDigest != digest(sha256.Sum256([]byte(token))).text() {
		return claims{}, false
	}
	cl := claims{
		userID: id, sessionID: vc.SessionID, issuedAt: vc.TokenIssuedAt.Time, expiresAt: vc.TokenExpiresAt.Time, signedIn: timeOf(vc.TokenAuthTime), factorRequired: vc.FactorRequired,
	}
	if !cl.current(now) {
		return claims{}, false
	}
	v.known.add(d, cl, vc.ExpiresAt.Time)
	return cl, true
}

// verified is an access token that was verified, or accepted with a voucher.
type verified struct {
	claims
	digest digest    // of what was presented
	until  time.Time // when it must be verified again

	mu       sync.Mutex
	vouchers map[string]voucher // by the service that they are for; nil for none
}

type voucher struct {
	text  string
	until time.Time
}

// voucher returns a voucher for a service.
func (v *verified) voucher(audience string, by ServiceTokens, now time.Time) (string, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if have := v.vouchers[audience]; now.Before(have.until) {
		return have.text, nil
	}
	text, err := by.vouch(audience, v, now)
	if err != nil {
		return "", err
	}
	if v.vouchers == nil {
		v.vouchers = map[string]voucher{}
	}
	v.vouchers[audience] = voucher{text, now.Add(voucherUse)}
	return text, nil
}

// memory remembers verified tokens. Clients send the same token with each request, and verifying a signature takes
// longer than everything else that authentication does in the process.
type memory struct {
	mu            sync.Mutex
	recent, older map[digest]*verified
}

func newMemory() *memory { return &memory{recent: map[digest]*verified{}} }

// find returns the token if it is remembered and has not expired.
func (m *memory) find(d digest, now time.Time) (*verified, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	v, known := m.recent[d]
	if !known {
		if v, known = m.older[d]; known {
			m.store(v)
		}
	}
	return v, known && now.Before(v.until) && v.current(now)
}

func (m *memory) add(d digest, cl claims, until time.Time) *verified {
	v := &verified{claims: cl, digest: d, until: until}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.store(v)
	return v
}

// store adds a token to the recent generation, which becomes the older one when it is full. The caller holds the lock.
func (m *memory) store(v *verified) {
	if len(m.recent) >= memorySize {
		m.older, m.recent = m.recent, map[digest]*verified{}
	}
	m.recent[v.digest] = v
}

const verifiedKey = "muster/verified"

// Voucher returns the value of [HeaderVoucher] for the named service. It is empty for a request whose token was not
// verified with [Keys.Remember].
func Voucher(c *gin.Context, service string) string {
	found, ok := c.Get(verifiedKey)
	if !ok {
		return ""
	}
	v := found.(vouchable)
	text, err := v.voucher(service, v.by, time.Now())
	if err != nil { // a secret of the right length always signs; without a voucher the service verifies the token
		return ""
	}
	return text
}

// vouchable is a verified token with who vouches for it.
type vouchable struct {
	*verified
	by ServiceTokens
}
