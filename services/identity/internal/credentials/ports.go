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

// Passwords hashes passwords, slowly on purpose. Hash and Verify wait for a free processor and return ctx's error when ctx
// ends before they get one. Hashes that cost more than those of Hash keep nobody else waiting.
type Passwords interface {
	// Hash makes a salted hash, a different one each time.
	Hash(ctx context.Context, password string) (string, error)
	// Verify says whether the hash is one of this password. It takes the hashes of Hash and those that are Importable. An
	// empty hash takes as long as one of Hash and never matches. ErrBusy when the hash costs more than those of Hash and
	// too many such are being verified.
	Verify(ctx context.Context, hash, password string) (bool, error)
	// Outdated says whether a hash that Verify takes is of another kind than those that Hash makes now.
	Outdated(hash string) bool
	// Importable says whether a hash that another system made is taken: ErrHashUnsupported, ErrHashMalformed,
	// ErrHashTooExpensive when it is not. What it refuses it does not show.
	Importable(hash string) error
}
