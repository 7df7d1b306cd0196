// Package identityv1 defines what identity publishes.
package identityv1

import (
	"encoding/json"
	"strconv"
	"time"

	"muster/libs/contracts"
)

// Account is the whole state of one account, on identity.account.v1. It says how a user signs in; directory holds the
// user's personal data. It has no credentials.
type Account struct {
	UserID  int64 `json:"userId"`
	Version int64 `json:"version"`
	// Deleted marks the last record of an account. Nothing personal is in it.
	Deleted bool `json:"deleted"`
	// Email is the address for sign-in. It is empty once the account is deleted.
	Email        string    `json:"email"`
	AuthTypeCode string    `json:"authTypeCode"`
	CreatedAt    time.Time `json:"createdAt"`
	// LastLoginAt is when the owner last signed in; null if never.
	LastLoginAt *time.Time `json:"lastLoginAt"`
	// Registration is the data given at registration. It stays until directory has accepted or rejected the user.
	Registration *Registration `json:"registration"`
	// Legacy is the user of another system that this account belongs to, either because they signed in with that
	// system's password or because an import created the account. It is null if there is none. It stays while the
	// account keeps its address.
	Legacy *Legacy `json:"legacy"`
	// ActivityVersion is the newest version with a change that directory acts on: the account was created, the owner
	// signed in, the account was deleted. It is at most Version.
	ActivityVersion int64 `json:"activityVersion"`
	// UserVersion is the newest version of directory's user that this account has followed; 0 before the first.
	UserVersion int64 `json:"userVersion"`
	// TokensValidFrom is the time before which issued access tokens are refused. Null if all sessions never ended at
	// once.
	TokensValidFrom *time.Time `json:"tokensValidFrom"`
	// EndedSessions are the ended sessions whose access tokens may not have expired yet.
	EndedSessions []EndedSession `json:"endedSessions"`
}

// Registration is what directory needs to make a user.
type Registration struct {
	Username  string  `json:"username"`
	FirstName *string `json:"firstName"`
	LastName  *string `json:"lastName"`
	// TypeCode is the initial user type: "NONS"; "ADMI" for the first administrator of an installation; what the
	// administrator has chosen for an invited user.
	TypeCode string `json:"typeCode"`
	// EmailVerified is true if a trusted party vouches for the address: a sign-in provider, or the operator.
	EmailVerified bool `json:"emailVerified"`
	// Imported is true if an import or an application created the account instead of its owner. No verification mail is
	// then sent.
	Imported bool `json:"imported"`
	// Invited is true if an administrator has invited the user. The user then gets an invitation instead of a verification
	// mail. It is absent if not.
	Invited bool `json:"invited,omitempty"`
	// Properties are the user's custom properties, a JSON object. It is absent if there are none.
	Properties json.RawMessage `json:"properties,omitempty" jsonschema:"type=object"`
}

// Legacy is a user of the system that Muster replaces.
type Legacy struct {
	// UserID is the user's id in that system.
	UserID int64 `json:"legacyUserId"`
	// EmailVerified is true if that system had verified the address.
	EmailVerified bool `json:"emailVerified"`
}

// EndedSession is a session whose access tokens are refused until they expire.
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

// Last is the state that a tombstone stands for: deleted in this version.
func (Account) Last(userID, version int64) contracts.Payload {
	return Account{UserID: userID, Version: version, ActivityVersion: version, Deleted: true}
}

// AccountEvent says what happened to an account, on identity.account-events.v1.
type AccountEvent struct {
	// Kind is what happened; see the constants.
	Kind    Kind      `json:"kind"`
	UserID  int64     `json:"userId"`
	Version int64     `json:"version"`
	At      time.Time `json:"at"`
	// SessionID is the session in which it happened; empty if there is none.
	SessionID string `json:"sessionId"`
	// Refusal says what was refused, in an event of kind "refused"; it is absent in all others.
	Refusal *Refusal `json:"refusal,omitempty"`
}

// Refusal is an action on an account that was refused. Version does not change by it.
type Refusal struct {
	Action string `json:"action"` // as in the audit trail: "sign-in"
	Result string `json:"result"` // the code of the error: "INVALID_CREDENTIALS"
}

// Kind is a past participle: what happened to an account.
type Kind string

// What can happen to an account.
const (
	Registered   Kind = "registered"
	SignedIn     Kind = "signed-in"
	SessionEnded Kind = "session-ended"
	Removed      Kind = "removed"
	// PasswordChanged is a password that replaced another: changed, reset, or set by an application.
	PasswordChanged Kind = "password-changed"
	// TokenReused is a refresh token that was used twice, which ended its session.
	TokenReused Kind = "refresh-token-reused"
	// FactorAdded and FactorRemoved are second factors of the sign-in.
	FactorAdded   Kind = "factor-added"
	FactorRemoved Kind = "factor-removed"
	// Refused is an action that was refused: a wrong password, for example.
	Refused Kind = "refused"
)

// EventType is "identity.account." and the kind and ".v1".
func (e AccountEvent) EventType() string { return "identity.account." + string(e.Kind) + ".v1" }

// EventTopic is the event topic of accounts.
func (AccountEvent) EventTopic() string { return contracts.TopicAccountEvents }

// EventKey is the user id.
func (e AccountEvent) EventKey() string { return strconv.FormatInt(e.UserID, 10) }

// EventVersion is the version of the account after it.
func (e AccountEvent) EventVersion() int64 { return e.Version }
