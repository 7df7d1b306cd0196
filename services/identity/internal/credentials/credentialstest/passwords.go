package credentialstest

import (
	"context"
	"strconv"
	"strings"
	"sync/atomic"

	"muster/services/identity/internal/credentials"
)

// Passwords is an credentials.Passwords that costs nothing and hides nothing. It takes foreign hashes too: Foreign makes one.
type Passwords struct {
	// OnVerify, if set, is called while a password is being verified: what happens in the world meanwhile.
	OnVerify func()
	// Refuse, if set, is what verifying a foreign hash fails with.
	Refuse error

	salt     atomic.Int64
	verified atomic.Int64
}

var _ credentials.Passwords = (*Passwords)(nil)

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

// Verified counts the calls of Verify: the work that guessing costs.
func (p *Passwords) Verified() int64 { return p.verified.Load() }
