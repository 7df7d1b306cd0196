package billing

import (
	"time"

	"muster/libs/errs"
)

// CouponType is the kind of reduction (users-api section 1).
type CouponType string

// The coupon types.
const (
	Percentage CouponType = "DISC"
	AmountOff  CouponType = "AMOU"
	FreeTrial  CouponType = "TRIA"
)

// Duration is how long a coupon applies (users-api section 1).
type Duration string

// The durations.
const (
	Once      Duration = "ONCE"
	Repeating Duration = "REPE"
	Forever   Duration = "FORE"
)

// Coupon is a reduction. Exactly one of the three values is set, depending on the type. The values never change.
type Coupon struct {
	ID               int64
	Key              string // identifies the coupon to the provider
	RequestKey       string
	Name             string
	Type             CouponType
	BasisPoints      int    // DISC: hundredths of a percent, 1 to 10000
	AmountOff        int64  // AMOU: minor units of Currency
	Currency         string // AMOU only
	TrialDays        int    // TRIA
	Duration         Duration
	DurationInMonths *int   // REPE only
	ProviderID       string // empty for TRIA, and until the provider's coupon exists
	Active           bool   // not archived
	CreatedAt        time.Time
}

const (
	wholeInBasisPoints = 10_000
	maxDurationMonths  = 120
	maxCouponName      = 40 // the provider's limit
)

// Check validates a new coupon.
func (c Coupon) Check() error {
	wrong := checkName(c.Name)
	if len(wrong) == 0 && len([]rune(c.Name)) > maxCouponName {
		wrong = append(wrong, errs.Field{Field: "name", Message: "must have 1 to 40 characters"})
	}
	wrong = append(wrong, c.checkValue()...)
	wrong = append(wrong, c.checkDuration()...)
	if len(wrong) > 0 {
		return errs.Invalid(wrong...)
	}
	return nil
}

func (c Coupon) checkValue() []errs.Field {
	var wrong []errs.Field
	need := func(field string, want, set, good bool, message string) {
		switch {
		case want && !good:
			wrong = append(wrong, errs.Field{Field: field, Message: message})
		case !want && set:
			wrong = append(wrong, errs.Field{Field: field, Message: "does not go with couponTypeCode " + string(c.Type)})
		}
	}
	switch c.Type {
	case Percentage, AmountOff, FreeTrial:
	default:
		return []errs.Field{{Field: "couponTypeCode", Message: "must be DISC, AMOU or TRIA"}}
	}
	need("discountPercentage", c.Type == Percentage, c.BasisPoints != 0, c.BasisPoints >= 1 && c.BasisPoints <= wholeInBasisPoints,
		"must be more than 0 and at most 100, with two decimals at most")
	need("discountAmount", c.Type == AmountOff, c.AmountOff != 0, c.AmountOff >= 1 && c.AmountOff <= maxAmount,
		"must be from 1 to 99999999, in the minor unit of the currency")
	need("currency", c.Type == AmountOff, false, isCurrency(c.Currency), "must be a three-letter currency code")
	need("trialDays", c.Type == FreeTrial, c.TrialDays != 0, c.TrialDays >= 1 && c.TrialDays <= maxTrialDays, "must be from 1 to 730")
	return wrong
}

func (c Coupon) checkDuration() []errs.Field {
	switch c.Duration {
	case Once, Repeating, Forever:
	default:
		return []errs.Field{{Field: "couponDurationTypeCode", Message: "must be ONCE, REPE or FORE"}}
	}
	if c.Duration == Forever && c.Type == AmountOff {
		return []errs.Field{{Field: "couponDurationTypeCode", Message: "an amount can be off ONCE or REPE, not FORE"}}
	}
	months := c.DurationInMonths
	if c.Duration == Repeating && (months == nil || *months < 1 || *months > maxDurationMonths) {
		return []errs.Field{{Field: "durationInMonths", Message: "must be from 1 to 120 with REPE"}}
	}
	if c.Duration != Repeating && months != nil {
		return []errs.Field{{Field: "durationInMonths", Message: "goes with REPE only"}}
	}
	return nil
}

// Off returns the amount after the coupon's reduction. A percentage is rounded half up on basis points. An amount off
// in the same currency gives at least 0. TRIA reduces nothing.
func (c Coupon) Off(amount int64, currency string) int64 {
	switch c.Type {
	case Percentage:
		return amount - (amount*int64(c.BasisPoints)+wholeInBasisPoints/2)/wholeInBasisPoints
	case AmountOff:
		if c.Currency == currency {
			return max(0, amount-c.AmountOff)
		}
	case FreeTrial:
	}
	return amount
}
