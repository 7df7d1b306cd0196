package upstream

import (
	"log/slog"
	"net/http"
)

// NewRetrier and NewBreaker are what the tests put in front of services that they make up.
func NewRetrier(next http.RoundTripper, keyed bool) http.RoundTripper { return &retrier{next, keyed} }

func NewBreaker(next http.RoundTripper, opened func()) http.RoundTripper {
	return newBreaker("directory", next, opened, slog.New(slog.DiscardHandler))
}

// ErrOpen is the error of a circuit that is open.
var ErrOpen = errOpen
