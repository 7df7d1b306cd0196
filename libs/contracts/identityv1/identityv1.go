// Package identityv1 is what identity publishes.
package identityv1

import (
	"strconv"
	"time"

	"muster/libs/contracts"
)

// Account is the whole state of one account, on identity.account.v1. It says how somebody gets in; who they are is
// directory's to say. It carries no credential.
type Account struct {
	UserID  int64 `json:"userId"`
	Version int64 `json:"version"`
	// Deleted marks the last record of an account. Nothing personal is in it.
	Deleted bool `json:"deleted"`
	// Email is the address that signs in. Empty once the account is deleted.
	Email        string    `json:"email"`
	AuthTypeCode string    `json:"authTypeCode"`
	CreatedAt    time.Time `json:"createdAt"`
	// LastLoginAt is when the owner last signed in; null when never.
	LastLoginAt *time.Time `json:"lastLoginAt"`
	// Registration is what the owner said at the door. It stands until directory has accepted or rejected the user.
	Registration *Registration `json:"registration"`
	// Legacy is the user of another system who has come in by this account: with the password of that system, or because
	// an import made the account. Null when nobody has. It stands while the account keeps its address.
	Legacy *Legacy `json:"legacy"`
	// ActivityVersion is the newest version at which something changed that directory acts on: the account was
	// made, somebody signed in, the account was deleted. It is at most Version.
	ActivityVersion int64 `json:"activityVersion"`
	// UserVersion is the newest version of directory's user that this account has followed; 0 before the first.
	UserVersion int64 `json:"userVersion"`
	// TokensValidFrom: access tokens issued before it are refused. Null when all sessions were never ended at once.
	TokensValidFrom *time.Time `json:"tokensValidFrom"`
	// EndedSessions are the sessions that ended while access tokens of theirs may still be unexpired.
	EndedSessions []EndedSession `json:"endedSessions"`
}

// Registration is what directory needs to make a user.
type Registration struct {
	Username  string  `json:"username"`
	FirstName *string `json:"firstName"`
	LastName  *string `json:"lastName"`
	// TypeCode is the user type to begin with: "NONS", or "ADMI" for the first administrator of an installation.
	TypeCode string `json:"typeCode"`
	// EmailVerified is true where somebody we trust vouches for the address: a sign-in provider, or the operator.
	EmailVerified bool `json:"emailVerified"`
	// Imported is true where the account was made by an import and not by the owner at the door: no verification mail is sent.
	Imported bool `json:"imported"`
}

// Legacy is a user of the system that Muster takes the place of.
type Legacy struct {
	// UserID is what that system called them.
	UserID int64 `json:"legacyUserId"`
	// EmailVerified is true where that system had verified the address.
	EmailVerified bool `json:"emailVerified"`
}

// EndedSession is a session whose access tokens are to be refused until they expire by themselves.
type EndedSession struct {
	ID    string    `json:"id"`
	Until time.Time `json:"until"`
}

// EventType is "identity.account.v1".
func (Account) EventType() string { return "identity.account.v1" }

// EventTopic is the state topic of accounts.
func (Account) EventTopic() string { return contracts.TopicAccount }

// EventKey is the user id.
func (a Account) EventKey() string { return strconv.FormatInt(a.UserID, 10) }

// EventVersion is the account's version.
func (a Account) EventVersion() int64 { return a.Version }

// AccountEvent says what happened to an account, on identity.account-events.v1.
type AccountEvent struct {
	// Kind is what happened; see the constants.
	Kind    Kind      `json:"kind"`
	UserID  int64     `json:"userId"`
	Version int64     `json:"version"`
	At      time.Time `json:"at"`
	// SessionID is the session it happened in; empty where there is none.
	SessionID string `json:"sessionId"`
}

// Kind is a past participle: what happened to an account.
type Kind string

// What can happen to an account.
const (
	Registered   Kind = "registered"
	SignedIn     Kind = "signed-in"
	SessionEnded Kind = "session-ended"
	Removed      Kind = "removed"
)

// EventType is "identity.account." and the kind and ".v1".
func (e AccountEvent) EventType() string { return "identity.account." + string(e.Kind) + ".v1" }

// EventTopic is the event topic of accounts.
func (AccountEvent) EventTopic() string { return contracts.TopicAccountEvents }

// EventKey is the user id.
func (e AccountEvent) EventKey() string { return strconv.FormatInt(e.UserID, 10) }

// EventVersion is the version of the account after it.
func (e AccountEvent) EventVersion() int64 { return e.Version }
