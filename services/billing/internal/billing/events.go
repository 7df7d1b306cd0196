package billing

import (
	"time"

	"muster/libs/contracts/billingv1"
)

// happened is something that happened to a subscription.
type happened struct {
	kind billingv1.Kind
	at   time.Time
}

// subscriptionEvents derives what happened to a subscription from its old and its new row; the old one is nil for a new
// subscription. Times are the provider's where it tells them, else now. The same rows give the same events, however late
// they are compared.
func subscriptionEvents(old *Subscription, next Subscription, now time.Time) []happened {
	var events []happened
	add := func(kind billingv1.Kind, at *time.Time) {
		if at == nil {
			at = &now
		}
		events = append(events, happened{kind, *at})
	}
	was := Subscription{Status: Incomplete}
	if old == nil {
		add(billingv1.Created, &next.CreatedAt)
	} else {
		was = *old
	}
	if next.TrialStart != nil && was.TrialStart == nil {
		add(billingv1.TrialStarted, next.TrialStart)
	}
	if next.Paid && !was.Paid {
		activated := next.TrialEnd
		if activated == nil {
			activated = &next.CreatedAt
		}
		add(billingv1.Activated, activated)
	}
	if old != nil {
		if was.First().PriceID != next.First().PriceID {
			add(billingv1.PlanChanged, nil)
		}
		if was.First().Quantity != next.First().Quantity {
			add(billingv1.QuantityChanged, nil)
		}
	}
	for _, e := range statusEvents(was, next, old == nil) {
		add(e.kind, e.at)
	}
	return events
}

type statusEvent struct {
	kind billingv1.Kind
	at   *time.Time // nil: the provider does not tell
}

func statusEvents(was, next Subscription, first bool) []statusEvent {
	var events []statusEvent
	if changed := was.Status != next.Status; changed {
		unpaid := was.Status == PastDue || was.Status == Unpaid
		switch {
		case next.Status == PastDue:
			events = append(events, statusEvent{billingv1.PastDue, next.PastDueSince})
		case next.Status == Unpaid:
			events = append(events, statusEvent{billingv1.Unpaid, nil})
		case next.Status == Active && unpaid:
			events = append(events, statusEvent{billingv1.Recovered, nil})
		}
	}
	paused := func(s Subscription) bool { return s.Status == Paused || s.CollectionPaused }
	switch {
	case paused(next) && !paused(was):
		events = append(events, statusEvent{billingv1.Paused, nil})
	case !paused(next) && paused(was) && !next.Status.Ended():
		events = append(events, statusEvent{billingv1.Resumed, nil})
	}
	scheduled := func(s Subscription) bool { return s.CancelAtPeriodEnd || s.CancelAt != nil }
	switch {
	case next.Status.Ended():
	case scheduled(next) && !scheduled(was):
		events = append(events, statusEvent{billingv1.CancelScheduled, next.CanceledAt})
	case !scheduled(next) && scheduled(was):
		events = append(events, statusEvent{billingv1.CancelUnscheduled, nil})
	}
	if next.Status.Ended() && (first || !was.Status.Ended()) {
		ended := next.EndedAt
		if ended == nil {
			ended = next.CanceledAt
		}
		kind := billingv1.Expired
		if next.Begun() {
			kind = billingv1.Canceled
		}
		events = append(events, statusEvent{kind, ended})
	}
	return events
}

// renewal returns the event of an invoice that began a new period; false for any other invoice. An invoice is a renewal
// once, when it stops being a draft: old is its former row, or nil. The invoice at the end of a trial begins the first
// paid period, which is no renewal.
func renewal(old *Invoice, next Invoice, trialEnd *time.Time) (happened, bool) {
	final := func(i Invoice) bool { return i.Status != InvoiceDraft && i.Status != InvoiceVoid }
	if next.Reason != reasonRenewal || !final(next) || (old != nil && final(*old)) {
		return happened{}, false
	}
	start := next.IssuedAt
	for _, l := range next.Lines {
		if l.Recurring && !l.Proration {
			start = l.PeriodStart
		}
	}
	return happened{billingv1.Renewed, start}, trialEnd == nil || !trialEnd.Equal(start)
}
