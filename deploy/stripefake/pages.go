package stripefake

import (
	"context"
	"embed"
	"html/template"
	"net/http"
	"time"

	"muster/deploy/stripefake/internal/hooks"
)

// ackTimeout is how long a page waits for the acknowledgement of its webhooks before it redirects, as Stripe does.
const ackTimeout = 10 * time.Second

//go:embed pages/*.html
var pageFiles embed.FS

var pageTemplates = template.Must(template.ParseFS(pageFiles, "pages/*.html"))

func (s *Server) pages(mux *http.ServeMux) {
	mux.HandleFunc("GET /c/pay/{id}", s.showCheckout)
	mux.HandleFunc("POST /c/pay/{id}", s.submitCheckout)
	mux.HandleFunc("GET /p/session/{id}", s.showPortal)
	mux.HandleFunc("POST /p/session/{id}", s.submitPortal)
	mux.HandleFunc("GET /i/{id}", s.showInvoice)
	mux.HandleFunc("POST /i/{id}", s.submitInvoice)
	mux.HandleFunc("GET /i/{id}/pdf", s.showInvoice)
}

// show sends a page. The status is 200 except for a page that says that there is nothing to see.
func (s *Server) show(w http.ResponseWriter, status int, name string, data any) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	if err := pageTemplates.ExecuteTemplate(w, name, data); err != nil {
		s.logger.Error("cannot show a page", "page", name, "error", err)
	}
}

// notice is a page with only a message.
type notice struct {
	Title, Message string
	// Link leads on; empty if there is none.
	Link string
}

// awaitAck waits until the endpoint has acknowledged the deliveries, for a limited time.
func awaitAck(r *http.Request, deliveries []*hooks.Delivery) {
	ctx, cancel := context.WithTimeout(r.Context(), ackTimeout)
	defer cancel()
	// The page redirects even if they were not acknowledged in time.
	_ = hooks.Wait(ctx, deliveries)
}
