package billing

import (
	"context"
	"errors"
	"strconv"
	"time"

	"muster/libs/errs"
)

// Profile is what billing follows of directory's user record.
type Profile struct {
	UserID        int64
	Version       int64
	AccessVersion int64
	Email         string
	Name          string
	TypeCode      string
	Active        bool
	Deleted       bool
}

// FollowUser applies directory's record unless it is older than what is held. A deletion takes everything personal out
// of the copy, publishes the last state record if there ever was one, and leaves the work to end what the user still has
// at the provider.
func (s *Service) FollowUser(ctx context.Context, p Profile) error {
	return s.store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		a, err := tx.LockAccount(ctx, p.UserID)
		if errors.Is(err, ErrUserUnknown) {
			a = Account{User: User{ID: p.UserID, Key: s.newID()}}
			a.User.State.UserID = p.UserID
		} else if err != nil {
			return err
		}
		if p.Version <= a.User.Version || a.User.Deleted {
			return nil
		}
		u := &a.User
		u.Version, u.AccessVersion, u.Deleted = p.Version, p.AccessVersion, p.Deleted
		if p.Deleted {
			u.Email, u.Name, u.TypeCode, u.Active = "", "", "", false
		} else {
			u.Email, u.Name, u.TypeCode, u.Active = p.Email, p.Name, p.TypeCode, p.Active
		}
		if err := tx.SaveUser(ctx, *u); err != nil {
			return err
		}
		if u.Deleted && u.CustomerID != "" {
			if err := tx.Enqueue(ctx, TaskClose, subjectOf(u.ID), s.now()); err != nil {
				return err
			}
		}
		_, err = s.publish(ctx, tx, &a)
		return err
	})
}

func subjectOf(userID int64) string { return strconv.FormatInt(userID, 10) }

// closeAccount ends what a deleted user still has at the provider: open checkouts and subscriptions.
func (s *Service) closeAccount(ctx context.Context, userID int64) error {
	a, err := s.store.Account(ctx, userID)
	if err != nil {
		return err
	}
	for _, c := range a.Checkouts {
		if err := s.closeCheckout(ctx, c); err != nil {
			return err
		}
	}
	if a, err = s.store.Account(ctx, userID); err != nil { // a checkout may have been paid before it was closed
		return err
	}
	for _, sub := range a.Subscriptions {
		if sub.Status.Ended() {
			continue
		}
		if err := s.cancel(ctx, sub.ProviderID, CancelNow); err != nil && !errors.Is(err, ErrProviderMissing) {
			return err
		}
	}
	return nil
}

// Standing is billing's own word on whether a user may act.
type Standing struct {
	Known    bool
	Active   bool
	TypeCode string
}

const (
	versionWait = 2 * time.Second
	unknownWait = 500 * time.Millisecond
)

var errBehind = errs.New(errs.KindUnavailable, "UNAVAILABLE", "Billing is not up to date yet. Please try again.")

// StandingOf looks a user up. The caller has seen directory's record with the version atLeast (0: none in particular):
// if billing has not, this waits for it, and fails as unavailable if it does not come in time. A user of whom nothing is
// known may have registered a moment ago: that is waited for, too, for a shorter time.
func (s *Service) StandingOf(ctx context.Context, userID, atLeast int64) (Standing, error) {
	limit := versionWait
	if atLeast == 0 {
		limit = unknownWait
	}
	var u User
	known := false
	err := poll(ctx, limit, func() (bool, error) {
		found, err := s.store.User(ctx, userID)
		if errors.Is(err, ErrUserUnknown) {
			return false, nil
		}
		if err != nil {
			return false, err
		}
		u, known = found, true
		return u.Version >= atLeast, nil
	})
	if err != nil {
		return Standing{}, err
	}
	if atLeast > 0 && u.Version < atLeast {
		return Standing{}, errBehind
	}
	return Standing{Known: known, Active: known && u.Active && !u.Deleted, TypeCode: u.TypeCode}, nil
}
