package stripe

import (
	"context"
	"errors"

	"github.com/stripe/stripe-go/v76"
	"github.com/stripe/stripe-go/v76/invoice"

	"muster/services/billing/internal/billing"
)

// Upcoming implements billing.Payments. always_invoice gives the invoice of the change itself, none the next regular
// one. The invoice has its first ten lines.
func (p *Payments) Upcoming(ctx context.Context, c billing.Change, prorate bool) (billing.ProviderInvoice, error) {
	params := &stripe.InvoiceUpcomingParams{Params: reading(ctx), Subscription: stripe.String(c.SubscriptionID)}
	if c.ItemID != "" {
		params.SubscriptionItems = itemsOf(c)
		params.SubscriptionProrationBehavior = stripe.String("none")
		if prorate {
			params.SubscriptionProrationBehavior = stripe.String("always_invoice")
			params.SubscriptionProrationDate = stripe.Int64(c.ProrationDate.Unix())
		}
	}
	found, err := invoice.Client{B: p.backend, Key: p.key}.Upcoming(params)
	if err != nil {
		return billing.ProviderInvoice{}, translate(ctx, err)
	}
	if found.Lines != nil {
		found.Lines.HasMore = false
	}
	upcoming, err := p.invoiceOf(ctx, found)
	upcoming.ID = ""
	return upcoming, err
}

// Payment implements billing.Payments.
func (p *Payments) Payment(ctx context.Context, invoiceID string) (billing.ProviderPayment, error) {
	params := &stripe.InvoiceParams{Params: reading(ctx)}
	params.AddExpand("payment_intent")
	found, err := invoice.Client{B: p.backend, Key: p.key}.Get(invoiceID, params)
	if err != nil {
		return billing.ProviderPayment{}, translate(ctx, err)
	}
	intent := found.PaymentIntent
	if intent == nil {
		return billing.ProviderPayment{}, nil
	}
	var payment billing.ProviderPayment
	switch intent.Status {
	case stripe.PaymentIntentStatusRequiresAction, stripe.PaymentIntentStatusRequiresConfirmation:
		payment.NeedsAction, payment.ClientSecret = true, intent.ClientSecret
	case stripe.PaymentIntentStatusRequiresPaymentMethod, stripe.PaymentIntentStatusCanceled:
		payment.Failed = true
	case stripe.PaymentIntentStatusProcessing, stripe.PaymentIntentStatusSucceeded, stripe.PaymentIntentStatusRequiresCapture:
	}
	if e := intent.LastPaymentError; e != nil && payment.Failed {
		if payment.DeclineCode = string(e.DeclineCode); payment.DeclineCode == "" {
			payment.DeclineCode = string(e.Code)
		}
	}
	return payment, nil
}

// PayInvoice implements billing.Payments. Stripe says that a payment needs the customer as it says that it was declined.
func (p *Payments) PayInvoice(ctx context.Context, key, invoiceID string) error {
	_, err := invoice.Client{B: p.backend, Key: p.key}.Pay(invoiceID, &stripe.InvoicePayParams{Params: writing(ctx, key)})
	if refusal, ok := errors.AsType[*stripe.Error](err); ok && refusal.Code == stripe.ErrorCodeInvoicePaymentIntentRequiresAction {
		return billing.PaymentFailed("").Because(translate(ctx, err))
	}
	return translate(ctx, err)
}
