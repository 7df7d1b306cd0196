package providerfake

import (
	"crypto"
	_ "embed"
	"encoding/json"
	"html/template"
	"net/http"
	"time"
)

// Options say where the providers are reached.
type Options struct {
	// URL is the base address of the server, without a trailing slash.
	URL string
	// AppleKey verifies the client secrets that are sent to Apple.
	AppleKey crypto.PublicKey
	Now      func() time.Time
}

//go:embed page.html
var pageText string

var page = template.Must(template.New("page").Parse(pageText))

// pageData is what the page shows. Without an action it is the front page.
type pageData struct {
	Provider, Action string
	Fields           map[string]string // hidden fields of the form
	People           []Person
	Error            string
}

// New returns the server.
func New(o Options) (http.Handler, error) {
	mux := http.NewServeMux()
	for _, name := range []string{"google", "apple", "linkedin"} {
		if err := mountOpenID(mux, o, name); err != nil {
			return nil, err
		}
	}
	mountOAuth(mux, facebook)
	mountOAuth(mux, x)
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) { show(w, http.StatusOK, pageData{People: People}) })
	return mux, nil
}

func show(w http.ResponseWriter, status int, data pageData) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_ = page.Execute(w, data)
}

func answer(w http.ResponseWriter, status int, value any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Access-Control-Allow-Origin", "*") // for the button in a page
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(value)
}

func refuse(w http.ResponseWriter, message string) {
	answer(w, http.StatusBadRequest, map[string]string{"error": "invalid_request", "error_description": message})
}
