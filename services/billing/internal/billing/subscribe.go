package billing

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"time"

	"muster/libs/contracts/billingv1"
	"muster/libs/errs"
	"muster/libs/limits"
)

const (
	// directCall limits the calls that make a direct subscription. It is shorter than pendingGrace, after which a direct
	// checkout without a subscription counts as abandoned.
	directCall = time.Minute
	// directLife is how long the first payment of a subscription can be confirmed, unless it holds a redemption with a limit.
	// The provider gives it up after 23 h.
	directLife = 24 * time.Hour
)

// Subscribe makes the user's subscription with a payment method that the provider has stored, and returns the resulting
// state, also with an error. The first payment decides: ErrPaymentFailed if it is declined, with the decline code;
// ErrActionRequired if the user has to confirm it, with the client secret. The promotion's redemption is released unless
// the payment can still succeed. Repeating the RequestKey never makes a second subscription.
func (s *Service) Subscribe(ctx context.Context, o CheckoutOrder) (billingv1.Subscription, error) {
	o.Direct = true
	if err := s.checkOrder(o); err != nil {
		return billingv1.Subscription{}, err
	}
	err := s.limitDeclines(ctx, o.UserID, func() error {
		c, err := s.placed(ctx, o)
		if err != nil {
			return err
		}
		return s.subscribe(ctx, c)
	})
	u, readErr := s.store.User(ctx, o.UserID)
	return u.State, errors.Join(err, readErr)
}

// limitDeclines makes a payment, unless too many payments of the user have failed.
func (s *Service) limitDeclines(ctx context.Context, userID int64, pay func() error) error {
	declines := limits.Limit{Name: "declined payments", Most: s.rules.DeclinesPerHour, Window: time.Hour}.Of(strconv.FormatInt(userID, 10))
	if err := s.throttle.Check(ctx, declines); err != nil {
		return err
	}
	err := pay()
	if errors.Is(err, ErrPaymentFailed) {
		if limitErr := s.throttle.Take(ctx, declines); limitErr != nil && !errors.Is(limitErr, limits.ErrUsedUp) {
			return errors.Join(err, limitErr)
		}
	}
	return err
}

func (s *Service) subscribe(ctx context.Context, c Checkout) (err error) {
	if c.Status == CheckoutPending {
		if c, err = s.createDirect(ctx, c); err != nil {
			return err
		}
	}
	if c.Status == CheckoutOpen {
		return s.conclude(ctx, c)
	}
	if c.Status == CheckoutComplete {
		return nil
	}
	return PaymentFailed("")
}

// createDirect creates the subscription of a pending direct checkout.
func (s *Service) createDirect(ctx context.Context, c Checkout) (Checkout, error) {
	// From now on the checkout does not count as abandoned.
	c, pending, err := s.advance(ctx, c, func(c Checkout) Checkout { c.UpdatedAt = s.now(); return c })
	if err == nil && !pending {
		err = ErrCheckoutSuperseded
	}
	if err != nil || c.Status != CheckoutPending {
		return c, err
	}
	id, err := s.callCreate(ctx, c)
	if refused(err) {
		var healed Checkout
		if healed, err = s.heal(ctx, c, err); err == nil {
			c = healed
			id, err = s.callCreate(ctx, c)
		}
	}
	if refused(err) || errors.Is(err, ErrPlanNotFound) || errors.Is(err, ErrPromoInactive) || errors.Is(err, ErrPaymentFailed) {
		_, _, saveErr := s.advance(ctx, c, func(c Checkout) Checkout { c.Status, c.UpdatedAt = CheckoutFailed, s.now(); return c })
		return Checkout{}, errors.Join(err, saveErr)
	}
	if err != nil {
		return Checkout{}, fmt.Errorf("create subscription: %w", err)
	}
	c, _, err = s.advance(ctx, c, s.opened(id))
	return c, err
}

// opened notes the subscription of a direct checkout.
func (s *Service) opened(id string) func(Checkout) Checkout {
	return func(c Checkout) Checkout {
		longest := s.now().Add(directLife)
		c.Status, c.SubscriptionID, c.ExpiresAt, c.UpdatedAt = CheckoutOpen, id, earliest(c.ExpiresAt, &longest), s.now()
		return c
	}
}

func (s *Service) callCreate(ctx context.Context, c Checkout) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, directCall)
	defer cancel()
	u, err := s.store.User(ctx, c.UserID)
	if err != nil {
		return "", err
	}
	if c.PaymentMethodID != "" {
		if c.PaymentMethodID, err = s.attach(ctx, c); err != nil {
			return "", err
		}
	}
	return create(ctx, s, checkoutKey(c),
		func(ctx context.Context) (string, error) { return s.payments.FindSubscription(ctx, c) },
		func(ctx context.Context, key string) (string, error) {
			return s.payments.CreateSubscription(ctx, key, c, u)
		})
}

// attach attaches the payment method to the customer. Attaching it again has no effect, so it need not be looked up.
func (s *Service) attach(ctx context.Context, c Checkout) (string, error) {
	return create(ctx, s, "attach/"+c.Key+"/"+c.CustomerID,
		func(context.Context) (string, error) { return "", ErrProviderMissing },
		func(ctx context.Context, key string) (string, error) {
			return s.payments.AttachPaymentMethod(ctx, key, c.CustomerID, c.PaymentMethodID)
		})
}

