// Package web is the HTTP edge that the services share: a gin engine with the contract's standard behaviour, errors
// mapped to responses in one place, JSON decoding, access tokens and CSRF tokens, and a server that shuts down
// gracefully.
//
// A handler reads its input with [Bind], calls its service, and ends with [Fail] or c.JSON. It never chooses an error
// status itself: libs/errs does.
package web
