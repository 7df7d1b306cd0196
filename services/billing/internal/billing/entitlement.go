package billing

import (
	"context"
	"time"

	"muster/libs/contracts/billingv1"
)

// The classes of users by what they pay (billing-api, "Status").
const (
	ClassTrial      = "TRIAL"
	ClassPaid       = "PAID"
	ClassFree       = "FREE"
	ClassIncomplete = "INCOMPLETE_SUBSCRIPTION"
	ClassNone       = "NO_SUBSCRIPTION"
)

// Entitlement is what a user's subscription entitles to.
type Entitlement struct {
	Access bool
	Class  string
	// Until is when access ends unless something happens before; nil if it does not.
	Until *time.Time
	State billingv1.Subscription
}

// EntitlementOf returns what the user's subscription entitles to now.
func (s *Service) EntitlementOf(ctx context.Context, userID int64) (Entitlement, error) {
	a, err := s.store.Account(ctx, userID)
	if err != nil {
		return Entitlement{}, err
	}
	now := s.now()
	state, _ := a.State(now, s.rules.Grace)
	e := Entitlement{Access: state.Access, Class: ClassNone, State: state}
	current := a.Current()
	if current == nil {
		return e, nil
	}
	e.Class = current.class(state.Current.ChargedAmount)
	if !e.Access {
		if e.Class != ClassIncomplete { // the grace of one that is past due is over
			e.Class = ClassNone
		}
		return e, nil
	}
	_, e.Until = current.Access(now, s.rules.Grace)
	if end := current.end(); end != nil && (e.Until == nil || end.Before(*e.Until)) {
		e.Until = end
	}
	return e, nil
}

// end returns when a subscription that is to be cancelled ends; nil for any other.
func (s Subscription) end() *time.Time {
	if s.CancelAt == nil && s.CancelAtPeriodEnd {
		return s.PeriodEnd
	}
	return s.CancelAt
}

func (s Subscription) class(charged int64) string {
	switch s.Status {
	case Trialing:
		return ClassTrial
	case Active:
		if charged == 0 {
			return ClassFree
		}
		return ClassPaid
	case PastDue:
		return ClassPaid
	case Incomplete, IncompleteExpired:
		return ClassIncomplete
	case Unpaid, Paused, Canceled:
	}
	return ClassNone
}
