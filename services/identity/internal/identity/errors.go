package identity

import "muster/libs/errs"

// What the outside is told (auth-api.md).
var (
	ErrEmailExists     = errs.New(errs.KindConflict, "EMAIL_EXISTS", "Email address is already in use")
	ErrAccountInactive = errs.New(errs.KindForbidden, "ACCOUNT_INACTIVE", "This account is deactivated")
	ErrRefreshInvalid  = errs.New(errs.KindUnauthenticated, "REFRESH_INVALID", "The refresh token is not valid. Please sign in again.")
)

// What the ports say, and what no caller of the API sees as such.
var (
	ErrAccountNotFound = errs.New(errs.KindNotFound, "ACCOUNT_NOT_FOUND", "No such account")
	ErrLegacyNotFound  = errs.New(errs.KindNotFound, "LEGACY_NOT_FOUND", "No such legacy account")
	ErrTokenNotFound   = errs.New(errs.KindNotFound, "TOKEN_NOT_FOUND", "No such refresh token")
	// ErrUserWithoutAccount: directory speaks of a living user for whom identity has no account. The record is to be
	// parked for an operator, because no later record can make it right.
	ErrUserWithoutAccount = errs.New(errs.KindNotFound, "USER_WITHOUT_ACCOUNT", "directory has a user for whom identity has no account")
)
