package billingtest

import (
	"context"
	"fmt"
	"maps"
	"slices"
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
	// Sought, if set, is called when a subscription is looked up by its checkout.
	Sought func()
	// CustomerMade, if set, is called after a customer is created and before the call returns.
	CustomerMade func()

	mu          sync.Mutex
	last        int
	answers     map[string]answer // by idempotency key
	down        bool
	broken      int  // how many of the next calls that create something fail and stay failed
	acts        bool // whether such a call creates it nevertheless
	fetches     int
	lost        int                              // how many of the next direct subscriptions are not made
	plans       map[string]billing.Plan          // by price
	archived    map[string]bool                  // prices
	offers      map[string]billing.ProviderOffer // prices that no plan has made
	coupons     map[string]billing.Coupon
	customers   map[string]Customer
	orders      map[string]order // by session
	sessions    map[string]billing.ProviderCheckout
	subs        map[string]billing.ProviderSubscription
	invoices    map[string]billing.ProviderInvoice
	cards       map[string]card                    // by payment method
	payments    map[string]billing.ProviderPayment // by invoice
	failing     map[string]bool                    // customers whose next change is declined
	waiting     map[string]billing.Change          // changes by the invoice whose payment they wait for
	names       map[string]string                  // of products and coupons that were renamed
	charges     map[string]billing.ProviderCharge
	undelivered []billing.Event
	refundKeys  map[string]string // refunds by request key
}

type answer struct {
	request, result string
	err             error
}

var _ billing.Payments = (*Provider)(nil)

// NewProvider creates an empty provider.
func NewProvider(now func() time.Time) *Provider {
	return &Provider{
		Now: now, answers: map[string]answer{}, plans: map[string]billing.Plan{}, archived: map[string]bool{}, coupons: map[string]billing.Coupon{}, customers: map[string]Customer{},
		orders: map[string]order{}, sessions: map[string]billing.ProviderCheckout{},
		subs: map[string]billing.ProviderSubscription{}, invoices: map[string]billing.ProviderInvoice{},
		cards: map[string]card{}, payments: map[string]billing.ProviderPayment{}, failing: map[string]bool{}, waiting: map[string]billing.Change{}, names: map[string]string{},
		offers:  map[string]billing.ProviderOffer{},
		charges: map[string]billing.ProviderCharge{}, refundKeys: map[string]string{},
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
			return "", billing.ErrKept
		}
		return a.result, a.err
	}
	if p.broken > 0 {
		p.broken--
		failed := answer{request: request, err: billing.ErrProviderUnavailable.Because(billing.ErrKept)}
		if p.acts {
			if _, err := do(); err != nil {
				return "", err
			}
		}
		p.answers[key] = failed
		return "", failed.err
	}
	result, err := do()
	if err == nil {
		p.answers[key] = answer{request: request, result: result}
	}
	return result, err
}

// Break makes the next calls that create something fail, and fail again with the same key. If they act, they create it
// nevertheless.
func (p *Provider) Break(calls int, act bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.broken, p.acts = calls, act
}

// Fetches returns the number of objects that were fetched.
func (p *Provider) Fetches() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.fetches
}

// Sessions returns the number of checkout sessions.
func (p *Provider) Sessions() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.sessions)
}

// CreatePrice implements billing.Payments.
func (p *Provider) CreatePrice(ctx context.Context, key string, plan billing.Plan) (billing.ProviderPrice, error) {
	id, err := p.once(ctx, key, fmt.Sprint(plan.ID, plan.Name, plan.Amount), func() (string, error) {
		id := p.newID("price")
		p.plans[id] = plan
		return id, nil
	})
	return priceOf(id), err
}

func priceOf(id string) billing.ProviderPrice {
	return billing.ProviderPrice{ProductID: strings.Replace(id, "price", "prod", 1), PriceID: id}
}

// FindPrice implements billing.Payments.
func (p *Provider) FindPrice(ctx context.Context, plan billing.Plan) (billing.ProviderPrice, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for id, made := range p.plans {
		if made.Key == plan.Key {
			return priceOf(id), p.reachable(ctx)
		}
	}
	return billing.ProviderPrice{}, billing.ErrProviderMissing
}

// CreateCoupon implements billing.Payments.
func (p *Provider) CreateCoupon(ctx context.Context, key string, c billing.Coupon) (string, error) {
	return p.once(ctx, key, fmt.Sprint(c.ID, c.Name), func() (string, error) {
		id := "coupon_" + c.Key
		p.coupons[id] = c
		return id, nil
	})
}

const sessionLife = 24 * time.Hour

