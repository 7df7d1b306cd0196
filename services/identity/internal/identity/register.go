package identity

import (
	"context"
	"errors"
	"fmt"
	"time"

	"muster/libs/contracts/identityv1"
	"muster/libs/limits"
)

// Application is the input of a registration with a password.
type Application struct {
	Email     string
	Password  string
	Username  *string // nil: the address before the "@"
	FirstName *string
	LastName  *string
}

// Register creates an account and signs its owner in. Directory decides afterwards whether it accepts the user, because it
// knows of addresses that have just changed. Until then the owner is signed in as a user without a subscription. A legacy
// account with the address stays unchanged, because the address is not verified.
//
// Errors: validation, field by field; ErrEmailExists, also for the loser of two concurrent registrations; limits.ErrUsedUp
// when the client's network registers too often.
func (s *Service) Register(ctx context.Context, in Application, client Client) (SignedIn, error) {
	email, registration, err := s.checkApplication(in)
	if err != nil {
		return SignedIn{}, err
	}
	if err := s.throttle.Take(ctx, s.registrations(client.Network)...); err != nil {
		return SignedIn{}, err
	}
	if err := s.free(ctx, email); err != nil {
		return SignedIn{}, err
	}
	hash, err := s.guard.HashPassword(ctx, in.Password)
	if err != nil {
		return SignedIn{}, err
	}
	now := s.now()
	a := newAccount(email, hash, registration, now)
	a.LastLoginAt = &now

	var session Session
	var refresh string
	err = s.store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		var err error
		if a, err = tx.InsertAccount(ctx, a); err != nil {
			return err
		}
		if session, refresh, err = s.openSession(ctx, tx, a.UserID, client, now); err != nil {
			return err
		}
		if err := s.doneBy(ctx, ActRegister, a, session.ID); err != nil {
			return err
		}
		return tx.Publish(ctx, a.State(), a.event(identityv1.Registered, now, session.ID))
	})
	if err != nil {
		return SignedIn{}, fmt.Errorf("register: %w", err)
	}
	signedIn, err := s.signedIn(ctx, a, session, refresh, now)
	signedIn.Version = a.Version
	return signedIn, err
}

// registrations returns the limits of registrations from a network. Attempts with a taken address count as well, because
// their answer reveals that the address is registered.
func (s *Service) registrations(network string) []limits.Use {
	return []limits.Use{
		limits.Limit{Name: "registrations an hour", Most: s.rules.RegistrationsPerHour, Window: time.Hour}.Of(network),
		limits.Limit{Name: "registrations a day", Most: s.rules.RegistrationsPerDay, Window: 24 * time.Hour}.Of(network),
	}
}

// free returns ErrEmailExists when the address is taken, before a password is hashed and a user id is allocated. The store
// decides between concurrent registrations.
func (s *Service) free(ctx context.Context, email string) error {
	_, err := s.store.AccountByEmail(ctx, email)
	switch {
	case err == nil:
		return ErrEmailExists
	case errors.Is(err, ErrAccountNotFound):
		return nil
	default:
		return fmt.Errorf("look for the address: %w", err)
	}
}

// newAccount returns the first version of an account that directory has not accepted yet.
func newAccount(email, hash string, r identityv1.Registration, now time.Time) Account {
	return Account{
		Version: 1, Email: email, PasswordHash: hash, AuthTypeCode: AuthEmail,
		TypeCode: r.TypeCode, Active: true, EmailVerified: r.EmailVerified,
		Registration: &r, CreatedAt: now, ActivityVersion: 1,
	}
}
