package credentials

import (
	"time"

	"muster/libs/errs"
)

// What the outside is told (auth-api.md).
var (
	ErrInvalidCredentials = errs.New(errs.KindUnauthenticated, "INVALID_CREDENTIALS", "Invalid email or password")
	// ErrBusy answers a request whose password cannot be hashed soon: too many others of its network wait, or too many
	// imported hashes that cost more than ours are being checked.
	ErrBusy = &errs.Error{
		Kind: errs.KindUnavailable, Code: "SIGN_IN_BUSY", RetryAfter: 5 * time.Second,
		Message: "Too many passwords are being checked right now. Please try again in a few seconds.",
	}
)

// Errors that an import gets for the password hash of a row.
var (
	ErrHashUnsupported  = errs.New(errs.KindInvalid, "HASH_UNSUPPORTED", "The password hash is in a format that is not known here")
	ErrHashMalformed    = errs.New(errs.KindInvalid, "HASH_MALFORMED", "The password hash is damaged")
	ErrHashTooExpensive = errs.New(errs.KindInvalid, "HASH_TOO_EXPENSIVE", "The password hash would take too much time or memory to check")
)
