package stripefake

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"muster/deploy/stripefake/internal/hooks"
)

func (s *Server) setEndpoint(_ *http.Request, body struct {
	URL    string `json:"url"`
	Secret string `json:"secret"`
}) (any, error) {
	u, err := url.Parse(body.URL)
	if body.URL != "" && (err != nil || u.Host == "" || body.Secret == "") {
		return nil, errors.New("an endpoint needs an absolute url and a secret")
	}
	s.hooks.SetEndpoint(body.URL, body.Secret)
	return map[string]any{"url": body.URL}, nil
}

var errNotSettled = errors.New("some webhooks are still not acknowledged")

func (s *Server) settleWebhooks(r *http.Request, body struct {
	Timeout duration `json:"timeout"`
}) (any, error) {
	timeout := time.Duration(body.Timeout)
	if timeout == 0 {
		timeout = ackTimeout
	}
	ctx, cancel := context.WithTimeout(r.Context(), timeout)
	defer cancel()
	if err := hooks.Wait(ctx, s.hooks.Pending()); err != nil {
		return nil, errNotSettled
	}
	return map[string]any{"status": "ok"}, nil
}

// webhooksView is the state of the deliveries.
type webhooksView struct {
	Mode       hooks.Mode       `json:"mode"`
	Pending    int              `json:"pending"`
	Held       int              `json:"held"`
	Deliveries []hooks.Delivery `json:"deliveries"`
}

func (s *Server) getWebhooks(r *http.Request, _ none) (any, error) {
	query := r.URL.Query()
	view := webhooksView{Mode: s.hooks.Mode(), Deliveries: []hooks.Delivery{}}
	for _, d := range s.hooks.Deliveries() {
		switch d.Status {
		case hooks.StatusPending:
			view.Pending++
		case hooks.StatusHeld:
			view.Held++
		}
		if is(query.Get("status"), d.Status) && is(query.Get("event"), d.Event) && is(query.Get("type"), d.Type) {
			view.Deliveries = append(view.Deliveries, d)
		}
	}
	return view, nil
}

// is reports whether a value passes a filter; an empty filter passes everything.
func is(filter, value string) bool { return filter == "" || filter == value }

func (s *Server) setMode(_ *http.Request, mode hooks.Mode) (any, error) {
	if err := mode.Validate(); err != nil {
		return nil, err
	}
	s.hooks.SetMode(mode)
	return mode, nil
}

func (s *Server) flush(_ *http.Request, body struct {
	Order string `json:"order"`
}) (any, error) {
	switch body.Order {
	case "", "created", "reverse", "shuffle":
		return map[string]any{"released": s.hooks.Flush(body.Order)}, nil
	}
	return nil, fmt.Errorf("order is %q; it must be created, reverse or shuffle", body.Order)
}

func (s *Server) resend(_ *http.Request, body struct {
	Event string `json:"event"`
}) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	e, ok := s.state.Events.get(body.Event)
	if !ok {
		return nil, fmt.Errorf("no such event: %q", body.Event)
	}
	s.hooks.Restore(e.webhook(), hooks.StatusPending)
	return map[string]any{"event": e.ID}, nil
}
