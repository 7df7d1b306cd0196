package billingtest

import (
	"testing"
	"time"

	"muster/services/billing/internal/billing"
)

// Money is what happens to charges at a provider under test.
type Money struct {
	// Refund gives a part of a charge back and returns the refund's id.
	Refund func(t *testing.T, chargeID string, amount int64) string
	// FailRefund makes a refund, the charge's newest, fail after the fact.
	FailRefund func(t *testing.T, chargeID, refundID string)
	// Dispute opens a dispute about a part of a charge and returns its id.
	Dispute func(t *testing.T, chargeID string, amount int64) string
	// Decide closes a dispute.
	Decide func(t *testing.T, chargeID, disputeID string, won bool)
}

func (s *shop) charge(t *testing.T, id string) billing.ProviderCharge {
	t.Helper()
	c, err := s.Payments.Charge(t.Context(), id)
	must(t, err)
	return c
}

func moneyBack(t *testing.T, s *shop) {
	sub := s.buy(t, nil)
	id := sub.Invoices[0].ChargeID
	c := s.charge(t, id)
	if age := time.Since(c.CreatedAt); age < -time.Minute || age > time.Hour {
		t.Errorf("created at %v", c.CreatedAt)
	}
	equal(t, c, billing.ProviderCharge{
		ID: id, CustomerID: s.customer, InvoiceID: sub.LatestInvoiceID, Status: billing.ChargeSucceeded, Currency: "usd", Amount: 1500,
		Captured: 1500, CreatedAt: c.CreatedAt,
	})
	var refunds []string
	for range 12 { // more than a charge contains
		refunds = append(refunds, s.Refund(t, id, 100))
	}
	s.FailRefund(t, id, refunds[11])
	c = s.charge(t, id)
	equal(t, len(c.Refunds), 12)
	for n, r := range c.Refunds {
		equal(t, r.ProviderID, refunds[n])
		equal(t, r.Amount, int64(100))
		equal(t, r.Status == billing.RefundFailed, n == 11)
		equal(t, r.ReturnedAt != nil, n == 11)
		equal(t, r.CreatedAt.IsZero(), false)
	}
	dispute := s.Dispute(t, id, 400)
	d := s.charge(t, id).Disputes
	if len(d) != 1 || d[0].WithdrawnAt == nil || d[0].CreatedAt.IsZero() {
		t.Fatalf("disputes %+v", d)
	}
	equal(t, d[0], billing.Dispute{
		ProviderID: dispute, Amount: 400, Status: billing.DisputeOpen, Reason: "fraudulent", CreatedAt: d[0].CreatedAt, WithdrawnAt: d[0].WithdrawnAt,
	})
	s.Decide(t, id, dispute, true)
	d = s.charge(t, id).Disputes
	equal(t, d[0].Status, billing.DisputeWon)
	equal(t, d[0].ReinstatedAt != nil, true)
	_, err := s.Payments.Charge(t.Context(), "ch_nothing")
	wantErr(t, err, billing.ErrProviderMissing)
}

func declinedCharge(t *testing.T, s *shop) {
	c, err := s.Payments.CreateCheckout(t.Context(), "checkout/1", s.order(nil), ann)
	must(t, err)
	s.Decline(t, c)
	unpaid, err := s.Payments.Unpaid(t.Context(), s.customer)
	must(t, err)
	sub, err := s.Payments.Subscription(t.Context(), unpaid[0])
	must(t, err)
	id := sub.Invoices[0].ChargeID
	failed := s.charge(t, id)
	equal(t, failed.Status, billing.ChargeFailed)
	equal(t, failed.FailureCode, "card_declined")
	equal(t, failed.Captured, int64(0))
}

func refundsMade(t *testing.T, s *shop) {
	ctx := t.Context()
	charge := s.buy(t, nil).Invoices[0].ChargeID
	_, err := s.Payments.FindRefund(ctx, charge, "request-1")
	wantErr(t, err, billing.ErrProviderMissing)
	part := billing.RefundOrder{Amount: 500, Reason: "duplicate", RequestKey: "request-1"}
	first, err := s.Payments.CreateRefund(ctx, "refund/1", charge, part)
	must(t, err)
	again, err := s.Payments.CreateRefund(ctx, "refund/1", charge, part)
	must(t, err)
	equal(t, again, first)
	found, err := s.Payments.FindRefund(ctx, charge, "request-1")
	must(t, err)
	equal(t, found, first)
	_, err = s.Payments.CreateRefund(ctx, "refund/2", charge, billing.RefundOrder{Amount: 1001, RequestKey: "request-2"})
	wantErr(t, err, billing.ErrProviderRefused)
	_, err = s.Payments.CreateRefund(ctx, "refund/3", charge, billing.RefundOrder{RequestKey: "request-3"})
	must(t, err)
	_, err = s.Payments.CreateRefund(ctx, "refund/4", charge, billing.RefundOrder{RequestKey: "request-4"})
	wantErr(t, err, billing.ErrProviderRefused)
	refunds := s.charge(t, charge).Refunds
	if len(refunds) != 2 || refunds[0].ProviderID != first || refunds[0].Amount != 500 || refunds[0].Reason != "duplicate" || refunds[1].Amount != 1000 {
		t.Errorf("%+v", refunds)
	}
}
