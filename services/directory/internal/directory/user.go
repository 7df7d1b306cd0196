package directory

import (
	"time"

	"muster/libs/contracts/directoryv1"
	"muster/libs/usersapi"
)

// User is a user or its tombstone. It is a plain value: its methods return the changed user. All times are UTC in whole
// seconds, the precision of display, sort and filter.
type User struct {
	ID       int64
	Username string
	// Email is the address as returned by [usersapi.ParseEmail]. It is unique among live users.
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
	// Invited is true when an administrator made the user. Such a user has no password until accepting the invitation, which
	// signs in.
	Invited bool
	// SessionsEnd is the latest order to end sessions; zero when there was none.
	SessionsEnd SessionsEnd

	// Subscribed is true when, by billing's latest record, the subscription gives access.
	Subscribed bool
	// TypeDueAt is the next time at which the type may change: the next start or end of the exemption. Nil when there
	// is none.
	TypeDueAt *time.Time

	// Deleted marks a tombstone, which keeps the id and the versions but no personal data.
	Deleted bool
	// RejectedBecause is why directory rejected the registration; empty for all other users.
	RejectedBecause string

	Version             int64
	AccessVersion       int64
	AccountVersion      int64
	SubscriptionVersion int64
	// NoticeVersion is the version of the account of the latest event that [Service.Notify] has handled.
	NoticeVersion int64
}

// SessionsEnd is an order to end a user's sessions because the address was verified or changed.
type SessionsEnd struct {
	// Version is the version of the user that ended them.
	Version int64
	// OpenedBy is the latest opening time of the sessions to end.
	OpenedBy time.Time
	// Except is the id of the session that stays open; empty when there is none.
	Except string
}

// IsActiveAdmin reports whether the user is an administrator who can sign in. One who was invited can once they have done
// so: only then does anybody know that the invitation has reached them.
func (u User) IsActiveAdmin() bool {
	return u.TypeCode == usersapi.TypeAdministrator && u.IsActive && !u.Deleted && (!u.Invited || u.LastLoginAt != nil)
}

// justRegistered reports whether the user has had no other address than this one and has not verified it.
func (u User) justRegistered() bool {
	return u.VerifiedAt == nil && u.SessionsEnd.Version == 0 && !u.Invited
}

// greeting returns the name for letters to the user's address; nil unless the address is verified.
func (u User) greeting() *string {
	if u.VerifiedAt == nil {
		return nil
	}
	return u.FirstName
}

// changed returns the user at its next version.
func (u User) changed() User {
	u.Version++
	return u
}

// touched returns the user at its next version with a new UpdatedAt, for changes that users see.
func (u User) touched(now time.Time) User {
	u = u.changed()
	u.UpdatedAt = now
	return u
}

// acted marks the current version as one that identity must act on.
func (u User) acted() User {
	u.AccessVersion = u.Version
	return u
}

// withTypeByAccess sets the type that follows from access, and TypeDueAt.
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

// verified returns the user with the address marked as verified.
func (u User) verified(now time.Time) User {
	u = u.touched(now).acted()
	u.VerifiedAt = &now
	return u
}

// endSessions orders all sessions to end except one, at the current version, which identity must act on.
func (u User) endSessions(except string, now time.Time) User {
	u.SessionsEnd = SessionsEnd{Version: u.Version, OpenedBy: now, Except: except}
	return u
}

// tombstone returns the tombstone of the user.
func (u User) tombstone() User {
	return User{
		ID: u.ID, Deleted: true, RejectedBecause: u.RejectedBecause, Version: u.Version + 1, AccessVersion: u.Version + 1,
		AccountVersion: u.AccountVersion, SubscriptionVersion: u.SubscriptionVersion,
	}
}

// Record returns the published state of the user, without what depends on the user's requests.
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

// event returns an event for the user's current version.
func (u User) event(kind directoryv1.Kind, now time.Time) directoryv1.UserEvent {
	return directoryv1.UserEvent{Kind: kind, UserID: u.ID, Version: u.Version, At: now}
}

// typeChanged returns the event of another type than the user had before.
func (u User) typeChanged(before User, now time.Time) directoryv1.UserEvent {
	e := u.event(directoryv1.TypeChanged, now)
	e.TypeCode, e.FormerTypeCode = u.TypeCode, before.TypeCode
	return e
}
