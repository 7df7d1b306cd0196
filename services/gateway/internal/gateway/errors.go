package gateway

import "muster/libs/errs"

// The errors of the core. Their wording is contract section 3.
var (
	// ErrUserNotFound: the user does not exist or is deleted.
	ErrUserNotFound = errs.New(errs.KindNotFound, "", "User not found")
	// ErrEmailExists: directory refused a registration because its address is taken.
	ErrEmailExists = errs.New(errs.KindConflict, "EMAIL_EXISTS", "Email address is already in use")
	// ErrGone: the user that signed in has been deleted since.
	ErrGone = errs.New(errs.KindUnauthenticated, "", "User not authenticated")
	// ErrNoMetrics: a part of the metrics cannot be had.
	ErrNoMetrics = errs.New(errs.KindUnavailable, "", "We could not collect any data on the users.")
	// ErrBehind: the read model has no record of a user that identity knows, because it is behind.
	ErrBehind = errs.New(errs.KindUnavailable, "UNAVAILABLE", "The user's data is not available right now. Please try again.")
)

// rejection returns the error for directory's reason to refuse a registration.
func rejection(code string) error {
	if code == ErrEmailExists.Code {
		return ErrEmailExists
	}
	return errs.New(errs.KindConflict, code, "The registration was refused")
}
