package identity

import (
	"context"
	"errors"
	"fmt"

	"muster/libs/contracts/identityv1"
)

// EnsureAdministrator creates the account of an installation's first administrator unless an account already signs in
// with the address. The operator vouches for the address. Replicas may call it concurrently: one of them creates the
// account.
func (s *Service) EnsureAdministrator(ctx context.Context, email, password string) (created bool, err error) {
	email, registration, err := s.checkApplication(Application{Email: email, Password: password})
	if err != nil {
		return false, fmt.Errorf("first administrator: %w", err)
	}
	registration.TypeCode, registration.EmailVerified = TypeAdministrator, true
	err = s.free(ctx, email)
	if err == nil {
		err = s.insertUnattended(ctx, email, password, registration)
	}
	if errors.Is(err, ErrEmailExists) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("first administrator: %w", err)
	}
	return true, nil
}

// insertUnattended creates an account without signing its owner in.
func (s *Service) insertUnattended(ctx context.Context, email, password string, r identityv1.Registration) error {
	hash, err := s.guard.HashPassword(ctx, password)
	if err != nil {
		return err
	}
	now := s.now()
	return s.store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		if err := forgetLegacy(ctx, tx, email); err != nil {
			return err
		}
		a, err := tx.InsertAccount(ctx, newAccount(email, hash, r, now))
		if err != nil {
			return err
		}
		if err := s.done(ctx, AuditEntry{Action: ActCreateAdmin, TargetID: a.UserID}); err != nil {
			return err
		}
		return tx.Publish(ctx, a.State(), a.event(identityv1.Registered, now, ""))
	})
}
