package billing

import (
	"context"
	"errors"
	"fmt"

	"muster/libs/contracts/billingv1"
	"muster/libs/errs"
)

// CancelSubscription ends the user's current subscription, at once or at the end of its period, and returns the
// resulting state. ErrNoSubscription if no subscription can be cancelled.
func (s *Service) CancelSubscription(ctx context.Context, userID int64, mode CancelMode) (billingv1.Subscription, error) {
	if err := mode.check(); err != nil {
		return billingv1.Subscription{}, err
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

func (m CancelMode) check() error {
	if m != CancelNow && m != CancelAtPeriodEnd {
		return errs.InvalidField("mode", `must be "period_end" or "now"`)
	}
	return nil
}

// cancel cancels at the provider, and then fetches what has become of the subscription: the provider's answer may be
// older than a fetch that is under way. The idempotency key is fresh, because cancelling, resuming and cancelling again
// are three different operations.
func (s *Service) cancel(ctx context.Context, id string, mode CancelMode) error {
	err := s.payments.Cancel(ctx, "cancel/"+s.newID(), id, mode)
	refused := errors.Is(err, ErrProviderRefused) || errors.Is(err, ErrProviderMissing)
	if err != nil && !refused {
		return fmt.Errorf("cancel subscription: %w", err)
	}
	// After a refusal the subscription may have ended without our knowledge.
	if _, syncErr := s.syncSubscription(ctx, id, known{}); syncErr != nil {
		return errors.Join(err, syncErr)
	}
	return err
}
