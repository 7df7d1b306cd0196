package thunder

import "muster/libs/errs"

// The errors of the façade. The wording is Thunder's, and clients compare it.
var (
	ErrNullUser       = errs.New(errs.KindInvalid, "", "Cannot post a null user.")
	ErrNoEmail        = errs.New(errs.KindInvalid, "", "Cannot post a user without an email address.")
	ErrAddress        = errs.New(errs.KindInvalid, "", "Invalid email address format. Please try again.")
	ErrProperties     = errs.New(errs.KindInvalid, "", "Cannot post a user with invalid properties.")
	ErrNoAddress      = errs.New(errs.KindInvalid, "", "Incorrect or missing email query parameter.")
	ErrNoPassword     = errs.New(errs.KindInvalid, "", "Credentials are required to access this resource.")
	ErrTokenMissing   = errs.New(errs.KindInvalid, "", "Incorrect or missing verification token query parameter.")
	ErrWrongToken     = errs.New(errs.KindInvalid, "", "Incorrect verification token.")
	ErrNoToken        = errs.New(errs.KindInternal, "", "Bad value found for user verification token.")
	ErrCredentials    = errs.New(errs.KindUnauthenticated, "", "Unable to validate user with provided credentials.")
	ErrUserNotFound   = errs.New(errs.KindNotFound, "", "User not found in the database.")
	ErrEmailExists    = errs.New(errs.KindConflict, "", "A user with the same email address already exists.")
	ErrNewEmailExists = errs.New(errs.KindConflict, "", "A user with the new email address already exists.")
	ErrMail           = errs.New(errs.KindInternal, "", "An error occurred while attempting to send email.")
	ErrUnavailable    = errs.New(errs.KindUnavailable, "", "Database is currently unavailable. Please try again later.")
)

// The errors that Thunder's framework reports. They are not about one user.
var (
	// ErrUnreadable: the body is not a user, or its password is missing or too long.
	ErrUnreadable = errs.New(errs.KindInvalid, "UNREADABLE", "Unable to process JSON")
	// ErrApplication: the application is unknown, or its secret is wrong.
	ErrApplication = errs.New(errs.KindUnauthenticated, "APPLICATION", "Credentials are required to access this resource.")
	// ErrTimedOut: the request has taken longer than the operation timeout. It may or may not have been carried out.
	ErrTimedOut = errs.New(errs.KindTimeout, "TIMED_OUT", "The request timed out.")
)
