package billing

import (
	"context"
	"time"

	"muster/libs/contracts/billingv1"
)

// What changes with time alone, and what the provider should tell at a known time. Exemptions are directory's.
const (
	trialWarning = 3 * 24 * time.Hour // before a trial ends, as at the provider
	lateAfter    = 5 * time.Minute    // how late the news of an expected change may be before it is fetched
)

// warnAt returns when to tell that the trial will end; nil if it is told or there is no trial.
func (s Subscription) warnAt() *time.Time {
	if s.Status != Trialing || s.TrialEnd == nil || s.TrialWarned {
		return nil
	}
	at := s.TrialEnd.Add(-trialWarning)
	if s.TrialStart != nil && at.Before(*s.TrialStart) {
		at = *s.TrialStart
	}
	return &at
}

// expected returns when the provider will change the subscription by itself: at the end of its trial, its period or its
// life, whichever comes first.
func (s Subscription) expected() *time.Time {
	if s.Status.Ended() {
		return nil
	}
	first := earliest(s.PeriodEnd, s.CancelAt)
	if s.Status == Trialing {
		first = earliest(first, s.TrialEnd)
	}
	return first
}

// dueAfter returns when something of the account is to be done next, after now; nil if that is not known.
func (a Account) dueAfter(now time.Time) *time.Time {
	var due *time.Time
	for _, s := range a.Subscriptions {
		times := []*time.Time{s.warnAt()}
		if at := s.expected(); at != nil {
			late := at.Add(lateAfter)
			times = append(times, &late)
		}
		for _, t := range times {
			if t != nil && t.After(now) {
				due = earliest(due, t)
			}
		}
	}
	return due
}

// warnOfTrials notes that trials will end soon.
func (s *Service) warnOfTrials(ctx context.Context, tx Tx, a *Account) error {
	now := s.now()
	for i := range a.Subscriptions {
		sub := &a.Subscriptions[i]
		at := sub.warnAt()
		if at == nil || at.After(now) || !sub.TrialEnd.After(now) {
			continue
		}
		before := a.describe(*sub)
		sub.TrialWarned = true
		if err := tx.SaveSubscription(ctx, sub); err != nil {
			return err
		}
		a.news = append(a.news, news{happened{billingv1.TrialWillEnd, *at}, sub.ProviderID, before})
	}
	return nil
}

// fetchLate enqueues a fetch of the subscriptions that should have changed by now.
func (s *Service) fetchLate(ctx context.Context, tx Tx, a *Account) error {
	now := s.now()
	for _, sub := range a.Subscriptions {
		if at := sub.expected(); at == nil || at.Add(lateAfter).After(now) {
			continue
		}
		if err := tx.Enqueue(ctx, TaskFetch, sub.ProviderID, now); err != nil {
			return err
		}
	}
	return nil
}

// earliest returns the earlier of two times; nil is later than any.
func earliest(a, b *time.Time) *time.Time {
	if a == nil || (b != nil && b.Before(*a)) {
		return b
	}
	return a
}
