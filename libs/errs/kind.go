package errs

import "log/slog"

// Kind classifies errors by what the caller can do about them.
type Kind uint8

// The kinds. The zero Kind is Internal: an unclassified error is presumed to be a bug.
const (
	KindInternal        Kind = iota // a bug or a broken invariant
	KindInvalid                     // the input is wrong
	KindUnauthenticated             // the caller is not authenticated
	KindPayment                     // a payment is needed, or has failed
	KindForbidden                   // the caller lacks the right
	KindNotFound                    // the thing does not exist
	KindMethod                      // the route lacks this method
	KindTimeout                     // the request took too long to arrive
	KindConflict                    // the current state does not allow it
	KindTooLarge                    // the body is too long
	KindUnsupported                 // the media type is not supported
	KindTooMany                     // a rate limit or a number of attempts is exceeded
	KindNotImplemented              // this installation has not configured it
	KindBadGateway                  // another system refused the request
	KindUnavailable                 // a dependency is unavailable
)

// rule defines how the edges treat a kind.
type rule struct {
	status int        // HTTP status
	retry  bool       // an unchanged retry may succeed later
	level  slog.Level // level to log it at
}

var rules = [...]rule{
	KindInternal:        {500, false, slog.LevelError},
	KindInvalid:         {400, false, slog.LevelDebug},
	KindUnauthenticated: {401, false, slog.LevelDebug},
	KindPayment:         {402, false, slog.LevelDebug},
	KindForbidden:       {403, false, slog.LevelInfo},
	KindNotFound:        {404, false, slog.LevelDebug},
	KindMethod:          {405, false, slog.LevelDebug},
	KindTimeout:         {408, true, slog.LevelDebug},
	KindConflict:        {409, false, slog.LevelDebug},
	KindTooLarge:        {413, false, slog.LevelInfo},
	KindUnsupported:     {415, false, slog.LevelDebug},
	KindTooMany:         {429, true, slog.LevelInfo},
	KindNotImplemented:  {501, false, slog.LevelInfo},
	KindBadGateway:      {502, true, slog.LevelWarn},
	KindUnavailable:     {503, true, slog.LevelWarn},
}

// Status returns the HTTP status of the kind.
func (k Kind) Status() int { return rules[k].status }

// Retryable reports whether an unchanged retry may succeed later without intervention.
func (k Kind) Retryable() bool { return rules[k].retry }

// Level returns the level at which the edge logs an error of this kind.
func (k Kind) Level() slog.Level { return rules[k].level }
