package billing

import "time"

// CheckoutStatus is the status of a checkout.
type CheckoutStatus string

// The statuses of a checkout. Pending and failed are ours, the others are the provider's.
const (
	CheckoutPending  CheckoutStatus = "pending" // stored; the provider may or may not have a session
	CheckoutOpen     CheckoutStatus = "open"
	CheckoutComplete CheckoutStatus = "complete"
	CheckoutExpired  CheckoutStatus = "expired"
	CheckoutFailed   CheckoutStatus = "failed" // the provider refused to open it
)

// Checkout is one attempt of a user to subscribe, on the provider's page or directly. It stores all parameters of the
// call to the provider, so that an interrupted call can be repeated exactly.
type Checkout struct {
	ID            int64
	Key           string // the idempotency key of the call that opens the session
	RequestKey    string // of the request that created it; empty for none
	UserID        int64
	PlanID        int64
	PromotionCode string // empty for none
	CustomerID    string // the provider's, like the next two
	PriceID       string
	CouponID      string // empty for none
	Quantity      int64
	TrialDays     int // 0 for none
	SuccessURL    string
	CancelURL     string
	// Direct is set if there is no page: the subscription is made and paid by one call. The checkout is open while its
	// first payment waits for the user's confirmation.
	Direct bool
	// PaymentMethodID is the provider's payment method of a direct checkout; empty for the customer's default.
	PaymentMethodID string
	Status          CheckoutStatus
	SessionID       string // the provider's; empty while pending, and of a direct one
	URL             string
	// ExpiresAt is when it can no longer be paid. While it is pending: when it shall expire, or nil for the longest time.
	ExpiresAt      *time.Time
	SubscriptionID string // the provider's; empty until complete, or until a direct one is open
	CreatedAt      time.Time
	UpdatedAt      time.Time
}

// limitedLife is how long a checkout holds a redemption of a promotion with a limit: the provider's shortest time, which is 30
// minutes after it has opened the page, and a minute for the call and for clocks that differ.
const limitedLife = 31 * time.Minute

// Unfinished reports whether the checkout can still be paid.
func (c Checkout) Unfinished() bool { return c.Status == CheckoutPending || c.Status == CheckoutOpen }

// follow returns c updated from the provider's session.
func (c Checkout) follow(p ProviderCheckout, now time.Time) Checkout {
	expires := p.ExpiresAt
	c.SessionID, c.Status, c.SubscriptionID, c.ExpiresAt, c.UpdatedAt = p.ID, p.Status, p.SubscriptionID, &expires, now
	if p.URL != "" {
		c.URL = p.URL
	}
	return c
}
