// Package token signs access tokens: Ed25519 JWTs (RFC 8037) whose private keys are stored encrypted in the database.
// Apart from libs/web, only this package knows about JWTs.
package token

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"fmt"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/google/uuid"

	"muster/libs/web"
	"muster/services/identity/internal/identity"
)

var (
	errNoKey      = errors.New("no loaded signing key is valid yet")
	errUnknownKey = errors.New("no such signing key")
)

// Ring holds the signing keys that are in use. It is safe for concurrent use.
type Ring struct {
	vault vault
	keys  atomic.Pointer[[]key]
}

var _ identity.Tokens = (*Ring)(nil)

// key is a decrypted signing key.
type key struct {
	identity.SigningKey
	private ed25519.PrivateKey
}

// public is derived, never stored, so an attacker with write access to the database cannot add a key to the key set.
func (k key) public() ed25519.PublicKey { return k.private.Public().(ed25519.PublicKey) }

// NewRing returns an empty ring. The secret encrypts the private keys. It must have at least 32 bytes and be the same
// in every replica.
func NewRing(secret string) (*Ring, error) {
	v, err := newVault(secret)
	if err != nil {
		return nil, err
	}
	r := &Ring{vault: v}
	r.keys.Store(&[]key{})
	return r, nil
}

// NewKey generates a key with a random id.
func (r *Ring) NewKey() (identity.SigningKey, error) {
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return identity.SigningKey{}, fmt.Errorf("generate signing key: %w", err)
	}
	id := uuid.NewString()
	return identity.SigningKey{ID: id, Sealed: r.vault.seal(id, private.Seed())}, nil
}

// Use decrypts the keys and replaces those of the ring.
func (r *Ring) Use(keys []identity.SigningKey) error {
	opened := make([]key, len(keys))
	for i, k := range keys {
		seed, err := r.vault.open(k.ID, k.Sealed)
		if err != nil {
			return fmt.Errorf("decrypt signing key %s (was the key secret changed?): %w", k.ID, err)
		}
		opened[i] = key{k, ed25519.NewKeyFromSeed(seed)}
	}
	r.keys.Store(&opened)
	return nil
}

// Access signs with the newest key that signs at now.
func (r *Ring) Access(now time.Time, g identity.Grant) (string, error) {
	signer, ok := signerAt(*r.keys.Load(), now)
	if !ok {
		return "", errNoKey
	}
	issued := jwt.NewNumericDate(g.IssuedAt)
	token := jwt.NewWithClaims(jwt.SigningMethodEdDSA, web.AccessClaims{
		SessionID: g.SessionID, TypeCode: g.TypeCode, EmailVerified: g.EmailVerified, AuthTime: jwt.NewNumericDate(g.SignedInAt), FactorRequired: g.FactorRequired,
		RegisteredClaims: jwt.RegisteredClaims{
			Issuer: web.Issuer, Audience: jwt.ClaimStrings{web.Audience}, Subject: strconv.FormatInt(g.UserID, 10),
			IssuedAt: issued, NotBefore: issued, ExpiresAt: jwt.NewNumericDate(g.ExpiresAt), ID: uuid.NewString(),
		},
	})
	token.Header["kid"] = signer.ID
	signed, err := token.SignedString(signer.private)
	if err != nil {
		return "", fmt.Errorf("sign access token: %w", err)
	}
	return signed, nil
}

// signerAt returns the newest key that signs at now. The keys are ordered from oldest to newest.
func signerAt(keys []key, now time.Time) (key, bool) {
	for i := len(keys) - 1; i >= 0; i-- {
		if !keys[i].SignsFrom.After(now) {
			return keys[i], true
		}
	}
	return key{}, false
}

// Public returns the public key with this id, for verifying our own tokens.
func (r *Ring) Public(_ context.Context, kid string) (any, error) {
	for _, k := range *r.keys.Load() {
		if k.ID == kid {
			return k.public(), nil
		}
	}
	return nil, errUnknownKey
}

// Ready fails when there is no key to sign with.
func (r *Ring) Ready(now time.Time) error {
	if _, ok := signerAt(*r.keys.Load(), now); !ok {
		return errNoKey
	}
	return nil
}