// conclude finds out how the first payment of an open direct checkout went.
func (s *Service) conclude(ctx context.Context, c Checkout) error {
	c, invoiceID, err := s.settleDirect(ctx, c)
	switch {
	case err != nil || c.Status == CheckoutComplete:
		return err
	case c.Status != CheckoutOpen:
		return PaymentFailed("")
	case invoiceID == "":
		return ErrProviderUnavailable.Because(fmt.Errorf("subscription %s is incomplete and has no open invoice", c.SubscriptionID))
	}
	payment, err := s.payments.Payment(ctx, invoiceID)
	switch {
	case err != nil:
		return fmt.Errorf("fetch payment: %w", err)
	case payment.NeedsAction:
		return ErrActionRequired.With("clientSecret", payment.ClientSecret)
	case !payment.Failed: // it is under way
		return ErrProviderUnavailable.Because(errors.New("the first payment is not decided yet"))
	}
	if err := s.giveUpDirect(ctx, c); err != nil {
		return err
	}
	if paid, err := s.paidAfterAll(ctx, c); paid || err != nil {
		return err
	}
	return PaymentFailed(payment.DeclineCode)
}

// paidAfterAll reports whether a subscription has begun.
func (s *Service) paidAfterAll(ctx context.Context, c Checkout) (bool, error) {
	a, err := s.store.Account(ctx, c.UserID)
	sub := a.subscription(c.SubscriptionID)
	return sub != nil && sub.Begun() && !sub.Status.Ended(), err
}

// settleDirect synchronizes the subscription of an open direct checkout, and finishes the checkout if the subscription
// has begun or ended. It also returns the open invoice of a subscription that waits for its first payment.
func (s *Service) settleDirect(ctx context.Context, c Checkout) (_ Checkout, invoiceID string, err error) {
	if _, err := s.syncSubscription(ctx, c.SubscriptionID, known{checkoutKey: c.Key}); err != nil {
		return c, "", err
	}
	var a Account
	err = s.store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		if a, err = tx.LockAccount(ctx, c.UserID); err != nil {
			return err
		}
		settle := func(c Checkout) Checkout { return c.settled(a.subscription(c.SubscriptionID), s.now()) }
		c, err = s.changeLocked(ctx, tx, &a, c, settle)
		c = settle(c) // another request may have finished it
		return err
	})
	for _, i := range a.Invoices {
		if i.SubscriptionID == c.SubscriptionID && i.Status == InvoiceOpen {
			invoiceID = i.ProviderID
		}
	}
	return c, invoiceID, err
}

// settled returns a direct checkout updated from its subscription; nil if the provider does not know it.
func (c Checkout) settled(sub *Subscription, now time.Time) Checkout {
	switch {
	case sub != nil && sub.Begun():
		c.Status, c.UpdatedAt = CheckoutComplete, now
	case sub == nil || sub.Status.Ended():
		c.Status, c.UpdatedAt = CheckoutExpired, now
	}
	return c
}

// giveUpDirect makes sure that the first payment of an open direct checkout cannot be made any more.
func (s *Service) giveUpDirect(ctx context.Context, c Checkout) error {
	if err := s.voidUnpaid(ctx, c.CustomerID, c.Key); err != nil {
		return err
	}
	_, _, err := s.settleDirect(ctx, c)
	return err
}

// closeDirect makes sure that a direct checkout can no longer be paid. A pending one may be under way in another
// request: until that must be over, ErrCheckoutInProgress.
func (s *Service) closeDirect(ctx context.Context, c Checkout) error {
	if c.Status == CheckoutPending {
		if s.now().Sub(c.UpdatedAt) < pendingGrace {
			return ErrCheckoutInProgress
		}
		next := func(c Checkout) Checkout { c.Status, c.UpdatedAt = CheckoutFailed, s.now(); return c }
		id, err := s.payments.FindSubscription(ctx, c)
		if err == nil {
			next = s.opened(id)
		} else if !errors.Is(err, ErrProviderMissing) {
			return fmt.Errorf("find subscription: %w", err)
		}
		c, _, err = s.advance(ctx, c, func(held Checkout) Checkout {
			if held.Status == CheckoutPending && held.UpdatedAt.Equal(c.UpdatedAt) {
				return next(held)
			}
			return held
		})
		if err != nil {
			return err
		}
	}
	if c.Status != CheckoutOpen {
		return nil
	}
	c, _, err := s.settleDirect(ctx, c)
	if err != nil || c.Status != CheckoutOpen {
		return err
	}
	return s.giveUpDirect(ctx, c)
}

// advance is change that also reports whether the checkout was unfinished.
func (s *Service) advance(ctx context.Context, c Checkout, next func(Checkout) Checkout) (held Checkout, unfinished bool, err error) {
	err = s.store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		a, err := tx.LockAccount(ctx, c.UserID)
		if err != nil {
			return err
		}
		unfinished = slices.ContainsFunc(a.Checkouts, func(o Checkout) bool { return o.ID == c.ID })
		held, err = s.changeLocked(ctx, tx, &a, c, next)
		return err
	})
	return held, unfinished, err
}

var providerID = regexp.MustCompile(`^[A-Za-z0-9_]{1,255}$`)

// checkProviderID validates an optional id of the provider that a client has sent.
func checkProviderID(field, id string) []errs.Field {
	if id != "" && !providerID.MatchString(id) {
		return []errs.Field{{Field: field, Message: "must be an id of the payment provider"}}
	}
	return nil
}
