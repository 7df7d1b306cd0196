package billing

import "time"

// ChargeStatus is a charge's status, in the provider's words.
type ChargeStatus string

// The statuses of a charge.
const (
	ChargeSucceeded ChargeStatus = "succeeded"
	ChargePending   ChargeStatus = "pending"
	ChargeFailed    ChargeStatus = "failed"
)

// The statuses of refunds and disputes that matter here, in the provider's words. There are more.
const (
	RefundSucceeded = "succeeded"
	RefundFailed    = "failed"
	RefundCanceled  = "canceled"
	DisputeOpen     = "needs_response"
	DisputeWon      = "won"
	DisputeLost     = "lost"
)

// ProviderCharge is a fetched charge with all its refunds and disputes. Amounts are in minor units of its currency.
type ProviderCharge struct {
	ID          string
	CustomerID  string
	InvoiceID   string // empty for a charge that pays no invoice
	Status      ChargeStatus
	Currency    string
	Amount      int64
	Captured    int64  // the part that was collected
	Refunded    int64  // the part that was given back by refunds that did not fail
	Disputed    bool   // whether it has disputes
	FailureCode string // why it failed; empty unless it did
	CreatedAt   time.Time
	Refunds     []Refund  // in the order in which they were made
	Disputes    []Dispute // likewise
}

// Refund is a refund of a charge, or of a part of it. It is stored with its charge.
type Refund struct {
	ProviderID string
	Amount     int64
	Status     string
	Reason     string
	CreatedAt  time.Time
	// ReturnedAt is when the money of a failed refund came back; nil if it did not, or the provider does not tell.
	ReturnedAt *time.Time
}

// undone reports that the customer did not get the money.
func (r Refund) undone() bool { return r.Status == RefundFailed || r.Status == RefundCanceled }

// Dispute is a customer's objection to a charge at their bank. It is stored with its charge.
type Dispute struct {
	ProviderID string
	Amount     int64
	Status     string
	Reason     string
	CreatedAt  time.Time
	// WithdrawnAt is when the provider took the disputed amount; nil if it has not.
	WithdrawnAt *time.Time
	// ReinstatedAt is when it came back; nil if it has not.
	ReinstatedAt *time.Time
}

// Charge mirrors a provider's charge.
type Charge struct {
	ID     int64
	UserID int64
	ProviderCharge
}

// follow returns c updated from the provider's charge.
func (c Charge) follow(r ProviderCharge) Charge {
	return Charge{ID: c.ID, UserID: c.UserID, ProviderCharge: r}
}
