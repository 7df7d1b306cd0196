package roster

import "time"

// LegacyAccount is what identity needs to let a legacy user in.
type LegacyAccount struct {
	LegacyUserID  int64
	Email         string
	Username      string
	FirstName     *string
	LastName      *string
	CreatedAt     time.Time
	EmailVerified bool
	// PasswordHash is how the former system kept the password; nil when the roster does not say.
	PasswordHash *string
	// Activate asks for the account at once. Else identity keeps the hash until its owner signs in.
	Activate bool
}

// LegacyOutcome is what became of a legacy user at identity.
type LegacyOutcome string

// The outcomes.
const (
	// LegacyStored: the hash is kept for the first sign-in.
	LegacyStored LegacyOutcome = "stored"
	// LegacyActivated: the account is made.
	LegacyActivated LegacyOutcome = "activated"
	// LegacyExists: there is an account with the address, whose own password stays.
	LegacyExists LegacyOutcome = "exists"
	// LegacyFailed: the code and the message say why.
	LegacyFailed LegacyOutcome = "failed"
)

// LegacyResult is what became of one legacy user at identity.
type LegacyResult struct {
	LegacyUserID int64
	Outcome      LegacyOutcome
	// UserID is the user of the account, where there is one.
	UserID *int64
	// Code and Message are set when it failed, and may be repeated in reports.
	Code    string
	Message string
}
