package directory

import (
	"context"
	"errors"
)

// VerifyEmail redeems the code that was mailed after a registration and returns the verified user.
//
// The person that verifies an address may not be the one that registered with it. Unless the actor is that user, the
// sessions opened before the verification end. The legacy user that waits for the address is linked to this user.
//
// Errors: ErrNoVerification when no request is open for the address: it is unknown, already verified, or the request has
// expired; INVALID_CODE with attemptsRemaining for a wrong code, which counts as an attempt; ErrTooManyGuesses after five
// wrong codes; limits.ErrUsedUp when the actor's network has tried too often. A verified user with a new code can verify
// again.
func (s *Service) VerifyEmail(ctx context.Context, by Actor, email, code string) (User, error) {
	if err := s.throttle.Take(ctx, s.limited.attemptBy(by.Network, email)...); err != nil {
		return User{}, err
	}
	var (
		verified User
		refusal  error // an error for the caller that must not roll back the count of guesses
	)
	err := s.store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		refusal = nil
		waiting, err := waitingLegacy(ctx, tx, email) // lock before the user, in the same order as imports
		if err != nil {
			return err
		}
		u, err := tx.LockUserByEmail(ctx, email)
		if errors.Is(err, ErrUserNotFound) {
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
		if refusal, err = redeem(ctx, tx, u, r, code, now); refusal != nil || err != nil {
			return err
		}
		next := u.verified(now)
		if u.VerifiedAt == nil && by.UserID != u.ID {
			next = next.endSessions("", now)
		}
		verified, err = verify(ctx, tx, next, waiting, now)
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
