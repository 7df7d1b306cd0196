package gateway

import (
	"time"

	"muster/libs/causal"
	"muster/libs/usersapi"
)

// FullUser is a user with what they pay: the object of users-api section 4.2, members in the contract's order.
type FullUser struct {
	usersapi.User
	Billing
}

// Billing is a user's current subscription and the promotion that applies to it; all null without a subscription.
// Amounts are in the minor unit of their currency.
type Billing struct {
	SubscriptionID                  *int64     `json:"subscriptionId"`
	SubscriptionPlanID              *int64     `json:"subscriptionPlanId"`
	SubscriptionPlanName            *string    `json:"subscriptionPlanName"`
	SubscriptionPlanInterval        *string    `json:"subscriptionPlanInterval"`
	SubscriptionPlanAmount          *int64     `json:"subscriptionPlanAmount"`
	SubscriptionPlanCurrency        *string    `json:"subscriptionPlanCurrency"`
	SubscriptionPlanTrialPeriodDays *int       `json:"subscriptionPlanTrialPeriodDays"`
	SubscriptionChargedAmount       *int64     `json:"subscriptionChargedAmount"`
	StripeCustomerID                *string    `json:"stripeCustomerId"`
	StripeSubscriptionID            *string    `json:"stripeSubscriptionId"`
	SubscriptionStatus              *string    `json:"subscriptionStatus"`
	CurrentPeriodStart              *time.Time `json:"currentPeriodStart"`
	CurrentPeriodEnd                *time.Time `json:"currentPeriodEnd"`
	TrialStart                      *time.Time `json:"trialStart"`
	TrialEnd                        *time.Time `json:"trialEnd"`
	CancelAtPeriodEnd               *bool      `json:"cancelAtPeriodEnd"`
	CanceledAt                      *time.Time `json:"canceledAt"`
	SubscriptionCreatedAt           *time.Time `json:"subscriptionCreatedAt"`
	SubscriptionUpdatedAt           *time.Time `json:"subscriptionUpdatedAt"`
	PromotionRedemptionID           *int64     `json:"promotionRedemptionId"`
	PromotionID                     *int64     `json:"promotionId"`
	PromotionName                   *string    `json:"promotionName"`
	PromotionCode                   *string    `json:"promotionCode"`
	PromotionDescription            *string    `json:"promotionDescription"`
	CouponID                        *int64     `json:"couponId"`
	CouponName                      *string    `json:"couponName"`
	CouponTypeCode                  *string    `json:"couponTypeCode"`
	CouponTypeName                  *string    `json:"couponTypeName"`
	DiscountPercentage              *float64   `json:"discountPercentage"`
	TrialDays                       *int       `json:"trialDays"`
	CouponDurationTypeCode          *string    `json:"couponDurationTypeCode"`
	CouponDurationTypeName          *string    `json:"couponDurationTypeName"`
	DurationInMonths                *int       `json:"durationInMonths"`
	StripeDiscountID                *string    `json:"stripeDiscountId"`
	PromotionAppliedAt              *time.Time `json:"promotionAppliedAt"`
}

// UserState is one version of directory's user record.
type UserState struct {
	causal.State // Deleted is also true for a registration that directory refused
	// RejectedBecause is the error code of a refused registration, otherwise empty.
	RejectedBecause string `json:"rejectedBecause"`
	// Profile is the user object; nil when Deleted.
	Profile *usersapi.User `json:"-"`
	// RegistrationUntil is the last moment at which an unverified user's registration code can be redeemed; nil if there is
	// none.
	RegistrationUntil *time.Time `json:"registrationUntil"`
}

// AccountState is one version of identity's account record.
type AccountState struct {
	causal.State
	// TokensValidFrom refuses access tokens that were issued before it; nil refuses none.
	TokensValidFrom *time.Time     `json:"tokensValidFrom"`
	EndedSessions   []EndedSession `json:"endedSessions"`
	// Applicant is the user that the registration requests, until directory has accepted or refused it.
	Applicant *usersapi.User `json:"applicant"`
}

// EndedSession is a session whose access tokens are refused although they have not expired.
type EndedSession struct {
	ID    string    `json:"id"`
	Until time.Time `json:"until"`
}

// SubscriptionState is one version of billing's subscription record.
type SubscriptionState struct {
	causal.State
	// Billing is the visible part; nil if Deleted, and for a user who never had a subscription.
	Billing *Billing `json:"-"`
	Standing
}

// Standing says since when a user is what, whichever of the user's subscriptions makes them so. What does not apply is nil.
type Standing struct {
	PaidSince   *time.Time `json:"paidSince"`
	TrialSince  *time.Time `json:"trialSince"` // set if TrialUntil is
	TrialUntil  *time.Time `json:"trialUntil"`
	FreeSince   *time.Time `json:"freeSince"`   // an active subscription charges nothing
	AttemptAt   *time.Time `json:"attemptAt"`   // of the newest attempt to subscribe, if it was not completed
	LastEndedAt *time.Time `json:"lastEndedAt"` // the end of the subscription that ended last
}
