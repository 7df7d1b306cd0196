// Package web is the HTTP edge that the services share: a gin engine with the contract's manners, errors turned into
// responses in one place, JSON in, access tokens and CSRF tokens checked, a server that stops gracefully.
//
// A handler reads its input with [Bind], calls its service, and ends in [Fail] or in c.JSON. It never chooses an error
// status itself: that is in libs/errs.
package web
