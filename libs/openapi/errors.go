package openapi

import (
	"slices"
	"strconv"
	"strings"

	"muster/libs/errs"
	"muster/libs/listing"
)

// ErrorBody is the body that web.Fail answers. Which of the optional members there are depends on the code.
type ErrorBody struct {
	Title   string `json:"error,omitempty" jsonschema_description:"A title, where the contract gives one."`
	Message string `json:"message" jsonschema_description:"For people."`
	Code    string `json:"code,omitempty" jsonschema_description:"Stable, for programs: one of the error catalogue. More may be added. A few errors have none."`

	Fields []errs.Field      `json:"fields,omitempty" jsonschema_description:"VALIDATION_FAILED: the problems, by field."`
	Errors map[string]string `json:"errors,omitempty" jsonschema_description:"VALIDATION_FAILED: the first problem of each field."`

	AttemptsRemaining *int    `json:"attemptsRemaining,omitempty" jsonschema_description:"INVALID_CODE: how many guesses are left."`
	DeclineCode       *string `json:"declineCode,omitempty" jsonschema_description:"PAYMENT_FAILED: the reason in the provider's words, or null." null:"true"`
	ClientSecret      string  `json:"clientSecret,omitempty" jsonschema_description:"PAYMENT_ACTION_REQUIRED: with it the provider's script lets the user confirm."`
	ImportID          string  `json:"importId,omitempty" jsonschema_description:"A failed import: the id under which it can go on."`
	Lines             *int64  `json:"lines,omitempty" jsonschema_description:"A failed import: how many lines were processed."`
}

const errorName = "Error"

// errorResponses returns the responses for errors, by status.
func errorResponses(all []*errs.Error) map[string]*Response {
	byStatus := map[int][]*errs.Error{}
	for _, e := range all {
		byStatus[e.Kind.Status()] = append(byStatus[e.Kind.Status()], e)
	}
	responses := map[string]*Response{}
	for status, errors := range byStatus {
		responses[strconv.Itoa(status)] = errorResponse(errors)
	}
	return responses
}

func errorResponse(errors []*errs.Error) *Response {
	r := &Response{Content: map[string]Media{mediaJSON: {ref(errorName)}}}
	var lines []string
	for _, e := range errors {
		line := e.Message
		if e.Code != "" {
			line = "`" + e.Code + "`: " + e.Message
			r.Codes = append(r.Codes, e.Code)
		}
		if !slices.Contains(lines, line) {
			lines = append(lines, line)
		}
		if e.Kind == errs.KindTooMany || e.Kind == errs.KindUnavailable {
			r.Headers = map[string]listing.Header{
				"Retry-After": {Description: "Seconds after which trying again is worthwhile.", Schema: listing.Schema{"type": "integer", "minimum": 1}},
			}
		}
	}
	slices.Sort(r.Codes)
	r.Codes = slices.Compact(r.Codes)
	r.Description = strings.Join(lines, "\n\n")
	return r
}
