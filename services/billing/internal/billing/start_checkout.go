package billing

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"muster/libs/errs"
	"muster/libs/limits"
)

// CheckoutOrder is a user's request to subscribe.
type CheckoutOrder struct {
	UserID        int64
	PlanID        int64
	Quantity      int64
	PromotionCode string // empty for none
	SuccessURL    string
	CancelURL     string
	// Direct subscribes without a page, so the URLs are not used.
	Direct bool
	// PaymentMethodID is the payment method of a direct order; empty for the customer's default.
	PaymentMethodID string
	RequestKey      string // empty for none; a request that repeats it continues where the first one stopped
}

const maxQuantity = 1000

// StartCheckout opens a page at the provider on which the user can subscribe. A user has one open checkout: an older
// one is closed first, and its redemption is released. A redemption of the promotion is reserved until the checkout is
// paid, closed or expired.
func (s *Service) StartCheckout(ctx context.Context, o CheckoutOrder) (CheckoutResult, error) {
	if err := s.checkOrder(o); err != nil {
		return CheckoutResult{}, err
	}
	c, err := s.placed(ctx, o)
	if err == nil {
		c, err = s.open(ctx, c)
	}
	if err != nil {
		return CheckoutResult{}, err
	}
	if c.Status == CheckoutExpired || c.Status == CheckoutFailed {
		return CheckoutResult{}, ErrCheckoutSuperseded // a later request of the same user closed it while this one was in progress
	}
	u, err := s.store.User(ctx, o.UserID)
	return CheckoutResult{Checkout: c, State: u.State}, err
}

// placed returns the stored checkout of an order: that of an earlier attempt at the same request, or a new one.
func (s *Service) placed(ctx context.Context, o CheckoutOrder) (Checkout, error) {
	if o.RequestKey != "" {
		c, err := s.store.CheckoutByRequest(ctx, o.RequestKey)
		if !errors.Is(err, ErrCheckoutNotFound) {
			return c, err
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
	return s.place(ctx, o, user, plan, promotion)
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
	if o.Direct {
		wrong = append(wrong, checkProviderID("paymentMethodId", o.PaymentMethodID)...)
	} else {
		wrong = append(wrong, s.checkReturnURL("successUrl", o.SuccessURL)...)
		wrong = append(wrong, s.checkReturnURL("cancelUrl", o.CancelURL)...)
	}
	if len(wrong) > 0 {
		return errs.Invalid(wrong...)
	}
	return nil
}

// offer finds the plan and the promotion, and rejects early what is certain to be rejected later.
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
	p, err := s.promotion(ctx, o.UserID, o.PromotionCode)
	if err != nil {
		return Plan{}, nil, err
	}
	// The redemption of the user's older checkout is released before the limits count.
	if err := p.Redeemable(a, plan, s.now()); err != nil && (len(a.Checkouts) == 0 || !countsRedemptions(err)) {
		return Plan{}, nil, err
	}
	if p.Coupon, err = s.linkCoupon(ctx, p.Coupon); err != nil {
		return Plan{}, nil, err
	}
	return plan, &p, nil
}

// promotion finds the promotion with a code. Somebody who has tried too many wrong ones is told neither that the next one
// is wrong nor that it is right.
func (s *Service) promotion(ctx context.Context, userID int64, code string) (Promotion, error) {
	wrongCodes := limits.Limit{Name: "wrong promotion codes", Most: s.rules.WrongCodesPerHour, Window: time.Hour}.Of(strconv.FormatInt(userID, 10))
	p, err := s.store.PromotionByCode(ctx, code)
	switch {
	case err == nil:
		err = s.throttle.Check(ctx, wrongCodes)
	case errors.Is(err, ErrPromoNotFound):
		err = cmp.Or(s.throttle.Take(ctx, wrongCodes), err)
	}
	return p, err
}

func countsRedemptions(err error) bool {
	return errors.Is(err, ErrPromoExhausted) || errors.Is(err, ErrPromoRedeemed)
}

// customerKey is the idempotency key for making the user's customer. It contains the version, because the provider rejects
// a key that is repeated with another name or address.
func customerKey(u User) string { return fmt.Sprintf("customer/%s/%d", u.Key, u.Version) }

// ensureCustomer creates the user's customer at the provider if there is none.
func (s *Service) ensureCustomer(ctx context.Context, userID int64) (User, error) {
	u, err := s.store.User(ctx, userID)
	if err != nil || u.CustomerID != "" {
		return u, err
	}
	customerID, err := create(ctx, s, customerKey(u),
		func(ctx context.Context) (string, error) { return s.payments.FindCustomer(ctx, u) },
		func(ctx context.Context, key string) (string, error) { return s.payments.CreateCustomer(ctx, key, u) })
	if err != nil {
		return User{}, fmt.Errorf("create customer: %w", err)
	}
	err = s.store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		a, err := tx.LockAccount(ctx, userID)
		if err != nil {
			return err
		}
		made := u
		u = a.User
		if a.User.CustomerID != "" {
			return nil
		}
		a.User.CustomerID, u.CustomerID = customerID, customerID
		if _, err := tx.AddCustomer(ctx, userID, customerID); err != nil {
			return err
		}
		if err := tx.SaveUser(ctx, a.User); err != nil {
			return err
		}
		// The user may have been changed or deleted while the provider created the customer.
		if err := s.followCustomer(ctx, tx, a.User, made.Email != u.Email || made.Name != u.Name); err != nil {
			return err
		}
		_, err = s.publish(ctx, tx, &a)
		return err
	})
	if err != nil {
		return u, err
	}
	if u.CustomerID != customerID { // another request created one for a newer version of the user; nothing else would delete this one
		if err := s.payments.DeleteCustomer(ctx, customerID); err != nil && !errors.Is(err, ErrProviderMissing) {
			return u, fmt.Errorf("delete superfluous customer: %w", err)
		}
	}
	if u.Deleted {
		return u, ErrUserUnknown
	}
	return u, nil
}
