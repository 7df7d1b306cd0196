package httpapi_test

import (
	"context"
	"fmt"
	"net/http"
	"testing"

	"muster/services/billing/internal/billing"
)

func TestRefunds(t *testing.T) {
	e := newEdge(t)
	e.provider.PutCharge(billing.ProviderCharge{ID: "ch_1", CustomerID: "cus_1", Status: billing.ChargeSucceeded, Currency: "usd", Amount: 900, Captured: 900, CreatedAt: now})
	invoice := billing.Invoice{ProviderID: "in_1", UserID: 42, Status: billing.InvoicePaid, ChargeID: "ch_1", Paid: 900, Total: 900, IssuedAt: now}
	must(t, e.store.Tx(t.Context(), func(ctx context.Context, tx billing.Tx) error {
		if _, err := tx.AddCustomer(ctx, 42, "cus_1"); err != nil {
			return err
		}
		return tx.SaveInvoice(ctx, &invoice)
	}))
	const path = "/api/billing/refunds"
	body := fmt.Sprintf(`{"invoiceId":%d,"amount":500,"reason":"duplicate"}`, invoice.ID)
	if w := e.ask(http.MethodPost, path, 42, body); w.Code != http.StatusForbidden {
		t.Errorf("%d", w.Code)
	}
	e.golden(e.ask(http.MethodPost, path, 1, body), http.StatusCreated, fmt.Sprintf(
		`{"stripeRefundId":"re_0001","invoiceId":%d,"amount":500,"status":"succeeded","reason":"duplicate","createdAt":"NOW"}`, invoice.ID))
	for body, status := range map[string]int{
		body: http.StatusConflict, fmt.Sprintf(`{"invoiceId":%d,"amount":0}`, invoice.ID): http.StatusBadRequest, `{"invoiceId":999}`: http.StatusNotFound,
		fmt.Sprintf(`{"invoiceId":%d,"reason":""}`, invoice.ID): http.StatusBadRequest, fmt.Sprintf(`{"invoiceId":%d,"amount":1,"reason":null}`, invoice.ID): http.StatusCreated,
	} {
		if w := e.ask(http.MethodPost, path, 1, body); w.Code != status {
			t.Errorf("%s: %d %s", body, w.Code, w.Body)
		}
	}
}
