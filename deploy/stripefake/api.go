package stripefake

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"strings"

	"muster/deploy/stripefake/internal/form"
	"muster/deploy/stripefake/internal/spec"
)

// maxBody is the maximum size of a request body.
const maxBody = 1 << 20

// request is one API call as a handler sees it.
type request struct {
	params *form.Reader
	// id is the path's identifier; empty on routes without one.
	id string
}

// answer is an encoded API answer.
type answer struct {
	status    int
	body      []byte
	requestID string
	// ignored are the parameters that had no effect.
	ignored []string
}

// handler handles an API call within a step: it reads all of q.params, checks, changes the state, and returns a
// resource, a renderer or an object.
type handler func(tx *tx, q *request) (any, error)

// api returns an HTTP handler for h, with everything that all API calls share. Stripe's description of the route is nil if
// there is none.
func (s *Server) api(route *spec.Route, h handler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		requestID := newID("req_", 14)
		w.Header().Set("Request-Id", requestID)
		w.Header().Set("Stripe-Version", apiVersion)
		encoded, err := admit(r)
		if err != nil {
			s.send(w, r, failure(err, requestID))
			return
		}
		key := r.Header.Get("Idempotency-Key")
		if r.Method != http.MethodPost || key == "" {
			s.send(w, r, s.call(route, h, r, encoded, requestID, key))
			return
		}
		w.Header().Set("Idempotency-Key", key)
		params := fingerprint(r.URL.Path, encoded)
		held, err := s.claim(key, params)
		switch {
		case err != nil:
			s.send(w, r, failure(err, requestID))
		case held != nil:
			w.Header().Set("Idempotent-Replayed", "true")
			w.Header().Set("Original-Request", held.RequestID)
			s.send(w, r, answer{status: held.Status, body: held.Body})
		default:
			a := s.call(route, h, r, encoded, requestID, key)
			s.release(key, params, a)
			s.send(w, r, a)
		}
	}
}

// admit checks everything that does not depend on the route, and returns the encoded parameters.
func admit(r *http.Request) (string, error) {
	if err := checkKey(r); err != nil {
		return "", err
	}
	if version := r.Header.Get("Stripe-Version"); version != "" && version != apiVersion {
		return "", invalid("", "", "Invalid Stripe API version: %s. This server speaks %s only.", version, apiVersion)
	}
	if r.Header.Get("Stripe-Account") != "" {
		return "", invalid("account_invalid", "", "This server has one account only.")
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	if err != nil {
		return "", invalid("", "", "The body could not be read.")
	}
	if len(body) > maxBody {
		return "", &apiError{Status: http.StatusRequestEntityTooLarge, Type: typeInvalidRequest, Message: "Request too large."}
	}
	contentType, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
	if len(body) > 0 && contentType != "application/x-www-form-urlencoded" {
		return "", invalid("", "", "The Content-Type must be application/x-www-form-urlencoded, not %q.", contentType)
	}
	return strings.Trim(r.URL.RawQuery+"&"+string(body), "&"), nil
}

// checkKey accepts only test keys, by bearer or basic authentication: a live key here is a mistake that must be
// visible.
func checkKey(r *http.Request) error {
	key, bearer := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if user, _, ok := r.BasicAuth(); ok {
		key = user
	} else if !bearer {
		return unauthorized("You did not provide an API key. You need to provide your API key in the Authorization " +
			"header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY').")
	}
	if strings.HasPrefix(key, "sk_live_") || strings.HasPrefix(key, "rk_live_") {
		return unauthorized("This is not Stripe: a live key must never be sent here.")
	}
	for _, prefix := range []string{"sk_test_", "rk_test_"} {
		if rest, ok := strings.CutPrefix(key, prefix); ok && rest != "" {
			return nil
		}
	}
	return unauthorized("Invalid API Key provided.")
}

func unauthorized(message string) *apiError {
	return &apiError{Status: http.StatusUnauthorized, Type: typeInvalidRequest, Message: message}
}

func fingerprint(path, encoded string) string {
	sum := sha256.Sum256([]byte(path + "?" + encoded))
	return hex.EncodeToString(sum[:])
}

// call checks the parameters against Stripe's description, runs the handler in a step, and renders its result while the
// state is still locked.
func (s *Server) call(route *spec.Route, h handler, r *http.Request, encoded, requestID, idempotencyKey string) answer {
	params, err := form.Parse(encoded)
	if err != nil {
		return failure(err, requestID)
	}
	if route != nil {
		if err := route.Check(params); err != nil {
			return failure(err, requestID)
		}
	}
	expand := params.Strings("expand")
	if err := checkExpand(route, expand); err != nil {
		return failure(err, requestID)
	}
	fault := s.faults.take(r)
	if !fault.After {
		if err := fault.strike(r); err != nil {
			return failure(err, requestID)
		}
	}
	var a answer
	s.step(s.publicURL(r), func(tx *tx) {
		tx.requestID, tx.idempotencyKey = requestID, idempotencyKey
		result, err := h(tx, &request{params: params, id: r.PathValue("id")})
		if err != nil {
			a = failure(err, requestID)
			return
		}
		a = encode(http.StatusOK, tx.expanded(result, expand), requestID)
		a.ignored = params.Ignored()
	})
	if fault.After {
		if err := fault.strike(r); err != nil {
			return failure(err, requestID)
		}
	}
	return a
}

func failure(err error, requestID string) answer {
	e := asAPIError(err)
	return encode(e.Status, object{"error": e}, requestID)
}

func encode(status int, v object, requestID string) answer {
	body, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		panic("stripefake: " + err.Error())
	}
	return answer{status: status, body: append(body, '\n'), requestID: requestID}
}

func (s *Server) send(w http.ResponseWriter, r *http.Request, a answer) {
	if a.status >= 400 {
		s.logger.Info("request refused", "method", r.Method, "path", r.URL.Path, "status", a.status, "answer", string(a.body))
	}
	if len(a.ignored) > 0 {
		w.Header().Set("Stripefake-Ignored", strings.Join(a.ignored, ", "))
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(a.status)
	_, _ = w.Write(a.body)
}

// publicURL returns the base URL under which the browser behind this request reaches the pages.
func (s *Server) publicURL(r *http.Request) string {
	if s.options.PublicURL != "" {
		return s.options.PublicURL
	}
	return "http://" + r.Host
}
