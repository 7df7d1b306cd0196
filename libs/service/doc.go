// Package service is the common shell of every Muster service: settings, database, outbox relay, inbox consumer, two
// HTTP listeners, periodic work, and an orderly start and stop.
//
// A service is a [Blueprint]: its name, its settings, its migrations, and a function that assembles it. The function
// receives a [Shell] with an open, migrated database, connects the core with its adapters, and registers what the
// service publishes, consumes, serves and runs in the background. It starts nothing itself.
//
// # Two listeners
//
// The public listener (ADDR) serves the API and nothing else; the gateway's is the only one that clients reach. The
// internal listener (INTERNAL_ADDR) serves /healthz, /readyz, /metrics and, to callers with a service token, the routes
// under /internal. It must not be reachable from outside the installation.
//
// # Stopping
//
// /readyz fails as soon as the service is told to stop. For STOP_DELAY it goes on answering, until load balancers have
// noticed, and closes each connection after its next answer.
//
// Then the parts of a service stop one after the other, each after the previous one has finished: the public listener, the
// consumer, the background work in the order of its registration, the internal listener, and last the relay, which
// publishes what the others have left in the outbox.
package service
