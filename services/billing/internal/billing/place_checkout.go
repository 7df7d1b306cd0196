package billing

import (
	"context"
	"errors"
)

const placeAttempts = 3

var errUnfinished = errors.New("an older checkout is unfinished")

// place stores the checkout and reserves the redemption, after it has closed the user's open checkouts.
func (s *Service) place(ctx context.Context, o CheckoutOrder, u User, plan Plan, promotion *Promotion) (Checkout, error) {
	for range placeAttempts {
		a, err := s.store.Account(ctx, o.UserID)
		if err != nil {
			return Checkout{}, err
		}
		for _, old := range a.Checkouts {
			if err := s.closeCheckout(ctx, old); err != nil {
				return Checkout{}, err
			}
		}
		if err := s.voidUnpaid(ctx, u.CustomerID, ""); err != nil {
			return Checkout{}, err
		}
		c, err := s.reserve(ctx, o, u, plan, promotion)
		if !errors.Is(err, errUnfinished) {
			return c, err
		}
	}
	return Checkout{}, ErrProviderUnavailable.Because(errUnfinished)
}

func (s *Service) reserve(ctx context.Context, o CheckoutOrder, u User, plan Plan, promotion *Promotion) (Checkout, error) {
	now := s.now()
	var c Checkout
	err := s.store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		a, err := tx.LockAccount(ctx, o.UserID)
		if err != nil {
			return err
		}
		if a.User.Deleted {
			return ErrUserUnknown
		}
		if current := a.Current(); current != nil && current.Status.Live() {
			return ErrAlreadySubscribed
		}
		if len(a.Checkouts) > 0 {
			return errUnfinished
		}
		c = Checkout{
			Key: s.newID(), RequestKey: o.RequestKey, UserID: o.UserID, PlanID: plan.ID, CustomerID: u.CustomerID,
			PriceID: plan.PriceID, Quantity: o.Quantity, TrialDays: trialDays(a, plan, promotion),
			SuccessURL: o.SuccessURL, CancelURL: o.CancelURL, Direct: o.Direct,
			PaymentMethodID: o.PaymentMethodID, Status: CheckoutPending, CreatedAt: now, UpdatedAt: now,
		}
		if promotion != nil {
			c.PromotionCode, c.CouponID = promotion.Code, promotion.Coupon.ProviderID
			if promotion.MaxRedemptions != nil {
				expires := now.Add(limitedLife)
				c.ExpiresAt = &expires
			}
		}
		if err := tx.SaveCheckout(ctx, &c); err != nil {
			return err
		}
		if promotion != nil {
			if err := s.redeem(ctx, tx, a, plan, *promotion, c); err != nil {
				return err
			}
		}
		a.Checkouts = append(a.Checkouts, c)
		_, err = s.publish(ctx, tx, &a)
		return err
	})
	return c, err
}

// trialDays is the longer of the plan's trial and the promotion's; 0 for users who already had a trial.
func trialDays(a Account, plan Plan, promotion *Promotion) int {
	if a.HadTrial() {
		return 0
	}
	days := 0
	if plan.TrialPeriodDays != nil {
		days = *plan.TrialPeriodDays
	}
	if promotion != nil {
		days = max(days, promotion.Coupon.TrialDays)
	}
	return days
}

// redeem reserves a redemption for a checkout. The promotion's counter in the database decides who gets the last one,
// so an exhausted promotion in the copy read before is ignored.
func (s *Service) redeem(ctx context.Context, tx Tx, a Account, plan Plan, p Promotion, c Checkout) error {
	if err := p.Redeemable(a, plan, s.now()); err != nil && !errors.Is(err, ErrPromoExhausted) {
		return err
	}
	ok, last, err := tx.Reserve(ctx, p.ID)
	if err != nil {
		return err
	}
	if !ok {
		return ErrPromoExhausted
	}
	if last {
		if err := s.tellExhausted(ctx, tx, p.ID); err != nil {
			return err
		}
	}
	r := Redemption{UserID: c.UserID, Promotion: p, CheckoutID: c.ID, CheckoutKey: c.Key, Status: Reserved, ReservedAt: c.CreatedAt, UpdatedAt: c.CreatedAt}
	return s.saveRedemption(ctx, tx, a, Redemption{}, &r)
}
