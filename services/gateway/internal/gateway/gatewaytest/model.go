// Package gatewaytest has fakes of the gateway's ports, and the contract suites that both fakes and adapters must pass.
package gatewaytest

import (
	"context"
	"sync"

	"muster/libs/causal"
	"muster/services/gateway/internal/gateway"
)

// Model is an in-memory gateway.Model.
type Model struct {
	mu      sync.Mutex
	rows    map[int64]row
	failure error
}

type row struct {
	user         gateway.UserState
	account      gateway.AccountState
	subscription gateway.SubscriptionState
}

// NewModel creates an empty model.
func NewModel() *Model { return &Model{rows: map[int64]row{}} }

// Fail makes every call return err until it is called with nil.
func (m *Model) Fail(err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.failure = err
}

// Apply implements gateway.Model.
func (m *Model) Apply(_ context.Context, c gateway.Changes) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, u := range c.Users {
		r := m.rows[u.UserID]
		if u.Version > r.user.Version {
			r.user = u
		}
		m.rows[u.UserID] = r
	}
	for _, a := range c.Accounts {
		r := m.rows[a.UserID]
		if a.Version > r.account.Version {
			r.account = a
		}
		m.rows[a.UserID] = r
	}
	for _, s := range c.Subscriptions {
		r := m.rows[s.UserID]
		if s.Version > r.subscription.Version {
			r.subscription = s
		}
		m.rows[s.UserID] = r
	}
	return m.failure
}

// AfterCommit implements gateway.Model.
func (*Model) AfterCommit(_ context.Context, fn func()) { fn() }

// Progress implements gateway.Model.
func (m *Model) Progress(_ context.Context, userIDs []int64) (map[int64]causal.Progress, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	progress := map[int64]causal.Progress{}
	for _, id := range userIDs {
		if r, ok := m.rows[id]; ok {
			progress[id] = causal.Progress{causal.User: r.user.State, causal.Account: r.account.State, causal.Subscription: r.subscription.State}
		}
	}
	return progress, m.failure
}

// Member implements gateway.Model.
func (m *Model) Member(_ context.Context, userID int64) (gateway.Member, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	r := m.rows[userID]
	member := gateway.Member{
		UserVersion: r.user.Version, UserDeleted: r.user.Deleted, AccountDeleted: r.account.Deleted,
		TokensValidFrom: r.account.TokensValidFrom, EndedSessions: r.account.EndedSessions,
	}
	if r.user.Profile != nil {
		member.IsActive, member.TypeCode = r.user.Profile.IsActive, r.user.Profile.TypeCode
	}
	return member, m.failure
}

// Person implements gateway.Model.
func (m *Model) Person(_ context.Context, userID int64) (gateway.Person, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	r := m.rows[userID]
	return gateway.Person{
		User: r.user.Profile, Applicant: r.account.Applicant, Gone: r.user.Deleted || r.account.Deleted,
		RejectedBecause: r.user.RejectedBecause,
	}, m.failure
}

// Ready implements gateway.Model.
func (m *Model) Ready(context.Context) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.failure
}

var _ gateway.Model = (*Model)(nil)
