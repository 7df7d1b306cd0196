// Package httpapi is billing's HTTP adapter: the public routes under /api/billing and the internal routes. A handler
// reads the request, calls the core and writes the answer. Lists bypass the core.
package httpapi

import (
	"context"
	"log/slog"
	"net/url"
	"time"

	"github.com/gin-gonic/gin"

	"muster/libs/listing"
	"muster/libs/web"
	"muster/services/billing/internal/billing"
)

// Reader reads lists that involve no business rule. A page is what the query of the URL asks for, in the grammar of
// libs/listing.
type Reader interface {
	// Invoices lists a user's own invoices, without drafts and without their lines.
	Invoices(ctx context.Context, userID int64, u *url.URL) (listing.Page[billing.Invoice], error)
	// Plans lists the plans on sale by ascending price.
	Plans(ctx context.Context) ([]billing.Plan, error)
	// AllPlans lists all plans, those off sale as well.
	AllPlans(ctx context.Context, u *url.URL) (listing.Page[billing.Plan], error)
	// Coupons lists all coupons, archived ones as well.
	Coupons(ctx context.Context, u *url.URL) (listing.Page[billing.Coupon], error)
	// Promotions lists all promotions, inactive ones as well.
	Promotions(ctx context.Context, u *url.URL) (listing.Page[billing.Promotion], error)
	// Redemptions lists the redemptions of a promotion; billing.ErrPromoNotFound if there is no such promotion.
	Redemptions(ctx context.Context, promotionID int64, u *url.URL) (listing.Page[billing.Redemption], error)
	// Subscriptions lists the subscriptions of all users.
	Subscriptions(ctx context.Context, u *url.URL) (listing.Page[billing.Subscription], error)
	// WebhookEvents lists the events that were received and are still stored.
	WebhookEvents(ctx context.Context, u *url.URL) (listing.Page[billing.ReceivedEvent], error)
	// Acts lists what administrators did.
	Acts(ctx context.Context, u *url.URL) (listing.Page[billing.RecordedAct], error)
}

// Webhooks parses an event from a body and its signature. A bad signature is billing.ErrWebhookSignature.
type Webhooks interface {
	Event(body []byte, signature string, now time.Time) (billing.Event, error)
}

// Config holds the dependencies of the API.
type Config struct {
	Service  *billing.Service
	Reader   Reader
	Books    Books
	Runs     Runs
	Answers  billing.Answers
	Audit    billing.AuditLog
	Webhooks Webhooks
	Keys     *web.Keys // verify access tokens
	CSRF     web.CSRF
	Standing web.StandingOf // [StandingOf], combined with the tokens that identity has revoked
	Logger   *slog.Logger
	Now      func() time.Time
}

type api struct {
	Config
	auth *web.Authenticator
}

// Mount adds the routes of the API.
func Mount(e *gin.Engine, c Config) {
	auth := web.NewAuthenticator(c.Keys, c.CSRF, c.Standing)
	a := &api{c, auth}
	public := e.Group("/api/billing")
	public.GET("/plans", a.listPlans)
	public.POST("/webhooks/stripe", a.receiveWebhook)

	user := e.Group("/api/billing", auth.User)
	user.GET("/subscription", a.getSubscription)
	user.GET("/checkout-sessions/:id", a.getCheckout)
	user.POST("/checkout-sessions", a.idempotent, a.startCheckout)
	user.POST("/subscription", a.idempotent, a.subscribe)
	user.POST("/subscription/cancel", a.idempotent, a.cancelSubscription)
	user.POST("/subscription/resume", a.idempotent, a.resumeSubscription)
	user.POST("/subscription/preview-change", a.idempotent, a.previewChange)
	user.POST("/subscription/change", a.idempotent, a.changeSubscription)
	user.POST("/portal-sessions", a.idempotent, a.openPortal)
	user.POST("/promotions/validate", a.idempotent, a.validatePromotion)
	user.GET("/entitlements", a.getEntitlements)
	user.GET("/invoices", a.listInvoices)
	user.GET("/invoices/upcoming", a.getUpcomingInvoice)
	user.GET("/invoices/:id", a.getInvoice)
	user.POST("/invoices/:id/retry", a.idempotent, a.retryInvoice)

	a.mountAdmin(e.Group("/api/billing", auth.Admin))
}

// mountAdmin adds the administrators' routes. What they change is in the audit log.
func (a *api) mountAdmin(admin gin.IRoutes) {
	admin.POST("/plans", a.idempotent, a.audit, a.createPlan)
	admin.GET("/plans/:id", a.getPlan)
	admin.PUT("/plans/:id", a.audit, a.updatePlan)
	admin.DELETE("/plans/:id", a.audit, a.archivePlan)
	admin.POST("/refunds", a.idempotent, a.audit, a.createRefund)
	admin.GET("/ledger", a.listLedger)
	admin.GET("/metrics", a.getMetrics)
	admin.GET("/reconciliation-runs", a.listRuns)
	admin.GET("/reconciliation-runs/:id", a.getRun)
	admin.POST("/reconciliation-runs", a.idempotent, a.audit, a.startRun)
	admin.GET("/coupons", a.listCoupons)
	admin.POST("/coupons", a.idempotent, a.audit, a.createCoupon)
	admin.GET("/coupons/:id", a.getCoupon)
	admin.PUT("/coupons/:id", a.audit, a.updateCoupon)
	admin.DELETE("/coupons/:id", a.audit, a.archiveCoupon)
	admin.GET("/promotions", a.listPromotions)
	admin.POST("/promotions", a.idempotent, a.audit, a.createPromotion)
	admin.GET("/promotions/:id", a.getPromotion)
	admin.PUT("/promotions/:id", a.audit, a.updatePromotion)
	admin.DELETE("/promotions/:id", a.audit, a.archivePromotion)
	admin.GET("/promotions/:id/redemptions", a.listRedemptions)
	admin.GET("/subscriptions", a.listSubscriptions)
	admin.POST("/subscriptions/:id/sync", a.idempotent, a.audit, a.syncSubscription)
	admin.POST("/subscriptions/:id/cancel", a.idempotent, a.audit, a.endSubscription)
	admin.POST("/subscriptions/:id/extend-trial", a.idempotent, a.audit, a.extendTrial)
	admin.GET("/audit-log", a.listActs)
	admin.GET("/webhook-events", a.listWebhookEvents)
	admin.POST("/webhook-events/:id/replay", a.idempotent, a.audit, a.replayWebhookEvent)
}

// MountInternal adds the routes for other services.
func MountInternal(r gin.IRouter, service *billing.Service, incomes Incomes) {
	a := &api{Config: Config{Service: service}}
	r.GET("/webhook-events/:id", a.getWebhookEvent)
	r.GET("/income", getIncome(incomes))
}

// list is the body of a list without pages.
type list[T any] struct {
	Data  []T `json:"data"`
	Total int `json:"total"`
}

func listOf[In, Out any](in []In, body func(In) Out) list[Out] {
	out := make([]Out, 0, len(in))
	for _, v := range in {
		out = append(out, body(v))
	}
	return list[Out]{out, len(out)}
}
