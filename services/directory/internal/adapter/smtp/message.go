package smtp

import (
	"errors"
	"fmt"
	"net/mail"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"

	"muster/libs/usersapi"
	"muster/services/directory/internal/directory"
)

// message renders a mail as text and HTML.
func (m *Mailer) message(mail directory.Mail) (*gomail.Msg, error) {
	l, ok := m.letters[mail.Kind]
	if !ok { // a newer replica may have queued it and can send it
		return nil, fmt.Errorf("there is no template for mail of kind %q", mail.Kind)
	}
	to, err := mailbox(mail.Recipient)
	if err != nil {
		return nil, fmt.Errorf("the recipient is not an address: %w", directory.ErrMailRefused)
	}
	written, err := l.write(m.content(mail))
	if err != nil {
		return nil, fmt.Errorf("write mail of kind %s: %w", mail.Kind, err)
	}
	msg := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	msg.FromMailAddress(m.from)
	msg.ToMailAddress(to)
	if m.support != "" {
		if err := msg.ReplyTo(m.support); err != nil {
			return nil, fmt.Errorf("write mail: %w", err)
		}
	}
	msg.Subject(written.subject)
	msg.SetDateWithValue(time.Now())
	msg.SetMessageIDWithValue(m.messageID(mail))
	msg.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: out-of-office robots do not answer
	msg.SetBodyString(gomail.TypeTextPlain, written.text)
	msg.AddAlternativeString(gomail.TypeTextHTML, written.html)
	return msg, nil
}

// messageID is the same for every attempt to send one mail.
func (m *Mailer) messageID(mail directory.Mail) string {
	_, domain, _ := strings.Cut(m.from.Address, "@")
	return fmt.Sprintf("directory.%d.%d@%s", mail.ID, mail.QueuedAt.Unix(), domain)
}

// mailbox parses a bare address.
func mailbox(address string) (*mail.Address, error) {
	parsed, err := mail.ParseAddress(address)
	if err != nil {
		return nil, err
	}
	if parsed.Name != "" || strings.ContainsAny(address, "<>") {
		return nil, errors.New("more than an address")
	}
	parsed.Address, err = usersapi.Mailbox(parsed.Address)
	return parsed, err
}

// ascii reports whether an address does not need SMTPUTF8.
func ascii(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r > '~' })
}
