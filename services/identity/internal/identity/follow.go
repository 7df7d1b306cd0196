package identity

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"muster/libs/contracts"
	"muster/libs/contracts/identityv1"
	"muster/libs/usersapi"
)

// followAttempts is how often following a user is tried when concurrent registrations take the address.
const followAttempts = 5

// User is the part of directory's user record that identity uses.
type User struct {
	ID      int64
	Version int64
	// AccessVersion is the latest version with a change that identity acts on.
	AccessVersion int64
	Deleted       bool // also true when directory rejected the registration
	Email         string
	TypeCode      string
	Active        bool
	EmailVerified bool
	// SessionsEnd is the latest order to end sessions; nil when there was none.
	SessionsEnd *SessionsEnd
}

// SessionsEnd is an order to end all sessions of a user opened at OpenedBy or earlier, except one.
type SessionsEnd struct {
	Version  int64 // of the user record that ended them
	OpenedBy time.Time
	Except   string // a session id, or empty
}

// FollowUsers follows directory's users in their order. Records that identity need not act on cost one statement
// together: after a republishing of all states, nearly all are such.
func (s *Service) FollowUsers(ctx context.Context, users []User) error {
	followed, err := s.store.FollowQuietly(ctx, newest(users))
	if err != nil {
		return err
	}
	for _, u := range users {
		if u.Version <= followed[u.ID] {
			continue
		}
		if err := s.FollowUser(ctx, u); err != nil {
			return err
		}
	}
	return nil
}

// newest returns the newest record of each user, by id, so that concurrent transactions lock accounts in one order.
func newest(users []User) []User {
	sorted := slices.Clone(users)
	slices.SortStableFunc(sorted, func(a, b User) int { return cmp.Or(cmp.Compare(a.ID, b.ID), cmp.Compare(b.Version, a.Version)) })
	return slices.CompactFunc(sorted, func(a, b User) bool { return a.ID == b.ID })
}

// FollowUser brings the account up to date with directory's user. Records may arrive late, twice and in any order: a
// record that is not newer than the followed version has no effect. If the record has a change that identity acts on,
// FollowUser publishes a new version of the account that reports the user's version, because the gateway waits for that
// report. Otherwise it stores the version without publishing.
//
// Directory is authoritative for addresses. Another account that signs in with the user's address is displaced, and
// gets the address back when the user gives it up.
//
// Error: ErrUserWithoutAccount.
func (s *Service) FollowUser(ctx context.Context, u User) error {
	for attempt := 1; ; attempt++ {
		err := s.store.Tx(ctx, func(ctx context.Context, tx Tx) error { return s.follow(ctx, tx, u) })
		if errors.Is(err, ErrEmailExists) && attempt < followAttempts { // the account with the address is now visible and can be displaced
			continue
		}
		if err != nil {
			return fmt.Errorf("follow user %d version %d: %w", u.ID, u.Version, err)
		}
		return nil
	}
}

func (s *Service) follow(ctx context.Context, tx Tx, u User) error {
	old, err := tx.LockAccount(ctx, u.ID)
	switch {
	case errors.Is(err, ErrAccountNotFound) && u.Deleted:
		return nil
	case errors.Is(err, ErrAccountNotFound):
		return ErrUserWithoutAccount
	case err != nil:
		return err
	case u.Version <= old.UserVersion:
		return nil
	case u.AccessVersion <= old.UserVersion:
		old.UserVersion = u.Version
		return tx.UpdateAccount(ctx, old)
	}
	now := s.now()
	if u.Deleted {
		if err := s.factors.DropFactors(ctx, u.ID); err != nil {
			return err
		}
	}
	open, err := endSessions(ctx, tx, u, old.UserVersion, now)
	if err != nil {
		return err
	}
	if u.Deleted {
		if err := tx.DropLinks(ctx, u.ID); err != nil {
			return err
		}
	}
	next := old.follow(u, open, now, s.tokenLife())
	if err := s.moveAddress(ctx, tx, old, next); err != nil {
		return err
	}
	return tx.Publish(ctx, changes(old, next, now)...)
}

