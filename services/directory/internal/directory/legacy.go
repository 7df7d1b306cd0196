package directory

import (
	"context"
	"errors"
	"time"
)

// LegacyUser is somebody on the roster: a user of the system whose place Muster takes. They wait there until a user has
// their address, and are linked to that user from then on.
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
		sameText(l.FirstName, other.FirstName) && sameText(l.LastName, other.LastName) && sameTime(l.CreatedAt, other.CreatedAt) &&
		l.EmailVerified == other.EmailVerified && l.Activate == other.Activate
}

// waitingLegacy looks for somebody on the roster who waits for a user with this address; nil when there is nobody.
func waitingLegacy(ctx context.Context, tx Tx, email string) (*LegacyUser, error) {
	l, err := tx.LockLegacyUser(ctx, email)
	if errors.Is(err, ErrLegacyUserNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return &l, nil
}

// linkLegacy links a stored user who has just taken an address to whoever waits on the roster with it. A user is one
// legacy user at most. What the roster says besides is not copied: until the address is verified, it may be a stranger
// who typed it.
func linkLegacy(ctx context.Context, tx Tx, u User) (User, error) {
	if u.LegacyUserID != nil {
		return u, nil
	}
	l, err := waitingLegacy(ctx, tx, u.Email)
	if err != nil || l == nil {
		return u, err
	}
	u.LegacyUserID = &l.ID
	return u, tx.PutLegacyUsers(ctx, l.linked(u.ID))
}
