package stripe

import (
	"context"
	"strconv"

	"github.com/stripe/stripe-go/v76"
	"github.com/stripe/stripe-go/v76/coupon"
	"github.com/stripe/stripe-go/v76/customer"
	"github.com/stripe/stripe-go/v76/price"

	"muster/libs/usersapi"
	"muster/services/billing/internal/billing"
)

// Metadata keys that mark Stripe objects as ours.
const (
	metaUser     = "muster_user_id"
	metaCheckout = "muster_checkout_id"
	metaPlan     = "muster_plan_id"
	metaCoupon   = "muster_coupon_id"
)

func meta(key string, id int64) map[string]string {
	return map[string]string{key: strconv.FormatInt(id, 10)}
}

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
	params := &stripe.CustomerParams{Params: writing(ctx, key), Email: stripe.String(mailbox(u.Email)), Metadata: meta(metaUser, u.ID)}
	if u.Name != "" {
		params.Name = stripe.String(u.Name)
	}
	c, err := customer.Client{B: p.backend, Key: p.key}.New(params)
	if err != nil {
		return "", translate(ctx, err)
	}
	return c.ID, nil
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
func (p *Payments) CreatePrice(ctx context.Context, key string, plan billing.Plan) (productID, priceID string, err error) {
	made, err := price.Client{B: p.backend, Key: p.key}.New(&stripe.PriceParams{
		Params:     writing(ctx, key),
		Currency:   stripe.String(plan.Currency),
		UnitAmount: stripe.Int64(plan.Amount),
		Recurring: &stripe.PriceRecurringParams{
			Interval: stripe.String(plan.Interval), IntervalCount: stripe.Int64(int64(plan.IntervalCount)),
		},
		ProductData: &stripe.PriceProductDataParams{Name: stripe.String(plan.Name), Metadata: meta(metaPlan, plan.ID)},
		Metadata:    meta(metaPlan, plan.ID),
	})
	if err != nil {
		return "", "", translate(ctx, err)
	}
	return made.Product.ID, made.ID, nil
}

var durations = map[billing.Duration]stripe.CouponDuration{
	billing.Once: stripe.CouponDurationOnce, billing.Repeating: stripe.CouponDurationRepeating, billing.Forever: stripe.CouponDurationForever,
}

// CreateCoupon implements billing.Payments.
func (p *Payments) CreateCoupon(ctx context.Context, key string, c billing.Coupon) (string, error) {
	params := &stripe.CouponParams{
		Params: writing(ctx, key), Name: stripe.String(c.Name), Duration: stripe.String(string(durations[c.Duration])),
		Metadata: meta(metaCoupon, c.ID),
	}
	if c.DurationInMonths != nil {
		params.DurationInMonths = stripe.Int64(int64(*c.DurationInMonths))
	}
	if c.Type == billing.AmountOff {
		params.AmountOff, params.Currency = stripe.Int64(c.AmountOff), stripe.String(c.Currency)
	} else {
		params.PercentOff = stripe.Float64(float64(c.BasisPoints) / 100)
	}
	made, err := coupon.Client{B: p.backend, Key: p.key}.New(params)
	if err != nil {
		return "", translate(ctx, err)
	}
	return made.ID, nil
}
