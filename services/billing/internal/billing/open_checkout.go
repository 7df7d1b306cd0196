package billing

import (
	"context"
	"errors"
	"fmt"
	"strconv"
)

// open creates the provider's session for a pending checkout. It returns a checkout in any other status unchanged. The
// call uses the key that was stored with the checkout, so a retry after a crash gets the same session.
func (s *Service) open(ctx context.Context, c Checkout) (Checkout, error) {
	if c.Status != CheckoutPending {
		return c, nil
	}
	remote, err := s.payments.CreateCheckout(ctx, "checkout/"+c.Key, c)
	if err != nil {
		refused := errors.Is(err, ErrProviderRefused) || errors.Is(err, ErrProviderMissing)
		if !refused {
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

// change applies next to an unfinished checkout under the account's lock, and releases its redemption if the checkout
// can no longer be paid. It returns a finished checkout unchanged.
func (s *Service) change(ctx context.Context, c Checkout, next func(Checkout) Checkout) (Checkout, error) {
	err := s.store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		a, err := tx.LockAccount(ctx, c.UserID)
		if err != nil {
			return err
		}
		c, err = s.changeLocked(ctx, tx, a, c, next)
		return err
	})
	return c, err
}

func (s *Service) changeLocked(ctx context.Context, tx Tx, a Account, c Checkout, next func(Checkout) Checkout) (Checkout, error) {
	for _, held := range a.Checkouts {
		if held.ID != c.ID {
			continue
		}
		c = next(held)
		if err := tx.SaveCheckout(ctx, &c); err != nil {
			return Checkout{}, err
		}
		if c.Status == CheckoutExpired || c.Status == CheckoutFailed {
			return c, s.release(ctx, tx, a, c)
		}
	}
	return c, nil
}

func (s *Service) release(ctx context.Context, tx Tx, a Account, c Checkout) error {
	for _, r := range a.Redemptions {
		if r.CheckoutID != c.ID || r.Status != Reserved {
			continue
		}
		r.Status, r.UpdatedAt = Released, s.now()
		if err := tx.SaveRedemption(ctx, &r); err != nil {
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
	c, err := s.open(ctx, c)
	if errors.Is(err, ErrProviderRefused) || errors.Is(err, ErrProviderMissing) {
		return nil // there was never a session
	}
	if err != nil || c.Status != CheckoutOpen {
		return err
	}
	key := "expire/" + strconv.FormatInt(c.ID, 10) + "/" + s.newID()
	if _, err := s.payments.ExpireCheckout(ctx, key, c.SessionID); err != nil && !errors.Is(err, ErrProviderRefused) {
		return fmt.Errorf("expire checkout: %w", err)
	}
	_, _, err = s.syncCheckout(ctx, c)
	return err
}
