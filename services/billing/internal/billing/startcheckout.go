package billing

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"muster/libs/errs"
)

// CheckoutOrder is what a user asks for.
type CheckoutOrder struct {
	UserID        int64
	PlanID        int64
	Quantity      int64
	PromotionCode string // empty for none
	SuccessURL    string
	CancelURL     string
	RequestKey    string // empty for none; with one, a repeated request goes on where the first one stopped
}

const maxQuantity = 1000

// StartCheckout opens a page at the provider on which the user can subscribe. A user has one open checkout: an older one
// is closed first, and what it held of a promotion is free again. A redemption of the promotion is held until the
// checkout is paid, closed or over.
func (s *Service) StartCheckout(ctx context.Context, o CheckoutOrder) (CheckoutResult, error) {
	if err := s.checkOrder(o); err != nil {
		return CheckoutResult{}, err
	}
	c, err := s.start(ctx, o)
	if err != nil {
		return CheckoutResult{}, err
	}
	u, err := s.store.User(ctx, o.UserID)
	return CheckoutResult{Checkout: c, State: u.State, Synced: true}, err
}

func (s *Service) start(ctx context.Context, o CheckoutOrder) (Checkout, error) {
	if o.RequestKey != "" {
		c, err := s.store.CheckoutByRequest(ctx, o.RequestKey)
		if err == nil {
			return s.open(ctx, c)
		}
		if !errors.Is(err, ErrCheckoutNotFound) {
			return Checkout{}, err
		}
	}
	plan, promotion, err := s.offer(ctx, o)
	if err != nil {
		return Checkout{}, err
	}
	user, err := s.ensureCustomer(ctx, o.UserID)
	if err != nil {
		return Checkout{}, err
	}
	c, err := s.place(ctx, o, user, plan, promotion)
	if err != nil {
		return Checkout{}, err
	}
	return s.open(ctx, c)
}

func (s *Service) checkOrder(o CheckoutOrder) error {
	var wrong []errs.Field
	if o.PlanID <= 0 {
		wrong = append(wrong, errs.Field{Field: "planId", Message: "must be the id of a plan"})
	}
	if o.Quantity < 1 || o.Quantity > maxQuantity {
		wrong = append(wrong, errs.Field{Field: "quantity", Message: "must be from 1 to 1000"})
	}
	if len(o.PromotionCode) > maxNameLength {
		wrong = append(wrong, errs.Field{Field: "promotionCode", Message: "must have at most 50 characters"})
	}
	wrong = append(wrong, s.checkReturnURL("successUrl", o.SuccessURL)...)
	wrong = append(wrong, s.checkReturnURL("cancelUrl", o.CancelURL)...)
	if len(wrong) > 0 {
		return errs.Invalid(wrong...)
	}
	return nil
}

// offer finds the plan and the promotion, and refuses early what will be refused in any case.
func (s *Service) offer(ctx context.Context, o CheckoutOrder) (Plan, *Promotion, error) {
	plan, err := s.store.Plan(ctx, o.PlanID)
	if err != nil {
		return Plan{}, nil, err
	}
	if !plan.Active {
		return Plan{}, nil, ErrPlanNotFound
	}
	a, err := s.store.Account(ctx, o.UserID)
	if err != nil {
		return Plan{}, nil, err
	}
	if current := a.Current(); current != nil && current.Status.Live() {
		return Plan{}, nil, ErrAlreadySubscribed
	}
	if o.PromotionCode == "" {
		return plan, nil, nil
	}
	p, err := s.store.PromotionByCode(ctx, o.PromotionCode)
	if err != nil {
		return Plan{}, nil, err
	}
	// What an older checkout of the same user holds is free again by the time it counts.
	if err := p.Redeemable(a, plan, s.now()); err != nil && (len(a.Checkouts) == 0 || !countsRedemptions(err)) {
		return Plan{}, nil, err
	}
	if p.Coupon, err = s.linkCoupon(ctx, p.Coupon); err != nil {
		return Plan{}, nil, err
	}
	return plan, &p, nil
}

