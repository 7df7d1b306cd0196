package billing

import (
	"regexp"
	"slices"
	"time"
	"unicode/utf8"

	"muster/libs/errs"
)

// Promotion is a code that grants a coupon within limits.
type Promotion struct {
	ID             int64
	RequestKey     string
	Name           string
	Code           string // unique among active promotions, without regard to case
	Description    *string
	Coupon         Coupon
	StartsAt       *time.Time // nil: already started
	ExpiresAt      *time.Time // nil: never; from this instant on it is invalid
	MaxRedemptions *int       // nil: any number
	PerUserLimit   *int       // nil: any number
	FirstTimeOnly  bool
	PlanIDs        []int64 // empty: every plan
	Active         bool
	Redeemed       int // reserved and applied so far
	CreatedAt      time.Time
	Version        int64      // rises with each event
	ExhaustedAt    *time.Time // when it was told that no redemption is left under the present limit; nil: not yet
}

var promotionCode = regexp.MustCompile(`^[A-Za-z0-9_-]{2,50}$`)

// Check validates a new promotion.
func (p Promotion) Check() error {
	wrong := checkName(p.Name)
	if !promotionCode.MatchString(p.Code) {
		wrong = append(wrong, errs.Field{Field: "code", Message: "must have 2 to 50 characters of A-Z, a-z, 0-9, - and _"})
	}
	if p.Description != nil && utf8.RuneCountInString(*p.Description) > maxDescription {
		wrong = append(wrong, errs.Field{Field: "description", Message: "must have at most 500 characters"})
	}
	if p.Coupon.ID <= 0 {
		wrong = append(wrong, errs.Field{Field: "couponId", Message: "must be the id of a coupon"})
	}
	if p.StartsAt != nil && p.ExpiresAt != nil && !p.ExpiresAt.After(*p.StartsAt) {
		wrong = append(wrong, errs.Field{Field: "expiresAt", Message: "must be after startsAt"})
	}
	if m := p.MaxRedemptions; m != nil && (*m < 1 || *m > 1_000_000_000) {
		wrong = append(wrong, errs.Field{Field: "maxRedemptions", Message: "must be from 1 to 1000000000, or null"})
	}
	if m := p.PerUserLimit; m != nil && (*m < 1 || *m > 1_000_000) {
		wrong = append(wrong, errs.Field{Field: "perUserLimit", Message: "must be from 1 to 1000000, or null"})
	}
	if len(p.PlanIDs) > 100 {
		wrong = append(wrong, errs.Field{Field: "planIds", Message: "must name at most 100 plans"})
	}
	if len(wrong) > 0 {
		return errs.Invalid(wrong...)
	}
	return nil
}

// Redeemable reports whether the owner of the account may use the promotion for the plan now. Tx.Reserve decides
// whether a redemption is left. The limits on redemptions are checked last, so their errors imply that every other
// check has passed.
func (p Promotion) Redeemable(a Account, plan Plan, now time.Time) error {
	switch {
	case !p.Active:
		return ErrPromoInactive
	case p.StartsAt != nil && now.Before(*p.StartsAt):
		return ErrPromoNotStarted
	case p.ExpiresAt != nil && !now.Before(*p.ExpiresAt):
		return ErrPromoExpired
	case len(p.PlanIDs) > 0 && !slices.Contains(p.PlanIDs, plan.ID):
		return ErrPromoPlan
	case p.Coupon.Type == AmountOff && p.Coupon.Currency != plan.Currency:
		return ErrPromoCurrency
	case p.FirstTimeOnly && a.HasPaid():
		return ErrPromoFirstTimeOnly
	case p.Coupon.Type == FreeTrial && a.HadTrial():
		return ErrTrialAlreadyUsed
	case p.PerUserLimit != nil && a.redeemed(p.ID) >= *p.PerUserLimit:
		return ErrPromoRedeemed
	case p.MaxRedemptions != nil && p.Redeemed >= *p.MaxRedemptions:
		return ErrPromoExhausted
	}
	return nil
}
