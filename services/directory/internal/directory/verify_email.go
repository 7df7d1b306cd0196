package directory

import (
	"context"
	"errors"

	"muster/libs/contracts/directoryv1"
)

// VerifyEmail redeems the code that was mailed to somebody who registered, and gives the verified user.
//
// ErrNoVerification when nothing is open for the address: unknown, verified already, or expired. INVALID_CODE with
// attemptsRemaining when the code is wrong; the guess counts. ErrTooManyGuesses once five guesses were wrong. Guesses
// made at the same time wait for each other, so that no more than five are ever compared.
func (s *Service) VerifyEmail(ctx context.Context, email, code string) (User, error) {
	var (
		verified User
		refusal  error // an answer that must not undo the count of guesses
	)
	err := s.store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		refusal = nil
		u, err := tx.LockUserByEmail(ctx, email)
		if errors.Is(err, ErrUserNotFound) {
			return ErrNoVerification
		}
		if err != nil {
			return err
		}
		now := s.now()
		r, err := tx.LockRequest(ctx, u.ID, RequestRegistration)
		switch {
		case err != nil:
			return err
		case u.VerifiedAt != nil, r.expired(now):
			return ErrNoVerification
		case r.Attempts >= maxAttempts:
			return ErrTooManyGuesses
		case !sameCode(code, r.Code):
			r.Attempts++
			refusal = wrongCode(maxAttempts - r.Attempts)
			return tx.PutRequest(ctx, r)
		}
		if err := tx.CloseRequests(ctx, u.ID, RequestRegistration); err != nil {
			return err
		}
		verified = u.verified(now)
		return save(ctx, tx, verified, verified.event(directoryv1.EmailVerified, now))
	})
	if err == nil {
		err = refusal
	}
	if err != nil {
		return User{}, err
	}
	return verified, nil
}
