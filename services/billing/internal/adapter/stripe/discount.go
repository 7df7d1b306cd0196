package stripe

import (
	"math"

	"github.com/stripe/stripe-go/v76"

	"muster/services/billing/internal/billing"
)

// discountOf converts a discount; nil if there is none, or it was not expanded.
func discountOf(d *stripe.Discount) *billing.ProviderDiscount {
	if d == nil || d.Coupon == nil {
		return nil
	}
	return &billing.ProviderDiscount{ID: d.ID, CouponID: d.Coupon.ID, Coupon: couponOf(d.Coupon), Start: at(d.Start), End: maybe(d.End)}
}

// couponOf converts a coupon. Stripe allows percentages with more decimals than ours; the invoice says what was charged.
func couponOf(c *stripe.Coupon) billing.Coupon {
	coupon := billing.Coupon{Name: c.Name, Duration: durationOf(c.Duration)}
	if c.Duration == stripe.CouponDurationRepeating {
		months := int(c.DurationInMonths)
		coupon.DurationInMonths = &months
	}
	if c.AmountOff > 0 {
		coupon.Type, coupon.AmountOff, coupon.Currency = billing.AmountOff, c.AmountOff, string(c.Currency)
		return coupon
	}
	const hundredths = 100
	coupon.Type, coupon.BasisPoints = billing.Percentage, max(1, int(math.Round(c.PercentOff*hundredths)))
	return coupon
}

func durationOf(d stripe.CouponDuration) billing.Duration {
	for ours, theirs := range durations {
		if theirs == d {
			return ours
		}
	}
	return billing.Forever
}
