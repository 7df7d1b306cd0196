// Package argon2 hashes passwords with Argon2id (RFC 9106) and writes them as PHC strings, which carry their own
// parameters: hashes made under older settings stay good.
package argon2

import (
	"context"
	"fmt"
	"runtime"

	"github.com/go-crypt/crypt/algorithm/argon2"

	"muster/services/identity/internal/identity"
)

// Params is what a hash costs.
type Params struct {
	MemoryKiB   uint32
	Iterations  int
	Parallelism int
}

// Passwords hashes passwords, as many at a time as there are processors: each takes its memory for itself, so a burst
// must not run all at once.
type Passwords struct {
	hasher *argon2.Hasher
	dummy  string
	slots  chan struct{}
}

var _ identity.Passwords = (*Passwords)(nil)

// New checks the parameters by hashing once.
func New(p Params) (*Passwords, error) {
	hasher, err := argon2.New(argon2.WithVariantID(), argon2.WithM(p.MemoryKiB), argon2.WithT(p.Iterations), argon2.WithP(p.Parallelism))
	if err != nil {
		return nil, fmt.Errorf("argon2id parameters: %w", err)
	}
	dummy, err := hasher.Hash("nobody has this password")
	if err != nil {
		return nil, fmt.Errorf("argon2id parameters: %w", err)
	}
	return &Passwords{hasher: hasher, dummy: dummy.Encode(), slots: make(chan struct{}, runtime.GOMAXPROCS(0))}, nil
}

// Hash makes a PHC string.
func (p *Passwords) Hash(ctx context.Context, password string) (string, error) {
	release, err := p.acquire(ctx)
	if err != nil {
		return "", err
	}
	defer release()
	digest, err := p.hasher.Hash(password)
	if err != nil {
		return "", fmt.Errorf("argon2id: %w", err)
	}
	return digest.Encode(), nil
}

// Verify compares in constant time. Where there is no hash it works through one that fits no password.
func (p *Passwords) Verify(ctx context.Context, hash, password string) (bool, error) {
	none := hash == ""
	if none {
		hash = p.dummy
	}
	digest, err := argon2.DecodeVariant(argon2.VariantID)(hash)
	if err != nil {
		return false, fmt.Errorf("stored password hash: %w", err)
	}
	release, err := p.acquire(ctx)
	if err != nil {
		return false, err
	}
	defer release()
	matches, err := digest.MatchAdvanced(password)
	if err != nil {
		return false, fmt.Errorf("argon2id: %w", err)
	}
	return matches && !none, nil
}

func (p *Passwords) acquire(ctx context.Context) (release func(), err error) {
	select {
	case p.slots <- struct{}{}:
		return func() { <-p.slots }, nil
	case <-ctx.Done():
		return nil, fmt.Errorf("wait for a processor: %w", ctx.Err())
	}
}
