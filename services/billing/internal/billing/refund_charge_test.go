package billing_test

import (
	"testing"
	"time"

	"muster/services/billing/internal/billing"
)

func TestAnInvoiceIsRefunded(t *testing.T) {
	h := newHouse(t)
	i := h.paid(t, 239)
	stored, err := h.store.Invoice(t.Context(), i.ID)
	must(t, err)
	h.advance(time.Hour)
	order := billing.RefundOrder{InvoiceID: stored.ID, Amount: 500, Reason: "duplicate", RequestKey: "request-1"}
	first, err := h.RefundInvoice(t.Context(), order)
	must(t, err)
	again, err := h.RefundInvoice(t.Context(), order)
	must(t, err)
	if first != again || first.Amount != 500 || first.Reason != "duplicate" {
		t.Errorf("%+v, then %+v", first, again)
	}
	h.wantBooked(t, "payment 1261+239 0s", "refund -420+-80 1h0m0s")
	if _, err = h.RefundInvoice(t.Context(), billing.RefundOrder{InvoiceID: stored.ID}); err != nil { // the rest
		t.Fatal(err)
	}
	h.wantBooked(t, "payment 1261+239 0s", "refund -420+-80 1h0m0s", "refund -841+-159 1h0m0s")
	_, err = h.RefundInvoice(t.Context(), billing.RefundOrder{InvoiceID: stored.ID})
	wantErr(t, err, billing.ErrNotRefundable)
}

// The provider's own failure does not refund twice.
func TestARefundOfUnknownOutcome(t *testing.T) {
	for _, acts := range []bool{true, false} {
		h := newHouse(t)
		i := h.paid(t, 0)
		stored, err := h.store.Invoice(t.Context(), i.ID)
		must(t, err)
		h.provider.Break(1, acts)
		_, err = h.RefundInvoice(t.Context(), billing.RefundOrder{InvoiceID: stored.ID, Amount: 500, RequestKey: "request-1"})
		must(t, err)
		h.wantBooked(t, "payment 1500+0 0s", "refund -500+0 0s")
	}
}

func TestRefundsThatCannotBe(t *testing.T) {
	h := newHouse(t)
	i := h.paid(t, 0)
	stored, err := h.store.Invoice(t.Context(), i.ID)
	must(t, err)
	_, err = h.RefundInvoice(t.Context(), billing.RefundOrder{InvoiceID: stored.ID, Amount: 1501})
	wantErr(t, err, billing.ErrNotRefundable)
	_, err = h.RefundInvoice(t.Context(), billing.RefundOrder{InvoiceID: stored.ID + 1000})
	wantErr(t, err, billing.ErrInvoiceNotFound)
	for _, o := range []billing.RefundOrder{{InvoiceID: stored.ID, Amount: -1}, {InvoiceID: stored.ID, Reason: "because"}} {
		if _, err := h.RefundInvoice(t.Context(), o); err == nil {
			t.Errorf("%+v is accepted", o)
		}
	}
	h.advance(month)
	open, err := h.store.Invoice(t.Context(), func() string {
		id := h.provider.Renew(i.SubscriptionID, false)
		h.event(t, "invoice.payment_failed", id)
		return id
	}())
	must(t, err)
	_, err = h.RefundInvoice(t.Context(), billing.RefundOrder{InvoiceID: open.ID})
	wantErr(t, err, billing.ErrNotRefundable)
	h.wantBooked(t, "payment 1500+0 0s")
}
