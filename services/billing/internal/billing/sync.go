package billing

import (
	"context"
	"errors"
	"fmt"

	"muster/libs/causal"
)

// syncSubscription synchronizes a subscription and its latest invoice: tickets, fetch, apply.
func (s *Service) syncSubscription(ctx context.Context, id string) (causal.Write, error) {
	ticket, err := s.store.Ticket(ctx, id)
	if err != nil {
		return causal.Write{}, err
	}
	remote, err := s.payments.Subscription(ctx, id)
	if err != nil {
		return causal.Write{}, fmt.Errorf("fetch subscription: %w", err)
	}
	var invoice *fetchedInvoice
	if remote.LatestInvoiceID != "" {
		if invoice, err = s.fetchInvoice(ctx, remote.LatestInvoiceID); err != nil {
			return causal.Write{}, err
		}
	}
	return s.applySubscription(ctx, remote, ticket, invoice)
}

// syncInvoice synchronizes an invoice.
func (s *Service) syncInvoice(ctx context.Context, id string) (causal.Write, error) {
	f, err := s.fetchInvoice(ctx, id)
	if err != nil {
		return causal.Write{}, err
	}
	userID, err := s.store.Owner(ctx, f.CustomerID)
	if err != nil {
		return causal.Write{}, err
	}
	return s.changeAccount(ctx, userID, func(ctx context.Context, tx Tx, a *Account) error {
		if err := s.applyInvoice(ctx, tx, a, f); err != nil {
			return err
		}
		return s.followRedemptions(ctx, tx, a, nil)
	})
}

type fetchedInvoice struct {
	ProviderInvoice
	ticket int64
}

func (s *Service) fetchInvoice(ctx context.Context, id string) (*fetchedInvoice, error) {
	ticket, err := s.store.Ticket(ctx, id)
	if err != nil {
		return nil, err
	}
	invoice, err := s.payments.Invoice(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("fetch invoice: %w", err)
	}
	return &fetchedInvoice{invoice, ticket}, nil
}

// changeAccount locks the user's account, lets fn change it, and publishes the result.
func (s *Service) changeAccount(ctx context.Context, userID int64, fn func(ctx context.Context, tx Tx, a *Account) error) (w causal.Write, err error) {
	err = s.store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		a, err := tx.LockAccount(ctx, userID)
		if err != nil {
			return err
		}
		if err := fn(ctx, tx, &a); err != nil {
			return err
		}
		w, err = s.publish(ctx, tx, &a)
		return err
	})
	return w, err
}

// applySubscription applies a fetched subscription unless a newer ticket was applied.
func (s *Service) applySubscription(ctx context.Context, remote ProviderSubscription, ticket int64, invoice *fetchedInvoice) (causal.Write, error) {
	userID, err := s.owner(ctx, remote)
	if err != nil {
		return causal.Write{}, err
	}
	plan, err := s.store.PlanByPrice(ctx, remote.PriceID)
	if err != nil && !errors.Is(err, ErrPlanNotFound) {
		return causal.Write{}, err
	}
	return s.changeAccount(ctx, userID, func(ctx context.Context, tx Tx, a *Account) error {
		if invoice != nil {
			if err := s.applyInvoice(ctx, tx, a, invoice); err != nil {
				return err
			}
		}
		newest, err := tx.Apply(ctx, remote.ID, ticket)
		if err != nil || !newest {
			return err
		}
		if a.User.CustomerID == "" {
			a.User.CustomerID = remote.CustomerID
		}
		if err := s.saveSubscription(ctx, tx, a, remote, plan); err != nil {
			return err
		}
		if err := s.followRedemptions(ctx, tx, a, &remote); err != nil {
			return err
		}
		if a.User.Deleted && !remote.Status.Ended() {
			return tx.Enqueue(ctx, TaskClose, subjectOf(a.User.ID), s.now())
		}
		return nil
	})
}

// owner finds the user of a subscription by its customer. If the process died between creating the customer and storing
// it, it uses the user id in our metadata.
func (s *Service) owner(ctx context.Context, remote ProviderSubscription) (int64, error) {
	userID, err := s.store.Owner(ctx, remote.CustomerID)
	if !errors.Is(err, ErrUnmatched) || remote.UserID == 0 {
		return userID, err
	}
	u, err := s.store.User(ctx, remote.UserID)
	if errors.Is(err, ErrUserUnknown) || (err == nil && u.CustomerID != "") {
		return 0, ErrUnmatched
	}
	return u.ID, err
}

