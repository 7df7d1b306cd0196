package billing

import "time"

// The provider's objects in the core's types. Ids are the provider's.

// ProviderSubscription is a fetched subscription.
type ProviderSubscription struct {
	ID                string
	CustomerID        string
	UserID            int64 // from our metadata; 0 if Muster did not create it
	CheckoutID        int64 // likewise
	Status            Status
	PriceID           string
	Amount            int64
	Currency          string
	Interval          string
	IntervalCount     int
	Quantity          int64
	PeriodStart       *time.Time
	PeriodEnd         *time.Time
	TrialStart        *time.Time
	TrialEnd          *time.Time
	CancelAtPeriodEnd bool
	CanceledAt        *time.Time
	CreatedAt         time.Time
	LatestInvoiceID   string
	Discount          *ProviderDiscount
}

// ProviderDiscount is a coupon on a subscription.
type ProviderDiscount struct {
	ID       string
	CouponID string
	End      *time.Time // nil: no end
}

// ProviderInvoice is a fetched invoice with all its lines.
type ProviderInvoice struct {
	ID             string
	CustomerID     string
	SubscriptionID string
	Status         string
	IssuedAt       time.Time
	Lines          []InvoiceLine
}

// ProviderCheckout is a fetched checkout session.
type ProviderCheckout struct {
	ID             string
	CustomerID     string
	URL            string // empty when it is not open
	Status         CheckoutStatus
	ExpiresAt      time.Time
	SubscriptionID string // empty until complete
}

// CancelMode says when a cancellation takes effect.
type CancelMode string

// The modes.
const (
	CancelAtPeriodEnd CancelMode = "period_end"
	CancelNow         CancelMode = "now"
)

// Event is a webhook event with a valid signature. Its content is only a hint.
type Event struct {
	ID         string
	Type       string
	ObjectID   string
	CustomerID string // empty if the object has none
	CreatedAt  time.Time
}
