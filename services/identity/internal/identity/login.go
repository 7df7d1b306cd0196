package identity

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"muster/libs/contracts/identityv1"
	"muster/libs/errs"
)

// Login lets in whoever knows the password of the account with this address.
//
// Errors: ErrInvalidCredentials, the same and after the same work whether the address is unknown or the password
// wrong; ErrAccountInactive, to those alone who know the password; ErrTooManyAttempts.
func (s *Service) Login(ctx context.Context, email, password string, client Client) (SignedIn, error) {
	if err := requireCredentials(email, password); err != nil {
		return SignedIn{}, err
	}
	email = strings.TrimSpace(email)
	subjects := subjectsOf(email, client)
	if err := s.refuseThrottled(ctx, subjects); err != nil {
		return SignedIn{}, err
	}
	a, err := s.store.AccountByEmail(ctx, email)
	if err != nil && !errors.Is(err, ErrAccountNotFound) {
		return SignedIn{}, fmt.Errorf("find account: %w", err)
	}
	matches, err := s.passwords.Verify(ctx, a.PasswordHash, password)
	if err != nil {
		return SignedIn{}, fmt.Errorf("verify password: %w", err)
	}
	if !matches {
		return SignedIn{}, s.failed(ctx, subjects)
	}
	return s.admit(ctx, a, subjects, client)
}

// admit signs in the owner of an account whose password was right, unless the account has changed since it was read.
func (s *Service) admit(ctx context.Context, read Account, subjects subjects, client Client) (SignedIn, error) {
	now := s.now()
	var a Account
	var session Session
	var refresh string
	err := s.store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		var err error
		if a, err = tx.LockAccount(ctx, read.UserID); err != nil {
			return err
		}
		// Guesses that came at the same time may have used up the attempts meanwhile. A right guess past the limit must
		// not look different from a wrong one.
		if err := s.refuseThrottled(ctx, subjects); err != nil {
			return err
		}
		if a.Deleted || a.Displaced || a.Email != read.Email || a.PasswordHash != read.PasswordHash {
			return ErrInvalidCredentials
		}
		if !a.Active {
			return ErrAccountInactive
		}
		if err := s.throttle.Forget(ctx, subjects.account); err != nil {
			return err
		}
		a = a.SignIn(now)
		if err := tx.UpdateAccount(ctx, a); err != nil {
			return err
		}
		if session, refresh, err = s.openSession(ctx, tx, a.UserID, client, now); err != nil {
			return err
		}
		return tx.Publish(ctx, a.State(), a.event(identityv1.SignedIn, now, session.ID))
	})
	if err != nil {
		return SignedIn{}, fmt.Errorf("sign in: %w", err)
	}
	signedIn, err := s.signedIn(a, session, refresh, now)
	signedIn.Version = a.Version
	return signedIn, err
}

// requireCredentials asks for both fields. It looks no closer: an address that could not be one belongs to nobody.
func requireCredentials(email, password string) error {
	var missing []errs.Field
	if strings.TrimSpace(email) == "" {
		missing = append(missing, errs.Field{Field: "email", Message: "is required"})
	}
	if password == "" {
		missing = append(missing, errs.Field{Field: "password", Message: "is required"})
	}
	if len(missing) > 0 {
		return errs.Invalid(missing...)
	}
	return nil
}
