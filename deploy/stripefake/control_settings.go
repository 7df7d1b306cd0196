package stripefake

import (
	"fmt"
	"net/http"
	"time"
)

// settingsBody has the settings of the control plane; missing members stay unchanged.
type settingsBody struct {
	FinalizeAfter *duration  `json:"finalize_after,omitempty"`
	RetryAfter    []duration `json:"retry_after,omitempty"`
	AfterRetries  string     `json:"after_retries,omitempty"`
}

func (s *Server) getSettings(*http.Request, none) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	body := settingsBody{FinalizeAfter: (*duration)(&s.state.Settings.FinalizeAfter), AfterRetries: s.state.Settings.AfterRetries}
	copied := *body.FinalizeAfter
	body.FinalizeAfter = &copied
	for _, wait := range s.state.Settings.RetryAfter {
		body.RetryAfter = append(body.RetryAfter, duration(wait))
	}
	return body, nil
}

func (s *Server) changeSettings(r *http.Request, body settingsBody) (any, error) {
	switch body.AfterRetries {
	case "", statusCanceled, statusUnpaid, statusPastDue:
	default:
		return nil, fmt.Errorf("after_retries is %q; it must be canceled, unpaid or past_due", body.AfterRetries)
	}
	s.mu.Lock()
	if body.FinalizeAfter != nil {
		s.state.Settings.FinalizeAfter = time.Duration(*body.FinalizeAfter)
	}
	if body.RetryAfter != nil {
		s.state.Settings.RetryAfter = nil
		for _, wait := range body.RetryAfter {
			s.state.Settings.RetryAfter = append(s.state.Settings.RetryAfter, time.Duration(wait))
		}
	}
	if body.AfterRetries != "" {
		s.state.Settings.AfterRetries = body.AfterRetries
	}
	s.saver.changed()
	s.mu.Unlock()
	return s.getSettings(r, none{})
}
