package smtp_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"muster/services/directory/internal/adapter/smtp"
	"muster/services/directory/internal/adapter/smtp/smtptest"
	"muster/services/directory/internal/directory"
)

// received sends a mail to a server of its own and gives what arrives.
func received(t *testing.T, mail directory.Mail, change ...func(*config)) smtptest.Message {
	t.Helper()
	server := smtptest.New(t)
	if err := mailer(t, server.URL, change...).Send(t.Context(), mail); err != nil {
		t.Fatal(err)
	}
	return server.Messages()[0]
}

// lines are the lines of a text, with a line break before and after.
func lines(text string) string { return "\n" + strings.ReplaceAll(text, "\r\n", "\n") + "\n" }

func TestLetters(t *testing.T) {
	reset, change, changed := registration(), registration(), registration()
	reset.Kind, reset.CodeExpiresAt = directory.MailPasswordReset, reset.QueuedAt.Add(time.Hour)
	invited := registration()
	invited.Kind, invited.CodeExpiresAt = directory.MailInvitation, invited.QueuedAt.Add(7*24*time.Hour)
	change.Kind, change.Code, change.CodeExpiresAt = directory.MailEmailChange, "123456", change.QueuedAt.Add(15*time.Minute)
	changed.Kind, changed.Code, changed.CodeExpiresAt = directory.MailEmailChanged, "", time.Time{}
	thunder := registration()
	thunder.Kind, thunder.Code, thunder.CodeExpiresAt = directory.MailThunder, "0a4b81f3-0756-468e-8d98-7199eaab2ab8", time.Time{}
	for name, c := range map[string]struct {
		mail          directory.Mail
		subject, link string
		lines         []string
	}{
		"registration": {
			registration(), "Please verify your email address",
			"https://app.example.com/base/verify-email?code=abc123def456&email=ada%2B1%40example.com",
			[]string{"Your code: abc123def456", "It is good for 24 hours, until 15 March 2026, 12:00 UTC."},
		},
		"password reset": {
			reset, "Reset your password", "https://app.example.com/base/reset-password?code=abc123def456&email=ada%2B1%40example.com",
			[]string{"Your code: abc123def456", "It is good for 1 hour, until 14 March 2026, 13:00 UTC."},
		},
		"invitation": {
			invited, "You are invited to app.example.com", "https://app.example.com/base/accept-invitation?code=abc123def456&email=ada%2B1%40example.com",
			[]string{"Your code: abc123def456", "It is good for 7 days, until 21 March 2026, 12:00 UTC."},
		},
		"email change": {
			change, "Confirm your new email address", "",
			[]string{"Your code: 123456", "It is good for 15 minutes, until 14 March 2026, 12:15 UTC."},
		},
		"verification for Thunder": {
			thunder, "Please verify your email address",
			"https://api.example.com/base/verify?email=ada%2B1%40example.com&token=0a4b81f3-0756-468e-8d98-7199eaab2ab8&response_type=html", nil,
		},
		"email changed":    {changed, "Your email address was changed", "", nil},
		"password changed": {noticeOf(directory.MailPasswordChanged), "Your password was changed", "", nil},
		"factor added":     {noticeOf(directory.MailFactorAdded), "A second factor was added to your account", "", nil},
		"factor removed":   {noticeOf(directory.MailFactorRemoved), "A second factor was removed from your account", "", nil},
		"token reused":     {noticeOf(directory.MailTokenReused), "A session of your account was ended", "", nil},
	} {
		t.Run(name, func(t *testing.T) {
			got := received(t, c.mail)
			if got.From != "no-reply@muster.local" || got.To != "ada+1@example.com" || got.Subject != c.subject {
				t.Errorf("from %q to %q, subject %q", got.From, got.To, got.Subject)
			}
			for _, line := range append(c.lines, "Hello <b>Ada</b>,") {
				if !strings.Contains(lines(got.Text), "\n"+line+"\n") {
					t.Errorf("the text has no line %q:\n%s", line, got.Text)
				}
			}
			parts := []string{"&lt;b&gt;Ada&lt;/b&gt;", `<html lang="en">`, "prefers-color-scheme: dark", c.mail.Code}
			parts = append(parts, c.lines[min(1, len(c.lines)):]...)
			if c.link != "" {
				parts = append(parts, `href="`+strings.ReplaceAll(c.link, "&", "&amp;")+`"`)
			}
			for _, part := range parts {
				if !strings.Contains(got.HTML, part) {
					t.Errorf("the HTML lacks %q:\n%s", part, got.HTML)
				}
			}
			if !strings.Contains(lines(got.Text), "\n"+c.link+"\n") {
				t.Errorf("the text lacks the link:\n%s", got.Text)
			}
			for _, form := range []string{got.Text, got.HTML} {
				if strings.Contains(form, "<img") || c.link == "" && strings.Contains(form, "code=") {
					t.Errorf("pictures, or a link too many:\n%s", form)
				}
				if c.mail.CodeExpiresAt.IsZero() && strings.Contains(form, "UTC") {
					t.Errorf("a mail without a code that expires says until when it is good:\n%s", form)
				}
			}
		})
	}
}

