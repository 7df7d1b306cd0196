package identity

import (
	"context"
	"fmt"

	"muster/libs/contracts/identityv1"
	"muster/libs/errs"
	"muster/services/identity/internal/credentials"
)

// PasswordChange is a password that an application sets (compat.md, Thunder).
type PasswordChange struct {
	// Password is the new password, or the stored hash as the application has read it, now or earlier.
	Password  string
	Algorithm credentials.Algorithm
	Current   *string // the password that the owner has proved to know; nil when it was not checked
}

// SetPassword replaces the password of an account and ends all its sessions. It changes nothing when the application
// sends back the stored hash. That may be an older one, because a sign-in replaces it: a hash of the current password
// is taken for it.
//
// Errors: validation, field by field; ErrAccountNotFound; credentials.ErrBusy.
func (s *Service) SetPassword(ctx context.Context, userID int64, in PasswordChange) (AccountPassword, error) {
	a, err := s.livingAccount(ctx, userID)
	if err != nil {
		return AccountPassword{}, err
	}
	sentBack, err := s.sentBack(ctx, a, in)
	if err != nil {
		return AccountPassword{}, err
	}
	if sentBack {
		return s.passwordOf(a, 0), nil
	}
	if err := in.validate(); err != nil {
		return AccountPassword{}, err
	}
	hash, err := s.guard.HashPasswordWith(ctx, in.Algorithm, in.Password)
	if err != nil {
		return AccountPassword{}, err
	}
	return s.replacePassword(ctx, userID, hash)
}

// validate says what is wrong with each field.
func (in PasswordChange) validate() error {
	var wrong []errs.Field
	refuse := func(field, message string) { wrong = append(wrong, errs.Field{Field: field, Message: message}) }
	if message := credentials.ApplicationPasswordProblem(in.Password); message != "" {
		refuse("password", message)
	}
	checkAlgorithm(in.Algorithm, refuse)
	if len(wrong) > 0 {
		return errs.Invalid(wrong...)
	}
	return nil
}

// sentBack reports whether the new password is the stored hash or an earlier hash of the current password.
func (s *Service) sentBack(ctx context.Context, a Account, in PasswordChange) (bool, error) {
	if s.guard.IsShown(a.PasswordHash, in.Password) {
		return true, nil
	}
	if in.Current == nil {
		return false, nil
	}
	return s.guard.ShownBefore(ctx, in.Password, *in.Current)
}

// livingAccount reads an account that is not deleted.
func (s *Service) livingAccount(ctx context.Context, userID int64) (a Account, err error) {
	err = s.store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		a, err = lockLiving(ctx, tx, userID)
		return err
	})
	if err != nil {
		return Account{}, fmt.Errorf("read account: %w", err)
	}
	return a, nil
}

func lockLiving(ctx context.Context, tx Tx, userID int64) (Account, error) {
	a, err := tx.LockAccount(ctx, userID)
	if err == nil && a.Deleted {
		err = ErrAccountNotFound
	}
	return a, err
}

// replacePassword stores the hash of a new password and ends all sessions.
func (s *Service) replacePassword(ctx context.Context, userID int64, hash string) (AccountPassword, error) {
	var a Account
	err := s.store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		var err error
		if a, err = lockLiving(ctx, tx, userID); err != nil {
			return err
		}
		open, err := tx.DropSessions(ctx, userID)
		if err != nil {
			return err
		}
		now := s.now()
		a = a.setPassword(hash, open, now, s.tokenLife())
		if err := tx.UpdateAccount(ctx, a); err != nil {
			return err
		}
		if err := s.done(ctx, AuditEntry{Action: ActSetPassword, TargetID: userID}); err != nil {
			return err
		}
		return tx.Publish(ctx, a.State(), a.event(identityv1.PasswordChanged, now, ""))
	})
	if err != nil {
		return AccountPassword{}, fmt.Errorf("set password: %w", err)
	}
	return s.passwordOf(a, a.Version), nil
}
