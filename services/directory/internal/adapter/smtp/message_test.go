package smtp_test

import (
	"errors"
	"net/mail"
	"strings"
	"testing"

	"muster/services/directory/internal/adapter/smtp/smtptest"
	"muster/services/directory/internal/directory"
)

func TestInternationalisedAddresses(t *testing.T) {
	for name, c := range map[string]struct {
		recipient string
		options   smtptest.Options
		to        string // empty: refused
		utf8      bool
	}{
		"plain":                         {"ada@example.com", smtptest.Options{}, "ada@example.com", false},
		"plain, old server":             {"ada@example.com", smtptest.Options{ASCIIOnly: true}, "ada@example.com", false},
		"only the domain":               {"ada@exämple.com", smtptest.Options{}, "ada@xn--exmple-cua.com", false},
		"only the domain, old server":   {"ada@exämple.com", smtptest.Options{ASCIIOnly: true}, "ada@xn--exmple-cua.com", false},
		"the name":                      {"ädä@exämple.com", smtptest.Options{}, "ädä@xn--exmple-cua.com", true},
		"the name, old server":          {"ädä@exämple.com", smtptest.Options{ASCIIOnly: true}, "", false},
		"a domain that cannot be":       {"ada@-ä-.com", smtptest.Options{}, "", false},
		"letters of full width":         {"ada@ｅｘａｍｐｌｅ。com", smtptest.Options{}, "ada@example.com", false},
		"a capital I with a dot":        {"carol@maİl.example", smtptest.Options{}, "carol@xn--mail-swc.example", false},
		"quoted":                        {`"ada lovelace"@example.com`, smtptest.Options{}, `ada lovelace@example.com`, false},
		"a script from right to left":   {"علی@مثال.com", smtptest.Options{}, "علی@xn--mgbh0fb.com", true},
		"a domain in capitals, plainly": {"Ada@EXAMPLE.com", smtptest.Options{}, "Ada@EXAMPLE.com", false},
	} {
		t.Run(name, func(t *testing.T) {
			server := smtptest.NewWith(t, c.options)
			m := registration()
			m.Recipient = c.recipient
			err := mailer(t, server.URL).Send(t.Context(), m)
			if c.to == "" {
				if !errors.Is(err, directory.ErrMailRefused) || strings.Contains(err.Error(), "@") || len(server.Messages()) != 0 {
					t.Errorf("error %v", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if got := server.Messages()[0]; got.To != c.to || got.UTF8 != c.utf8 {
				t.Errorf("to %q, SMTPUTF8 %v", got.To, got.UTF8)
			}
		})
	}
}

func TestSenders(t *testing.T) {
	for from, want := range map[string]mail.Address{
		`no-reply@example.com`:                     {Name: "", Address: "no-reply@example.com"},
		`"Müster, Inc. <x>" <no-reply@exämple.de>`: {Name: "Müster, Inc. <x>", Address: "no-reply@xn--exmple-cua.de"},
	} {
		got := received(t, registration(), func(c *config) { c.From = from })
		message, err := mail.ReadMessage(strings.NewReader(got.Raw))
		if err != nil {
			t.Fatal(err)
		}
		list, err := message.Header.AddressList("From")
		if err != nil || len(list) != 1 || *list[0] != want || got.From != want.Address {
			t.Errorf("%s: envelope %q, header %v, %v", from, got.From, message.Header["From"], err)
		}
	}
}

// TestRecipientsThatCarryMore: neither header lines nor further recipients come in through an address.
func TestRecipientsThatCarryMore(t *testing.T) {
	server := smtptest.New(t)
	m := mailer(t, server.URL)
	for _, recipient := range []string{
		"", "ada", "@example.com", "ada@", "ada@example.com, eve@example.com", "Ada <ada@example.com>", "<ada@example.com>", "ada@example.com (Ada)",
		"ada@example.com\r\nBcc: eve@example.com", "ada@example.com\nRCPT TO:<eve@example.com>", "\"ada\r\nRCPT TO:<eve@example.com>\"@example.com",
		"ada@example.com> SIZE=1 <eve@example.com", "ada\x00@example.com",
	} {
		mail := registration()
		mail.Recipient = recipient
		err := m.Send(t.Context(), mail)
		if !errors.Is(err, directory.ErrMailRefused) || recipient != "" && strings.Contains(err.Error(), recipient) {
			t.Errorf("%q: %v", recipient, err)
		}
	}
	if total, _ := server.Connections(); total != 0 {
		t.Errorf("%d connections", total)
	}
}

// TestHeaders checks that a user's name cannot inject a header, not even through an operator's subject template.
func TestHeaders(t *testing.T) {
	for _, name := range []string{"Ada\r\nX-Injected: yes", "Ada\nX-Injected: yes", "Ada\r\n\r\n<p>X-Injected: yes", "Ada =?utf-8?q?=0D=0AX-Injected:_yes?="} {
		m := registration()
		m.FirstName = &name
		got := received(t, m, templates(t, map[string]string{
			"registration.txt": `{{define "subject"}}Welcome, {{.Name}}{{end}}{{define "body"}}{{.Code}}{{end}}`,
		}))
		message, err := mail.ReadMessage(strings.NewReader(got.Raw))
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(got.Subject, "Welcome, Ada") || message.Header.Get("X-Injected") != "" {
			t.Errorf("%q: subject %q, headers %v", name, got.Subject, message.Header)
		}
		for header := range message.Header {
			switch header {
			case "Auto-Submitted", "Content-Type", "Date", "From", "Message-Id", "Mime-Version", "Subject", "To":
			default:
				t.Errorf("%q: header %s", name, header)
			}
		}
	}
}
