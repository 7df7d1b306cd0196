package stripe

import (
	"context"

	"github.com/stripe/stripe-go/v76"
	"github.com/stripe/stripe-go/v76/price"

	"muster/services/billing/internal/billing"
)

// Offer implements billing.Payments.
func (p *Payments) Offer(ctx context.Context, priceID string) (billing.ProviderOffer, error) {
	params := &stripe.PriceParams{Params: reading(ctx)}
	params.AddExpand("product")
	found, err := price.Client{B: p.backend, Key: p.key}.Get(priceID, params)
	if err != nil {
		return billing.ProviderOffer{}, translate(ctx, err)
	}
	return offerOf(found), nil
}

// ListOffers implements billing.Payments.
func (p *Payments) ListOffers(ctx context.Context, cursor string) (offers []billing.ProviderOffer, next string, err error) {
	params := &stripe.PriceListParams{ListParams: page(ctx, cursor), Type: stripe.String(string(stripe.PriceTypeRecurring))}
	params.AddExpand("data.product")
	list := price.Client{B: p.backend, Key: p.key}.List(params)
	for list.Next() {
		offers = append(offers, offerOf(list.Price()))
	}
	if err := list.Err(); err != nil {
		return nil, "", translate(ctx, err)
	}
	if list.PriceList().HasMore && len(offers) > 0 {
		next = offers[len(offers)-1].PriceID
	}
	return offers, next, nil
}

// offerOf converts a price with its expanded product.
func offerOf(pr *stripe.Price) billing.ProviderOffer {
	o := billing.ProviderOffer{
		ProviderPrice: billing.ProviderPrice{PriceID: pr.ID}, Amount: pr.UnitAmount, Currency: string(pr.Currency), PlanKey: pr.Metadata[metaPlan], Unfit: unfit(pr),
	}
	if p := pr.Product; p != nil {
		o.ProductID, o.Name, o.Sold = p.ID, p.Name, pr.Active && p.Active && !p.Deleted
	}
	if r := pr.Recurring; r != nil {
		o.Interval, o.IntervalCount = string(r.Interval), int(r.IntervalCount)
		if r.TrialPeriodDays > 0 {
			days := int(r.TrialPeriodDays)
			o.TrialPeriodDays = &days
		}
	}
	return o
}

// unfit tells why a price has no one amount per unit and interval; empty if it has.
func unfit(pr *stripe.Price) string {
	switch {
	case pr.BillingScheme == stripe.PriceBillingSchemeTiered:
		return "it has tiers"
	case pr.Recurring != nil && pr.Recurring.UsageType == stripe.PriceRecurringUsageTypeMetered:
		return "it is metered"
	case pr.CustomUnitAmount != nil:
		return "the customer chooses its amount"
	case pr.TransformQuantity != nil:
		return "it is for packages"
	case pr.UnitAmountDecimal != float64(pr.UnitAmount):
		return "it is not in whole minor units"
	}
	return ""
}
