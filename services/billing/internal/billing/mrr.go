package billing

import (
	"context"
	"time"
)

// MovementKind is the kind of a change of the monthly recurring revenue (MRR).
type MovementKind string

// The kinds of movements.
const (
	MovementNew          MovementKind = "new"          // the user's first recurring revenue
	MovementExpansion    MovementKind = "expansion"    // more than before
	MovementContraction  MovementKind = "contraction"  // less than before
	MovementChurn        MovementKind = "churn"        // none any more
	MovementReactivation MovementKind = "reactivation" // again, after there was none
)

// Movement is a change of a subscription's MRR. Movements are only ever added; their sum is the MRR.
type Movement struct {
	ID             int64
	UserID         int64
	SubscriptionID int64
	Kind           MovementKind
	Amount         int64 // the difference, in minor units of Currency a month
	Currency       string
	// At is when it happened, by the provider's clock, or when billing learned of it, if the provider does not tell.
	At         time.Time
	RecordedAt time.Time
}

// revenue is what a subscription brings in a month. The zero value is none.
type revenue struct {
	amount   int64
	currency string
}

// revenueOf returns what the subscription brings in a month: the charged amount of its period, if it is active or past
// due, in proportion to the period's length. A month has a twelfth of a year's 365 days or 52 weeks; rounded half up.
func (a Account) revenueOf(s Subscription) revenue {
	if s.Status != Active && s.Status != PastDue {
		return revenue{}
	}
	first := s.First()
	months := map[string][2]int64{"day": {365, 12}, "week": {52, 12}, "month": {1, 1}, "year": {1, 12}}[first.Interval]
	if months[1] == 0 || first.IntervalCount < 1 {
		return revenue{}
	}
	charged, divisor := ChargedAmount(s, a.acting(s), a.Invoices)*months[0], months[1]*int64(first.IntervalCount)
	amount := (2*charged + divisor) / (2 * divisor)
	if amount <= 0 {
		return revenue{}
	}
	return revenue{amount, first.Currency}
}

// move records how the MRR of the account's subscriptions has changed since it was last recorded: at the subscription's
// end, at the start of a period that has begun, or now.
func (s *Service) move(ctx context.Context, tx Tx, a *Account) error {
	for i := range a.Subscriptions {
		sub := &a.Subscriptions[i]
		was, is := revenue{sub.MRR, sub.MRRCurrency}, a.revenueOf(*sub)
		if was == is {
			continue
		}
		at := s.now()
		switch {
		case sub.Status.Ended() && sub.EndedAt != nil:
			at = *sub.EndedAt
		case a.began[sub.ProviderID] && sub.PeriodStart != nil:
			at = *sub.PeriodStart
		}
		if was.amount > 0 && is.amount > 0 && is.currency != was.currency { // what ends in one currency is no part of another
			if err := s.record(ctx, tx, a, sub, was, revenue{}, at); err != nil {
				return err
			}
			was = revenue{}
		}
		if err := s.record(ctx, tx, a, sub, was, is, at); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) record(ctx context.Context, tx Tx, a *Account, sub *Subscription, was, is revenue, at time.Time) error {
	currency := is.currency
	if is.amount == 0 {
		currency = was.currency
	}
	m := Movement{
		UserID: a.User.ID, SubscriptionID: sub.ID, Kind: a.movementKind(was.amount, is.amount), Amount: is.amount - was.amount,
		Currency: currency, At: at, RecordedAt: s.now(),
	}
	sub.MRR, sub.MRRCurrency, sub.Earned = is.amount, is.currency, true
	if err := tx.AddMovement(ctx, m); err != nil {
		return err
	}
	return tx.SaveSubscription(ctx, sub)
}

func (a Account) movementKind(was, is int64) MovementKind {
	switch {
	case is == 0:
		return MovementChurn
	case was > is:
		return MovementContraction
	case was > 0:
		return MovementExpansion
	}
	for _, s := range a.Subscriptions {
		if s.Earned {
			return MovementReactivation
		}
	}
	return MovementNew
}
