package identitytest

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"muster/services/identity/internal/identity"
)

// Tokens is a fake identity.Tokens that signs real Ed25519 JWTs. Its sealed keys are not encrypted.
type Tokens struct {
	mu   sync.Mutex
	keys []identity.SigningKey
}

var _ identity.Tokens = (*Tokens)(nil)

// NewKey encrypts nothing: the sealed key is the seed.
func (t *Tokens) NewKey() (identity.SigningKey, error) {
	_, private, err := ed25519.GenerateKey(rand.Reader)
	return identity.SigningKey{ID: rand.Text(), Sealed: private.Seed()}, err
}

// Use replaces the current keys.
func (t *Tokens) Use(keys []identity.SigningKey) error {
	for _, k := range keys {
		if len(k.Sealed) != ed25519.SeedSize {
			return errors.New("not a seed")
		}
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.keys = keys
	return nil
}

// Public returns the public key with this id.
func (t *Tokens) Public(_ context.Context, kid string) (any, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, k := range t.keys {
		if k.ID == kid {
			return ed25519.NewKeyFromSeed(k.Sealed).Public(), nil
		}
	}
	return nil, errors.New("no such key")
}

// Access signs with the newest key that signs at now.
func (t *Tokens) Access(now time.Time, g identity.Grant) (string, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for i := len(t.keys) - 1; i >= 0; i-- {
		if !t.keys[i].SignsFrom.After(now) {
			return sign(t.keys[i], g)
		}
	}
	return "", errors.New("no key signs yet")
}

func sign(k identity.SigningKey, g identity.Grant) (string, error) {
	header, err := part(map[string]any{"alg": "EdDSA", "typ": "JWT", "kid": k.ID})
	if err != nil {
		return "", err
	}
	all := map[string]any{
		"iss": "muster", "aud": []string{"muster"}, "sub": strconv.FormatInt(g.UserID, 10), "sid": g.SessionID, "typ": g.TypeCode,
		"email_verified": g.EmailVerified, "auth_time": g.SignedInAt.Unix(), "iat": g.IssuedAt.Unix(), "nbf": g.IssuedAt.Unix(), "exp": g.ExpiresAt.Unix(), "jti": rand.Text(),
	}
	if g.FactorRequired {
		all["mfa_required"] = true
	}
	claims, err := part(all)
	if err != nil {
		return "", err
	}
	text := header + "." + claims
	return text + "." + base64.RawURLEncoding.EncodeToString(ed25519.Sign(ed25519.NewKeyFromSeed(k.Sealed), []byte(text))), nil
}

func part(v any) (string, error) {
	data, err := json.Marshal(v)
	return base64.RawURLEncoding.EncodeToString(data), err
}

// Claims decodes a token without verifying it.
func Claims(token string) (header, claims map[string]any, err error) {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return nil, nil, fmt.Errorf("a token of %d parts", len(parts))
	}
	for i, into := range []*map[string]any{&header, &claims} {
		data, err := base64.RawURLEncoding.DecodeString(parts[i])
		if err != nil {
			return nil, nil, err
		}
		if err := json.Unmarshal(data, into); err != nil {
			return nil, nil, err
		}
	}
	return header, claims, nil
}
