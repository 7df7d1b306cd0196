package billingtest

import (
	"context"
	"fmt"
	"maps"
	"strings"
	"sync"
	"time"

	"muster/services/billing/internal/billing"
)

// Provider is an in-memory billing.Payments. Tests trigger what happens at the provider, such as a payment.
type Provider struct {
	// Now is the provider's time.
	Now func() time.Time
	// Fetched, if set, is called with a fetched subscription before it is returned: a test can change things between
	// the fetch and its use.
	Fetched func(id string)
	// CustomerMade, if set, is called after a customer is created and before the call returns.
	CustomerMade func()

	mu        sync.Mutex
	last      int
	answers   map[string]answer // by idempotency key
	down      bool
	plans     map[string]billing.Plan // by price
	coupons   map[string]billing.Coupon
	customers map[string]Customer
	orders    map[string]billing.Checkout // by session
	sessions  map[string]billing.ProviderCheckout
	subs      map[string]billing.ProviderSubscription
	invoices  map[string]billing.ProviderInvoice
}

type answer struct{ request, result string }

var _ billing.Payments = (*Provider)(nil)

// NewProvider creates an empty provider.
func NewProvider(now func() time.Time) *Provider {
	return &Provider{
		Now: now, answers: map[string]answer{}, plans: map[string]billing.Plan{}, coupons: map[string]billing.Coupon{}, customers: map[string]Customer{},
		orders: map[string]billing.Checkout{}, sessions: map[string]billing.ProviderCheckout{},
		subs: map[string]billing.ProviderSubscription{}, invoices: map[string]billing.ProviderInvoice{},
	}
}

// SetDown makes every call fail as unavailable, or ends that.
func (p *Provider) SetDown(down bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.down = down
}

func (p *Provider) newID(prefix string) string {
	p.last++
	return fmt.Sprintf("%s_%04d", prefix, p.last)
}

func (p *Provider) reachable(ctx context.Context) error {
	if p.down {
		return billing.ErrProviderUnavailable
	}
	return ctx.Err()
}

// once runs a call unless its key was used before.
func (p *Provider) once(ctx context.Context, key, request string, do func() (string, error)) (string, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := p.reachable(ctx); err != nil {
		return "", err
	}
	if a, ok := p.answers[key]; ok {
		if a.request != request {
			return "", billing.ErrProviderRefused
		}
		return a.result, nil
	}
	result, err := do()
	if err == nil {
		p.answers[key] = answer{request, result}
	}
	return result, err
}

// CreateCustomer implements billing.Payments.
func (p *Provider) CreateCustomer(ctx context.Context, key string, u billing.User) (string, error) {
	if p.CustomerMade != nil {
		defer p.CustomerMade()
	}
	return p.once(ctx, key, fmt.Sprint(u.ID, u.Email, u.Name), func() (string, error) {
		id := p.newID("cus")
		p.customers[id] = Customer{u.Email, u.Name}
		return id, nil
	})
}

// UpdateCustomer implements billing.Payments.
func (p *Provider) UpdateCustomer(ctx context.Context, key, customerID string, u billing.User) error {
	_, err := p.once(ctx, key, fmt.Sprint(customerID, u.Email, u.Name), func() (string, error) {
		if _, ok := p.customers[customerID]; !ok {
			return "", billing.ErrProviderMissing
		}
		p.customers[customerID] = Customer{u.Email, u.Name}
		return customerID, nil
	})
	return err
}

// DeleteCustomer implements billing.Payments.
func (p *Provider) DeleteCustomer(ctx context.Context, customerID string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := p.reachable(ctx); err != nil {
		return err
	}
	if _, ok := p.customers[customerID]; !ok {
		return billing.ErrProviderMissing
	}
	delete(p.customers, customerID)
	for id, s := range p.subs {
		if s.CustomerID == customerID && !s.Status.Ended() {
			now := p.Now()
			s.Status, s.CanceledAt = billing.Canceled, &now
			p.subs[id] = s
		}
	}
	return nil
}

// Customer is what the provider stores about a customer.
type Customer struct{ Email, Name string }

// Customer returns the customer; false if it does not exist or is deleted.
func (p *Provider) Customer(id string) (Customer, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	c, ok := p.customers[id]
	return c, ok
}

// Customers returns the number of customers.
func (p *Provider) Customers() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.customers)
}

// CreatePrice implements billing.Payments.
func (p *Provider) CreatePrice(ctx context.Context, key string, plan billing.Plan) (productID, priceID string, err error) {
	id, err := p.once(ctx, key, fmt.Sprint(plan.ID, plan.Name, plan.Amount), func() (string, error) {
		id := p.newID("price")
		p.plans[id] = plan
		return id, nil
	})
	return strings.Replace(id, "price", "prod", 1), id, err
}

