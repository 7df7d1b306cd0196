package token

import (
	"encoding/base64"

	"github.com/golang-jwt/jwt/v5"
)

// JWK is a public key in the format of RFC 7517 and RFC 8037.
type JWK struct {
	KeyType   string `json:"kty"`
	Curve     string `json:"crv"`
	Use       string `json:"use"`
	Algorithm string `json:"alg"`
	KeyID     string `json:"kid"`
	X         string `json:"x"`
}

// JWKS returns the key set: all keys of the ring, including one that does not sign yet.
func (r *Ring) JWKS() []JWK {
	keys := *r.keys.Load()
	set := make([]JWK, len(keys))
	for i, k := range keys {
		set[i] = JWK{
			KeyType: "OKP", Curve: "Ed25519", Use: "sig", Algorithm: jwt.SigningMethodEdDSA.Alg(), KeyID: k.ID,
			X: base64.RawURLEncoding.EncodeToString(k.public()),
		}
	}
	return set
}
