package identity

import (
	"context"
	"errors"
	"fmt"
	"time"

	"muster/libs/contracts"
	"muster/libs/contracts/identityv1"
	"muster/libs/usersapi"
)

// followAttempts is how often following a user is tried when registrations take the very address meanwhile.
const followAttempts = 5

// User is what directory says of a user, as far as identity acts on it.
type User struct {
	ID      int64
	Version int64
	// AccessVersion is the newest version at which something changed that identity acts on.
	AccessVersion int64
	Deleted       bool // also when directory rejected the registration
	Email         string
	TypeCode      string
	Active        bool
	EmailVerified bool
	// SessionsEnd says which sessions last had to end; nil when none ever had to.
	SessionsEnd *SessionsEnd
}

// SessionsEnd ends the sessions of a user that were opened at a time or before, but for one.
type SessionsEnd struct {
	Version  int64 // of the user, that ended them
	OpenedBy time.Time
	Except   string // a session id, or empty
}

// FollowUser brings the account up to date with directory's user. Records may come late, twice and in any order: one
// that is not newer than what the account has followed does nothing. What identity acts on, it answers with a new
// version of the account that reports the user's version, because the gateway waits for that report; the rest it notes
// in silence.
//
// Directory has the last word on addresses. Whoever else signs in with the address that the user has now is displaced,
// and gets it back when the user moves on.
//
// Error: ErrUserWithoutAccount.
func (s *Service) FollowUser(ctx context.Context, u User) error {
	for attempt := 1; ; attempt++ {
		err := s.store.Tx(ctx, func(ctx context.Context, tx Tx) error { return s.follow(ctx, tx, u) })
		if errors.Is(err, ErrEmailExists) && attempt < followAttempts { // now whoever has it can be seen and displaced
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
	open, err := endSessions(ctx, tx, u, old.UserVersion, now)
	if err != nil {
		return err
	}
	next := old.follow(u, open, now, s.tokenLife())
	if err := s.moveAddress(ctx, tx, old, next); err != nil {
		return err
	}
	return tx.Publish(ctx, changes(old, next, now)...)
}

// endSessions ends the sessions that the record of a user ends, and gives the ids of those that were still open. followed is
// the version of the user that the account has followed.
func endSessions(ctx context.Context, tx Tx, u User, followed int64, now time.Time) ([]string, error) {
	switch end := u.SessionsEnd; {
	case u.Deleted || !u.Active:
		return tx.DropSessions(ctx, u.ID)
	case end != nil && end.Version > followed:
		return tx.EndSessions(ctx, u.ID, end.OpenedBy, end.Except, now)
	}
	return nil, nil
}

// follow is the account after it has followed a user record that is news to it. open are the sessions that the record has
// ended, whose tokens live for tokenLife.
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

// moveAddress stores the account with its new address. Whoever signs in with that is displaced first; the address that
// became free goes back to somebody who was displaced from it. So an address that any living account has signs one of them
// in, and when directory's last record of each has come, it is the right one. A legacy account with an address that has just
// been verified is forgotten: its owner has chosen another password.
func (s *Service) moveAddress(ctx context.Context, tx Tx, old, next Account) error {
	sameAddress := old.Email == next.Email && old.Displaced == next.Displaced
	if next.EmailVerified && (!sameAddress || !old.EmailVerified) {
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

// changes is what the world is told.
func changes(old, next Account, now time.Time) []contracts.Payload {
	payloads := []contracts.Payload{next.State()}
	if next.Deleted && !old.Deleted {
		payloads = append(payloads, next.event(identityv1.Removed, now, ""))
	}
	return payloads
}
