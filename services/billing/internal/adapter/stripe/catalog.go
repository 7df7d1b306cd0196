package stripe

import (
	"context"
	"errors"

	"github.com/stripe/stripe-go/v76"
	"github.com/stripe/stripe-go/v76/coupon"
	"github.com/stripe/stripe-go/v76/customer"
	"github.com/stripe/stripe-go/v76/price"

	"muster/libs/usersapi"
	"muster/services/billing/internal/billing"
)

// Metadata keys that mark Stripe objects as ours. Their values are random keys: one Stripe account may serve several
// installations, whose users, plans and coupons have the same numbers.
const (
	metaUser     = "muster_user_key"
	metaCheckout = "muster_checkout_key"
	metaPlan     = "muster_plan_key"
	metaCoupon   = "muster_coupon_key"
	metaRefund   = "muster_refund_key"
)

func meta(name, key string) map[string]string { return map[string]string{name: key} }

// mailbox returns the address to which Stripe sends mail. An address without such a form is passed unchanged, so that
// Stripe can refuse it.
func mailbox(email string) string {
	if m, err := usersapi.Mailbox(email); err == nil {
		return m
	}
	return email
}

// CreateCustomer implements billing.Payments.
func (p *Payments) CreateCustomer(ctx context.Context, key string, u billing.User) (string, error) {
	params := &stripe.CustomerParams{Params: writing(ctx, key), Email: stripe.String(mailbox(u.Email)), Metadata: meta(metaUser, u.Key)}
	if u.Name != "" {
		params.Name = stripe.String(u.Name)
	}
	c, err := customer.Client{B: p.backend, Key: p.key}.New(params)
	if err != nil {
		return "", translate(ctx, err)
	}
	return c.ID, nil
}

// FindCustomer implements billing.Payments. It looks at the customers with the user's address: unlike a search by
// metadata, that list is never behind.
func (p *Payments) FindCustomer(ctx context.Context, u billing.User) (string, error) {
	list := customer.Client{B: p.backend, Key: p.key}.List(&stripe.CustomerListParams{
		ListParams: listing(ctx), Email: stripe.String(mailbox(u.Email)),
	})
	for list.Next() {
		if c := list.Customer(); c.Metadata[metaUser] == u.Key {
			return c.ID, nil
		}
	}
	if err := list.Err(); err != nil {
		return "", translate(ctx, err)
	}
	return "", billing.ErrProviderMissing
}

// HasCustomer implements billing.Payments.
func (p *Payments) HasCustomer(ctx context.Context, customerID string) (bool, error) {
	c, err := customer.Client{B: p.backend, Key: p.key}.Get(customerID, &stripe.CustomerParams{Params: reading(ctx)})
	return found(ctx, err, func() bool { return !c.Deleted })
}

// found reports whether an object was fetched and is usable; a missing object is no error.
func found(ctx context.Context, err error, usable func() bool) (bool, error) {
	err = translate(ctx, err)
	if errors.Is(err, billing.ErrProviderMissing) {
		return false, nil
	}
	return err == nil && usable(), err
}

// UpdateCustomer implements billing.Payments. An empty name clears the stored one.
func (p *Payments) UpdateCustomer(ctx context.Context, key, customerID string, u billing.User) error {
	_, err := customer.Client{B: p.backend, Key: p.key}.Update(customerID, &stripe.CustomerParams{
		Params: writing(ctx, key), Email: stripe.String(mailbox(u.Email)), Name: stripe.String(u.Name),
	})
	return translate(ctx, err)
}

// DeleteCustomer implements billing.Payments. "Permanently deletes a customer. It cannot be undone. Also immediately
// cancels any active subscriptions on the customer" (https://docs.stripe.com/api/customers/delete). Invoices and
// charges stay. Blanking name and address instead would keep the payment methods and the metadata.
func (p *Payments) DeleteCustomer(ctx context.Context, customerID string) error {
	_, err := customer.Client{B: p.backend, Key: p.key}.Del(customerID, &stripe.CustomerParams{Params: stripe.Params{Context: ctx}})
	return translate(ctx, err)
}

