package directory

import (
	"context"
	"errors"

	"muster/libs/usersapi"
)

// ProfileChange is a user's change to their own profile. The zero value changes nothing.
type ProfileChange struct {
	Username  Member[string]
	Email     Member[string]
	FirstName Member[string]
	LastName  Member[string]
}

// checked returns the change with normalized values, or an error with one entry per invalid field.
func (c ProfileChange) checked() (UserChange, error) {
	return UserChange{Username: c.Username, Email: c.Email, FirstName: c.FirstName, LastName: c.LastName}.checked()
}

// ProfileUpdate is the result of a profile change.
type ProfileUpdate struct {
	// User is the changed user; zero while an email change waits for its code.
	User User
	// CodeSentTo is the new address that the code was sent to; empty when the change has taken effect.
	CodeSentTo string
}

// UpdateProfile changes what users change of themselves (contract section 5). A new address must first be shown to be
// theirs: then nothing is saved, and a code goes to that address, with which [Service.ConfirmEmailChange] makes the
// change. It takes the place of an earlier code.
//
// VALIDATION_FAILED, ErrUserNotFound, ErrEmailExists; ErrStepUpRequired for a new address without a fresh session; limits.ErrUsedUp when the user asks too often or the address has had
// all the mail that it can have in a day; ErrMailNotSent when the mail system does not take the mail, and then no code is
// open.
func (s *Service) UpdateProfile(ctx context.Context, by Actor, profile ProfileChange) (ProfileUpdate, error) {
	change, err := profile.checked()
	if err != nil {
		return ProfileUpdate{}, err
	}
	var (
		updated User
		mails   []Mail
	)
	err = s.store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		updated, mails = User{}, nil
		u, err := lockLive(ctx, tx, by.UserID)
		switch {
		case err != nil:
			return err
		case change.Email.Given && !by.Fresh && !usersapi.SameEmail(u.Email, *change.Email.Value):
			return ErrStepUpRequired
		case change.Email.Given && !usersapi.SameEmail(u.Email, *change.Email.Value):
			mails, err = s.requestEmailChange(ctx, tx, u, *change.Email.Value)
		default:
			updated, err = s.update(ctx, tx, u, change, Actor{}) // the address does not change, and no administrator acts
		}
		return err
	})
	if err != nil || mails == nil {
		return ProfileUpdate{User: updated}, err
	}
	if err := s.sendNow(ctx, mails, s.withdraw); err != nil {
		return ProfileUpdate{}, err
	}
	return ProfileUpdate{CodeSentTo: mails[0].Recipient}, nil
}

// requestEmailChange opens the request and queues its mail. The caller sends the mail after the commit.
func (s *Service) requestEmailChange(ctx context.Context, tx Tx, u User, email string) ([]Mail, error) {
	taken, err := tx.EmailTaken(ctx, email)
	if err != nil {
		return nil, err
	}
	if taken {
		return nil, ErrEmailExists
	}
	now := s.now()
	uses := append(s.limited.mailsTo(email), s.limited.wishOf(u.ID, MailEmailChange))
	if err := s.throttle.Take(ctx, uses...); err != nil {
		return nil, err
	}
	r := s.newRequest(u.ID, RequestEmailChange, now)
	r.NewEmail = &email
	if err := tx.PutRequest(ctx, r); err != nil {
		return nil, err
	}
	return tx.QueueClaimedMail(ctx, now.Add(mailLease), codeMail(u, r, now))
}

// withdraw closes the request whose code m carries, which also withdraws m, unless another request has replaced it.
func (s *Service) withdraw(ctx context.Context, m Mail) error {
	return s.store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		if _, err := tx.LockUser(ctx, m.UserID); err != nil {
			return err
		}
		r, err := tx.LockRequest(ctx, m.UserID, RequestEmailChange)
		if errors.Is(err, ErrNoVerification) || (err == nil && r.Code != m.Code) {
			return nil
		}
		if err != nil {
			return err
		}
		return tx.CloseRequests(ctx, m.UserID, RequestEmailChange)
	})
}
