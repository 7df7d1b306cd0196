package directory

import (
	"context"

	"muster/libs/contracts/directoryv1"
)

// Actor is the caller of a use case; the zero Actor is anonymous.
type Actor struct {
	UserID int64
	Admin  bool
	// SessionID is the session of the request.
	SessionID string
	// Network is where the request came from.
	Network string
	// Fresh is true if the session began in the last ten minutes.
	Fresh bool
}

// session returns the actor's session if the actor is this user, and otherwise an empty string.
func (a Actor) session(userID int64) string {
	if a.UserID != userID {
		return ""
	}
	return a.SessionID
}

// name returns the actor as events name them.
func (a Actor) name() *directoryv1.Actor {
	return &directoryv1.Actor{UserID: a.UserID, SessionID: a.SessionID}
}

// adminName is name for what is published of administrators only; nil for all others.
func (a Actor) adminName() *directoryv1.Actor {
	if !a.Admin {
		return nil
	}
	return a.name()
}

// DeleteUser deletes a user: their data, properties and codes go, their address is free again, and a tombstone with the versions
// stays. Everybody may delete themselves, an administrator anybody. It returns the tombstone.
//
// ErrAdminOnly, ErrUserNotFound; ErrStepUpRequired for an administrator without a fresh session; ErrLastAdmin when nobody would be left to administrate.
func (s *Service) DeleteUser(ctx context.Context, actor Actor, id int64) (User, error) {
	if !actor.Admin && actor.UserID != id {
		return User{}, ErrAdminOnly
	}
	if actor.Admin && !actor.Fresh {
		return User{}, ErrStepUpRequired
	}
	var gone User
	err := s.store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		u, err := lockLive(ctx, tx, id)
		if err != nil {
			return err
		}
		gone, err = s.bury(ctx, tx, u, actor.name())
		return err
	})
	return gone, err
}

// bury replaces a locked user by a tombstone, which it returns, and deletes everything that belongs to the user.
// by is who does it; nil when no signed-in user does.
func (s *Service) bury(ctx context.Context, tx Tx, u User, by *directoryv1.Actor) (User, error) {
	gone := u.tombstone()
	if err := guardLastAdmin(ctx, tx, u, gone); err != nil {
		return User{}, err
	}
	if err := tx.CloseRequests(ctx, u.ID); err != nil {
		return User{}, err
	}
	if _, err := tx.PutProperties(ctx, u.ID, ""); err != nil {
		return User{}, err
	}
	if err := tx.PutThunderRecord(ctx, u.ID, ThunderRecord{}); err != nil {
		return User{}, err
	}
	if err := tx.ForgetLegacyUser(ctx, u.ID); err != nil {
		return User{}, err
	}
	deleted := gone.event(directoryv1.Deleted, s.now())
	deleted.Actor = by
	return gone, save(ctx, tx, gone, deleted)
}
