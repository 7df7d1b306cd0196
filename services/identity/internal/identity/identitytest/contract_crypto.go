package identitytest

import (
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"muster/services/identity/internal/identity"
)

// TokensUnderTest is an identity.Tokens that also returns its public keys.
type TokensUnderTest interface {
	identity.Tokens
	Public(ctx context.Context, kid string) (any, error)
}

// TestTokens checks that an implementation meets the contract of identity.Tokens, and checks the claims of its tokens
// (auth-api.md).
func TestTokens(t *testing.T, tokens TokensUnderTest) {
	grant := identity.Grant{UserID: 42, SessionID: "sid", TypeCode: "ADMI", EmailVerified: true, SignedInAt: at.Add(-time.Hour), IssuedAt: at, ExpiresAt: at.Add(15 * time.Minute)}
	if _, err := tokens.Access(at, grant); err == nil {
		t.Error("a token without a key")
	}
	old, err := tokens.NewKey()
	check(t, err)
	next, err := tokens.NewKey()
	check(t, err)
	old.SignsFrom, next.SignsFrom = at, at.Add(time.Hour)
	check(t, tokens.Use([]identity.SigningKey{old, next}))
	if old.ID == next.ID || string(old.Sealed) == string(next.Sealed) {
		t.Fatal("two keys are one")
	}
	if _, err := tokens.Access(at.Add(-time.Second), grant); err == nil {
		t.Error("a token before the first key signs")
	}
	for now, kid := range map[time.Time]string{at: old.ID, at.Add(time.Hour - time.Second): old.ID, at.Add(time.Hour): next.ID} {
		token, err := tokens.Access(now, grant)
		check(t, err)
		checkToken(t, tokens, token, kid)
	}
	damaged := next
	damaged.Sealed = damaged.Sealed[1:]
	if tokens.Use([]identity.SigningKey{damaged}) == nil {
		t.Error("a damaged key is used")
	}
	token, err := tokens.Access(at, grant)
	check(t, err)
	checkToken(t, tokens, token, old.ID)
	grant.FactorRequired = true
	token, err = tokens.Access(at, grant)
	check(t, err)
	_, claims, err := Claims(token)
	check(t, err)
	same(t, "without a second factor", claims["mfa_required"], true)
}

func checkToken(t *testing.T, tokens TokensUnderTest, token, kid string) {
	t.Helper()
	header, claims, err := Claims(token)
	check(t, err)
	jti, _ := claims["jti"].(string)
	if len(jti) < 16 {
		t.Errorf("jti %q", jti)
	}
	delete(claims, "jti")
	same(t, "header", header, map[string]any{"alg": "EdDSA", "typ": "JWT", "kid": kid})
	same(t, "claims", claims, map[string]any{
		"iss": "muster", "aud": []any{"muster"}, "sub": "42", "sid": "sid", "typ": "ADMI", "email_verified": true, "auth_time": float64(at.Add(-time.Hour).Unix()),
		"iat": float64(at.Unix()), "nbf": float64(at.Unix()), "exp": float64(at.Add(15 * time.Minute).Unix()),
	})
	public, err := tokens.Public(t.Context(), kid)
	check(t, err)
	dot := strings.LastIndex(token, ".")
	signature, err := base64.RawURLEncoding.DecodeString(token[dot+1:])
	check(t, err)
	if !ed25519.Verify(public.(ed25519.PublicKey), []byte(token[:dot]), signature) {
		t.Error("the signature is not by the key that the token names")
	}
}
