package directory

import "time"

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

// VerificationRequest is a code on its way to a user's mailbox. A user has at most one of each type.
type VerificationRequest struct {
	UserID    int64
	TypeCode  string
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
