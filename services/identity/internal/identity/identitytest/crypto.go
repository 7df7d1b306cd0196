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
	"sync/atomic"
	"time"

	"muster/services/identity/internal/identity"
)

// Passwords is an identity.Passwords that costs nothing and hides nothing. It takes foreign hashes too: Foreign makes one.
type Passwords struct {
	// OnVerify, if set, is called while a password is being verified: what happens in the world meanwhile.
	OnVerify func()

	salt     atomic.Int64
	verified atomic.Int64
}

var _ identity.Passwords = (*Passwords)(nil)

// Hash writes the password behind a running number.
func (p *Passwords) Hash(ctx context.Context, password string) (string, error) {
	return strconv.FormatInt(p.salt.Add(1), 10) + ":" + password, ctx.Err()
}

// Foreign is a hash as another system made it.
func (p *Passwords) Foreign(password string) string { return foreignPrefix + password }

const foreignPrefix = "$foreign$:"

// Outdated knows its own hashes by what they begin with.
func (p *Passwords) Outdated(hash string) bool { return strings.HasPrefix(hash, foreignPrefix) }

// Importable takes hashes that Foreign made. One that begins with two or three dollar signs is malformed or too expensive.
func (p *Passwords) Importable(hash string) error {
	switch {
	case strings.HasPrefix(hash, foreignPrefix):
		return nil
	case strings.HasPrefix(hash, "$$$"):
		return identity.ErrHashTooExpensive
	case strings.HasPrefix(hash, "$$"):
		return identity.ErrHashMalformed
	default:
		return identity.ErrHashUnsupported
	}
}

// Verify compares.
func (p *Passwords) Verify(ctx context.Context, hash, password string) (bool, error) {
	p.verified.Add(1)
	if p.OnVerify != nil {
		p.OnVerify()
	}
	_, plain, ok := strings.Cut(hash, ":")
	return ok && plain == password, ctx.Err()
}

// Verified counts the calls of Verify: the work that guessing costs.
func (p *Passwords) Verified() int64 { return p.verified.Load() }

// Tokens is an identity.Tokens that writes real Ed25519 JWTs by hand. Its sealed keys are open.
type Tokens struct {
	mu   sync.Mutex
	keys []identity.SigningKey
}

var _ identity.Tokens = (*Tokens)(nil)

// NewKey seals nothing: the sealed key is the seed.
func (t *Tokens) NewKey() (identity.SigningKey, error) {
	_, private, err := ed25519.GenerateKey(rand.Reader)
	return identity.SigningKey{ID: rand.Text(), Sealed: private.Seed()}, err
}

// Use replaces the keys in hand.
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

// Public finds the public key of a key id.
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
	claims, err := part(map[string]any{
		"iss": "muster", "aud": []string{"muster"}, "sub": strconv.FormatInt(g.UserID, 10), "sid": g.SessionID, "typ": g.TypeCode,
		"email_verified": g.EmailVerified, "iat": g.IssuedAt.Unix(), "nbf": g.IssuedAt.Unix(), "exp": g.ExpiresAt.Unix(), "jti": rand.Text(),
	})
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

// Claims reads what a token says, without checking it.
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