// CreateCoupon implements billing.Payments.
func (p *Provider) CreateCoupon(ctx context.Context, key string, c billing.Coupon) (string, error) {
	return p.once(ctx, key, fmt.Sprint(c.ID, c.Name), func() (string, error) {
		id := p.newID("coupon")
		p.coupons[id] = c
		return id, nil
	})
}

const sessionLife = 24 * time.Hour

// CreateCheckout implements billing.Payments.
func (p *Provider) CreateCheckout(ctx context.Context, key string, c billing.Checkout) (billing.ProviderCheckout, error) {
	id, err := p.once(ctx, key, fmt.Sprint(c.ID, c.PriceID, c.CouponID, c.Quantity), func() (string, error) {
		if _, ok := p.plans[c.PriceID]; !ok {
			return "", billing.ErrProviderMissing
		}
		if _, ok := p.coupons[c.CouponID]; !ok && c.CouponID != "" {
			return "", billing.ErrProviderMissing
		}
		id := p.newID("cs_test")
		p.orders[id] = c
		p.sessions[id] = billing.ProviderCheckout{
			ID: id, CustomerID: c.CustomerID, URL: "https://pay.test/" + id, Status: billing.CheckoutOpen, ExpiresAt: p.Now().Add(sessionLife),
		}
		return id, nil
	})
	if err != nil {
		return billing.ProviderCheckout{}, err
	}
	return get(ctx, p, p.sessions, id)
}

// get reads under the lock.
func get[T any](ctx context.Context, p *Provider, from map[string]T, id string) (T, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	v, ok := from[id]
	if err := p.reachable(ctx); err != nil {
		return v, err
	}
	if !ok {
		return v, billing.ErrProviderMissing
	}
	return v, nil
}

// Checkout implements billing.Payments.
func (p *Provider) Checkout(ctx context.Context, id string) (billing.ProviderCheckout, error) {
	return get(ctx, p, p.sessions, id)
}

// ExpireCheckout implements billing.Payments.
func (p *Provider) ExpireCheckout(ctx context.Context, key, id string) (billing.ProviderCheckout, error) {
	_, err := p.once(ctx, key, id, func() (string, error) {
		s, ok := p.sessions[id]
		switch {
		case !ok:
			return "", billing.ErrProviderMissing
		case s.Status != billing.CheckoutOpen:
			return "", billing.ErrProviderRefused
		}
		s.Status, s.URL = billing.CheckoutExpired, ""
		p.sessions[id] = s
		return id, nil
	})
	if err != nil {
		return billing.ProviderCheckout{}, err
	}
	return get(ctx, p, p.sessions, id)
}

// Subscription implements billing.Payments.
func (p *Provider) Subscription(ctx context.Context, id string) (billing.ProviderSubscription, error) {
	s, err := get(ctx, p, p.subs, id)
	if p.Fetched != nil {
		p.Fetched(id)
	}
	return s, err
}

// Invoice implements billing.Payments.
func (p *Provider) Invoice(ctx context.Context, id string) (billing.ProviderInvoice, error) {
	return get(ctx, p, p.invoices, id)
}

// Cancel implements billing.Payments.
func (p *Provider) Cancel(ctx context.Context, key, id string, mode billing.CancelMode) (billing.ProviderSubscription, error) {
	_, err := p.once(ctx, key, id+string(mode), func() (string, error) {
		s, ok := p.subs[id]
		if !ok || s.Status.Ended() {
			return "", billing.ErrProviderMissing
		}
		now := p.Now()
		s.CanceledAt = &now
		if s.CancelAtPeriodEnd = mode == billing.CancelAtPeriodEnd; !s.CancelAtPeriodEnd {
			s.Status = billing.Canceled
		}
		p.subs[id] = s
		return id, nil
	})
	if err != nil {
		return billing.ProviderSubscription{}, err
	}
	return get(ctx, p, p.subs, id)
}

// Put stores a subscription at the provider.
func (p *Provider) Put(s billing.ProviderSubscription) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.subs[s.ID] = s
}

// PutInvoice stores an invoice at the provider.
func (p *Provider) PutInvoice(i billing.ProviderInvoice) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.invoices[i.ID] = i
}

// Count returns the number of objects whose ids have the prefix.
func (p *Provider) Count(prefix string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	made := map[string]bool{}
	for _, a := range maps.All(p.answers) {
		if strings.HasPrefix(a.result, prefix+"_") {
			made[a.result] = true
		}
	}
	return len(made)
}
