package directory_test

import (
	"context"
	"testing"
	"time"

	"muster/services/directory/internal/directory"
)

// deliverAll sends all that is due.
func deliverAll(t *testing.T, w *world) (last directory.Delivery) {
	t.Helper()
	for {
		d, found, err := w.DeliverMail(t.Context())
		must(t, err)
		if !found {
			return last
		}
		last = d
	}
}

func TestARegistrationIsMailed(t *testing.T) {
	w := newWorld(t)
	w.register(t, 1, "Ada@Example.com")
	pending, err := w.AwaitMail(t.Context(), 1, 20*time.Millisecond)
	must(t, err)
	equal(t, pending, 1)
	deliverAll(t, w)
	second := w.clock.Second()
	equal(t, w.mailer.Sent(), []directory.Mail{{
		ID: 1, UserID: 1, Kind: "REGR", Recipient: "Ada@Example.com", Declinable: true, Code: "code00000001",
		CodeExpiresAt: second.Add(24 * time.Hour), QueuedAt: second, Attempts: 1,
	}})
	pending, err = w.AwaitMail(t.Context(), 1, time.Minute)
	must(t, err)
	equal(t, pending, 0)
}

func TestMailIsRetriedEverMoreSlowlyForADay(t *testing.T) {
	w := newWorld(t)
	w.register(t, 1, "ada@example.com")
	w.mailer.Fail(true)
	start := w.clock.Now()
	last := start
	var pauses []time.Duration
	for d := deliverAll(t, w); !d.Abandoned; {
		w.clock.Move(time.Second)
		next, found, err := w.DeliverMail(t.Context())
		must(t, err)
		if found {
			pauses = append(pauses, w.clock.Now().Sub(last))
			last, d = w.clock.Now(), next
			equal(t, d.Attempts, len(pauses)+1)
		}
	}
	equal(t, pauses[:10], []time.Duration{
		10 * time.Second, 20 * time.Second, 40 * time.Second, 80 * time.Second, 160 * time.Second, 320 * time.Second,
		640 * time.Second, 1280 * time.Second, 2560 * time.Second, time.Hour,
	})
	if took := w.clock.Now().Sub(start); took < 22*time.Hour || took > 24*time.Hour {
		t.Errorf("abandoned after %v", took)
	}
	w.clock.Move(48 * time.Hour)
	_, found, _ := w.DeliverMail(t.Context())
	equal(t, found, false)
}

func TestAFailedFirstAttemptIsNotAwaited(t *testing.T) {
	w := newWorld(t)
	w.register(t, 1, "ada@example.com")
	w.mailer.Fail(true)
	deliverAll(t, w)
	pending, err := w.AwaitMail(t.Context(), 1, time.Minute)
	must(t, err)
	equal(t, pending, 0)
}

func TestARefusedMailIsAbandonedAtOnce(t *testing.T) {
	w := newWorld(t)
	w.register(t, 1, "ada@example.com")
	w.mailer.Reject(true)
	d, found, err := w.DeliverMail(t.Context())
	must(t, err)
	equal(t, found, true)
	equal(t, d.Abandoned, true)
	wantError(t, d.Err, directory.ErrMailRefused)
	w.nothingIsDue(t)
}

// nothingIsDue insists that no mail goes out any more, now or in two days.
func (w *world) nothingIsDue(t *testing.T) {
	t.Helper()
	w.mailer.Reject(false)
	sent := len(w.mailer.Sent())
	for range 2 {
		_, found, err := w.DeliverMail(t.Context())
		must(t, err)
		equal(t, found, false)
		w.clock.Move(48 * time.Hour)
	}
	equal(t, len(w.mailer.Sent()), sent)
}

func TestAMailIsSentAsLongAsItsCodeLives(t *testing.T) {
	for name, c := range map[string]struct {
		after time.Duration
		sent  bool
	}{
		"in the last second": {24 * time.Hour, true},
		"a second too late":  {24*time.Hour + time.Second, false},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.register(t, 1, "ada@example.com")
			w.clock.Move(c.after)
			d, found, err := w.DeliverMail(t.Context())
			must(t, err)
			equal(t, found, true)
			equal(t, d.Abandoned, !c.sent)
			equal(t, len(w.mailer.Sent()) == 1, c.sent)
			if !c.sent {
				wantError(t, d.Err, directory.ErrMailStale)
			}
			w.nothingIsDue(t)
		})
	}
}

// queue puts a mail into the queue that no use case here sends.
func (w *world) queue(t *testing.T, m directory.Mail) {
	t.Helper()
	m.UserID, m.Recipient, m.QueuedAt = 1, "ada@example.com", w.clock.Second()
	must(t, w.store.Tx(t.Context(), func(ctx context.Context, tx directory.Tx) error { return tx.QueueMail(ctx, m) }))
}

