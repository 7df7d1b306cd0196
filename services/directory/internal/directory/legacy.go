package directory

import (
	"context"
	"errors"
	"time"

	"muster/libs/contracts"
	"muster/libs/contracts/directoryv1"
)

// LegacyProfile is what the roster has of a legacy user without a user.
type LegacyProfile struct {
	LegacyUserID int64
	Email        string
	Username     string
	FirstName    *string
	LastName     *string
	CreatedAt    *time.Time // nil when the roster has none
}

// LegacyTotals are the numbers of legacy users on the roster. Those whose user was deleted since count as migrated.
type LegacyTotals struct {
	Legacy   int64
	Migrated int64 // linked to a user
}

// Linked returns the user linked to this legacy user, and the payloads to publish.
func (u User) Linked(legacyUserID int64, now time.Time) (User, []contracts.Payload) {
	u = u.touched(now)
	u.LegacyUserID = &legacyUserID
	return u, []contracts.Payload{u.Record(), u.event(directoryv1.Updated, now)}
}

// waitingLegacy returns the id of the legacy user that waits for this address; nil when there is none.
func waitingLegacy(ctx context.Context, tx Tx, email string) (*int64, error) {
	id, err := tx.LockLegacyUser(ctx, email)
	if errors.Is(err, ErrLegacyUserNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return &id, nil
}

// linkLegacy links a stored user to the waiting legacy user, if there is one. A user is linked to at most one legacy
// user. A user without custom properties gets those of the legacy user. Other data of the roster is not copied: the
// user's own data takes precedence.
func linkLegacy(ctx context.Context, tx Tx, u User, waiting *int64) (User, error) {
	if u.LegacyUserID != nil || waiting == nil {
		return u, nil
	}
	u.LegacyUserID = waiting
	return u, tx.LinkLegacyUser(ctx, *waiting, u.ID)
}

// moveLegacy returns next, which has another address, with the right legacy link. An unverified user loses its link,
// because a stranger may have typed the former address. A legacy user that waits for the new address is linked only
// once that address is verified.
func moveLegacy(ctx context.Context, tx Tx, before, next User) (User, error) {
	if before.VerifiedAt == nil && before.LegacyUserID != nil {
		if err := tx.ReleaseLegacyUser(ctx, before.ID); err != nil {
			return User{}, err
		}
		next.LegacyUserID = nil
	}
	if next.VerifiedAt == nil {
		return next, nil
	}
	waiting, err := waitingLegacy(ctx, tx, next.Email)
	if err != nil {
		return User{}, err
	}
	return linkLegacy(ctx, tx, next, waiting)
}
