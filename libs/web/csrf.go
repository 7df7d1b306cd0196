package web

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
)

// HeaderCSRF carries the CSRF token of a write (contract section 2).
const HeaderCSRF = "x-csrf-token"

// minSecret is the least length of a signing secret, in bytes: as long as the hash it keys.
const minSecret = 32

// CSRF makes and checks CSRF tokens: an HMAC-SHA256 over the session id, so that a token is worth nothing in any other
// session and no server need remember it (OWASP's "HMAC based token pattern").
type CSRF struct{ secret []byte }

// NewCSRF needs a secret of at least 32 bytes, the same in every service.
func NewCSRF(secret string) (CSRF, error) {
	if len(secret) < minSecret {
		return CSRF{}, fmt.Errorf("the CSRF secret must have at least %d bytes", minSecret)
	}
	return CSRF{[]byte(secret)}, nil
}

// Token is the token of a session.
func (c CSRF) Token(sessionID string) string {
	mac := hmac.New(sha256.New, c.secret)
	mac.Write([]byte("csrf\x00" + sessionID))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// Valid compares in constant time.
func (c CSRF) Valid(sessionID, token string) bool {
	return hmac.Equal([]byte(c.Token(sessionID)), []byte(token))
}
