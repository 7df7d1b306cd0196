// Package stack is `make run`: PostgreSQL, a Kafka broker, a mail catcher, the Stripe fake and Muster's four services on
// this machine, started together, looked after, and stopped in order.
//
// Everything it keeps lies in one directory (.muster): data, logs, built programs, and stack.json, which says where
// everything is (see [Description]). [Run] is the whole life of a stack.
//
// The services are the real programs with the settings that they have anywhere else. Each server around them can be
// replaced by a real one with a setting; see [Settings].
package stack
