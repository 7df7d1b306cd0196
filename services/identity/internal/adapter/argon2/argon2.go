// Package argon2 hashes passwords with Argon2id (RFC 9106) and encodes them as PHC strings. A PHC string carries its
// own parameters, so hashes made under older settings stay valid. The package also makes and verifies hashes of other
// systems, in the formats of package foreignhash.
package argon2

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/go-crypt/crypt/algorithm/argon2"
	"golang.org/x/sync/semaphore"

	"muster/services/identity/internal/credentials"
	"muster/services/identity/internal/foreignhash"
)

// Params are the cost parameters of a hash.
type Params struct {
	MemoryKiB   uint32
	Iterations  int
	Parallelism int
}

const (
	// ownWait is how long one of our hashes waits for a slot, and expensiveWait an expensive one.
	ownWait       = 10 * time.Second
	expensiveWait = 3 * time.Second
	// mostWaiting is how many hashes of one network may wait. Two processors make as many in two seconds.
	mostWaiting = 128
)

// Passwords hashes passwords, at most one per processor at a time: each hash allocates its own memory, so a burst must
// not run all at once. The others wait in a [queue]. An expensive hash, one that costs more than ours, uses a separate
// set of slots and waits at most expensiveWait for one. There are half as many of these slots as processors, and together
// they take no more than foreignhash.MaxMemory.
type Passwords struct {
	hasher         *argon2.Hasher
	dummy          string // a hash with the current parameters that matches no password
	own            foreignhash.Hash
	maxCost        int // of an imported hash; see foreignhash.Hash.Cost
	slots          *queue
	expensive      *semaphore.Weighted
	expensiveSlots int64
}

var _ credentials.Passwords = (*Passwords)(nil)

// New checks the parameters by hashing once. maxForeignCost is the highest cost of an importable hash, as a bcrypt cost
// whatever the format. processors is how many there are.
func New(p Params, maxForeignCost, processors int) (*Passwords, error) {
	hasher, err := argon2.New(argon2.WithVariantID(), argon2.WithM(p.MemoryKiB), argon2.WithT(p.Iterations), argon2.WithP(p.Parallelism))
	if err != nil {
		return nil, fmt.Errorf("argon2id parameters: %w", err)
	}
	dummy, err := hasher.Hash("nobody has this password")
	if err != nil {
		return nil, fmt.Errorf("argon2id parameters: %w", err)
	}
	own, err := foreignhash.Parse(dummy.Encode())
	if err != nil { // an unreadable hash cannot be verified
		return nil, fmt.Errorf("argon2id parameters: %w", err)
	}
	expensive := int64(max(processors/2, 1))
	return &Passwords{
		hasher: hasher, dummy: dummy.Encode(), own: own, maxCost: maxForeignCost,
		slots: newQueue(processors, mostWaiting), expensive: semaphore.NewWeighted(expensive), expensiveSlots: expensive,
	}, nil
}

// Hash returns a PHC string.
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

// foreign are the formats of the algorithms other than Argon2id.
var foreign = map[credentials.Algorithm]foreignhash.Format{
	credentials.Bcrypt: foreignhash.Bcrypt, credentials.SHA256: foreignhash.ThunderSHA256, credentials.Simple: foreignhash.ThunderSimple,
}

// HashWith takes the same slots as verifying the hash that it returns.
func (p *Passwords) HashWith(ctx context.Context, a credentials.Algorithm, password string) (string, error) {
	if a == credentials.Argon {
		return p.Hash(ctx, password)
	}
	format, known := foreign[a]
	if !known {
		return "", fmt.Errorf("no algorithm %q", a)
	}
	release, err := p.acquire(ctx, format.Cost())
	if err != nil {
		return "", err
	}
	defer release()
	return format.Hash(password)
}

// Verify compares in constant time. It always does the work of one current hash, so timing does not reveal the
// account's state. Without a hash it verifies a dummy that matches no password. After an outdated hash that does not
// match, it verifies the dummy as well, because a match is followed by rehashing.
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

// Outdated compares the hash with one made by Hash. An up-to-date hash differs only in the values of salt and key.
func (p *Passwords) Outdated(hash string) bool {
	parameters := p.dummy[:strings.LastIndex(p.dummy[:strings.LastIndex(p.dummy, "$")], "$")+1]
	return !strings.HasPrefix(hash, parameters) || len(hash) != len(p.dummy)
}

// Importable parses the hash and checks it against the cost limit of a sign-in attempt.
func (p *Passwords) Importable(hash string) error {
	parsed, err := foreignhash.Parse(hash)
	if err != nil {
		return err
	}
	return parsed.Affordable(p.maxCost)
}

// Shown is [foreignhash.Shown].
func (p *Passwords) Shown(hash string) string { return foreignhash.Shown(hash) }

// Recognize parses the text. It refuses a hash that costs more than an imported one may and than any made here.
func (p *Passwords) Recognize(shown string) (string, error) {
	hash, parsed, err := foreignhash.Recognize(shown)
	if err != nil {
		return "", err
	}
	if within(parsed, p.own) || within(parsed, foreignhash.Bcrypt.Cost()) {
		return hash, nil
	}
	return hash, parsed.Affordable(p.maxCost)
}

// within reports whether h costs at most as much as other.
func within(h, other foreignhash.Hash) bool {
	return h.Cost() <= other.Cost() && h.Memory() <= other.Memory()
}

// acquire waits for the slots that verifying the hash needs.
func (p *Passwords) acquire(ctx context.Context, h foreignhash.Hash) (release func(), err error) {
	if !within(h, p.own) {
		return p.acquireExpensive(ctx, h)
	}
	ctx, cancel := context.WithTimeoutCause(ctx, ownWait, credentials.ErrBusy)
	defer cancel()
	release, err = p.slots.acquire(ctx, credentials.NetworkOf(ctx))
	if err != nil {
		return nil, fmt.Errorf("wait for a processor: %w", err)
	}
	return release, nil
}

func (p *Passwords) acquireExpensive(ctx context.Context, h foreignhash.Hash) (release func(), err error) {
	waiting, cancel := context.WithTimeoutCause(ctx, expensiveWait, credentials.ErrBusy)
	defer cancel()
	n := min(max((h.Memory()*p.expensiveSlots+foreignhash.MaxMemory-1)/foreignhash.MaxMemory, 1), p.expensiveSlots)
	if p.expensive.Acquire(waiting, n) != nil {
		return nil, fmt.Errorf("wait for a processor: %w", context.Cause(waiting))
	}
	return func() { p.expensive.Release(n) }, nil
}
