package billing

import (
	"cmp"
	"context"
	"time"

	"muster/libs/contracts/billingv1"
)

// standing returns since when the user is what, as the state record says. An invoice tells what a period was charged, so
// the result does not depend on when anybody looked, except where the provider does not tell: while the collection is
// paused, and after a change within a period.
func (s *Service) standing(ctx context.Context, tx Tx, a *Account) (*billingv1.Standing, error) {
	if a.User.Deleted {
		return nil, nil
	}
	standing := &billingv1.Standing{AttemptAt: a.attempt(), EndedAt: a.lastEnd()}
	standing.TrialSince, standing.TrialUntil = a.trial()
	charging, free := a.charges()
	if charging == nil && free == nil {
		return standing, nil
	}
	invoices, err := tx.FinalInvoices(ctx, a.User.ID)
	if err != nil {
		return nil, err
	}
	history := a.history(invoices)
	if charging != nil {
		standing.PaidSince = paidSince(charging, history)
	}
	for _, sub := range free {
		standing.FreeSince = earliest(standing.FreeSince, a.freeSince(sub, history, s.now()))
	}
	return standing, nil
}

// trial returns the trial of the trialing subscription whose trial ends last.
func (a Account) trial() (since, until *time.Time) {
	for _, s := range a.Subscriptions {
		if s.Status == Trialing && s.TrialEnd != nil && (until == nil || s.TrialEnd.After(*until)) {
			since, until = cmp.Or(s.TrialStart, &s.CreatedAt), s.TrialEnd
		}
	}
	return since, until
}

// attempt returns the time of the newest attempt to subscribe if it was not completed. Finished checkouts are no
// attempts: what they led to is a subscription.
func (a Account) attempt() *time.Time {
	var newest time.Time
	incomplete := false
	for _, s := range a.Subscriptions {
		if s.CreatedAt.After(newest) {
			newest, incomplete = s.CreatedAt, s.Status == Incomplete || s.Status == IncompleteExpired
		}
	}
	for _, c := range a.Checkouts {
		if c.Unfinished() && !c.CreatedAt.Before(newest) {
			newest, incomplete = c.CreatedAt, true
		}
	}
	if !incomplete {
		return nil
	}
	return &newest
}

// lastEnd returns the end of the subscription that ended last.
func (a Account) lastEnd() *time.Time {
	var last *time.Time
	for _, s := range a.Subscriptions {
		if s.Status != Canceled {
			continue
		}
		if end := cmp.Or(s.EndedAt, s.CanceledAt); end != nil && (last == nil || end.After(*last)) {
			last = end
		}
	}
	return last
}

// charges returns the subscriptions that charge something, and the active ones that charge nothing.
func (a Account) charges() (charging, free []Subscription) {
	for _, s := range a.Subscriptions {
		if s.Status != Active && s.Status != PastDue {
			continue
		}
		switch charged := ChargedAmount(s, a.acting(s), a.Invoices); {
		case charged > 0:
			charging = append(charging, s)
		case s.Status == Active:
			free = append(free, s)
		}
	}
	return charging, free
}

// period is a period of a subscription that was charged.
type period struct {
	subscription string
	from, to     time.Time
	cents        int64
	paidAt       *time.Time // nil unless something was paid
}

// history returns the periods that the invoices charge. A subscription that was ended early does not last until the end of
// its period.
func (a Account) history(invoices []Invoice) []period {
	var periods []period
	for _, i := range invoices {
		p := i.period()
		if s := a.subscription(i.SubscriptionID); s != nil && s.EndedAt != nil && s.EndedAt.Before(p.to) {
			p.to = *s.EndedAt
		}
		periods = append(periods, p)
	}
	return periods
}

// period returns what the invoice charges before tax for which time. The time is zero if the invoice is for no period of
// its own, such as one for a change within a period.
func (i Invoice) period() period {
	p := period{subscription: i.SubscriptionID}
	for _, l := range i.Lines {
		if !l.Recurring || l.Proration {
			continue
		}
		if p.from.IsZero() || l.PeriodStart.Before(p.from) {
			p.from = l.PeriodStart
		}
		if l.PeriodEnd.After(p.to) {
			p.to = l.PeriodEnd
		}
		p.cents += l.Amount - l.Discount - l.InclusiveTax
	}
	if e, paid := paymentEntry(i); paid && e.Amount > 0 {
		p.paidAt = &e.OccurredAt
	}
	return p
}

// paidSince returns the first positive payment of the stretch that the charging subscriptions are in: the periods that
// were charged, one after the other without a gap. Without a payment it is the start of the stretch.
func paidSince(charging []Subscription, history []period) *time.Time {
	start := *cmp.Or(charging[0].PeriodStart, &charging[0].CreatedAt)
	for _, s := range charging[1:] {
		start = *earliest(&start, cmp.Or(s.PeriodStart, &s.CreatedAt))
	}
	start = reach(start, history, func(p period) bool { return p.cents > 0 })
	var first *time.Time
	for _, p := range history {
		if p.paidAt != nil && !p.paidAt.Before(start) {
			first = earliest(first, p.paidAt)
		}
	}
	return cmp.Or(first, &start)
}

// freeSince returns since when an active subscription charges nothing.
func (a Account) freeSince(s Subscription, history []period, now time.Time) *time.Time {
	start := *cmp.Or(s.PeriodStart, &s.CreatedAt)
	free := func(p period) bool {
		return p.subscription == s.ProviderID && p.cents == 0 && (s.TrialEnd == nil || !p.from.Before(*s.TrialEnd))
	}
	covered := false
	for _, p := range history {
		covered = covered || free(p) && p.from.Equal(start)
	}
	if covered && !s.CollectionPaused {
		start = reach(start, history, free)
		return &start
	}
	// The provider does not tell when. What was said before stays.
	switch last := a.User.State.Standing; {
	case last == nil:
		return &start
	case last.FreeSince != nil:
		return last.FreeSince
	}
	return &now
}

// reach extends a start backwards over the periods that count, as far as they follow each other without a gap.
func reach(start time.Time, history []period, counts func(period) bool) time.Time {
	for extended := true; extended; {
		extended = false
		for _, p := range history {
			if counts(p) && p.from.Before(start) && !p.to.Before(start) {
				start, extended = p.from, true
			}
		}
	}
	return start
}
