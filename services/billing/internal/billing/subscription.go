package billing

import (
	"slices"
	"time"
)

// Status is a subscription's status, in the provider's words.
type Status string

// The statuses.
const (
	Active            Status = "active"
	Trialing          Status = "trialing"
	PastDue           Status = "past_due"
	Unpaid            Status = "unpaid"
	Paused            Status = "paused"
	Incomplete        Status = "incomplete"
	Canceled          Status = "canceled"
	IncompleteExpired Status = "incomplete_expired"
)

// precedence ranks the subscriptions of a user who has several: the lowest is the current one.
var precedence = map[Status]int{
	Active: 1, Trialing: 2, PastDue: 3, Unpaid: 4, Paused: 5, Incomplete: 6, Canceled: 7, IncompleteExpired: 8,
}

// Ended reports whether the status is final.
func (s Status) Ended() bool { return s == Canceled || s == IncompleteExpired }

// Live reports whether the subscription is paid for, or may be again without a new subscription.
func (s Status) Live() bool { return !s.Ended() && s != Incomplete }

// Subscription mirrors a subscription of the provider.
type Subscription struct {
	ID                int64
	ProviderID        string
	UserID            int64
	Status            Status
	Plan              Plan   // of the first item; zero if its price is no plan's
	Items             []Item // all of them
	PeriodStart       *time.Time
	PeriodEnd         *time.Time
	TrialStart        *time.Time
	TrialEnd          *time.Time
	CancelAtPeriodEnd bool
	CancelAt          *time.Time
	CanceledAt        *time.Time
	EndedAt           *time.Time
	CollectionPaused  bool
	CollectionMethod  string
	PastDueSince      *time.Time // when the oldest unpaid invoice became due; nil unless past due
	Paid              bool       // it was paid for at least once, which a trial is not
	CreatedAt         time.Time
	UpdatedAt         time.Time

	// What was recorded of its recurring revenue: the MRR in minor units of its currency, and whether there was ever any.
	MRR         int64
	MRRCurrency string
	Earned      bool
	// Mark is the mark of what was fetched last, and SeenAt when that, or a list that showed the same mark, was.
	Mark   string
	SeenAt time.Time
	// TrialWarned reports that it was told that the trial will end at TrialEnd.
	TrialWarned bool
}

// First is the subscription's first item. It is zero if there is none.
func (s Subscription) First() Item {
	if len(s.Items) == 0 {
		return Item{}
	}
	return s.Items[0]
}

// Currency is the currency of the subscription, which all its items share.
func (s Subscription) Currency() string { return s.First().Currency }

// Begun reports whether the subscription ever gave access: it was paid for, or had a trial.
func (s Subscription) Begun() bool { return s.Paid || s.TrialStart != nil }

// Access reports whether the subscription gives a subscriber's rights now, and when they end if no event is needed for
// that: a past-due subscription gives them for the grace period.
func (s Subscription) Access(now time.Time, grace time.Duration) (access bool, until *time.Time) {
	switch s.Status {
	case Active, Trialing:
		return true, nil
	case PastDue:
		if s.PastDueSince == nil {
			return true, nil
		}
		end := s.PastDueSince.Add(grace)
		if now.Before(end) {
			return true, &end
		}
	case Unpaid, Paused, Incomplete, Canceled, IncompleteExpired:
	}
	return false, nil
}

// Precedes reports whether s, rather than other, is the current subscription of a user who has both.
func (s Subscription) Precedes(other Subscription) bool {
	if a, b := rank(s.Status), rank(other.Status); a != b {
		return a < b
	}
	if !s.CreatedAt.Equal(other.CreatedAt) {
		return s.CreatedAt.After(other.CreatedAt)
	}
	return s.ID > other.ID
}

// rank sorts unknown statuses last.
func rank(s Status) int {
	if r, ok := precedence[s]; ok {
		return r
	}
	return len(precedence) + 1
}

