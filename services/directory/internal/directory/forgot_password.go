package directory

import (
	"context"
	"errors"
	"time"

	"muster/libs/limits"
)

// ForgotPassword orders a letter with a code to set a new password, see [Service.order]. It goes to the active user with the
// address, or else to the legacy user who waits for a user with it.
func (s *Service) ForgotPassword(ctx context.Context, email, network string) error {
	return s.order(ctx, MailPasswordReset, email, network)
}

// order orders a letter with a code for whoever has the address. It only queues the order, which takes the same time for every
// address: whether anybody gets a letter is decided when the order is due, see [Service.DeliverMail]. limits.ErrUsedUp when the
// client's network asks too often.
func (s *Service) order(ctx context.Context, kind MailKind, email, network string) error {
	if err := s.throttle.Take(ctx, s.limited.resendFrom.Of(network)); err != nil {
		return err
	}
	now := s.now()
	return s.store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		return tx.QueueMail(ctx, Mail{Kind: kind, Recipient: email, QueuedAt: now, CodeExpiresAt: now.Add(s.codeLife[string(kind)])})
	})
}

// ordered returns the letter that find finds for an order. There is none when nobody with the address is to get one, when the
// order is too old, and when the recipient has got enough mail; that counts at the first attempt only.
func (s *Service) ordered(ctx context.Context, order Mail, now time.Time,
	find func(ctx context.Context, tx Tx, email string, now time.Time) (letter Mail, wanted bool, err error),
) (letter Mail, wanted bool, err error) {
	if order.stale(now) {
		return Mail{}, false, nil
	}
	ctx, cancel := context.WithTimeout(ctx, noteTimeout)
	defer cancel()
	err = s.store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		letter, wanted, err = find(ctx, tx, order.Recipient, now)
		if err != nil || !wanted || order.Attempts > 1 {
			return err
		}
		return s.throttle.Take(ctx, s.limited.resendTo(letter.Recipient)...)
	})
	if errors.Is(err, limits.ErrUsedUp) {
		return Mail{}, false, nil
	}
	letter.ID, letter.Attempts = order.ID, order.Attempts // so that each attempt has the same message id
	return letter, wanted, err
}

// findReset returns the letter for an address, with the code of the open request or a new one.
func (s *Service) findReset(ctx context.Context, tx Tx, email string, now time.Time) (letter Mail, wanted bool, err error) {
	waiting, err := waitingLegacy(ctx, tx, email)
	if err != nil {
		return Mail{}, false, err
	}
	u, err := tx.LockUserByEmail(ctx, email)
	switch {
	case errors.Is(err, ErrUserNotFound) && waiting != nil:
		return s.legacyResetLetter(ctx, tx, *waiting, now)
	case errors.Is(err, ErrUserNotFound):
		return Mail{}, false, nil
	case err != nil:
		return Mail{}, false, err
	case !u.IsActive:
		return Mail{}, false, nil
	}
	r, _, err := s.openRequest(ctx, tx, u.ID, RequestPasswordReset, now)
	if err != nil {
		return Mail{}, false, err
	}
	return codeMail(u, r, now), true, nil
}

// legacyResetLetter returns the letter to a legacy user without a user.
func (s *Service) legacyResetLetter(ctx context.Context, tx Tx, legacyUserID int64, now time.Time) (Mail, bool, error) {
	profile, err := tx.LegacyProfile(ctx, legacyUserID)
	if err != nil {
		return Mail{}, false, err
	}
	r, err := tx.LegacyReset(ctx, legacyUserID)
	if errors.Is(err, ErrNoVerification) || (err == nil && !r.usable(now)) {
		r = s.newRequest(0, RequestPasswordReset, now)
		err = tx.PutLegacyReset(ctx, legacyUserID, r)
	}
	if err != nil {
		return Mail{}, false, err
	}
	return codeMail(User{Email: profile.Email}, r, now), true, nil
}
