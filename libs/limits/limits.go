// Package limits says how often something may happen. Cores use it to name their limits; [muster/libs/throttle] counts.
package limits

import (
	"time"

	"muster/libs/errs"
)

// ErrUsedUp says that a limit is used up (429). The error that is returned has RetryAfter set.
var ErrUsedUp = errs.New(errs.KindTooMany, "RATE_LIMITED", "Too many requests. Please try again later.")

// UsedUp is [ErrUsedUp] for as long as wait, a second at least.
func UsedUp(wait time.Duration) error {
	refused := *ErrUsedUp
	refused.RetryAfter = max(wait, time.Second)
	return &refused
}

// Limit allows Most events in any Window, counted by subject.
type Limit struct {
	Name   string // tells the limits of a service apart
	Most   int    // at least 1
	Window time.Duration
}

// Of is the limit applied to one subject: a network, a user id, an address.
func (l Limit) Of(subject string) Use { return Use{l, subject} }

// Use is a limit and whom it is applied to.
type Use struct {
	Limit   Limit
	Subject string
}
