package directory

import (
	"context"
	"errors"
	"time"

	"muster/libs/limits"
)

// AccountEvent is the part of identity's account events that directory mails notices about.
type AccountEvent struct {
	UserID  int64
	Version int64 // of the account
	At      time.Time
	Notice  MailKind
}

// Notify mails a verified user a notice about the security of the account. It does so once for each version of the account,
// however often the event arrives. A notice that is a day late is left out, as is one past the recipient's daily limit of
// mails. An unverified user gets none, because the address may be a stranger's.
func (s *Service) Notify(ctx context.Context, e AccountEvent) error {
	return s.store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		u, err := lockLive(ctx, tx, e.UserID)
		if errors.Is(err, ErrUserNotFound) {
			return nil
		}
		if err != nil || e.Version <= u.NoticeVersion {
			return err
		}
		u.NoticeVersion = e.Version
		if err := tx.UpdateUser(ctx, u); err != nil {
			return err
		}
		now := s.now()
		if u.VerifiedAt == nil || now.Sub(e.At) > giveUpAfter {
			return nil
		}
		return s.queueNotice(ctx, tx, u, e.Notice, now)
	})
}

// queueNotice queues a notice within the recipient's daily limit.
func (s *Service) queueNotice(ctx context.Context, tx Tx, u User, kind MailKind, now time.Time) error {
	err := s.throttle.Take(ctx, s.limited.mailsTo(u.Email)...)
	if errors.Is(err, limits.ErrUsedUp) {
		return nil
	}
	if err != nil {
		return err
	}
	return tx.QueueMail(ctx, Mail{UserID: u.ID, Kind: kind, Recipient: u.Email, FirstName: u.greeting(), QueuedAt: now})
}

// tellFormerAddress queues the notice to the address that u had before. It goes out past the daily limit: whoever takes an
// account over could otherwise use the limit up first.
func tellFormerAddress(ctx context.Context, tx Tx, u User, now time.Time) error {
	return tx.QueueMail(ctx, Mail{UserID: u.ID, Kind: MailEmailChanged, Recipient: u.Email, FirstName: u.greeting(), QueuedAt: now})
}
