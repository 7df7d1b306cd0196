// Package argon2 hashes passwords with Argon2id (RFC 9106) and writes them as PHC strings, which carry their own
// parameters: hashes made under older settings stay good. It also verifies the hashes that other systems made, which
// package foreignhash reads.
package argon2

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"time"

	"github.com/go-crypt/crypt/algorithm/argon2"
	"golang.org/x/sync/semaphore"

	"muster/services/identity/internal/credentials"
	"muster/services/identity/internal/foreignhash"
)

// Params is what a hash costs.
type Params struct {
	MemoryKiB   uint32
	Iterations  int
	Parallelism int
}

// dearWait is how long a dear hash waits for a slot.
const dearWait = 3 * time.Second

// Passwords hashes passwords, as many at a time as there are processors: each takes its memory for itself, so a burst
// must not run all at once. A dear hash, which costs more than one of ours, has slots of its own and waits for one for
// dearWait at most: half as many as there are processors, which together take no more than foreignhash.MaxMemory.
type Passwords struct {
	hasher    *argon2.Hasher
	dummy     string // a hash of today's parameters that fits no password
	own       foreignhash.Hash
	maxCost   int // of a hash that is imported; see foreignhash.Hash.Cost
	slots     *semaphore.Weighted
	dear      *semaphore.Weighted
	dearSlots int64
}

var _ credentials.Passwords = (*Passwords)(nil)

// New checks the parameters by hashing once. maxForeignCost is the bcrypt cost up to which hashes of any format are
// imported.
func New(p Params, maxForeignCost int) (*Passwords, error) {
	hasher, err := argon2.New(argon2.WithVariantID(), argon2.WithM(p.MemoryKiB), argon2.WithT(p.Iterations), argon2.WithP(p.Parallelism))
	if err != nil {
		return nil, fmt.Errorf("argon2id parameters: %w", err)
	}
	dummy, err := hasher.Hash("nobody has this password")
	if err != nil {
		return nil, fmt.Errorf("argon2id parameters: %w", err)
	}
	own, err := foreignhash.Parse(dummy.Encode())
	if err != nil { // what cannot be read cannot be verified
		return nil, fmt.Errorf("argon2id parameters: %w", err)
	}
	processors := int64(runtime.GOMAXPROCS(0))
	dear := max(processors/2, 1)
	return &Passwords{
		hasher: hasher, dummy: dummy.Encode(), own: own, maxCost: maxForeignCost,
		slots: semaphore.NewWeighted(processors), dear: semaphore.NewWeighted(dear), dearSlots: dear,
	}, nil
}

// Hash makes a PHC string.
func (p *Passwords) Hash(ctx context.Context, password string) (string, error) {
	release, err := p.acquire(ctx, p.own)
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

// Verify compares in constant time. Where there is no hash it works through one that fits no password. So it does, behind
// the hash itself, where that is outdated and does not match: where it matches, its successor is hashed.
func (p *Passwords) Verify(ctx context.Context, hash, password string) (bool, error) {
	if hash != "" {
		matches, err := p.match(ctx, hash, password)
		if err != nil || matches || !p.Outdated(hash) {
			return matches, err
		}
	}
	_, err := p.match(ctx, p.dummy, password)
	return false, err
}

func (p *Passwords) match(ctx context.Context, hash, password string) (bool, error) {
	parsed, err := foreignhash.Parse(hash)
	if err != nil {
		return false, fmt.Errorf("stored password hash: %w", err)
	}
	release, err := p.acquire(ctx, parsed)
	if err != nil {
		return false, err
	}
	defer release()
	return parsed.Matches(password), nil
}

// Outdated compares with what Hash makes: all but salt and key is the same, and these are as long.
func (p *Passwords) Outdated(hash string) bool {
	parameters := p.dummy[:strings.LastIndex(p.dummy[:strings.LastIndex(p.dummy, "$")], "$")+1]
	return !strings.HasPrefix(hash, parameters) || len(hash) != len(p.dummy)
}

// Importable reads the hash and holds it to what an attempt to sign in may cost.
func (p *Passwords) Importable(hash string) error {
	parsed, err := foreignhash.Parse(hash)
	if err != nil {
		return err
	}
	return parsed.Affordable(p.maxCost)
}

// acquire waits for what working through the hash takes.
func (p *Passwords) acquire(ctx context.Context, h foreignhash.Hash) (release func(), err error) {
	if h.Cost() > p.own.Cost() || h.Memory() > p.own.Memory() {
		return p.acquireDear(ctx, h)
	}
	if err := p.slots.Acquire(ctx, 1); err != nil {
		return nil, fmt.Errorf("wait for a processor: %w", err)
	}
	return func() { p.slots.Release(1) }, nil
}

func (p *Passwords) acquireDear(ctx context.Context, h foreignhash.Hash) (release func(), err error) {
	waiting, cancel := context.WithTimeoutCause(ctx, dearWait, credentials.ErrBusy)
	defer cancel()
	n := min(max((h.Memory()*p.dearSlots+foreignhash.MaxMemory-1)/foreignhash.MaxMemory, 1), p.dearSlots)
	if p.dear.Acquire(waiting, n) != nil {
		return nil, fmt.Errorf("wait for a processor: %w", context.Cause(waiting))
	}
	return func() { p.dear.Release(n) }, nil
}
