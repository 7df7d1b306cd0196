package roster

import "time"

// LegacyAccount is what identity needs to sign a legacy user in.
type LegacyAccount struct {
	LegacyUserID  int64
	Email         string
	Username      string
	FirstName     *string
	LastName      *string
	CreatedAt     time.Time
	EmailVerified bool
	// PasswordHash is the former system's password hash; nil when the roster has none.
	PasswordHash *string
	// Activate creates the account immediately. Otherwise identity stores the hash until its owner signs in.
	Activate bool
}

// LegacyOutcome is identity's outcome for a legacy user.
type LegacyOutcome string

// The outcomes.
const (
	// LegacyStored: the hash is stored for the first sign-in.
	LegacyStored LegacyOutcome = "stored"
	// LegacyActivated: the account was created.
	LegacyActivated LegacyOutcome = "activated"
	// LegacyExists: an account has the address and keeps its own password.
	LegacyExists LegacyOutcome = "exists"
	// LegacyFailed: the code and the message give the reason.
	LegacyFailed LegacyOutcome = "failed"
)

// LegacyResult is identity's result for one legacy user.
type LegacyResult struct {
	LegacyUserID int64
	Outcome      LegacyOutcome
	// UserID is the user id of the account; nil when there is none.
	UserID *int64
	// Code and Message are set on failure and may appear in reports.
	Code    string
	Message string
}
