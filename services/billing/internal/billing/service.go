package billing

import (
	"context"
	"errors"
	"net/url"
	"time"

	"muster/libs/causal"
	"muster/libs/contracts"
	"muster/libs/errs"
)

// Service implements billing's use cases.
type Service struct {
	store    Store
	payments Payments
	throttle Throttle
	rules    Rules
	now      func() time.Time
	newID    func() string
	woken    chan struct{}
	waiting  waitingRoom
}

// Rules are the settings of an installation.
type Rules struct {
	// Grace is how long a past-due subscription still gives access. 0 means not at all.
	Grace time.Duration
	// MayReturnTo reports whether the origin of a checkout's return URL is allowed.
	MayReturnTo func(url string) bool
	// WrongCodesPerHour is how many promotion codes that do not exist one user can try in an hour. At least 1.
	WrongCodesPerHour int
	// DeclinesPerHour is how many payments of one user can fail in an hour, so that nobody tries out stolen cards. At
	// least 1.
	DeclinesPerHour int
}

// Name is the service's name.
const Name = "billing"

// Ports are the dependencies of a Service.
type Ports struct {
	Store    Store
	Payments Payments
	// Throttle counts events for rate limits.
	Throttle Throttle
	// Now is the clock. The service truncates it to whole seconds in UTC.
	Now func() time.Time
	// NewID generates a random id.
	NewID func() string
}

// New creates a Service.
func New(p Ports, rules Rules) *Service {
	return &Service{
		store: p.Store, payments: p.Payments, throttle: p.Throttle, rules: rules, newID: p.NewID, woken: make(chan struct{}, 1),
		now: func() time.Time { return p.Now().UTC().Truncate(time.Second) },
	}
}

// Woken receives a signal after this process has enqueued a task.
func (s *Service) Woken() <-chan struct{} { return s.woken }

func (s *Service) wake() {
	select {
	case s.woken <- struct{}{}:
	default: // a signal is already pending
	}
}

// publish composes the account's state. If the state has changed, or directory's record has to be acknowledged, it
// stores and publishes the next version. It also publishes what has happened to the account's subscriptions. The caller
// holds the account's lock. It returns the resulting version.
func (s *Service) publish(ctx context.Context, tx Tx, a *Account) (causal.Write, error) {
	if err := errors.Join(s.warnOfTrials(ctx, tx, a), s.move(ctx, tx, a)); err != nil {
		return causal.Write{}, err
	}
	now := s.now()
	old := a.User.State
	next, due := a.State(now, s.rules.Grace)
	standing, err := s.standing(ctx, tx, a)
	if err != nil {
		return causal.Write{}, err
	}
	next.Standing = standing
	if !next.Deleted {
		due = earliest(due, a.dueAfter(now))
	}
	stateless := old.Version == 0 && next.StripeCustomerID == "" && next.Current == nil
	follows := a.User.AccessVersion > old.UserVersion
	var payloads []contracts.Payload
	if !stateless && (!sameState(old, next) || follows) {
		next.Version = old.Version + 1
		next.UserVersion = a.User.Version
		if next.Access != old.Access || next.Deleted != old.Deleted {
			next.AccessVersion = next.Version
		}
		a.User.State = next
		payloads = append(payloads, next)
	}
	if len(payloads) > 0 || !equalTimes(due, a.User.DueAt) {
		a.User.DueAt = due
		if err := tx.SaveUser(ctx, a.User); err != nil {
			return causal.Write{}, err
		}
	}
	payloads = append(payloads, a.events()...)
	payloads = append(payloads, a.redemptionEvents()...)
	payloads = append(payloads, a.invoiceEvents(now)...)
	booked, err := s.book(ctx, tx, a)
	if err != nil {
		return causal.Write{}, err
	}
	payloads = append(payloads, booked...)
	w := causal.Write{Aggregate: causal.Subscription, UserID: a.User.ID, Version: a.User.State.Version}
	if len(payloads) == 0 {
		return w, nil
	}
	return w, tx.Publish(ctx, now, payloads...)
}

// book adds the account's new entries to the ledger and returns them as they are published.
func (s *Service) book(ctx context.Context, tx Tx, a *Account) ([]contracts.Payload, error) {
	if len(a.entries) == 0 {
		return nil, nil
	}
	for i := range a.entries {
		e := &a.entries[i]
		e.RecordedAt = s.now()
		if sub := a.subscription(e.ProviderSubID); sub != nil {
			e.SubscriptionID = sub.ID
		}
	}
	booked, err := tx.Book(ctx, a.entries...)
	if err != nil {
		return nil, err
	}
	var payloads []contracts.Payload
	for _, e := range booked {
		payloads = append(payloads, e.payload(a.User.State.Version))
	}
	return payloads, nil
}

// checkReturnURL restricts return URLs to allowed origins, so that our page cannot be used to redirect users elsewhere.
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
