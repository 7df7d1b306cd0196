package directory

import (
	"errors"
	"fmt"

	"muster/libs/errs"
)

// Errors that callers can act on; the wire form of each is in the contract, section 3.
var (
	ErrUserNotFound   = errs.New(errs.KindNotFound, "", "User not found")
	ErrEmailExists    = errs.New(errs.KindConflict, "EMAIL_EXISTS", "Email address is already in use")
	ErrLastAdmin      = errs.New(errs.KindConflict, "LAST_ADMIN", "The last active administrator cannot be deleted, deactivated or demoted.")
	ErrAdminOnly      = errs.New(errs.KindForbidden, "", "Administrator access required")
	ErrNoVerification = errs.New(errs.KindNotFound, "NO_VERIFICATION_REQUEST", "There is no pending verification for this email address.")
	ErrTooManyGuesses = errs.New(errs.KindTooMany, "MAX_ATTEMPTS_EXCEEDED", "Maximum verification attempts exceeded. Please request a new code.")

	ErrImportNotFound = errs.New(errs.KindNotFound, "IMPORT_NOT_FOUND", "There is no such import.")
	ErrImportRunning  = errs.New(errs.KindConflict, "IMPORT_RUNNING", "Another upload of this import is under way.")
	ErrImportChanged  = errs.New(errs.KindConflict, "IMPORT_CHANGED",
		"This upload is not the file that was begun under this import id. Use another id for another file, and for a dry run.")
	ErrUploadCut     = errs.New(errs.KindInvalid, "UPLOAD_CUT", "The upload ended before the file did. Upload the file again with the same import id to go on.")
	ErrImportStopped = errs.New(errs.KindUnavailable, "IMPORT_STOPPED", "The import was interrupted. Upload the file again with the same import id to go on.")
	// ErrLegacyUserNotFound never leaves the service.
	ErrLegacyUserNotFound = errs.New(errs.KindNotFound, "", "Legacy user not found")

	// ErrMailNotSent answers a request whose mail the mail system did not take.
	ErrMailNotSent = errs.New(errs.KindBadGateway, "", "Failed to send verification email")
	// ErrMailRefused wraps a mailer's error when trying again would not help: the mail system refused the recipient or
	// the message for good.
	ErrMailRefused = errors.New("refused for good")

	// ErrNoRegistration parks an account record of a user whom directory does not know and who cannot be made from it.
	ErrNoRegistration = errs.New(errs.KindConflict, "NO_REGISTRATION",
		"The account belongs to no known user and carries no registration to make one from: restore directory's database, then replay the record.")
	// ErrNoUserForSubscription parks a subscription record of a user whom directory does not know.
	ErrNoUserForSubscription = errs.New(errs.KindConflict, "NO_USER",
		"The subscription belongs to no known user: restore directory's database, then replay the record.")
)

// wrongCode is the answer to a wrong code that leaves so many attempts.
func wrongCode(remaining int) error {
	attempts := "attempts"
	if remaining == 1 {
		attempts = "attempt"
	}
	message := fmt.Sprintf("The verification code is incorrect. %d %s remaining.", remaining, attempts)
	return errs.New(errs.KindInvalid, "INVALID_CODE", message).With("attemptsRemaining", remaining)
}
