package stripe

import (
	"context"

	"github.com/stripe/stripe-go/v76"
	"github.com/stripe/stripe-go/v76/invoice"
	"github.com/stripe/stripe-go/v76/subscription"
	"github.com/stripe/stripe-go/v76/subscriptionitem"

	"muster/services/billing/internal/billing"
)

// longestList is the maximum number of objects in one page of a list. Stripe sends 10 without it.
const longestList = 100

// Subscription implements billing.Payments. It is one request for most subscriptions, and one more while invoices are open.
func (p *Payments) Subscription(ctx context.Context, id string) (billing.ProviderSubscription, error) {
	params := &stripe.SubscriptionParams{Params: reading(ctx)}
	params.AddExpand("customer")
	params.AddExpand("latest_invoice.payment_intent")
	params.AddExpand("latest_invoice.discounts")
	s, err := subscription.Client{B: p.backend, Key: p.key}.Get(id, params)
	if err != nil {
		return billing.ProviderSubscription{}, translate(ctx, err)
	}
	sub := subscriptionOf(s)
	if sub.Items, err = p.items(ctx, s); err != nil {
		return billing.ProviderSubscription{}, err
	}
	if s.LatestInvoice == nil {
		return sub, nil
	}
	latest, err := p.invoiceOf(ctx, s.LatestInvoice)
	if err != nil {
		return billing.ProviderSubscription{}, err
	}
	sub.Invoices = []billing.ProviderInvoice{latest}
	return sub, p.addOpen(ctx, &sub)
}

// items returns all items of a subscription, of which it contains the first ones.
func (p *Payments) items(ctx context.Context, s *stripe.Subscription) ([]billing.Item, error) {
	if s.Items == nil {
		return nil, nil
	}
	all := s.Items.Data
	if s.Items.HasMore {
		all = nil
		list := subscriptionitem.Client{B: p.backend, Key: p.key}.List(&stripe.SubscriptionItemListParams{
			ListParams: listing(ctx), Subscription: stripe.String(s.ID),
		})
		for list.Next() {
			all = append(all, list.SubscriptionItem())
		}
		if err := list.Err(); err != nil {
			return nil, translate(ctx, err)
		}
	}
	items := make([]billing.Item, 0, len(all))
	for _, i := range all {
		item := billing.Item{ProviderID: i.ID, Quantity: i.Quantity}
		if i.Price != nil {
			item.PriceID, item.Amount, item.Currency = i.Price.ID, i.Price.UnitAmount, string(i.Price.Currency)
			if r := i.Price.Recurring; r != nil {
				item.Interval, item.IntervalCount = string(r.Interval), int(r.IntervalCount)
			}
		}
		items = append(items, item)
	}
	return items, nil
}

// addOpen adds the open invoices to a subscription. Only a subscription that is waiting for a payment has any.
func (p *Payments) addOpen(ctx context.Context, sub *billing.ProviderSubscription) error {
	if sub.Status == billing.Active || sub.Status == billing.Trialing {
		if len(sub.Invoices) > 0 && sub.Invoices[0].Status != billing.InvoiceOpen {
			return nil
		}
	}
	params := &stripe.InvoiceListParams{
		ListParams: listing(ctx), Subscription: stripe.String(sub.ID), Status: stripe.String(string(stripe.InvoiceStatusOpen)),
	}
	params.AddExpand("data.payment_intent")
	params.AddExpand("data.discounts")
	list := invoice.Client{B: p.backend, Key: p.key}.List(params)
	for list.Next() {
		found := list.Invoice()
		if found.ID == sub.LatestInvoiceID {
			continue
		}
		open, err := p.invoiceOf(ctx, found)
		if err != nil {
			return err
		}
		sub.Invoices = append(sub.Invoices, open)
	}
	return translate(ctx, list.Err())
}

// Unpaid implements billing.Payments.
func (p *Payments) Unpaid(ctx context.Context, customerID string) ([]string, error) {
	list := subscription.Client{B: p.backend, Key: p.key}.List(&stripe.SubscriptionListParams{
		ListParams: listing(ctx), Customer: stripe.String(customerID), Status: stripe.String(string(stripe.SubscriptionStatusIncomplete)),
	})
	var ids []string
	for list.Next() {
		ids = append(ids, list.Subscription().ID)
	}
	return ids, translate(ctx, list.Err())
}

// Cancel implements billing.Payments.
func (p *Payments) Cancel(ctx context.Context, key, id string, mode billing.CancelMode) error {
	client := subscription.Client{B: p.backend, Key: p.key}
	var err error
	if mode == billing.CancelNow {
		_, err = client.Cancel(id, &stripe.SubscriptionCancelParams{Params: writing(ctx, key)})
	} else {
		_, err = client.Update(id, &stripe.SubscriptionParams{Params: writing(ctx, key), CancelAtPeriodEnd: stripe.Bool(true)})
	}
	return translate(ctx, err)
}

// subscriptionOf converts a subscription with its expanded customer, without its items and invoices.
func subscriptionOf(s *stripe.Subscription) billing.ProviderSubscription {
	sub := billing.ProviderSubscription{
		ID: s.ID, UserKey: s.Metadata[metaUser], CheckoutKey: s.Metadata[metaCheckout], Status: billing.Status(s.Status),
		PeriodStart: maybe(s.CurrentPeriodStart), PeriodEnd: maybe(s.CurrentPeriodEnd),
		TrialStart: maybe(s.TrialStart), TrialEnd: maybe(s.TrialEnd), CancelAtPeriodEnd: s.CancelAtPeriodEnd,
		CancelAt: maybe(s.CancelAt), CanceledAt: maybe(s.CanceledAt), EndedAt: maybe(s.EndedAt),
		CollectionPaused: s.PauseCollection != nil && s.PauseCollection.Behavior != "",
		CollectionMethod: string(s.CollectionMethod), CreatedAt: at(s.Created),
	}
	sub.Discount = discountOf(s.Discount)
	if s.Customer != nil {
		sub.CustomerID = s.Customer.ID
		if sub.Discount == nil {
			sub.Discount = discountOf(s.Customer.Discount)
		}
	}
	if s.LatestInvoice != nil {
		sub.LatestInvoiceID = s.LatestInvoice.ID
	}
	return sub
}
