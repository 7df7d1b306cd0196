package billing

import (
	"context"
	"net/url"
	"time"

	"muster/libs/causal"
	"muster/libs/contracts"
	"muster/libs/errs"
)

// Service is the use cases of billing.
type Service struct {
	store    Store
	payments Payments
	rules    Rules
	now      func() time.Time
	newID    func() string
	woken    chan struct{}
}

// Rules are what an installation decides.
type Rules struct {
	// Grace is for how long a past-due subscription still gives access. 0 is none.
	Grace time.Duration
	// MayReturnTo reports whether a checkout may return to a URL, by its origin.
	MayReturnTo func(url string) bool
}

// Name is the service's name.
const Name = "billing"

// Ports are what a Service works with.
type Ports struct {
	Store    Store
	Payments Payments
	// Now is the clock. The service cuts it to whole seconds UTC.
	Now func() time.Time
	// NewID makes a random id.
	NewID func() string
}

// New makes a Service.
func New(p Ports, rules Rules) *Service {
	return &Service{
		store: p.Store, payments: p.Payments, rules: rules, newID: p.NewID, woken: make(chan struct{}, 1),
		now: func() time.Time { return p.Now().UTC().Truncate(time.Second) },
	}
}

// Woken receives after this process has left work to be done.
func (s *Service) Woken() <-chan struct{} { return s.woken }

func (s *Service) wake() {
	select {
	case s.woken <- struct{}{}:
	default: // a signal is waiting already
	}
}

// publish composes the account's state; if it has changed, or directory's record has to be followed, it stores and
// publishes the next version. The account is locked. It returns the version after.
func (s *Service) publish(ctx context.Context, tx Tx, a *Account) (causal.Write, error) {
	now := s.now()
	old := a.User.State
	next, due := a.State(now, s.rules.Grace)
	stateless := old.Version == 0 && next.StripeCustomerID == "" && next.Current == nil
	follows := a.User.AccessVersion > old.UserVersion
	if stateless || (sameState(old, next) && !follows) {
		if !equalTimes(due, a.User.DueAt) {
			a.User.DueAt = due
			return causal.Write{Aggregate: causal.Subscription, UserID: a.User.ID, Version: old.Version}, tx.SaveUser(ctx, a.User)
		}
		return causal.Write{Aggregate: causal.Subscription, UserID: a.User.ID, Version: old.Version}, nil
	}
	next.Version = old.Version + 1
	next.UserVersion = a.User.Version
	if next.Access != old.Access || next.Deleted != old.Deleted {
		next.AccessVersion = next.Version
	}
	a.User.State, a.User.DueAt = next, due
	if err := tx.SaveUser(ctx, a.User); err != nil {
		return causal.Write{}, err
	}
	payloads := []contracts.Payload{next}
	for _, e := range EventsBetween(old, next, now) {
		payloads = append(payloads, e)
	}
	return causal.Write{Aggregate: causal.Subscription, UserID: a.User.ID, Version: next.Version}, tx.Publish(ctx, now, payloads...)
}

// checkReturnURL lets a checkout return to allowed origins only, so that nobody can be led elsewhere from our page.
func (s *Service) checkReturnURL(field, raw string) []errs.Field {
	const longest = 2000
	u, err := url.Parse(raw)
	if err != nil || len(raw) > longest || u.Host == "" || u.User != nil || (u.Scheme != "https" && u.Scheme != "http") {
		return []errs.Field{{Field: field, Message: "must be an absolute http or https URL"}}
	}
	if !s.rules.MayReturnTo(raw) {
		return []errs.Field{{Field: field, Message: "must be at an address that this installation allows"}}
	}
	return nil
}
