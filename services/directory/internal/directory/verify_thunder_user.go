package directory

import (
	"context"
	"crypto/subtle"
	"errors"

	"muster/libs/contracts/directoryv1"
)

// RequestThunderVerification gives a user a new verification token, marks the address as not verified, and mails the user
// a link with the token. The mail has been sent when it returns.
//
// Errors: ErrUserNotFound, ErrAdminProtected; limits.ErrUsedUp when the recipient has reached the daily limit of mails, and
// then nothing changes; ErrThunderMailNotSent when the mail system does not accept the mail. The view is returned with the
// latter too, because the token stays.
func (s *Service) RequestThunderVerification(ctx context.Context, id int64) (ThunderUser, error) {
	var (
		view  ThunderUser
		mails []Mail
	)
	err := s.store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		u, err := lockLive(ctx, tx, id)
		if err != nil {
			return err
		}
		c, err := s.beginThunder(ctx, tx, u)
		if err != nil {
			return err
		}
		if err := s.throttle.Take(ctx, s.limited.mailsTo(u.Email)...); err != nil {
			return err
		}
		c.record.Token = s.newToken()
		if view, err = c.unverify(ctx, tx); err != nil {
			return err
		}
		mails, err = tx.QueueClaimedMail(ctx, c.now.Add(mailLease), Mail{
			UserID: id, Kind: MailThunder, Recipient: u.Email, FirstName: u.greeting(), Code: c.record.Token, QueuedAt: c.now,
		})
		return err
	})
	if err != nil {
		return ThunderUser{}, err
	}
	err = s.sendNow(ctx, mails, s.abandon)
	if errors.Is(err, ErrMailNotSent) {
		err = ErrThunderMailNotSent.Because(err)
	}
	return view, err
}

// ResetThunderVerification removes the user's token and marks the address as not verified.
//
// Errors: ErrUserNotFound, ErrAdminProtected.
func (s *Service) ResetThunderVerification(ctx context.Context, id int64) (ThunderUser, error) {
	var view ThunderUser
	err := s.store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		u, err := lockLive(ctx, tx, id)
		if err != nil {
			return err
		}
		c, err := s.beginThunder(ctx, tx, u)
		if err != nil {
			return err
		}
		c.record.Token = ""
		view, err = c.unverify(ctx, tx)
		return err
	})
	return view, err
}

// unverify stores the user with an address that is not verified, and the record.
func (c thunderChange) unverify(ctx context.Context, tx Tx) (ThunderUser, error) {
	next := c.before.unverified(c.now)
	if err := save(ctx, tx, next, next.event(directoryv1.Updated, c.now)); err != nil {
		return ThunderUser{}, err
	}
	return c.end(ctx, tx, next)
}

// VerifyThunderUser marks the address of a user as verified if the token is the user's. The token stays and can be used
// again; that too makes a new version. The sessions of an unverified user end, and the legacy user that waits for the
// address is linked, as in [Service.VerifyEmail].
//
// Errors: ErrUserNotFound, ErrNoToken, ErrWrongToken; ErrAdminProtected with the right token of somebody who has become an
// administrator since.
func (s *Service) VerifyThunderUser(ctx context.Context, id int64, token string) (ThunderUser, error) {
	var view ThunderUser
	err := s.store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		u, waiting, err := lockWithLegacy(ctx, tx, id)
		if err != nil {
			return err
		}
		r, err := tx.ThunderRecord(ctx, id)
		switch {
		case err != nil:
			return err
		case r.Token == "":
			return ErrNoToken
		case subtle.ConstantTimeCompare([]byte(token), []byte(r.Token)) == 0:
			return ErrWrongToken
		}
		c, err := s.beginThunder(ctx, tx, u)
		if err != nil {
			return err
		}
		next, err := c.verify(ctx, tx, waiting)
		if err != nil {
			return err
		}
		view, err = c.end(ctx, tx, next)
		return err
	})
	return view, err
}

// verify stores the user with a verified address. A user that was verified before keeps the time of it.
func (c thunderChange) verify(ctx context.Context, tx Tx, waiting *int64) (User, error) {
	if c.before.VerifiedAt == nil {
		return verify(ctx, tx, c.before.verified(c.now).endSessions("", c.now), waiting, c.now)
	}
	next, err := linkLegacy(ctx, tx, c.before.touched(c.now), waiting)
	if err != nil {
		return User{}, err
	}
	return next, save(ctx, tx, next, next.event(directoryv1.Updated, c.now))
}
