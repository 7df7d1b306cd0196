// Package throttle limits how often something may happen, on all replicas of a service alike (contract auth-api,
// "Throttles"). The counts are in the service's PostgreSQL.
//
// A [limits.Limit] allows so many events in a sliding window. It is counted by subject: an account, a network, the
// recipient of a mail. Subjects are stored as keyed hashes, so that the table names nobody.
//
// # The window slides
//
// Two counts are kept for each subject: the events of the current aligned window and those of the one before it. The
// window that ends now is the current count and as much of the previous one as it still overlaps. This takes one row and
// one statement, and is exact when events come evenly. Uneven events can reach twice the limit in one window, never more.
//
// # Refusals and failures
//
// [Throttle.Take] counts an event or refuses it; what is refused is not counted, so a refused client gets in again as
// soon as the window allows. What is only counted when it fails, such as a wrong password, is let through by
// [Throttle.Check] and counted by Take. All of them take part in the transaction that the context carries, and else use
// one of their own.
package throttle
