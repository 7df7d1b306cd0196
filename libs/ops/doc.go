// Package ops is what an operator can do to a running service: look at what is stuck and get it moving again. [Mount] adds
// the routes to a service's internal listener; the command "muster ops" (package opscli) calls them.
//
//	GET    /internal/ops/parked                     records that could not be applied (libs/inbox)
//	GET    /internal/ops/parked/{id}                one, with its headers and payload
//	POST   /internal/ops/parked/{id}/replay         try it again, with the others of its key
//	POST   /internal/ops/parked/replay?after=0      try all again, a batch a request
//	DELETE /internal/ops/parked/{id}                give it up
//	GET    /internal/ops/outbox                     events that the broker refused (libs/outbox)
//	GET    /internal/ops/outbox/{id}                one, with its data
//	POST   /internal/ops/outbox/{id}/requeue        publish it again, with the others of its key
//	DELETE /internal/ops/outbox/{id}                give it up
//	GET    /internal/ops/topics                     how far each partition has been applied
//	POST   /internal/ops/topics/{topic}/rewind      read a topic again
//	GET    /internal/ops/tasks?state=dead           background work that was given up
//	POST   /internal/ops/tasks/{id}/replay          do it again
//	POST   /internal/ops/state/republish            publish the present state of users again
//
// A service has the routes of what it has: one that publishes nothing has none below outbox and state. Requests need a
// service token of the caller [Caller]. Lists have pages: "after" takes the "next" of the page before. Errors have the
// form of the public API. Every request is logged with its operator, who may give a name in [HeaderOperator]. Payloads
// hold personal data: they are in the answers of the two routes that show one record, and never in the log.
//
// Operators may act at the same time: each command is one transaction, and whoever comes second finds nothing (404).
package ops
