// Package stack implements `make run`: it starts, supervises and stops PostgreSQL, a Kafka broker, a mail catcher, the
// Stripe fake and Muster's four services on this machine.
//
// All its files are in one directory (.muster): data, logs, built programs, and stack.json, which says where everything
// is (see [Description]). [Run] is the whole life of a stack.
//
// The services are the production programs with their usual settings. Each server can be replaced by an external one
// with a setting; see [Settings].
package stack
