package billingtest

import (
	"context"
	"slices"
	"strconv"
	"time"

	"muster/services/billing/internal/billing"
)

// listPage is how many objects a page of a list has.
const listPage = 2

// Lose notes an event that the provider could not deliver.
func (p *Provider) Lose(e billing.Event) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.undelivered = append(p.undelivered, e)
}

// Undelivered implements billing.Records.
func (p *Provider) Undelivered(ctx context.Context, since time.Time, cursor string) ([]billing.Event, string, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	var all []billing.Event
	for _, e := range p.undelivered {
		if !e.CreatedAt.Before(since) {
			all = append(all, e)
		}
	}
	page, next := pageOf(all, cursor)
	return page, next, p.reachable(ctx)
}

// List implements billing.Records.
func (p *Provider) List(ctx context.Context, kind billing.ObjectKind, cursor string) ([]billing.Listed, string, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	page, next := pageOf(p.listed(kind), cursor)
	return page, next, p.reachable(ctx)
}

func (p *Provider) listed(kind billing.ObjectKind) (all []billing.Listed) {
	switch kind {
	case billing.KindSubscription:
		for _, s := range sorted(p.subs) {
			all = append(all, billing.Listed{Kind: kind, ID: s.ID, CustomerID: s.CustomerID, UserKey: s.UserKey, Mark: s.Mark()})
		}
	case billing.KindInvoice:
		for _, i := range sorted(p.invoices) {
			all = append(all, billing.Listed{Kind: kind, ID: i.ID, CustomerID: i.CustomerID, SubscriptionID: i.SubscriptionID, Mark: i.Mark()})
		}
	case billing.KindCharge:
		for _, c := range sorted(p.charges) {
			all = append(all, billing.Listed{Kind: kind, ID: c.ID, CustomerID: c.CustomerID, Mark: c.Mark()})
		}
	case billing.KindRefund:
		for _, c := range sorted(p.charges) {
			for _, r := range c.Refunds {
				all = append(all, billing.Listed{Kind: kind, ID: r.ProviderID, ChargeID: c.ID, Mark: r.Mark()})
			}
		}
	case billing.KindDispute:
		for _, c := range sorted(p.charges) {
			for _, d := range c.Disputes {
				all = append(all, billing.Listed{Kind: kind, ID: d.ProviderID, ChargeID: c.ID, Mark: d.Mark()})
			}
		}
	case billing.KindEvent:
	}
	return all
}

// pageOf returns the page at a cursor, which is the number of elements before it.
func pageOf[T any](all []T, cursor string) (page []T, next string) {
	from, _ := strconv.Atoi(cursor)
	to := min(from+listPage, len(all))
	if to < len(all) {
		next = strconv.Itoa(to)
	}
	return slices.Clone(all[min(from, to):to]), next
}
