package stripefake

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"muster/deploy/stripefake/internal/form"
)

// apiError is an answer other than 2xx; its exported members are Stripe's error object.
type apiError struct {
	Status      int    `json:"-"`
	Code        string `json:"code,omitempty"`
	DeclineCode string `json:"decline_code,omitempty"`
	DocURL      string `json:"doc_url,omitempty"`
	Charge      string `json:"charge,omitempty"`
	Message     string `json:"message"`
	Param       string `json:"param,omitempty"`
	// PaymentIntent is the intent whose payment failed, as in Stripe's card errors.
	PaymentIntent object `json:"payment_intent,omitempty"`
	Type          string `json:"type"`
}

func (e *apiError) Error() string { return e.Message }

// Types of Stripe's error object.
const (
	typeInvalidRequest = "invalid_request_error"
	typeIdempotency    = "idempotency_error"
	typeCard           = "card_error"
	typeAPI            = "api_error"
)

// invalid returns the error for a request that Stripe refuses with 400. Code and param may be empty.
func invalid(code, param, format string, args ...any) *apiError {
	return &apiError{
		Status: http.StatusBadRequest, Type: typeInvalidRequest,
		Code: code, Param: param, Message: fmt.Sprintf(format, args...),
	}
}

// noSuch returns the error for a parameter that refers to an unknown object.
func noSuch(what, id, param string) *apiError {
	return invalid("resource_missing", param, "No such %s: '%s'", what, id)
}

// notFound returns the error for a path of an unknown object.
func notFound(what, id string) *apiError {
	e := noSuch(what, id, "id")
	e.Status = http.StatusNotFound
	return e
}

// asAPIError returns the API error for any error.
func asAPIError(err error) *apiError {
	if e, ok := errors.AsType[*apiError](err); ok {
		if e.Code != "" {
			e.DocURL = "https://stripe.com/docs/error-codes/" + strings.ReplaceAll(e.Code, "_", "-")
		}
		return e
	}
	if e, ok := errors.AsType[*form.Error](err); ok {
		return asAPIError(invalid(e.Code, e.Param, "%s", e.Message))
	}
	return &apiError{Status: http.StatusInternalServerError, Type: typeAPI, Message: err.Error()}
}
