package httpapi

import (
	"net/http"
	"slices"
	"time"

	"github.com/gin-gonic/gin"

	"muster/libs/web"
)

// service is a service behind the gateway.
type service uint8

const (
	identity service = iota + 1
	directory
	billing
	uploads // directory, for bodies that stream
)

// access says whom a route lets in. Whether the caller may do what the route does, the service decides.
type access uint8

const (
	members access = iota // whoever has a valid access token, and for a write the session's CSRF token
	public                // everybody; an access token that comes along is not looked at and not passed on
	either                // everybody; an access token that comes along is passed on if it is valid
	door                  // as public, for routes that sign somebody in; see [api.ready]
)

// route is a route of a service that the gateway passes on.
type route struct {
	method, path string
	to           service
	who          access
	// finish is what an answer of 2xx goes through before it is sent; nil is [api.hold].
	finish finisher
}

// renamed are the routes that the service knows under another path: here they are, up to the id.
var renamed = map[string]string{"/api/users/full/:id": "/api/users/"}

// routes are all routes that are passed on. What is not here is answered 404, or 405 if another method is.
var routes = []route{
	{http.MethodPost, "/api/auth/register", identity, door, (*api).register},
	{http.MethodPost, "/api/auth/login", identity, door, (*api).signIn},
	{http.MethodPost, "/api/auth/refresh", identity, door, (*api).signIn},
	{http.MethodPost, "/api/auth/logout", identity, members, nil},
	{http.MethodGet, "/api/auth/csrf-token", identity, members, nil},
	{http.MethodGet, "/.well-known/jwks.json", identity, public, nil},
	{http.MethodGet, "/.well-known/openid-configuration", identity, public, nil},

	{http.MethodPost, "/api/auth/verify-email", directory, either, nil},
	{http.MethodPost, "/api/auth/resend-verification", directory, public, nil},
	{http.MethodGet, "/api/users", directory, members, nil},
	{http.MethodGet, "/api/users/me", directory, members, nil},
	{http.MethodPut, "/api/users/me", directory, members, nil},
	{http.MethodPost, "/api/users/me/verify-update", directory, members, nil},
	{http.MethodPut, "/api/users/me/verify-update", directory, members, nil},
	{http.MethodGet, "/api/users/verification-requests", directory, members, nil},
	{http.MethodPost, "/api/users/verification-requests/resend-email", directory, members, nil},
	{http.MethodPut, "/api/users/verification-requests/new-request-code", directory, members, nil},
	{http.MethodPost, "/api/users/verification-requests/new-request-code", directory, members, nil},
	{http.MethodGet, "/api/users/verification-requests/:id", directory, members, nil},
	{http.MethodDelete, "/api/users/verification-requests/:id", directory, members, nil},
	{http.MethodPost, "/api/users/import", uploads, members, nil},
	{http.MethodGet, "/api/users/imports", directory, members, nil},
	{http.MethodGet, "/api/users/imports/:id", directory, members, nil},
	{http.MethodGet, "/api/users/imports/:id/rows", directory, members, nil},
	{http.MethodGet, "/api/users/:id", directory, members, nil},
	{http.MethodPut, "/api/users/:id", directory, members, nil},
	{http.MethodDelete, "/api/users/:id", directory, members, nil},
	{http.MethodPut, "/api/users/full/:id", directory, members, (*api).fullAnswer},
	{http.MethodDelete, "/api/users/full/:id", directory, members, nil},

	{http.MethodGet, "/api/billing/plans", billing, public, nil},
	{http.MethodPost, "/api/billing/plans", billing, members, nil},
	{http.MethodGet, "/api/billing/coupons", billing, members, nil},
	{http.MethodPost, "/api/billing/coupons", billing, members, nil},
	{http.MethodGet, "/api/billing/promotions", billing, members, nil},
	{http.MethodPost, "/api/billing/promotions", billing, members, nil},
	{http.MethodPost, "/api/billing/checkout-sessions", billing, members, nil},
	{http.MethodGet, "/api/billing/checkout-sessions/:id", billing, members, nil},
	{http.MethodGet, "/api/billing/subscription", billing, members, nil},
	{http.MethodPost, "/api/billing/subscription/cancel", billing, members, nil},
	{http.MethodPost, "/api/billing/webhooks/stripe", billing, public, (*api).webhook},
}

// uploadIdle is how long a body that streams may pause.
const uploadIdle = 30 * time.Second

// Streams are the routes whose bodies have no limit here, for web.Options.
func Streams() map[string]time.Duration {
	found := map[string]time.Duration{}
	for _, r := range routes {
		if r.to == uploads {
			found[r.method+" "+r.path] = uploadIdle
		}
	}
	return found
}

// mount registers the routes that are passed on, the gateway's own, and the refusals that the two leave to say.
func (a *api) mount(e *gin.Engine) {
	guards := map[access][]gin.HandlerFunc{members: {a.admit}, public: {dropToken}, either: {a.recognize}, door: {dropToken, a.ready}}
	for _, r := range routes {
		e.Handle(r.method, r.path, append(slices.Clone(guards[r.who]), a.forward(r))...)
	}
	e.GET("/api/users/full", a.auth.Admin, a.fullUsers)
	e.GET("/api/users/full/:id", a.auth.Admin, a.fullUser)
	web.RefuseShadowed(e)
}