// follow returns s updated from the provider's subscription and from the user's invoices, which include all its open
// ones. UpdatedAt becomes now if anything has changed. Nothing else in the result depends on when this is called.
func (s Subscription) follow(r ProviderSubscription, plan Plan, invoices []Invoice, now time.Time) Subscription {
	next := Subscription{
		ID: s.ID, ProviderID: r.ID, UserID: s.UserID, Status: r.Status, Plan: plan, Items: r.Items,
		PeriodStart: r.PeriodStart, PeriodEnd: r.PeriodEnd, TrialStart: r.TrialStart, TrialEnd: r.TrialEnd,
		CancelAtPeriodEnd: r.CancelAtPeriodEnd, CancelAt: r.CancelAt, CanceledAt: r.CanceledAt, EndedAt: r.EndedAt,
		CollectionPaused: r.CollectionPaused, CollectionMethod: r.CollectionMethod, CreatedAt: r.CreatedAt, UpdatedAt: s.UpdatedAt,
		MRR: s.MRR, MRRCurrency: s.MRRCurrency, Earned: s.Earned,
		Mark: r.Mark(), SeenAt: now, TrialWarned: s.TrialWarned && equalTimes(s.TrialEnd, r.TrialEnd),
	}
	if r.Status == PastDue {
		next.PastDueSince = unpaidSince(r, invoices)
	}
	next.Paid = s.Paid || paid(r, invoices)
	if !next.same(s) {
		next.UpdatedAt = now
	}
	return next
}

// unpaidSince returns when the subscription's oldest open invoice became due. Without one it is the start of the period.
func unpaidSince(r ProviderSubscription, invoices []Invoice) *time.Time {
	var since *time.Time
	for _, i := range invoices {
		if due := i.unpaidSince(); i.SubscriptionID == r.ID && due != nil && (since == nil || due.Before(*since)) {
			since = due
		}
	}
	if since == nil {
		return r.PeriodStart
	}
	return since
}

// paid reports whether the subscription was paid for. The invoice of a trial does not count, nor does a payment that is
// due after a trial.
func paid(r ProviderSubscription, invoices []Invoice) bool {
	switch r.Status {
	case Active, PastDue, Unpaid: // without a trial they begin with a payment
		if r.TrialEnd == nil {
			return true
		}
	case Trialing, Paused, Incomplete, Canceled, IncompleteExpired:
	}
	if r.TrialEnd == nil && r.PeriodStart != nil && r.PeriodStart.After(r.CreatedAt) { // only what was paid is renewed
		return true
	}
	return slices.ContainsFunc(invoices, func(i Invoice) bool {
		ofTrial := r.TrialEnd != nil && i.IssuedAt.Before(*r.TrialEnd)
		return i.SubscriptionID == r.ID && i.Status == InvoicePaid && !ofTrial
	})
}

// same compares everything that the provider can change.
func (s Subscription) same(o Subscription) bool {
	return s.ProviderID == o.ProviderID && s.Status == o.Status && slices.Equal(s.Items, o.Items) &&
		equalTimes(s.PeriodStart, o.PeriodStart) && equalTimes(s.PeriodEnd, o.PeriodEnd) &&
		equalTimes(s.TrialStart, o.TrialStart) && equalTimes(s.TrialEnd, o.TrialEnd) &&
		s.CancelAtPeriodEnd == o.CancelAtPeriodEnd && equalTimes(s.CancelAt, o.CancelAt) &&
		equalTimes(s.CanceledAt, o.CanceledAt) && equalTimes(s.EndedAt, o.EndedAt) &&
		s.CollectionPaused == o.CollectionPaused && s.CollectionMethod == o.CollectionMethod &&
		equalTimes(s.PastDueSince, o.PastDueSince) && s.Paid == o.Paid && s.CreatedAt.Equal(o.CreatedAt)
}

// gone returns the subscription after the provider has forgotten it: it has ended.
func (s Subscription) gone(now time.Time) Subscription {
	if s.Status.Ended() {
		return s
	}
	s.Status, s.PastDueSince, s.UpdatedAt, s.Mark = Canceled, nil, now, markOf("gone")
	if s.EndedAt == nil {
		s.EndedAt = &now
	}
	return s
}

func equalTimes(a, b *time.Time) bool {
	return (a == nil) == (b == nil) && (a == nil || a.Equal(*b))
}
