package billingv1

import (
	"strconv"
	"time"

	"muster/libs/contracts"
)

// InvoiceEvent says what happened to an invoice, on billing.events.v1.
type InvoiceEvent struct {
	Kind   InvoiceKind `json:"kind"`
	UserID int64       `json:"userId"`
	// Version is the version of the user's billing state after it.
	Version int64 `json:"version"`
	// At is when it happened, by Stripe's clock, or when billing learned of it, if Stripe does not tell.
	At time.Time `json:"at"`
	// Invoice is the invoice when billing learned of it.
	Invoice Invoice `json:"invoice"`
	// Amount is what failed to be paid, was refunded or is disputed, in minor units with tax; null for the other kinds.
	Amount *int64 `json:"amount"`
	// Reason is why, in Stripe's words; null if Stripe does not tell, and for the other kinds.
	Reason          *string `json:"reason"`
	StripeChargeID  *string `json:"stripeChargeId"`  // of payment_failed, refunded, disputed
	StripeRefundID  *string `json:"stripeRefundId"`  // of refunded
	StripeDisputeID *string `json:"stripeDisputeId"` // of disputed
}

// Invoice is an invoice. Amounts are in minor units of Currency.
type Invoice struct {
	ID                   int64      `json:"id"`
	StripeInvoiceID      string     `json:"stripeInvoiceId"`
	SubscriptionID       *int64     `json:"subscriptionId"` // null for an invoice of no subscription
	StripeSubscriptionID *string    `json:"stripeSubscriptionId"`
	Status               string     `json:"status"`        // Stripe's: draft, open, paid, uncollectible, void
	BillingReason        string     `json:"billingReason"` // Stripe's: subscription_create, subscription_cycle, subscription_update, manual and others
	Currency             string     `json:"currency"`      // three small letters; of all amounts, which are in minor units
	Subtotal             int64      `json:"subtotal"`      // before discounts
	Discount             int64      `json:"discount"`
	Tax                  int64      `json:"tax"`
	Total                int64      `json:"total"` // after discounts, with tax
	Paid                 int64      `json:"paid"`
	Due                  int64      `json:"due"`
	CreatedAt            time.Time  `json:"createdAt"`
	FinalizedAt          *time.Time `json:"finalizedAt"`
	DueAt                *time.Time `json:"dueAt"`
	PaidAt               *time.Time `json:"paidAt"`
	VoidedAt             *time.Time `json:"voidedAt"`
	UncollectibleAt      *time.Time `json:"uncollectibleAt"`
}

// InvoiceKind is what happened to an invoice.
type InvoiceKind string

// What can happen to an invoice.
const (
	InvoiceFinalized      InvoiceKind = "finalized"
	InvoicePaid           InvoiceKind = "paid"
	InvoicePaymentFailed  InvoiceKind = "payment_failed"
	InvoiceActionRequired InvoiceKind = "action_required" // the customer must authenticate the payment
	InvoiceVoided         InvoiceKind = "voided"
	InvoiceUncollectible  InvoiceKind = "uncollectible"
	InvoiceRefunded       InvoiceKind = "refunded" // once for each refund, also of a part
	InvoiceDisputed       InvoiceKind = "disputed"
)

// EventType is "billing.invoice." and the kind and ".v1".
func (e InvoiceEvent) EventType() string { return "billing.invoice." + string(e.Kind) + ".v1" }

// EventTopic is the event topic of billing.
func (InvoiceEvent) EventTopic() string { return contracts.TopicBillingEvents }

// EventKey is the user id.
func (e InvoiceEvent) EventKey() string { return strconv.FormatInt(e.UserID, 10) }

// EventVersion is the version of the user's billing state after it.
func (e InvoiceEvent) EventVersion() int64 { return e.Version }
