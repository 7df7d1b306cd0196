package smtp

import (
	"bytes"
	"embed"
	"fmt"
	html "html/template"
	"net/url"
	"strings"
	text "text/template"
	"time"

	gomail "github.com/wneessen/go-mail"

	"muster/services/directory/internal/directory"
)

//go:embed templates
var files embed.FS

// letter is one kind of mail: its subject and its two forms, and the frontend's page that its link leads to.
type letter struct {
	subject string
	page    string
	text    *text.Template
	html    *html.Template
}

var letters = map[directory.MailKind]letter{
	directory.MailRegistration: newLetter("Please verify your email address", "verify-email", "registration"),
}

func newLetter(subject, page, name string) letter {
	return letter{
		subject: subject, page: page,
		text: text.Must(text.ParseFS(files, "templates/"+name+".txt")),
		html: html.Must(html.ParseFS(files, "templates/"+name+".html")),
	}
}

// content is what the templates show.
type content struct {
	Subject string
	Name    string // empty when unknown
	Code    string
	Link    string
	Expires string
}

// message writes a mail in both forms.
func (m *Mailer) message(mail directory.Mail) (*gomail.Msg, error) {
	l, ok := letters[mail.Kind]
	if !ok {
		return nil, fmt.Errorf("there is no template for mail of kind %q", mail.Kind)
	}
	c := content{
		Subject: l.subject, Code: mail.Code, Link: m.link(l.page, mail),
		Expires: mail.CodeExpiresAt.UTC().Format("2 January 2006, 15:04 MST"),
	}
	if mail.FirstName != nil {
		c.Name = *mail.FirstName
	}
	var plain, rich bytes.Buffer
	if err := l.text.Execute(&plain, c); err != nil {
		return nil, fmt.Errorf("write mail: %w", err)
	}
	if err := l.html.Execute(&rich, c); err != nil {
		return nil, fmt.Errorf("write mail: %w", err)
	}
	msg := gomail.NewMsg()
	msg.FromMailAddress(m.from)
	if err := msg.To(mail.Recipient); err != nil {
		return nil, fmt.Errorf("the recipient of mail %d is not an address", mail.ID)
	}
	msg.Subject(l.subject)
	msg.SetDateWithValue(time.Now())
	msg.SetMessageIDWithValue(m.messageID(mail))
	msg.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: out-of-office robots do not answer
	msg.SetBodyString(gomail.TypeTextPlain, plain.String())
	msg.AddAlternativeString(gomail.TypeTextHTML, rich.String())
	return msg, nil
}

// messageID is the same for every attempt to send one mail.
func (m *Mailer) messageID(mail directory.Mail) string {
	_, domain, _ := strings.Cut(m.from.Address, "@")
	return fmt.Sprintf("directory.%d.%d@%s", mail.ID, mail.QueuedAt.Unix(), domain)
}

// link leads to a page of the frontend, which redeems the code.
func (m *Mailer) link(page string, mail directory.Mail) string {
	u := m.publicURL.JoinPath(page)
	u.RawQuery = url.Values{"email": {mail.Recipient}, "code": {mail.Code}}.Encode()
	return u.String()
}
