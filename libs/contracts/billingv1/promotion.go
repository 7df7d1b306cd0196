package billingv1

import (
	"strconv"
	"time"

	"muster/libs/contracts"
)

// PromotionEvent says what happened to a promotion, on billing.events.v1. It belongs to no user: its key is "promotion/"
// and the id.
type PromotionEvent struct {
	Kind        PromotionKind `json:"kind"`
	PromotionID int64         `json:"promotionId"`
	// Version rises by one with each event of the promotion.
	Version int64 `json:"version"`
	// At is when it happened.
	At time.Time `json:"at"`
	// Promotion is the promotion after it.
	Promotion PromotionTerms `json:"promotion"`
	// Before is the promotion before it; null for a new promotion.
	Before *PromotionTerms `json:"before"`
}

// PromotionTerms is a code with what it grants and its limits.
type PromotionTerms struct {
	Name             string     `json:"name"`
	Code             string     `json:"code"`
	Description      *string    `json:"description"`
	CouponID         int64      `json:"couponId"`
	CouponTypeCode   string     `json:"couponTypeCode"`
	DiscountPercent  *float64   `json:"discountPercentage"` // DISC only; two decimals
	DiscountAmount   *int64     `json:"discountAmount"`     // AMOU only; minor units of Currency
	Currency         *string    `json:"currency"`           // AMOU only
	TrialDays        *int       `json:"trialDays"`          // TRIA only
	DurationTypeCode string     `json:"couponDurationTypeCode"`
	DurationInMonths *int       `json:"durationInMonths"` // REPE only
	StartsAt         *time.Time `json:"startsAt"`         // null: it has started
	ExpiresAt        *time.Time `json:"expiresAt"`        // null: never
	MaxRedemptions   *int       `json:"maxRedemptions"`   // null: any number
	Redemptions      int        `json:"redemptions"`      // reserved and applied so far
	PerUserLimit     *int       `json:"perUserLimit"`     // null: any number
	FirstTimeOnly    bool       `json:"firstTimeOnly"`
	PlanIDs          []int64    `json:"planIds"` // empty: every plan
	Active           bool       `json:"active"`
}

// PromotionKind is what happened to a promotion.
type PromotionKind string

// What can happen to a promotion.
const (
	PromotionCreated PromotionKind = "created"
	PromotionChanged PromotionKind = "changed" // its terms were changed, or it went off sale or on sale again
	// PromotionExhausted is told once for each limit: the last redemption was taken. One that is given back can be taken
	// again.
	PromotionExhausted PromotionKind = "exhausted"
)

// EventType is "billing.promotion." and the kind and ".v1".
func (e PromotionEvent) EventType() string { return "billing.promotion." + string(e.Kind) + ".v1" }

// EventTopic is the event topic of billing.
func (PromotionEvent) EventTopic() string { return contracts.TopicBillingEvents }

// EventKey is "promotion/" and the promotion's id.
func (e PromotionEvent) EventKey() string { return "promotion/" + strconv.FormatInt(e.PromotionID, 10) }

// EventVersion is the version of the promotion after it.
func (e PromotionEvent) EventVersion() int64 { return e.Version }
