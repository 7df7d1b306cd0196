package billingv1

import (
	"strconv"
	"time"

	"muster/libs/contracts"
)

// RedemptionEvent says what happened to a user's redemption of a promotion, on billing.events.v1. A discount that was given
// in Stripe's dashboard has no promotion: PromotionID is 0, and Code is empty.
type RedemptionEvent struct {
	Kind   RedemptionKind `json:"kind"`
	UserID int64          `json:"userId"`
	// Version is the version of the user's billing state after it.
	Version int64 `json:"version"`
	// At is when it happened, by Stripe's clock, or when billing learned of it, if Stripe does not tell.
	At             time.Time `json:"at"`
	RedemptionID   int64     `json:"redemptionId"`
	PromotionID    int64     `json:"promotionId"`
	Code           string    `json:"code"`
	CouponID       int64     `json:"couponId"`
	SubscriptionID *int64    `json:"subscriptionId"` // null until it is applied
}

// RedemptionKind is what happened to a redemption.
type RedemptionKind string

// What can happen to a redemption.
const (
	RedemptionReserved RedemptionKind = "reserved" // it is held for a checkout
	RedemptionApplied  RedemptionKind = "applied"  // the subscription has begun with it
	RedemptionConsumed RedemptionKind = "consumed" // an invoice has used it up, or the trial is over
	RedemptionExpired  RedemptionKind = "expired"  // its months are over
	RedemptionReleased RedemptionKind = "released" // the checkout was not completed
	RedemptionRemoved  RedemptionKind = "removed"  // it was taken off the subscription
)

// EventType is "billing.redemption." and the kind and ".v1".
func (e RedemptionEvent) EventType() string { return "billing.redemption." + string(e.Kind) + ".v1" }

// EventTopic is the event topic of billing.
func (RedemptionEvent) EventTopic() string { return contracts.TopicBillingEvents }

// EventKey is the user id.
func (e RedemptionEvent) EventKey() string { return strconv.FormatInt(e.UserID, 10) }

// EventVersion is the version of the user's billing state after it.
func (e RedemptionEvent) EventVersion() int64 { return e.Version }
