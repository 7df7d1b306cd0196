package roster

import (
	"time"

	"muster/services/directory/internal/directory"
)

// LegacyUser is an entry of the roster: a user of the system that Muster replaces. It waits there until a user proves
// to be the same person, and is linked to that user from then on.
type LegacyUser struct {
	// ID is the user's id in the former system.
	ID int64
	// Email is the address by which the user is found. Like all personal data, it is empty once that user is deleted.
	Email     string
	Username  string
	FirstName *string
	LastName  *string
	// CreatedAt is nil when the roster has no date.
	CreatedAt     *time.Time
	EmailVerified bool
	// Activate asks for an account immediately instead of at the first sign-in.
	Activate bool
	// Properties become those of the linked user, unless it has some.
	Properties directory.Properties
	// UserID is the linked user; nil while the legacy user waits.
	UserID *int64
}

func (l LegacyUser) waiting() bool { return l.UserID == nil }

// forgotten reports whether the linked user was deleted, and with it the personal data of the entry.
func (l LegacyUser) forgotten() bool { return l.Email == "" }

// linked returns the legacy user linked to this user.
func (l LegacyUser) linked(userID int64) LegacyUser {
	l.UserID = &userID
	return l
}

// equal reports whether both entries have the same data.
func (l LegacyUser) equal(other LegacyUser) bool {
	return l.ID == other.ID && l.Email == other.Email && l.Username == other.Username &&
		same(l.FirstName, other.FirstName) && same(l.LastName, other.LastName) && sameTime(l.CreatedAt, other.CreatedAt) &&
		l.EmailVerified == other.EmailVerified && l.Activate == other.Activate && l.Properties == other.Properties
}

func same[T comparable](a, b *T) bool {
	if a == nil || b == nil {
		return a == b
	}
	return *a == *b
}

func sameTime(a, b *time.Time) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.Equal(*b)
}
