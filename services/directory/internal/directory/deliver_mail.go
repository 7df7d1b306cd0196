package directory

import (
	"context"
	"errors"
	"sync"
	"time"
)

// ErrMailStale is why a mail is abandoned whose code cannot be redeemed any more: it has expired or was used, guessed
// at too often, or replaced.
var ErrMailStale = errors.New("its code is worthless by now")

// Delivery is the outcome of one attempt to send a mail.
type Delivery struct {
	MailID   int64
	Kind     MailKind
	Attempts int
	// Err is why the mail is not out: the mailer's error, or ErrMailStale; nil when it is out.
	Err error
	// Abandoned says that it will not be tried again.
	Abandoned bool
}

// noteTimeout bounds the look at a code, and the noting of an outcome: they go on while the service stops.
const noteTimeout = 5 * time.Second

// DeliverMail sends the mail that is due for longest, unless its code has died in the queue. found is false when none
// is due. A mail whose outcome could not be noted is sent again later: rather twice than never.
func (s *Service) DeliverMail(ctx context.Context) (d Delivery, found bool, err error) {
	now := s.now()
	m, found, err := s.mails.ClaimMail(ctx, now, now.Add(mailLease))
	if err != nil || !found {
		return Delivery{}, false, err
	}
	ctx = context.WithoutCancel(ctx) // what has begun is finished
	d = Delivery{MailID: m.ID, Kind: m.Kind, Attempts: m.Attempts}
	live, err := s.codeLives(ctx, m, now)
	if err != nil {
		return d, true, err
	}
	d.Err = ErrMailStale
	if live {
		d.Err = s.mailer.Send(ctx, m)
	}
	err = s.noteDelivery(ctx, m, &d)
	return d, true, err
}

// codeLives says whether the code of a mail, if it carries one, can still be redeemed. Nothing is held while the mail
// is being sent then: a code that dies in that moment arrives dead.
func (s *Service) codeLives(ctx context.Context, m Mail, now time.Time) (lives bool, err error) {
	if m.Code == "" || m.stale(now) {
		return m.Code == "", nil
	}
	ctx, cancel := context.WithTimeout(ctx, noteTimeout)
	defer cancel()
	err = s.store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		r, err := tx.LockRequest(ctx, m.UserID, string(m.Kind))
		lives = err == nil && r.Code == m.Code && r.usable(now)
		if errors.Is(err, ErrNoVerification) {
			return nil
		}
		return err
	})
	return lives, err
}

// noteDelivery notes the outcome of an attempt in the queue.
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

const (
	// sendTimeout bounds the sending of mail within a request. It is less than a client, or the gateway, waits for an
	// answer, and much less than the claim on the mails lasts.
	sendTimeout = 10 * time.Second
	// sendAtOnce is how many mails of one request are sent at the same time.
	sendAtOnce = 8
)

// sendNow sends mails within a request, after the commit that queued them as claimed. ErrMailNotSent when the mail
// system does not take one of them: that one is given up, because whoever asked for it is told and will ask again. A
// process that dies in between leaves the claims to lapse, and then the workers send the mails.
func (s *Service) sendNow(ctx context.Context, mails []Mail, giveUp func(context.Context, Mail) error) error {
	ctx = context.WithoutCancel(ctx) // what has begun is finished
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

// sendOne sends one mail until send is done, and notes what became of it.
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

// abandon is what sendNow does with a mail whose code stays good.
func (s *Service) abandon(ctx context.Context, m Mail) error {
	return s.mails.MailAbandoned(ctx, m.ID, s.now())
}
