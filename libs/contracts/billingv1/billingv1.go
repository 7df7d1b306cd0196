// Package billingv1 defines what billing publishes. Amounts are integers in the minor unit of their currency (cents).
package billingv1

import (
	"strconv"
	"time"

	"muster/libs/contracts"
)

// Subscription is what one user pays now, on billing.subscription.v1: the current subscription (the newest one that has
// not ended, else the newest) and the promotion redemption that applies to it. Its key and its version belong to the
// user, not to a single subscription, so a new subscription is just the next version.
type Subscription struct {
	UserID  int64 `json:"userId"`
	Version int64 `json:"version"`
	// Deleted marks the last record of a user. Nothing personal is in it.
	Deleted bool `json:"deleted"`
	// Access reports whether the subscription's status currently gives the rights of a subscriber.
	Access bool `json:"access"`
	// AccessVersion is the newest version with a change that directory acts on: Access, Deleted.
	AccessVersion int64 `json:"accessVersion"`
	// UserVersion is the newest version of directory's user that billing has followed; 0 before the first.
	UserVersion int64 `json:"userVersion"`
	// StripeCustomerID is empty until the user has a Stripe customer.
	StripeCustomerID string `json:"stripeCustomerId"`
	// Current is null if the user never had a subscription.
	Current *Current `json:"current"`
	// Promotion is null without a redemption that applies to Current.
	Promotion *Promotion `json:"promotion"`
	// Standing is null in the last record of a user, and in records of earlier releases.
	Standing *Standing `json:"standing"`
}

// Standing says since when the user is what, whichever of the user's subscriptions makes them so. What does not apply is
// null.
type Standing struct {
	// PaidSince is set while a subscription is active or past due and charges something: the first positive payment
	// since the user has paid without a break. If nothing of that is paid yet, it is the time from which it is charged.
	PaidSince *time.Time `json:"paidSince"`
	// TrialSince and TrialUntil are the trial of a trialing subscription, the one that ends last.
	TrialSince *time.Time `json:"trialSince"`
	TrialUntil *time.Time `json:"trialUntil"`
	// FreeSince is set while a subscription is active and charges nothing: since when it does not.
	FreeSince *time.Time `json:"freeSince"`
	// AttemptAt is set if the newest attempt to subscribe was not completed: a subscription whose first payment is or
	// stays missing, or an unfinished checkout.
	AttemptAt *time.Time `json:"attemptAt"`
	// EndedAt is the end of the subscription that ended last.
	EndedAt *time.Time `json:"endedAt"`
}

// Current is one subscription with its plan. Amounts in minor units of Currency, before tax.
type Current struct {
	ID                   int64      `json:"id"`
	StripeSubscriptionID string     `json:"stripeSubscriptionId"`
	Status               string     `json:"status"`   // Stripe's: trialing, active, past_due, unpaid, paused, incomplete, canceled, incomplete_expired
	PlanID               *int64     `json:"planId"`   // null if the price is no plan's
	PlanName             *string    `json:"planName"` // likewise
	PlanInterval         string     `json:"planInterval"`
	PlanIntervalCount    int        `json:"planIntervalCount"`
	PlanAmount           int64      `json:"planAmount"`   // for one and an interval, before discounts, in minor units
	PlanCurrency         string     `json:"planCurrency"` // three small letters; also of chargedAmount
	PlanTrialPeriodDays  *int       `json:"planTrialPeriodDays"`
	Quantity             int64      `json:"quantity"`
	ChargedAmount        int64      `json:"chargedAmount"` // for the current period, in minor units: all items after discounts, before tax, without prorations; 0 in a trial and while collection is paused
	CurrentPeriodStart   *time.Time `json:"currentPeriodStart"`
	CurrentPeriodEnd     *time.Time `json:"currentPeriodEnd"`
	TrialStart           *time.Time `json:"trialStart"` // null without a trial; likewise the end
	TrialEnd             *time.Time `json:"trialEnd"`
	CancelAtPeriodEnd    bool       `json:"cancelAtPeriodEnd"` // it ends with the current period
	CancelAt             *time.Time `json:"cancelAt"`          // when it will end; null if that is not decided
	CanceledAt           *time.Time `json:"canceledAt"`        // when it was asked to end, which may lie before the end; null if never
	EndedAt              *time.Time `json:"endedAt"`           // null while it has not ended
	CollectionPaused     bool       `json:"collectionPaused"`  // invoices are made but not collected
	CreatedAt            time.Time  `json:"createdAt"`
	UpdatedAt            time.Time  `json:"updatedAt"`
}

