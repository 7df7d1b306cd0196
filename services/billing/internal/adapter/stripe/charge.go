package stripe

import (
	"context"
	"slices"
	"time"

	"github.com/stripe/stripe-go/v76"
	"github.com/stripe/stripe-go/v76/charge"
	"github.com/stripe/stripe-go/v76/dispute"
	"github.com/stripe/stripe-go/v76/refund"

	"muster/services/billing/internal/billing"
)

// Charge implements billing.Payments. It is one request for most charges, and one more for a disputed one.
func (p *Payments) Charge(ctx context.Context, id string) (billing.ProviderCharge, error) {
	params := &stripe.ChargeParams{Params: reading(ctx)}
	params.AddExpand("refunds.data.failure_balance_transaction")
	found, err := charge.Client{B: p.backend, Key: p.key}.Get(id, params)
	if err != nil {
		return billing.ProviderCharge{}, translate(ctx, err)
	}
	c := chargeOf(found)
	if c.Refunds, err = p.refundsOf(ctx, found); err != nil {
		return billing.ProviderCharge{}, err
	}
	if found.Disputed {
		c.Disputes, err = p.disputesOf(ctx, found.ID)
	}
	return c, err
}

// chargeOf converts a charge without its refunds and disputes.
func chargeOf(found *stripe.Charge) billing.ProviderCharge {
	c := billing.ProviderCharge{
		ID: found.ID, Status: billing.ChargeStatus(found.Status), Currency: string(found.Currency), Amount: found.Amount,
		Captured: found.AmountCaptured, Refunded: found.AmountRefunded, Disputed: found.Disputed, FailureCode: found.FailureCode, CreatedAt: at(found.Created),
	}
	if found.Customer != nil {
		c.CustomerID = found.Customer.ID
	}
	if found.Invoice != nil {
		c.InvoiceID = found.Invoice.ID
	}
	return c
}

// refundsOf returns all refunds of a charge, of which it contains the newest. Stripe lists the newest first.
func (p *Payments) refundsOf(ctx context.Context, found *stripe.Charge) ([]billing.Refund, error) {
	if found.Refunds == nil {
		return nil, nil
	}
	all := found.Refunds.Data
	if found.Refunds.HasMore {
		all = nil
		params := &stripe.RefundListParams{ListParams: listing(ctx), Charge: stripe.String(found.ID)}
		params.AddExpand("data.failure_balance_transaction")
		list := refund.Client{B: p.backend, Key: p.key}.List(params)
		for list.Next() {
			all = append(all, list.Refund())
		}
		if err := list.Err(); err != nil {
			return nil, translate(ctx, err)
		}
	}
	var refunds []billing.Refund
	for _, r := range slices.Backward(all) {
		refunds = append(refunds, refundOf(r))
	}
	return refunds, nil
}

func refundOf(r *stripe.Refund) billing.Refund {
	return billing.Refund{
		ProviderID: r.ID, Amount: r.Amount, Status: string(r.Status), Reason: string(r.Reason), CreatedAt: at(r.Created),
		ReturnedAt: bookedAt(r.FailureBalanceTransaction),
	}
}

func (p *Payments) disputesOf(ctx context.Context, chargeID string) ([]billing.Dispute, error) {
	list := dispute.Client{B: p.backend, Key: p.key}.List(&stripe.DisputeListParams{ListParams: listing(ctx), Charge: stripe.String(chargeID)})
	var disputes []billing.Dispute
	for list.Next() {
		disputes = append(disputes, disputeOf(list.Dispute()))
	}
	slices.Reverse(disputes)
	return disputes, translate(ctx, list.Err())
}

// disputeOf converts a dispute. Its balance transactions are the withdrawal and, if it was won, the return of the money.
func disputeOf(found *stripe.Dispute) billing.Dispute {
	d := billing.Dispute{
		ProviderID: found.ID, Amount: found.Amount, Status: string(found.Status), Reason: string(found.Reason), CreatedAt: at(found.Created),
	}
	for _, b := range found.BalanceTransactions {
		if b.Amount < 0 {
			d.WithdrawnAt = bookedAt(b)
		} else {
			d.ReinstatedAt = bookedAt(b)
		}
	}
	return d
}

func bookedAt(b *stripe.BalanceTransaction) *time.Time {
	if b == nil {
		return nil
	}
	return maybe(b.Created)
}

// CreateRefund implements billing.Payments.
func (p *Payments) CreateRefund(ctx context.Context, key, chargeID string, o billing.RefundOrder) (string, error) {
	params := &stripe.RefundParams{Params: writing(ctx, key), Charge: stripe.String(chargeID), Metadata: meta(metaRefund, o.RequestKey)}
	if o.Amount > 0 {
		params.Amount = stripe.Int64(o.Amount)
	}
	if o.Reason != "" {
		params.Reason = stripe.String(o.Reason)
	}
	made, err := refund.Client{B: p.backend, Key: p.key}.New(params)
	if err != nil {
		return "", translate(ctx, err)
	}
	return made.ID, nil
}

// FindRefund implements billing.Payments.
func (p *Payments) FindRefund(ctx context.Context, chargeID, requestKey string) (string, error) {
	list := refund.Client{B: p.backend, Key: p.key}.List(&stripe.RefundListParams{ListParams: listing(ctx), Charge: stripe.String(chargeID)})
	for list.Next() {
		if r := list.Refund(); r.Metadata[metaRefund] == requestKey {
			return r.ID, nil
		}
	}
	if err := list.Err(); err != nil {
		return "", translate(ctx, err)
	}
	return "", billing.ErrProviderMissing
}
