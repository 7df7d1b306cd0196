package billingtest

import (
	"context"
	"fmt"

	"muster/services/billing/internal/billing"
)

// CreateCustomer implements billing.Payments.
func (p *Provider) CreateCustomer(ctx context.Context, key string, u billing.User) (string, error) {
	if p.CustomerMade != nil {
		defer p.CustomerMade()
	}
	return p.once(ctx, key, fmt.Sprint(u.ID, u.Email, u.Name), func() (string, error) {
		id := p.newID("cus")
		p.customers[id] = Customer{u.Email, u.Name, u.Key}
		return id, nil
	})
}

// FindCustomer implements billing.Payments.
func (p *Provider) FindCustomer(ctx context.Context, u billing.User) (string, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := p.reachable(ctx); err != nil {
		return "", err
	}
	for id, c := range p.customers {
		if c.Email == u.Email && c.Key == u.Key {
			return id, nil
		}
	}
	return "", billing.ErrProviderMissing
}

// HasCustomer implements billing.Payments.
func (p *Provider) HasCustomer(ctx context.Context, customerID string) (bool, error) {
	return has(ctx, p, p.customers, customerID)
}

// UpdateCustomer implements billing.Payments.
func (p *Provider) UpdateCustomer(ctx context.Context, key, customerID string, u billing.User) error {
	_, err := p.once(ctx, key, fmt.Sprint(customerID, u.Email, u.Name), func() (string, error) {
		c, ok := p.customers[customerID]
		if !ok {
			return "", billing.ErrProviderMissing
		}
		p.customers[customerID] = Customer{u.Email, u.Name, c.Key}
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
			s.Status, s.CanceledAt, s.EndedAt = billing.Canceled, &now, &now
			p.subs[id] = s
		}
	}
	return nil
}

// Customer is what the provider stores about a customer.
type Customer struct{ Email, Name, Key string }

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
