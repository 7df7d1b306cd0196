package directory

import (
	"context"
	"errors"

	"muster/libs/contracts/directoryv1"
)

// Subscription is what billing says of somebody's subscription, as far as directory acts on it.
type Subscription struct {
	UserID  int64
	Version int64
	// AccessVersion is the newest version that directory has to act on.
	AccessVersion int64
	// Access says whether the subscription gives a subscriber's rights.
	Access bool
}

// FollowSubscription applies what billing says: the user's type follows when access begins or ends. Records that are
// not newer than what was followed change nothing.
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
		before := u.TypeCode
		if sub.Access != u.Subscribed {
			u.Subscribed = sub.Access
			u = u.withTypeByAccess(now)
		}
		u.SubscriptionVersion = sub.Version
		if u.TypeCode == before {
			return save(ctx, tx, u.changed())
		}
		u = u.touched(now).acted()
		return save(ctx, tx, u, u.event(directoryv1.TypeChanged, now))
	})
}
