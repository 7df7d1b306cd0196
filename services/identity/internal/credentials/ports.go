package credentials

import (
	"context"

	"muster/libs/limits"
)

// Throttle counts events that are limited, on all replicas alike. Inside a transaction carried by ctx its methods are part
// of that transaction.
type Throttle interface {
	// Take counts one event for each use. When any of the limits is used up it counts nothing and returns
	// limits.ErrUsedUp, which says when to try again. No event is let through because of concurrency.
	Take(ctx context.Context, uses ...limits.Use) error
	// Check counts nothing. It returns limits.ErrUsedUp when any of the limits is used up.
	Check(ctx context.Context, uses ...limits.Use) error
	// Forget takes back all events of the uses.
	Forget(ctx context.Context, uses ...limits.Use) error
}

// Passwords hashes passwords, slowly on purpose. Hash and Verify wait for a free processor, in turns by [NetworkOf] the
// request, and return ctx's error when ctx ends first. They return ErrBusy when too many requests of the network wait, or
// after too long a wait. Hashes that cost more than those of Hash do not delay other callers, when they are made as little as
// when they are verified.
type Passwords interface {
	// Hash returns a salted hash, a different one for each call.
	Hash(ctx context.Context, password string) (string, error)
	// HashWith returns a hash made with one of the algorithms. Verify accepts it, and it is outdated unless the
	// algorithm is Argon.
	HashWith(ctx context.Context, a Algorithm, password string) (string, error)
	// Verify reports whether the hash matches the password. It accepts hashes made by Hash and Importable ones. An
	// empty hash never matches and takes as long as one made by Hash.
	Verify(ctx context.Context, hash, password string) (bool, error)
	// Outdated reports whether a valid hash has a different format or different parameters than the hashes that Hash
	// makes now.
	Outdated(hash string) bool
	// Importable checks a hash that another system made. Errors: ErrHashUnsupported, ErrHashMalformed,
	// ErrHashTooExpensive. An error never contains any part of the hash.
	Importable(hash string) error
	// Shown returns a stored hash as the system writes it that the hash is made for: without the prefix that tells it
	// apart from others here. For the hash of Simple that is the password, for an empty hash it is empty.
	Shown(hash string) string
	// Recognize returns the hash for which Shown returned the text. It does not recognize passwords, which a hash of
	// Simple is. Errors: those of Importable; the text may come from anybody.
	Recognize(shown string) (hash string, err error)
}
