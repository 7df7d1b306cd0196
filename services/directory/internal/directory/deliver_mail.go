package directory

import (
	"context"
	"time"
)

// Delivery is the outcome of one attempt to send a mail.
type Delivery struct {
	MailID   int64
	Kind     MailKind
	Attempts int
	// Err is why the mailer did not take it; nil when it is out.
	Err error
	// Abandoned says that it will not be tried again.
	Abandoned bool
}

// noteTimeout bounds the noting of an outcome, which goes on while the service stops.
const noteTimeout = 5 * time.Second

// DeliverMail sends the mail that is due for longest. found is false when none is. A mail whose outcome could not be
// noted is sent again later: rather twice than never.
func (s *Service) DeliverMail(ctx context.Context) (d Delivery, found bool, err error) {
	now := s.now()
	m, found, err := s.mails.ClaimMail(ctx, now, now.Add(mailLease))
	if err != nil || !found {
		return Delivery{}, false, err
	}
	ctx = context.WithoutCancel(ctx) // what has begun is finished
	d = Delivery{MailID: m.ID, Kind: m.Kind, Attempts: m.Attempts, Err: s.mailer.Send(ctx, m)}

	ctx, cancel := context.WithTimeout(ctx, noteTimeout)
	defer cancel()
	now = s.now()
	retryAt, worthwhile := m.retryAt(now)
	switch {
	case d.Err == nil:
		err = s.mails.MailSent(ctx, m.ID, now)
	case worthwhile:
		err = s.mails.MailFailed(ctx, m.ID, retryAt)
	default:
		d.Abandoned = true
		err = s.mails.MailAbandoned(ctx, m.ID, now)
	}
	return d, true, err
}

// keepMail is how long the traces of a mail (that it was sent, and when) are kept. They count towards the limit of
// mails in an hour.
const keepMail = 7 * 24 * time.Hour

// PurgeMail forgets mails that were sent or abandoned a week ago.
func (s *Service) PurgeMail(ctx context.Context) error {
	return s.mails.PurgeMail(ctx, s.now().Add(-keepMail))
}

// AwaitMail waits until no mail of the user still awaits its first attempt, and says how many do when it stops
// waiting.
func (s *Service) AwaitMail(ctx context.Context, userID int64, wait time.Duration) (pending int, err error) {
	over := time.NewTimer(wait)
	defer over.Stop()
	pause := 5 * time.Millisecond
	for {
		pending, err = s.mails.UntriedMail(ctx, userID)
		if err != nil || pending == 0 {
			return 0, err
		}
		select {
		case <-ctx.Done():
			return pending, ctx.Err()
		case <-over.C:
			return pending, nil
		case <-time.After(pause):
			pause = min(2*pause, 40*time.Millisecond)
		}
	}
}
