package httpapi

import (
	"net/http"
	"slices"
	"time"

	"github.com/gin-gonic/gin"

	"muster/libs/web"
)

// service is an upstream of the gateway.
type service uint8

const (
	identity service = iota + 1
	directory
	billing
	uploads // directory, for streamed bodies
)

// access says which callers a route admits. The service decides whether the caller may do what the route does.
type access uint8

const (
	authenticated access = iota // requires a valid access token, and for a write the session's CSRF token
	public                      // everybody; an access token is neither checked nor passed on
	optional                    // everybody; an access token is passed on if it is valid
	signingIn                   // like public, for routes that sign a user in; see [api.ready]
)

// route is a route that the gateway passes on to a service.
type route struct {
	method, path string
	to           service
	who          access
	// finish processes a 2xx answer before it is sent; nil means [api.hold].
	finish finisher
}

// renamed holds the routes whose path differs at the service, with the service's path up to the id.
var renamed = map[string]string{"/api/users/full/:id": "/api/users/"}

// routes, and those of providerRoutes, are all that are passed on. Other paths are answered 404, other methods 405.
var routes = []route{
	{http.MethodPost, "/api/auth/register", identity, signingIn, (*api).register},
	{http.MethodPost, "/api/auth/login", identity, signingIn, (*api).signIn},
	{http.MethodPost, "/api/auth/refresh", identity, signingIn, (*api).signIn},
	{http.MethodPost, "/api/auth/accept-invitation", identity, signingIn, (*api).signIn},
	{http.MethodPost, "/api/auth/mfa/verify", identity, signingIn, (*api).signIn},
	{http.MethodPost, "/api/auth/mfa/passkey-options", identity, public, nil},
	{http.MethodPost, "/api/auth/passkeys/options", identity, public, nil},
	{http.MethodPost, "/api/auth/passkeys/login", identity, signingIn, (*api).signIn},
	{http.MethodPost, "/api/auth/mfa/passkeys", identity, authenticated, nil},
	{http.MethodPost, "/api/auth/mfa/passkeys/:id/confirm", identity, authenticated, nil},
	{http.MethodPost, "/api/auth/mfa/totp", identity, authenticated, nil},
	{http.MethodPost, "/api/auth/mfa/totp/:id/confirm", identity, authenticated, nil},
	{http.MethodGet, "/api/auth/mfa/factors", identity, authenticated, nil},
	{http.MethodPut, "/api/auth/mfa/factors/:id", identity, authenticated, nil},
	{http.MethodDelete, "/api/auth/mfa/factors/:id", identity, authenticated, nil},
	{http.MethodPost, "/api/auth/mfa/recovery-codes", identity, authenticated, nil},
	{http.MethodPost, "/api/auth/reset-password", identity, public, nil},
	{http.MethodPost, "/api/auth/change-password", identity, authenticated, nil},
	{http.MethodPost, "/api/auth/logout", identity, authenticated, nil},
	{http.MethodGet, "/api/auth/sessions", identity, authenticated, nil},
	{http.MethodDelete, "/api/auth/sessions", identity, authenticated, nil},
	{http.MethodDelete, "/api/auth/sessions/:id", identity, authenticated, nil},
	{http.MethodGet, "/api/auth/csrf-token", identity, authenticated, nil},
	{http.MethodGet, "/api/auth/audit", identity, authenticated, nil},
	{http.MethodGet, "/api/auth/audit/me", identity, authenticated, nil},
	{http.MethodGet, "/.well-known/jwks.json", identity, public, nil},
	{http.MethodGet, "/.well-known/openid-configuration", identity, public, nil},

	{http.MethodPost, "/api/auth/verify-email", directory, optional, nil},
	{http.MethodPost, "/api/auth/decline-registration", directory, public, nil},
	{http.MethodPost, "/api/auth/resend-verification", directory, public, nil},
	{http.MethodPost, "/api/auth/forgot-password", directory, public, nil},
	{http.MethodPost, "/api/users", identity, authenticated, (*api).invited},
	{http.MethodGet, "/api/users", directory, authenticated, nil},
	{http.MethodGet, "/api/users/me", directory, authenticated, nil},
	{http.MethodPut, "/api/users/me", directory, authenticated, nil},
	{http.MethodPost, "/api/users/me/verify-update", directory, authenticated, nil},
	{http.MethodPut, "/api/users/me/verify-update", directory, authenticated, nil},
	{http.MethodGet, "/api/users/verification-requests", directory, authenticated, nil},
	{http.MethodPost, "/api/users/verification-requests/resend-email", directory, authenticated, nil},
	{http.MethodPut, "/api/users/verification-requests/new-request-code", directory, authenticated, nil},
	{http.MethodPost, "/api/users/verification-requests/new-request-code", directory, authenticated, nil},
	{http.MethodGet, "/api/users/verification-requests/:id", directory, authenticated, nil},
	{http.MethodDelete, "/api/users/verification-requests/:id", directory, authenticated, nil},
	{http.MethodPost, "/api/users/import", uploads, authenticated, nil},
	{http.MethodGet, "/api/users/imports", directory, authenticated, nil},
	{http.MethodGet, "/api/users/imports/:id", directory, authenticated, nil},
	{http.MethodGet, "/api/users/imports/:id/rows", directory, authenticated, nil},
	{http.MethodGet, "/api/users/:id", directory, authenticated, nil},
	{http.MethodPut, "/api/users/:id", directory, authenticated, nil},
	{http.MethodDelete, "/api/users/:id", directory, authenticated, nil},
	{http.MethodPut, "/api/users/full/:id", directory, authenticated, (*api).fullAnswer},
	{http.MethodDelete, "/api/users/full/:id", directory, authenticated, nil},

	{http.MethodGet, "/api/billing/plans", billing, optional, nil},
	{http.MethodPost, "/api/billing/plans", billing, authenticated, nil},
	{http.MethodGet, "/api/billing/plans/:id", billing, authenticated, nil},
	{http.MethodPut, "/api/billing/plans/:id", billing, authenticated, nil},
	{http.MethodDelete, "/api/billing/plans/:id", billing, authenticated, nil},
	{http.MethodGet, "/api/billing/coupons", billing, authenticated, nil},
	{http.MethodPost, "/api/billing/coupons", billing, authenticated, nil},
	{http.MethodGet, "/api/billing/coupons/:id", billing, authenticated, nil},
	{http.MethodPut, "/api/billing/coupons/:id", billing, authenticated, nil},
	{http.MethodDelete, "/api/billing/coupons/:id", billing, authenticated, nil},
	{http.MethodGet, "/api/billing/promotions", billing, authenticated, nil},
	{http.MethodPost, "/api/billing/promotions", billing, authenticated, nil},
	{http.MethodGet, "/api/billing/promotions/:id", billing, authenticated, nil},
	{http.MethodPut, "/api/billing/promotions/:id", billing, authenticated, nil},
	{http.MethodDelete, "/api/billing/promotions/:id", billing, authenticated, nil},
	{http.MethodGet, "/api/billing/promotions/:id/redemptions", billing, authenticated, nil},
	{http.MethodGet, "/api/billing/subscriptions", billing, authenticated, nil},
	{http.MethodPost, "/api/billing/subscriptions/:id/sync", billing, authenticated, nil},
	{http.MethodPost, "/api/billing/subscriptions/:id/cancel", billing, authenticated, nil},
	{http.MethodPost, "/api/billing/subscriptions/:id/extend-trial", billing, authenticated, nil},
	{http.MethodGet, "/api/billing/audit-log", billing, authenticated, nil},
	{http.MethodGet, "/api/billing/webhook-events", billing, authenticated, nil},
	{http.MethodPost, "/api/billing/webhook-events/:id/replay", billing, authenticated, nil},
	{http.MethodPost, "/api/billing/checkout-sessions", billing, authenticated, nil},
	{http.MethodGet, "/api/billing/checkout-sessions/:id", billing, authenticated, nil},
	{http.MethodGet, "/api/billing/subscription", billing, authenticated, nil},
	{http.MethodPost, "/api/billing/subscription", billing, authenticated, nil},
	{http.MethodPost, "/api/billing/subscription/cancel", billing, authenticated, nil},
	{http.MethodPost, "/api/billing/subscription/resume", billing, authenticated, nil},
	{http.MethodPost, "/api/billing/subscription/preview-change", billing, authenticated, nil},
	{http.MethodPost, "/api/billing/subscription/change", billing, authenticated, nil},
	{http.MethodPost, "/api/billing/portal-sessions", billing, authenticated, nil},
	{http.MethodPost, "/api/billing/promotions/validate", billing, authenticated, nil},
	{http.MethodGet, "/api/billing/entitlements", billing, authenticated, nil},
	{http.MethodGet, "/api/billing/invoices", billing, authenticated, nil},
	{http.MethodGet, "/api/billing/invoices/upcoming", billing, authenticated, nil},
	{http.MethodGet, "/api/billing/invoices/:id", billing, authenticated, nil},
	{http.MethodPost, "/api/billing/invoices/:id/retry", billing, authenticated, nil},
	{http.MethodPost, "/api/billing/refunds", billing, authenticated, nil},
	{http.MethodGet, "/api/billing/ledger", billing, authenticated, nil},
	{http.MethodGet, "/api/billing/metrics", billing, authenticated, nil},
	{http.MethodGet, "/api/billing/reconciliation-runs", billing, authenticated, nil},
	{http.MethodPost, "/api/billing/reconciliation-runs", billing, authenticated, nil},
	{http.MethodGet, "/api/billing/reconciliation-runs/:id", billing, authenticated, nil},
	{http.MethodPost, "/api/billing/webhooks/stripe", billing, public, (*api).webhook},
}

