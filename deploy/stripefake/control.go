package stripefake

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"
)

// control adds the control plane: JSON requests and answers without a key. An invalid request is a 400 with
// {"error":"…"}.
//
//	GET  /healthz
//	GET  /_fake/clock                {"now","offset"}
//	POST /_fake/clock                {"advance":"720h"} → {"now","offset","happened"}
//	POST /_fake/fail-next-payment    {"customer","times"}: its next payment (or so many) is declined
//	GET  /_fake/settings             {"finalize_after","retry_after","after_retries"}
//	POST /_fake/settings             the same, any of them
//	POST /_fake/disputes             {"charge","amount","reason"}: the customer disputes a charge; no amount means what is left
//	POST /_fake/disputes/close       {"dispute","status":"won|lost"}
//	POST /_fake/refunds/fail         {"refund"}: a refund fails after it had succeeded
//	POST /_fake/faults               {"method","path","delay","status","times","after"}: the API misbehaves; after it has acted if after is set
//	POST /_fake/webhook-endpoint     {"url","secret"}; an empty url stops deliveries
//	GET  /_fake/webhooks             {"mode","pending","held","deliveries"}; ?status= ?event= ?type= filter the list
//	POST /_fake/webhooks             {"mode":"normal|hold|reverse|shuffle|duplicate|drop","types":[…],"copies","parallel"}
//	POST /_fake/webhooks/flush       {"order":"created|reverse|shuffle"}: what is held goes out, what waits goes now
//	POST /_fake/webhooks/settle      {"timeout":"10s"}: waits until nothing is pending; 504 if it still is
//	POST /_fake/webhooks/resend      {"event"}: delivers an event once more
//	POST /_fake/reset                forgets everything but the endpoint
func (s *Server) control(mux *http.ServeMux) {
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, http.StatusOK, map[string]any{"status": "ok"})
	})
	mux.HandleFunc("GET /_fake/clock", controlled(s.getClock))
	mux.HandleFunc("POST /_fake/clock", controlled(s.advanceClock))
	mux.HandleFunc("POST /_fake/fail-next-payment", controlled(s.failNextPayment))
	mux.HandleFunc("GET /_fake/settings", controlled(s.getSettings))
	mux.HandleFunc("POST /_fake/settings", controlled(s.changeSettings))
	mux.HandleFunc("POST /_fake/disputes", controlled(s.openDispute))
	mux.HandleFunc("POST /_fake/disputes/close", controlled(s.closeDispute))
	mux.HandleFunc("POST /_fake/refunds/fail", controlled(s.failRefund))
	mux.HandleFunc("POST /_fake/faults", controlled(s.addFault))
	mux.HandleFunc("POST /_fake/reset", controlled(s.reset))
	mux.HandleFunc("POST /_fake/webhook-endpoint", controlled(s.setEndpoint))
	mux.HandleFunc("GET /_fake/webhooks", controlled(s.getWebhooks))
	mux.HandleFunc("POST /_fake/webhooks", controlled(s.setMode))
	mux.HandleFunc("POST /_fake/webhooks/flush", controlled(s.flush))
	mux.HandleFunc("POST /_fake/webhooks/settle", controlled(s.settleWebhooks))
	mux.HandleFunc("POST /_fake/webhooks/resend", controlled(s.resend))
}

// controlled decodes the JSON body, if there is one, and encodes the result of do.
func controlled[T any](do func(r *http.Request, body T) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var body T
		if r.Method == http.MethodPost && r.ContentLength != 0 {
			decoder := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody))
			decoder.DisallowUnknownFields()
			if err := decoder.Decode(&body); err != nil {
				writeJSON(w, http.StatusBadRequest, map[string]any{"error": err.Error()})
				return
			}
		}
		result, err := do(r, body)
		if err != nil {
			status := http.StatusBadRequest
			if errors.Is(err, errNotSettled) {
				status = http.StatusGatewayTimeout
			}
			writeJSON(w, status, map[string]any{"error": err.Error()})
			return
		}
		writeJSON(w, http.StatusOK, result)
	}
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v)
}

// duration is a time.Duration with the JSON form "720h".
type duration time.Duration

// MarshalJSON writes the duration as text.
func (d duration) MarshalJSON() ([]byte, error) { return json.Marshal(time.Duration(d).String()) }

// UnmarshalJSON reads a duration that is not negative.
func (d *duration) UnmarshalJSON(data []byte) error {
	var s string
	if err := json.Unmarshal(data, &s); err != nil {
		return err
	}
	parsed, err := time.ParseDuration(s)
	if err != nil {
		return err
	}
	if parsed < 0 {
		return fmt.Errorf("the duration %s is negative", s)
	}
	*d = duration(parsed)
	return nil
}

type none struct{}

type clockState struct {
	Now      int64    `json:"now"`
	Offset   duration `json:"offset"`
	Happened int      `json:"happened"`
}

func (s *Server) getClock(*http.Request, none) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return clockState{Now: s.now().Unix(), Offset: duration(s.state.ClockOffset)}, nil
}

func (s *Server) advanceClock(r *http.Request, body struct {
	Advance duration `json:"advance"`
}) (any, error) {
	now, happened := s.advance(s.publicURL(r), time.Duration(body.Advance))
	return clockState{Now: now.Unix(), Offset: duration(time.Until(now).Round(time.Second)), Happened: happened}, nil
}

func (s *Server) failNextPayment(_ *http.Request, body struct {
	Customer string `json:"customer"`
	Times    int    `json:"times"`
}) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.state.Customers.get(body.Customer); !ok {
		return nil, fmt.Errorf("no such customer: %q", body.Customer)
	}
	s.state.FailNext[body.Customer] += max(1, body.Times)
	s.saver.changed()
	return map[string]any{"customer": body.Customer, "times": s.state.FailNext[body.Customer]}, nil
}

func (s *Server) addFault(_ *http.Request, body struct {
	Method string   `json:"method"`
	Path   string   `json:"path"`
	Delay  duration `json:"delay"`
	Status int      `json:"status"`
	Times  int      `json:"times"`
	After  bool     `json:"after"`
}) (any, error) {
	if body.Status != 0 && (body.Status < 400 || body.Status > 599) {
		return nil, fmt.Errorf("status is %d; it must be 0 or from 400 to 599", body.Status)
	}
	s.faults.add(fault{
		Method: body.Method, Path: body.Path, Delay: time.Duration(body.Delay), Status: body.Status,
		Times: max(1, body.Times), After: body.After,
	})
	return map[string]any{"status": "ok"}, nil
}

func (s *Server) reset(*http.Request, none) (any, error) {
	s.faults.clear()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.state = newState()
	s.log.unwritten, s.log.afresh = nil, true
	s.hooks.Reset()
	s.saver.changed()
	return map[string]any{"status": "ok"}, nil
}
