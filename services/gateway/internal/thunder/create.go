package thunder

import (
	"context"
	"errors"

	"muster/libs/causal"
	"muster/libs/errs"
	"muster/libs/usersapi"
)

// MaxPassword is the longest password in bytes.
const MaxPassword = 512

// NewUser is a user as a client sends it.
type NewUser struct {
	// Email is nil if the user has none.
	Email *Email
	// Password is empty if there is none.
	Password   string
	Properties Properties
}

// Email is the address of a NewUser.
type Email struct {
	// Address is nil if it is missing.
	Address *string
}

// Address returns the address; nil if there is none.
func (u *NewUser) Address() *string {
	if u == nil || u.Email == nil {
		return nil
	}
	return u.Email.Address
}

// check makes the checks of every user that a client sends, in Thunder's order.
func (u *NewUser) check(rules PropertyRules) error {
	switch {
	case u == nil:
		return ErrNullUser
	case u.Email == nil:
		return ErrNoEmail
	case u.Email.Address == nil || !isAddress(*u.Email.Address):
		return ErrAddress
	case !rules.Allow(u.Properties):
		return ErrProperties
	case len(u.Password) > MaxPassword:
		return ErrUnreadable
	}
	return nil
}

func isAddress(text string) bool {
	_, err := usersapi.ParseEmail(text)
	return err == nil
}

// Create creates a user. If directory has not accepted the user within the consistency wait, the answer shows the user
// as requested, and something is lacking.
//
// Errors, in this order: [ErrNullUser], [ErrNoEmail], [ErrAddress], [ErrProperties], [ErrUnreadable] without a password
// or with one of more than [MaxPassword] bytes, [ErrEmailExists].
func (s *Service) Create(ctx context.Context, u *NewUser) (Answer, error) {
	if err := u.check(s.rules.Properties); err != nil {
		return Answer{}, err
	}
	if u.Password == "" {
		return Answer{}, ErrUnreadable
	}
	return s.run(ctx, func(ctx context.Context) (Answer, error) {
		account, writes, err := s.accounts.Create(ctx, NewAccount{
			Address: *u.Email.Address, Password: u.Password, Algorithm: s.rules.Algorithm, Properties: u.Properties,
		})
		if err != nil {
			return Answer{}, err
		}
		lacking, err := s.accepted(ctx, account.UserID, writes)
		if err != nil {
			return Answer{}, err
		}
		profile, err := s.users.User(ctx, account.UserID)
		if len(lacking) > 0 && errors.Is(err, ErrUserNotFound) {
			now := s.now().UTC()
			profile, err = Profile{Address: *u.Email.Address, Properties: u.Properties, Created: now, Updated: now}, nil
		}
		return Answer{Profile: profile, Password: account.Password, Lacking: lacking}, err
	})
}

// accepted waits until directory has accepted a new user. [ErrEmailExists] if directory refuses, [ErrUserNotFound] if
// the user has been deleted meanwhile.
func (s *Service) accepted(ctx context.Context, userID int64, writes []causal.Write) (lacking []string, err error) {
	lacking, err = s.effects.Accepted(ctx, userID, writes)
	switch {
	case err == nil:
		return lacking, nil
	case errs.KindOf(err) == errs.KindConflict:
		return nil, ErrEmailExists
	default:
		return nil, ErrUserNotFound
	}
}
