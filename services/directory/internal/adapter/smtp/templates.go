package smtp

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	html "html/template"
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"
	"strings"
	text "text/template"
	"time"

	"muster/services/directory/internal/directory"
)

//go:embed templates
var embedded embed.FS

// layout is the name of the template shared by all letters.
const layout = "layout"

// files are the names of the letters' templates, without .txt and .html.
var files = map[directory.MailKind]string{
	directory.MailRegistration:    "registration",
	directory.MailPasswordReset:   "password_reset",
	directory.MailInvitation:      "invitation",
	directory.MailEmailChange:     "email_change",
	directory.MailEmailChanged:    "email_changed",
	directory.MailPasswordChanged: "password_changed",
	directory.MailTokenReused:     "token_reused",
	directory.MailFactorAdded:     "factor_added",
	directory.MailFactorRemoved:   "factor_removed",
	directory.MailThunder:         "thunder_verification",
}

// letter holds the templates of one kind of mail. The text template also defines the subject.
type letter struct {
	text *text.Template
	html *html.Template
}

// rendered is a rendered letter.
type rendered struct{ subject, text, html string }

// readLetters loads the built-in templates and renders each letter once as a check. Files in dir, unless it is empty,
// replace built-in templates of the same name.
func readLetters(dir string) (map[directory.MailKind]letter, error) {
	sources, err := readSources(dir)
	if err != nil {
		return nil, err
	}
	letters := map[directory.MailKind]letter{}
	for kind, name := range files {
		l, err := parseLetter(sources, name)
		if err == nil {
			err = l.check(kind)
		}
		if err != nil {
			return nil, fmt.Errorf("the mail template %s: %w", name, err)
		}
		letters[kind] = l
	}
	return letters, nil
}

// readSources returns the sources of all template files by name.
func readSources(dir string) (map[string]string, error) {
	sources := map[string]string{}
	builtIn, err := fs.Sub(embedded, "templates")
	if err == nil {
		err = readFiles(builtIn, func(name, source string) error { sources[name] = source; return nil })
	}
	if err != nil || dir == "" {
		return sources, err
	}
	err = readFiles(os.DirFS(dir), func(name, source string) error {
		if _, known := sources[name]; !known {
			return fmt.Errorf("%s is not a mail template; valid names are %s", name, strings.Join(slices.Sorted(maps.Keys(sources)), ", "))
		}
		sources[name] = source
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("mail templates: %w", err)
	}
	return sources, nil
}

// readFiles returns the .txt and .html files of a directory.
func readFiles(from fs.FS, give func(name, source string) error) error {
	entries, err := fs.ReadDir(from, ".")
	if err != nil {
		return err
	}
	for _, entry := range entries {
		name := entry.Name()
		if extension := path.Ext(name); extension != ".txt" && extension != ".html" {
			continue
		}
		source, err := fs.ReadFile(from, name)
		if err == nil {
			err = give(name, string(source))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// parseLetter parses a letter together with the layout.
func parseLetter(sources map[string]string, name string) (l letter, err error) {
	if l.text, err = text.New(layout + ".txt").Parse(sources[layout+".txt"]); err != nil {
		return letter{}, err
	}
	if _, err = l.text.New(name + ".txt").Parse(sources[name+".txt"]); err != nil {
		return letter{}, err
	}
	if l.html, err = html.New(layout + ".html").Parse(sources[layout+".html"]); err != nil {
		return letter{}, err
	}
	if _, err = l.html.New(name + ".html").Parse(sources[name+".html"]); err != nil {
		return letter{}, err
	}
	return l, nil
}

// write renders the letter.
func (l letter) write(c content) (rendered, error) {
	var subject, plain, rich bytes.Buffer
	if err := l.text.ExecuteTemplate(&subject, "subject", c); err != nil {
		return rendered{}, err
	}
	c.Subject = oneLine(subject.String())
	if err := l.text.Execute(&plain, c); err != nil {
		return rendered{}, err
	}
	if err := l.html.Execute(&rich, c); err != nil {
		return rendered{}, err
	}
	return rendered{c.Subject, plain.String(), rich.String()}, nil
}

// check renders the letter with and without the optional values, and checks that subject and code are present.
func (l letter) check(kind directory.MailKind) error {
	full := content{
		Name: "Ada", Link: "https://app.example.com/page?code=abc123def456&email=ada%40example.com", Code: "abc123def456",
		Decline:  "https://app.example.com/no?code=abc123def456",
		Lifetime: "1 hour", Expires: formatTime(time.Unix(0, 0)), Site: "app.example.com", Home: "https://app.example.com", Support: "help@example.com",
	}
	bare := content{Code: full.Code, Link: full.Link, Lifetime: full.Lifetime, Expires: full.Expires, Site: full.Site, Home: full.Home}
	for _, c := range []content{full, bare} {
		switch kind {
		case directory.MailEmailChanged, directory.MailPasswordChanged, directory.MailTokenReused, directory.MailFactorAdded, directory.MailFactorRemoved:
			c.Code, c.Link, c.Lifetime, c.Expires = "", "", "", ""
		case directory.MailThunder:
			c.Lifetime, c.Expires = "", ""
		}
		r, err := l.write(c)
		switch {
		case err != nil:
			return err
		case r.subject == "":
			return errors.New("the subject is empty")
		case !strings.Contains(r.text, c.Code) || !strings.Contains(r.html, c.Code):
			return errors.New("the code is missing in the text or in the HTML")
		}
	}
	return nil
}
