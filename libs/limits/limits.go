// Package limits has the terms of rate limits for the cores, which do not import the limiter: a limit, the subject that it
// applies to, and the error. A throttle of libs/throttle counts the events.
package limits

import (
	"time"

	"muster/libs/errs"
)

// ErrUsedUp means that a limit is used up (429). The returned error has RetryAfter set.
var ErrUsedUp = errs.New(errs.KindTooMany, "RATE_LIMITED", "Too many requests. Please try again later.")

// UsedUp returns [ErrUsedUp] with RetryAfter set to wait, at least a second.
func UsedUp(wait time.Duration) error {
	refused := *ErrUsedUp
	refused.RetryAfter = max(wait, time.Second)
	return &refused
}

// Limit allows Most events in any Window, counted by subject.
type Limit struct {
	Name   string // unique within a service
	Most   int    // at least 1
	Window time.Duration
}

// Of is the limit applied to one subject: a network, a user id, an address.
func (l Limit) Of(subject string) Use { return Use{l, subject} }

// Use is a limit and its subject.
type Use struct {
	Limit   Limit
	Subject string
}