// CreatePrice implements billing.Payments. One call creates product and price, so one idempotency key covers both.
func (p *Payments) CreatePrice(ctx context.Context, key string, plan billing.Plan) (billing.ProviderPrice, error) {
	made, err := price.Client{B: p.backend, Key: p.key}.New(&stripe.PriceParams{
		Params:     writing(ctx, key),
		Currency:   stripe.String(plan.Currency),
		UnitAmount: stripe.Int64(plan.Amount),
		LookupKey:  stripe.String(lookupKey(plan)),
		Recurring: &stripe.PriceRecurringParams{
			Interval: stripe.String(plan.Interval), IntervalCount: stripe.Int64(int64(plan.IntervalCount)),
		},
		ProductData: &stripe.PriceProductDataParams{Name: stripe.String(plan.Name), Metadata: meta(metaPlan, plan.Key)},
		Metadata:    meta(metaPlan, plan.Key),
	})
	if err != nil {
		return billing.ProviderPrice{}, refusedValue(ctx, err)
	}
	return priceOf(made), nil
}

// lookupKey identifies the plan's price. Stripe allows one price for each.
func lookupKey(plan billing.Plan) string { return "muster_" + plan.Key }

// FindPrice implements billing.Payments.
func (p *Payments) FindPrice(ctx context.Context, plan billing.Plan) (billing.ProviderPrice, error) {
	list := price.Client{B: p.backend, Key: p.key}.List(&stripe.PriceListParams{
		ListParams: listing(ctx), LookupKeys: stripe.StringSlice([]string{lookupKey(plan)}),
	})
	if list.Next() {
		return priceOf(list.Price()), nil
	}
	if err := list.Err(); err != nil {
		return billing.ProviderPrice{}, translate(ctx, err)
	}
	return billing.ProviderPrice{}, billing.ErrProviderMissing
}

func priceOf(pr *stripe.Price) billing.ProviderPrice {
	return billing.ProviderPrice{ProductID: pr.Product.ID, PriceID: pr.ID}
}

// HasPrice implements billing.Payments.
func (p *Payments) HasPrice(ctx context.Context, priceID string) (bool, error) {
	params := &stripe.PriceParams{Params: reading(ctx)}
	params.AddExpand("product")
	pr, err := price.Client{B: p.backend, Key: p.key}.Get(priceID, params)
	return found(ctx, err, func() bool { return pr.Active && pr.Product != nil && pr.Product.Active && !pr.Product.Deleted })
}

var durations = map[billing.Duration]stripe.CouponDuration{
	billing.Once: stripe.CouponDurationOnce, billing.Repeating: stripe.CouponDurationRepeating, billing.Forever: stripe.CouponDurationForever,
}

// CreateCoupon implements billing.Payments. The coupon's id is ours, so creating it a second time fails and finds it.
func (p *Payments) CreateCoupon(ctx context.Context, key string, c billing.Coupon) (string, error) {
	params := &stripe.CouponParams{
		Params: writing(ctx, key), Name: stripe.String(c.Name), Duration: stripe.String(string(durations[c.Duration])),
		Metadata: meta(metaCoupon, c.Key), ID: stripe.String("muster_" + c.Key),
	}
	if c.DurationInMonths != nil {
		params.DurationInMonths = stripe.Int64(int64(*c.DurationInMonths))
	}
	if c.Type == billing.AmountOff {
		params.AmountOff, params.Currency = stripe.Int64(c.AmountOff), stripe.String(c.Currency)
	} else {
		params.PercentOff = stripe.Float64(float64(c.BasisPoints) / 100)
	}
	_, err := coupon.Client{B: p.backend, Key: p.key}.New(params)
	if refusal, ok := errors.AsType[*stripe.Error](err); ok && refusal.Code == stripe.ErrorCodeResourceAlreadyExists {
		err = nil
	}
	if err != nil {
		return "", refusedValue(ctx, err)
	}
	return *params.ID, nil
}

// HasCoupon implements billing.Payments.
func (p *Payments) HasCoupon(ctx context.Context, couponID string) (bool, error) {
	c, err := coupon.Client{B: p.backend, Key: p.key}.Get(couponID, &stripe.CouponParams{Params: reading(ctx)})
	return found(ctx, err, func() bool { return c.Valid && !c.Deleted })
}
