package directory

import (
	"context"
	"errors"
)

// ResendVerification mails the code of the open registration request once more, or a fresh one when that is used up. It
// answers the same whether or not the address is known, verified, or has had all the mail that it can have in an hour,
// so that the public learns nothing about who is registered.
func (s *Service) ResendVerification(ctx context.Context, email string) error {
	return s.store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		u, err := tx.LockUserByEmail(ctx, email)
		if errors.Is(err, ErrUserNotFound) || (err == nil && u.VerifiedAt != nil) {
			return nil
		}
		if err != nil {
			return err
		}
		now := s.now()
		recent, err := tx.CountMail(ctx, u.ID, MailRegistration, now.Add(-mailWindow))
		if err != nil || recent >= s.resends {
			return err
		}
		r, err := tx.LockRequest(ctx, u.ID, RequestRegistration)
		switch {
		case err == nil && r.usable(now):
			return tx.QueueMail(ctx, codeMail(u, r, now))
		case err == nil || errors.Is(err, ErrNoVerification):
			return s.requestVerification(ctx, tx, u, now)
		}
		return err
	})
}
