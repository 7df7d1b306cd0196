package billing

import (
	"slices"
	"time"

	"muster/libs/contracts/billingv1"
)

// invoiceFact is something that happened to an invoice. Key identifies it among the facts of its invoice or charge.
type invoiceFact struct {
	key     string
	invoice string // the provider's id
	event   billingv1.InvoiceEvent
}

// invoiceFacts derives what has happened to an invoice from its row. Facts of an earlier row are a part of those of a
// later one, except for an authentication that the provider waits for, which can end.
func invoiceFacts(i Invoice) []invoiceFact {
	var facts []invoiceFact
	add := func(kind billingv1.InvoiceKind, at time.Time) {
		facts = append(facts, invoiceFact{string(kind), i.ProviderID, billingv1.InvoiceEvent{Kind: kind, At: at}})
	}
	if i.Status != InvoiceDraft && i.FinalizedAt != nil {
		add(billingv1.InvoiceFinalized, *i.FinalizedAt)
	}
	if i.ActionRequired {
		add(billingv1.InvoiceActionRequired, time.Time{})
	}
	if i.UncollectibleAt != nil {
		add(billingv1.InvoiceUncollectible, *i.UncollectibleAt)
	}
	if i.Status == InvoicePaid && i.PaidAt != nil {
		add(billingv1.InvoicePaid, *i.PaidAt)
	}
	if i.VoidedAt != nil {
		add(billingv1.InvoiceVoided, *i.VoidedAt)
	}
	return facts
}

// chargeFacts derives what has happened to a charge's invoice from the charge's row.
func chargeFacts(c Charge, i Invoice) []invoiceFact {
	var facts []invoiceFact
	add := func(key string, kind billingv1.InvoiceKind, at time.Time, amount int64, reason string) *billingv1.InvoiceEvent {
		facts = append(facts, invoiceFact{key, i.ProviderID, billingv1.InvoiceEvent{
			Kind: kind, At: at, Amount: &amount, StripeChargeID: &c.ProviderCharge.ID, Reason: unlessZero(reason),
		}})
		return &facts[len(facts)-1].event
	}
	if c.Status == ChargeFailed {
		add("failed", billingv1.InvoicePaymentFailed, c.CreatedAt, c.Amount, c.FailureCode)
	}
	for _, r := range c.Refunds {
		add("refund/"+r.ProviderID, billingv1.InvoiceRefunded, r.CreatedAt, r.Amount, r.Reason).StripeRefundID = &r.ProviderID
	}
	for _, d := range c.Disputes {
		add("dispute/"+d.ProviderID, billingv1.InvoiceDisputed, d.CreatedAt, d.Amount, d.Reason).StripeDisputeID = &d.ProviderID
	}
	return facts
}

// newFacts returns the facts of next that old does not have.
func newFacts(old, next []invoiceFact) []invoiceFact {
	return slices.DeleteFunc(next, func(f invoiceFact) bool {
		return slices.ContainsFunc(old, func(o invoiceFact) bool { return o.key == f.key })
	})
}

// describeInvoice returns the public form of an invoice.
func (a Account) describeInvoice(i Invoice) billingv1.Invoice {
	d := billingv1.Invoice{
		ID: i.ID, StripeInvoiceID: i.ProviderID, StripeSubscriptionID: unlessZero(i.SubscriptionID), Status: string(i.Status), BillingReason: i.Reason,
		Currency: i.Currency, Subtotal: i.Subtotal, Discount: i.Discount, Tax: i.Tax, Total: i.Total, Paid: i.Paid, Due: i.Due,
		CreatedAt: i.IssuedAt, FinalizedAt: i.FinalizedAt, DueAt: i.DueAt, PaidAt: i.PaidAt, VoidedAt: i.VoidedAt, UncollectibleAt: i.UncollectibleAt,
	}
	if s := a.subscription(i.SubscriptionID); s != nil {
		d.SubscriptionID = &s.ID
	}
	return d
}
