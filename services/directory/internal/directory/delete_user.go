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
}

// session returns the actor's session if the actor is this user, and otherwise an empty string.
func (a Actor) session(userID int64) string {
	if a.UserID != userID {
		return ""
	}
	return a.SessionID
}

// DeleteUser deletes a user: their data, properties and codes go, their address is free again, and a tombstone with the versions
// stays. Everybody may delete themselves, an administrator anybody. It returns the tombstone.
//
// ErrAdminOnly, ErrUserNotFound; ErrLastAdmin when nobody would be left to administrate.
func (s *Service) DeleteUser(ctx context.Context, actor Actor, id int64) (User, error) {
	if !actor.Admin && actor.UserID != id {
		return User{}, ErrAdminOnly
	}
	var gone User
	err := s.store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		u, err := lockLive(ctx, tx, id)
		if err != nil {
			return err
		}
		gone = u.tombstone()
		if err := guardLastAdmin(ctx, tx, u, gone); err != nil {
			return err
		}
		if err := tx.CloseRequests(ctx, id); err != nil {
			return err
		}
		if _, err := tx.PutProperties(ctx, id, ""); err != nil {
			return err
		}
		if err := tx.ForgetLegacyUser(ctx, id); err != nil {
			return err
		}
		return save(ctx, tx, gone, gone.event(directoryv1.Deleted, s.now()))
	})
	return gone, err
}
