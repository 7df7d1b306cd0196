package billing

import "time"

// The provider's objects in the core's types. Ids are the provider's.

// ProviderSubscription is a subscription as it was fetched, with everything on which its state depends.
type ProviderSubscription struct {
	ID                string
	CustomerID        string
	UserKey           string // from our metadata; empty if there is none
	CheckoutKey       string // likewise
	Status            Status
	Items             []Item // all of them
	PeriodStart       *time.Time
	PeriodEnd         *time.Time
	TrialStart        *time.Time
	TrialEnd          *time.Time
	CancelAtPeriodEnd bool
	CancelAt          *time.Time
	CanceledAt        *time.Time
	EndedAt           *time.Time
	CollectionPaused  bool // invoices are made but not collected
	CollectionMethod  string
	CreatedAt         time.Time
	LatestInvoiceID   string
	// Discount is the subscription's own, or else that of its customer.
	Discount *ProviderDiscount
	// Invoices are the latest one and all open ones.
	Invoices []ProviderInvoice
}

// Item is a recurring price on a subscription. Amount is per unit, in minor units.
type Item struct {
	ProviderID    string
	PriceID       string
	Amount        int64
	Currency      string
	Interval      string
	IntervalCount int
	Quantity      int64
}

// ProviderDiscount is a coupon on a subscription, or on its customer.
type ProviderDiscount struct {
	ID       string
	CouponID string
	Coupon   Coupon // its name and value only
	Start    time.Time
	End      *time.Time // nil: no end
}

// ProviderInvoice is a fetched invoice with all its lines. Amounts are in minor units.
type ProviderInvoice struct {
	ID             string
	CustomerID     string
	SubscriptionID string // empty for an invoice of no subscription
	Status         InvoiceStatus
	Reason         string // why the provider made it, in its words
	Currency       string
	Subtotal       int64
	Discount       int64
	Tax            int64
	Total          int64
	Paid           int64
	Due            int64
	IssuedAt       time.Time
	FinalizedAt    *time.Time
	DueAt          *time.Time
	PaidAt         *time.Time
	VoidedAt       *time.Time
	// UncollectibleAt is when it was given up as a bad debt; nil if it was not. It can still be paid.
	UncollectibleAt *time.Time
	ActionRequired  bool   // the provider waits for the customer to authenticate the payment
	ChargeID        string // of the newest charge that tried to pay it; empty if none did
	Lines           []InvoiceLine
	Discounts       []ProviderDiscount // that have reduced it
}

// ProviderPrice is the price of a plan at the provider.
type ProviderPrice struct{ ProductID, PriceID string }

// ProviderOffer is a recurring price at the provider, whoever made it.
type ProviderOffer struct {
	ProviderPrice
	Name            string // of the product
	Interval        string
	IntervalCount   int
	Amount          int64
	Currency        string
	TrialPeriodDays *int
	Sold            bool   // neither the price nor its product is archived
	PlanKey         string // of the plan that an installation has made it for; empty if none did
	Unfit           string // why it cannot be a plan; empty if it can
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

// ProviderPayment is what is known of the payment of an invoice.
type ProviderPayment struct {
	// NeedsAction is set while the customer has to confirm the payment, with the client secret.
	NeedsAction  bool
	ClientSecret string
	// Failed is set if the last attempt has failed. DeclineCode tells why, in the provider's words; it may be empty.
	Failed      bool
	DeclineCode string
}

// Change is a change of one item of a subscription. The zero value of everything but SubscriptionID changes nothing.
type Change struct {
	SubscriptionID string
	ItemID         string // empty for no change
	PriceID        string // empty for the present one, which may be off sale
	Quantity       int64
	ProrationDate  time.Time // from which the difference is billed
}

// CancelMode says when a cancellation takes effect.
type CancelMode string

// The modes.
const (
	CancelAtPeriodEnd CancelMode = "period_end"
	CancelNow         CancelMode = "now"
)

// Event is a webhook event with a valid signature. Its content is only a hint of what to fetch.
type Event struct {
	ID             string
	Type           string
	ObjectID       string
	CustomerID     string // empty if the object has none
	SubscriptionID string // likewise
	ChargeID       string // of a refund's or dispute's object; not stored
	// Foreign is true for an event of a connected account, or of the other mode (live or test).
	Foreign   bool
	CreatedAt time.Time
}
