package roster

import "time"

// LegacyUser is somebody on the roster: a user of the system whose place Muster takes. They wait there until a user turns
// out to be the same person, and are linked to that user from then on.
type LegacyUser struct {
	// ID is what the former system called them.
	ID int64
	// Email is the address that finds their user. Like everything personal it is empty once that user is deleted.
	Email     string
	Username  string
	FirstName *string
	LastName  *string
	// CreatedAt is nil when the roster does not say.
	CreatedAt     *time.Time
	EmailVerified bool
	// Activate asks for an account at once, rather than when the owner comes.
	Activate bool
	// UserID is the user they have become; nil while they wait.
	UserID *int64
}

func (l LegacyUser) waiting() bool { return l.UserID == nil }

// forgotten says whether their user was deleted, and with it what the roster said of them.
func (l LegacyUser) forgotten() bool { return l.Email == "" }

// linked is the legacy user who has become this user.
func (l LegacyUser) linked(userID int64) LegacyUser {
	l.UserID = &userID
	return l
}

// equal says whether the roster says the same of both.
func (l LegacyUser) equal(other LegacyUser) bool {
	return l.ID == other.ID && l.Email == other.Email && l.Username == other.Username &&
		same(l.FirstName, other.FirstName) && same(l.LastName, other.LastName) && sameTime(l.CreatedAt, other.CreatedAt) &&
		l.EmailVerified == other.EmailVerified && l.Activate == other.Activate
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
