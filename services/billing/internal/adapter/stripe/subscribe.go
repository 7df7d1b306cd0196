package stripe

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/stripe/stripe-go/v76"
	portal "github.com/stripe/stripe-go/v76/billingportal/session"
	"github.com/stripe/stripe-go/v76/paymentmethod"
	"github.com/stripe/stripe-go/v76/subscription"

	"muster/services/billing/internal/billing"
)

// AttachPaymentMethod implements billing.Payments. Stripe refuses a method of another customer with 400.
func (p *Payments) AttachPaymentMethod(ctx context.Context, key, customerID, methodID string) (string, error) {
	m, err := paymentmethod.Client{B: p.backend, Key: p.key}.Attach(methodID, &stripe.PaymentMethodAttachParams{
		Params: writing(ctx, key), Customer: stripe.String(customerID),
	})
	if err == nil {
		return m.ID, nil
	}
	refusal, ok := errors.AsType[*stripe.Error](err)
	if ok && refusal.Param != "customer" && (refusal.HTTPStatusCode == http.StatusNotFound || refusal.HTTPStatusCode == http.StatusBadRequest) {
		return "", billing.PaymentFailed("").Because(translate(ctx, err))
	}
	return "", translate(ctx, err)
}

// CreateSubscription implements billing.Payments. A first payment that fails leaves an incomplete subscription, because
// Stripe can let a customer confirm only the payment of a subscription that exists
// (https://docs.stripe.com/billing/subscriptions/overview#payment-behavior).
func (p *Payments) CreateSubscription(ctx context.Context, key string, c billing.Checkout, u billing.User) (string, error) {
	params := &stripe.SubscriptionParams{
		Params:          writing(ctx, key),
		Customer:        stripe.String(c.CustomerID),
		Items:           []*stripe.SubscriptionItemsParams{{Price: stripe.String(c.PriceID), Quantity: stripe.Int64(c.Quantity)}},
		PaymentBehavior: stripe.String("allow_incomplete"),
		Metadata:        map[string]string{metaUser: u.Key, metaCheckout: c.Key},
	}
	if c.PaymentMethodID != "" {
		params.DefaultPaymentMethod = stripe.String(c.PaymentMethodID)
	}
	if c.CouponID != "" {
		params.Coupon = stripe.String(c.CouponID)
	}
	if c.TrialDays > 0 {
		params.TrialPeriodDays = stripe.Int64(int64(c.TrialDays))
		// A trial needs no card. Without one it ends with the trial, not as an unpaid subscription within its grace.
		params.TrialSettings = &stripe.SubscriptionTrialSettingsParams{EndBehavior: &stripe.SubscriptionTrialSettingsEndBehaviorParams{
			MissingPaymentMethod: stripe.String("cancel"),
		}}
	}
	made, err := subscription.Client{B: p.backend, Key: p.key}.New(params)
	if err != nil {
		return "", withoutMethod(ctx, err)
	}
	return made.ID, nil
}

// withoutMethod translates an error of a call that may lack a payment method. Stripe calls the missing method a missing
// resource, but names no parameter, or that of the method.
func withoutMethod(ctx context.Context, err error) error {
	refusal, ok := errors.AsType[*stripe.Error](err)
	if ok && refusal.Code == stripe.ErrorCodeResourceMissing && (refusal.Param == "" || refusal.Param == "default_payment_method") {
		return billing.PaymentFailed("").Because(translate(ctx, err))
	}
	return translate(ctx, err)
}

// FindSubscription implements billing.Payments. It looks through all of the customer's subscriptions.
func (p *Payments) FindSubscription(ctx context.Context, c billing.Checkout) (string, error) {
	list := subscription.Client{B: p.backend, Key: p.key}.List(&stripe.SubscriptionListParams{
		ListParams: listing(ctx), Customer: stripe.String(c.CustomerID), Status: stripe.String("all"),
	})
	for list.Next() {
		if s := list.Subscription(); s.Metadata[metaCheckout] == c.Key {
			return s.ID, nil
		}
	}
	if err := list.Err(); err != nil {
		return "", translate(ctx, err)
	}
	return "", billing.ErrProviderMissing
}

