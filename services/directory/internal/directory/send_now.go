package directory

import (
	"context"
	"sync"
	"time"
)

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

// limitMail refuses another mail of this kind to somebody who has had ResendsPerHour of them within an hour. Whoever
// calls has locked the user, so that requests made at the same time count each other's mails.
func (s *Service) limitMail(ctx context.Context, tx Tx, userID int64, kind MailKind, now time.Time) error {
	recent, err := tx.CountMail(ctx, userID, kind, now.Add(-mailWindow))
	if err == nil && recent >= s.resends {
		err = ErrTooMuchMail
	}
	return err
}

// mailWindow is the time over which mails are counted.
const mailWindow = time.Hour
