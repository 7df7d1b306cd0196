package directory

import (
	"context"
	"errors"
	"fmt"
	"time"

	"muster/libs/contracts/directoryv1"
	"muster/libs/errs"
	"muster/libs/limits"
	"muster/libs/usersapi"
)

// maxBatch is how many users one request may name (contract section 6).
const maxBatch = 100

// ResendCodes mails each user the code of their newest open request. An unverified user without an open request gets a new
// registration request, a verified one gets no mail. The mails have been sent when it returns.
//
// Errors: ErrAdminOnly when a user other than an administrator names another user; VALIDATION_FAILED; ErrUsersNotFound;
// limits.ErrUsedUp when a recipient has reached the daily limit of mails, or the user asks too often. After these errors
// no mail is sent. ErrMailNotSent when the mail system rejected one of the mails; the codes remain valid.
// changed are the users that have new versions, because they got a new request.
func (s *Service) ResendCodes(ctx context.Context, actor Actor, emails []string) (changed []User, err error) {
	emails, err = checkedEmails(emails)
	if err != nil {
		return nil, err
	}
	var mails []Mail
	err = s.store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		mails = nil
		users, err := lockRecipients(ctx, tx, actor, emails)
		if err != nil {
			return err
		}
		now := s.now()
		due, fresh, err := s.codesToMail(ctx, tx, users, now)
		if err != nil {
			return err
		}
		if changed, err = announce(ctx, tx, fresh...); err != nil {
			return err
		}
		if err := s.throttle.Take(ctx, s.wanted(actor, due)...); err != nil {
			return err
		}
		if mails, err = tx.QueueClaimedMail(ctx, now.Add(mailLease), due...); err != nil {
			return err
		}
		return s.publishAct(ctx, tx, actor, directoryv1.CodeResent, users, changed)
	})
	if err != nil {
		return nil, err
	}
	return changed, s.sendNow(ctx, mails, s.abandon)
}

// wanted returns the limits that the mails count against. Administrators may request any number.
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

// checkedEmails returns the valid addresses without duplicates.
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

// lockRecipients locks the users with these addresses. It reveals nothing about other addresses to a user that is not an
// administrator.
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

// codesToMail returns the mails for the locked users, and creates missing requests. fresh are the users that got one.
func (s *Service) codesToMail(ctx context.Context, tx Tx, users []User, now time.Time) (mails []Mail, fresh []User, err error) {
	ids := make([]int64, len(users))
	for i, u := range users {
		ids[i] = u.ID
	}
	requests, err := tx.LockRequests(ctx, ids)
	if err != nil {
		return nil, nil, err
	}
	newest := newestUsable(requests, now)
	var missing []VerificationRequest
	for _, u := range users {
		r, open := newest[u.ID]
		if !open && u.VerifiedAt != nil {
			continue
		}
		if !open {
			r = s.newRequest(u.ID, RequestRegistration, now)
			missing, fresh = append(missing, r), append(fresh, u)
		}
		mails = append(mails, codeMail(u, r, now))
	}
	return mails, fresh, tx.PutRequest(ctx, missing...)
}

// newestUsable returns the newest redeemable request of each user, by user id.
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

// ResendVerification orders a letter with the code of the open registration request, or a new code if that one is used up, see
// [Service.order]. Only an unverified user gets one.
func (s *Service) ResendVerification(ctx context.Context, email, network string) error {
	return s.order(ctx, MailRegistration, email, network)
}

// findRegistration returns the letter for an address, with the code of the open request or a new one.
func (s *Service) findRegistration(ctx context.Context, tx Tx, email string, now time.Time) (letter Mail, wanted bool, err error) {
	u, err := tx.LockUserByEmail(ctx, email)
	if errors.Is(err, ErrUserNotFound) || err == nil && u.VerifiedAt != nil {
		return Mail{}, false, nil
	}
	if err != nil {
		return Mail{}, false, err
	}
	r, fresh, err := s.openRequest(ctx, tx, u.ID, RequestRegistration, now)
	if err != nil {
		return Mail{}, false, err
	}
	if fresh {
		if _, err := announce(ctx, tx, u); err != nil {
			return Mail{}, false, err
		}
	}
	return codeMail(u, r, now), true, nil
}
