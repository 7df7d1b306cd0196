package billing

import (
	"context"
	"errors"
	"fmt"
	"time"

	"muster/libs/contracts/billingv1"
	"muster/libs/errs"
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
	err = poll(ctx, eventWait, func() (bool, error) {
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

// CancelSubscription ends the user's current subscription, at once or at the end of its period, and returns the state
// after. ErrNoSubscription if there is none that could end.
func (s *Service) CancelSubscription(ctx context.Context, userID int64, mode CancelMode) (billingv1.Subscription, error) {
	if mode != CancelNow && mode != CancelAtPeriodEnd {
		return billingv1.Subscription{}, errs.InvalidField("mode", `must be "period_end" or "now"`)
	}
	a, err := s.store.Account(ctx, userID)
	if err != nil {
		return billingv1.Subscription{}, err
	}
	current := a.Current()
	if current == nil || current.Status.Ended() {
		return billingv1.Subscription{}, ErrNoSubscription
	}
	err = s.cancel(ctx, current.ProviderID, mode)
	if errors.Is(err, ErrProviderMissing) {
		return billingv1.Subscription{}, ErrNoSubscription.Because(err)
	}
	if err != nil {
		return billingv1.Subscription{}, err
	}
	u, err := s.store.User(ctx, userID)
	return u.State, err
}

// cancel cancels at the provider and applies its answer. The ticket comes first: whatever is fetched later is newer. The
// key is fresh, because cancelling, resuming and cancelling again are three different things.
func (s *Service) cancel(ctx context.Context, id string, mode CancelMode) error {
	ticket, err := s.store.Ticket(ctx, id)
	if err != nil {
		return err
	}
	remote, err := s.payments.Cancel(ctx, "cancel/"+s.newID(), id, mode)
	if errors.Is(err, ErrProviderRefused) || errors.Is(err, ErrProviderMissing) {
		// Perhaps it has ended without our knowing: look.
		if _, syncErr := s.syncSubscription(ctx, id); syncErr != nil {
			return errors.Join(err, syncErr)
		}
	}
	if err != nil {
		return fmt.Errorf("cancel subscription: %w", err)
	}
	_, err = s.applySubscription(ctx, remote, ticket, nil)
	return err
}
