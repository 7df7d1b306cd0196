// Package ops lets operators inspect and repair a running service. [Mount] adds the routes to a service's internal
// listener. The command "muster ops" (package opscli) calls them.
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
//	POST   /internal/ops/topics/{topic}/resume      go on with partitions that were stopped
//	GET    /internal/ops/tasks?state=dead           background work that was given up
//	POST   /internal/ops/tasks/{id}/replay          do it again
//	POST   /internal/ops/state/republish            publish the present state of users again
//
// A service has only the routes that apply to it: a service that publishes nothing has no outbox and state routes.
// Requests need a service token of the caller [Caller]. Lists are paged: "after" takes the "next" of the previous page.
// Errors have the form of the public API. Every request is logged with its operator, whose name may be given in
// [HeaderOperator]. Payloads hold personal data: only the two routes that show one record return them, and they are
// never logged.
//
// Operators may act concurrently: each command is one transaction, and the second of two equal commands gets 404.
package ops
