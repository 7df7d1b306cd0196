package directory

import (
	"context"

	"muster/libs/errs"
	"muster/libs/usersapi"
)

// PutThunderUser replaces the address and the properties of a user. Every call makes a new version, also when nothing
// differs. A new address is unverified and has no token, Thunder's creation time becomes now, and all sessions of the user
// end; no mail is sent. The same address, even in another spelling, keeps all of that.
//
// Errors: VALIDATION_FAILED, ErrUserNotFound, ErrAdminProtected, ErrEmailExists.
func (s *Service) PutThunderUser(ctx context.Context, id int64, email string, properties Member[Properties]) (ThunderUser, error) {
	if !properties.Given {
		return ThunderUser{}, errs.InvalidField("properties", "is required")
	}
	change, err := UserChange{Email: Member[string]{Given: true, Value: &email}, Properties: properties}.checked()
	if err != nil {
		return ThunderUser{}, err
	}
	var view ThunderUser
	err = s.store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		u, err := lockLive(ctx, tx, id)
		if err != nil {
			return err
		}
		c, err := s.beginThunder(ctx, tx, u)
		if err != nil {
			return err
		}
		if _, err := change.putProperties(ctx, tx, id); err != nil {
			return err
		}
		c.properties = ""
		if change.Properties.Value != nil {
			c.properties = *change.Properties.Value
		}
		next, err := c.putEmail(ctx, tx, change)
		if err != nil {
			return err
		}
		view, err = c.end(ctx, tx, next)
		return err
	})
	return view, err
}

// putEmail stores the user with the address of the change.
func (c *thunderChange) putEmail(ctx context.Context, tx Tx, change UserChange) (User, error) {
	email := *change.Email.Value
	if !usersapi.SameEmail(c.before.Email, email) {
		c.record.Token, c.record.CreatedAt = "", &c.moment
		next, err := moveUnverified(ctx, tx, c.before, email, "", c.now)
		if err != nil {
			return User{}, err
		}
		return next, save(ctx, tx, next, compare(c.before, next).events(c.before, next, nil, c.now)...)
	}
	next := change.applied(c.before, c.now).touched(c.now)
	d := compare(c.before, next)
	if d.access() {
		next = next.acted()
	}
	d.properties = true // the event says that the user was written
	return next, save(ctx, tx, next, d.events(c.before, next, nil, c.now)...)
}

// DeleteThunderUser deletes a user like [Service.DeleteUser], and returns the view of the user before. Its Version is the
// tombstone's.
//
// Errors: ErrUserNotFound, ErrAdminProtected.
func (s *Service) DeleteThunderUser(ctx context.Context, id int64) (ThunderUser, error) {
	var view ThunderUser
	err := s.store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		u, err := lockLive(ctx, tx, id)
		if err != nil {
			return err
		}
		c, err := s.beginThunder(ctx, tx, u)
		if err != nil {
			return err
		}
		view = thunderUser(u, c.record, c.properties)
		gone, err := s.bury(ctx, tx, u, nil)
		view.Version = gone.Version
		return err
	})
	return view, err
}
