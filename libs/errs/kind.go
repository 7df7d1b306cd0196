package errs

import "log/slog"

// Kind classes errors by what the caller can do about them.
type Kind uint8

// The kinds. The zero Kind is Internal: an error that nobody thought about is our fault until proven otherwise.
const (
	KindInternal        Kind = iota // a bug or a broken invariant
	KindInvalid                     // the input is wrong
	KindUnauthenticated             // who are you
	KindForbidden                   // you may not
	KindNotFound                    // there is no such thing
	KindMethod                      // not with this method
	KindTimeout                     // the request took too long to arrive
	KindConflict                    // the state does not allow it
	KindTooLarge                    // the body is too long
	KindUnsupported                 // not this media type
	KindTooMany                     // slow down, or attempts are used up
	KindNotImplemented              // this installation is not set up for it
	KindBadGateway                  // another system refused to do its part
	KindUnavailable                 // something we depend on is away
)

// rule is a row of the one table that gives a kind its meaning at the edges.
type rule struct {
	status int        // HTTP status
	retry  bool       // may the same attempt, unchanged, succeed later without anybody's doing
	level  slog.Level // how loudly to log it
}

var rules = [...]rule{
	KindInternal:        {500, false, slog.LevelError},
	KindInvalid:         {400, false, slog.LevelDebug},
	KindUnauthenticated: {401, false, slog.LevelDebug},
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

// Status is the HTTP status that stands for the kind.
func (k Kind) Status() int { return rules[k].status }

// Retryable says whether the same attempt, unchanged, may succeed later without anybody's doing.
func (k Kind) Retryable() bool { return rules[k].retry }

// Level is the log level an error of this kind deserves at the edge.
func (k Kind) Level() slog.Level { return rules[k].level }
