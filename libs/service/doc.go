// Package service is the shell that every Muster service stands in: settings, database, outbox relay, inbox consumer,
// two HTTP listeners, periodic work, and an orderly start and stop.
//
// A service is a [Blueprint]: its name, its settings, its migrations, and a function that assembles it. The function
// receives a [Shell] whose database is open and up to date, connects the core with its adapters, and says what the
// service publishes, consumes, serves and does in the background. It starts nothing itself.
//
// # Two listeners
//
// The public listener (ADDR) serves the API and nothing else; the gateway's is the only one that clients reach. The
// internal listener (INTERNAL_ADDR) serves /healthz, /readyz, /metrics and, to callers with a service token, the routes
// under /internal. It must not be reachable from outside the installation.
//
// # Stopping
//
// The parts of a service stop one after the other, each when the one before has finished: the public listener, the
// consumer, the work in the background in the order in which it was named, the internal listener, and last the relay,
// which publishes what the others have left in the outbox. /readyz fails from the moment when the service begins to stop.
package service
