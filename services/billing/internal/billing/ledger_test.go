package billing_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"muster/libs/contracts/billingv1"
	"muster/services/billing/internal/billing"
)

// taxed makes the subscription's latest invoice one with a tax, before billing has heard of it.
func (h *fixture) taxed(t *testing.T, id string, tax int64) billing.ProviderInvoice {
	t.Helper()
	sub, err := h.provider.Subscription(t.Context(), id)
	must(t, err)
	i, err := h.provider.Invoice(t.Context(), sub.LatestInvoiceID)
	must(t, err)
	i.Tax = tax
	h.provider.PutInvoice(i)
	return i
}

// paid opens a subscription whose first invoice of 1500 cents has a tax.
func (h *fixture) paid(t *testing.T, tax int64) billing.ProviderInvoice {
	t.Helper()
	r, err := h.StartCheckout(t.Context(), h.order(42, h.plan(t).ID, ""))
	must(t, err)
	id := h.provider.Pay(r.Checkout.SessionID)
	i := h.taxed(t, id, tax)
	h.event(t, "customer.subscription.created", id)
	return i
}

// booked shows the ledger as text.
func (h *fixture) booked() []string {
	var lines []string
	for _, e := range h.store.Ledger() {
		lines = append(lines, fmt.Sprintf("%s %d+%d %s", e.Kind, e.Amount, e.Tax, e.OccurredAt.Sub(t0)))
	}
	return lines
}

func (h *fixture) wantBooked(t *testing.T, want ...string) {
	t.Helper()
	if got := h.booked(); !slices.Equal(got, want) {
		t.Errorf("booked\n%q, want\n%q", got, want)
	}
}

func TestAPaymentIsBookedNetOfTax(t *testing.T) {
	h := newHouse(t)
	i := h.paid(t, 239)
	h.event(t, "charge.succeeded", i.ChargeID)
	h.event(t, "invoice.paid", i.ID)
	h.wantBooked(t, "payment 1261+239 0s")
	e := h.store.Ledger()[0]
	if e.ProviderSubID != i.SubscriptionID || e.SubscriptionID == 0 || e.InvoiceID != i.ID || e.ChargeID != i.ChargeID || e.Interval != "month" ||
		e.IntervalCount != 1 || e.UserID != 42 || e.Currency != "usd" || !e.RecordedAt.Equal(t0) {
		t.Errorf("%+v", e)
	}
}

// Parts of a refund add up to the whole, also to the cent of the tax.
func TestARefundInParts(t *testing.T) {
	h := newHouse(t)
	i := h.paid(t, 239)
	for range 3 {
		h.advance(time.Hour)
		h.provider.Refund(i.ChargeID, 500)
		h.event(t, "charge.refunded", i.ChargeID)
	}
	h.wantBooked(t, "payment 1261+239 0s", "refund -420+-80 1h0m0s", "refund -421+-79 2h0m0s", "refund -420+-80 3h0m0s")
}

func TestARefundThatFails(t *testing.T) {
	h := newHouse(t)
	i := h.paid(t, 0)
	h.advance(time.Hour)
	h.provider.Refund(i.ChargeID, 500)
	h.advance(time.Hour)
	h.provider.FailRefund(i.ChargeID)
	h.event(t, "charge.refund.updated", i.ChargeID) // of the refund nothing was heard before
	h.wantBooked(t, "payment 1500+0 0s", "refund -500+0 1h0m0s", "refund_failed 500+0 2h0m0s")
}

// A dispute is booked when it is lost, when its money was taken.
func TestDisputes(t *testing.T) {
	for _, won := range []bool{true, false} {
		h := newHouse(t)
		i := h.paid(t, 239)
		h.advance(time.Hour)
		h.provider.Dispute(i.ChargeID, 1500)
		h.event(t, "charge.dispute.created", i.ChargeID)
		h.wantBooked(t, "payment 1261+239 0s")
		h.advance(time.Hour)
		h.provider.Decide(i.ChargeID, won)
		h.event(t, "charge.dispute.closed", i.ChargeID)
		want := []string{"payment 1261+239 0s", "dispute_lost -1261+-239 1h0m0s"}
		if won {
			want = want[:1]
		}
		h.wantBooked(t, want...)
	}
}