func (s *Service) saveSubscription(ctx context.Context, tx Tx, a *Account, remote ProviderSubscription, plan Plan) error {
	held := Subscription{UserID: a.User.ID}
	for _, sub := range a.Subscriptions {
		if sub.ProviderID == remote.ID {
			held = sub
		}
	}
	var latest *Invoice
	for i := range a.Invoices {
		if a.Invoices[i].ProviderID == remote.LatestInvoiceID {
			latest = &a.Invoices[i]
		}
	}
	next := held.follow(remote, plan, latest, s.now())
	if err := tx.SaveSubscription(ctx, &next); err != nil {
		return err
	}
	a.put(next)
	return nil
}

func (s *Service) applyInvoice(ctx context.Context, tx Tx, a *Account, f *fetchedInvoice) error {
	newest, err := tx.Apply(ctx, f.ID, f.ticket)
	if err != nil || !newest {
		return err
	}
	i := Invoice{
		ProviderID: f.ID, UserID: a.User.ID, SubscriptionID: f.SubscriptionID, Status: f.Status, IssuedAt: f.IssuedAt, Lines: f.Lines,
	}
	if err := tx.SaveInvoice(ctx, &i); err != nil {
		return err
	}
	a.putInvoice(i)
	return nil
}

// followRedemptions binds the redemption of the checkout that created the subscription, and updates all applied ones. A
// subscription whose first payment is missing has not begun: its redemption stays reserved, and is released with the
// checkout. remote is nil if only invoices have changed.
func (s *Service) followRedemptions(ctx context.Context, tx Tx, a *Account, remote *ProviderSubscription) error {
	for i, old := range a.Redemptions {
		next := old
		for _, sub := range a.Subscriptions {
			known := remote != nil && remote.ID == sub.ProviderID
			begun := sub.Status != Incomplete && sub.Status != IncompleteExpired
			if known && begun && next.Status == Reserved && remote.CheckoutID != 0 && next.CheckoutID == remote.CheckoutID {
				next = next.apply(sub, s.now())
			}
			if next.SubscriptionID == sub.ID {
				var discount *ProviderDiscount
				if known {
					discount = remote.Discount
				}
				next = next.follow(sub, discount, known, a.Invoices)
			}
		}
		if next.same(old) {
			continue
		}
		next.UpdatedAt = s.now()
		if err := tx.SaveRedemption(ctx, &next); err != nil {
			return err
		}
		a.Redemptions[i] = next
	}
	return nil
}

// same compares everything that follow can change.
func (r Redemption) same(o Redemption) bool {
	return r.Status == o.Status && r.SubscriptionID == o.SubscriptionID && r.DiscountID == o.DiscountID &&
		r.ConsumedBy == o.ConsumedBy && equalTimes(r.EndsAt, o.EndsAt)
}

// syncCheckout synchronizes a checkout session and the subscription that it created. The write is zero if there is no
// subscription.
func (s *Service) syncCheckout(ctx context.Context, c Checkout) (Checkout, causal.Write, error) {
	ticket, err := s.store.Ticket(ctx, c.SessionID)
	if err != nil {
		return Checkout{}, causal.Write{}, err
	}
	remote, err := s.payments.Checkout(ctx, c.SessionID)
	if err != nil {
		return Checkout{}, causal.Write{}, fmt.Errorf("fetch checkout: %w", err)
	}
	// The subscription comes first: the completed checkout must not be visible before it.
	var w causal.Write
	if remote.Status == CheckoutComplete && remote.SubscriptionID != "" {
		if w, err = s.syncSubscription(ctx, remote.SubscriptionID); err != nil {
			return Checkout{}, causal.Write{}, err
		}
	}
	err = s.store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		a, err := tx.LockAccount(ctx, c.UserID)
		if err != nil {
			return err
		}
		newest, err := tx.Apply(ctx, c.SessionID, ticket)
		if err != nil || !newest {
			return err
		}
		c, err = s.changeLocked(ctx, tx, a, c, func(c Checkout) Checkout { return c.follow(remote, s.now()) })
		return err
	})
	return c, w, err
}
