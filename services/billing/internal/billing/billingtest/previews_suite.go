package billingtest

import (
	"testing"
	"time"

	"muster/services/billing/internal/billing"
)

func previews(t *testing.T, h StoreHarness) {
	ctx := t.Context()
	p := billing.ChangePreview{
		ID: "preview-1", UserID: 1, PlanID: 3, Basis: "basis", AmountDueNow: 750, NextAmount: 3000, NextDate: later(time.Hour), ExpiresAt: T0,
		Change: billing.Change{SubscriptionID: "sub_1", ItemID: "si_1", PriceID: "price_1", Quantity: 2, ProrationDate: *later(time.Minute)},
	}
	must(t, h.Store.AddPreview(ctx, p))
	got, err := h.Store.Preview(ctx, 1, p.ID)
	must(t, err)
	equal(t, got, p)
	must(t, h.Store.BeginChange(ctx, p.ID))
	got, err = h.Store.Preview(ctx, 1, p.ID)
	must(t, err)
	equal(t, got.Begun, true)
	must(t, h.Store.AwaitPayment(ctx, p.ID, "in_1"))
	got, err = h.Store.Preview(ctx, 1, p.ID)
	must(t, err)
	p.Begun, p.InvoiceID = true, "in_1"
	equal(t, got, p)
	_, err = h.Store.Preview(ctx, 2, p.ID) // another user's
	wantErr(t, err, billing.ErrPreviewStale)
	must(t, h.Store.PurgePreviews(ctx, T0))
	_, err = h.Store.Preview(ctx, 1, p.ID)
	must(t, err)
	must(t, h.Store.PurgePreviews(ctx, *later(time.Second)))
	_, err = h.Store.Preview(ctx, 1, p.ID)
	wantErr(t, err, billing.ErrPreviewStale)
}
