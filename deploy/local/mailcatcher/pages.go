package mailcatcher

import (
	"bytes"
	_ "embed"
	"html/template"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"
)

// pageLength is how many mails the page lists.
const pageLength = 100

// Content security policies. The pages need their own style and the frame. A mail's HTML gets no scripts, no forms and
// no external resources, and an origin of its own.
const (
	pagePolicy = "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
	mailPolicy = "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"
)

//go:embed pages.html
var pagesSource string

var pages = template.Must(template.New("pages").Funcs(template.FuncMap{
	"mailbox": mailbox,
	"when":    func(t time.Time) string { return t.Local().Format("2006-01-02 15:04:05") },
	"links":   links,
}).Parse(pagesSource))

func (s *Server) listPage(w http.ResponseWriter, r *http.Request) {
	wanted := r.URL.Query().Get("query")
	found := s.store.find(parseQuery(wanted))
	total, _ := s.store.counts()
	writePage(w, "list", map[string]any{
		"Query": wanted, "Mails": found[:min(len(found), pageLength)], "Found": len(found), "Total": total, "SMTP": s.smtpAddr,
	})
}

func (s *Server) messagePage(w http.ResponseWriter, r *http.Request) {
	message, err := s.store.read(s.resolve(r))
	if err != nil {
		writeReadError(w, err)
		return
	}
	writePage(w, "message", message)
}

// htmlPart serves a mail's HTML for the frame of its page. Its links open in a new tab.
func (s *Server) htmlPart(w http.ResponseWriter, r *http.Request) {
	message, err := s.store.read(s.resolve(r))
	if err != nil {
		writeReadError(w, err)
		return
	}
	w.Header().Set("Content-Security-Policy", mailPolicy)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Referrer-Policy", "no-referrer")
	_, _ = w.Write([]byte(`<base target="_blank">` + message.HTML))
}

func (s *Server) deleteAll(w http.ResponseWriter, r *http.Request) {
	if err := s.store.remove(func(entry) bool { return true }); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	http.Redirect(w, r, "/", http.StatusSeeOther)
}

func writePage(w http.ResponseWriter, name string, data any) {
	var page bytes.Buffer
	if err := pages.ExecuteTemplate(&page, name, data); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Security-Policy", pagePolicy)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write(page.Bytes())
}

// mailbox formats mailboxes for people.
func mailbox(list ...any) string {
	var texts []string
	write := func(a Address) {
		if a.Name == "" {
			texts = append(texts, a.Address)
			return
		}
		texts = append(texts, a.Name+" <"+a.Address+">")
	}
	for _, item := range list {
		switch boxes := item.(type) {
		case *Address:
			if boxes != nil {
				write(*boxes)
			}
		case []Address:
			for _, box := range boxes {
				write(box)
			}
		}
	}
	return strings.Join(texts, ", ")
}

// piece is a part of a text; a web address has a URL.
type piece struct{ Text, URL string }

var webAddress = regexp.MustCompile(`https?://[^\s<>"']+[^\s<>"'.,;:!?)\]]`)

// links splits a text at its web addresses.
func links(text string) []piece {
	var pieces []piece
	for {
		at := webAddress.FindStringIndex(text)
		if at == nil {
			return append(pieces, piece{Text: text})
		}
		address := text[at[0]:at[1]]
		pieces = append(pieces, piece{Text: text[:at[0]]})
		if _, err := url.Parse(address); err == nil {
			pieces = append(pieces, piece{Text: address, URL: address})
		} else {
			pieces = append(pieces, piece{Text: address})
		}
		text = text[at[1]:]
	}
}
