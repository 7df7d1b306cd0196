package directory

import (
	"context"
	"errors"
)

// Subscription is the part of billing's subscription record that directory uses.
type Subscription struct {
	UserID  int64
	Version int64
	// AccessVersion is the latest version that directory has to act on.
	AccessVersion int64
	// Access is true when the subscription gives a subscriber's rights.
	Access bool
}

// FollowSubscription applies a subscription record of billing: the user's type changes when access begins or ends.
// Records that are not newer than the followed version have no effect.
//
// ErrNoUserForSubscription when the user is unknown.
func (s *Service) FollowSubscription(ctx context.Context, sub Subscription) error {
	return s.store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		u, err := tx.LockUser(ctx, sub.UserID)
		switch {
		case errors.Is(err, ErrUserNotFound):
			return ErrNoUserForSubscription
		case err != nil:
			return err
		case u.Deleted, sub.AccessVersion <= u.SubscriptionVersion:
			return nil
		}
		now := s.now()
		before := u
		if sub.Access != u.Subscribed {
			u.Subscribed = sub.Access
			u = u.withTypeByAccess(now)
		}
		u.SubscriptionVersion = sub.Version
		if u.TypeCode == before.TypeCode {
			return save(ctx, tx, u.changed())
		}
		u = u.touched(now).acted()
		return save(ctx, tx, u, u.typeChanged(before, now))
	})
}