// Resume implements billing.Payments.
func (p *Payments) Resume(ctx context.Context, key string, s billing.Subscription) error {
	client := subscription.Client{B: p.backend, Key: p.key}
	if s.Status == billing.Paused {
		_, err := client.Resume(s.ProviderID, &stripe.SubscriptionResumeParams{Params: writing(ctx, key), BillingCycleAnchor: stripe.String("now")})
		return translate(ctx, err)
	}
	params := &stripe.SubscriptionParams{Params: writing(ctx, key)}
	if s.CancelAtPeriodEnd {
		params.CancelAtPeriodEnd = stripe.Bool(false)
	} else {
		params.AddExtra("cancel_at", "")
	}
	_, err := client.Update(s.ProviderID, params)
	return translate(ctx, err)
}

// ChangeItem implements billing.Payments. The first call changes nothing if the difference cannot be paid. If that is because
// the customer has to confirm the payment, the second one makes a pending update, which Stripe applies once its invoice is paid
// (https://docs.stripe.com/billing/subscriptions/pending-updates).
func (p *Payments) ChangeItem(ctx context.Context, key string, c billing.Change) (unpaidInvoice string, err error) {
	_, err = p.changeItem(ctx, key, c, "error_if_incomplete")
	if err == nil || !asksCustomer(err) {
		return "", withoutMethod(ctx, err)
	}
	changed, err := p.changeItem(ctx, key+"/pending", c, "pending_if_incomplete")
	if err != nil {
		return "", withoutMethod(ctx, err)
	}
	if changed.PendingUpdate == nil || changed.LatestInvoice == nil {
		return "", nil
	}
	return changed.LatestInvoice.ID, nil
}

func (p *Payments) changeItem(ctx context.Context, key string, c billing.Change, behaviour string) (*stripe.Subscription, error) {
	return subscription.Client{B: p.backend, Key: p.key}.Update(c.SubscriptionID, &stripe.SubscriptionParams{
		Params:            writing(ctx, key),
		Items:             itemsOf(c),
		ProrationBehavior: stripe.String("always_invoice"),
		ProrationDate:     stripe.Int64(c.ProrationDate.Unix()),
		PaymentBehavior:   stripe.String(behaviour),
	})
}

// asksCustomer reports whether a payment was refused because the customer has to confirm it.
func asksCustomer(err error) bool {
	refusal, ok := errors.AsType[*stripe.Error](err)
	if !ok {
		return false
	}
	switch refusal.Code { //nolint:exhaustive // the others are refusals
	case "subscription_payment_intent_requires_action", stripe.ErrorCodeInvoicePaymentIntentRequiresAction, stripe.ErrorCodeAuthenticationRequired:
		return true
	}
	return refusal.DeclineCode == stripe.DeclineCodeAuthenticationRequired
}

func itemsOf(c billing.Change) []*stripe.SubscriptionItemsParams {
	item := &stripe.SubscriptionItemsParams{ID: stripe.String(c.ItemID), Quantity: stripe.Int64(c.Quantity)}
	if c.PriceID != "" { // Stripe refuses one that is archived, even if the item has it
		item.Price = stripe.String(c.PriceID)
	}
	return []*stripe.SubscriptionItemsParams{item}
}

// ExtendTrial implements billing.Payments.
func (p *Payments) ExtendTrial(ctx context.Context, key, id string, until time.Time) error {
	_, err := subscription.Client{B: p.backend, Key: p.key}.Update(id, &stripe.SubscriptionParams{
		Params: writing(ctx, key), TrialEnd: stripe.Int64(until.Unix()), ProrationBehavior: stripe.String("none"),
	})
	return translate(ctx, err)
}

// PortalSession implements billing.Payments.
func (p *Payments) PortalSession(ctx context.Context, key, customerID, returnURL string) (string, error) {
	s, err := portal.Client{B: p.backend, Key: p.key}.New(&stripe.BillingPortalSessionParams{
		Params: writing(ctx, key), Customer: stripe.String(customerID), ReturnURL: stripe.String(returnURL),
	})
	if err != nil {
		return "", translate(ctx, err)
	}
	return s.URL, nil
}
