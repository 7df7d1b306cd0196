package httpapi

import (
	"context"
	"math"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"muster/libs/errs"
	"muster/libs/listing"
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
	Active           bool      `json:"active"`
	CreatedAt        time.Time `json:"createdAt"`
}

func couponOf(c billing.Coupon) couponBody {
	b := couponBody{
		ID: c.ID, Name: c.Name, TypeCode: string(c.Type), TypeName: usersapi.CouponTypeName(string(c.Type)),
		DurationCode: string(c.Duration), DurationName: usersapi.DurationName(string(c.Duration)),
		DurationInMonths: c.DurationInMonths, Active: c.Active, CreatedAt: c.CreatedAt,
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
	page, err := a.Reader.Coupons(c.Request.Context(), c.Request.URL)
	if err != nil {
		web.Fail(c, err)
		return
	}
	web.List(c, listing.Map(page, couponOf))
}

func (a *api) getCoupon(c *gin.Context) { one(c, a.Service.CouponOf, couponOf) }

type updateCouponBody struct {
	Name             web.Member[string]  `json:"name" jsonschema:"minLength=1,maxLength=40"`
	Percentage       web.Member[float64] `json:"discountPercentage" jsonschema:"minimum=0,maximum=100"`
	Amount           web.Member[int64]   `json:"discountAmount" jsonschema:"minimum=0,maximum=99999999"`
	Currency         web.Member[string]  `json:"currency"`
	TrialDays        web.Member[int]     `json:"trialDays" jsonschema:"minimum=0,maximum=730"`
	DurationCode     web.Member[string]  `json:"couponDurationTypeCode"`
	DurationInMonths web.Member[int]     `json:"durationInMonths" jsonschema:"minimum=1,maximum=120" null:"true"`
}

// updateCoupon answers with another coupon if a value changes: its id is another one.
func (a *api) updateCoupon(c *gin.Context) {
	change(c, couponOf, func(ctx context.Context, id int64, in updateCouponBody) (billing.Coupon, error) {
		points := billing.Member[int]{Given: in.Percentage.Given}
		if in.Percentage.Value != nil {
			converted, err := basisPoints(*in.Percentage.Value)
			if err != nil {
				return billing.Coupon{}, err
			}
			points.Value = &converted
		}
		return a.Service.UpdateCoupon(ctx, id, billing.CouponChange{
			Name: billing.Member[string](in.Name), BasisPoints: points, AmountOff: billing.Member[int64](in.Amount),
			Currency: billing.Member[string](in.Currency), TrialDays: billing.Member[int](in.TrialDays),
			Duration:         billing.Member[billing.Duration]{Given: in.DurationCode.Given, Value: (*billing.Duration)(in.DurationCode.Value)},
			DurationInMonths: billing.Member[int](in.DurationInMonths),
		})
	})
}

func (a *api) archiveCoupon(c *gin.Context) { archive(c, a.Service.ArchiveCoupon) }

type createCouponBody struct {
	Name             string   `json:"name" jsonschema:"required,minLength=1,maxLength=40"`
	TypeCode         string   `json:"couponTypeCode" jsonschema:"required"`
	Percentage       *float64 `json:"discountPercentage" jsonschema:"minimum=0,maximum=100"`
	Amount           int64    `json:"discountAmount" jsonschema:"minimum=0,maximum=99999999"`
	Currency         string   `json:"currency"`
	TrialDays        int      `json:"trialDays" jsonschema:"minimum=0,maximum=730"`
	DurationCode     string   `json:"couponDurationTypeCode" jsonschema:"required"`
	DurationInMonths *int     `json:"durationInMonths" jsonschema:"minimum=1,maximum=120"`
}

func (a *api) createCoupon(c *gin.Context) {
	in, err := web.Bind[createCouponBody](c)
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
	actedOn(c, coupon.ID)
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
