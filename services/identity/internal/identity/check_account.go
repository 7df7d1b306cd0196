package identity

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"muster/libs/contracts/identityv1"
	"muster/libs/errs"
	"muster/services/identity/internal/credentials"
)

// maxApplicationName is the maximum length of an application's name in bytes.
const maxApplicationName = 256

// AccountCheck is what an application checks an account with (compat.md, Thunder).
type AccountCheck struct {
	Application string // its name
	Email       string
	Password    *string // as typed; nil: the password is not checked
	// CommonMistakes accepts a password for which the typed one is a common mistake; see credentials.WithMistakes.
	CommonMistakes bool
}

// CheckAccount finds the account with an address for an application and checks its password. A hash that is outdated is
// kept, because the application may compare it. A legacy account whose password is right becomes an account or takes
// over the existing one, as at a sign-in, but without a session; only then the call writes.
//
// Errors: ErrAccountNotFound; credentials.ErrInvalidCredentials, also when the account is deactivated or has no
// password; limits.ErrUsedUp when the application has failed too often for this address; credentials.ErrBusy.
func (s *Service) CheckAccount(ctx context.Context, in AccountCheck) (AccountPassword, error) {
	if err := in.validate(); err != nil {
		return AccountPassword{}, err
	}
	for attempt := 1; ; attempt++ {
		a, err := s.attemptCheck(ctx, in)
		switch {
		case errors.Is(err, errMovedOn) && attempt < loginAttempts:
			continue
		case errors.Is(err, errMovedOn), errors.Is(err, ErrAccountInactive):
			return AccountPassword{}, credentials.ErrInvalidCredentials.Because(err)
		}
		return a, err
	}
}

func (in AccountCheck) validate() error {
	var wrong []errs.Field
	if in.Application == "" || len(in.Application) > maxApplicationName {
		wrong = append(wrong, errs.Field{Field: "application", Message: "must have 1 to 256 bytes"})
	}
	if strings.TrimSpace(in.Email) == "" {
		wrong = append(wrong, errs.Field{Field: "email", Message: "is required"})
	}
	if len(wrong) > 0 {
		return errs.Invalid(wrong...)
	}
	return nil
}

func (s *Service) attemptCheck(ctx context.Context, in AccountCheck) (AccountPassword, error) {
	read, err := s.find(ctx, in.Email)
	switch {
	case err != nil:
		return AccountPassword{}, err
	case read.account == nil && (read.legacy == nil || in.Password == nil): // nobody without a password has a legacy account
		return AccountPassword{}, ErrAccountNotFound
	case in.Password == nil:
		return s.passwordOf(*read.account, 0), nil
	}
	attempt := credentials.NewApplicationAttempt(in.Email, in.Application)
	match, err := s.guard.MatchPassword(ctx, attempt, in.passwords(), read.passwordHashes()...)
	if err != nil {
		return AccountPassword{}, err
	}
	if read = read.matching(match.Which); read.legacy == nil {
		return s.confirm(ctx, *read.account, attempt)
	}
	hash, err := s.guard.Keep(ctx, match)
	if err != nil {
		return AccountPassword{}, err
	}
	return s.adopt(ctx, read, entry{attempt: attempt, hash: hash, now: s.now()})
}

// passwords returns the passwords to try.
func (in AccountCheck) passwords() []string {
	if in.CommonMistakes {
		return credentials.WithMistakes(*in.Password)
	}
	return []string{*in.Password}
}

// confirm ends the check of an account whose password matched.
func (s *Service) confirm(ctx context.Context, a Account, attempt credentials.Attempt) (AccountPassword, error) {
	// Concurrent guesses may have used up the attempts since the first check. Past the limit, a right guess must look
	// like a wrong one.
	if err := s.guard.Refuse(ctx, attempt); err != nil {
		return AccountPassword{}, err
	}
	if !a.Active {
		return AccountPassword{}, ErrAccountInactive
	}
	if err := s.guard.Succeeded(ctx, attempt); err != nil {
		return AccountPassword{}, err
	}
	return s.passwordOf(a, 0), nil
}

// adopt makes an account of a legacy account whose password matched, or gives it the existing account.
func (s *Service) adopt(ctx context.Context, read found, by entry) (AccountPassword, error) {
	var a Account
	err := s.store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		var err error
		var kind identityv1.Kind
		if a, kind, err = s.enterFound(ctx, tx, read, by); err != nil {
			return err
		}
		return tx.Publish(ctx, a.State(), a.event(kind, by.now, ""))
	})
	if err != nil {
		return AccountPassword{}, fmt.Errorf("check account: %w", err)
	}
	return s.passwordOf(a, a.Version), nil
}
