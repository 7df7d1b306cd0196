package httpapi

import (
	"context"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"muster/libs/listing"
	"muster/libs/web"
	"muster/services/billing/internal/billing"
)

type promotionBody struct {
	ID             int64      `json:"id"`
	Name           string     `json:"name"`
	Code           string     `json:"code"`
	Description    *string    `json:"description"`
	CouponID       int64      `json:"couponId"`
	StartsAt       *time.Time `json:"startsAt"`
	ExpiresAt      *time.Time `json:"expiresAt"`
	MaxRedemptions *int       `json:"maxRedemptions"`
	PerUserLimit   *int       `json:"perUserLimit"`
	FirstTimeOnly  bool       `json:"firstTimeOnly"`
	PlanIDs        []int64    `json:"planIds"`
	Active         bool       `json:"active"`
	Redemptions    int        `json:"redemptions"`
	CreatedAt      time.Time  `json:"createdAt"`
}

func promotionOf(p billing.Promotion) promotionBody {
	plans := p.PlanIDs
	if plans == nil {
		plans = []int64{}
	}
	return promotionBody{
		p.ID, p.Name, p.Code, p.Description, p.Coupon.ID, p.StartsAt, p.ExpiresAt, p.MaxRedemptions, p.PerUserLimit,
		p.FirstTimeOnly, plans, p.Active, p.Redeemed, p.CreatedAt,
	}
}

func (a *api) listPromotions(c *gin.Context) {
	page, err := a.Reader.Promotions(c.Request.Context(), c.Request.URL)
	if err != nil {
		web.Fail(c, err)
		return
	}
	web.List(c, listing.Map(page, promotionOf))
}

func (a *api) getPromotion(c *gin.Context) { one(c, a.Service.PromotionOf, promotionOf) }

type updatePromotionBody struct {
	Name           web.Member[string]    `json:"name" jsonschema:"minLength=1,maxLength=100"`
	Description    web.Member[string]    `json:"description" jsonschema:"maxLength=500" null:"true"`
	StartsAt       web.Member[time.Time] `json:"startsAt" null:"true"`
	ExpiresAt      web.Member[time.Time] `json:"expiresAt" null:"true"`
	MaxRedemptions web.Member[int]       `json:"maxRedemptions" jsonschema:"minimum=1,maximum=1000000000" null:"true"`
	PerUserLimit   web.Member[int]       `json:"perUserLimit" jsonschema:"minimum=1,maximum=1000000" null:"true"`
	FirstTimeOnly  web.Member[bool]      `json:"firstTimeOnly"`
	PlanIDs        web.Member[[]int64]   `json:"planIds" null:"true"`
	Active         web.Member[bool]      `json:"active"`
}

func (a *api) updatePromotion(c *gin.Context) {
	change(c, promotionOf, func(ctx context.Context, id int64, in updatePromotionBody) (billing.Promotion, error) {
		in.StartsAt.Value, in.ExpiresAt.Value = seconds(in.StartsAt.Value), seconds(in.ExpiresAt.Value)
		return a.Service.UpdatePromotion(ctx, id, billing.PromotionChange{
			Name: billing.Member[string](in.Name), Description: billing.Member[string](in.Description),
			StartsAt: billing.Member[time.Time](in.StartsAt), ExpiresAt: billing.Member[time.Time](in.ExpiresAt),
			MaxRedemptions: billing.Member[int](in.MaxRedemptions), PerUserLimit: billing.Member[int](in.PerUserLimit),
			FirstTimeOnly: billing.Member[bool](in.FirstTimeOnly), PlanIDs: billing.Member[[]int64](in.PlanIDs), Active: billing.Member[bool](in.Active),
		})
	})
}

func (a *api) archivePromotion(c *gin.Context) { archive(c, a.Service.ArchivePromotion) }

// usedBody is a redemption of a promotion.
type usedBody struct {
	ID               int64      `json:"id"`
	UserID           int64      `json:"userId"`
	SubscriptionID   *int64     `json:"subscriptionId"` // null until the subscription has begun
	Status           string     `json:"status"`
	StripeDiscountID *string    `json:"stripeDiscountId"`
	EndsAt           *time.Time `json:"endsAt"`
	ReservedAt       time.Time  `json:"reservedAt"`
	AppliedAt        *time.Time `json:"appliedAt"`
	UpdatedAt        time.Time  `json:"updatedAt"`
}

func usedOf(r billing.Redemption) usedBody {
	b := usedBody{ID: r.ID, UserID: r.UserID, Status: string(r.Status), EndsAt: r.EndsAt, ReservedAt: r.ReservedAt, AppliedAt: r.AppliedAt, UpdatedAt: r.UpdatedAt}
	if r.SubscriptionID != 0 {
		b.SubscriptionID = &r.SubscriptionID
	}
	if r.DiscountID != "" {
		b.StripeDiscountID = &r.DiscountID
	}
	return b
}

func (a *api) listRedemptions(c *gin.Context) {
	id, err := web.PathID(c, "id")
	if err != nil {
		web.Fail(c, err)
		return
	}
	page, err := a.Reader.Redemptions(c.Request.Context(), id, c.Request.URL)
	if err != nil {
		web.Fail(c, err)
		return
	}
	web.List(c, listing.Map(page, usedOf))
}

type createPromotionBody struct {
	Name           string     `json:"name" jsonschema:"required,minLength=1,maxLength=100"`
	Code           string     `json:"code" jsonschema:"required,pattern=^[A-Za-z0-9_-]{2\\,50}$"`
	Description    *string    `json:"description" jsonschema:"maxLength=500"`
	CouponID       int64      `json:"couponId" jsonschema:"required,minimum=1"`
	StartsAt       *time.Time `json:"startsAt"`
	ExpiresAt      *time.Time `json:"expiresAt"`
	MaxRedemptions *int       `json:"maxRedemptions" jsonschema:"minimum=1,maximum=1000000000"`
	PerUserLimit   *int       `json:"perUserLimit" jsonschema:"minimum=1,maximum=1000000"`
	FirstTimeOnly  bool       `json:"firstTimeOnly"`
	PlanIDs        []int64    `json:"planIds" jsonschema:"maxItems=100"`
}

func (a *api) createPromotion(c *gin.Context) {
	in, err := web.Bind[createPromotionBody](c)
	if err != nil {
		web.Fail(c, err)
		return
	}
	p, err := a.Service.CreatePromotion(c.Request.Context(), billing.Promotion{
		RequestKey: requestKey(c), Name: in.Name, Code: in.Code, Description: in.Description, Coupon: billing.Coupon{ID: in.CouponID},
		StartsAt: seconds(in.StartsAt), ExpiresAt: seconds(in.ExpiresAt), MaxRedemptions: in.MaxRedemptions,
		PerUserLimit: in.PerUserLimit, FirstTimeOnly: in.FirstTimeOnly, PlanIDs: in.PlanIDs,
	})
	if err != nil {
		web.Fail(c, err)
		return
	}
	actedOn(c, p.ID)
	c.JSON(http.StatusCreated, promotionOf(p))
}

// seconds returns the time as it is stored: whole seconds in UTC.
func seconds(t *time.Time) *time.Time {
	if t == nil {
		return nil
	}
	whole := t.UTC().Truncate(time.Second)
	return &whole
}
