package stripefake

import (
	"net/http"
	"sync"
	"time"
)

// idempotencyTTL is how long an answer is stored for its key, by the wall clock.
const idempotencyTTL = 24 * time.Hour

// storedAnswer is the answer to a request with an idempotency key.
type storedAnswer struct {
	Key         string
	Fingerprint string
	RequestID   string
	Status      int
	Body        []byte
	At          time.Time
}

func (a *storedAnswer) key() string  { return a.Key }
func (a *storedAnswer) kind() string { return "idempotency key" }

// inFlight holds the keys of requests in progress, with their fingerprints.
type inFlight struct {
	mu   sync.Mutex
	keys map[string]string
}

// claim begins a request with a key. It returns the stored answer, if there is one, or an error if the key is in use or
// was used with another request. Otherwise the caller must call release at the end.
func (s *Server) claim(key, fingerprint string) (*storedAnswer, error) {
	if len(key) > 255 {
		return nil, &apiError{Status: http.StatusBadRequest, Type: typeIdempotency,
			Message: "Idempotency keys can be up to 255 characters long."}
	}
	s.idempotency.mu.Lock()
	defer s.idempotency.mu.Unlock()
	if working, ok := s.idempotency.keys[key]; ok {
		if working != fingerprint {
			return nil, otherParameters(key)
		}
		return nil, &apiError{
			Status: http.StatusConflict, Type: typeIdempotency, Code: "idempotency_key_in_use",
			Message: "There is currently another in-progress request using this Idempotent Key (that probably means " +
				"you submitted twice, and the other request is still going through): " + key + ".",
		}
	}
	if held := s.storedAnswer(key); held != nil {
		if held.Fingerprint != fingerprint {
			return nil, otherParameters(key)
		}
		return held, nil
	}
	if s.idempotency.keys == nil {
		s.idempotency.keys = map[string]string{}
	}
	s.idempotency.keys[key] = fingerprint
	return nil, nil
}

func (s *Server) storedAnswer(key string) *storedAnswer {
	s.mu.Lock()
	defer s.mu.Unlock()
	held, ok := s.state.Answers.get(key)
	if !ok || time.Since(held.At) > idempotencyTTL {
		return nil
	}
	return held
}

// release ends a request with a key. Stripe stores the answer of a request that began to execute, "regardless of whether it
// succeeds or fails", 500 errors included, but not of one whose parameters it refused
// (https://docs.stripe.com/api/idempotent_requests).
func (s *Server) release(key, fingerprint string, a answer) {
	s.idempotency.mu.Lock()
	defer s.idempotency.mu.Unlock()
	delete(s.idempotency.keys, key)
	if a.status >= 400 && a.status < 500 && a.status != http.StatusPaymentRequired {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.state.Answers.replace(&storedAnswer{
		Key: key, Fingerprint: fingerprint, RequestID: a.requestID, Status: a.status, Body: a.body, At: time.Now(),
	})
	s.state.Answers.trim(keptIdempotency)
	s.saver.changed()
}

func otherParameters(key string) *apiError {
	return &apiError{
		Status: http.StatusBadRequest, Type: typeIdempotency,
		Message: "Keys for idempotent requests can only be used with the same parameters they were first used with. " +
			"Try using a key other than '" + key + "' if you meant to execute a different request.",
	}
}
