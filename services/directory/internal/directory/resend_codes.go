package directory

import (
	"context"
	"errors"
	"fmt"
	"time"

	"muster/libs/errs"
	"muster/libs/limits"
	"muster/libs/usersapi"
)

// maxBatch is how many users one request may name (contract section 6).
const maxBatch = 100

// ResendCodes mails each of the users the code of their newest open request, and makes a registration request for who
// is unverified and has none open. A verified user with none open gets no mail. The mails are sent when it returns.
//
// Administrators name anybody, everybody else themselves only: ErrAdminOnly. VALIDATION_FAILED. ErrUsersNotFound, and
// limits.ErrUsedUp when one of the recipients has had all the mail that they can have in a day, or the user asks too
// often: then nobody gets mail. ErrMailNotSent when the mail system did not take one of the mails; the codes stay good.
func (s *Service) ResendCodes(ctx context.Context, actor Actor, emails []string) error {
	emails, err := checkedEmails(emails)
	if err != nil {
		return err
	}
	var mails []Mail
	err = s.store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		mails = nil
		users, err := lockRecipients(ctx, tx, actor, emails)
		if err != nil {
			return err
		}
		now := s.now()
		due, err := s.codesToMail(ctx, tx, users, now)
		if err != nil {
			return err
		}
		if err := s.throttle.Take(ctx, s.wanted(actor, due)...); err != nil {
			return err
		}
		mails, err = tx.QueueClaimedMail(ctx, now.Add(mailLease), due...)
		return err
	})
	if err != nil {
		return err
	}
	return s.sendNow(ctx, mails, s.abandon)
}

// wanted are the mails as they are limited. Administrators may ask for any number.
func (s *Service) wanted(actor Actor, mails []Mail) []limits.Use {
	var uses []limits.Use
	for _, m := range mails {
		uses = append(uses, s.limited.mailsTo(m.Recipient)...)
		if !actor.Admin {
			uses = append(uses, s.limited.wishOf(actor.UserID, m.Kind))
		}
	}
	return uses
}

// checkedEmails are the addresses as they are compared, each once.
func checkedEmails(emails []string) ([]string, error) {
	if len(emails) < 1 || len(emails) > maxBatch {
		return nil, errs.InvalidField("emails", fmt.Sprintf("must hold 1 to %d addresses", maxBatch))
	}
	var (
		distinct []string
		wrong    []errs.Field
	)
	seen := map[string]bool{}
	for i, text := range emails {
		email, err := usersapi.ParseEmail(text)
		if err != nil {
			wrong = append(wrong, errs.Field{Field: fmt.Sprintf("emails[%d]", i), Message: err.Error()})
			continue
		}
		if key := usersapi.EmailKey(email); !seen[key] {
			seen[key] = true
			distinct = append(distinct, email)
		}
	}
	if wrong != nil {
		return nil, errs.Invalid(wrong...)
	}
	return distinct, nil
}

// lockRecipients locks the users with these addresses. Who is no administrator learns nothing of other addresses.
func lockRecipients(ctx context.Context, tx Tx, actor Actor, emails []string) ([]User, error) {
	if actor.Admin {
		users, err := tx.LockUsersByEmail(ctx, emails)
		if err == nil && len(users) < len(emails) {
			err = ErrUsersNotFound
		}
		return users, err
	}
	u, err := lockLive(ctx, tx, actor.UserID)
	if err != nil {
		return nil, err
	}
	for _, email := range emails {
		if !usersapi.SameEmail(u.Email, email) {
			return nil, ErrAdminOnly
		}
	}
	return []User{u}, nil
}

// codesToMail are the mails that locked users are due, with a new request for who needs one.
func (s *Service) codesToMail(ctx context.Context, tx Tx, users []User, now time.Time) ([]Mail, error) {
	ids := make([]int64, len(users))
	for i, u := range users {
		ids[i] = u.ID
	}
	requests, err := tx.LockRequests(ctx, ids)
	if err != nil {
		return nil, err
	}
	newest := newestUsable(requests, now)
	var (
		mails []Mail
		fresh []VerificationRequest
	)
	for _, u := range users {
		r, open := newest[u.ID]
		if !open && u.VerifiedAt != nil {
			continue
		}
		if !open {
			r = s.newRequest(u.ID, RequestRegistration, now)
			fresh = append(fresh, r)
		}
		mails = append(mails, codeMail(u, r, now))
	}
	return mails, tx.PutRequest(ctx, fresh...)
}

// newestUsable is each user's newest request that can still be redeemed, by user id.
func newestUsable(requests []VerificationRequest, now time.Time) map[int64]VerificationRequest {
	newest := map[int64]VerificationRequest{}
	for _, r := range requests {
		other, ok := newest[r.UserID]
		if r.usable(now) && (!ok || r.newerThan(other)) {
			newest[r.UserID] = r
		}
	}
	return newest
}

// ResendVerification mails the code of the open registration request once more, or a fresh one when that is used up. It
// answers the same whether or not the address is known, verified, or has had all the mail that it can have in a day, so
// that the public learns nothing about who is registered. limits.ErrUsedUp when the client's network asks too often.
func (s *Service) ResendVerification(ctx context.Context, email, network string) error {
	if err := s.throttle.Take(ctx, s.limited.resendFrom.Of(network)); err != nil {
		return err
	}
	return s.store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		u, err := tx.LockUserByEmail(ctx, email)
		if errors.Is(err, ErrUserNotFound) || (err == nil && u.VerifiedAt != nil) {
			return nil
		}
		if err != nil {
			return err
		}
		err = s.throttle.Take(ctx, s.limited.resendTo(u.Email)...)
		if errors.Is(err, limits.ErrUsedUp) {
			return nil
		}
		if err != nil {
			return err
		}
		now := s.now()
		r, err := tx.LockRequest(ctx, u.ID, RequestRegistration)
		if err != nil && !errors.Is(err, ErrNoVerification) {
			return err
		}
		if err != nil || !r.usable(now) {
			r = s.newRequest(u.ID, RequestRegistration, now)
			if err := tx.PutRequest(ctx, r); err != nil {
				return err
			}
		}
		return tx.QueueMail(ctx, codeMail(u, r, now))
	})
}