func countsRedemptions(err error) bool {
	return errors.Is(err, ErrPromoExhausted) || errors.Is(err, ErrPromoRedeemed)
}

// ensureCustomer makes the provider's customer of the user if there is none.
func (s *Service) ensureCustomer(ctx context.Context, userID int64) (User, error) {
	u, err := s.store.User(ctx, userID)
	if err != nil || u.CustomerID != "" {
		return u, err
	}
	// The provider refuses a key that comes again with another name or address: the version sets them apart.
	key := fmt.Sprintf("customer/%s/%d", u.Key, u.Version)
	customerID, err := s.payments.CreateCustomer(ctx, key, u)
	if err != nil {
		return User{}, fmt.Errorf("create customer: %w", err)
	}
	err = s.store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		a, err := tx.LockAccount(ctx, userID)
		if err != nil {
			return err
		}
		if a.User.CustomerID == "" {
			a.User.CustomerID = customerID
			if err := tx.SaveUser(ctx, a.User); err != nil {
				return err
			}
			if _, err = s.publish(ctx, tx, &a); err != nil {
				return err
			}
		}
		u = a.User
		return nil
	})
	return u, err
}

const placeAttempts = 3

var errUnfinished = errors.New("an older checkout is unfinished")

// place stores the checkout and reserves the redemption, after it has closed what the user left open.
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
		if current := a.Current(); current != nil && current.Status.Live() {
			return ErrAlreadySubscribed
		}
		if len(a.Checkouts) > 0 {
			return errUnfinished
		}
		c = Checkout{
			Key: s.newID(), RequestKey: o.RequestKey, UserID: o.UserID, PlanID: plan.ID, CustomerID: u.CustomerID,
			PriceID: plan.PriceID, Quantity: o.Quantity, TrialDays: trialDays(a, plan, promotion),
			SuccessURL: o.SuccessURL, CancelURL: o.CancelURL, Status: CheckoutPending, CreatedAt: now, UpdatedAt: now,
		}
		if promotion == nil {
			return tx.SaveCheckout(ctx, &c)
		}
		c.PromotionCode, c.CouponID = promotion.Code, promotion.Coupon.ProviderID
		if err := tx.SaveCheckout(ctx, &c); err != nil {
			return err
		}
		return s.redeem(ctx, tx, a, plan, *promotion, c)
	})
	return c, err
}

// trialDays is the longer of the plan's trial and the promotion's; none for whoever had a trial before.
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

// redeem reserves a redemption for a checkout. The promotion's own counter decides who gets the last one, so what was
// read of it before does not count.
func (s *Service) redeem(ctx context.Context, tx Tx, a Account, plan Plan, p Promotion, c Checkout) error {
	if err := p.Redeemable(a, plan, s.now()); err != nil && !errors.Is(err, ErrPromoExhausted) {
		return err
	}
	ok, err := tx.Reserve(ctx, p.ID)
	if err != nil {
		return err
	}
	if !ok {
		return ErrPromoExhausted
	}
	r := Redemption{UserID: c.UserID, Promotion: p, CheckoutID: c.ID, Status: Reserved, ReservedAt: c.CreatedAt, UpdatedAt: c.CreatedAt}
	return tx.SaveRedemption(ctx, &r)
}

// open makes the provider's session of a pending checkout; a checkout that is further on it returns as it is. The call
// carries the key that was stored with the checkout, so after a crash the same session comes back.
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
	return s.change(ctx, c, func(c Checkout) Checkout { return c.follow(remote, s.now()) })
}

// change applies to a checkout that is unfinished, under the account's lock, and gives its redemption back if nothing
// can come of it any more. A finished one it returns as it is.
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

// closeCheckout makes sure that a checkout cannot be paid any more. If it has been paid, that is applied.
func (s *Service) closeCheckout(ctx context.Context, c Checkout) error {
	c, err := s.open(ctx, c)
	if errors.Is(err, ErrProviderRefused) || errors.Is(err, ErrProviderMissing) {
		return nil // there never was a session
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
