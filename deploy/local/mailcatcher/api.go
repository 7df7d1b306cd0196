package mailcatcher

import (
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// defaultPage is the length of a list when the request has no limit.
const defaultPage = 50

// list is a page of mails. The names are Mailpit's.
type list struct {
	Total          int       `json:"total"`
	Unread         int       `json:"unread"`
	Count          int       `json:"count"`
	MessagesCount  int       `json:"messages_count"`
	MessagesUnread int       `json:"messages_unread"`
	Start          int       `json:"start"`
	Tags           []string  `json:"tags"`
	Messages       []Summary `json:"messages"`
}

// handler serves the pages and the API. It refuses changes requested by pages of other sites.
func (s *Server) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /api/v1/messages", s.listMessages)
	mux.HandleFunc("DELETE /api/v1/messages", s.deleteMessages)
	mux.HandleFunc("GET /api/v1/search", s.search)
	mux.HandleFunc("DELETE /api/v1/search", s.deleteSearch)
	mux.HandleFunc("GET /api/v1/message/{id}", s.message)
	mux.HandleFunc("GET /api/v1/message/{id}/raw", s.rawMessage)
	mux.HandleFunc("GET /api/v1/chaos", s.getChaos)
	mux.HandleFunc("PUT /api/v1/chaos", s.putChaos)
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, _ *http.Request) { writeText(w, "ok") })
	mux.HandleFunc("GET /{$}", s.listPage)
	mux.HandleFunc("GET /message/{id}", s.messagePage)
	mux.HandleFunc("GET /message/{id}/html", s.htmlPart)
	mux.HandleFunc("POST /delete", s.deleteAll)
	return http.NewCrossOriginProtection().Handler(mux)
}

func (s *Server) listMessages(w http.ResponseWriter, r *http.Request) {
	s.writeList(w, r, nil)
}

func (s *Server) search(w http.ResponseWriter, r *http.Request) {
	wanted := strings.TrimSpace(r.URL.Query().Get("query"))
	if wanted == "" {
		http.Error(w, "Error: no search query", http.StatusBadRequest)
		return
	}
	s.writeList(w, r, parseQuery(wanted))
}

func (s *Server) writeList(w http.ResponseWriter, r *http.Request, wanted query) {
	found := s.store.find(wanted)
	total, unread := s.store.counts()
	start := min(number(r, "start", 0), len(found))
	page := found[start:]
	page = page[:min(number(r, "limit", defaultPage), len(page))]
	writeJSON(w, list{
		Total: total, Unread: unread, Count: len(page), MessagesCount: len(found), MessagesUnread: countUnread(found),
		Start: start, Tags: []string{}, Messages: page,
	})
}

func countUnread(mails []Summary) (unread int) {
	for _, mail := range mails {
		if !mail.Read {
			unread++
		}
	}
	return unread
}

// number parses a parameter that is a number from 0; anything else counts as absent.
func number(r *http.Request, name string, otherwise int) int {
	value, err := strconv.Atoi(r.URL.Query().Get(name))
	if err != nil || value < 0 {
		return otherwise
	}
	return value
}

func (s *Server) deleteMessages(w http.ResponseWriter, r *http.Request) {
	var body struct{ IDs []string }
	_ = json.NewDecoder(r.Body).Decode(&body) // no body selects all mails
	s.finishDelete(w, s.store.remove(func(e entry) bool {
		return len(body.IDs) == 0 || slices.Contains(body.IDs, e.summary.ID)
	}))
}

func (s *Server) deleteSearch(w http.ResponseWriter, r *http.Request) {
	wanted := strings.TrimSpace(r.URL.Query().Get("query"))
	if wanted == "" {
		http.Error(w, "Error: no search query", http.StatusBadRequest)
		return
	}
	s.finishDelete(w, s.store.remove(parseQuery(wanted).matches))
}

func (s *Server) finishDelete(w http.ResponseWriter, err error) {
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	writeText(w, "ok")
}

// resolve returns the id that a request names; "latest" is the newest mail that matches the query, if there is one.
func (s *Server) resolve(r *http.Request) string {
	id := r.PathValue("id")
	if id != "latest" {
		return id
	}
	found := s.store.find(parseQuery(r.URL.Query().Get("query")))
	if len(found) == 0 {
		return ""
	}
	return found[0].ID
}

func (s *Server) message(w http.ResponseWriter, r *http.Request) {
	message, err := s.store.read(s.resolve(r))
	if err != nil {
		writeReadError(w, err)
		return
	}
	writeJSON(w, message)
}

func (s *Server) rawMessage(w http.ResponseWriter, r *http.Request) {
	raw, err := s.store.raw(s.resolve(r))
	if err != nil {
		writeReadError(w, err)
		return
	}
	writeText(w, string(raw))
}

func (s *Server) getChaos(w http.ResponseWriter, _ *http.Request) { writeJSON(w, s.chaos.get()) }

func (s *Server) putChaos(w http.ResponseWriter, r *http.Request) {
	var triggers Triggers
	err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 64<<10)).Decode(&triggers)
	if err == nil {
		err = s.chaos.set(triggers)
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	writeJSON(w, s.chaos.get())
}

func writeReadError(w http.ResponseWriter, err error) {
	if errors.Is(err, errNotFound) {
		http.Error(w, "Message not found", http.StatusNotFound)
		return
	}
	http.Error(w, err.Error(), http.StatusInternalServerError)
}

func writeJSON(w http.ResponseWriter, value any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(value)
}

func writeText(w http.ResponseWriter, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	_, _ = w.Write([]byte(text))
}
