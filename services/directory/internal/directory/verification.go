package directory

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"time"
	"unicode"

	"muster/libs/limits"
)

// Verification request types (contract section 1).
const (
	// RequestRegistration verifies the address given at registration.
	RequestRegistration = "REGR"
	// RequestPasswordReset allows setting a new password.
	RequestPasswordReset = "RPWR"
	// RequestInvitation lets an invited user set the first password.
	RequestInvitation = "INVI"
	// RequestEmailChange verifies the new address of an email change.
	RequestEmailChange = "EMUP"
)

// maxAttempts is the number of wrong guesses that a code allows (contract section 6).
const maxAttempts = 5

// codeTypes are all request types.
var codeTypes = []string{RequestRegistration, RequestPasswordReset, RequestEmailChange, RequestInvitation}

// VerificationRequest is a code mailed to a user. A user has at most one request of each type.
type VerificationRequest struct {
	UserID   int64
	TypeCode string
	// NewEmail is the new address of an email change, which gets the code. Nil for all other types, whose codes go to
	// the user's address.
	NewEmail  *string
	Code      string
	CreatedOn time.Time
	ExpiresAt time.Time
	// Attempts counts wrong guesses.
	Attempts int
}

// expired reports whether the code has expired. It is valid through its last second.
func (r VerificationRequest) expired(now time.Time) bool { return now.After(r.ExpiresAt) }

// usable reports whether the code can still be redeemed.
func (r VerificationRequest) usable(now time.Time) bool {
	return !r.expired(now) && r.Attempts < maxAttempts
}

// openUntil returns the last moment at which the code can be redeemed; nil if there is no code, or no guess is left.
func (r VerificationRequest) openUntil() *time.Time {
	if r.Code == "" || r.Attempts >= maxAttempts {
		return nil
	}
	return &r.ExpiresAt
}

// newerThan orders requests by creation time. Of two created in the same second, the one that expires later is newer.
func (r VerificationRequest) newerThan(other VerificationRequest) bool {
	if r.CreatedOn.Equal(other.CreatedOn) {
		return r.ExpiresAt.After(other.ExpiresAt)
	}
	return r.CreatedOn.After(other.CreatedOn)
}

// redeem tries a code of a locked user. refusal is why the code is not accepted. A wrong guess is counted in the
// transaction, so the caller must commit despite the refusal. Concurrent guesses wait for the lock, so at most five are
// compared.
//
// Refusals: ErrNoVerification when the request has expired, INVALID_CODE with attemptsRemaining, ErrTooManyGuesses.
func redeem(ctx context.Context, tx Tx, u User, r VerificationRequest, code string, now time.Time) (refusal, err error) {
	counted, refusal := r.try(code, now)
	if counted.Attempts == r.Attempts {
		return refusal, nil
	}
	if err := tx.PutRequest(ctx, counted); err != nil {
		return nil, err
	}
	if r.TypeCode == RequestRegistration && counted.openUntil() == nil {
		_, err = announce(ctx, tx, u)
	}
	return refusal, err
}

// try tries a code. It returns the request with a wrong guess counted, and the refusal as redeem does.
func (r VerificationRequest) try(code string, now time.Time) (counted VerificationRequest, refusal error) {
	switch {
	case r.expired(now):
		return r, ErrNoVerification
	case r.Attempts >= maxAttempts:
		return r, ErrTooManyGuesses
	case !sameCode(code, r.Code):
		r.Attempts++
		return r, wrongCode(maxAttempts - r.Attempts)
	}
	return r, nil
}

// newRequest returns a request with a new code. It does not store the request.
func (s *Service) newRequest(userID int64, typeCode string, now time.Time) VerificationRequest {
	r := VerificationRequest{UserID: userID, TypeCode: typeCode, CreatedOn: now, ExpiresAt: now.Add(s.codeLife[typeCode])}
	if typeCode == RequestEmailChange {
		r.Code = s.newDigits()
	} else {
		r.Code = s.newCode()
	}
	return r
}

// ListedRequest is a request as lists show it, with its user.
type ListedRequest struct {
	ID       int64
	UserID   int64
	TypeCode string
	TypeName string
	// Code is nil when the reader may not see it.
	Code      *string
	CreatedOn time.Time
	Attempts  int

	Username  string
	Email     string
	FirstName *string
	LastName  *string
	IsActive  bool
}

// requestVerification replaces the user's code of this type, a registration or an invitation, with a new one and queues the
// mail with it. It omits the mail when the recipient has reached the daily limit; the user or an administrator can request
// it later.
func (s *Service) requestVerification(ctx context.Context, tx Tx, u User, typeCode string, now time.Time) error {
	r := s.newRequest(u.ID, typeCode, now)
	if err := tx.PutRequest(ctx, r); err != nil {
		return err
	}
	err := s.throttle.Take(ctx, s.limited.mailsTo(u.Email)...)
	if errors.Is(err, limits.ErrUsedUp) {
		return nil
	}
	if err != nil {
		return err
	}
	return tx.QueueMail(ctx, codeMail(u, r, now))
}

// codeMail returns the mail that carries the code of r to u.
func codeMail(u User, r VerificationRequest, now time.Time) Mail {
	m := Mail{
		UserID: u.ID, Kind: MailKind(r.TypeCode), Recipient: u.Email, FirstName: u.greeting(),
		Code: r.Code, CodeExpiresAt: r.ExpiresAt, QueuedAt: now,
	}
	if r.TypeCode == RequestRegistration {
		m.FirstName, m.Declinable = nil, u.justRegistered()
	}
	if r.NewEmail != nil {
		m.Recipient, m.FirstName = *r.NewEmail, nil
	}
	return m
}

const (
	codeAlphabet = "abcdefghijklmnopqrstuvwxyz0123456789"
	codeLength   = 12 // 62 bits, beyond reach of five guesses
)

// NewCode returns a verification code: 12 characters of a-z0-9 from the system's secure random source (contract
// section 6).
func NewCode() string {
	// Bytes at or above the largest multiple of 36 are discarded, so all characters are equally likely.
	const limit = 256 - 256%len(codeAlphabet)
	code := make([]byte, 0, codeLength)
	var random [2 * codeLength]byte
	for len(code) < codeLength {
		_, _ = rand.Read(random[:]) // never fails: crypto/rand ends the process instead
		for _, b := range random {
			if int(b) < limit && len(code) < codeLength {
				code = append(code, codeAlphabet[int(b)%len(codeAlphabet)])
			}
		}
	}
	return string(code)
}

// manyDigits is the number of six-digit codes.
var manyDigits = big.NewInt(1_000_000)

// NewDigits returns the code of an email change: six digits from the system's secure random source (contract section
// 6). The limits of five attempts per code and of codes per user and hour protect it from guessing.
func NewDigits() string {
	n, err := rand.Int(rand.Reader, manyDigits)
	if err != nil {
		panic(err) // unreachable: crypto/rand ends the process instead
	}
	return fmt.Sprintf("%06d", n.Int64())
}

// sameCode compares the typed code with the mailed one in constant time. It ignores white space, hyphens and letter
// case, which people and mail programs change and which the alphabet does not use.
func sameCode(typed, mailed string) bool {
	typed = strings.ToLower(strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.Is(unicode.Pd, r) {
			return -1
		}
		return r
	}, typed))
	return subtle.ConstantTimeCompare([]byte(typed), []byte(mailed)) == 1
}