// The news of a refund come before any of the subscription.
func TestARefundBringsItsInvoice(t *testing.T) {
	h := newHouse(t)
	r, err := h.StartCheckout(t.Context(), h.order(42, h.plan(t).ID, ""))
	must(t, err)
	id := h.provider.Pay(r.Checkout.SessionID)
	i := h.taxed(t, id, 300)
	h.provider.Refund(i.ChargeID, 1500)
	h.event(t, "charge.refunded", i.ChargeID)
	h.wantBooked(t, "payment 1200+300 0s", "refund -1200+-300 0s")
	if !h.state(t, 42).Access {
		t.Error("the subscription is missing")
	}
}

func TestAChargeWithoutAnInvoice(t *testing.T) {
	h := newHouse(t)
	h.subscribe(t, 42, h.plan(t).ID, "")
	h.provider.PutCharge(billing.ProviderCharge{
		ID: "ch_own", CustomerID: h.customer(t, 42), Status: billing.ChargeSucceeded, Currency: "usd", Amount: 900, Captured: 700, CreatedAt: t0,
		Refunds: []billing.Refund{{ProviderID: "re_own", Amount: 100, Status: billing.RefundSucceeded, CreatedAt: t0}},
	})
	h.event(t, "charge.succeeded", "ch_own")
	h.wantBooked(t, "payment 1500+0 0s", "payment 700+0 0s", "refund -100+0 0s")
	h.provider.PutCharge(billing.ProviderCharge{ID: "ch_foreign", CustomerID: "cus_foreign", Status: billing.ChargeSucceeded, Captured: 5})
	h.event(t, "charge.succeeded", "ch_foreign")
	if n := len(h.booked()); n != 3 {
		t.Errorf("%d entries: another installation's charge is booked", n)
	}
}

// The provider tells of a refund or a dispute by its own id.
func TestRefundsAndDisputesAreFetchedWithTheirCharge(t *testing.T) {
	for _, kind := range []string{"refund.created", "charge.refund.updated", "charge.dispute.created"} {
		h := newHouse(t)
		i := h.paid(t, 0)
		h.provider.Refund(i.ChargeID, 100)
		eventIDs++
		must(t, h.ReceiveEvent(t.Context(), billing.Event{ID: "evt_" + lastEvent(), Type: kind, ObjectID: "re_or_dp", ChargeID: i.ChargeID}))
		h.work(t)
		if n := len(h.booked()); n != 2 {
			t.Errorf("%s: %d entries", kind, n)
		}
	}
}

// invoiceKinds returns the published kinds of invoice events with their times.
func (h *fixture) invoiceKinds() []string {
	var kinds []string
	for _, p := range h.store.Published() {
		if e, ok := p.(billingv1.InvoiceEvent); ok {
			kinds = append(kinds, fmt.Sprint(e.Kind, " ", e.At.Sub(t0)))
		}
	}
	return kinds
}

func TestInvoiceEvents(t *testing.T) {
	h := newHouse(t)
	i := h.paid(t, 0)
	h.advance(month)
	renewal := h.provider.Renew(i.SubscriptionID, false)
	failed, err := h.provider.Invoice(t.Context(), renewal)
	must(t, err)
	h.event(t, "invoice.payment_failed", renewal)
	h.event(t, "charge.failed", failed.ChargeID)
	failed.ActionRequired = true
	h.provider.PutInvoice(failed)
	h.advance(time.Hour)
	h.event(t, "invoice.payment_action_required", renewal)
	h.event(t, "invoice.updated", renewal)
	h.advance(time.Hour)
	failed.Status, failed.UncollectibleAt, failed.ActionRequired = billing.InvoiceUncollectible, new(h.clock()), false
	h.provider.PutInvoice(failed)
	h.event(t, "invoice.marked_uncollectible", renewal)
	failed.Status, failed.VoidedAt = billing.InvoiceVoid, new(h.clock())
	h.provider.PutInvoice(failed)
	h.event(t, "invoice.voided", renewal)
	h.provider.Refund(i.ChargeID, 100)
	h.provider.Dispute(i.ChargeID, 200)
	h.event(t, "charge.refunded", i.ChargeID)
	h.event(t, "charge.refunded", i.ChargeID)
	want := []string{
		"finalized 0s", "paid 0s", "finalized 744h0m0s", "payment_failed 744h0m0s", "action_required 745h0m0s", "uncollectible 746h0m0s",
		"voided 746h0m0s", "refunded 746h0m0s", "disputed 746h0m0s",
	}
	if got := h.invoiceKinds(); !slices.Equal(got, want) {
		t.Errorf("told\n%q, want\n%q", got, want)
	}
	for _, p := range h.store.Published() {
		e, ok := p.(billingv1.InvoiceEvent)
		if ok && (e.UserID != 42 || e.Version == 0 || e.Invoice.StripeInvoiceID == "" || e.Invoice.SubscriptionID == nil) {
			t.Errorf("%+v", e)
		}
	}
}

