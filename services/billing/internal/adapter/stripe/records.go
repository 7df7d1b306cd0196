package stripe

import (
	"context"
	"encoding/json"
	"time"

	"github.com/stripe/stripe-go/v76"
	"github.com/stripe/stripe-go/v76/charge"
	"github.com/stripe/stripe-go/v76/dispute"
	"github.com/stripe/stripe-go/v76/event"
	"github.com/stripe/stripe-go/v76/invoice"
	"github.com/stripe/stripe-go/v76/refund"
	"github.com/stripe/stripe-go/v76/subscription"

	"muster/services/billing/internal/billing"
)

// page returns the parameters of one page of a list, after the object that the cursor names.
func page(ctx context.Context, cursor string) stripe.ListParams {
	params := stripe.ListParams{Context: ctx, Limit: stripe.Int64(longestList), Single: true}
	if cursor != "" {
		params.StartingAfter = stripe.String(cursor)
	}
	return params
}

// Undelivered implements billing.Records.
func (p *Payments) Undelivered(ctx context.Context, since time.Time, cursor string) ([]billing.Event, string, error) {
	list := event.Client{B: p.backend, Key: p.key}.List(&stripe.EventListParams{
		ListParams: page(ctx, cursor), DeliverySuccess: stripe.Bool(false),
		CreatedRange: &stripe.RangeQueryParams{GreaterThanOrEqual: since.Unix()},
	})
	var events []billing.Event
	last := ""
	for list.Next() {
		found := list.Event()
		last = found.ID
		var object eventObject
		if found.Data == nil || json.Unmarshal(found.Data.Raw, &object) != nil || !saneID.MatchString(found.ID) {
			continue
		}
		events = append(events, eventOf(found.ID, string(found.Type), found.Created, found.Account != "", object))
	}
	if !list.EventList().HasMore {
		last = ""
	}
	return events, last, translate(ctx, list.Err())
}

// List implements billing.Records.
func (p *Payments) List(ctx context.Context, kind billing.ObjectKind, cursor string) ([]billing.Listed, string, error) {
	var objects []billing.Listed
	var more bool
	var err error
	switch kind {
	case billing.KindSubscription:
		objects, more, err = p.listSubscriptions(ctx, cursor)
	case billing.KindInvoice:
		objects, more, err = p.listInvoices(ctx, cursor)
	case billing.KindCharge:
		objects, more, err = p.listCharges(ctx, cursor)
	case billing.KindRefund:
		objects, more, err = p.listRefunds(ctx, cursor)
	case billing.KindDispute:
		objects, more, err = p.listDisputes(ctx, cursor)
	case billing.KindEvent:
	}
	next := ""
	if more && len(objects) > 0 {
		next = objects[len(objects)-1].ID
	}
	return objects, next, translate(ctx, err)
}

func (p *Payments) listSubscriptions(ctx context.Context, cursor string) (all []billing.Listed, more bool, err error) {
	params := &stripe.SubscriptionListParams{ListParams: page(ctx, cursor), Status: stripe.String("all")}
	params.AddExpand("data.customer")
	list := subscription.Client{B: p.backend, Key: p.key}.List(params)
	for list.Next() {
		s := list.Subscription()
		sub := subscriptionOf(s)
		if sub.Items, err = p.items(ctx, s); err != nil {
			return nil, false, err
		}
		all = append(all, billing.Listed{
			Kind: billing.KindSubscription, ID: sub.ID, CustomerID: sub.CustomerID, UserKey: sub.UserKey, Mark: sub.Mark(),
		})
	}
	return all, list.SubscriptionList().HasMore, list.Err()
}

func (p *Payments) listInvoices(ctx context.Context, cursor string) (all []billing.Listed, more bool, err error) {
	list := invoice.Client{B: p.backend, Key: p.key}.List(&stripe.InvoiceListParams{ListParams: page(ctx, cursor)})
	for list.Next() {
		i := invoiceHeadOf(list.Invoice())
		all = append(all, billing.Listed{
			Kind: billing.KindInvoice, ID: i.ID, CustomerID: i.CustomerID, SubscriptionID: i.SubscriptionID, Mark: i.Mark(),
		})
	}
	return all, list.InvoiceList().HasMore, list.Err()
}

func (p *Payments) listCharges(ctx context.Context, cursor string) (all []billing.Listed, more bool, err error) {
	list := charge.Client{B: p.backend, Key: p.key}.List(&stripe.ChargeListParams{ListParams: page(ctx, cursor)})
	for list.Next() {
		c := chargeOf(list.Charge())
		all = append(all, billing.Listed{Kind: billing.KindCharge, ID: c.ID, CustomerID: c.CustomerID, Mark: c.Mark()})
	}
	return all, list.ChargeList().HasMore, list.Err()
}

func (p *Payments) listRefunds(ctx context.Context, cursor string) (all []billing.Listed, more bool, err error) {
	list := refund.Client{B: p.backend, Key: p.key}.List(&stripe.RefundListParams{ListParams: page(ctx, cursor)})
	for list.Next() {
		r := list.Refund()
		o := billing.Listed{Kind: billing.KindRefund, ID: r.ID, Mark: refundOf(r).Mark()}
		if r.Charge != nil {
			o.ChargeID = r.Charge.ID
		}
		all = append(all, o)
	}
	return all, list.RefundList().HasMore, list.Err()
}

func (p *Payments) listDisputes(ctx context.Context, cursor string) (all []billing.Listed, more bool, err error) {
	list := dispute.Client{B: p.backend, Key: p.key}.List(&stripe.DisputeListParams{ListParams: page(ctx, cursor)})
	for list.Next() {
		d := list.Dispute()
		o := billing.Listed{Kind: billing.KindDispute, ID: d.ID, Mark: disputeOf(d).Mark()}
		if d.Charge != nil {
			o.ChargeID = d.Charge.ID
		}
		all = append(all, o)
	}
	return all, list.DisputeList().HasMore, list.Err()
}
