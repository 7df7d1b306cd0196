package gateway

import "muster/libs/errs"

// The errors of the core. Their wording is contract section 3.
var (
	// ErrUserNotFound: there is no such user, or there no longer is.
	ErrUserNotFound = errs.New(errs.KindNotFound, "", "User not found")
	// ErrEmailExists: directory found the address of a registration taken.
	ErrEmailExists = errs.New(errs.KindConflict, "EMAIL_EXISTS", "Email address is already in use")
	// ErrGone: whoever signed in has been deleted since.
	ErrGone = errs.New(errs.KindUnauthenticated, "", "User not authenticated")
	// ErrBehind: the read model has not heard of a user whom identity knows. It is behind, not the user wrong.
	ErrBehind = errs.New(errs.KindUnavailable, "UNAVAILABLE", "The user's data is not available right now. Please try again.")
)

// rejection is the error for directory's reason to refuse a registration.
func rejection(code string) error {
	if code == ErrEmailExists.Code {
		return ErrEmailExists
	}
	return errs.New(errs.KindConflict, code, "The registration was refused")
}
