package identity

import "muster/libs/errs"

// What the outside is told (auth-api.md). ErrAccountNotFound reaches other services, but no caller of the public API.
var (
	ErrEmailExists     = errs.New(errs.KindConflict, "EMAIL_EXISTS", "Email address is already in use")
	ErrAccountInactive = errs.New(errs.KindForbidden, "ACCOUNT_INACTIVE", "This account is deactivated")
	ErrAccountNotFound = errs.New(errs.KindNotFound, "ACCOUNT_NOT_FOUND", "No such account")
	ErrRefreshInvalid  = errs.New(errs.KindUnauthenticated, "REFRESH_INVALID", "The refresh token is not valid. Please sign in again.")
)

// Errors of the ports, which never reach API callers directly.
var (
	ErrLegacyNotFound = errs.New(errs.KindNotFound, "LEGACY_NOT_FOUND", "No such legacy account")
	ErrTokenNotFound  = errs.New(errs.KindNotFound, "TOKEN_NOT_FOUND", "No such refresh token")
	// ErrUserWithoutAccount means that directory published a live user that has no account here. The record must be
	// parked for an operator, because no later record can resolve it.
	ErrUserWithoutAccount = errs.New(errs.KindNotFound, "USER_WITHOUT_ACCOUNT", "directory has a user for whom identity has no account")
)