// noticeOf returns a mail without a code.
func noticeOf(kind directory.MailKind) directory.Mail {
	m := registration()
	m.Kind, m.Code, m.CodeExpiresAt = kind, "", time.Time{}
	return m
}

// TestTheSecondLinkOfARegistrationLetter leads to a page where the owner of the address says that it was somebody else.
func TestTheSecondLinkOfARegistrationLetter(t *testing.T) {
	const link = "https://app.example.com/base/not-me?code=abc123def456&email=ada%2B1%40example.com"
	m := registration()
	if got := received(t, m); strings.Contains(got.Text+got.HTML, "not-me") {
		t.Errorf("a letter that is no registration letter:\n%s\n%s", got.Text, got.HTML)
	}
	m.Declinable, m.FirstName = true, nil
	got := received(t, m)
	if !strings.Contains(lines(got.Text), "\nHello,\n") || !strings.Contains(lines(got.Text), "\n"+link+"\n") {
		t.Errorf("the text:\n%s", got.Text)
	}
	if !strings.Contains(got.HTML, `href="`+strings.ReplaceAll(link, "&", "&amp;")+`"`) {
		t.Errorf("the HTML:\n%s", got.HTML)
	}
}

// TestNames: anybody can have mail sent to anybody under any name.
func TestNames(t *testing.T) {
	for name, greeting := range map[string]string{
		"":                            "Hello,",
		"Ada":                         "Hello Ada,",
		"J. R. R.":                    "Hello J. R. R.,",
		"  Ada \t Lovelace ":          "Hello Ada Lovelace,",
		"Ada\r\n\r\nYou have won":     "Hello Ada You have won,",
		"Ada\u202eevil\x00\x1b[31m":   "Hello Adaevil[31m,",
		"علی\u200cرضا":                "Hello علی\u200cرضا,",
		"win at http://evil.example/": "Hello,",
		"www.evil.example":            "Hello,",
		"EVIL.EXAMPLE":                "Hello,",
		"write to eve@example":        "Hello,",
		strings.Repeat("Adä ", 5000):  "Hello " + strings.TrimSpace(strings.Repeat("Adä ", 15)) + "…,",
		"{{.}}":                       "Hello {{.}},",
	} {
		m := registration()
		m.FirstName = &name
		got := received(t, m)
		if first := strings.Split(lines(got.Text), "\n")[1]; first != greeting {
			t.Errorf("%.40q is greeted as %.100q", name, first)
		}
	}
}

func TestTheSupportsAddress(t *testing.T) {
	m := registration()
	m.Kind, m.Code, m.CodeExpiresAt = directory.MailEmailChanged, "", time.Time{}
	without := received(t, m)
	if !strings.Contains(without.Text, "contact the support at https://app.example.com/base at once") || strings.Contains(without.Raw, "Reply-To") {
		t.Errorf("without:\n%s", without.Raw)
	}
	with := received(t, m, func(c *config) { c.Support = "Support <help@example.com>" })
	if !strings.Contains(with.Text, "write to help@example.com at once") || !strings.Contains(with.HTML, `href="mailto:help@example.com"`) ||
		!strings.Contains(with.Raw, "\r\nReply-To: <help@example.com>\r\n") {
		t.Errorf("with:\n%s", with.Raw)
	}
}

