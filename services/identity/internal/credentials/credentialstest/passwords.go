package credentialstest

import (
	"context"
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
	// Refuse, if set, is the error of verifying a foreign hash.
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

// Outdated recognises its own hashes by their prefix.
func (p *Passwords) Outdated(hash string) bool { return strings.HasPrefix(hash, foreignPrefix) }

// Importable accepts hashes made by Foreign. A hash that begins with two dollar signs is malformed, and one with three
// is too expensive.
func (p *Passwords) Importable(hash string) error {
	switch {
	case strings.HasPrefix(hash, foreignPrefix):
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
