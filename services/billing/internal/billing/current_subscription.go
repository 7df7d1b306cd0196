package billing

import (
	"context"
	"time"

	"muster/libs/causal"
	"muster/libs/contracts/billingv1"
)

// eventWait limits how long a read waits for received events of the same customer that are not handled yet.
const eventWait = 2 * time.Second

// CurrentSubscription returns the user's billing state. It first waits for the user's received webhook events, so that
// its answer agrees with what the provider has already told the user. ErrNoSubscription if the user never had one.
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

// CheckoutResult is a checkout and the matching billing state.
type CheckoutResult struct {
	Checkout Checkout
	State    billingv1.Subscription
}

// CheckoutOf returns a user's checkout. While the checkout is open it asks the provider and applies the result first:
// the page to which the provider returns the user is then up to date. Another user's checkout is ErrCheckoutNotFound.
func (s *Service) CheckoutOf(ctx context.Context, userID int64, sessionID string) (CheckoutResult, error) {
	c, err := s.store.CheckoutBySession(ctx, sessionID)
	if err != nil {
		return CheckoutResult{}, err
	}
	if c.UserID != userID {
		return CheckoutResult{}, ErrCheckoutNotFound
	}
	if c.Status == CheckoutOpen {
		if c, _, err = s.syncCheckout(ctx, c); err != nil {
			return CheckoutResult{}, err
		}
	}
	u, err := s.store.User(ctx, userID)
	if err != nil {
		return CheckoutResult{}, err
	}
	return CheckoutResult{c, u.State}, nil
}
