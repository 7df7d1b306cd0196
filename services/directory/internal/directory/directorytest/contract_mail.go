package directorytest

import (
	"context"
	"errors"
	"testing"
	"time"

	"muster/services/directory/internal/directory"
)

// TestMailQueue checks that a store meets the contract of directory.MailQueue. open gives an empty one.
func TestMailQueue(t *testing.T, open func(t *testing.T) Backend) {
	for name, test := range map[string]func(*testing.T, Backend){
		"mail comes in order and whole":               mailInOrder,
		"a claimed mail is left alone for a while":    mailClaimed,
		"a failed mail comes back when it is due":     mailRetried,
		"sent and abandoned mail does not come back":  mailEnded,
		"mail counts as untried until its first end":  mailUntried,
		"only mail that ended before is purged":       mailPurged,
		"an outcome for mail taken back is no error":  mailGone,
		"mail queued as claimed waits for its sender": mailQueuedClaimed,
		"mail taken back is tried no more":            mailTakenBackUntried,
		"an order has no user":                        orderQueued,
	} {
		t.Run(name, func(t *testing.T) { test(t, open(t)) })
	}
}

var later = Noon.Truncate(time.Second).Add(time.Hour)

func sampleMail(userID int64) directory.Mail {
	name := "Ada"
	return directory.Mail{
		UserID: userID, Kind: directory.MailRegistration, Recipient: "Ada@Example.com", FirstName: &name, Code: "abc123def456",
		CodeExpiresAt: later.Add(24 * time.Hour), Declinable: true, QueuedAt: later.Add(-time.Hour),
	}
}

func sampleRequest(userID int64, code string) directory.VerificationRequest {
	return directory.VerificationRequest{
		UserID: userID, TypeCode: directory.RequestRegistration, Code: code,
		CreatedOn: later, ExpiresAt: later.Add(24 * time.Hour), Attempts: 3,
	}
}

// queue puts mails into the queue; each user has one.
func queue(t *testing.T, b Backend, mails ...directory.Mail) {
	t.Helper()
	for _, m := range mails {
		in(t, b, func(ctx context.Context, tx directory.Tx) error {
			if _, err := tx.LockUser(ctx, m.UserID); errors.Is(err, directory.ErrUserNotFound) {
				if err := tx.CreateUser(ctx, SampleUser(m.UserID)); err != nil {
					return err
				}
			}
			return tx.QueueMail(ctx, m)
		})
	}
}

// claim claims a mail at a time, for a minute.
func claim(t *testing.T, b Backend, at time.Time) (directory.Mail, bool) {
	t.Helper()
	m, found, err := b.ClaimMail(t.Context(), at, at.Add(time.Minute))
	if err != nil {
		t.Fatal(err)
	}
	return m, found
}

func mailInOrder(t *testing.T, b Backend) {
	first, second, third := sampleMail(1), sampleMail(2), sampleMail(3)
	second.FirstName, second.QueuedAt = nil, first.QueuedAt.Add(-time.Minute)
	third.QueuedAt = later.Add(time.Second) // not due yet
	queue(t, b, first, second, third)
	for _, want := range []directory.Mail{second, first} {
		got, found := claim(t, b, later)
		if !found || got.ID == 0 {
			t.Fatalf("found %v, mail %d", found, got.ID)
		}
		want.ID, want.Attempts = got.ID, 1
		equal(t, got, want)
	}
	_, found := claim(t, b, later)
	equal(t, found, false)
}

func orderQueued(t *testing.T, b Backend) {
	order := directory.Mail{Kind: directory.MailPasswordReset, Recipient: "nobody@example.com", CodeExpiresAt: later, QueuedAt: later}
	in(t, b, func(ctx context.Context, tx directory.Tx) error { return tx.QueueMail(ctx, order) })
	got, found := claim(t, b, later)
	order.ID, order.Attempts = got.ID, 1
	equal(t, found, true)
	equal(t, got, order)
	must(t, b.MailAbandoned(t.Context(), got.ID, later))
	equal(t, b.Mails(), 1)
}

func mailClaimed(t *testing.T, b Backend) {
	queue(t, b, sampleMail(1))
	first, _ := claim(t, b, later)
	_, found := claim(t, b, later.Add(59*time.Second))
	equal(t, found, false)
	again, found := claim(t, b, later.Add(time.Minute))
	equal(t, found, true)
	equal(t, again.ID, first.ID)
	equal(t, again.Attempts, 2)
}

func mailRetried(t *testing.T, b Backend) {
	queue(t, b, sampleMail(1))
	m, _ := claim(t, b, later)
	must(t, b.MailFailed(t.Context(), m.ID, later.Add(10*time.Second)))
	_, found := claim(t, b, later.Add(9*time.Second))
	equal(t, found, false)
	again, found := claim(t, b, later.Add(10*time.Second))
	equal(t, found, true)
	equal(t, again.Code, m.Code)
	equal(t, again.Attempts, 2)
}

