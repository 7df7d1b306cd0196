package worker_test

import (
	"context"
	"fmt"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"muster/services/directory/internal/adapter/worker"
	"muster/services/directory/internal/directory"
	"muster/services/directory/internal/directory/directorytest"
)

// world is workers on a fake store, in a bubble whose time stands still while anything works.
type world struct {
	*worker.Workers
	store  *directorytest.Store
	mailer *directorytest.Mailer
	queued chan struct{}
}

func newWorld() *world {
	w := &world{store: directorytest.NewStore(), mailer: &directorytest.Mailer{}, queued: make(chan struct{}, 1)}
	service := directory.New(directory.Config{Store: w.store, Mails: w.store, Mailer: w.mailer})
	w.Workers = worker.New(service, w.queued, slog.New(slog.DiscardHandler))
	return w
}

// run runs a worker until the test has looked.
func run(t *testing.T, work func(context.Context) error, look func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- work(ctx) }()
	synctest.Wait()
	look()
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func (w *world) queue(t *testing.T, n int) {
	t.Helper()
	err := w.store.Tx(t.Context(), func(ctx context.Context, tx directory.Tx) error {
		for i := range n {
			m := directory.Mail{UserID: 1, Recipient: fmt.Sprintf("a%d@example.com", i), QueuedAt: time.Now().UTC().Truncate(time.Second)}
			if err := tx.QueueMail(ctx, m); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// pass lets time pass in the bubble, and then all that it has woken come to rest.
func pass(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}

func TestMailGoesOutAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		w.queue(t, 3) // from before the start
		run(t, w.SendMail, func() {
			if n := len(w.mailer.Sent()); n != 3 {
				t.Errorf("%d of 3 mails sent after the start", n)
			}
			w.queue(t, 30)
			w.queued <- struct{}{}
			synctest.Wait() // no time passes
			if n := len(w.mailer.Sent()); n != 33 {
				t.Errorf("%d of 33 mails sent after the signal", n)
			}
		})
	})
}

func TestMailOfOtherReplicasAndRetriesAreFound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		w.mailer.Fail(true)
		run(t, w.SendMail, func() {
			w.queue(t, 1) // nobody signals
			pass(time.Second)
			if n, err := w.store.UntriedMail(t.Context(), 1); n != 0 || err != nil {
				t.Fatalf("%d mails untried, %v", n, err)
			}
			w.mailer.Fail(false)
			pass(11 * time.Second)
			if n := len(w.mailer.Sent()); n != 1 {
				t.Errorf("%d mails sent", n)
			}
		})
	})
}

func TestTypesFollowWithinASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		from := time.Now().Add(time.Hour)
		w.store.Put(directory.User{ID: 1, TypeCode: "NONS", Version: 1, Exemption: directory.Exemption{From: &from}, TypeDueAt: &from})
		run(t, w.ReviewTypes, func() {
			pass(time.Hour - time.Second)
			if code := w.store.User(1).TypeCode; code != "NONS" {
				t.Errorf("too early: %s", code)
			}
			pass(2 * time.Second)
			if code := w.store.User(1).TypeCode; code != "SUBS" {
				t.Errorf("too late: %s", code)
			}
		})
	})
}

func TestOldMailIsPurged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		w.queue(t, 1)
		run(t, w.SendMail, func() {})
		run(t, w.PurgeMail, func() {
			count := func() (n int) {
				_ = w.store.Tx(t.Context(), func(ctx context.Context, tx directory.Tx) (err error) {
					n, err = tx.CountMail(ctx, 1, "", time.Time{})
					return err
				})
				return n
			}
			pass(7 * 24 * time.Hour)
			if count() != 1 {
				t.Error("purged before a week was over")
			}
			pass(2 * time.Hour)
			if count() != 0 {
				t.Error("not purged after a week")
			}
		})
	})
}

func TestOldRequestsArePurged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		err := w.store.Tx(t.Context(), func(ctx context.Context, tx directory.Tx) error {
			return tx.PutRequest(ctx, directory.VerificationRequest{UserID: 1, TypeCode: "REGR", ExpiresAt: time.Now()})
		})
		if err != nil {
			t.Fatal(err)
		}
		run(t, w.PurgeRequests, func() {
			pass(30 * 24 * time.Hour)
			if _, found := w.store.Request(1, "REGR"); !found {
				t.Error("purged before a month was over")
			}
			pass(2 * time.Hour)
			if _, found := w.store.Request(1, "REGR"); found {
				t.Error("not purged after a month")
			}
		})
	})
}
