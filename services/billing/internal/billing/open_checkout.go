package billing

import (
	"context"
	"errors"
	"fmt"
	"strconv"
)

// open creates the provider's session for a pending checkout. It returns a checkout in any other status unchanged.
func (s *Service) open(ctx context.Context, c Checkout) (Checkout, error) {
	if c.Status != CheckoutPending {
		return c, nil
	}
	remote, err := s.createSession(ctx, c)
	if refused(err) {
		var healed Checkout
		if healed, err = s.heal(ctx, c, err); err == nil {
			c = healed
			remote, err = s.createSession(ctx, c)
		}
	}
	if err != nil {
		if !refused(err) && !errors.Is(err, ErrPlanNotFound) && !errors.Is(err, ErrPromoInactive) {
			return Checkout{}, fmt.Errorf("create checkout: %w", err)
		}
		failed := func(c Checkout) Checkout { c.Status, c.UpdatedAt = CheckoutFailed, s.now(); return c }
		if _, saveErr := s.change(ctx, c, failed); saveErr != nil {
			return Checkout{}, errors.Join(err, saveErr)
		}
		return Checkout{}, fmt.Errorf("create checkout: %w", err)
	}
	c, err = s.change(ctx, c, func(c Checkout) Checkout { return c.follow(remote, s.now()) })
	if err == nil && c.Status == CheckoutPending { // another request has opened and finished it meanwhile
		return s.store.CheckoutBySession(ctx, remote.ID)
	}
	return c, err
}

// refused reports whether the provider will never accept the call.
func refused(err error) bool {
	return errors.Is(err, ErrProviderRefused) || errors.Is(err, ErrProviderMissing)
}

// checkoutKey is the idempotency key of the call that opens the session. It is stored with the checkout, so a retry after
// a crash gets the same session.
func checkoutKey(c Checkout) string { return "checkout/" + c.Key }

func (s *Service) createSession(ctx context.Context, c Checkout) (ProviderCheckout, error) {
	u, err := s.store.User(ctx, c.UserID)
	if err != nil {
		return ProviderCheckout{}, err
	}
	return create(ctx, s, checkoutKey(c),
		func(ctx context.Context) (ProviderCheckout, error) { return s.payments.FindCheckout(ctx, c) },
		func(ctx context.Context, key string) (ProviderCheckout, error) {
			return s.payments.CreateCheckout(ctx, key, c, u)
		})
}

// change applies next to an unfinished checkout under the account's lock, and releases its redemption if the checkout
// can no longer be paid. It returns a finished checkout unchanged.
func (s *Service) change(ctx context.Context, c Checkout, next func(Checkout) Checkout) (Checkout, error) {
	err := s.store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		a, err := tx.LockAccount(ctx, c.UserID)
		if err != nil {
			return err
		}
		c, err = s.changeLocked(ctx, tx, &a, c, next)
		return err
	})
	return c, err
}

// changeLocked is change for a locked account, which it publishes.
func (s *Service) changeLocked(ctx context.Context, tx Tx, a *Account, c Checkout, next func(Checkout) Checkout) (Checkout, error) {
	for i, held := range a.Checkouts {
		if held.ID != c.ID {
			continue
		}
		c = next(held)
		if err := tx.SaveCheckout(ctx, &c); err != nil {
			return Checkout{}, err
		}
		a.Checkouts[i] = c
		if c.Status == CheckoutExpired || c.Status == CheckoutFailed {
			if err := s.release(ctx, tx, *a, c); err != nil {
				return Checkout{}, err
			}
		}
		_, err := s.publish(ctx, tx, a)
		return c, err
	}
	return c, nil
}

func (s *Service) release(ctx context.Context, tx Tx, a Account, c Checkout) error {
	for _, r := range a.Redemptions {
		if r.CheckoutID != c.ID || r.Status != Reserved {
			continue
		}
		old := r
		r.Status, r.UpdatedAt = Released, s.now()
		if err := s.saveRedemption(ctx, tx, a, old, &r); err != nil {
			return err
		}
		if err := tx.Release(ctx, r.Promotion.ID); err != nil {
			return err
		}
	}
	return nil
}

// closeCheckout makes sure that a checkout can no longer be paid. If it has been paid, it applies that.
func (s *Service) closeCheckout(ctx context.Context, c Checkout) error {
	if c.Direct {
		return s.closeDirect(ctx, c)
	}
	c, err := s.open(ctx, c)
	if refused(err) || errors.Is(err, ErrPlanNotFound) || errors.Is(err, ErrPromoInactive) {
		return nil // there was never a session
	}
	if err != nil || c.Status != CheckoutOpen {
		return err
	}
	key := "expire/" + strconv.FormatInt(c.ID, 10) + "/" + s.newID()
	if err := s.payments.ExpireCheckout(ctx, key, c.SessionID); err != nil && !refused(err) {
		return fmt.Errorf("expire checkout: %w", err)
	}
	_, _, err = s.syncCheckout(ctx, c)
	return err
}

// voidUnpaid ends the customer's subscriptions whose first invoice is not paid, by making that invoice unpayable: the
// user would otherwise pay for two subscriptions if it was paid after all. key selects those of one checkout; empty: all.
// An invoice that is paid just now stays paid, and its subscription is applied.
func (s *Service) voidUnpaid(ctx context.Context, customerID, key string) error {
	ids, err := s.payments.Unpaid(ctx, customerID)
	if errors.Is(err, ErrProviderMissing) {
		return nil // the customer is gone, and everything of it
	}
	if err != nil {
		return fmt.Errorf("list unpaid subscriptions: %w", err)
	}
	for _, id := range ids {
		remote, err := s.payments.Subscription(ctx, id)
		if err != nil {
			return fmt.Errorf("fetch subscription: %w", err)
		}
		if key != "" && remote.CheckoutKey != key {
			continue
		}
		for _, i := range remote.Invoices {
			if i.Status != InvoiceOpen {
				continue
			}
			if err := s.payments.VoidInvoice(ctx, "void/"+i.ID+"/"+s.newID(), i.ID); err != nil && !refused(err) {
				return fmt.Errorf("void invoice: %w", err)
			}
		}
		if _, err := s.syncSubscription(ctx, id, known{}); err != nil {
			return err
		}
	}
	return nil
}