func mailEnded(t *testing.T, b Backend) {
	queue(t, b, sampleMail(1), sampleMail(2))
	sent, _ := claim(t, b, later)
	abandoned, _ := claim(t, b, later)
	must(t, b.MailSent(t.Context(), sent.ID, later))
	must(t, b.MailAbandoned(t.Context(), abandoned.ID, later))
	must(t, b.MailFailed(t.Context(), sent.ID, later)) // an outcome noted too late revives nothing
	_, found := claim(t, b, later.Add(48*time.Hour))
	equal(t, found, false)
}

func mailUntried(t *testing.T, b Backend) {
	queue(t, b, sampleMail(1), sampleMail(1), sampleMail(1), sampleMail(2))
	untried := func(want int) {
		t.Helper()
		n, err := b.UntriedMail(t.Context(), 1)
		must(t, err)
		equal(t, n, want)
	}
	untried(3)
	ends := []func(m directory.Mail) error{
		func(m directory.Mail) error { return b.MailFailed(t.Context(), m.ID, later.Add(time.Hour)) },
		func(m directory.Mail) error { return b.MailSent(t.Context(), m.ID, later) },
		func(m directory.Mail) error { return b.MailAbandoned(t.Context(), m.ID, later) },
	}
	for i, end := range ends {
		m, _ := claim(t, b, later)
		untried(3 - i)
		must(t, end(m))
		untried(2 - i)
	}
}

func mailPurged(t *testing.T, b Backend) {
	queue(t, b, sampleMail(1), sampleMail(1), sampleMail(1))
	old, _ := claim(t, b, later)
	recent, _ := claim(t, b, later)
	must(t, b.MailSent(t.Context(), old.ID, later.Add(-time.Second)))
	must(t, b.MailSent(t.Context(), recent.ID, later))
	must(t, b.PurgeMail(t.Context(), later))
	equal(t, b.Mails(), 2)
}

func mailTakenBack(t *testing.T, b Backend) {
	reset := sampleMail(1)
	reset.Kind = "RPWR"
	queue(t, b, sampleMail(1), reset, sampleMail(2))
	in(t, b, func(ctx context.Context, tx directory.Tx) error {
		return tx.CloseRequests(ctx, 1, directory.RequestRegistration)
	})
	left, _ := claim(t, b, later)
	equal(t, left.Kind, "RPWR")
	others, _ := claim(t, b, later)
	equal(t, others.UserID, 2)
	_, found := claim(t, b, later)
	equal(t, found, false)
}

func mailGone(t *testing.T, b Backend) {
	queue(t, b, sampleMail(1))
	m, _ := claim(t, b, later)
	in(t, b, func(ctx context.Context, tx directory.Tx) error { return tx.CloseRequests(ctx, 1) })
	must(t, b.MailSent(t.Context(), m.ID, later))
	must(t, b.MailFailed(t.Context(), m.ID, later))
	_, found := claim(t, b, later)
	equal(t, found, false)
}

func mailQueuedClaimed(t *testing.T, b Backend) {
	create(t, b, SampleUser(1), SampleUser(2))
	until := later.Add(time.Minute)
	change := sampleMail(1)
	change.Kind, change.Recipient, change.FirstName = directory.MailEmailChange, "new@example.com", nil
	want := []directory.Mail{sampleMail(2), change, sampleMail(1)}
	var got []directory.Mail
	in(t, b, func(ctx context.Context, tx directory.Tx) (err error) {
		got, err = tx.QueueClaimedMail(ctx, until, want...)
		return err
	})
	for i := range want {
		if got[i].ID == 0 {
			t.Fatal("no id")
		}
		want[i].ID, want[i].Attempts = got[i].ID, 1
	}
	equal(t, got, want)
	_, found := claim(t, b, until.Add(-time.Second))
	equal(t, found, false)
	must(t, b.MailSent(t.Context(), got[0].ID, later))
	for _, m := range want[1:] { // nobody noted what became of them
		again, _ := claim(t, b, until)
		m.Attempts = 2
		equal(t, again, m)
	}
	in(t, b, func(ctx context.Context, tx directory.Tx) error {
		none, err := tx.QueueClaimedMail(ctx, until)
		equal(t, len(none), 0)
		return err
	})
}

func mailTakenBackUntried(t *testing.T, b Backend) {
	queue(t, b, sampleMail(1), sampleMail(1))
	claim(t, b, later)
	in(t, b, func(ctx context.Context, tx directory.Tx) error {
		return tx.CloseRequests(ctx, 1, directory.RequestRegistration)
	})
	n, err := b.UntriedMail(t.Context(), 1)
	must(t, err)
	equal(t, n, 0)
}