// signInProviders are the sign-in providers of auth-api.md. identity knows which of them are set up.
var signInProviders = []string{"google", "apple", "facebook", "x", "linkedin"}

// providerRoutes returns the routes of the sign-in providers. Apple sends browsers back with a POST.
func providerRoutes() []route {
	all := []route{
		{http.MethodGet, "/api/auth/providers", identity, authenticated, nil},
		{http.MethodPost, "/api/auth/providers", identity, authenticated, nil},
		{http.MethodDelete, "/api/auth/providers/:provider", identity, authenticated, nil},
	}
	for _, p := range signInProviders {
		base := "/api/auth/" + p
		all = append(all,
			route{http.MethodPost, base + "/register", identity, signingIn, (*api).register},
			route{http.MethodPost, base + "/login", identity, signingIn, (*api).signIn},
			route{http.MethodGet, base + "/start", identity, public, nil},
			route{http.MethodGet, base + "/callback", identity, public, nil},
			route{http.MethodPost, base + "/callback", identity, public, nil},
		)
	}
	return all
}

// uploadIdle is how long a streamed body may pause.
const uploadIdle = 30 * time.Second

// Streams lists the routes whose bodies the gateway does not limit, for web.Options.
func Streams() map[string]time.Duration {
	found := map[string]time.Duration{}
	for _, r := range routes {
		if r.to == uploads {
			found[r.method+" "+r.path] = uploadIdle
		}
	}
	return found
}

// mount registers the routes that are passed on, the gateway's own routes, and the answers for unknown paths and
// methods.
func (a *api) mount(e *gin.Engine) {
	guards := map[access][]gin.HandlerFunc{authenticated: {a.admit}, public: {dropToken}, optional: {a.recognize}, signingIn: {dropToken, a.ready}}
	for _, r := range slices.Concat(routes, providerRoutes()) {
		e.Handle(r.method, r.path, append(slices.Clone(guards[r.who]), a.forward(r))...)
	}
	a.auth.Mount(e, a.own())
	web.RefuseShadowed(e)
}
