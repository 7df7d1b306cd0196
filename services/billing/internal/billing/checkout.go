package billing

import "time"

// CheckoutStatus is how far a checkout is.
type CheckoutStatus string

// The statuses of a checkout; the first and the last are ours, the others the provider's.
const (
	CheckoutPending  CheckoutStatus = "pending" // stored; whether the provider has a session is not known
	CheckoutOpen     CheckoutStatus = "open"
	CheckoutComplete CheckoutStatus = "complete"
	CheckoutExpired  CheckoutStatus = "expired"
	CheckoutFailed   CheckoutStatus = "failed" // the provider refused to open it
)

// Checkout is one attempt of a user to subscribe on the provider's page. It holds all that opening the session takes, so
// that an interrupted opening can be repeated to the letter.
type Checkout struct {
	ID             int64
	Key            string // the key of the call that opens the session
	RequestKey     string // of the request that made it; empty for none
	UserID         int64
	PlanID         int64
	PromotionCode  string // empty for none
	CustomerID     string // the provider's, as the next two
	PriceID        string
	CouponID       string // empty for none
	Quantity       int64
	TrialDays      int // 0 for none
	SuccessURL     string
	CancelURL      string
	Status         CheckoutStatus
	SessionID      string // the provider's; empty while pending
	URL            string
	ExpiresAt      *time.Time
	SubscriptionID string // the provider's; empty until complete
	CreatedAt      time.Time
	UpdatedAt      time.Time
}

// Unfinished says that somebody might still pay it.
func (c Checkout) Unfinished() bool { return c.Status == CheckoutPending || c.Status == CheckoutOpen }

// follow returns c as the provider has it.
func (c Checkout) follow(p ProviderCheckout, now time.Time) Checkout {
	expires := p.ExpiresAt
	c.SessionID, c.Status, c.SubscriptionID, c.ExpiresAt, c.UpdatedAt = p.ID, p.Status, p.SubscriptionID, &expires, now
	if p.URL != "" {
		c.URL = p.URL
	}
	return c
}
