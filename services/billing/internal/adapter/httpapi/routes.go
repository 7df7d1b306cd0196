package httpapi

import (
	"net/http"
	"slices"

	"github.com/gin-gonic/gin"

	"muster/libs/errs"
	"muster/libs/limits"
	"muster/libs/listing"
	"muster/libs/web"
	"muster/services/billing/internal/billing"
)

// Routes returns the API's routes for their description.
func Routes() []web.Route { return (&api{}).routes() }

// SchemaNames are the names of schemas in the API's description, where the name of the Go type says too little.
var SchemaNames = map[string]string{
	"actBody":    "AdministratorsAct",
	"cancelBody": "CancelSubscriptionRequest", "changeBody": "ChangeSubscriptionRequest", "previewBody": "ChangePreview", "redemptionBody": "AppliedPromotion",
	"usedBody": "Redemption", "lineBody": "InvoiceLine", "entryBody": "LedgerEntry", "runBody": "ReconciliationRun", "wholeRun": "ReconciliationRunWithMismatches",
	"wholeInvoice": "InvoiceWithLines", "wholeCheckout": "CheckoutWithSubscription", "metricsBody": "Revenue", "revenueBody": "CurrencyRevenue",
	"monthBody": "RevenueMonth", "eventBody": "WebhookEvent", "portalBody": "PortalSession", "receivedBody": "WebhookReceived", "replayedBody": "WebhookReplay",
	"offerBody": "PromotionOffer", "entitlementsBody": "Entitlements",
}

// routes are the API's routes. Another one needs a line here, and [web.Route] says what is in it.
func (a *api) routes() []web.Route {
	return slices.Concat(a.plans(), a.subscribing(), a.invoices(), a.catalog(), a.operating(), a.books())
}

// do makes the handlers of a route.
func do(handlers ...gin.HandlerFunc) []gin.HandlerFunc { return handlers }

// provider are the errors of routes that call the payment provider.
var provider = []*errs.Error{billing.ErrProviderUnavailable, billing.ErrProviderRefused, billing.ErrProviderMissing}

// repeated are the errors of routes that honour an Idempotency-Key.
var repeated = []*errs.Error{billing.ErrKeyReused, billing.ErrKeyInFlight}

// redeeming are the errors of a promotion code.
var redeeming = []*errs.Error{
	billing.ErrPromoNotFound, billing.ErrPromoInactive, billing.ErrPromoNotStarted, billing.ErrPromoExpired, billing.ErrPromoExhausted,
	billing.ErrPromoRedeemed, billing.ErrPromoFirstTimeOnly, billing.ErrPromoPlan, billing.ErrPromoCurrency, billing.ErrTrialAlreadyUsed, limits.ErrUsedUp,
}

// ordering are the errors of an order of a plan, besides those of a promotion code.
var ordering = slices.Concat(provider, repeated, redeeming, []*errs.Error{
	billing.ErrPlanNotFound, billing.ErrAlreadySubscribed, billing.ErrCheckoutSuperseded, billing.ErrCheckoutInProgress,
})

// paying are the errors of a payment.
var paying = []*errs.Error{billing.PaymentFailed(""), billing.ErrActionRequired}

func with(groups ...[]*errs.Error) []*errs.Error { return slices.Concat(groups...) }

// textID describes a path parameter that is an id of the provider.
func textID(description string) []listing.Parameter {
	return []listing.Parameter{{Name: "id", In: "path", Required: true, Description: description, Schema: listing.Schema{"type": "string", "pattern": providerID.String()}}}
}

// plans are the routes of plans and of the system.
func (a *api) plans() []web.Route {
	return []web.Route{
		{
			Method: http.MethodGet, Path: "/api/billing/plans", Access: web.Optional, Handlers: do(a.listPlans),
			ID: "listPlans", Summary: "Plans on sale", Text: "Administrators get all plans, in the grammar of lists. Others get the plans on sale, whatever the query.",
			List: "plans", Answer: planBody{},
		},
		{
			Method: http.MethodPost, Path: "/api/billing/webhooks/stripe", Access: web.Public, Handlers: do(a.receiveWebhook),
			ID: "receiveStripeWebhook", Summary: "Receive an event of Stripe", Text: "For Stripe. The header Stripe-Signature is the credential.",
			RawBody: "application/json", Answer: receivedBody{}, Errors: []*errs.Error{billing.ErrWebhookSignature},
		},
	}
}

