// Package billingtest helps to test billing: in-memory implementations of the ports, and the contract suites that every
// implementation must pass.
package billingtest

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"muster/libs/contracts"
	"muster/libs/contracts/billingv1"
	"muster/services/billing/internal/billing"
)

// Memory is an in-memory billing.Store. It runs one transaction at a time.
type Memory struct {
	mu   sync.Mutex
	data data
}

var _ billing.Store = (*Memory)(nil)

// data holds values only: a copy of its maps and slices is a snapshot.
type data struct {
	lastID      int64
	users       map[int64]billing.User
	subs        map[string]billing.Subscription
	invoices    map[string]billing.Invoice
	redemptions []billing.Redemption
	checkouts   []billing.Checkout
	plans       []billing.Plan
	coupons     []billing.Coupon
	promotions  []billing.Promotion
	issued      map[string]int64
	applied     map[string]int64
	events      map[string]billing.Event
	received    map[string]time.Time // when each event was received
	inbox       map[string]inboxed
	tasks       []task
	published   []contracts.Payload
	customers   map[string]customerOf
	generations map[string]int
	previews    []billing.ChangePreview
	priced      map[string]int64 // plans by the prices that they had
	charges     map[string]billing.Charge
	ledger      []billing.LedgerEntry
	movements   []billing.Movement
	runs        []billing.Run
	mismatches  []billing.Mismatch
}

// customerOf is a customer of a user.
type customerOf struct {
	userID  int64
	deleted bool
}

// inboxed is the state of a received event.
type inboxed struct {
	subject string
	outcome billing.Outcome
}

func (d data) clone() data {
	d.users, d.subs, d.invoices = maps.Clone(d.users), maps.Clone(d.subs), maps.Clone(d.invoices)
	d.issued, d.applied, d.events = maps.Clone(d.issued), maps.Clone(d.applied), maps.Clone(d.events)
	d.received, d.inbox = maps.Clone(d.received), maps.Clone(d.inbox)
	d.customers, d.generations, d.priced = maps.Clone(d.customers), maps.Clone(d.generations), maps.Clone(d.priced)
	d.redemptions, d.checkouts, d.plans = slices.Clone(d.redemptions), slices.Clone(d.checkouts), slices.Clone(d.plans)
	d.coupons, d.promotions, d.tasks = slices.Clone(d.coupons), slices.Clone(d.promotions), slices.Clone(d.tasks)
	d.published, d.previews = slices.Clone(d.published), slices.Clone(d.previews)
	d.charges, d.ledger = maps.Clone(d.charges), slices.Clone(d.ledger)
	d.movements, d.runs, d.mismatches = slices.Clone(d.movements), slices.Clone(d.runs), slices.Clone(d.mismatches)
	return d
}

// NewMemory creates an empty store.
func NewMemory() *Memory {
	return &Memory{data: data{
		users: map[int64]billing.User{}, subs: map[string]billing.Subscription{}, invoices: map[string]billing.Invoice{},
		issued: map[string]int64{}, applied: map[string]int64{}, events: map[string]billing.Event{}, received: map[string]time.Time{},
		inbox: map[string]inboxed{}, customers: map[string]customerOf{}, generations: map[string]int{}, priced: map[string]int64{},
		charges: map[string]billing.Charge{},
	}}
}

// Published returns everything that was published, in order.
func (m *Memory) Published() []contracts.Payload {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.data.published)
}

// Tx implements billing.Accounts.
func (m *Memory) Tx(ctx context.Context, fn func(ctx context.Context, tx billing.Tx) error) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	before := m.data.clone()
	if err := fn(ctx, &memoryTx{&m.data}); err != nil {
		m.data = before
		return err
	}
	return nil
}

// look runs a read outside any transaction.
func look[T any](m *Memory, read func(d *data) (T, error)) (T, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return read(&m.data)
}

// User implements billing.Accounts.
func (m *Memory) User(_ context.Context, id int64) (billing.User, error) {
	return look(m, func(d *data) (billing.User, error) {
		u, ok := d.users[id]
		if !ok {
			return billing.User{}, billing.ErrUserUnknown
		}
		return u, nil
	})
}