// Promotion is the redemption that applies to the current subscription, with its promotion and coupon. A discount that was
// given in Stripe's dashboard has no promotion: PromotionID is 0, and Name and Code are empty.
type Promotion struct {
	RedemptionID     int64     `json:"redemptionId"`
	PromotionID      int64     `json:"promotionId"`
	Name             string    `json:"name"`
	Code             string    `json:"code"`
	Description      *string   `json:"description"`
	CouponID         int64     `json:"couponId"`
	CouponName       string    `json:"couponName"`
	CouponTypeCode   string    `json:"couponTypeCode"`
	DiscountPercent  *float64  `json:"discountPercentage"` // DISC only; two decimals
	DiscountAmount   *int64    `json:"discountAmount"`     // AMOU only; minor units
	TrialDays        *int      `json:"trialDays"`          // TRIA only
	DurationTypeCode string    `json:"couponDurationTypeCode"`
	DurationInMonths *int      `json:"durationInMonths"` // REPE only
	StripeDiscountID *string   `json:"stripeDiscountId"`
	AppliedAt        time.Time `json:"appliedAt"`
}

// EventType is "billing.subscription.v1".
func (Subscription) EventType() string { return "billing.subscription.v1" }

// EventTopic is the state topic of subscriptions.
func (Subscription) EventTopic() string { return contracts.TopicSubscription }

// EventKey is the user id.
func (s Subscription) EventKey() string { return strconv.FormatInt(s.UserID, 10) }

// EventVersion is the version of the user's billing state.
func (s Subscription) EventVersion() int64 { return s.Version }

// Last is the state that a tombstone stands for: deleted in this version.
func (Subscription) Last(userID, version int64) contracts.Payload {
	return Subscription{UserID: userID, Version: version, AccessVersion: version, Deleted: true}
}

// SubscriptionEvent says what happened to a subscription, on billing.events.v1. A consumer needs nothing else to act on it.
type SubscriptionEvent struct {
	Kind   Kind  `json:"kind"`
	UserID int64 `json:"userId"`
	// Version is the version of the user's billing state after it.
	Version        int64  `json:"version"`
	SubscriptionID int64  `json:"subscriptionId"`
	PlanID         *int64 `json:"planId"` // null if the price is no plan's
	Status         string `json:"status"`
	// At is when it happened, by Stripe's clock, or when billing learned of it, if Stripe does not tell.
	At time.Time `json:"at"`
	// Subscription is the subscription after it.
	Subscription *Current `json:"subscription"`
	// Before is the subscription before it; null for the first event of a subscription.
	Before *Current `json:"before"`
}

// Kind is what happened to a subscription.
type Kind string

// What can happen to a subscription.
const (
	Created           Kind = "created"
	TrialStarted      Kind = "trial_started"
	TrialWillEnd      Kind = "trial_will_end" // in three days, or at once for a shorter trial
	Activated         Kind = "activated"      // it is paid for the first time
	Renewed           Kind = "renewed"        // a new period has begun
	PlanChanged       Kind = "plan_changed"
	QuantityChanged   Kind = "quantity_changed"
	PastDue           Kind = "past_due"
	Recovered         Kind = "recovered" // what was past due or unpaid is paid
	Unpaid            Kind = "unpaid"
	Paused            Kind = "paused"
	Resumed           Kind = "resumed"
	CancelScheduled   Kind = "cancel_scheduled"
	CancelUnscheduled Kind = "cancel_unscheduled"
	Canceled          Kind = "canceled" // it has ended
	Expired           Kind = "expired"  // it has ended without ever being paid or tried
)

// EventType is "billing.subscription." and the kind and ".v1".
func (e SubscriptionEvent) EventType() string {
	return "billing.subscription." + string(e.Kind) + ".v1"
}

// EventTopic is the event topic of billing.
func (SubscriptionEvent) EventTopic() string { return contracts.TopicBillingEvents }

// EventKey is the user id.
func (e SubscriptionEvent) EventKey() string { return strconv.FormatInt(e.UserID, 10) }

// EventVersion is the version of the user's billing state after it.
func (e SubscriptionEvent) EventVersion() int64 { return e.Version }
