package billing

import (
	"context"
	"errors"
	"fmt"

	"muster/libs/causal"
)

// What somebody deletes or archives at the provider, in its dashboard or by another program, heals here: a customer is
// made anew, a plan or a promotion goes off sale. Events tell of it, and so does a refused checkout.

// heal finds out why the provider refused to open a checkout. It returns the checkout with another customer if the
// customer was gone, or the error that tells the user what is no longer on sale, or cause.
func (s *Service) heal(ctx context.Context, c Checkout, cause error) (Checkout, error) {
	sold, err := s.payments.HasPrice(ctx, c.PriceID)
	if err != nil {
		return Checkout{}, fmt.Errorf("look for the price: %w", err)
	}
	if !sold {
		return Checkout{}, errors.Join(ErrPlanNotFound.Because(cause), s.store.RetirePrice(ctx, c.PriceID))
	}
	if c.CouponID != "" {
		there, err := s.payments.HasCoupon(ctx, c.CouponID)
		if err != nil {
			return Checkout{}, fmt.Errorf("look for the coupon: %w", err)
		}
		if !there {
			return Checkout{}, errors.Join(ErrPromoInactive.Because(cause), s.retireCoupon(ctx, c.CouponID))
		}
	}
	there, err := s.payments.HasCustomer(ctx, c.CustomerID)
	if err != nil {
		return Checkout{}, fmt.Errorf("look for the customer: %w", err)
	}
	if there {
		return Checkout{}, cause
	}
	return s.replaceCustomer(ctx, c)
}

// replaceCustomer gives a pending checkout a new customer. Its session is then created with another idempotency key.
func (s *Service) replaceCustomer(ctx context.Context, c Checkout) (Checkout, error) {
	if _, err := s.dropCustomer(ctx, c.UserID, c.CustomerID); err != nil {
		return Checkout{}, err
	}
	u, err := s.ensureCustomer(ctx, c.UserID)
	if err != nil {
		return Checkout{}, err
	}
	if err := s.raise(ctx, checkoutKey(c)); err != nil {
		return Checkout{}, err
	}
	return s.change(ctx, c, func(c Checkout) Checkout { c.CustomerID, c.UpdatedAt = u.CustomerID, s.now(); return c })
}

// dropCustomer stores that a customer of the user is deleted at the provider.
func (s *Service) dropCustomer(ctx context.Context, userID int64, customerID string) (causal.Write, error) {
	u, err := s.store.User(ctx, userID)
	if err != nil {
		return causal.Write{}, err
	}
	if u.CustomerID == customerID { // for a day the provider would answer the key that made it with the deleted customer
		if err := s.raise(ctx, customerKey(u)); err != nil {
			return causal.Write{}, err
		}
	}
	return s.changeAccount(ctx, userID, func(ctx context.Context, tx Tx, a *Account) error {
		if err := tx.DropCustomer(ctx, customerID); err != nil || a.User.CustomerID != customerID {
			return err
		}
		a.User.CustomerID = ""
		return tx.SaveUser(ctx, a.User)
	})
}

// raise raises the generation of an idempotency key by one.
func (s *Service) raise(ctx context.Context, key string) error {
	generation, err := s.store.Generation(ctx, key)
	if err != nil {
		return err
	}
	return s.store.RaiseGeneration(ctx, key, generation)
}

// syncCustomer handles the deletion of a customer, or a change of its discount, which reduces all its subscriptions.
func (s *Service) syncCustomer(ctx context.Context, customerID string) (causal.Write, error) {
	there, err := s.payments.HasCustomer(ctx, customerID)
	if err != nil {
		return causal.Write{}, err
	}
	userID, err := s.store.Owner(ctx, customerID)
	if err != nil {
		return causal.Write{}, err
	}
	if !there {
		return s.dropCustomer(ctx, userID, customerID)
	}
	a, err := s.store.Account(ctx, userID)
	if err != nil {
		return causal.Write{}, err
	}
	var w causal.Write
	for _, sub := range a.Subscriptions {
		if sub.Status.Ended() {
			continue
		}
		if w, err = s.syncSubscription(ctx, sub.ProviderID, known{}); err != nil {
			return causal.Write{}, err
		}
	}
	return w, nil
}

// syncPrice handles a change of a price.
func (s *Service) syncPrice(ctx context.Context, priceID string) error {
	sold, err := s.payments.HasPrice(ctx, priceID)
	if err != nil || sold {
		return err
	}
	return s.store.RetirePrice(ctx, priceID)
}

// syncCoupon handles a change of a coupon.
func (s *Service) syncCoupon(ctx context.Context, couponID string) error {
	there, err := s.payments.HasCoupon(ctx, couponID)
	if err != nil || there {
		return err
	}
	return s.retireCoupon(ctx, couponID)
}
