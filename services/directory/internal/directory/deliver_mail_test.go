package directory_test

import (
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
		ID: 1, UserID: 1, Kind: "REGR", Recipient: "Ada@Example.com", FirstName: ptr("Ada"), Code: "code00000001",
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
