package httpapi

import (
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"muster/libs/web"
)

// entitlementsBody is what the user's subscription entitles to. All but access and class are null without one.
type entitlementsBody struct {
	Access   bool       `json:"access"`
	Class    string     `json:"class"`
	Status   *string    `json:"status"`
	PlanID   *int64     `json:"planId"`
	PlanName *string    `json:"planName"`
	Quantity *int64     `json:"quantity"`
	Until    *time.Time `json:"until"` // when access ends, if that is known
}

func (a *api) getEntitlements(c *gin.Context) {
	e, err := a.Service.EntitlementOf(c.Request.Context(), web.CurrentPrincipal(c).UserID)
	if err != nil {
		web.Fail(c, err)
		return
	}
	body := entitlementsBody{Access: e.Access, Class: e.Class, Until: e.Until}
	if s := e.State.Current; s != nil {
		body.Status, body.PlanID, body.PlanName, body.Quantity = &s.Status, s.PlanID, s.PlanName, &s.Quantity
	}
	c.JSON(http.StatusOK, body)
}

// offerBody is what a promotion does to the price of a plan. Amounts are in minor units of the plan's currency, for its
// first period.
type offerBody struct {
	PromotionID      int64    `json:"promotionId"`
	Code             string   `json:"code"`
	Name             string   `json:"name"`
	Description      *string  `json:"description"`
	CouponTypeCode   string   `json:"couponTypeCode"`
	CouponTypeName   string   `json:"couponTypeName"`
	Percentage       *float64 `json:"discountPercentage"`
	DiscountAmount   *int64   `json:"discountAmount"`
	DurationTypeCode string   `json:"couponDurationTypeCode"`
	DurationTypeName string   `json:"couponDurationTypeName"`
	DurationInMonths *int     `json:"durationInMonths"`
	TrialDays        int      `json:"trialDays"`
	Amount           int64    `json:"amount"`
	DiscountedAmount int64    `json:"discountedAmount"`
}

type validatePromotionBody struct {
	Code   string `json:"code" jsonschema:"required,minLength=1,maxLength=50"`
	PlanID int64  `json:"planId" jsonschema:"required,minimum=1"`
}

func (a *api) validatePromotion(c *gin.Context) {
	in, err := web.Bind[validatePromotionBody](c)
	if err != nil {
		web.Fail(c, err)
		return
	}
	o, err := a.Service.ValidatePromotion(c.Request.Context(), web.CurrentPrincipal(c).UserID, in.Code, in.PlanID)
	if err != nil {
		web.Fail(c, err)
		return
	}
	coupon := couponOf(o.Promotion.Coupon)
	c.JSON(http.StatusOK, offerBody{
		o.Promotion.ID, o.Promotion.Code, o.Promotion.Name, o.Promotion.Description, coupon.TypeCode, coupon.TypeName, coupon.Percentage,
		coupon.Amount, coupon.DurationCode, coupon.DurationName, coupon.DurationInMonths, o.TrialDays, o.Amount, o.Reduced,
	})
}
