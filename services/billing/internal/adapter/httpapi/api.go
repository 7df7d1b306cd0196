// Package httpapi is billing's HTTP edge: the routes of /api/billing and the internal ones. A handler reads its input,
// calls the core, and writes the answer; lists are read past the core.
package httpapi

import (
	"context"
	"log/slog"
	"time"

	"github.com/gin-gonic/gin"

	"muster/libs/web"
	"muster/services/billing/internal/billing"
)

// Reader reads the lists that need no rule of the core.
type Reader interface {
	// Plans lists what is for sale, the cheapest first.
	Plans(ctx context.Context) ([]billing.Plan, error)
	// Coupons lists all coupons by id.
	Coupons(ctx context.Context) ([]billing.Coupon, error)
	// Promotions lists all promotions by id.
	Promotions(ctx context.Context) ([]billing.Promotion, error)
}

// Webhooks reads an event from a body and its signature; billing.ErrWebhookSignature if the signature is not good.
type Webhooks interface {
	Event(body []byte, signature string, now time.Time) (billing.Event, error)
}

// API is what the handlers work with.
type API struct {
	Service  *billing.Service
	Reader   Reader
	Answers  billing.Answers
	Webhooks Webhooks
	Auth     *web.Authenticator
	Internal web.ServiceTokens
	Logger   *slog.Logger
	Now      func() time.Time
}

// Mount adds the routes.
func (a *API) Mount(e *gin.Engine) {
	public := e.Group("/api/billing")
	public.GET("/plans", a.listPlans)
	public.POST("/webhooks/stripe", a.receiveWebhook)

	user := e.Group("/api/billing", wantVersion, a.Auth.User)
	user.GET("/subscription", a.getSubscription)
	user.GET("/checkout-sessions/:id", a.getCheckout)
	user.POST("/checkout-sessions", a.idempotent, a.startCheckout)
	user.POST("/subscription/cancel", a.idempotent, a.cancelSubscription)

	admin := e.Group("/api/billing", wantVersion, a.Auth.Admin)
	admin.POST("/plans", a.idempotent, a.createPlan)
	admin.GET("/coupons", a.listCoupons)
	admin.POST("/coupons", a.idempotent, a.createCoupon)
	admin.GET("/promotions", a.listPromotions)
	admin.POST("/promotions", a.idempotent, a.createPromotion)

	internal := e.Group("/internal", a.Internal.Only)
	internal.GET("/webhook-events/:id", a.getWebhookEvent)
}

// list is the body of a simple list.
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
