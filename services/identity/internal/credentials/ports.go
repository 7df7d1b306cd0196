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

// Passwords hashes passwords, slowly on purpose. Hash and Verify wait for a free processor and return ctx's error when
// ctx ends first. Hashes that cost more than those of Hash do not delay other callers.
type Passwords interface {
	// Hash returns a salted hash, a different one for each call.
	Hash(ctx context.Context, password string) (string, error)
	// Verify reports whether the hash matches the password. It accepts hashes made by Hash and Importable ones. An
	// empty hash never matches and takes as long as one made by Hash. It returns ErrBusy when the hash costs more than
	// those of Hash and too many such hashes are being verified.
	Verify(ctx context.Context, hash, password string) (bool, error)
	// Outdated reports whether a valid hash has a different format or different parameters than the hashes that Hash
	// makes now.
	Outdated(hash string) bool
	// Importable checks a hash that another system made. Errors: ErrHashUnsupported, ErrHashMalformed,
	// ErrHashTooExpensive. An error never contains any part of the hash.
	Importable(hash string) error
}
