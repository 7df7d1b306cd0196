package billing

import (
	"errors"

	"muster/libs/errs"
)

// The errors of the contract (billing-api, "Error codes").
var (
	ErrPlanNotFound        = errs.New(errs.KindNotFound, "PLAN_NOT_FOUND", "There is no such plan.")
	ErrCouponNotFound      = errs.New(errs.KindNotFound, "COUPON_NOT_FOUND", "There is no such coupon.")
	ErrCheckoutNotFound    = errs.New(errs.KindNotFound, "CHECKOUT_NOT_FOUND", "There is no such checkout session.")
	ErrCheckoutSuperseded  = errs.New(errs.KindConflict, "CHECKOUT_SUPERSEDED", "Another checkout was started after this one.")
	ErrAlreadySubscribed   = errs.New(errs.KindConflict, "ALREADY_SUBSCRIBED", "You have a subscription already.")
	ErrNoSubscription      = errs.New(errs.KindNotFound, "NO_SUBSCRIPTION", "You have no subscription.")
	ErrTrialAlreadyUsed    = errs.New(errs.KindConflict, "TRIAL_ALREADY_USED", "A free trial can be used once only.")
	ErrPromoNotFound       = errs.New(errs.KindNotFound, "PROMO_NOT_FOUND", "There is no such promotion code.")
	ErrPromoInactive       = errs.New(errs.KindConflict, "PROMO_INACTIVE", "This promotion is not active.")
	ErrPromoNotStarted     = errs.New(errs.KindConflict, "PROMO_NOT_STARTED", "This promotion has not started yet.")
	ErrPromoExpired        = errs.New(errs.KindConflict, "PROMO_EXPIRED", "This promotion has ended.")
	ErrPromoExhausted      = errs.New(errs.KindConflict, "PROMO_EXHAUSTED", "This promotion has been used up.")
	ErrPromoRedeemed       = errs.New(errs.KindConflict, "PROMO_ALREADY_REDEEMED", "You have used this promotion already.")
	ErrPromoFirstTimeOnly  = errs.New(errs.KindConflict, "PROMO_FIRST_TIME_ONLY", "This promotion is for first subscriptions only.")
	ErrPromoPlan           = errs.New(errs.KindConflict, "PROMO_PLAN_NOT_ELIGIBLE", "This promotion is not for this plan.")
	ErrPromoCurrency       = errs.New(errs.KindConflict, "PROMO_CURRENCY_MISMATCH", "This promotion is in another currency than the plan.")
	ErrPromoCodeExists     = errs.New(errs.KindConflict, "PROMO_CODE_EXISTS", "An active promotion has this code already.")
	ErrKeyReused           = errs.New(errs.KindConflict, "IDEMPOTENCY_KEY_REUSED", "This Idempotency-Key was used with another request.")
	ErrKeyInFlight         = errs.New(errs.KindConflict, "IDEMPOTENCY_KEY_IN_FLIGHT", "A request with this Idempotency-Key is still under way.")
	ErrWebhookSignature    = errs.New(errs.KindInvalid, "WEBHOOK_SIGNATURE_INVALID", "The signature of the webhook is not valid.")
	ErrCheckoutInProgress  = errs.New(errs.KindConflict, "CHECKOUT_IN_PROGRESS", "You are subscribing already. Please try again in two minutes.")
	ErrNotResumable        = errs.New(errs.KindConflict, "NOT_RESUMABLE", "Your subscription does not end, so it cannot be resumed.")
	ErrPreviewStale        = errs.New(errs.KindConflict, "PREVIEW_STALE", "This preview is no longer valid. Please ask for a new one.")
	ErrPaymentFailed       = errs.New(errs.KindPayment, "PAYMENT_FAILED", "The payment has failed.")
	ErrActionRequired      = errs.New(errs.KindPayment, "PAYMENT_ACTION_REQUIRED", "The payment needs your confirmation.")
	ErrInvoiceNotFound     = errs.New(errs.KindNotFound, "INVOICE_NOT_FOUND", "There is no such invoice.")
	ErrInvoiceNotOpen      = errs.New(errs.KindConflict, "INVOICE_NOT_OPEN", "This invoice is not waiting for a payment.")
	ErrNoUpcomingInvoice   = errs.New(errs.KindNotFound, "NO_UPCOMING_INVOICE", "Your subscription ends before its next invoice.")
	ErrSubscriptionUnknown = errs.New(errs.KindNotFound, "SUBSCRIPTION_NOT_FOUND", "There is no such subscription.")
	ErrSubscriptionEnded   = errs.New(errs.KindConflict, "SUBSCRIPTION_ENDED", "This subscription has ended.")
	ErrNotTrialing         = errs.New(errs.KindConflict, "NOT_TRIALING", "This subscription is not in a trial.")
	ErrEventNotReplayable  = errs.New(errs.KindConflict, "EVENT_NOT_REPLAYABLE", "Events of this kind are not handled.")
	ErrProviderUnavailable = errs.New(errs.KindUnavailable, "PROVIDER_UNAVAILABLE", "The payment provider is not available right now. Please try again.")
	ErrProviderRefused     = errs.New(errs.KindBadGateway, "PROVIDER_REFUSED", "The payment provider refused the request.")
)

// ErrTooFewRedemptions reports that a promotion would have less redemptions than were taken.
var ErrTooFewRedemptions = errs.InvalidField("maxRedemptions", "must not be less than the redemptions that were taken")

// Errors between the core and its adapters; API clients never see them.
var (
	// ErrUserUnknown reports that no record of this user has arrived from directory yet.
	ErrUserUnknown = errs.New(errs.KindNotFound, "", "User not found")
	// ErrChargeNotFound reports that no such charge is stored.
	ErrChargeNotFound = errs.New(errs.KindNotFound, "CHARGE_NOT_FOUND", "There is no such charge.")
	// ErrNotRefundable reports that less of an invoice is left to be refunded than was asked for.
	ErrNotRefundable = errs.New(errs.KindConflict, "NOT_REFUNDABLE", "This invoice was not paid by a charge, or less of it is left.")
	// ErrRunNotFound reports that there is no such reconciliation run.
	ErrRunNotFound = errs.New(errs.KindNotFound, "RECONCILIATION_RUN_NOT_FOUND", "There is no such reconciliation run.")
	// ErrProviderMissing reports that the provider has no such object.
	ErrProviderMissing = errs.New(errs.KindBadGateway, "PROVIDER_OBJECT_MISSING", "The payment provider does not know this object.")
	// ErrKept is in the chain of an error that the provider has stored under the idempotency key of the call.
	ErrKept = errors.New("the payment provider keeps this failure under the idempotency key")
	// ErrUnmatched reports that an object of the provider belongs to no user.
	ErrUnmatched = errs.New(errs.KindNotFound, "UNKNOWN_CUSTOMER", "The object belongs to no known customer.")
	// ErrEventUnknown reports that no such webhook event was received.
	ErrEventUnknown = errs.New(errs.KindNotFound, "EVENT_NOT_FOUND", "There is no such event.")
)

// PaymentFailed returns ErrPaymentFailed with the reason in the provider's words, which the answer contains. It may be
// empty.
func PaymentFailed(declineCode string) *errs.Error {
	if declineCode == "" {
		return ErrPaymentFailed.With("declineCode", nil)
	}
	return ErrPaymentFailed.With("declineCode", declineCode)
}
