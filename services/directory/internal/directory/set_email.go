package directory

import (
	"context"
	"errors"
	"time"

	"muster/libs/errs"
	"muster/libs/usersapi"
)

// ErrAlreadyVerified answers a request for a code that verifies a verified address.
var ErrAlreadyVerified = errs.New(errs.KindConflict, "ALREADY_VERIFIED", "The email address is already verified.")

// EmailState is a user's address and the state of the user, as ZITADEL's clients see them (contract compat, ZITADEL).
type EmailState struct {
	UserID    int64
	Email     string
	Verified  bool
	Version   int64
	CreatedAt time.Time
	UpdatedAt time.Time
}

// EmailState returns the user's state for ZITADEL's clients.
func (u User) EmailState() EmailState {
	return EmailState{
		UserID: u.ID, Email: u.Email, Verified: u.VerifiedAt != nil, Version: u.Version, CreatedAt: u.CreatedAt, UpdatedAt: u.UpdatedAt,
	}
}

// SetEmail changes the address of the actor at once, unlike [Service.UpdateProfile]: the new address is unverified, and a
// registration code is mailed to it. Codes that were mailed to the old address become invalid, and all sessions of the
// user except the actor's end, and a verified old address gets a notice. The same address in another spelling stays verified, and without a change there is no new
// version.
//
// Errors: VALIDATION_FAILED, ErrUserNotFound, ErrEmailExists; limits.ErrUsedUp when the user asks too often or the new
// address has reached the daily limit of mails.
func (s *Service) SetEmail(ctx context.Context, by Actor, email string) (User, error) {
	change, err := UserChange{Email: Member[string]{Given: true, Value: &email}}.checked()
	if err != nil {
		return User{}, err
	}
	var updated User
	err = s.store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		u, err := lockLive(ctx, tx, by.UserID)
		if err != nil {
			return err
		}
		if usersapi.SameEmail(u.Email, *change.Email.Value) {
			updated, err = s.update(ctx, tx, u, change, by)
			return err
		}
		now := s.now()
		if updated, err = moveUnverified(ctx, tx, u, *change.Email.Value, by.SessionID, now); err != nil {
			return err
		}
		if err := tx.UpdateUser(ctx, updated); err != nil {
			return err
		}
		if _, err := s.mailRegistrationCode(ctx, tx, updated, now); err != nil {
			return err
		}
		if err := publish(ctx, tx, updated, compare(u, updated).events(u, updated, nil, now)...); err != nil || u.VerifiedAt == nil {
			return err
		}
		return tellFormerAddress(ctx, tx, u, now)
	})
	return updated, err
}

// moveUnverified returns a locked user with another address, which is not verified, for the caller to save. The codes that
// went to the old address become invalid, and all sessions except one end.
func moveUnverified(ctx context.Context, tx Tx, u User, email, session string, now time.Time) (User, error) {
	next := u.touched(now).acted().endSessions(session, now)
	next.Email, next.VerifiedAt = email, nil
	next, err := moveLegacy(ctx, tx, u, next)
	if err != nil {
		return User{}, err
	}
	return next, voidCodes(ctx, tx, u.ID)
}

// SendEmailCode mails the user the code of the open registration request, or a new code if there is none that can be
// redeemed. The mail is sent after SendEmailCode returns.
//
// Errors: ErrUserNotFound, ErrAlreadyVerified; limits.ErrUsedUp when the user asks too often or has reached the daily
// limit of mails.
func (s *Service) SendEmailCode(ctx context.Context, id int64) (User, error) {
	var user User
	err := s.store.Tx(ctx, func(ctx context.Context, tx Tx) (err error) {
		if user, err = lockLive(ctx, tx, id); err != nil {
			return err
		}
		if user.VerifiedAt != nil {
			return ErrAlreadyVerified
		}
		fresh, err := s.mailRegistrationCode(ctx, tx, user, s.now())
		if err != nil || !fresh {
			return err
		}
		changed, err := announce(ctx, tx, user)
		if err == nil {
			user = changed[0] // it is not verified
		}
		return err
	})
	return user, err
}

// mailRegistrationCode mails a signed-in user a registration code within the limits. fresh is true if the request is new.
func (s *Service) mailRegistrationCode(ctx context.Context, tx Tx, u User, now time.Time) (fresh bool, err error) {
	uses := append(s.limited.mailsTo(u.Email), s.limited.wishOf(u.ID, MailRegistration))
	if err := s.throttle.Take(ctx, uses...); err != nil {
		return false, err
	}
	r, fresh, err := s.openRequest(ctx, tx, u.ID, RequestRegistration, now)
	if err != nil {
		return false, err
	}
	return fresh, tx.QueueMail(ctx, codeMail(u, r, now))
}

// openRequest returns the request of this type of a locked user, and replaces it if it cannot be redeemed. fresh is true if
// it is new.
func (s *Service) openRequest(ctx context.Context, tx Tx, userID int64, typeCode string, now time.Time) (r VerificationRequest, fresh bool, err error) {
	r, err = tx.LockRequest(ctx, userID, typeCode)
	if err == nil && r.usable(now) {
		return r, false, nil
	}
	if err != nil && !errors.Is(err, ErrNoVerification) {
		return VerificationRequest{}, false, err
	}
	r = s.newRequest(userID, typeCode, now)
	return r, true, tx.PutRequest(ctx, r)
}
