package credentialstest

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"sync/atomic"

	"muster/services/identity/internal/credentials"
)

// Passwords is a fake credentials.Passwords that stores passwords in plain text. It also accepts foreign hashes made by
// Foreign.
type Passwords struct {
	// OnVerify, if set, is called during Verify, to simulate concurrent changes.
	OnVerify func()
	// Refuse, if set, is the error of making or verifying a foreign hash.
	Refuse error

	salt     atomic.Int64
	verified atomic.Int64
}

var _ credentials.Passwords = (*Passwords)(nil)

// Hash returns the password after a sequence number.
func (p *Passwords) Hash(ctx context.Context, password string) (string, error) {
	return strconv.FormatInt(p.salt.Add(1), 10) + ":" + password, ctx.Err()
}

// Foreign returns a hash as another system would make it.
func (p *Passwords) Foreign(password string) string { return foreignPrefix + password }

const foreignPrefix = "$foreign$:"

// HashWith returns "$foreign$", the algorithm, and the password after a sequence number.
func (p *Passwords) HashWith(ctx context.Context, a credentials.Algorithm, password string) (string, error) {
	if p.Refuse != nil && a != credentials.Argon {
		return "", p.Refuse
	}
	hash, err := p.Hash(ctx, password)
	switch {
	case a == credentials.Argon:
		return hash, err
	case !a.Known():
		return "", fmt.Errorf("no algorithm %q", a)
	case a == credentials.Simple:
		return simplePrefix + password, err
	}
	return "$foreign$" + string(a) + hash, err
}

// simplePrefix begins the hashes of Simple, and is what Shown strips.
const simplePrefix = "$foreign$simple:"

// Shown returns the password for a hash of Simple, and any other hash unchanged.
func (p *Passwords) Shown(hash string) string { return strings.TrimPrefix(hash, simplePrefix) }

// Recognize recognizes hashes that Importable accepts, and those of Hash.
func (p *Passwords) Recognize(shown string) (string, error) {
	if strings.HasPrefix(shown, simplePrefix) {
		return "", credentials.ErrHashUnsupported
	}
	if sequence, _, ok := strings.Cut(shown, ":"); ok && strings.Trim(sequence, "0123456789") == "" {
		return shown, nil
	}
	return shown, p.Importable(shown)
}

// Outdated recognises its own hashes by their prefix.
func (p *Passwords) Outdated(hash string) bool { return strings.HasPrefix(hash, "$foreign$") }

// Importable accepts hashes made by Foreign. A hash that begins with two dollar signs is malformed, and one with three
// is too expensive.
func (p *Passwords) Importable(hash string) error {
	switch {
	case p.Outdated(hash):
		return nil
	case strings.HasPrefix(hash, "$$$"):
		return credentials.ErrHashTooExpensive
	case strings.HasPrefix(hash, "$$"):
		return credentials.ErrHashMalformed
	default:
		return credentials.ErrHashUnsupported
	}
}

// Verify compares.
func (p *Passwords) Verify(ctx context.Context, hash, password string) (bool, error) {
	p.verified.Add(1)
	if p.OnVerify != nil {
		p.OnVerify()
	}
	if p.Refuse != nil && p.Outdated(hash) {
		return false, p.Refuse
	}
	_, plain, ok := strings.Cut(hash, ":")
	return ok && plain == password, ctx.Err()
}

// Verified returns the number of calls of Verify, which measures the cost of guessing.
func (p *Passwords) Verified() int64 { return p.verified.Load() }
