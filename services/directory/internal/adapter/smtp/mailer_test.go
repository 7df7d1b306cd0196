package smtp_test

import (
	"strings"
	"testing"
	"time"

	"muster/services/directory/internal/adapter/smtp"
	"muster/services/directory/internal/adapter/smtp/smtptest"
	"muster/services/directory/internal/directory"
	"muster/services/directory/internal/directory/directorytest"
)

func TestMailer(t *testing.T) {
	directorytest.TestMailer(t, func(t *testing.T) directorytest.Mailbox {
		server := smtptest.New(t)
		return directorytest.Mailbox{
			Mailer: mailer(t, server.URL), Refuse: server.Refuse, Reject: server.Reject,
			Received: func() (letters []directorytest.Letter) {
				for _, m := range server.Messages() {
					letters = append(letters, directorytest.Letter{MessageID: m.MessageID, To: m.To, Text: m.Text})
				}
				return letters
			},
		}
	})
}

type config = smtp.Config

// mailer makes a mailer for a server, with a configuration that may be changed.
func mailer(t testing.TB, serverURL string, change ...func(*config)) *smtp.Mailer {
	t.Helper()
	c := config{ServerURL: serverURL, From: "Muster <no-reply@muster.local>", PublicURL: "https://app.example.com/base", ThunderURL: "https://api.example.com/base"}
	for _, f := range change {
		f(&c)
	}
	m, err := smtp.New(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(m.Close)
	return m
}

func registration() directory.Mail {
	name := `<b>Ada</b>`
	return directory.Mail{
		ID: 7, Kind: directory.MailRegistration, Recipient: "ada+1@example.com", FirstName: &name, Code: "abc123def456",
		QueuedAt: directorytest.Noon.Truncate(time.Second), CodeExpiresAt: time.Date(2026, 3, 15, 12, 0, 0, 0, time.UTC),
	}
}

func TestServerURLs(t *testing.T) {
	for url, good := range map[string]bool{
		"smtp://127.0.0.1:1025": true, "smtp://mail.example.com": true, "smtps://u:secret@mail.example.com:465": true,
		"smtp://u:secret@mail.example.com?tls=mandatory": true, "smtp://mail?tls=none": true, "smtp://[::1]:25/": true,
		"smtp://u:secret@mail?tls=none&auth=cleartext": true,
		"http://mail": false, "mail:25": false, "": false, "smtp://": false, "smtp://u:secret@mail:port": false, "smtp://u:secret@mail:0": false,
		"smtp://u:secret@mail:65536": false, "smtp://u:secret@mail?tls=maybe": false, "smtp://u:secret@mail?tsl=mandatory": false, "smtp://u:secret@mail?tls=mandatory&tls=none": false,
		"smtps://u:secret@mail?tls=none": false, "smtp://u:secret@mail/path": false, "smtp://u:secret@mail?auth=plain": false, "smtp://u@mail": false, "smtp://:secret@mail": false,
		"smtp://u:secret%@mail": false,
	} {
		_, err := smtp.New(smtp.Config{ServerURL: url, From: "a@b.example", PublicURL: "http://localhost:3000", ThunderURL: "http://localhost:8080"})
		if (err == nil) != good {
			t.Errorf("%q: %v", url, err)
		}
		if err != nil && strings.Contains(err.Error(), "secret") {
			t.Errorf("the error shows the password: %v", err)
		}
	}
}

func TestConfigurationsThatAreRefused(t *testing.T) {
	for _, c := range []smtp.Config{
		{ServerURL: "smtp://mail", From: "nobody", PublicURL: "http://localhost:3000", ThunderURL: "http://localhost:8080"},
		{ServerURL: "smtp://mail", From: "a@b.example", PublicURL: "localhost:3000", ThunderURL: "http://localhost:8080"},
		{ServerURL: "smtp://mail", From: "a@b.example", ThunderURL: "http://localhost:8080"},
		{ServerURL: "smtp://mail", From: "a@b.example", PublicURL: "http://localhost:3000", ThunderURL: "localhost:8080"},
		{ServerURL: "smtp://mail", From: "a@b.example", PublicURL: "http://localhost:3000"},
		{ServerURL: "smtp://mail", From: "Muster\r\nBcc: eve@example.com <a@b.example>", PublicURL: "http://localhost:3000", ThunderURL: "http://localhost:8080"},
		{ServerURL: "smtp://mail", From: "a@b.example", PublicURL: "http://localhost:3000", ThunderURL: "http://localhost:8080", Support: "nobody"},
		{ServerURL: "smtp://mail", From: "a@b.example", PublicURL: "http://localhost:3000", ThunderURL: "http://localhost:8080", CAFile: "no/such/file"},
		{ServerURL: "smtp://mail", From: "a@b.example", PublicURL: "http://localhost:3000", ThunderURL: "http://localhost:8080", CAFile: "mailer_test.go"},
		{ServerURL: "smtp://u@mail", From: "a@b.example", PublicURL: "http://localhost:3000", ThunderURL: "http://localhost:8080", PasswordFile: "no/such/file"},
		{ServerURL: "smtp://u:p@mail", From: "a@b.example", PublicURL: "http://localhost:3000", ThunderURL: "http://localhost:8080", PasswordFile: "mailer_test.go"},
	} {
		if _, err := smtp.New(c); err == nil {
			t.Errorf("%+v is accepted", c)
		}
	}
}

func TestEveryKindOfMailHasItsTemplate(t *testing.T) {
	server := smtptest.New(t)
	m := registration()
	m.Kind = "NONE"
	if err := mailer(t, server.URL).Send(t.Context(), m); err == nil || len(server.Messages()) != 0 {
		t.Errorf("an unknown kind: %v", err)
	}
}
