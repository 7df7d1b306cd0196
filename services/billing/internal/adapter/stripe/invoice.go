package stripe

import (
	"context"

	"github.com/stripe/stripe-go/v76"
	"github.com/stripe/stripe-go/v76/invoice"

	"muster/services/billing/internal/billing"
)

// Invoice implements billing.Payments.
func (p *Payments) Invoice(ctx context.Context, id string) (billing.ProviderInvoice, error) {
	params := &stripe.InvoiceParams{Params: reading(ctx)}
	params.AddExpand("payment_intent")
	params.AddExpand("discounts")
	found, err := invoice.Client{B: p.backend, Key: p.key}.Get(id, params)
	if err != nil {
		return billing.ProviderInvoice{}, translate(ctx, err)
	}
	return p.invoiceOf(ctx, found)
}

// VoidInvoice implements billing.Payments.
func (p *Payments) VoidInvoice(ctx context.Context, key, id string) error {
	_, err := invoice.Client{B: p.backend, Key: p.key}.VoidInvoice(id, &stripe.InvoiceVoidInvoiceParams{Params: writing(ctx, key)})
	return translate(ctx, err)
}

// invoiceOf converts a fetched invoice with its payment intent, and fetches its lines if it does not contain all of them.
func (p *Payments) invoiceOf(ctx context.Context, found *stripe.Invoice) (billing.ProviderInvoice, error) {
	inv := invoiceHeadOf(found)
	if found.Lines == nil || !found.Lines.HasMore {
		if found.Lines != nil {
			inv.Lines = linesOf(found.Lines.Data)
		}
		return inv, nil
	}
	list := invoice.Client{B: p.backend, Key: p.key}.ListLines(&stripe.InvoiceListLinesParams{ListParams: listing(ctx), Invoice: stripe.String(found.ID)})
	for list.Next() {
		inv.Lines = append(inv.Lines, lineOf(list.InvoiceLineItem()))
	}
	return inv, translate(ctx, list.Err())
}

// invoiceHeadOf converts an invoice without its lines.
func invoiceHeadOf(found *stripe.Invoice) billing.ProviderInvoice {
	inv := billing.ProviderInvoice{
		ID: found.ID, Status: billing.InvoiceStatus(found.Status), Reason: string(found.BillingReason), Currency: string(found.Currency),
		Subtotal: found.Subtotal, Tax: found.Tax, Total: found.Total, Paid: found.AmountPaid, Due: found.AmountDue,
		IssuedAt: at(found.Created), DueAt: maybe(found.DueDate),
	}
	for _, d := range found.TotalDiscountAmounts {
		inv.Discount += d.Amount
	}
	for _, d := range found.Discounts {
		if discount := discountOf(d); discount != nil {
			inv.Discounts = append(inv.Discounts, *discount)
		}
	}
	if found.Customer != nil {
		inv.CustomerID = found.Customer.ID
	}
	if found.Subscription != nil {
		inv.SubscriptionID = found.Subscription.ID
	}
	if found.Charge != nil {
		inv.ChargeID = found.Charge.ID
	}
	if intent := found.PaymentIntent; intent != nil {
		inv.ActionRequired = intent.Status == stripe.PaymentIntentStatusRequiresAction
	}
	if t := found.StatusTransitions; t != nil {
		inv.FinalizedAt, inv.PaidAt, inv.VoidedAt = maybe(t.FinalizedAt), maybe(t.PaidAt), maybe(t.VoidedAt)
		inv.UncollectibleAt = maybe(t.MarkedUncollectibleAt)
	}
	return inv
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
		if r := item.Price.Recurring; r != nil {
			l.Interval, l.IntervalCount = string(r.Interval), int(r.IntervalCount)
		}
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
	for _, t := range item.TaxAmounts {
		if t.Inclusive {
			l.InclusiveTax += t.Amount
		}
	}
	return l
}
