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

// requestVerification asks an unverified user to verify their address: a fresh code in place of the old one, and the
// mail with it. The mail is left out when its recipient has had all that they can have in a day; an administrator, or
// they themselves, can have it sent later.
func (s *Service) requestVerification(ctx context.Context, tx Tx, u User, now time.Time) error {
	r := s.newRequest(u.ID, RequestRegistration, now)
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

// codeMail is the mail that carries the code of r to u.
func codeMail(u User, r VerificationRequest, now time.Time) Mail {
	m := Mail{
		UserID: u.ID, Kind: MailKind(r.TypeCode), Recipient: u.Email, FirstName: u.FirstName,
		Code: r.Code, CodeExpiresAt: r.ExpiresAt, QueuedAt: now,
	}
	if r.NewEmail != nil {
		m.Recipient = *r.NewEmail
	}
	return m
}

const (
	codeAlphabet = "abcdefghijklmnopqrstuvwxyz0123456789"
	codeLength   = 12 // 62 bits: five guesses find nothing
)

// NewCode makes a verification code: 12 characters of a-z0-9 from the system's secure random source (contract
// section 6).
func NewCode() string {
	// A byte at or above the largest multiple of 36 is thrown away, so that no character is likelier than another.
	const limit = 256 - 256%len(codeAlphabet)
	code := make([]byte, 0, codeLength)
	var random [2 * codeLength]byte
	for len(code) < codeLength {
		_, _ = rand.Read(random[:]) // it never fails: without random bytes it ends the process
		for _, b := range random {
			if int(b) < limit && len(code) < codeLength {
				code = append(code, codeAlphabet[int(b)%len(codeAlphabet)])
			}
		}
	}
	return string(code)
}

// manyDigits is the number of codes of six digits.
var manyDigits = big.NewInt(1_000_000)

// NewDigits makes the code of an email change: six digits from the system's secure random source (contract section 6).
// They are few, and stand up to guessing by the five attempts a code has and the few codes an hour that a user gets.
func NewDigits() string {
	n, err := rand.Int(rand.Reader, manyDigits)
	if err != nil {
		panic(err) // the reader never fails: without random bytes it ends the process
	}
	return fmt.Sprintf("%06d", n.Int64())
}

// sameCode compares in constant time what was typed with what was mailed. People and mail programs add white space,
// hyphens and capitals to a code; none of these is in the alphabet.
func sameCode(typed, mailed string) bool {
	typed = strings.ToLower(strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.Is(unicode.Pd, r) {
			return -1
		}
		return r
	}, typed))
	return subtle.ConstantTimeCompare([]byte(typed), []byte(mailed)) == 1
}