// templates makes a directory with files.
func templates(t *testing.T, files map[string]string) func(*config) {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return func(c *config) { c.TemplateDir = dir }
}

func TestTemplatesOfTheOperator(t *testing.T) {
	name := "Ada\r\nLovelace"
	m := registration()
	m.FirstName = &name
	got := received(t, m, templates(t, map[string]string{
		"registration.txt": "{{define \"subject\"}}\n Welcome,\n {{.Name}}\n{{end}}{{define \"body\"}}Use {{.Code}} at {{.Link}}{{end}}",
		".hidden":          "{{", "README": "{{",
	}))
	if got.Subject != "Welcome, Ada Lovelace" {
		t.Errorf("subject %q", got.Subject)
	}
	if !strings.Contains(got.Text, "Use abc123def456 at https://app.example.com/base/verify-email?") {
		t.Errorf("the text is built in:\n%s", got.Text)
	}
	if !strings.Contains(got.HTML, "Verify my email address") {
		t.Errorf("the HTML is not built in:\n%s", got.HTML)
	}
	m.Kind = directory.MailPasswordReset
	dressed := received(t, m, templates(t, map[string]string{
		"layout.html": `<html><title>{{.Subject}}</title>House of {{.Site}}: {{template "body" .}}</html>{{define "code"}}{{.Code}}{{end}}{{define "address"}}{{.Link}}{{end}}{{define "contact"}}{{.Home}}{{end}}`,
	}))
	if !strings.Contains(dressed.HTML, "<title>Reset your password</title>House of app.example.com:") || !strings.Contains(dressed.HTML, "Choose a new password") {
		t.Errorf("not in the operator's layout:\n%s", dressed.HTML)
	}
}

func TestBrokenTemplatesStopTheStart(t *testing.T) {
	const subject, body = `{{define "subject"}}Hello{{end}}`, `{{define "body"}}{{.Code}}{{end}}`
	for name, c := range map[string]struct{ file, source, says string }{
		"a name that is none":       {"registraton.html", body, "is not a mail template; valid names are email_change.html, "},
		"a syntax error":            {"registration.txt", subject + body + "{{", "unclosed action"},
		"an unknown field":          {"email_changed.txt", subject + `{{define "body"}}{{.Password}}{{end}}`, "can't evaluate field Password"},
		"an unknown field at times": {"email_changed.txt", subject + `{{define "body"}}{{with .Name}}{{else}}{{.Password}}{{end}}{{end}}`, "can't evaluate field Password"},
		"no code in the text":       {"password_reset.txt", subject + `{{define "body"}}Hello{{end}}`, "the code is missing"},
		"no link in the text":       {"thunder_verification.txt", subject + `{{define "body"}}Hello{{end}}`, "the code is missing"},
		"no code in the HTML":       {"password_reset.html", `{{define "body"}}Hello{{end}}`, "the code is missing"},
		"no body":                   {"email_change.html", `Hello {{.Code}}`, `no such template "body"`},
		"no subject":                {"email_change.txt", body, `"subject"`},
		"an empty subject":          {"email_change.txt", `{{define "subject"}} {{""}}{{end}}` + body, "the subject is empty"},
		"HTML that cannot be safe":  {"email_change.html", `{{define "body"}}<a href="{{.Code}}{{end}}`, "in attribute name"},
	} {
		config := config{ServerURL: "smtp://mail", From: "a@b.example", PublicURL: "https://app.example.com", ThunderURL: "https://api.example.com"}
		templates(t, map[string]string{c.file: c.source})(&config)
		_, err := smtp.New(config)
		stem, _, _ := strings.Cut(c.file, ".")
		if err == nil || !strings.Contains(err.Error(), stem) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := smtp.New(config{ServerURL: "smtp://mail", From: "a@b.example", PublicURL: "https://a.example", ThunderURL: "https://api.example.com", TemplateDir: "no/such/folder"}); err == nil {
		t.Error("a folder that is not there is accepted")
	}
}
