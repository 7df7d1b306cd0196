package directory

import (
	"context"
	"time"

	"muster/libs/contracts/directoryv1"
	"muster/libs/errs"
	"muster/libs/usersapi"
)

// ConfirmEmailChange redeems the code that was mailed to a user's new address. It returns the user with that address,
// verified, and with the other changes. Codes that went to the old address become invalid, and the old address gets a
// notice. All sessions of the user end except the actor's.
//
// Errors: VALIDATION_FAILED, ErrUserNotFound. The others carry a title: NO_VERIFICATION_REQUEST when no code is open or
// it went to another address; INVALID_CODE with attemptsRemaining, and the guess counts; MAX_ATTEMPTS_EXCEEDED;
// EMAIL_EXISTS when another user has taken the address since.
func (s *Service) ConfirmEmailChange(ctx context.Context, by Actor, profile ProfileChange, code string) (User, error) {
	change, err := profile.checked()
	if err != nil {
		return User{}, err
	}
	if !change.Email.Given {
		return User{}, errs.InvalidField("email", "is required")
	}
	var (
		changed User
		refusal error // an error for the caller that must not roll back the count of guesses
	)
	err = s.store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		refusal = nil
		u, err := lockLive(ctx, tx, by.UserID)
		if err != nil {
			return err
		}
		r, err := tx.LockRequest(ctx, u.ID, RequestEmailChange)
		if err != nil {
			return err
		}
		if !usersapi.SameEmail(*r.NewEmail, *change.Email.Value) {
			return ErrNoVerification
		}
		change.Email.Value = r.NewEmail // the code proves the address exactly as it was mailed to
		now := s.now()
		if refusal, err = redeem(ctx, tx, u, r, code, now); refusal != nil || err != nil {
			return err
		}
		changed, err = moveAddress(ctx, tx, u, change, by.SessionID, now)
		return err
	})
	if err == nil {
		err = refusal
	}
	if err != nil {
		return User{}, asEmailChange(err)
	}
	return changed, nil
}

// moveAddress applies a change with a new address that the user has proved to own.
func moveAddress(ctx context.Context, tx Tx, u User, change UserChange, session string, now time.Time) (User, error) {
	next, err := moveLegacy(ctx, tx, u, change.applied(u, now).verified(now).endSessions(session, now))
	if err != nil {
		return User{}, err
	}
	events := append(compare(u, next).events(u, next, nil, now), next.event(directoryv1.EmailVerified, now))
	if err := save(ctx, tx, next, events...); err != nil {
		return User{}, err
	}
	if err := voidCodes(ctx, tx, u.ID); err != nil {
		return User{}, err
	}
	return next, tellFormerAddress(ctx, tx, u, now)
}
