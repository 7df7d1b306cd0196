package stripe

import (
	"context"
	"errors"
	"time"

	"github.com/stripe/stripe-go/v76"
	"github.com/stripe/stripe-go/v76/checkout/session"

	"muster/services/billing/internal/billing"
)

// CreateCheckout implements billing.Payments. Stripe closes a page 30 minutes to a day after it has made it, by its own clock.
// If ours is so far behind that it refuses the time, the page is open for a day.
func (p *Payments) CreateCheckout(ctx context.Context, key string, c billing.Checkout, u billing.User) (billing.ProviderCheckout, error) {
	keys := map[string]string{metaUser: u.Key, metaCheckout: c.Key}
	params := &stripe.CheckoutSessionParams{
		Params:            writing(ctx, key),
		Mode:              stripe.String(string(stripe.CheckoutSessionModeSubscription)),
		Customer:          stripe.String(c.CustomerID),
		ClientReferenceID: stripe.String(c.Key),
		LineItems:         []*stripe.CheckoutSessionLineItemParams{{Price: stripe.String(c.PriceID), Quantity: stripe.Int64(c.Quantity)}},
		SuccessURL:        stripe.String(c.SuccessURL),
		CancelURL:         stripe.String(c.CancelURL),
		Metadata:          keys,
		SubscriptionData:  &stripe.CheckoutSessionSubscriptionDataParams{Metadata: keys},
	}
	if c.CouponID != "" {
		params.Discounts = []*stripe.CheckoutSessionDiscountParams{{Coupon: stripe.String(c.CouponID)}}
	}
	if c.TrialDays > 0 {
		params.SubscriptionData.TrialPeriodDays = stripe.Int64(int64(c.TrialDays))
	}
	if c.ExpiresAt != nil {
		params.ExpiresAt = stripe.Int64(c.ExpiresAt.Unix())
	}
	client := session.Client{B: p.backend, Key: p.key}
	made, err := client.New(params)
	if refusal, ok := errors.AsType[*stripe.Error](err); ok && refusal.Param == "expires_at" {
		params.Params, params.ExpiresAt = writing(ctx, key+"/day"), nil
		made, err = client.New(params)
	}
	return checkoutOf(made), translate(ctx, err)
}

// Checkout implements billing.Payments.
func (p *Payments) Checkout(ctx context.Context, id string) (billing.ProviderCheckout, error) {
	found, err := session.Client{B: p.backend, Key: p.key}.Get(id, &stripe.CheckoutSessionParams{Params: reading(ctx)})
	return checkoutOf(found), translate(ctx, err)
}

// FindCheckout implements billing.Payments. It looks through the customer's newest sessions.
func (p *Payments) FindCheckout(ctx context.Context, c billing.Checkout) (billing.ProviderCheckout, error) {
	list := session.Client{B: p.backend, Key: p.key}.List(&stripe.CheckoutSessionListParams{
		ListParams: listing(ctx), Customer: stripe.String(c.CustomerID),
	})
	for list.Next() {
		if s := list.CheckoutSession(); s.Metadata[metaCheckout] == c.Key {
			return checkoutOf(s), nil
		}
	}
	if err := list.Err(); err != nil {
		return billing.ProviderCheckout{}, translate(ctx, err)
	}
	return billing.ProviderCheckout{}, billing.ErrProviderMissing
}

// ExpireCheckout implements billing.Payments.
func (p *Payments) ExpireCheckout(ctx context.Context, key, id string) error {
	_, err := session.Client{B: p.backend, Key: p.key}.Expire(id, &stripe.CheckoutSessionExpireParams{Params: writing(ctx, key)})
	return translate(ctx, err)
}

func checkoutOf(s *stripe.CheckoutSession) billing.ProviderCheckout {
	if s == nil {
		return billing.ProviderCheckout{}
	}
	c := billing.ProviderCheckout{ID: s.ID, URL: s.URL, Status: billing.CheckoutStatus(s.Status), ExpiresAt: at(s.ExpiresAt)}
	if s.Customer != nil {
		c.CustomerID = s.Customer.ID
	}
	if s.Subscription != nil {
		c.SubscriptionID = s.Subscription.ID
	}
	return c
}

// at converts Unix seconds.
func at(seconds int64) time.Time { return time.Unix(seconds, 0).UTC() }

// maybe converts Unix seconds, where 0 is the library's form of null.
func maybe(seconds int64) *time.Time {
	if seconds == 0 {
		return nil
	}
	t := at(seconds)
	return &t
}
