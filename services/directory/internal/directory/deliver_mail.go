package directory

import (
	"context"
	"errors"
	"sync"
	"time"
)

// ErrMailStale is the reason for abandoning a mail whose code can no longer be redeemed: it has expired, was used or
// replaced, or was guessed wrong too often. It is also the reason for an order of [Service.ForgotPassword] or
// [Service.ResendVerification] that nobody gets a letter for.
var ErrMailStale = errors.New("its code is worthless by now")

// Delivery is the outcome of one attempt to send a mail.
type Delivery struct {
	MailID   int64
	Kind     MailKind
	Attempts int
	// Err is why the mail was not sent: the mailer's error, or ErrMailStale; nil when it was sent.
	Err error
	// Abandoned is true when the mail will not be retried.
	Abandoned bool
}

// noteTimeout bounds the check of a code and the recording of an outcome. Both continue while the service stops.
const noteTimeout = 5 * time.Second

// DeliverMail sends the mail that has been due for longest, unless its code became invalid in the queue. found is false
// when none is due. A mail whose outcome could not be recorded is sent again later: delivery is at least once.
func (s *Service) DeliverMail(ctx context.Context) (d Delivery, found bool, err error) {
	now := s.now()
	m, found, err := s.mails.ClaimMail(ctx, now, now.Add(mailLease))
	if err != nil || !found {
		return Delivery{}, false, err
	}
	ctx = context.WithoutCancel(ctx) // finish the work even if the caller gives up
	d = Delivery{MailID: m.ID, Kind: m.Kind, Attempts: m.Attempts}
	letter, live, err := s.letter(ctx, m, now)
	if err != nil {
		return d, true, err
	}
	d.Err = ErrMailStale
	if live {
		d.Err = s.mailer.Send(ctx, letter)
	}
	err = s.noteDelivery(ctx, m, &d)
	return d, true, err
}

// letter returns the mail to send for a mail of the queue. live is false when there is none, or none any more.
func (s *Service) letter(ctx context.Context, m Mail, now time.Time) (letter Mail, live bool, err error) {
	switch {
	case m.Kind == MailPasswordReset && m.Code == "":
		return s.ordered(ctx, m, now, s.findReset)
	case m.Kind == MailRegistration && m.Code == "":
		return s.ordered(ctx, m, now, s.findRegistration)
	}
	live, err = s.codeLives(ctx, m, now)
	return m, live, err
}

// codeLives reports whether the code of a mail, if it carries one, can still be redeemed. No lock is held during the
// sending, so a code may become invalid before it arrives.
func (s *Service) codeLives(ctx context.Context, m Mail, now time.Time) (lives bool, err error) {
	if m.Code == "" || m.stale(now) {
		return m.Code == "", nil
	}
	ctx, cancel := context.WithTimeout(ctx, noteTimeout)
	defer cancel()
	err = s.store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		if m.Kind == MailThunder {
			r, err := tx.ThunderRecord(ctx, m.UserID)
			lives = r.Token == m.Code
			return err
		}
		r, err := tx.LockRequest(ctx, m.UserID, string(m.Kind))
		lives = err == nil && r.Code == m.Code && r.usable(now)
		if errors.Is(err, ErrNoVerification) {
			return nil
		}
		return err
	})
	return lives, err
}

// noteDelivery records the outcome of an attempt in the queue.
func (s *Service) noteDelivery(ctx context.Context, m Mail, d *Delivery) error {
	ctx, cancel := context.WithTimeout(ctx, noteTimeout)
	defer cancel()
	now := s.now()
	if d.Err == nil {
		return s.mails.MailSent(ctx, m.ID, now)
	}
	retryAt, worthwhile := m.retryAt(now)
	if d.Abandoned = !worthwhile || errors.Is(d.Err, ErrMailStale) || errors.Is(d.Err, ErrMailRefused); d.Abandoned {
		return s.mails.MailAbandoned(ctx, m.ID, now)
	}
	return s.mails.MailFailed(ctx, m.ID, retryAt)
}

// keepMail is how long the traces of a mail (that it was sent, and when) are kept.
const keepMail = 7 * 24 * time.Hour

// PurgeMail deletes the rows of mails that were sent or abandoned more than a week ago.
func (s *Service) PurgeMail(ctx context.Context) error {
	return s.mails.PurgeMail(ctx, s.now().Add(-keepMail))
}

// AwaitMail waits until every mail of the user has had its first attempt. It returns how many had none when it stops
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

const (
	// sendTimeout bounds the sending of mail within a request. It is less than a client, or the gateway, waits for an
	// answer, and much less than the claim on the mails lasts.
	sendTimeout = 10 * time.Second
	// sendAtOnce is how many mails of one request are sent concurrently.
	sendAtOnce = 8
)

// sendNow sends mails within a request, after the commit that queued them as claimed. It returns ErrMailNotSent when
// the mail system does not accept one of them. That mail is abandoned, because the caller gets the error and can ask
// again. If the process dies in between, the claims expire and the workers send the mails.
func (s *Service) sendNow(ctx context.Context, mails []Mail, giveUp func(context.Context, Mail) error) error {
	ctx = context.WithoutCancel(ctx) // finish the work even if the caller gives up
	failures := make([]error, len(mails))
	slots := make(chan struct{}, sendAtOnce)
	send, cancel := context.WithTimeout(ctx, sendTimeout)
	defer cancel()
	var wg sync.WaitGroup
	for i, m := range mails {
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			failures[i] = s.sendOne(ctx, send, m, giveUp)
		})
	}
	wg.Wait()
	for _, err := range failures {
		if err != nil {
			return err
		}
	}
	return nil
}

// sendOne sends one mail, until the context send is done, and records the outcome.
func (s *Service) sendOne(ctx, send context.Context, m Mail, giveUp func(context.Context, Mail) error) error {
	failure := s.mailer.Send(send, m)
	ctx, cancel := context.WithTimeout(ctx, noteTimeout)
	defer cancel()
	if failure == nil {
		return s.mails.MailSent(ctx, m.ID, s.now())
	}
	if err := giveUp(ctx, m); err != nil {
		return err
	}
	return ErrMailNotSent.Because(failure)
}

// abandon gives up a mail of sendNow whose code stays valid.
func (s *Service) abandon(ctx context.Context, m Mail) error {
	return s.mails.MailAbandoned(ctx, m.ID, s.now())
}
