package smtp

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"time"
	"unicode"

	"muster/services/directory/internal/directory"
)

// content is the data of the templates.
type content struct {
	Subject  string
	Name     string // empty when unknown
	Code     string // empty in a mail that carries none, like the three that follow
	Link     string // to the page that redeems the code; empty where there is none
	Decline  string // to the page on which the owner of the address says that they did not register; empty where there is none
	Lifetime string // of the code: 1 hour; empty, like the next, if it does not expire
	Expires  string
	Site     string // the frontend's host
	Home     string // the frontend's address
	Support  string // an address for questions; empty when there is none
}

// pages are the frontend's pages that redeem codes. For other kinds the user types the code where it was requested.
var pages = map[directory.MailKind]string{
	directory.MailRegistration:  "verify-email",
	directory.MailPasswordReset: "reset-password",
	directory.MailInvitation:    "accept-invitation",
}

// declinePage is the frontend's page that declines a registration.
const declinePage = "not-me"

// content returns the template data of a mail.
func (m *Mailer) content(mail directory.Mail) content {
	c := content{Site: m.publicURL.Host, Home: m.publicURL.String(), Support: m.support, Code: mail.Code}
	if mail.FirstName != nil {
		c.Name = greetable(*mail.FirstName)
	}
	if mail.Code == "" {
		return c
	}
	if mail.Kind == directory.MailThunder {
		c.Link = m.thunderLink(mail)
		return c
	}
	c.Lifetime, c.Expires = lifetime(mail.CodeExpiresAt.Sub(mail.QueuedAt)), formatTime(mail.CodeExpiresAt)
	if page, ok := pages[mail.Kind]; ok {
		c.Link = m.pageLink(page, mail)
	}
	if mail.Declinable {
		c.Decline = m.pageLink(declinePage, mail)
	}
	return c
}

// pageLink returns the link to a page of the frontend that redeems the code of the mail. The page must not do so before the
// user confirms, because mail systems open links to check them.
func (m *Mailer) pageLink(page string, mail directory.Mail) string {
	link := m.publicURL.JoinPath(page)
	link.RawQuery = url.Values{"email": {mail.Recipient}, "code": {mail.Code}}.Encode()
	return link.String()
}

// thunderLink returns the link that verifies an address (contract compat, Thunder).
func (m *Mailer) thunderLink(mail directory.Mail) string {
	link := m.thunderURL.JoinPath("verify")
	link.RawQuery = "email=" + url.QueryEscape(mail.Recipient) + "&token=" + url.QueryEscape(mail.Code) + "&response_type=html"
	return link.String()
}

func formatTime(t time.Time) string { return t.UTC().Format("2 January 2006, 15:04 MST") }

// lifetime returns a code's lifetime in words, rounded down.
func lifetime(d time.Duration) string {
	n, unit := int(d/time.Minute), "minute"
	switch {
	case d >= 48*time.Hour:
		n, unit = int(d/(24*time.Hour)), "day"
	case d >= time.Hour:
		n, unit = int(d/time.Hour), "hour"
	}
	if n == 1 {
		return "1 " + unit
	}
	return fmt.Sprintf("%d %ss", n, unit)
}

// longestName is the maximum length of a name in a greeting.
const longestName = 60

// clickable matches text that mail programs turn into a link.
var clickable = regexp.MustCompile(`(?i)://|www\.|@|\.\pL{2,}`)

// greetable returns a name in a form that is safe in a letter, or an empty string. Anybody can have mail sent to
// anybody under any name, so a name must not be able to carry a message.
func greetable(name string) string {
	name = oneLine(name)
	if clickable.MatchString(name) {
		return ""
	}
	if runes := []rune(name); len(runes) > longestName {
		return strings.TrimSpace(string(runes[:longestName])) + "…"
	}
	return name
}

// oneLine returns the text as one line. Each run of white space becomes a space, and invisible characters, such as
// those that change the writing direction, are removed. Joiners stay, because some scripts need them in names.
func oneLine(s string) string {
	const nonJoiner, joiner = '\u200c', '\u200d'
	visible := func(r rune) rune {
		if unicode.IsSpace(r) || unicode.IsGraphic(r) || r == nonJoiner || r == joiner {
			return r
		}
		return -1
	}
	return strings.Join(strings.Fields(strings.Map(visible, s)), " ")
}
