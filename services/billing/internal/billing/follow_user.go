package billing

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"muster/libs/causal"
	"muster/libs/errs"
)

// Profile is the part of directory's user record that billing uses.
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

// FollowUsers applies directory's records in their order. Records that change no more than address and name cost one
// statement together: nearly all are such, above all after a republishing of all states.
func (s *Service) FollowUsers(ctx context.Context, profiles []Profile) error {
	followed, err := s.store.FollowQuietly(ctx, newest(profiles), s.now())
	if err != nil {
		return err
	}
	for _, p := range profiles {
		if p.Version <= followed[p.UserID] {
			continue
		}
		if err := s.FollowUser(ctx, p); err != nil {
			return fmt.Errorf("follow user %d: %w", p.UserID, err)
		}
	}
	return nil
}

// newest returns the newest record of each user, by id, so that concurrent transactions lock users in one order.
func newest(profiles []Profile) []Profile {
	sorted := slices.Clone(profiles)
	slices.SortStableFunc(sorted, func(a, b Profile) int {
		return cmp.Or(cmp.Compare(a.UserID, b.UserID), cmp.Compare(b.Version, a.Version))
	})
	return slices.CompactFunc(sorted, func(a, b Profile) bool { return a.UserID == b.UserID })
}

// FollowUser applies directory's record unless the stored one is newer. A deletion removes all personal data from the
// copy, publishes a last state record if one was ever published, and enqueues the task that cleans up at the provider.
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
		renamed := u.Email != p.Email || u.Name != p.Name
		u.Version, u.AccessVersion, u.Deleted = p.Version, p.AccessVersion, p.Deleted
		if p.Deleted {
			u.Email, u.Name, u.TypeCode, u.Active = "", "", "", false
		} else {
			u.Email, u.Name, u.TypeCode, u.Active = p.Email, p.Name, p.TypeCode, p.Active
		}
		if err := tx.SaveUser(ctx, *u); err != nil {
			return err
		}
		if p.Deleted {
			if err := tx.ForgetPages(ctx, u.ID); err != nil {
				return err
			}
		}
		if err := s.followCustomer(ctx, tx, *u, renamed); err != nil {
			return err
		}
		_, err = s.publish(ctx, tx, &a)
		return err
	})
}

// followCustomer enqueues the task that a change of the user requires at the provider.
func (s *Service) followCustomer(ctx context.Context, tx Tx, u User, renamed bool) error {
	switch {
	case u.CustomerID == "":
		return nil
	case u.Deleted:
		return tx.Enqueue(ctx, TaskClose, subjectOf(u.ID), s.now())
	case renamed:
		return tx.Enqueue(ctx, TaskCustomer, subjectOf(u.ID), s.now())
	}
	return nil
}

// updateCustomer sends the user's current address and name to the provider, so the newest change wins in whatever order
// the tasks run.
func (s *Service) updateCustomer(ctx context.Context, userID int64) error {
	u, err := s.store.User(ctx, userID)
	if err != nil || u.Deleted || u.CustomerID == "" {
		return err
	}
	key := "customer/" + u.Key + "/update/" + s.newID() // of this attempt: a kept failure would fail all others for a day
	if err := s.payments.UpdateCustomer(ctx, key, u.CustomerID, u); err != nil && !errors.Is(err, ErrProviderMissing) {
		return fmt.Errorf("update customer: %w", err)
	}
	return nil
}

func subjectOf(userID int64) string { return strconv.FormatInt(userID, 10) }

// closeAccount removes what a deleted user still has at the provider: open checkouts, subscriptions, and the customer
// itself with the address, the name and the payment methods. The provider keeps the payments, under the customer's bare
// id.
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
	customers, err := s.store.Customers(ctx, userID)
	if err != nil {
		return err
	}
	for _, id := range customers {
		if err := s.payments.DeleteCustomer(ctx, id); err != nil && !errors.Is(err, ErrProviderMissing) {
			return fmt.Errorf("delete customer: %w", err)
		}
	}
	return nil
}

// Standing is billing's own answer to whether a user may act.
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

// StandingOf looks a user up. The caller has seen version atLeast of directory's record (0: no particular one). If
// billing has an older version, this waits for that one, and fails as unavailable if it does not arrive in time. An
// unknown user may have registered a moment ago, so this waits for them too, but for a shorter time.
func (s *Service) StandingOf(ctx context.Context, userID, atLeast int64) (Standing, error) {
	limit := versionWait
	if atLeast == 0 {
		limit = unknownWait
	}
	var u User
	known := false
	err := causal.Poll(ctx, limit, func() (bool, error) {
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
