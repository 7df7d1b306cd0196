package credentials

import (
	"context"
	"time"
)

// Throttle counts failed attempts by subject, such as an address or an IP. Inside a transaction carried by ctx its
// methods are part of that transaction.
type Throttle interface {
	// Failures reads the counts of the subjects, in their order. A count whose window has ended is zero.
	Failures(ctx context.Context, now time.Time, subjects ...string) ([]Failures, error)
	// Fail counts one failure for each subject and returns the new counts in their order. The first failure opens a
	// window of the given length; when it has ended, counting begins anew. No failure is lost to concurrency.
	Fail(ctx context.Context, now time.Time, window time.Duration, subjects ...string) ([]Failures, error)
	// Forget sets the subject's count back to zero.
	Forget(ctx context.Context, subject string) error
	// PurgeFailures deletes at most limit counts whose window has ended and returns how many went.
	PurgeFailures(ctx context.Context, now time.Time, limit int) (int, error)
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
