package stripefake_test

import (
	"net/http"
	"strings"
	"testing"
)

func TestPortal(t *testing.T) {
	w := newWorld(t)
	sub := w.subscribe(w.payer(), w.price(1500, "month"))
	portal := w.post("/v1/billing_portal/sessions", "customer", sub.text("customer"), "return_url", "http://shop.test/account")
	address := portal.text("url")
	shown := w.open(address)
	for _, part := range []string{"Pro (at 15.00 USD / month)", "ann@example.com", "Cancel", "http://shop.test/account", "-0001"} {
		if !strings.Contains(shown.body, part) {
			t.Errorf("the page does not show %q", part)
		}
	}
	w.events()
	cancelled := w.click(address, "action", "cancel", "subscription", sub.text("id"))
	equal(t, "status", cancelled.status, http.StatusSeeOther)
	equal(t, "webhooks before the answer", len(only(w.endpoint.take(), "customer.subscription.updated")), 1)
	equal(t, "cancel_at_period_end", w.get("/v1/subscriptions/"+sub.text("id")).bool("cancel_at_period_end"), true)
	if shown := w.open(address); !strings.Contains(shown.body, "Resume") {
		t.Error("the page does not offer to resume")
	}
	w.click(address, "action", "resume", "subscription", sub.text("id"))
	equal(t, "cancel_at_period_end", w.get("/v1/subscriptions/"+sub.text("id")).bool("cancel_at_period_end"), false)

	other := w.subscribe(w.payer(), w.price(1500, "month"))
	foreign := w.click(address, "action", "cancel", "subscription", other.text("id"))
	equal(t, "somebody else's subscription", foreign.status, http.StatusBadRequest)
	w.refused(400, "POST", "/v1/billing_portal/sessions", "customer", "cus_x")
}

func TestInvoicePage(t *testing.T) {
	w := newWorld(t)
	payer := w.payer()
	w.failNextPayment(payer)
	sub := w.subscribe(payer, w.price(1500, "month"), "expand[]", "latest_invoice")
	equal(t, "status", sub.text("status"), "incomplete")
	address := sub.text("latest_invoice.hosted_invoice_url")
	if declined := w.click(address, "outcome", "decline"); !strings.Contains(declined.body, "declined") {
		t.Error("the page does not say that the card was declined")
	}
	if paid := w.click(address); !strings.Contains(paid.body, "is paid") {
		t.Error("the page does not say that the invoice is paid")
	}
	equal(t, "status", w.get("/v1/subscriptions/"+sub.text("id")).text("status"), "active")
}

func TestPagesThatAreNot(t *testing.T) {
	w := newWorld(t)
	for _, path := range []string{"/c/pay/cs_x", "/p/session/bps_x", "/i/in_x"} {
		equal(t, path, w.open(w.url+path).status, http.StatusNotFound)
	}
	equal(t, "healthz", w.control("GET", "/healthz", "").text("status"), "ok")
}
