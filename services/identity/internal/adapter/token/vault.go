package token

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/ed25519"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
)

// minSecret is the minimum length of the secret, in bytes.
const minSecret = 32

// purpose separates this use of the secret from all others (RFC 5869, section 3.2).
const purpose = "muster identity: signing keys, AES-256-GCM"

var errSealed = errors.New("the sealed key is damaged or was sealed with a secret other than IDENTITY_KEY_SECRET")

// vault encrypts private keys with AES-256-GCM; each is bound to its id.
type vault struct{ aead cipher.AEAD }

func newVault(secret string) (vault, error) {
	if len(secret) < minSecret {
		return vault{}, fmt.Errorf("the key secret must have at least %d bytes", minSecret)
	}
	derived, err := hkdf.Key(sha256.New, []byte(secret), nil, purpose, 32)
	if err != nil {
		return vault{}, fmt.Errorf("derive key: %w", err)
	}
	block, err := aes.NewCipher(derived)
	if err != nil {
		return vault{}, fmt.Errorf("key vault: %w", err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return vault{}, fmt.Errorf("key vault: %w", err)
	}
	return vault{aead}, nil
}

// seal encrypts the seed of a private key and puts the nonce in front.
func (v vault) seal(id string, seed []byte) []byte {
	nonce := make([]byte, v.aead.NonceSize())
	_, _ = rand.Read(nonce) // never fails (crypto/rand)
	return v.aead.Seal(nonce, nonce, seed, []byte(id))
}

func (v vault) open(id string, sealed []byte) ([]byte, error) {
	n := v.aead.NonceSize()
	if len(sealed) < n {
		return nil, errSealed
	}
	seed, err := v.aead.Open(nil, sealed[:n], sealed[n:], []byte(id))
	if err != nil || len(seed) != ed25519.SeedSize {
		return nil, errSealed
	}
	return seed, nil
}