// subscribing are the routes of a user's own subscription.
func (a *api) subscribing() []web.Route {
	return []web.Route{
		{
			Method: http.MethodGet, Path: "/api/billing/subscription", Access: web.User, Handlers: do(a.getSubscription),
			ID: "getSubscription", Summary: "One's current subscription", Answer: subscriptionBody{}, Errors: []*errs.Error{billing.ErrNoSubscription},
		},
		{
			Method: http.MethodPost, Path: "/api/billing/subscription", Access: web.User, Handlers: do(a.idempotent, a.subscribe), Idempotent: true,
			ID: "subscribe", Summary: "Subscribe with a stored payment method", Body: subscribeBody{}, Status: http.StatusCreated, Answer: subscriptionBody{},
			Errors: with(ordering, paying),
		},
		{
			Method: http.MethodPost, Path: "/api/billing/subscription/cancel", Access: web.User, Handlers: do(a.idempotent, a.cancelSubscription), Idempotent: true,
			ID: "cancelSubscription", Summary: "Cancel one's subscription", Body: cancelBody{}, Answer: web.AnyOf{subscriptionBody{}, nil},
			Errors: with(provider, repeated, []*errs.Error{billing.ErrNoSubscription}),
		},
		{
			Method: http.MethodPost, Path: "/api/billing/subscription/resume", Access: web.User, Handlers: do(a.idempotent, a.resumeSubscription), Idempotent: true,
			ID: "resumeSubscription", Summary: "Take back the end of one's subscription", Answer: web.AnyOf{subscriptionBody{}, nil},
			Errors: with(provider, repeated, []*errs.Error{billing.ErrNoSubscription, billing.ErrNotResumable}),
		},
		{
			Method: http.MethodPost, Path: "/api/billing/subscription/preview-change", Access: web.User, Handlers: do(a.idempotent, a.previewChange), Idempotent: true,
			ID: "previewChange", Summary: "What another plan or quantity costs", Body: previewChangeBody{}, Answer: previewBody{},
			Errors: with(provider, repeated, []*errs.Error{billing.ErrNoSubscription, billing.ErrPlanNotFound}),
		},
		{
			Method: http.MethodPost, Path: "/api/billing/subscription/change", Access: web.User, Handlers: do(a.idempotent, a.changeSubscription), Idempotent: true,
			ID: "changeSubscription", Summary: "Carry out a preview", Body: changeBody{}, Answer: web.AnyOf{subscriptionBody{}, nil},
			Errors: with(provider, repeated, paying, []*errs.Error{billing.ErrPreviewStale, billing.ErrNoSubscription}),
		},
		{
			Method: http.MethodPost, Path: "/api/billing/checkout-sessions", Access: web.User, Handlers: do(a.idempotent, a.startCheckout), Idempotent: true,
			ID: "startCheckout", Summary: "Open a page on which to subscribe", Body: startCheckoutBody{}, Status: http.StatusCreated, Answer: checkoutBody{},
			Errors: ordering,
		},
		{
			Method: http.MethodGet, Path: "/api/billing/checkout-sessions/:id", Access: web.User, Handlers: do(a.getCheckout),
			ID: "getCheckout", Summary: "What became of a checkout", Params: textID("The id of the checkout session."), Answer: wholeCheckout{},
			Errors: with(provider, []*errs.Error{billing.ErrCheckoutNotFound}),
		},
		{
			Method: http.MethodPost, Path: "/api/billing/portal-sessions", Access: web.User, Handlers: do(a.idempotent, a.openPortal), Idempotent: true,
			ID: "openPortal", Summary: "Open the provider's page for payment methods and invoices", Body: openPortalBody{}, Status: http.StatusCreated, Answer: portalBody{},
			Errors: with(provider, repeated, []*errs.Error{billing.ErrNoSubscription}),
		},
		{
			Method: http.MethodPost, Path: "/api/billing/promotions/validate", Access: web.User, Handlers: do(a.idempotent, a.validatePromotion), Idempotent: true,
			ID: "validatePromotion", Summary: "What a promotion code does to a plan's price", Body: validatePromotionBody{}, Answer: offerBody{},
			Errors: with(repeated, redeeming, []*errs.Error{billing.ErrPlanNotFound}),
		},
		{
			Method: http.MethodGet, Path: "/api/billing/entitlements", Access: web.User, Handlers: do(a.getEntitlements),
			ID: "getEntitlements", Summary: "What one's subscription entitles to", Answer: entitlementsBody{},
		},
	}
}

// invoices are the routes of a user's own invoices.
func (a *api) invoices() []web.Route {
	return []web.Route{
		{
			Method: http.MethodGet, Path: "/api/billing/invoices", Access: web.User, Handlers: do(a.listInvoices),
			ID: "listInvoices", Summary: "One's invoices", List: "invoices", Answer: invoiceBody{},
		},
		{
			Method: http.MethodGet, Path: "/api/billing/invoices/upcoming", Access: web.User, Handlers: do(a.getUpcomingInvoice),
			ID: "getUpcomingInvoice", Summary: "One's next invoice", Answer: wholeInvoice{},
			Errors: with(provider, []*errs.Error{billing.ErrNoSubscription, billing.ErrNoUpcomingInvoice}),
		},
		{
			Method: http.MethodGet, Path: "/api/billing/invoices/:id", Access: web.User, Handlers: do(a.getInvoice),
			ID: "getInvoice", Summary: "One of one's invoices, with its lines", Answer: wholeInvoice{}, Errors: []*errs.Error{billing.ErrInvoiceNotFound},
		},
		{
			Method: http.MethodPost, Path: "/api/billing/invoices/:id/retry", Access: web.User, Handlers: do(a.idempotent, a.retryInvoice), Idempotent: true,
			ID: "retryInvoice", Summary: "Pay an open invoice", Answer: wholeInvoice{},
			Errors: with(provider, repeated, paying, []*errs.Error{billing.ErrInvoiceNotFound, billing.ErrInvoiceNotOpen, limits.ErrUsedUp}),
		},
	}
}
