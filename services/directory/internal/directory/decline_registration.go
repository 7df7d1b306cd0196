package directory

import (
	"context"
	"errors"
)

// DeclineRegistration deletes the user whose registration letter went to the address, because the owner of the address did
// not register. It redeems the code of that letter: whoever has it could verify the address as well, so a code of its own
// would protect nothing. It returns the tombstone.
//
// Only a user who has never had another address and was never verified is deleted. Of all others the letter may be the only
// thing that went wrong: they changed the address, for example, and mistyped it.
//
// Errors: ErrNoVerification when there is no such user or no open request; ErrLastAdmin; otherwise those of
// [Service.VerifyEmail].
func (s *Service) DeclineRegistration(ctx context.Context, by Actor, email, code string) (User, error) {
	if err := s.throttle.Take(ctx, s.limited.attemptBy(by.Network, email)...); err != nil {
		return User{}, err
	}
	var (
		gone    User
		refusal error // an error for the caller that must not roll back the count of guesses
	)
	err := s.store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		refusal = nil
		u, err := tx.LockUserByEmail(ctx, email)
		if errors.Is(err, ErrUserNotFound) || (err == nil && !u.justRegistered()) {
			return ErrNoVerification
		}
		if err != nil {
			return err
		}
		r, err := tx.LockRequest(ctx, u.ID, RequestRegistration)
		if err != nil {
			return err
		}
		if refusal, err = redeem(ctx, tx, u, r, code, s.now()); refusal != nil || err != nil {
			return err
		}
		gone, err = s.bury(ctx, tx, u, nil)
		return err
	})
	if err == nil {
		err = refusal
	}
	if err != nil {
		return User{}, err
	}
	return gone, nil
}
