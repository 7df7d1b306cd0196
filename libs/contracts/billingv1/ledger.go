package billingv1

import (
	"strconv"
	"time"

	"muster/libs/contracts"
)

// LedgerEntry is a movement of money between a customer and the operator, on billing.ledger.v1. Entries are only ever
// added, so the sum of Amount over any selection is the net that was collected. The first positive payment of a
// subscription, by OccurredAt and then by ID, began it. What was given back has the members of the invoice that it
// reverses.
type LedgerEntry struct {
	ID     int64 `json:"id"` // rises with each entry; the same entry has the same id whenever it is published
	UserID int64 `json:"userId"`
	// Version is the version of the user's billing state after it.
	Version int64     `json:"version"`
	Kind    EntryKind `json:"kind"`
	// Amount is net of tax, in minor units of Currency, and negative for what is given back.
	Amount int64 `json:"amount"`
	// Tax has the sign of Amount. The customer paid or got back Amount + Tax.
	Tax                  int64     `json:"tax"`
	Currency             string    `json:"currency"`
	SubscriptionID       *int64    `json:"subscriptionId"` // null for an invoice of no subscription
	StripeSubscriptionID *string   `json:"stripeSubscriptionId"`
	StripeInvoiceID      *string   `json:"stripeInvoiceId"` // null for a charge without an invoice
	StripeChargeID       *string   `json:"stripeChargeId"`  // null for what was paid otherwise
	StripeRefundID       *string   `json:"stripeRefundId"`
	StripeDisputeID      *string   `json:"stripeDisputeId"`
	PlanInterval         *string   `json:"planInterval"` // of the plan that the invoice is for: day, week, month, year
	PlanIntervalCount    *int      `json:"planIntervalCount"`
	OccurredAt           time.Time `json:"occurredAt"` // by Stripe's clock
	RecordedAt           time.Time `json:"recordedAt"` // when it was added to the ledger
}

// EntryKind is what moved the money.
type EntryKind string

// The kinds of entries.
const (
	EntryPayment      EntryKind = "payment"
	EntryRefund       EntryKind = "refund"
	EntryRefundFailed EntryKind = "refund_failed" // the money of a refund came back
	EntryDisputeLost  EntryKind = "dispute_lost"
)

// EventType is "billing.ledger.v1".
func (LedgerEntry) EventType() string { return "billing.ledger.v1" }

// EventTopic is the topic of the ledger.
func (LedgerEntry) EventTopic() string { return contracts.TopicLedger }

// EventKey is the user id.
func (e LedgerEntry) EventKey() string { return strconv.FormatInt(e.UserID, 10) }

// EventVersion is the version of the user's billing state after it.
func (e LedgerEntry) EventVersion() int64 { return e.Version }
