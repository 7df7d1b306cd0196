// Package errs is Muster's one error type. The core of a service describes a failure by a [Kind], a stable code and a
// message that is safe to show. The edges (libs/web, libs/inbox) look up the HTTP status, the retry and the log level
// of the kind in the one table in kind.go.
//
// Every error that is not an *[Error] is Internal: its text is logged and never shown to a caller. pg.Classify in
// libs/pg converts the errors of drivers and networks.
package errs

import (
	"errors"
	"time"
)

// Error is a failure that a caller can act on.
type Error struct {
	Kind Kind
	// Code is stable and UPPER_SNAKE ("EMAIL_EXISTS"). Empty where the contract gives a body without a code.
	Code string
	// Message is for people and must not contain anything confidential.
	Message string
	// Fields lists the problems of failed validation by field.
	Fields []Field
	// Detail holds further members of the response body, such as "attemptsRemaining".
	Detail map[string]any
	// RetryAfter tells the caller when trying again is worthwhile; zero leaves it to the kind's default.
	RetryAfter time.Duration
	// Err is the cause. It is logged and never shown.
	Err error
}

// Field is the problem with one input field.
type Field struct {
	Field   string `json:"field"`
	Message string `json:"message"`
}

// New makes an error. Use it for package-level values such as ErrUserNotFound, which callers compare with errors.Is.
func New(kind Kind, code, message string) *Error {
	return &Error{Kind: kind, Code: code, Message: message}
}

// Error is the message and, behind it, the cause: text for logs.
func (e *Error) Error() string {
	text := e.Message
	if e.Code != "" {
		text = e.Code + ": " + text
	}
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// Is reports whether the target is an *Error of the same kind, code and message. A copy made by [Error.Because] or
// [Error.With] therefore still equals the package-level value that it came from.
func (e *Error) Is(target error) bool {
	t, ok := errors.AsType[*Error](target)
	return ok && t.Kind == e.Kind && t.Code == e.Code && (t.Code != "" || t.Message == e.Message)
}

// Because returns a copy of e with a cause for the log.
func (e *Error) Because(cause error) *Error {
	c := *e
	c.Err = cause
	return &c
}

// With returns a copy of e whose response body carries one more member.
func (e *Error) With(member string, value any) *Error {
	c := *e
	c.Detail = make(map[string]any, len(e.Detail)+1)
	for k, v := range e.Detail {
		c.Detail[k] = v
	}
	c.Detail[member] = value
	return &c
}

// Invalid returns a failed validation (contract section 3): 400 VALIDATION_FAILED with one entry per field. The message
// names the first field, for callers that show only the message.
func Invalid(fields ...Field) *Error {
	message := "The request is not valid."
	if len(fields) > 0 {
		message = fields[0].Field + ": " + fields[0].Message
	}
	return &Error{Kind: KindInvalid, Code: "VALIDATION_FAILED", Message: message, Fields: fields}
}

// InvalidField is [Invalid] for one field.
func InvalidField(field, message string) *Error {
	return Invalid(Field{Field: field, Message: message})
}

// From returns the *Error in err's chain. Any other error becomes Internal with err as its cause, so that unforeseen
// errors are never shown.
func From(err error) *Error {
	if e, ok := errors.AsType[*Error](err); ok {
		return e
	}
	return &Error{Kind: KindInternal, Code: "INTERNAL", Message: "Something went wrong on our side.", Err: err}
}

// KindOf is the kind of err; KindInternal for any error that is not an *Error.
func KindOf(err error) Kind { return From(err).Kind }
