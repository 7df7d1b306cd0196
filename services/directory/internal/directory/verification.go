package directory

import (
	"context"
	"time"
)

// Verification request types (contract section 1).
const (
	// RequestRegistration proves that the address somebody registered with is theirs.
	RequestRegistration = "REGR"
	// RequestPasswordReset lets somebody who forgot their password set a new one.
	RequestPasswordReset = "RPWR"
	// RequestEmailChange proves that the address that a user wants to change to is theirs.
	RequestEmailChange = "EMUP"
)

// maxAttempts is how often a code may be guessed wrong (contract section 6).
const maxAttempts = 5

// codeTypes are all of them.
var codeTypes = []string{RequestRegistration, RequestPasswordReset, RequestEmailChange}

// VerificationRequest is a code on its way to a user's mailbox. A user has at most one of each type.
type VerificationRequest struct {
	UserID   int64
	TypeCode string
	// NewEmail is the address that an email change is about, to which its code goes. Nil for all other types: their codes
	// go to the user's own address.
	NewEmail  *string
	Code      string
	CreatedOn time.Time
	ExpiresAt time.Time
	// Attempts counts wrong guesses.
	Attempts int
}

// expired says whether the code has become worthless by time. Its last second still counts.
func (r VerificationRequest) expired(now time.Time) bool { return now.After(r.ExpiresAt) }

// usable says whether the code can still be redeemed.
func (r VerificationRequest) usable(now time.Time) bool {
	return !r.expired(now) && r.Attempts < maxAttempts
}

// newerThan orders requests by when they were made; of two made in the same second, the one good for longer is newer.
func (r VerificationRequest) newerThan(other VerificationRequest) bool {
	if r.CreatedOn.Equal(other.CreatedOn) {
		return r.ExpiresAt.After(other.ExpiresAt)
	}
	return r.CreatedOn.After(other.CreatedOn)
}

// redeem tries a code. refusal says why it is not good; a wrong guess is counted in the transaction, which the refusal
// must therefore not undo. Whoever calls has locked the user, so that guesses made at the same time wait for each other
// and no more than five are ever compared.
//
// The refusals: ErrNoVerification when the request has expired, INVALID_CODE with attemptsRemaining, ErrTooManyGuesses.
func redeem(ctx context.Context, tx Tx, r VerificationRequest, code string, now time.Time) (refusal, err error) {
	switch {
	case r.expired(now):
		return ErrNoVerification, nil
	case r.Attempts >= maxAttempts:
		return ErrTooManyGuesses, nil
	case !sameCode(code, r.Code):
		r.Attempts++
		return wrongCode(maxAttempts - r.Attempts), tx.PutRequest(ctx, r)
	}
	return nil, nil
}

// newRequest is a request with a fresh code, not stored yet.
func (s *Service) newRequest(userID int64, typeCode string, now time.Time) VerificationRequest {
	r := VerificationRequest{UserID: userID, TypeCode: typeCode, CreatedOn: now, ExpiresAt: now.Add(s.codeLife[typeCode])}
	if typeCode == RequestEmailChange {
		r.Code = s.newDigits()
	} else {
		r.Code = s.newCode()
	}
	return r
}

// ListedRequest is a request as lists show it, with the user it belongs to.
type ListedRequest struct {
	ID       int64
	UserID   int64
	TypeCode string
	TypeName string
	// Code is nil where the reader may not see it.
	Code      *string
	CreatedOn time.Time
	Attempts  int

	Username  string
	Email     string
	FirstName *string
	LastName  *string
	IsActive  bool
}
