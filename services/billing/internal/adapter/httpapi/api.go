// Package httpapi is billing's HTTP adapter: the public routes under /api/billing and the internal routes. A handler
// reads the request, calls the core and writes the answer. Lists bypass the core.
package httpapi

import (
	"context"
	"log/slog"
	"time"

	"github.com/gin-gonic/gin"

	"muster/libs/web"
	"muster/services/billing/internal/billing"
)

// Reader reads lists that involve no business rule.
type Reader interface {
	// Plans lists the active plans by ascending price.
	Plans(ctx context.Context) ([]billing.Plan, error)
	// Coupons lists all coupons by id.
	Coupons(ctx context.Context) ([]billing.Coupon, error)
	// Promotions lists all promotions by id.
	Promotions(ctx context.Context) ([]billing.Promotion, error)
}

// Webhooks parses an event from a body and its signature. A bad signature is billing.ErrWebhookSignature.
type Webhooks interface {
	Event(body []byte, signature string, now time.Time) (billing.Event, error)
}

// Config holds the dependencies of the API.
type Config struct {
	Service  *billing.Service
	Reader   Reader
	Answers  billing.Answers
	Webhooks Webhooks
	Keys     *web.Keys // verify access tokens
	CSRF     web.CSRF
	Standing web.StandingOf // [StandingOf], combined with the tokens that identity has revoked
	Logger   *slog.Logger
	Now      func() time.Time
}

type api struct{ Config }

// Mount adds the routes of the API.
func Mount(e *gin.Engine, c Config) {
	a := &api{c}
	auth := web.NewAuthenticator(c.Keys, c.CSRF, c.Standing)
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

	admin := e.Group("/api/billing", auth.Admin)
	admin.POST("/plans", a.idempotent, a.createPlan)
	admin.GET("/coupons", a.listCoupons)
	admin.POST("/coupons", a.idempotent, a.createCoupon)
	admin.GET("/promotions", a.listPromotions)
	admin.POST("/promotions", a.idempotent, a.createPromotion)
}

// MountInternal adds the routes for other services.
func MountInternal(r gin.IRouter, service *billing.Service) {
	a := &api{Config{Service: service}}
	r.GET("/webhook-events/:id", a.getWebhookEvent)
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