// putRequest makes a request of the user in place of the one they have.
func (w *world) putRequest(t *testing.T, r directory.VerificationRequest) {
	t.Helper()
	r.UserID = 1
	must(t, w.store.Tx(t.Context(), func(ctx context.Context, tx directory.Tx) error { return tx.PutRequest(ctx, r) }))
}

func TestAMailWithoutACodeDoesNotGoStale(t *testing.T) {
	w := newWorld(t)
	w.queue(t, directory.Mail{Kind: directory.MailEmailChanged})
	w.mailer.Fail(true)
	deliverAll(t, w)
	w.mailer.Fail(false)
	w.clock.Move(20 * time.Hour)
	equal(t, deliverAll(t, w), directory.Delivery{MailID: 1, Kind: directory.MailEmailChanged, Attempts: 2})
	equal(t, len(w.mailer.Sent()), 1)
}

func TestAShortLivedCodeIsNotTriedForADay(t *testing.T) {
	w := newWorld(t)
	expires := w.clock.Second().Add(15 * time.Minute)
	w.putRequest(t, directory.VerificationRequest{TypeCode: directory.RequestEmailChange, Code: "123456", ExpiresAt: expires})
	w.queue(t, directory.Mail{Kind: directory.MailEmailChange, Code: "123456", CodeExpiresAt: expires})
	w.mailer.Fail(true)
	for d := deliverAll(t, w); !d.Abandoned; d = deliverAll(t, w) {
		w.clock.Move(time.Second)
		if w.clock.Now().After(expires) {
			t.Fatal("still in the queue when its code has expired")
		}
	}
}

func TestADeadCodeIsNotMailed(t *testing.T) {
	for name, kill := range map[string]func(*testing.T, *world){
		"redeemed": func(t *testing.T, w *world) {
			_, err := w.VerifyEmail(t.Context(), nobody, "ada@example.com", "code00000001")
			must(t, err)
		},
		"replaced": func(t *testing.T, w *world) {
			w.putRequest(t, directory.VerificationRequest{
				TypeCode: directory.RequestRegistration, Code: "code00000002", ExpiresAt: w.clock.Now().Add(time.Hour),
			})
		},
		"guessed at too often": func(t *testing.T, w *world) {
			for range 5 {
				_, err := w.VerifyEmail(t.Context(), nobody, "ada@example.com", "wrong")
				if err == nil {
					t.Fatal("a wrong code was taken")
				}
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.register(t, 1, "ada@example.com")
			w.mailer.Fail(true)
			deliverAll(t, w)
			kill(t, w)
			w.mailer.Fail(false)
			w.clock.Move(10 * time.Second)
			deliverAll(t, w)
			w.nothingIsDue(t)
			equal(t, len(w.mailer.Sent()), 0)
		})
	}
}

// TestTwoReplicasSendAMailOnce: while one of them has a mail in hand, the other leaves it alone, and takes it over when
// the first has had a minute.
func TestTwoReplicasSendAMailOnce(t *testing.T) {
	w := newWorld(t)
	w.register(t, 1, "ada@example.com")
	slow := slowMailer{began: make(chan struct{}), end: make(chan struct{})}
	first := directory.New(directory.Ports{Store: w.store, Mails: w.store, Mailer: slow, Now: w.clock.Now}, directory.Rules{})
	done := make(chan error, 1)
	go func() {
		_, _, err := first.DeliverMail(context.Background())
		done <- err
	}()
	<-slow.began
	w.clock.Move(59 * time.Second)
	_, found, err := w.DeliverMail(t.Context())
	must(t, err)
	equal(t, found, false)
	w.clock.Move(time.Second)
	d, found, err := w.DeliverMail(t.Context())
	must(t, err)
	equal(t, found, true)
	equal(t, d.Attempts, 2)
	close(slow.end)
	must(t, <-done)
}

// slowMailer holds a mail until it is let go.
type slowMailer struct{ began, end chan struct{} }

func (s slowMailer) Send(context.Context, directory.Mail) error {
	close(s.began)
	<-s.end
	return nil
}

func TestSentMailIsForgottenAfterAWeek(t *testing.T) {
	w := newWorld(t)
	w.register(t, 1, "ada@example.com")
	deliverAll(t, w)
	w.clock.Move(7 * 24 * time.Hour)
	must(t, w.PurgeMail(t.Context()))
	equal(t, w.store.Mails(), 1)
	w.clock.Move(time.Second)
	must(t, w.PurgeMail(t.Context()))
	equal(t, w.store.Mails(), 0)
}
