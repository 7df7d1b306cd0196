package directory

import (
	"errors"
	"fmt"
	"time"

	"muster/libs/errs"
)

// Errors that callers can act on; the wire form of each is in the contract, section 3.
var (
	ErrUserNotFound = errs.New(errs.KindNotFound, "", "User not found")
	ErrEmailExists  = errs.New(errs.KindConflict, "EMAIL_EXISTS", "Email address is already in use")
	// ErrStepUpRequired: the session is too old for this.
	ErrStepUpRequired = errs.New(errs.KindForbidden, "STEP_UP_REQUIRED", "Please sign in again first")
	ErrLastAdmin      = errs.New(errs.KindConflict, "LAST_ADMIN", "The last active administrator cannot be deleted, deactivated or demoted.")
	ErrAdminOnly      = errs.New(errs.KindForbidden, "", "Administrator access required")
	ErrNoVerification = errs.New(errs.KindNotFound, "NO_VERIFICATION_REQUEST", "There is no pending verification for this email address.")
	// ErrTooManyGuesses lasts until a new code is asked for; Retry-After only keeps programs from trying each second.
	ErrTooManyGuesses = &errs.Error{
		Kind: errs.KindTooMany, Code: "MAX_ATTEMPTS_EXCEEDED", RetryAfter: retryGuesses,
		Message: "Maximum verification attempts exceeded. Please request a new code.",
	}

	// ErrUsersNotFound rejects a whole batch that names an unknown user.
	ErrUsersNotFound   = errs.New(errs.KindNotFound, "", "One or more users not found.")
	ErrRequestNotFound = errs.New(errs.KindNotFound, "", "Verification request not found")
	// ErrLegacyUserNotFound never leaves the service.
	ErrLegacyUserNotFound = errs.New(errs.KindNotFound, "", "Legacy user not found")

	// ErrMailNotSent answers a request whose mail the mail system did not accept.
	ErrMailNotSent = errs.New(errs.KindBadGateway, "", "Failed to send verification email")
	// ErrMailRefused wraps a mailer's error when a retry would not help: the mail system refused the recipient or the
	// message permanently.
	ErrMailRefused = errors.New("refused for good")

	// ErrNoRegistration parks an account record of an unknown user without the registration needed to create the user.
	ErrNoRegistration = errs.New(errs.KindConflict, "NO_REGISTRATION",
		"The account belongs to no known user and carries no registration to make one from: restore directory's database, then replay the record.")
	// ErrNoUserForSubscription parks a subscription record of an unknown user.
	ErrNoUserForSubscription = errs.New(errs.KindConflict, "NO_USER",
		"The subscription belongs to no known user: restore directory's database, then replay the record.")
)

// Errors of an email change, which carry a title.
var (
	errNoEmailChange = errs.New(errs.KindNotFound, ErrNoVerification.Code, "No pending email update verification. Please request a new update.").
				With("error", "No verification request found")
	errTooManyEmailChangeGuesses = (&errs.Error{
		Kind: errs.KindTooMany, Code: ErrTooManyGuesses.Code, RetryAfter: retryGuesses,
		Message: "Maximum verification attempts exceeded. Please request a new update.",
	}).With("error", "Too many attempts")
	errEmailTakenMeanwhile = errs.New(errs.KindConflict, ErrEmailExists.Code, "This email address is already associated with another account").
				With("error", "Email already in use")
)

const (
	codeInvalid  = "INVALID_CODE"
	retryGuesses = 15 * time.Minute
)

// asEmailChange maps an error to the contract's error for email changes.
func asEmailChange(err error) error {
	e := errs.From(err)
	switch {
	case errors.Is(err, ErrNoVerification):
		return errNoEmailChange
	case errors.Is(err, ErrTooManyGuesses):
		return errTooManyEmailChangeGuesses
	case errors.Is(err, ErrEmailExists):
		return errEmailTakenMeanwhile.Because(e.Err)
	case e.Code == codeInvalid:
		return e.With("error", "Invalid verification code")
	}
	return err
}

// wrongCode returns the error for a wrong code, with the number of remaining attempts.
func wrongCode(remaining int) error {
	attempts := "attempts"
	if remaining == 1 {
		attempts = "attempt"
	}
	message := fmt.Sprintf("The verification code is incorrect. %d %s remaining.", remaining, attempts)
	return errs.New(errs.KindInvalid, codeInvalid, message).With("attemptsRemaining", remaining)
}
