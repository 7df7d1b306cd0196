package directory

import (
	"time"

	"muster/libs/contracts/directoryv1"
	"muster/libs/usersapi"
)

// User is one user, or the tombstone of one. It is a plain value: its methods return the changed user.
// All times are UTC and in whole seconds, so that what is shown is what is sorted and filtered by.
type User struct {
	ID       int64
	Username string
	// Email is the address as [usersapi.ParseEmail] gives it. Two live users never have the same one.
	Email        string
	TypeCode     string
	FirstName    *string
	LastName     *string
	AuthTypeCode string
	IsActive     bool
	CreatedAt    time.Time
	UpdatedAt    time.Time
	VerifiedAt   *time.Time
	LastLoginAt  *time.Time
	Exemption    Exemption
	LegacyUserID *int64
	// SessionsEnd says which sessions last had to end; the zero SessionsEnd when none ever had to.
	SessionsEnd SessionsEnd

	// Subscribed is what billing last said: the subscription gives access.
	Subscribed bool
	// TypeDueAt is when time alone may change the type: the next bound of the exemption. Nil when none lies ahead.
	TypeDueAt *time.Time

	// Deleted marks a tombstone: the id and the versions stay, everything personal is gone.
	Deleted bool
	// RejectedBecause is why directory refused to make this user; empty for all others.
	RejectedBecause string

	Version             int64
	AccessVersion       int64
	AccountVersion      int64
	SubscriptionVersion int64
}

// SessionsEnd ends a user's sessions, because the address was verified or changed.
type SessionsEnd struct {
	// Version is the version of the user that ended them.
	Version int64
	// OpenedBy is when they were opened at the latest.
	OpenedBy time.Time
	// Except is the session that lives on; empty when there is none.
	Except string
}

// IsActiveAdmin says whether the user can administrate now.
func (u User) IsActiveAdmin() bool {
	return u.TypeCode == usersapi.TypeAdministrator && u.IsActive && !u.Deleted
}

// changed is the user at its next version.
func (u User) changed() User {
	u.Version++
	return u
}

// touched is the user at its next version, changed in a way that people see.
func (u User) touched(now time.Time) User {
	u = u.changed()
	u.UpdatedAt = now
	return u
}

// acted marks the current version as one that identity has to act on.
func (u User) acted() User {
	u.AccessVersion = u.Version
	return u
}

// withTypeByAccess gives the user the type that access asks for, and the time to look again.
func (u User) withTypeByAccess(now time.Time) User {
	u.TypeDueAt = u.Exemption.next(now)
	if u.TypeCode == usersapi.TypeAdministrator {
		return u
	}
	u.TypeCode = usersapi.TypeNotSubscribed
	if u.Subscribed || u.Exemption.holds(now) {
		u.TypeCode = usersapi.TypeSubscribed
	}
	return u
}

// verified is the user with an address that they have shown to be theirs.
func (u User) verified(now time.Time) User {
	u = u.touched(now).acted()
	u.VerifiedAt = &now
	return u
}

// endSessions ends all sessions but one, as of the user's present version, which identity acts on.
func (u User) endSessions(except string, now time.Time) User {
	u.SessionsEnd = SessionsEnd{Version: u.Version, OpenedBy: now, Except: except}
	return u
}

// tombstone is what stays of a deleted user.
func (u User) tombstone() User {
	return User{
		ID: u.ID, Deleted: true, RejectedBecause: u.RejectedBecause, Version: u.Version + 1, AccessVersion: u.Version + 1,
		AccountVersion: u.AccountVersion, SubscriptionVersion: u.SubscriptionVersion,
	}
}

// Record is the state that directory publishes of the user.
func (u User) Record() directoryv1.User {
	var end *directoryv1.SessionsEnd
	if u.SessionsEnd.Version != 0 {
		end = &directoryv1.SessionsEnd{Version: u.SessionsEnd.Version, OpenedBy: u.SessionsEnd.OpenedBy, Except: u.SessionsEnd.Except}
	}
	return directoryv1.User{
		ID: u.ID, Version: u.Version, Deleted: u.Deleted, RejectedBecause: u.RejectedBecause,
		Username: u.Username, Email: u.Email, TypeCode: u.TypeCode, FirstName: u.FirstName, LastName: u.LastName,
		AuthTypeCode: u.AuthTypeCode, IsActive: u.IsActive, CreatedAt: u.CreatedAt, UpdatedAt: u.UpdatedAt,
		VerifiedAt: u.VerifiedAt, LastLoginAt: u.LastLoginAt,
		ExemptionFrom: u.Exemption.From, ExemptionTo: u.Exemption.To, LegacyUserID: u.LegacyUserID, SessionsEnd: end,
		AccessVersion: u.AccessVersion, AccountVersion: u.AccountVersion, SubscriptionVersion: u.SubscriptionVersion,
	}
}

// event says what happened to the user at its current version.
func (u User) event(kind directoryv1.Kind, now time.Time) directoryv1.UserEvent {
	return directoryv1.UserEvent{Kind: kind, UserID: u.ID, Version: u.Version, At: now}
}
