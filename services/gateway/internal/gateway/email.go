package gateway

import (
	"context"
	"time"

	"muster/libs/causal"
	"muster/libs/errs"
)

// Caller is the signed-in user who makes a request.
type Caller struct {
	UserID    int64
	SessionID string
	// Network is the client's network, which limits count.
	Network string
	// Fresh is true if the session began in the last ten minutes.
	Fresh bool
}

// Email is a user's email address, and the state of the user.
type Email struct {
	Address   string
	Verified  bool
	Version   int64 // of the user
	CreatedAt time.Time
	UpdatedAt time.Time
}

// Emails is directory's part in the email addresses of users. A call returns the versions that it produced even if it
// fails. Besides the errors named here, the error is UNAVAILABLE if directory did not answer: the call may or may not
// have been carried out.
type Emails interface {
	// Email returns the user's address; [ErrNoUser].
	Email(ctx context.Context, userID int64) (Email, error)
	// SetEmail changes the address at once. The new one is not verified; a code is mailed to it, and all other sessions
	// end. [ErrNoUser], [ErrEmailExists], [ErrEmailInvalid], or RATE_LIMITED.
	SetEmail(ctx context.Context, by Caller, address string) (Email, []causal.Write, error)
	// SendEmailCode mails a code that verifies the address; [ErrNoUser], [ErrEmailVerified], or RATE_LIMITED.
	SendEmailCode(ctx context.Context, by Caller) (Email, []causal.Write, error)
	// VerifyEmail verifies the address with a mailed code; [ErrNoCode], [ErrWrongCode], or [ErrTooManyCodes].
	VerifyEmail(ctx context.Context, by Caller, code string) (Email, []causal.Write, error)
}

// Errors of [Emails], with directory's codes.
var (
	ErrNoUser        = errs.New(errs.KindNotFound, "USER_NOT_FOUND", "User not found")
	ErrEmailInvalid  = errs.New(errs.KindInvalid, "VALIDATION_FAILED", "The email address is not valid.")
	ErrEmailVerified = errs.New(errs.KindConflict, "ALREADY_VERIFIED", "The email address is already verified.")
	// ErrStepUpRequired: the session is too old for another address.
	ErrStepUpRequired = errs.New(errs.KindForbidden, "STEP_UP_REQUIRED", "Please sign in again first")
	// ErrNoCode: no request for a code is open, the address is already verified, or the user does not exist.
	ErrNoCode = errs.New(errs.KindNotFound, "NO_VERIFICATION_REQUEST", "No verification code is expected.")
	// ErrWrongCode: the code is wrong or has expired.
	ErrWrongCode = errs.New(errs.KindInvalid, "INVALID_CODE", "The verification code is not valid.")
	// ErrTooManyCodes: too many wrong codes were sent.
	ErrTooManyCodes = errs.New(errs.KindTooMany, "MAX_ATTEMPTS_EXCEEDED", "Too many wrong codes. Please ask for a new one.")
)

// Email returns the user's email address. Errors: as for [Emails].
func (s *Service) Email(ctx context.Context, userID int64) (Email, error) {
	return s.emails.Email(ctx, userID)
}

// SetEmail changes the caller's email address and waits until the change is visible, and until the mail with the code is
// sent. lacking is as for [Service.Follow], and errors as for [Emails], and [ErrStepUpRequired].
func (s *Service) SetEmail(ctx context.Context, by Caller, address string) (e Email, lacking []string, err error) {
	if !by.Fresh {
		return Email{}, nil, ErrStepUpRequired
	}
	e, writes, err := s.emails.SetEmail(ctx, by, address)
	return e, s.mailed(ctx, by.UserID, writes, err), err
}

// SendEmailCode mails the caller a code that verifies their address, and waits until the mail is sent. lacking and errors are as for [Service.SetEmail].
func (s *Service) SendEmailCode(ctx context.Context, by Caller) (e Email, lacking []string, err error) {
	e, writes, err := s.emails.SendEmailCode(ctx, by)
	return e, s.mailed(ctx, by.UserID, writes, err), err
}

// mailed is [Service.Follow] for a call that mails the user, unless it has failed: it also waits until the mail is sent,
// within the consistency wait.
func (s *Service) mailed(ctx context.Context, userID int64, writes []causal.Write, failure error) (lacking []string) {
	held, cancel := context.WithTimeout(ctx, s.patience)
	defer cancel()
	if lacking = s.Follow(held, writes); failure == nil && len(lacking) == 0 {
		s.awaitMail(held, userID)
	}
	return lacking
}

// VerifyEmail verifies the caller's address with a mailed code. lacking and errors are as for [Service.SetEmail].
func (s *Service) VerifyEmail(ctx context.Context, by Caller, code string) (e Email, lacking []string, err error) {
	e, writes, err := s.emails.VerifyEmail(ctx, by, code)
	return e, s.Follow(ctx, writes), err
}
