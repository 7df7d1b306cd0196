package directory

import (
	"context"
	"errors"
	"time"

	"muster/libs/contracts/directoryv1"
	"muster/libs/errs"
	"muster/libs/usersapi"
)

// ErrCodeExpired is an INVALID_CODE: ZITADEL's clients do not tell an expired code from a wrong one (contract compat,
// ZITADEL).
// ErrCodeExpired answers a code that is too old.
var ErrCodeExpired = errs.New(errs.KindInvalid, codeInvalid, "The verification code has expired.")

// ConfirmEmail redeems the code of the actor's open registration request, whatever opened it, and returns the verified
// user. The sessions stay, as when a signed-in user verifies with [Service.VerifyEmail]. Attempts are not limited by
// network, because the actor is signed in. The legacy user that waits for the address is linked to this user.
//
// Errors: ErrNoVerification when the user does not exist, is already verified or has no request; INVALID_CODE for a wrong
// code, which counts as an attempt, and for an expired one; ErrTooManyGuesses after five wrong codes.
func (s *Service) ConfirmEmail(ctx context.Context, by Actor, code string) (User, error) {
	var (
		verified User
		refusal  error // an error for the caller that must not roll back the count of guesses
	)
	err := s.store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		refusal = nil
		u, waiting, err := lockWithLegacy(ctx, tx, by.UserID)
		if errors.Is(err, ErrUserNotFound) || (err == nil && u.VerifiedAt != nil) {
			return ErrNoVerification
		}
		if err != nil {
			return err
		}
		now := s.now()
		r, err := tx.LockRequest(ctx, u.ID, RequestRegistration)
		if err != nil {
			return err
		}
		if r.expired(now) {
			return ErrCodeExpired
		}
		if refusal, err = redeem(ctx, tx, u, r, code, now); refusal != nil || err != nil {
			return err
		}
		verified, err = verify(ctx, tx, u.verified(now), waiting, now)
		return err
	})
	if err == nil {
		err = refusal
	}
	if err != nil {
		return User{}, err
	}
	return verified, nil
}

// verify stores a locked user whose address has been verified: the registration request is closed, and the legacy user
// that waits for the address is linked.
func verify(ctx context.Context, tx Tx, verified User, waiting *int64, now time.Time) (User, error) {
	if err := tx.CloseRequests(ctx, verified.ID, RequestRegistration); err != nil {
		return User{}, err
	}
	verified, err := linkLegacy(ctx, tx, verified, waiting)
	if err != nil {
		return User{}, err
	}
	return verified, save(ctx, tx, verified, verified.event(directoryv1.EmailVerified, now))
}

// lockWithLegacy locks a live user and the legacy user that waits for the user's address, if there is one. It locks the
// legacy user first, in the same order as imports. Only when the address changes in between is the order reversed: a
// deadlock is then possible, which the store resolves by running the transaction again.
func lockWithLegacy(ctx context.Context, tx Tx, id int64) (u User, waiting *int64, err error) {
	email, err := tx.Email(ctx, id)
	if err != nil {
		return User{}, nil, err
	}
	if waiting, err = waitingLegacy(ctx, tx, email); err != nil {
		return User{}, nil, err
	}
	if u, err = lockLive(ctx, tx, id); err != nil {
		return User{}, nil, err
	}
	if !usersapi.SameEmail(u.Email, email) {
		waiting, err = waitingLegacy(ctx, tx, u.Email)
	}
	return u, waiting, err
}