// FollowQuietly implements billing.Accounts.
func (m *Memory) FollowQuietly(_ context.Context, profiles []billing.Profile, now time.Time) (map[int64]int64, error) {
	return look(m, func(d *data) (map[int64]int64, error) {
		followed := map[int64]int64{}
		for _, p := range profiles {
			u, ok := d.users[p.UserID]
			if !ok {
				continue
			}
			if !p.Deleted && !u.Deleted && p.AccessVersion <= u.AccessVersion && p.Version > u.Version {
				if u.CustomerID != "" && (u.Email != p.Email || u.Name != p.Name) {
					d.enqueue(billing.TaskCustomer, strconv.FormatInt(u.ID, 10), now)
				}
				u.Version, u.Email, u.Name = p.Version, p.Email, p.Name
				d.users[p.UserID] = u
			}
			followed[p.UserID] = u.Version
		}
		return followed, nil
	})
}

// Account implements billing.Accounts.
func (m *Memory) Account(_ context.Context, id int64) (billing.Account, error) {
	return look(m, func(d *data) (billing.Account, error) { return d.account(id) })
}

func (d *data) account(id int64) (billing.Account, error) {
	u, ok := d.users[id]
	if !ok {
		return billing.Account{}, billing.ErrUserUnknown
	}
	a := billing.Account{User: u}
	for _, s := range d.subs {
		if s.UserID == id {
			s.Plan = billing.Plan{}
			if p := d.planOf(s.First().PriceID); p != nil {
				s.Plan = *p
			}
			a.Subscriptions = append(a.Subscriptions, s)
		}
	}
	slices.SortFunc(a.Subscriptions, func(x, y billing.Subscription) int { return int(x.ID - y.ID) })
	for _, i := range d.invoices {
		if i.UserID == id {
			a.Invoices = append(a.Invoices, i)
		}
	}
	slices.SortFunc(a.Invoices, func(x, y billing.Invoice) int { return x.IssuedAt.Compare(y.IssuedAt) })
	for _, r := range d.redemptions {
		if r.UserID == id {
			if r.Promotion.ID != 0 {
				r.Promotion = *find(d.promotions, func(p billing.Promotion) bool { return p.ID == r.Promotion.ID })
			} else {
				r.Promotion.Coupon = *find(d.coupons, func(c billing.Coupon) bool { return c.ID == r.Promotion.Coupon.ID })
			}
			a.Redemptions = append(a.Redemptions, r)
		}
	}
	for _, c := range d.checkouts {
		if c.UserID == id && c.Unfinished() {
			a.Checkouts = append(a.Checkouts, c)
		}
	}
	return a, nil
}

func find[T any](all []T, is func(T) bool) *T {
	if i := slices.IndexFunc(all, is); i >= 0 {
		return &all[i]
	}
	return nil
}

// Owner implements billing.Accounts.
func (m *Memory) Owner(_ context.Context, customerID string) (int64, error) {
	return look(m, func(d *data) (int64, error) {
		if c, ok := d.customers[customerID]; ok {
			return c.userID, nil
		}
		return d.userWith(func(u billing.User) bool { return customerID != "" && u.CustomerID == customerID })
	})
}

func (d *data) userWith(is func(billing.User) bool) (int64, error) {
	for id, u := range d.users {
		if is(u) {
			return id, nil
		}
	}
	return 0, billing.ErrUnmatched
}

// UserByKey implements billing.Accounts.
func (m *Memory) UserByKey(_ context.Context, key string) (int64, error) {
	return look(m, func(d *data) (int64, error) { return d.userWith(func(u billing.User) bool { return u.Key == key }) })
}

// SubscriptionOwner implements billing.Accounts.
func (m *Memory) SubscriptionOwner(_ context.Context, providerID string) (int64, error) {
	return look(m, func(d *data) (int64, error) {
		if s, ok := d.subs[providerID]; ok {
			return s.UserID, nil
		}
		return 0, billing.ErrUnmatched
	})
}

// Customers implements billing.Accounts.
func (m *Memory) Customers(_ context.Context, userID int64) ([]string, error) {
	return look(m, func(d *data) (ids []string, err error) {
		for id, c := range d.customers {
			if c.userID == userID && !c.deleted {
				ids = append(ids, id)
			}
		}
		if u := d.users[userID]; u.CustomerID != "" && !slices.Contains(ids, u.CustomerID) {
			ids = append(ids, u.CustomerID)
		}
		slices.Sort(ids)
		return ids, nil
	})
}

// Generation implements billing.Accounts.
func (m *Memory) Generation(_ context.Context, key string) (int, error) {
	return look(m, func(d *data) (int, error) { return d.generations[key], nil })
}

// RaiseGeneration implements billing.Accounts.
func (m *Memory) RaiseGeneration(_ context.Context, key string, from int) error {
	_, err := look(m, func(d *data) (any, error) {
		if d.generations[key] == from {
			d.generations[key] = from + 1
		}
		return nil, nil
	})
	return err
}

