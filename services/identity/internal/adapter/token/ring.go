// Package token signs access tokens: Ed25519 JWTs (RFC 8037) whose private keys lie encrypted in the database. It is the
// only place besides libs/web that knows of JWTs.
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
	errNoKey      = errors.New("no signing key in hand signs yet")
	errUnknownKey = errors.New("no such signing key")
)

// Ring holds the signing keys that are in use. It is safe for concurrent use.
type Ring struct {
	vault vault
	keys  atomic.Pointer[[]key]
}

var _ identity.Tokens = (*Ring)(nil)

// key is a signing key that was opened.
type key struct {
	identity.SigningKey
	private ed25519.PrivateKey
}

// public is derived, never stored: whoever can write to the database cannot put a key of their own into the key set.
func (k key) public() ed25519.PublicKey { return k.private.Public().(ed25519.PublicKey) }

// NewRing makes an empty ring. The secret encrypts the private keys; it has at least 32 bytes and is the same in every
// replica.
func NewRing(secret string) (*Ring, error) {
	v, err := newVault(secret)
	if err != nil {
		return nil, err
	}
	r := &Ring{vault: v}
	r.keys.Store(&[]key{})
	return r, nil
}

// NewKey makes a key with a random id.
func (r *Ring) NewKey() (identity.SigningKey, error) {
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return identity.SigningKey{}, fmt.Errorf("generate signing key: %w", err)
	}
	id := uuid.NewString()
	return identity.SigningKey{ID: id, Sealed: r.vault.seal(id, private.Seed())}, nil
}

// Use opens the keys and replaces those in hand.
func (r *Ring) Use(keys []identity.SigningKey) error {
	opened := make([]key, len(keys))
	for i, k := range keys {
		seed, err := r.vault.open(k.ID, k.Sealed)
		if err != nil {
			return fmt.Errorf("signing key %s does not open; was the key secret changed: %w", k.ID, err)
		}
		opened[i] = key{k, ed25519.NewKeyFromSeed(seed)}
	}
	r.keys.Store(&opened)
	return nil
}

// Access signs with the newest key whose time has come.
func (r *Ring) Access(now time.Time, g identity.Grant) (string, error) {
	signer, ok := signerAt(*r.keys.Load(), now)
	if !ok {
		return "", errNoKey
	}
	issued := jwt.NewNumericDate(g.IssuedAt)
	token := jwt.NewWithClaims(jwt.SigningMethodEdDSA, web.AccessClaims{
		SessionID: g.SessionID, TypeCode: g.TypeCode, EmailVerified: g.EmailVerified,
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

// signerAt picks the newest key that signs at now: keys come with the newest at the end.
func signerAt(keys []key, now time.Time) (key, bool) {
	for i := len(keys) - 1; i >= 0; i-- {
		if !keys[i].SignsFrom.After(now) {
			return keys[i], true
		}
	}
	return key{}, false
}

// Public finds the public key of a key id, for checking tokens of our own.
func (r *Ring) Public(_ context.Context, kid string) (any, error) {
	for _, k := range *r.keys.Load() {
		if k.ID == kid {
			return k.public(), nil
		}
	}
	return nil, errUnknownKey
}

// Ready says whether there is a key to sign with.
func (r *Ring) Ready(now time.Time) error {
	if _, ok := signerAt(*r.keys.Load(), now); !ok {
		return errNoKey
	}
	return nil
}
