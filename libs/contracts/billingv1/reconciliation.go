package billingv1

import (
	"strconv"
	"time"

	"muster/libs/contracts"
)

// ReconciliationEvent says what a reconciliation run has found, on billing.events.v1. It belongs to no user: its key is
// "reconciliation/" and the run's id.
type ReconciliationEvent struct {
	Kind  ReconciliationKind `json:"kind"`
	RunID int64              `json:"runId"`
	// RunKind is what the run compares: events, stale, full or backfill.
	RunKind string `json:"runKind"`
	// Version rises with each event of the run.
	Version int64 `json:"version"`
	// At is when it happened.
	At time.Time `json:"at"`
	// Checked, Mismatches and Healed count what the run has compared, found and healed so far.
	Checked    int64 `json:"checked"`
	Mismatches int64 `json:"mismatches"`
	Healed     int64 `json:"healed"`
	// Mismatch is the difference; null when the run is completed.
	Mismatch *Mismatch `json:"mismatch"`
}

// Mismatch is a difference between what is stored and what Stripe has.
type Mismatch struct {
	Kind           string `json:"kind"`           // missing, different or undelivered
	Object         string `json:"object"`         // subscription, invoice, charge, refund, dispute or event
	StripeObjectID string `json:"stripeObjectId"` // its id
}

// ReconciliationKind is what happened in a run.
type ReconciliationKind string

// What can happen in a reconciliation run.
const (
	ReconciliationCompleted ReconciliationKind = "completed"
	MismatchFound           ReconciliationKind = "mismatch_found"
	MismatchHealed          ReconciliationKind = "mismatch_healed"
)

// EventType is "billing.reconciliation." and the kind and ".v1".
func (e ReconciliationEvent) EventType() string {
	return "billing.reconciliation." + string(e.Kind) + ".v1"
}

// EventTopic is the event topic of billing.
func (ReconciliationEvent) EventTopic() string { return contracts.TopicBillingEvents }

// EventKey is "reconciliation/" and the run's id.
func (e ReconciliationEvent) EventKey() string {
	return "reconciliation/" + strconv.FormatInt(e.RunID, 10)
}

// EventVersion is the version of the run after it.
func (e ReconciliationEvent) EventVersion() int64 { return e.Version }