// Ticket implements billing.Accounts.
func (m *Memory) Ticket(_ context.Context, object string) (int64, error) {
	return look(m, func(d *data) (int64, error) {
		d.issued[object]++
		return d.issued[object], nil
	})
}

func (m *Memory) checkout(is func(billing.Checkout) bool) (billing.Checkout, error) {
	return look(m, func(d *data) (billing.Checkout, error) {
		if c := find(d.checkouts, is); c != nil {
			return *c, nil
		}
		return billing.Checkout{}, billing.ErrCheckoutNotFound
	})
}

// CheckoutBySession implements billing.Accounts.
func (m *Memory) CheckoutBySession(_ context.Context, id string) (billing.Checkout, error) {
	return m.checkout(func(c billing.Checkout) bool { return c.SessionID == id })
}

// CheckoutByRequest implements billing.Accounts.
func (m *Memory) CheckoutByRequest(_ context.Context, key string) (billing.Checkout, error) {
	return m.checkout(func(c billing.Checkout) bool { return c.RequestKey == key })
}

// memoryTx implements billing.Tx. Memory's lock is held as long as it is in use.
type memoryTx struct{ *data }

func (t *memoryTx) id() int64 { t.lastID++; return t.lastID }

func (t *memoryTx) LockAccount(_ context.Context, id int64) (billing.Account, error) {
	return t.account(id)
}

func (t *memoryTx) LockStates(_ context.Context, first, last int64, limit int) (states []billingv1.Subscription, err error) {
	for _, id := range slices.Sorted(maps.Keys(t.users)) {
		if u := t.users[id]; id >= first && id <= last && u.State.Version > 0 && len(states) < limit {
			states = append(states, u.State)
		}
	}
	return states, nil
}

func (t *memoryTx) SaveUser(_ context.Context, u billing.User) error { t.users[u.ID] = u; return nil }

func (t *memoryTx) ForgetPages(_ context.Context, userID int64) error {
	for i := range t.checkouts {
		if c := &t.checkouts[i]; c.UserID == userID {
			c.SuccessURL, c.CancelURL, c.URL = "", "", ""
		}
	}
	return nil
}

func (t *memoryTx) AddCustomer(_ context.Context, userID int64, customerID string) (bool, error) {
	if _, known := t.customers[customerID]; known {
		return false, nil
	}
	t.customers[customerID] = customerOf{userID: userID}
	return true, nil
}

func (t *memoryTx) DropCustomer(_ context.Context, customerID string) error {
	if c, known := t.customers[customerID]; known {
		c.deleted = true
		t.customers[customerID] = c
	}
	return nil
}

func (t *memoryTx) SaveSubscription(_ context.Context, s *billing.Subscription) error {
	if s.ID = t.subs[s.ProviderID].ID; s.ID == 0 {
		s.ID = t.id()
	}
	t.subs[s.ProviderID] = *s
	return nil
}

func (t *memoryTx) SaveInvoice(_ context.Context, i *billing.Invoice) error {
	if i.ID = t.invoices[i.ProviderID].ID; i.ID == 0 {
		i.ID = t.id()
	}
	t.invoices[i.ProviderID] = *i
	return nil
}

func (t *memoryTx) SaveRedemption(_ context.Context, r *billing.Redemption) error {
	if r.ID == 0 {
		r.ID = t.id()
		t.redemptions = append(t.redemptions, *r)
		return nil
	}
	*find(t.redemptions, func(o billing.Redemption) bool { return o.ID == r.ID }) = *r
	return nil
}

func (t *memoryTx) SaveCheckout(_ context.Context, c *billing.Checkout) error {
	if c.ID == 0 {
		c.ID = t.id()
		t.checkouts = append(t.checkouts, *c)
		return nil
	}
	*find(t.checkouts, func(o billing.Checkout) bool { return o.ID == c.ID }) = *c
	return nil
}

func (t *memoryTx) Apply(_ context.Context, object string, ticket int64) (bool, error) {
	if _, issued := t.issued[object]; !issued || t.applied[object] >= ticket {
		return false, nil
	}
	t.applied[object] = ticket
	return true, nil
}

func (t *memoryTx) Enqueue(_ context.Context, k billing.TaskKind, subject string, now time.Time) error {
	t.enqueue(k, subject, now)
	return nil
}

func (t *memoryTx) Publish(_ context.Context, _ time.Time, payloads ...contracts.Payload) error {
	t.published = append(t.published, payloads...)
	return nil
}

func sameCode(a, b string) bool { return strings.EqualFold(a, b) }
