package provider

import (
	"crypto/ecdsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// AppleClient is what Apple has issued. Its client secret is a token that we sign with a key of Apple's developer account.
type AppleClient struct {
	Client
	TeamID string
	KeyID  string
	// PrivateKey is the content of the file AuthKey_….p8: PKCS #8 in PEM, a key of the curve P-256.
	PrivateKey string
}

// appleSecretLife is far shorter than the six months that Apple allows.
const appleSecretLife = 5 * time.Minute

// secret returns a function that makes client secrets:
// https://developer.apple.com/documentation/accountorganizationaldatasharing/creating-a-client-secret
func (a AppleClient) secret(now func() time.Time) (func() (string, error), error) {
	block, _ := pem.Decode([]byte(a.PrivateKey))
	if block == nil {
		return nil, errors.New("apple: the private key is not in PEM")
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	key, ok := parsed.(*ecdsa.PrivateKey)
	if err != nil || !ok {
		return nil, errors.New("apple: the private key is no ECDSA key in PKCS #8")
	}
	signer, err := jose.NewSigner(
		jose.SigningKey{Algorithm: jose.ES256, Key: jose.JSONWebKey{Key: key, KeyID: a.KeyID}}, (&jose.SignerOptions{}).WithType("JWT"))
	if err != nil {
		return nil, fmt.Errorf("apple: the private key: %w", err)
	}
	return func() (string, error) {
		at := now()
		claims, err := json.Marshal(map[string]any{
			"iss": a.TeamID, "sub": a.IDs[0], "aud": "https://appleid.apple.com", "iat": at.Unix(), "exp": at.Add(appleSecretLife).Unix(),
		})
		if err != nil {
			return "", err
		}
		signed, err := signer.Sign(claims)
		if err != nil {
			return "", err
		}
		return signed.CompactSerialize()
	}, nil
}