// What is booked is published once, with the id that it has in the ledger.
func TestTheLedgerIsPublished(t *testing.T) {
	h := newHouse(t)
	i := h.paid(t, 239)
	h.provider.Refund(i.ChargeID, 500)
	h.event(t, "charge.refunded", i.ChargeID)
	h.event(t, "charge.refunded", i.ChargeID)
	var published []billingv1.LedgerEntry
	for _, p := range h.store.Published() {
		if e, ok := p.(billingv1.LedgerEntry); ok {
			published = append(published, e)
		}
	}
	ledger := h.store.Ledger()
	if len(published) != 2 || len(ledger) != 2 {
		t.Fatalf("published %+v", published)
	}
	for n, e := range published {
		if e.ID != ledger[n].ID || e.Amount != ledger[n].Amount || e.Tax != ledger[n].Tax || e.Version == 0 || *e.SubscriptionID != ledger[n].SubscriptionID {
			t.Errorf("published %+v, booked %+v", e, ledger[n])
		}
	}
	if *published[1].StripeChargeID != i.ChargeID || published[1].StripeRefundID == nil || published[0].StripeRefundID != nil {
		t.Errorf("%+v", published[1])
	}
}

// A change of an invoice that is older than those in the account is no news of a new one.
func TestAnOldInvoiceIsNotNew(t *testing.T) {
	h := newHouse(t)
	i := h.paid(t, 0)
	for range 14 {
		h.advance(month)
		h.provider.Renew(i.SubscriptionID, true)
		h.event(t, "customer.subscription.updated", i.SubscriptionID)
	}
	before := len(h.store.Published())
	h.event(t, "invoice.updated", i.ID)
	if after := h.store.Published(); len(after) != before {
		t.Errorf("told %+v", after[before:])
	}
}

// An invoice that was stored before there was a ledger is booked when it is fetched again.
func TestAnInvoiceFromBeforeTheLedgerIsBooked(t *testing.T) {
	h := newHouse(t)
	r, err := h.StartCheckout(t.Context(), h.order(42, h.plan(t).ID, ""))
	must(t, err)
	id := h.provider.Pay(r.Checkout.SessionID)
	i := h.taxed(t, id, 239)
	must(t, h.store.Tx(t.Context(), func(ctx context.Context, tx billing.Tx) error {
		return tx.SaveInvoice(ctx, &billing.Invoice{ProviderID: i.ID, UserID: 42, SubscriptionID: id, Status: billing.InvoicePaid, Paid: 1500, IssuedAt: t0})
	}))
	h.event(t, "customer.subscription.created", id)
	h.event(t, "invoice.paid", i.ID)
	h.wantBooked(t, "payment 1261+239 0s")
}

// The news of a charge that has paid an invoice bring the paid invoice, although it is stored as open.
func TestAChargeBringsItsPaidInvoice(t *testing.T) {
	h := newHouse(t)
	i := h.paid(t, 0)
	h.advance(month)
	renewal := h.provider.Renew(i.SubscriptionID, false)
	h.event(t, "invoice.payment_failed", renewal)
	h.advance(time.Hour)
	h.provider.Confirm(renewal)
	paid, err := h.provider.Invoice(t.Context(), renewal)
	must(t, err)
	h.event(t, "charge.succeeded", paid.ChargeID)
	h.wantBooked(t, "payment 1500+0 0s", "payment 1500+0 745h0m0s")
}
