package web

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
)

// HeaderCSRF carries the CSRF token of a write (contract section 2).
const HeaderCSRF = "x-csrf-token"

// minSecret is the minimum length of a signing secret in bytes, the length of the hash that it keys.
const minSecret = 32

// CSRF issues and checks CSRF tokens. A token is an HMAC-SHA256 over the session id, so it is valid in its own session
// only and the server stores nothing (OWASP's "HMAC based token pattern").
type CSRF struct{ secret []byte }

// NewCSRF needs a secret of at least 32 bytes, the same in every service.
func NewCSRF(secret string) (CSRF, error) {
	if len(secret) < minSecret {
		return CSRF{}, fmt.Errorf("the CSRF secret must have at least %d bytes", minSecret)
	}
	return CSRF{[]byte(secret)}, nil
}

// Token returns the token of a session.
func (c CSRF) Token(sessionID string) string {
	mac := hmac.New(sha256.New, c.secret)
	mac.Write([]byte("csrf\x00" + sessionID))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// Valid compares the token in constant time.
func (c CSRF) Valid(sessionID, token string) bool {
	return hmac.Equal([]byte(c.Token(sessionID)), []byte(token))
}