// endSessions ends the sessions that the user record orders to end and returns the ids of those that were still open.
// followed is the user version that the account has followed so far.
func endSessions(ctx context.Context, tx Tx, u User, followed int64, now time.Time) ([]string, error) {
	switch end := u.SessionsEnd; {
	case u.Deleted || !u.Active:
		return tx.DropSessions(ctx, u.ID)
	case end != nil && end.Version > followed:
		return tx.EndSessions(ctx, u.ID, end.OpenedBy, end.Except, now)
	}
	return nil, nil
}

// follow returns the account after following a newer user record. open are the ids of the sessions that the record
// ended, whose access tokens live for tokenLife.
func (a Account) follow(u User, open []string, now time.Time, tokenLife time.Duration) Account {
	if u.Deleted || a.Deleted {
		a = a.remove()
		a.UserVersion = u.Version
		return a
	}
	switch {
	case a.Active && !u.Active:
		a = a.endAll(open, now, tokenLife)
	case len(open) > 0:
		a = a.nameEnded(open, now, tokenLife)
	}
	if !usersapi.SameEmail(a.Email, u.Email) {
		a.Legacy = nil
	}
	a.Version++
	a.UserVersion = u.Version
	a.Registration = nil
	a.Email, a.Displaced = u.Email, false
	a.TypeCode, a.Active, a.EmailVerified = u.TypeCode, u.Active, u.EmailVerified
	return a
}

// moveAddress stores the account with its new address. It first displaces an account that signs in with that address.
// The freed address goes back to an account that was displaced from it. Thus exactly one of the live accounts with an
// address signs in with it, and it is the right one once directory's latest records have arrived. When the account has
// just been proven or is proven and gets the address, the legacy account of the address is deleted: its owner has chosen
// another password.
func (s *Service) moveAddress(ctx context.Context, tx Tx, old, next Account) error {
	sameAddress := old.Email == next.Email && old.Displaced == next.Displaced
	if next.proven() && (!sameAddress || !old.proven()) {
		if err := forgetLegacy(ctx, tx, next.Email); err != nil {
			return err
		}
	}
	if !sameAddress && !next.Deleted {
		if err := s.displaceOthers(ctx, tx, next); err != nil {
			return err
		}
	}
	if err := tx.UpdateAccount(ctx, next); err != nil {
		return err
	}
	if !sameAddress && !old.Displaced && old.Email != "" {
		return s.reinstateOne(ctx, tx, old.Email)
	}
	return nil
}

func (s *Service) displaceOthers(ctx context.Context, tx Tx, a Account) error {
	claimants, err := tx.LockClaimants(ctx, a.Email)
	if err != nil {
		return err
	}
	for _, c := range claimants {
		if c.UserID == a.UserID || c.Displaced {
			continue
		}
		c = c.displace()
		if err := tx.UpdateAccount(ctx, c); err != nil {
			return err
		}
		if err := tx.Publish(ctx, c.State()); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) reinstateOne(ctx context.Context, tx Tx, email string) error {
	claimants, err := tx.LockClaimants(ctx, email)
	if err != nil || len(claimants) == 0 {
		return err
	}
	for _, c := range claimants {
		if !c.Displaced {
			return nil
		}
	}
	c := claimants[0].reinstate()
	if c.proven() {
		if err := forgetLegacy(ctx, tx, c.Email); err != nil {
			return err
		}
	}
	if err := tx.UpdateAccount(ctx, c); err != nil {
		return err
	}
	return tx.Publish(ctx, c.State())
}

// changes returns the payloads to publish.
func changes(old, next Account, now time.Time) []contracts.Payload {
	payloads := []contracts.Payload{next.State()}
	if next.Deleted && !old.Deleted {
		payloads = append(payloads, next.event(identityv1.Removed, now, ""))
	}
	return payloads
}
