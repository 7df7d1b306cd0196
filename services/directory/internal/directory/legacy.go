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

// linkLegacy links a stored user who has just taken an address to whoever waits on the roster with it. A user is one
// legacy user at most. What the roster says besides is not copied: until the address is verified, it may be a stranger
// who typed it.
func linkLegacy(ctx context.Context, tx Tx, u User) (User, error) {
	if u.LegacyUserID != nil {
		return u, nil
	}
	id, err := waitingLegacy(ctx, tx, u.Email)
	if err != nil || id == nil {
		return u, err
	}
	u.LegacyUserID = id
	return u, tx.LinkLegacyUser(ctx, *id, u.ID)
}
