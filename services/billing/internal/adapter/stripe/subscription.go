package stripe

import (
	"context"
	"strconv"

	"github.com/stripe/stripe-go/v76"
	"github.com/stripe/stripe-go/v76/invoice"
	"github.com/stripe/stripe-go/v76/subscription"

	"muster/services/billing/internal/billing"
)

// Subscription implements billing.Payments.
func (p *Payments) Subscription(ctx context.Context, id string) (billing.ProviderSubscription, error) {
	s, err := subscription.Client{B: p.backend, Key: p.key}.Get(id, &stripe.SubscriptionParams{Params: reading(ctx)})
	return subscriptionOf(s), translate(ctx, err)
}

// Cancel implements billing.Payments.
func (p *Payments) Cancel(ctx context.Context, key, id string, mode billing.CancelMode) (billing.ProviderSubscription, error) {
	client := subscription.Client{B: p.backend, Key: p.key}
	if mode == billing.CancelNow {
		s, err := client.Cancel(id, &stripe.SubscriptionCancelParams{Params: writing(ctx, key)})
		return subscriptionOf(s), translate(ctx, err)
	}
	s, err := client.Update(id, &stripe.SubscriptionParams{Params: writing(ctx, key), CancelAtPeriodEnd: stripe.Bool(true)})
	return subscriptionOf(s), translate(ctx, err)
}

func subscriptionOf(s *stripe.Subscription) billing.ProviderSubscription {
	if s == nil {
		return billing.ProviderSubscription{}
	}
	sub := billing.ProviderSubscription{
		ID: s.ID, UserID: idIn(s.Metadata, metaUser), CheckoutID: idIn(s.Metadata, metaCheckout), Status: billing.Status(s.Status),
		Currency: string(s.Currency), PeriodStart: maybe(s.CurrentPeriodStart), PeriodEnd: maybe(s.CurrentPeriodEnd),
		TrialStart: maybe(s.TrialStart), TrialEnd: maybe(s.TrialEnd), CancelAtPeriodEnd: s.CancelAtPeriodEnd,
		CanceledAt: maybe(s.CanceledAt), CreatedAt: at(s.Created),
	}
	if s.Customer != nil {
		sub.CustomerID = s.Customer.ID
	}
	if s.LatestInvoice != nil {
		sub.LatestInvoiceID = s.LatestInvoice.ID
	}
	if s.Items != nil && len(s.Items.Data) > 0 {
		item := s.Items.Data[0] // Muster's subscriptions have one item
		sub.Quantity = item.Quantity
		if pr := item.Price; pr != nil {
			sub.PriceID, sub.Amount, sub.Currency = pr.ID, pr.UnitAmount, string(pr.Currency)
			if pr.Recurring != nil {
				sub.Interval, sub.IntervalCount = string(pr.Recurring.Interval), int(pr.Recurring.IntervalCount)
			}
		}
	}
	if d := s.Discount; d != nil && d.Coupon != nil {
		sub.Discount = &billing.ProviderDiscount{ID: d.ID, CouponID: d.Coupon.ID, End: maybe(d.End)}
	}
	return sub
}

// idIn reads one of our ids from metadata; 0 if it is missing.
func idIn(metadata map[string]string, key string) int64 {
	id, err := strconv.ParseInt(metadata[key], 10, 64)
	if err != nil {
		return 0
	}
	return id
}

// Invoice implements billing.Payments.
func (p *Payments) Invoice(ctx context.Context, id string) (billing.ProviderInvoice, error) {
	client := invoice.Client{B: p.backend, Key: p.key}
	found, err := client.Get(id, &stripe.InvoiceParams{Params: reading(ctx)})
	if err != nil {
		return billing.ProviderInvoice{}, translate(ctx, err)
	}
	inv := billing.ProviderInvoice{ID: found.ID, Status: string(found.Status), IssuedAt: at(found.Created)}
	if found.Customer != nil {
		inv.CustomerID = found.Customer.ID
	}
	if found.Subscription != nil {
		inv.SubscriptionID = found.Subscription.ID
	}
	if found.Lines == nil || !found.Lines.HasMore {
		if found.Lines != nil {
			inv.Lines = linesOf(found.Lines.Data)
		}
		return inv, nil
	}
	list := client.ListLines(&stripe.InvoiceListLinesParams{
		ListParams: stripe.ListParams{Context: ctx, Limit: stripe.Int64(100)}, Invoice: stripe.String(id),
	})
	for list.Next() {
		inv.Lines = append(inv.Lines, lineOf(list.InvoiceLineItem()))
	}
	return inv, translate(ctx, list.Err())
}

func linesOf(items []*stripe.InvoiceLineItem) []billing.InvoiceLine {
	lines := make([]billing.InvoiceLine, 0, len(items))
	for _, item := range items {
		lines = append(lines, lineOf(item))
	}
	return lines
}

func lineOf(item *stripe.InvoiceLineItem) billing.InvoiceLine {
	l := billing.InvoiceLine{
		Recurring: item.Type == stripe.InvoiceLineItemTypeSubscription, Proration: item.Proration, Quantity: item.Quantity, Amount: item.Amount,
	}
	if item.Price != nil {
		l.PriceID = item.Price.ID
	}
	if item.Period != nil {
		l.PeriodStart, l.PeriodEnd = at(item.Period.Start), at(item.Period.End)
	}
	for _, d := range item.DiscountAmounts {
		l.Discount += d.Amount
		if d.Discount != nil && l.DiscountID == "" && d.Amount > 0 {
			l.DiscountID = d.Discount.ID
		}
	}
	return l
}
