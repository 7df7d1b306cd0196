// Package directoryv1 defines what directory publishes.
package directoryv1

import (
	"strconv"
	"time"

	"muster/libs/contracts"
)

// User is the whole state of one user, on directory.user.v1, without their custom properties. Properties are up to 16
// KiB of operator-defined and possibly personal data, which should not be copied to every consumer. A change of them
// increases Version like any other, and a service that needs them asks directory.
type User struct {
	ID      int64 `json:"id"`
	Version int64 `json:"version"`
	// Deleted marks the last record of a user. Nothing personal is in it.
	Deleted bool `json:"deleted"`
	// RejectedBecause is set together with Deleted when directory refused to create a user for an account: the code of
	// the error ("EMAIL_EXISTS"). identity removes such an account.
	RejectedBecause string `json:"rejectedBecause"`

	Username      string     `json:"username"`
	Email         string     `json:"email"`
	TypeCode      string     `json:"typeCode"`
	FirstName     *string    `json:"firstName"`
	LastName      *string    `json:"lastName"`
	AuthTypeCode  string     `json:"authTypeCode"`
	IsActive      bool       `json:"isActive"`
	CreatedAt     time.Time  `json:"createdAt"`
	UpdatedAt     time.Time  `json:"updatedAt"`
	VerifiedAt    *time.Time `json:"verifiedAt"`
	LastLoginAt   *time.Time `json:"lastLoginAt"`
	ExemptionFrom *time.Time `json:"subscriptionExemptionStartsAt"`
	ExemptionTo   *time.Time `json:"subscriptionExemptionEndsAt"`
	LegacyUserID  *int64     `json:"legacyUserId"`
	// RegistrationUntil is the last moment at which the code of the open registration request can be redeemed. Null if the
	// user is verified or has no such request. Records of earlier releases do not have it.
	RegistrationUntil *time.Time `json:"registrationUntil"`

	// SessionsEnd says which sessions last had to end because the address was verified or changed. Null if that never
	// happened.
	SessionsEnd *SessionsEnd `json:"sessionsEnd"`

	// AccessVersion is the newest version with a change that identity acts on: email, type, active, verified, deleted,
	// rejected. It is at most Version.
	AccessVersion int64 `json:"accessVersion"`
	// AccountVersion is the newest version of identity's account that this user has followed.
	AccountVersion int64 `json:"accountVersion"`
	// SubscriptionVersion is the newest version of billing's subscription that this user has followed; 0 before the first.
	SubscriptionVersion int64 `json:"subscriptionVersion"`
}

// SessionsEnd ends a user's sessions that were opened before a given time.
type SessionsEnd struct {
	// Version is the version of the user that ended them.
	Version int64 `json:"version"`
	// OpenedBy is that time: sessions opened later stay open.
	OpenedBy time.Time `json:"openedBy"`
	// Except is a session that stays open in any case; empty if there is none.
	Except string `json:"except"`
}

// EventType is "directory.user.v1".
func (User) EventType() string { return "directory.user.v1" }

// EventTopic is the state topic of users.
func (User) EventTopic() string { return contracts.TopicUser }

// EventKey is the user id.
func (u User) EventKey() string { return strconv.FormatInt(u.ID, 10) }

// EventVersion is the user's version.
func (u User) EventVersion() int64 { return u.Version }

// Last is the state that a tombstone stands for: deleted in this version.
func (User) Last(userID, version int64) contracts.Payload {
	return User{ID: userID, Version: version, AccessVersion: version, Deleted: true}
}

// UserEvent says what happened to a user, on directory.user-events.v1. It has no personal data: consumers that need
// some read the state topic.
type UserEvent struct {
	Kind    Kind      `json:"kind"`
	UserID  int64     `json:"userId"`
	Version int64     `json:"version"`
	At      time.Time `json:"at"`
	// Actor is who did it: an administrator, or the user who deleted the own account. It is absent for everything else.
	Actor *Actor `json:"actor,omitempty"`
	// TypeCode and FormerTypeCode are the types after and before, in an event of kind "type-changed"; absent in all others.
	TypeCode       string `json:"typeCode,omitempty"`
	FormerTypeCode string `json:"formerTypeCode,omitempty"`
}

// Actor is a user who did something to a user, and the session in which it was done.
type Actor struct {
	UserID    int64  `json:"userId"`
	SessionID string `json:"sessionId"`
}

// Kind is a past participle: what happened to a user.
type Kind string

// What can happen to a user.
const (
	Created       Kind = "created"
	EmailVerified Kind = "email-verified"
	Updated       Kind = "updated"
	TypeChanged   Kind = "type-changed"
	Deactivated   Kind = "deactivated"
	Reactivated   Kind = "reactivated"
	Deleted       Kind = "deleted"
	Rejected      Kind = "rejected"
	// CodeRenewed, CodeResent and CodeWithdrawn are what an administrator did with a code of the user.
	CodeRenewed   Kind = "code-renewed"
	CodeResent    Kind = "code-resent"
	CodeWithdrawn Kind = "code-withdrawn"
)

// EventType is "directory.user." and the kind and ".v1".
func (e UserEvent) EventType() string { return "directory.user." + string(e.Kind) + ".v1" }

// EventTopic is the event topic of users.
func (UserEvent) EventTopic() string { return contracts.TopicUserEvents }

// EventKey is the user id.
func (e UserEvent) EventKey() string { return strconv.FormatInt(e.UserID, 10) }

// EventVersion is the version of the user after it.
func (e UserEvent) EventVersion() int64 { return e.Version }

// ImportEvent says what an administrator did with an import of legacy users, on directory.user-events.v1.
type ImportEvent struct {
	Kind     ImportKind `json:"kind"`
	ImportID string     `json:"importId"`
	Actor    Actor      `json:"actor"`
	// Lines is how many lines of the roster had been processed before.
	Lines int64     `json:"lines"`
	At    time.Time `json:"at"`
}

// ImportKind is a past participle: what happened to an import.
type ImportKind string

// What can happen to an import: its first upload begins, or another one that goes on where the last one was cut.
const (
	ImportStarted   ImportKind = "started"
	ImportContinued ImportKind = "continued"
)

// EventType is "directory.import." and the kind and ".v1".
func (e ImportEvent) EventType() string { return "directory.import." + string(e.Kind) + ".v1" }

// EventTopic is the event topic of users.
func (ImportEvent) EventTopic() string { return contracts.TopicUserEvents }

// EventKey is "import/" and the import's id.
func (e ImportEvent) EventKey() string { return "import/" + e.ImportID }

// EventVersion is the number of processed lines.
func (e ImportEvent) EventVersion() int64 { return e.Lines }
