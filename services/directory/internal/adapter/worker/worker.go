// Package worker drives what directory does by itself: sending mail as soon as it is queued, and looking at users whose
// exemption begins or ends. Any number of replicas may work at the same time.
package worker

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"muster/services/directory/internal/directory"
)

const (
	// senders is how many mails a replica sends at the same time.
	senders = 8
	// mailPoll finds mail that is due again, or was queued by a replica that has died since.
	mailPoll = time.Second
	// purgeEvery is the pause between purges of the mail queue, and of verification requests.
	purgeEvery = time.Hour
	// failurePause keeps a sender from spinning while the database is away.
	failurePause = time.Second
	// reviewEvery is how late a type may follow an exemption that begins or ends.
	reviewEvery = time.Second
)

// Workers are directory's workers.
type Workers struct {
	service *directory.Service
	queued  <-chan struct{}
	log     *slog.Logger
}

// New makes workers. queued is signalled when mail was queued in this process.
func New(service *directory.Service, queued <-chan struct{}, log *slog.Logger) *Workers {
	return &Workers{service, queued, log}
}

// SendMail sends mail until ctx is done. What is being sent then is finished.
func (w *Workers) SendMail(ctx context.Context) error {
	wake := make(chan struct{}, senders)
	var wg sync.WaitGroup
	for range senders {
		wg.Go(func() { w.sender(ctx, wake) })
	}
	w.wakeSenders(ctx, wake)
	wg.Wait()
	return nil
}

// wakeSenders wakes a sender for each signal and each tick. A sender that finds mail wakes the next.
func (w *Workers) wakeSenders(ctx context.Context, wake chan<- struct{}) {
	tick := time.NewTicker(mailPoll)
	defer tick.Stop()
	for {
		signal(wake)
		select {
		case <-ctx.Done():
			return
		case <-w.queued:
		case <-tick.C:
		}
	}
}

func signal(wake chan<- struct{}) {
	select {
	case wake <- struct{}{}:
	default: // all senders have been told
	}
}

// sender sends one mail after the other until none is due, then waits to be woken.
func (w *Workers) sender(ctx context.Context, wake chan struct{}) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-wake:
		}
		for ctx.Err() == nil {
			d, found, err := w.service.DeliverMail(ctx)
			if err != nil && ctx.Err() == nil {
				w.log.ErrorContext(ctx, "mail queue fails", "mail", d.MailID, "error", err)
				pause(ctx, failurePause)
				break
			}
			if !found {
				break
			}
			signal(wake)
			w.report(ctx, d)
		}
	}
}

// report logs an attempt without saying to whom.
func (w *Workers) report(ctx context.Context, d directory.Delivery) {
	switch {
	case errors.Is(d.Err, directory.ErrMailStale):
		w.log.InfoContext(ctx, "mail not sent", "mail", d.MailID, "kind", d.Kind, "attempts", d.Attempts, "error", d.Err)
	case errors.Is(d.Err, directory.ErrMailRefused):
		w.log.WarnContext(ctx, "mail abandoned", "mail", d.MailID, "kind", d.Kind, "attempts", d.Attempts, "error", d.Err)
	case d.Abandoned:
		w.log.ErrorContext(ctx, "mail abandoned: the mail server did not take it in time",
			"mail", d.MailID, "kind", d.Kind, "attempts", d.Attempts, "error", d.Err)
	case d.Err != nil:
		w.log.WarnContext(ctx, "mail not sent, will be tried again",
			"mail", d.MailID, "kind", d.Kind, "attempts", d.Attempts, "error", d.Err)
	default:
		w.log.DebugContext(ctx, "mail sent", "mail", d.MailID, "kind", d.Kind, "attempts", d.Attempts)
	}
}

// ReviewTypes lets types follow the exemptions that begin and end, until ctx is done.
func (w *Workers) ReviewTypes(ctx context.Context) error {
	w.every(ctx, reviewEvery, "review of types fails", func(ctx context.Context) error {
		_, err := w.service.ReviewTypes(ctx)
		return err
	})
	return nil
}

// PurgeMail forgets old mail, until ctx is done.
func (w *Workers) PurgeMail(ctx context.Context) error {
	w.every(ctx, purgeEvery, "purge of old mail fails", w.service.PurgeMail)
	return nil
}

// PurgeRequests forgets verification requests that expired long ago, until ctx is done.
func (w *Workers) PurgeRequests(ctx context.Context) error {
	w.every(ctx, purgeEvery, "purge of old verification requests fails", w.service.PurgeRequests)
	return nil
}

// every does something at once and then at each interval. Failures are logged, and the next interval tries again.
func (w *Workers) every(ctx context.Context, interval time.Duration, failure string, do func(context.Context) error) {
	tick := time.NewTicker(interval)
	defer tick.Stop()
	for {
		if err := do(ctx); err != nil && ctx.Err() == nil {
			w.log.ErrorContext(ctx, failure, "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}
