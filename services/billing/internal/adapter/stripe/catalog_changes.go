package stripe

import (
	"context"
	"errors"
	"net/http"

	"github.com/stripe/stripe-go/v76"
	"github.com/stripe/stripe-go/v76/coupon"
	"github.com/stripe/stripe-go/v76/price"
	"github.com/stripe/stripe-go/v76/product"

	"muster/libs/errs"
	"muster/services/billing/internal/billing"
)

// AddPrice implements billing.Payments. The lookup key stays with the plan's first price.
func (p *Payments) AddPrice(ctx context.Context, key string, plan billing.Plan) (string, error) {
	made, err := price.Client{B: p.backend, Key: p.key}.New(&stripe.PriceParams{
		Params:     writing(ctx, key),
		Product:    stripe.String(plan.ProductID),
		Currency:   stripe.String(plan.Currency),
		UnitAmount: stripe.Int64(plan.Amount),
		Recurring: &stripe.PriceRecurringParams{
			Interval: stripe.String(plan.Interval), IntervalCount: stripe.Int64(int64(plan.IntervalCount)),
		},
		Metadata: meta(metaPlan, plan.Key),
	})
	if err != nil {
		return "", refusedValue(ctx, err)
	}
	return made.ID, nil
}

// ArchivePrice implements billing.Payments. Stripe deletes no price that was ever used.
func (p *Payments) ArchivePrice(ctx context.Context, key, priceID string) error {
	_, err := price.Client{B: p.backend, Key: p.key}.Update(priceID, &stripe.PriceParams{Params: writing(ctx, key), Active: stripe.Bool(false)})
	return translate(ctx, err)
}

// RenameProduct implements billing.Payments.
func (p *Payments) RenameProduct(ctx context.Context, key, productID, name string) error {
	_, err := product.Client{B: p.backend, Key: p.key}.Update(productID, &stripe.ProductParams{Params: writing(ctx, key), Name: stripe.String(name)})
	return translate(ctx, err)
}

// RenameCoupon implements billing.Payments.
func (p *Payments) RenameCoupon(ctx context.Context, key, couponID, name string) error {
	_, err := coupon.Client{B: p.backend, Key: p.key}.Update(couponID, &stripe.CouponParams{Params: writing(ctx, key), Name: stripe.String(name)})
	return translate(ctx, err)
}

// DeleteCoupon implements billing.Payments.
func (p *Payments) DeleteCoupon(ctx context.Context, couponID string) error {
	_, err := coupon.Client{B: p.backend, Key: p.key}.Del(couponID, &stripe.CouponParams{Params: stripe.Params{Context: ctx}})
	return translate(ctx, err)
}

// members are the members of our API for Stripe's parameters whose values only Stripe can judge.
var members = map[string]string{"currency": "currency", "unit_amount": "amount", "amount_off": "discountAmount"}

// refusedValue translates the error of a call that makes something of what an administrator has sent. A value that Stripe
// refuses, such as an unknown currency, is the administrator's to correct.
func refusedValue(ctx context.Context, err error) error {
	refusal, ok := errors.AsType[*stripe.Error](err)
	if ok && refusal.HTTPStatusCode == http.StatusBadRequest && refusal.Type == stripe.ErrorTypeInvalidRequest && members[refusal.Param] != "" {
		return errs.InvalidField(members[refusal.Param], "is refused by the payment provider").Because(translate(ctx, err))
	}
	return translate(ctx, err)
}
