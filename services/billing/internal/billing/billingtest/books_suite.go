package billingtest

import (
	"context"
	"testing"
	"time"

	"muster/libs/contracts/billingv1"
	"muster/services/billing/internal/billing"
)

func chargesKept(t *testing.T, h StoreHarness) {
	c := billing.Charge{UserID: 1, ProviderCharge: billing.ProviderCharge{
		ID: "ch_1", CustomerID: "cus_1", InvoiceID: "in_1", Status: billing.ChargeSucceeded, Currency: "usd", Amount: 1500, Captured: 1400, Refunded: 200, Disputed: true,
		FailureCode: "card_declined", CreatedAt: T0,
		Refunds: []billing.Refund{
			{ProviderID: "re_2", Amount: 100, Status: billing.RefundFailed, Reason: "duplicate", CreatedAt: *later(time.Hour), ReturnedAt: later(2 * time.Hour)},
			{ProviderID: "re_1", Amount: 200, Status: billing.RefundSucceeded, CreatedAt: *later(time.Hour)},
		},
		Disputes: []billing.Dispute{{
			ProviderID: "dp_1", Amount: 300, Status: billing.DisputeLost, Reason: "fraudulent", CreatedAt: *later(3 * time.Hour),
			WithdrawnAt: later(4 * time.Hour), ReinstatedAt: later(5 * time.Hour),
		}},
	}}
	save := func() {
		t.Helper()
		in(t, h.Store, func(ctx context.Context, tx billing.Tx) {
			must(t, tx.SaveCharge(ctx, &c))
			got, err := tx.Charge(ctx, "ch_1")
			must(t, err)
			equal(t, got, c)
			_, err = tx.Charge(ctx, "ch_2")
			wantErr(t, err, billing.ErrChargeNotFound)
		})
	}
	save()
	id := c.ID
	c.InvoiceID, c.Status, c.Currency, c.Amount, c.Captured, c.FailureCode, c.CreatedAt = "in_2", billing.ChargeFailed, "eur", 1, 2, "x", *later(1)
	c.Refunded, c.Disputed = 3, false
	c.Refunds = []billing.Refund{
		{ProviderID: "re_2", Amount: 101, Status: billing.RefundSucceeded, Reason: "x", CreatedAt: *later(2 * time.Hour), ReturnedAt: later(3 * time.Hour)},
		c.Refunds[1],
		{ProviderID: "re_3", Amount: 5, Status: billing.RefundSucceeded, CreatedAt: T0},
	}
	c.Disputes = []billing.Dispute{{
		ProviderID: "dp_1", Amount: 301, Status: billing.DisputeWon, Reason: "x", CreatedAt: T0, WithdrawnAt: later(time.Hour), ReinstatedAt: later(2 * time.Hour),
	}}
	c.CreatedAt = *later(time.Hour)
	save()
	equal(t, c.ID, id)

	invoice := billing.Invoice{ProviderID: "in_1", UserID: 1, Status: billing.InvoicePaid, IssuedAt: T0, Lines: []billing.InvoiceLine{}}
	in(t, h.Store, func(ctx context.Context, tx billing.Tx) {
		_, err := tx.Invoice(ctx, "in_1")
		wantErr(t, err, billing.ErrInvoiceNotFound)
		must(t, tx.SaveInvoice(ctx, &invoice))
		got, err := tx.Invoice(ctx, "in_1")
		must(t, err)
		equal(t, got, invoice)
	})
	got, err := h.Store.Invoice(t.Context(), "in_1")
	must(t, err)
	equal(t, got, invoice)
	got, err = h.Store.InvoiceByID(t.Context(), invoice.ID)
	must(t, err)
	equal(t, got, invoice)
	_, err = h.Store.InvoiceByID(t.Context(), invoice.ID+1000)
	wantErr(t, err, billing.ErrInvoiceNotFound)
	_, err = h.Store.Invoice(t.Context(), "in_2")
	wantErr(t, err, billing.ErrInvoiceNotFound)
}

// sampleEntry is an entry with every member set.
func sampleEntry(key string) billing.LedgerEntry {
	return billing.LedgerEntry{
		Key: key, UserID: 1, Kind: billingv1.EntryRefund, Amount: -1000, Tax: -190, Currency: "usd", SubscriptionID: 7, ProviderSubID: "sub_1",
		InvoiceID: "in_1", ChargeID: "ch_1", RefundID: "re_1", DisputeID: "dp_1", Interval: "month", IntervalCount: 3, OccurredAt: T0,
		RecordedAt: *later(time.Hour),
	}
}

func bookedOnce(t *testing.T, h StoreHarness) {
	book := func(entries ...billing.LedgerEntry) (booked []billing.LedgerEntry) {
		t.Helper()
		in(t, h.Store, func(ctx context.Context, tx billing.Tx) {
			var err error
			booked, err = tx.Book(ctx, entries...)
			must(t, err)
		})
		return booked
	}
	first := book(sampleEntry("a"), billing.LedgerEntry{Key: "b", UserID: 1, Kind: billingv1.EntryPayment, Amount: 5, Currency: "usd", OccurredAt: T0, RecordedAt: T0})
	if len(first) != 2 || first[0].ID == 0 || first[1].ID <= first[0].ID {
		t.Fatalf("booked %+v", first)
	}
	changed := sampleEntry("a")
	changed.Amount = 1
	second := book(changed, sampleEntry("c"))
	if len(second) != 1 || second[0].Key != "c" || second[0].ID <= first[1].ID {
		t.Errorf("booked %+v", second)
	}
}

func finalInvoices(t *testing.T, h StoreHarness) {
	in(t, h.Store, func(ctx context.Context, tx billing.Tx) {
		for n, status := range []billing.InvoiceStatus{billing.InvoicePaid, billing.InvoiceOpen, billing.InvoiceUncollectible, billing.InvoiceDraft, billing.InvoiceVoid} {
			i := billing.Invoice{ProviderID: "in_" + string(status), UserID: 1, SubscriptionID: "sub_1", Status: status, IssuedAt: *later(-time.Duration(n) * time.Hour)}
			must(t, tx.SaveInvoice(ctx, &i))
		}
		must(t, tx.SaveInvoice(ctx, &billing.Invoice{ProviderID: "in_other", UserID: 2, SubscriptionID: "sub_2", Status: billing.InvoicePaid, IssuedAt: T0}))
		must(t, tx.SaveInvoice(ctx, &billing.Invoice{ProviderID: "in_none", UserID: 1, Status: billing.InvoicePaid, IssuedAt: T0}))
		found, err := tx.FinalInvoices(ctx, 1)
		must(t, err)
		var ids []string
		for _, i := range found {
			ids = append(ids, i.ProviderID)
		}
		equal(t, ids, []string{"in_uncollectible", "in_open", "in_paid"})
	})
}
