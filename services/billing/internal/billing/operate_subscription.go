package billing

import (
	"context"
	"errors"
	"time"

	"muster/libs/contracts/billingv1"
	"muster/libs/errs"
)

// Operated is a subscription after an administrator's act, and the state of its user.
type Operated struct {
	Subscription Subscription
	State        billingv1.Subscription
}

// SyncSubscription fetches a subscription with its invoices from the provider and applies them.
func (s *Service) SyncSubscription(ctx context.Context, id int64) (Operated, error) {
	sub, err := s.store.SubscriptionByID(ctx, id)
	if err != nil {
		return Operated{}, err
	}
	if _, err := s.syncSubscription(ctx, sub.ProviderID, known{}); err != nil {
		return Operated{}, err
	}
	return s.operated(ctx, id)
}

func (s *Service) operated(ctx context.Context, id int64) (Operated, error) {
	sub, err := s.store.SubscriptionByID(ctx, id)
	if err != nil {
		return Operated{}, err
	}
	u, err := s.store.User(ctx, sub.UserID)
	return Operated{sub, u.State}, err
}

// EndSubscription ends any user's subscription, at once or at the end of its period. ErrSubscriptionEnded if it has ended.
func (s *Service) EndSubscription(ctx context.Context, id int64, mode CancelMode) (Operated, error) {
	if err := mode.check(); err != nil {
		return Operated{}, err
	}
	sub, err := s.store.SubscriptionByID(ctx, id)
	if err != nil {
		return Operated{}, err
	}
	if sub.Status.Ended() {
		return Operated{}, ErrSubscriptionEnded
	}
	err = s.cancel(ctx, sub.ProviderID, mode)
	if errors.Is(err, ErrProviderMissing) {
		return Operated{}, ErrSubscriptionEnded.Because(err)
	}
	if err != nil {
		return Operated{}, err
	}
	return s.operated(ctx, id)
}

// ExtendTrial moves the end of a trial to a later time, at most 730 days after its start. ErrNotTrialing if there is no
// trial.
func (s *Service) ExtendTrial(ctx context.Context, id int64, until time.Time) (Operated, error) {
	sub, err := s.store.SubscriptionByID(ctx, id)
	if err != nil {
		return Operated{}, err
	}
	if sub.Status != Trialing || sub.TrialStart == nil || sub.TrialEnd == nil {
		return Operated{}, ErrNotTrialing
	}
	if !until.After(*sub.TrialEnd) || until.After(sub.TrialStart.AddDate(0, 0, maxTrialDays)) {
		return Operated{}, errs.InvalidField("trialEnd", "must be after the present end and at most 730 days after the start of the trial")
	}
	callErr := s.payments.ExtendTrial(ctx, "trial/"+s.newID(), sub.ProviderID, until)
	if _, err := s.afterCall(ctx, sub.UserID, sub.ProviderID, callErr); err != nil {
		return Operated{}, err
	}
	return s.operated(ctx, id)
}

// ReplayEvent handles a webhook event again, whatever its outcome was. ErrEventNotReplayable if it is of a type or an
// account that is not handled.
func (s *Service) ReplayEvent(ctx context.Context, id string) error {
	if err := s.store.ReviveEvent(ctx, id, s.now()); err != nil {
		return err
	}
	s.wake()
	return nil
}
