package billing

import (
	"context"
	"errors"
	"fmt"
	"strconv"
)

// receiveUndelivered receives a page of the events that the provider could not deliver.
func (s *Service) receiveUndelivered(ctx context.Context, run Run) (Run, error) {
	since := run.StartedAt.Add(-eventsKept)
	last, err := s.store.LastRun(ctx, RunEvents)
	if err != nil {
		return run, err
	}
	if last != nil {
		since = last.StartedAt.Add(-eventsOverlap)
	}
	events, cursor, err := s.payments.Undelivered(ctx, since, run.Cursor)
	if err != nil {
		return run, fmt.Errorf("list events: %w", err)
	}
	ids := make([]string, len(events))
	for i, e := range events {
		ids[i] = e.ID
	}
	known, err := s.store.Received(ctx, ids)
	if err != nil {
		return run, err
	}
	for _, e := range events {
		run.Checked++
		if known[e.ID] || e.CreatedAt.After(run.StartedAt.Add(-underWay)) {
			continue
		}
		if err := s.ReceiveEvent(ctx, e); err != nil {
			return run, err
		}
		if subjectOfEvent(e) == "" || e.Foreign {
			continue
		}
		if err := s.found(ctx, &run, Mismatch{Kind: MismatchUndelivered, Object: KindEvent, ObjectID: e.ID}, nil); err != nil {
			return run, err
		}
	}
	run.Cursor = cursor
	return run, nil
}

// refetchStale fetches subscriptions that should have changed, and those that were not fetched for long.
func (s *Service) refetchStale(ctx context.Context, run Run) (Run, error) {
	fetchedBefore := run.StartedAt.Add(-staleAfter)
	if run.Kind != RunStale {
		fetchedBefore = run.StartedAt
	}
	after, _ := strconv.ParseInt(run.Cursor, 10, 64)
	stale, err := s.store.Stale(ctx, after, fetchedBefore, run.StartedAt.Add(-overdueAfter), staleBatch)
	if err != nil {
		return run, err
	}
	run.Cursor = ""
	for _, sub := range stale {
		run.Checked++
		if err := s.refetch(ctx, &run, sub); err != nil {
			return run, err
		}
		run.Cursor = strconv.FormatInt(sub.ID, 10)
	}
	if len(stale) < staleBatch {
		run.Cursor = ""
	}
	return run, nil
}

// compare compares a page of the provider's list with what is stored, and fetches what differs.
func (s *Service) compare(ctx context.Context, run Run) (Run, error) {
	page, cursor, err := s.payments.List(ctx, run.Phase, run.Cursor)
	if err != nil {
		return run, fmt.Errorf("list %ss: %w", run.Phase, err)
	}
	ids := make([]string, len(page))
	for i, o := range page {
		ids[i] = o.ID
	}
	marks, err := s.store.Marks(ctx, run.Phase, ids)
	if err != nil {
		return run, err
	}
	var same []string
	for _, o := range page {
		run.Checked++
		mark, stored := marks[o.ID]
		if stored && mark == o.Mark {
			same = append(same, o.ID)
			continue
		}
		if err := s.healListed(ctx, &run, o, mark, stored); err != nil {
			return run, err
		}
	}
	if run.Phase == KindSubscription {
		if err := s.store.Seen(ctx, same, s.now()); err != nil {
			return run, err
		}
	}
	run.Cursor = cursor
	return run, nil
}

// refetch fetches a stale subscription. It is a mismatch if that has changed it.
func (s *Service) refetch(ctx context.Context, run *Run, sub Stale) error {
	o := Listed{Kind: KindSubscription, ID: sub.ProviderID}
	healErr := s.fetchListed(ctx, o)
	if healErr != nil && !recordable(healErr) {
		return healErr
	}
	marks, err := s.store.Marks(ctx, KindSubscription, []string{sub.ProviderID})
	if err != nil || (healErr == nil && (marks[sub.ProviderID] == sub.Mark || sub.Mark == "")) {
		return err
	}
	return s.found(ctx, run, Mismatch{Kind: MismatchDifferent, Object: o.Kind, ObjectID: o.ID}, healErr)
}

// healListed fetches a listed object that is not stored, or is stored with another mark. It records a mismatch, unless
// the object is not ours, or its news are waiting to be handled.
func (s *Service) healListed(ctx context.Context, run *Run, o Listed, mark string, stored bool) error {
	if o.CustomerID != "" {
		if waiting, err := s.store.Unhandled(ctx, o.CustomerID); err != nil || waiting > 0 {
			return err
		}
		if ours, err := s.isOurs(ctx, o); err != nil || (!ours && !stored) {
			return err
		}
	}
	healErr := s.fetchListed(ctx, o)
	switch {
	case errors.Is(healErr, ErrUnmatched):
		return nil
	case healErr != nil && !recordable(healErr):
		return healErr
	case healErr == nil && stored && mark == "": // stored before there were marks
		return nil
	}
	m := Mismatch{Kind: MismatchMissing, Object: o.Kind, ObjectID: o.ID}
	if stored {
		m.Kind = MismatchDifferent
	}
	return s.found(ctx, run, m, healErr)
}

// recordable reports whether an error is about one object. With any other, the run stops and is continued later.
func recordable(err error) bool {
	return errors.Is(err, ErrProviderRefused) || errors.Is(err, ErrProviderMissing) || errors.Is(err, ErrUserUnknown)
}

// isOurs reports whether an object that is not stored belongs to a user.
func (s *Service) isOurs(ctx context.Context, o Listed) (bool, error) {
	_, err := s.store.Owner(ctx, o.CustomerID)
	if errors.Is(err, ErrUnmatched) && o.UserKey != "" {
		_, err = s.store.UserByKey(ctx, o.UserKey)
	}
	if errors.Is(err, ErrUnmatched) {
		return false, nil
	}
	return err == nil, err
}

// fetchListed fetches and applies a listed object.
func (s *Service) fetchListed(ctx context.Context, o Listed) (err error) {
	switch {
	case o.Kind == KindSubscription:
		_, err = s.syncSubscription(ctx, o.ID, known{})
	case o.Kind == KindInvoice && o.SubscriptionID != "":
		_, err = s.syncSubscription(ctx, o.SubscriptionID, known{invoices: []string{o.ID}})
	case o.Kind == KindInvoice:
		_, err = s.syncInvoice(ctx, o.ID)
	case o.ChargeID != "":
		_, err = s.syncCharge(ctx, o.ChargeID)
	default:
		_, err = s.syncCharge(ctx, o.ID)
	}
	return err
}

// found records a mismatch. It is healed unless healErr tells why not.
func (s *Service) found(ctx context.Context, run *Run, m Mismatch, healErr error) error {
	m.RunID, m.FoundAt, m.Healed = run.ID, s.now(), healErr == nil
	run.Mismatches++
	if healErr != nil {
		reason := healErr.Error()
		m.Reason = reason[:min(len(reason), longestCause)]
	} else {
		run.Healed++
	}
	return s.saveMismatch(ctx, *run, m)
}
