package directorytest

import (
	"errors"
	"strings"
	"testing"
	"time"

	"muster/libs/usersapi"
	"muster/services/directory/internal/directory"
)

// Mailbox is a mailer under test with access to what it delivered.
type Mailbox struct {
	directory.Mailer
	// Received returns what arrived, in order.
	Received func() []Letter
	// Refuse makes the mail system fail temporarily until it is called with false.
	Refuse func(bool)
	// Reject makes the mail system refuse every recipient permanently until it is called with false.
	Reject func(bool)
}

// Letter is a mail as it arrived.
type Letter struct {
	// MessageID identifies a mail and is the same for all its attempts.
	MessageID string
	To        string
	Text      string
}

// TestMailer checks that a mailer meets the contract of directory.Mailer. open gives one with an empty mailbox.
func TestMailer(t *testing.T, open func(t *testing.T) Mailbox) {
	for name, test := range map[string]func(*testing.T, Mailbox){
		"a mail reaches its recipient with its code": mailArrives,
		"every kind of mail arrives":                 everyKindArrives,
		"a refusal is an error, and nothing arrives": mailRefused,
		"a refusal for good can be told":             mailRejected,
		"attempts at one mail have one message id":   messageIDs,
	} {
		t.Run(name, func(t *testing.T) { test(t, open(t)) })
	}
}

// mailOf is a mail as it comes out of the queue.
func mailOf(id int64, recipient string) directory.Mail {
	m := sampleMail(id)
	m.ID, m.Recipient, m.Attempts = id, recipient, 1
	return m
}

func mailArrives(t *testing.T, b Mailbox) {
	for _, recipient := range []string{"Ada@Example.com", "o'neil+tag@example.com", "ädä@exämple.com"} {
		must(t, b.Send(t.Context(), mailOf(1, recipient)))
		received := b.Received()
		last := received[len(received)-1]
		if !usersapi.SameEmail(last.To, recipient) {
			t.Fatalf("to %q, want %q", last.To, recipient)
		}
		if !strings.Contains(last.Text, "abc123def456") {
			t.Fatalf("no code in %q", last.Text)
		}
	}
	equal(t, len(b.Received()), 3)
}

func everyKindArrives(t *testing.T, b Mailbox) {
	kinds := []directory.MailKind{directory.MailRegistration, directory.MailPasswordReset, directory.MailEmailChange, directory.MailEmailChanged, directory.MailThunder}
	for i, kind := range kinds {
		m := mailOf(int64(i+1), "ada@example.com")
		m.Kind = kind
		if kind == directory.MailEmailChanged {
			m.Code, m.CodeExpiresAt = "", time.Time{}
		}
		if kind == directory.MailThunder {
			m.CodeExpiresAt = time.Time{}
		}
		must(t, b.Send(t.Context(), m))
		received := b.Received()
		equal(t, len(received), i+1)
		equal(t, strings.Contains(received[i].Text, "abc123def456"), m.Code != "")
	}
}

func mailRefused(t *testing.T, b Mailbox) {
	b.Refuse(true)
	err := b.Send(t.Context(), mailOf(1, "ada@example.com"))
	anonymous(t, err)
	if errors.Is(err, directory.ErrMailRefused) {
		t.Fatalf("a temporary failure is reported as permanent: %v", err)
	}
	equal(t, len(b.Received()), 0)
	b.Refuse(false)
	must(t, b.Send(t.Context(), mailOf(1, "ada@example.com")))
}

func mailRejected(t *testing.T, b Mailbox) {
	b.Reject(true)
	err := b.Send(t.Context(), mailOf(1, "ada@example.com"))
	anonymous(t, err)
	if !errors.Is(err, directory.ErrMailRefused) {
		t.Fatalf("a permanent failure is not reported as one: %v", err)
	}
	b.Reject(false)
	must(t, b.Send(t.Context(), mailOf(2, "grace@example.com")))
	equal(t, len(b.Received()), 1)
}

// anonymous requires an error without the recipient's address, which can be logged.
func anonymous(t *testing.T, err error) {
	t.Helper()
	if err == nil {
		t.Fatal("no error")
	}
	if strings.Contains(strings.ToLower(err.Error()), "ada@example.com") {
		t.Fatalf("the error, which is logged, names the recipient: %v", err)
	}
}

func messageIDs(t *testing.T, b Mailbox) {
	again := mailOf(1, "ada@example.com")
	again.Attempts, again.CodeExpiresAt = 2, again.CodeExpiresAt.Add(time.Second)
	for _, m := range []directory.Mail{mailOf(1, "ada@example.com"), again, mailOf(2, "ada@example.com")} {
		must(t, b.Send(t.Context(), m))
	}
	r := b.Received()
	if r[0].MessageID == "" || r[0].MessageID != r[1].MessageID || r[0].MessageID == r[2].MessageID {
		t.Fatalf("message ids %q, %q, %q", r[0].MessageID, r[1].MessageID, r[2].MessageID)
	}
}
