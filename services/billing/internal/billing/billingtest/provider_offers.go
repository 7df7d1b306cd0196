package billingtest

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"muster/services/billing/internal/billing"
)

// PutOffer stores a price as somebody makes it in the provider's dashboard.
func (p *Provider) PutOffer(o billing.ProviderOffer) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.offers[o.PriceID] = o
}

// Offer implements billing.Payments.
func (p *Provider) Offer(ctx context.Context, priceID string) (billing.ProviderOffer, error) {
	if err := p.reachable(ctx); err != nil {
		return billing.ProviderOffer{}, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.offer(priceID)
}

func (p *Provider) offer(priceID string) (billing.ProviderOffer, error) {
	if o, made := p.offers[priceID]; made {
		return o, nil
	}
	plan, known := p.plans[priceID]
	if !known {
		return billing.ProviderOffer{}, billing.ErrProviderMissing
	}
	product := cmp.Or(plan.ProductID, priceOf(priceID).ProductID)
	return billing.ProviderOffer{
		ProviderPrice: billing.ProviderPrice{ProductID: product, PriceID: priceID}, Name: cmp.Or(p.names[product], plan.Name), Interval: plan.Interval,
		IntervalCount: plan.IntervalCount, Amount: plan.Amount, Currency: plan.Currency, Sold: !p.archived[priceID], PlanKey: plan.Key,
	}, nil
}

// ListOffers implements billing.Payments. A page has two offers.
func (p *Provider) ListOffers(ctx context.Context, cursor string) (offers []billing.ProviderOffer, next string, err error) {
	if err := p.reachable(ctx); err != nil {
		return nil, "", err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	ids := slices.Sorted(maps.Keys(p.plans))
	ids = append(ids, slices.Sorted(maps.Keys(p.offers))...)
	for _, id := range ids[slices.Index(ids, cursor)+1:] {
		o, err := p.offer(id)
		if err != nil {
			continue
		}
		if len(offers) == 2 {
			return offers, offers[1].PriceID, nil
		}
		offers = append(offers, o)
	}
	return offers, "", nil
}
