package web

import (
	"net/http"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"muster/libs/errs"
	"muster/libs/limits"
	"muster/libs/listing"
	"muster/libs/pg"
)

// Access says which callers a route admits.
type Access uint8

// The accesses. A route that admits users or administrators also needs the session's CSRF token if it writes.
const (
	Public   Access = iota // everybody; an access token is not read
	Optional               // everybody; the handler reads an access token with [Authenticator.Presented]
	User                   // active users
	Admin                  // administrators
)

// Route declares a route of a public API: how it is mounted, and how libs/openapi describes it. The handlers run after
// the check of the access.
type Route struct {
	Method, Path string // in gin's form: "/api/users/:id"
	Access       Access
	Handlers     []gin.HandlerFunc

	// ID names the operation. Generated clients call it, so it never changes: "createPlan".
	ID      string
	Summary string // a few words
	Text    string // more, in Markdown; may be empty

	// Params describes path parameters that are not positive integers ([PathID]), and query parameters.
	Params []listing.Parameter
	// Idempotent says that the route honours an Idempotency-Key.
	Idempotent bool
	// Body is a value of the struct that the handler binds; nil for a route without a JSON body.
	Body any
	// RawBody is the media type of a body that is not bound.
	RawBody string

	// Status is that of the answer; 0 means 200.
	Status int
	// Answer is a value of the JSON that the route answers, or [AnyOf] several; nil for no body. For a list it is a row.
	Answer any
	// List names the list of which the route answers a page ([List]); empty for no list. Its fields are added by the
	// caller of libs/openapi.
	List string
	// Deletes says that the route answers with [Deleted].
	Deletes bool
	// Files are the media types in which the route answers besides JSON.
	Files []string
	// Errors are those of the route itself, besides [Route.Refusals].
	Errors []*errs.Error
}

// AnyOf holds values of the different forms of an answer.
type AnyOf []any

// Mount adds the routes, each behind the check of its access.
func (a *Authenticator) Mount(r gin.IRoutes, routes []Route) {
	Mount(r, routes, map[Access][]gin.HandlerFunc{User: {a.User}, Admin: {a.Admin}})
}

// Mount adds the routes, each behind the handlers that check its access, for a service with checks of its own.
func Mount(r gin.IRoutes, routes []Route, guards map[Access][]gin.HandlerFunc) {
	for _, route := range routes {
		r.Handle(route.Method, route.Path, slices.Concat(guards[route.Access], route.Handlers)...)
	}
}

// Writes reports whether the route needs a CSRF token.
func (r Route) Writes() bool { return writes(r.Method) && r.Access >= User }

// HasBody reports whether the route reads a body.
func (r Route) HasBody() bool { return r.Body != nil || r.RawBody != "" }

// Refusals returns the errors of the checks that precede the handler or that all handlers share.
func (r Route) Refusals() []*errs.Error {
	all := []*errs.Error{errs.From(nil), pg.ErrUnavailable, limits.ErrUsedUp}
	if r.HasBody() || r.List != "" || len(r.Params) > 0 || r.Idempotent || strings.Contains(r.Path, ":") {
		all = append(all, errs.Invalid())
	}
	if r.Access >= User {
		all = append(all, ErrUnauthenticated)
		if !enrols(r.Path) {
			all = append(all, ErrFactorRequired)
		}
	}
	if r.Access == Admin {
		all = append(all, ErrAdminOnly)
	}
	if r.Writes() {
		all = append(all, ErrCSRF)
	}
	if r.Method != http.MethodGet {
		all = append(all, errTooLarge, errTooSlow)
	}
	if r.Body != nil {
		all = append(all, errNotJSON)
	}
	return all
}

// UnroutedErrors are the answers to requests that match no route.
func UnroutedErrors() []*errs.Error { return []*errs.Error{errNoRoute, errNoMethod} }
