package billing

import (
	"context"
	"errors"
	"fmt"

	"muster/libs/contracts/billingv1"
)

// ResumeSubscription takes back the end of the user's subscription, or resumes a paused one, and returns the resulting
// state. ErrNotResumable if it neither ends nor is paused; ErrNoSubscription if there is none any more.
func (s *Service) ResumeSubscription(ctx context.Context, userID int64) (billingv1.Subscription, error) {
	current, err := s.live(ctx, userID)
	if err != nil {
		return billingv1.Subscription{}, err
	}
	if !current.Scheduled() && current.Status != Paused {
		return billingv1.Subscription{}, ErrNotResumable
	}
	err = s.payments.Resume(ctx, "resume/"+s.newID(), *current)
	return s.afterCall(ctx, userID, current.ProviderID, err)
}

// Scheduled reports whether the subscription is to end at a known time.
func (s Subscription) Scheduled() bool {
	return !s.Status.Ended() && (s.CancelAtPeriodEnd || s.CancelAt != nil)
}

// live returns the user's current subscription; ErrNoSubscription if it has ended, or there is none.
func (s *Service) live(ctx context.Context, userID int64) (*Subscription, error) {
	a, err := s.store.Account(ctx, userID)
	if err != nil {
		return nil, err
	}
	current := a.Current()
	if current == nil || current.Status.Ended() {
		return nil, ErrNoSubscription
	}
	return current, nil
}

// afterCall fetches what has become of a subscription after a call to the provider, whose error is callErr, and returns
// the user's state. After a refusal the subscription may have changed without our knowledge.
func (s *Service) afterCall(ctx context.Context, userID int64, id string, callErr error) (billingv1.Subscription, error) {
	if callErr != nil && !refused(callErr) && !errors.Is(callErr, ErrPaymentFailed) && !errors.Is(callErr, ErrActionRequired) {
		return billingv1.Subscription{}, fmt.Errorf("change subscription: %w", callErr)
	}
	if _, err := s.syncSubscription(ctx, id, known{}); err != nil {
		return billingv1.Subscription{}, errors.Join(callErr, err)
	}
	if errors.Is(callErr, ErrProviderMissing) {
		callErr = ErrNoSubscription.Because(callErr)
	}
	u, err := s.store.User(ctx, userID)
	return u.State, errors.Join(callErr, err)
}
