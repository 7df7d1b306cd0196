// Package throttle is a rate limiter shared by all replicas of a service (contract auth-api, "Throttles"). The counts
// are in the service's PostgreSQL database.
//
// A [limits.Limit] allows a number of events per sliding window, counted by subject: an account, a network, the recipient
// of a mail. Subjects are stored as keyed hashes, so the table identifies nobody.
//
// # The sliding window
//
// Each subject has two counts: the events of the current aligned window and of the previous one. The count of the
// window that ends now is the current count plus the share of the previous one that it still overlaps. This takes one
// row, and is exact when events are evenly spaced. Uneven events can reach twice the limit in one window, never more.
//
// # Refusals and failures
//
// [Throttle.Take] counts events or refuses them, in one statement for any number of limits. Refused events are not counted,
// so a refused client is admitted as soon as the window allows. For events that count only when they fail, such as a wrong
// password, call [Throttle.Check] before and Take after the failure. All methods use the transaction that the context
// carries, or else their own.
package throttle
