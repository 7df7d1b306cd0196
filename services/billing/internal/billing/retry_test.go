package billing_test

import (
	"testing"

	"muster/libs/errs"
	"muster/services/billing/internal/billing"
	"muster/services/billing/internal/billing/billingtest"
)

// owed returns the id of the user's open invoice after a renewal that was declined, and the subscription's id.
func (h *fixture) owed(t *testing.T) (invoiceID int64, providerID, subscriptionID string) {
	t.Helper()
	subscriptionID = h.subscribe(t, 42, h.plan(t).ID, "")
	providerID = h.provider.Renew(subscriptionID, false)
	h.event(t, "customer.subscription.updated", subscriptionID)
	a, err := h.store.Account(t.Context(), 42)
	must(t, err)
	for _, i := range a.Invoices {
		if i.ProviderID == providerID {
			return i.ID, providerID, subscriptionID
		}
	}
	t.Fatal("the renewal has no invoice")
	return 0, "", ""
}

func TestAnInvoiceIsPaidAtOnce(t *testing.T) {
	h := newHouse(t)
	id, _, _ := h.owed(t)
	h.provider.UseByDefault(h.customer(t, 42), billingtest.DecliningOne)
	i, s, err := h.RetryInvoice(t.Context(), 42, id)
	wantErr(t, err, billing.ErrPaymentFailed)
	if errs.From(err).Detail["declineCode"] != "generic_decline" || i.Status != billing.InvoiceOpen || s.Current.Status != "past_due" {
		t.Errorf("%v: %+v", err, i)
	}
	h.provider.UseByDefault(h.customer(t, 42), billingtest.AskingCard)
	_, _, err = h.RetryInvoice(t.Context(), 42, id)
	wantErr(t, err, billing.ErrActionRequired)
	if errs.From(err).Detail["clientSecret"] == nil {
		t.Error("no secret to confirm the payment with")
	}
	h.provider.UseByDefault(h.customer(t, 42), billingtest.GoodCard)
	i, s, err = h.RetryInvoice(t.Context(), 42, id)
	must(t, err)
	if i.Status != billing.InvoicePaid || s.Current.Status != "active" || s.Version != h.state(t, 42).Version {
		t.Errorf("%+v %+v", i, s.Current)
	}
	_, _, err = h.RetryInvoice(t.Context(), 42, id)
	wantErr(t, err, billing.ErrInvoiceNotOpen)
	h.follow(t, 43)
	_, _, err = h.RetryInvoice(t.Context(), 43, id)
	wantErr(t, err, billing.ErrInvoiceNotFound)
}

func TestAnInvoiceThatIsPaidElsewhere(t *testing.T) {
	h := newHouse(t)
	id, providerID, _ := h.owed(t)
	h.provider.Confirm(providerID)
	i, s, err := h.RetryInvoice(t.Context(), 42, id)
	wantErr(t, err, billing.ErrInvoiceNotOpen)
	if i.Status != billing.InvoicePaid || s.Current.Status != "active" {
		t.Errorf("%+v %+v", i, s.Current)
	}
}

func TestTheUpcomingInvoice(t *testing.T) {
	h := newHouse(t)
	_, err := h.UpcomingInvoice(t.Context(), 42)
	wantErr(t, err, billing.ErrNoSubscription)
	h.promotion(t, "FIFTH", percent(20, billing.Forever), nil)
	h.subscribe(t, 42, h.plan(t).ID, "FIFTH")
	i, err := h.UpcomingInvoice(t.Context(), 42)
	must(t, err)
	if i.ID != 0 || i.Total != 1200 || i.Discount != 300 || len(i.Lines) != 1 {
		t.Errorf("%+v", i)
	}
	_, err = h.CancelSubscription(t.Context(), 42, billing.CancelAtPeriodEnd)
	must(t, err)
	_, err = h.UpcomingInvoice(t.Context(), 42)
	wantErr(t, err, billing.ErrNoUpcomingInvoice)
}
