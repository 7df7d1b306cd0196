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