// CreateCheckout implements billing.Payments.
func (p *Provider) CreateCheckout(ctx context.Context, key string, c billing.Checkout, u billing.User) (billing.ProviderCheckout, error) {
	id, err := p.once(ctx, key, fmt.Sprint(c.ID, c.CustomerID, c.PriceID, c.CouponID, c.Quantity), func() (string, error) {
		_, customer := p.customers[c.CustomerID]
		_, price := p.plans[c.PriceID]
		_, coupon := p.coupons[c.CouponID]
		if !customer || !price || (!coupon && c.CouponID != "") {
			return "", billing.ErrProviderMissing
		}
		if p.archived[c.PriceID] {
			return "", billing.ErrProviderRefused
		}
		id := p.newID("cs_test")
		expires := p.Now().Add(sessionLife)
		if c.ExpiresAt != nil {
			expires = *c.ExpiresAt
		}
		p.orders[id] = order{c, u.Key}
		p.sessions[id] = billing.ProviderCheckout{
			ID: id, CustomerID: c.CustomerID, URL: "https://pay.test/" + id, Status: billing.CheckoutOpen, ExpiresAt: expires,
		}
		return id, nil
	})
	if err != nil {
		return billing.ProviderCheckout{}, err
	}
	return get(ctx, p, p.sessions, id)
}

// FindCheckout implements billing.Payments.
func (p *Provider) FindCheckout(ctx context.Context, c billing.Checkout) (billing.ProviderCheckout, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for id, o := range p.orders {
		if o.Key == c.Key {
			return p.sessions[id], p.reachable(ctx)
		}
	}
	return billing.ProviderCheckout{}, billing.ErrProviderMissing
}

// order is what a session is for.
type order struct {
	billing.Checkout
	userKey string
}

// get reads under the lock.
func get[T any](ctx context.Context, p *Provider, from map[string]T, id string) (T, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	v, ok := from[id]
	if err := p.reachable(ctx); err != nil {
		return v, err
	}
	p.fetches++
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
func (p *Provider) ExpireCheckout(ctx context.Context, key, id string) error {
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
	return err
}

// Subscription implements billing.Payments.
func (p *Provider) Subscription(ctx context.Context, id string) (billing.ProviderSubscription, error) {
	s, err := get(ctx, p, p.subs, id)
	if err == nil {
		p.mu.Lock()
		s.Invoices = p.invoicesOf(s)
		p.mu.Unlock()
	}
	if p.Fetched != nil {
		p.Fetched(id)
	}
	return s, err
}

// invoicesOf returns the latest invoice of a subscription and its open ones.
func (p *Provider) invoicesOf(s billing.ProviderSubscription) []billing.ProviderInvoice {
	var invoices []billing.ProviderInvoice
	for _, id := range slices.Sorted(maps.Keys(p.invoices)) {
		i := p.invoices[id]
		if i.SubscriptionID == s.ID && (id == s.LatestInvoiceID || i.Status == billing.InvoiceOpen) {
			invoices = append(invoices, i)
		}
	}
	return invoices
}

// Unpaid implements billing.Payments.
func (p *Provider) Unpaid(ctx context.Context, customerID string) (ids []string, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, id := range slices.Sorted(maps.Keys(p.subs)) {
		if s := p.subs[id]; s.CustomerID == customerID && s.Status == billing.Incomplete {
			ids = append(ids, id)
		}
	}
	return ids, p.reachable(ctx)
}

// Invoice implements billing.Payments.
func (p *Provider) Invoice(ctx context.Context, id string) (billing.ProviderInvoice, error) {
	return get(ctx, p, p.invoices, id)
}

// VoidInvoice implements billing.Payments. It ends a subscription that waits for the invoice.
func (p *Provider) VoidInvoice(ctx context.Context, key, id string) error {
	_, err := p.once(ctx, key, id, func() (string, error) {
		i, ok := p.invoices[id]
		switch {
		case !ok:
			return "", billing.ErrProviderMissing
		case i.Status != billing.InvoiceOpen:
			return "", billing.ErrProviderRefused
		}
		now := p.Now()
		i.Status, i.VoidedAt = billing.InvoiceVoid, &now
		p.invoices[id] = i
		delete(p.waiting, id)
		if s := p.subs[i.SubscriptionID]; s.Status == billing.Incomplete {
			s.Status, s.EndedAt = billing.IncompleteExpired, &now
			p.subs[s.ID] = s
		}
		return id, nil
	})
	return err
}

// Cancel implements billing.Payments.
func (p *Provider) Cancel(ctx context.Context, key, id string, mode billing.CancelMode) error {
	_, err := p.once(ctx, key, id+string(mode), func() (string, error) {
		s, ok := p.subs[id]
		if !ok || s.Status.Ended() {
			return "", billing.ErrProviderMissing
		}
		now := p.Now()
		s.CanceledAt = &now
		if s.CancelAtPeriodEnd = mode == billing.CancelAtPeriodEnd; !s.CancelAtPeriodEnd {
			s.Status, s.EndedAt = billing.Canceled, &now
		}
		p.subs[id] = s
		return id, nil
	})
	return err
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
