package directory

import (
	"context"
	"errors"
	"time"

	"muster/libs/contracts"
	"muster/libs/contracts/directoryv1"
)

// Linked is the user who has turned out to be this legacy user, and what is to be published of it.
func (u User) Linked(legacyUserID int64, now time.Time) (User, []contracts.Payload) {
	u = u.touched(now)
	u.LegacyUserID = &legacyUserID
	return u, []contracts.Payload{u.Record(), u.event(directoryv1.Updated, now)}
}

// waitingLegacy looks for somebody on the roster who waits for a user with this address; nil when there is nobody.
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

// linkLegacy links a stored user to the legacy user who waited, if there is one. A user is one legacy user at most. What
// the roster says besides is not copied: the user's own words count.
func linkLegacy(ctx context.Context, tx Tx, u User, waiting *int64) (User, error) {
	if u.LegacyUserID != nil || waiting == nil {
		return u, nil
	}
	u.LegacyUserID = waiting
	return u, tx.LinkLegacyUser(ctx, *waiting, u.ID)
}

// moveLegacy is next, who has moved to another address, with the legacy user who goes with it. An unverified user takes
// nothing of the roster along, because it may be a stranger who typed the former address; and whoever waits for the new
// one waits until it is verified.
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
