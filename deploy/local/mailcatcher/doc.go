// Package mailcatcher is the mail server of a development machine: it accepts every mail, delivers none, and shows them
// in a browser and through an HTTP API.
//
// The API is the part of Mailpit's (https://mailpit.axllent.org/docs/api-v1/) for reading, searching, deleting and
// simulating failures, so that scripts and tests work with either.
//
//	GET    /api/v1/messages?start=0&limit=50    newest first
//	DELETE /api/v1/messages                     all, or {"IDs": […]}
//	GET    /api/v1/search?query=to:ann@x.org    see [Server] for the terms
//	DELETE /api/v1/search?query=…
//	GET    /api/v1/message/{id}                 or "latest", also with ?query=
//	GET    /api/v1/message/{id}/raw
//	GET    /api/v1/chaos, PUT /api/v1/chaos     refusals on purpose
package mailcatcher
