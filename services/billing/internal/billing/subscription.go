package billing

import "time"

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
	Plan              Plan // by PriceID; zero if no plan has the price
	PriceID           string
	Amount            int64 // of the price, per unit
	Currency          string
	Interval          string
	IntervalCount     int
	Quantity          int64
	PeriodStart       *time.Time
	PeriodEnd         *time.Time
	TrialStart        *time.Time
	TrialEnd          *time.Time
	CancelAtPeriodEnd bool
	CanceledAt        *time.Time
	PastDueSince      *time.Time // when the unpaid invoice was issued; nil unless past due
	CreatedAt         time.Time
	UpdatedAt         time.Time
}

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

// follow returns s updated from the provider's subscription. invoice is the latest one, if known. UpdatedAt becomes now
// if anything has changed.
func (s Subscription) follow(r ProviderSubscription, plan Plan, invoice *Invoice, now time.Time) Subscription {
	next := Subscription{
		ID: s.ID, ProviderID: r.ID, UserID: s.UserID, Status: r.Status, Plan: plan,
		PriceID: r.PriceID, Amount: r.Amount, Currency: r.Currency, Interval: r.Interval, IntervalCount: r.IntervalCount,
		Quantity: r.Quantity, PeriodStart: r.PeriodStart, PeriodEnd: r.PeriodEnd, TrialStart: r.TrialStart, TrialEnd: r.TrialEnd,
		CancelAtPeriodEnd: r.CancelAtPeriodEnd, CanceledAt: r.CanceledAt, CreatedAt: r.CreatedAt, UpdatedAt: s.UpdatedAt,
	}
	if r.Status == PastDue {
		next.PastDueSince = s.PastDueSince
		if next.PastDueSince == nil {
			next.PastDueSince = r.PeriodStart
			if invoice != nil {
				issued := invoice.IssuedAt
				next.PastDueSince = &issued
			}
		}
	}
	if !next.same(s) {
		next.UpdatedAt = now
	}
	return next
}

// same compares everything that the provider can change.
func (s Subscription) same(o Subscription) bool {
	return s.ProviderID == o.ProviderID && s.Status == o.Status && s.PriceID == o.PriceID && s.Amount == o.Amount &&
		s.Currency == o.Currency && s.Interval == o.Interval && s.IntervalCount == o.IntervalCount && s.Quantity == o.Quantity &&
		equalTimes(s.PeriodStart, o.PeriodStart) && equalTimes(s.PeriodEnd, o.PeriodEnd) &&
		equalTimes(s.TrialStart, o.TrialStart) && equalTimes(s.TrialEnd, o.TrialEnd) &&
		s.CancelAtPeriodEnd == o.CancelAtPeriodEnd && equalTimes(s.CanceledAt, o.CanceledAt) &&
		equalTimes(s.PastDueSince, o.PastDueSince) && s.CreatedAt.Equal(o.CreatedAt)
}

func equalTimes(a, b *time.Time) bool {
	return (a == nil) == (b == nil) && (a == nil || a.Equal(*b))
}
