package httpapi

import (
	"math"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"muster/libs/errs"
	"muster/libs/usersapi"
	"muster/libs/web"
	"muster/services/billing/internal/billing"
)

type couponBody struct {
	ID               int64     `json:"id"`
	Name             string    `json:"name"`
	TypeCode         string    `json:"couponTypeCode"`
	TypeName         string    `json:"couponTypeName"`
	Percentage       *float64  `json:"discountPercentage"`
	Amount           *int64    `json:"discountAmount"`
	Currency         *string   `json:"currency"`
	TrialDays        *int      `json:"trialDays"`
	DurationCode     string    `json:"couponDurationTypeCode"`
	DurationName     string    `json:"couponDurationTypeName"`
	DurationInMonths *int      `json:"durationInMonths"`
	CreatedAt        time.Time `json:"createdAt"`
}

func couponOf(c billing.Coupon) couponBody {
	b := couponBody{
		ID: c.ID, Name: c.Name, TypeCode: string(c.Type), TypeName: usersapi.CouponTypeName(string(c.Type)),
		DurationCode: string(c.Duration), DurationName: usersapi.DurationName(string(c.Duration)),
		DurationInMonths: c.DurationInMonths, CreatedAt: c.CreatedAt,
	}
	switch c.Type {
	case billing.Percentage:
		percent := float64(c.BasisPoints) / 100
		b.Percentage = &percent
	case billing.AmountOff:
		b.Amount, b.Currency = &c.AmountOff, &c.Currency
	case billing.FreeTrial:
		b.TrialDays = &c.TrialDays
	}
	return b
}

func (a *api) listCoupons(c *gin.Context) {
	coupons, err := a.Reader.Coupons(c.Request.Context())
	if err != nil {
		web.Fail(c, err)
		return
	}
	c.JSON(http.StatusOK, listOf(coupons, couponOf))
}

func (a *api) createCoupon(c *gin.Context) {
	in, err := web.Bind[struct {
		Name             string   `json:"name"`
		TypeCode         string   `json:"couponTypeCode"`
		Percentage       *float64 `json:"discountPercentage"`
		Amount           int64    `json:"discountAmount"`
		Currency         string   `json:"currency"`
		TrialDays        int      `json:"trialDays"`
		DurationCode     string   `json:"couponDurationTypeCode"`
		DurationInMonths *int     `json:"durationInMonths"`
	}](c)
	if err != nil {
		web.Fail(c, err)
		return
	}
	points, err := basisPoints(or(in.Percentage, 0))
	if err != nil {
		web.Fail(c, err)
		return
	}
	coupon, err := a.Service.CreateCoupon(c.Request.Context(), billing.Coupon{
		RequestKey: requestKey(c), Name: in.Name, Type: billing.CouponType(in.TypeCode), BasisPoints: points, AmountOff: in.Amount,
		Currency: in.Currency, TrialDays: in.TrialDays, Duration: billing.Duration(in.DurationCode), DurationInMonths: in.DurationInMonths,
	})
	if err != nil {
		web.Fail(c, err)
		return
	}
	c.JSON(http.StatusCreated, couponOf(coupon))
}

// basisPoints converts a percentage with at most two decimals. The core checks the range.
func basisPoints(percent float64) (int, error) {
	points := math.Round(percent * 100)
	if math.Abs(percent) > 1000 || math.Abs(percent*100-points) > 1e-6 {
		return 0, errs.InvalidField("discountPercentage", "must be more than 0 and at most 100, with two decimals at most")
	}
	return int(points), nil
}

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
	promotions, err := a.Reader.Promotions(c.Request.Context())
	if err != nil {
		web.Fail(c, err)
		return
	}
	c.JSON(http.StatusOK, listOf(promotions, promotionOf))
}

func (a *api) createPromotion(c *gin.Context) {
	in, err := web.Bind[struct {
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
	}](c)
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
