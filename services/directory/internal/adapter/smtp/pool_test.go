package smtp_test

import (
	"sync"
	"testing"
	"time"

	gosmtp "github.com/emersion/go-smtp"

	"muster/libs/testkit/eventually"
	"muster/services/directory/internal/adapter/smtp"
	"muster/services/directory/internal/adapter/smtp/smtptest"
)

const patience = 20 * time.Second

// send sends mails one after the other.
func send(t *testing.T, m *smtp.Mailer, n int) {
	t.Helper()
	for range n {
		if err := m.Send(t.Context(), registration()); err != nil {
			t.Fatal(err)
		}
	}
}

// counted insists on a number of mails and of connections so far.
func counted(t *testing.T, server *smtptest.Server, mails, connections int) {
	t.Helper()
	if total, _ := server.Connections(); total != connections || len(server.Messages()) != mails {
		t.Errorf("%d mails over %d connections, want %d over %d", len(server.Messages()), total, mails, connections)
	}
}

// allClosed waits until the server has no connection left.
func allClosed(t *testing.T, server *smtptest.Server) {
	t.Helper()
	eventually.Holds(t, patience, "no connection", func() bool {
		_, open := server.Connections()
		return open == 0
	})
}

func TestAConnectionCarriesManyMails(t *testing.T) {
	for name, options := range map[string]smtptest.Options{
		"clear": {}, "STARTTLS": {StartTLS: true, User: user, Password: password}, "implicit": {ImplicitTLS: true},
	} {
		t.Run(name, func(t *testing.T) {
			server := smtptest.NewWith(t, options)
			m := mailer(t, as(t, server.URL, options.User, password, ""), func(c *config) { c.CAFile = server.CAFile })
			send(t, m, 5)
			counted(t, server, 5, 1)
		})
	}
}

// TestAConnectionCarriesAHundredMails and no more: servers have limits.
func TestAConnectionCarriesAHundredMails(t *testing.T) {
	server := smtptest.New(t)
	m := mailer(t, server.URL)
	send(t, m, 100)
	counted(t, server, 100, 1)
	send(t, m, 1)
	counted(t, server, 101, 2)
}

func TestIdleConnectionsAreClosed(t *testing.T) {
	server := smtptest.New(t)
	m := mailer(t, server.URL)
	m.SetIdleTime(time.Millisecond)
	send(t, m, 1)
	allClosed(t, server)
	send(t, m, 1)
}

func TestAClosedMailerKeepsNoConnections(t *testing.T) {
	server := smtptest.New(t)
	m := mailer(t, server.URL)
	m.SetIdleTime(time.Hour)
	send(t, m, 1)
	m.Close()
	allClosed(t, server)
	send(t, m, 1) // one that was under way when the service stopped
	allClosed(t, server)
	counted(t, server, 2, 2)
}

// TestNoMoreThanEightConnectionsAreKept holds twelve mails at the server before it lets them go.
func TestNoMoreThanEightConnectionsAreKept(t *testing.T) {
	server := smtptest.New(t)
	m := mailer(t, server.URL)
	m.SetIdleTime(time.Hour)
	var inside sync.WaitGroup
	inside.Add(12)
	server.On(smtptest.StepRcpt, func(string) error { inside.Done(); inside.Wait(); return nil })
	var senders sync.WaitGroup
	for range 12 {
		senders.Go(func() {
			if err := m.Send(t.Context(), registration()); err != nil {
				t.Error(err)
			}
		})
	}
	senders.Wait()
	server.On(smtptest.StepRcpt, nil)
	eventually.Holds(t, patience, "eight connections", func() bool {
		_, open := server.Connections()
		return open == 8
	})
	send(t, m, 20)
	counted(t, server, 32, 12)
}

// TestADeadConnectionIsReplaced when nothing of a mail has gone over it.
func TestADeadConnectionIsReplaced(t *testing.T) {
	t.Run("the server hung up", func(t *testing.T) {
		server := smtptest.New(t)
		m := mailer(t, server.URL)
		send(t, m, 1)
		server.HangUp()
		send(t, m, 1)
		counted(t, server, 2, 2)
	})
	for _, step := range []smtptest.Step{smtptest.StepMail, smtptest.StepRcpt} {
		t.Run("the server says so at "+string(step), func(t *testing.T) {
			server := smtptest.New(t)
			m := mailer(t, server.URL)
			send(t, m, 1)
			server.On(step, func(string) error {
				server.On(step, nil)
				return smtptest.Answer(421, gosmtp.EnhancedCode{4, 4, 2}, "idle for too long")
			})
			send(t, m, 1)
			counted(t, server, 2, 2)
		})
	}
}

// TestAMailThatWasHandedOverIsNotSentAgain by the mailer itself: the connection broke, and the server may have it.
func TestAMailThatWasHandedOverIsNotSentAgain(t *testing.T) {
	server := smtptest.New(t)
	m := mailer(t, server.URL)
	send(t, m, 1)
	var mu sync.Mutex
	seen := 0
	server.On(smtptest.StepData, func(string) error {
		mu.Lock()
		defer mu.Unlock()
		seen++
		server.HangUp()
		return nil
	})
	if err := m.Send(t.Context(), registration()); err == nil {
		t.Error("no error")
	}
	mu.Lock()
	if seen != 1 {
		t.Errorf("handed over %d times", seen)
	}
	mu.Unlock()
	server.On(smtptest.StepData, nil)
	send(t, m, 1)
	counted(t, server, 2, 2)
}

// TestAFreshConnectionThatBreaksIsNotTriedAgain: the queue does that, and leaves the server some time.
func TestAFreshConnectionThatBreaksIsNotTriedAgain(t *testing.T) {
	server := smtptest.New(t)
	server.On(smtptest.StepMail, func(string) error { server.HangUp(); return nil })
	if err := mailer(t, server.URL).Send(t.Context(), registration()); err == nil {
		t.Error("no error")
	}
	counted(t, server, 0, 1)
}

// TestSendersShareTheMailer under the race detector.
func TestSendersShareTheMailer(t *testing.T) {
	server := smtptest.New(t)
	m := mailer(t, server.URL)
	var senders sync.WaitGroup
	for range 8 {
		senders.Go(func() {
			for range 10 {
				if err := m.Send(t.Context(), registration()); err != nil {
					t.Error(err)
				}
			}
		})
	}
	senders.Wait()
	if total, _ := server.Connections(); total > 8 || len(server.Messages()) != 80 {
		t.Errorf("%d mails over %d connections", len(server.Messages()), total)
	}
}
