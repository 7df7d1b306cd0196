package identity

import (
	"context"
	"errors"
	"fmt"

	"muster/libs/contracts/identityv1"
	"muster/libs/errs"
	"muster/services/identity/internal/credentials"
)

// ErrWrongPassword answers a signed-in user whose current password is wrong.
var ErrWrongPassword = errs.New(errs.KindUnauthenticated, credentials.ErrInvalidCredentials.Code, "The current password is wrong")

// OwnPassword is the input of a signed-in user who changes the password.
type OwnPassword struct {
	UserID    int64
	SessionID string // stays
	Current   string
	New       string
}

// ChangePassword replaces the password of a signed-in user who knows the current one. All other sessions of the user
// end. It returns the resulting version of the account. A wrong current password counts as a failed sign-in.
//
// Errors: validation, field by field; ErrStepUpRequired; ErrWrongPassword, also when the account has no password; limits.ErrUsedUp when the
// client's network has failed too often.
func (s *Service) ChangePassword(ctx context.Context, in OwnPassword, client Client) (int64, error) {
	entry := AuditEntry{Action: ActChangePassword, ActorID: in.UserID, TargetID: in.UserID, SessionID: in.SessionID}
	if err := s.requireFresh(ctx, SessionOf{in.UserID, in.SessionID}); err != nil {
		return 0, s.refused(ctx, entry, fmt.Errorf("change password: %w", err))
	}
	for attempt := 1; ; attempt++ {
		version, err := s.attemptChange(ctx, in, client)
		switch {
		case errors.Is(err, errMovedOn) && attempt < loginAttempts:
			continue
		case errors.Is(err, errMovedOn), errors.Is(err, credentials.ErrInvalidCredentials):
			return 0, s.refused(ctx, entry, ErrWrongPassword.Because(err))
		case err != nil:
			return 0, fmt.Errorf("change password: %w", err)
		}
		return version, nil
	}
}

func (s *Service) attemptChange(ctx context.Context, in OwnPassword, client Client) (int64, error) {
	read, err := s.livingAccount(ctx, in.UserID)
	if err != nil {
		return 0, err
	}
	if err := s.checkChange(in, read.Email); err != nil {
		return 0, err
	}
	attempt := credentials.NewAttempt(read.Email, client.Network)
	if _, err := s.guard.MatchPassword(ctx, attempt, []string{in.Current}, read.PasswordHash); err != nil {
		return 0, err
	}
	hash, err := s.guard.HashPassword(ctx, in.New)
	if err != nil {
		return 0, err
	}
	var version int64
	err = s.store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		a, err := lockLiving(ctx, tx, in.UserID)
		if err != nil {
			return err
		}
		// As at a sign-in: past the limit, a right guess must look like a wrong one.
		if err := s.guard.Refuse(ctx, attempt); err != nil {
			return err
		}
		if a.PasswordHash != read.PasswordHash {
			return errMovedOn
		}
		now := s.now()
		ended, err := tx.EndSessions(ctx, a.UserID, now, in.SessionID, now)
		if err != nil {
			return err
		}
		a = a.changePassword(hash, ended, now, s.tokenLife())
		if err := tx.UpdateAccount(ctx, a); err != nil {
			return err
		}
		version = a.Version
		if err := s.guard.Succeeded(ctx, attempt); err != nil {
			return err
		}
		if err := s.doneBy(ctx, ActChangePassword, a, in.SessionID); err != nil {
			return err
		}
		return tx.Publish(ctx, a.State(), a.event(identityv1.PasswordChanged, now, in.SessionID))
	})
	return version, err
}

// checkChange says what is wrong with each field.
func (s *Service) checkChange(in OwnPassword, email string) error {
	var wrong []errs.Field
	refuse := func(field, message string) { wrong = append(wrong, errs.Field{Field: field, Message: message}) }
	if in.Current == "" {
		refuse("currentPassword", "is required")
	}
	s.checkPassword("newPassword", in.New, email, refuse)
	if len(wrong) > 0 {
		return errs.Invalid(wrong...)
	}
	return nil
}
