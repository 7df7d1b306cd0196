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
	a := &api{c, web.NewAuthenticator(c.Keys, c.CSRF, c.Standing)}
	a.auth.Mount(e, a.routes())
}

// MountInternal adds the routes for other services.
func MountInternal(r gin.IRouter, service *billing.Service, incomes Incomes, people People) {
	a := &api{Config: Config{Service: service}}
	r.GET("/webhook-events/:id", a.getWebhookEvent)
	r.GET("/income", getIncome(incomes))
	r.GET("/users/:id/personal-data", writePerson(people))
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
