package billing

import (
	"context"
	"time"

	"muster/libs/causal"
	"muster/libs/contracts/billingv1"
)

// eventWait is how long a question waits for events of the same customer that are here but not handled yet.
const eventWait = 2 * time.Second

// CurrentSubscription is the user's billing state. It waits for webhook events of the user that have been received, so
// that whoever was told by the provider is not told otherwise here. ErrNoSubscription if there never was one.
func (s *Service) CurrentSubscription(ctx context.Context, userID int64) (billingv1.Subscription, error) {
	u, err := s.store.User(ctx, userID)
	if err != nil {
		return billingv1.Subscription{}, err
	}
	if u.CustomerID == "" {
		return billingv1.Subscription{}, ErrNoSubscription
	}
	err = causal.Poll(ctx, eventWait, func() (bool, error) {
		n, err := s.store.Unhandled(ctx, u.CustomerID)
		return n == 0, err
	})
	if err != nil {
		return billingv1.Subscription{}, err
	}
	if u, err = s.store.User(ctx, userID); err != nil {
		return billingv1.Subscription{}, err
	}
	if u.State.Current == nil {
		return billingv1.Subscription{}, ErrNoSubscription
	}
	return u.State, nil
}

// CheckoutResult is a checkout and the billing state that goes with it.
type CheckoutResult struct {
	Checkout Checkout
	State    billingv1.Subscription
	Synced   bool // the provider was asked, and State may be new because of it
}

// CheckoutOf is a user's checkout. While it is open the provider is asked, and what came of it is applied before the
// answer: the page to which the provider returns the user sees the truth. Somebody else's is ErrCheckoutNotFound.
func (s *Service) CheckoutOf(ctx context.Context, userID int64, sessionID string) (CheckoutResult, error) {
	c, err := s.store.CheckoutBySession(ctx, sessionID)
	if err != nil {
		return CheckoutResult{}, err
	}
	if c.UserID != userID {
		return CheckoutResult{}, ErrCheckoutNotFound
	}
	synced := c.Status == CheckoutOpen
	if synced {
		if c, _, err = s.syncCheckout(ctx, c); err != nil {
			return CheckoutResult{}, err
		}
	}
	u, err := s.store.User(ctx, userID)
	if err != nil {
		return CheckoutResult{}, err
	}
	return CheckoutResult{c, u.State, synced}, nil
}
