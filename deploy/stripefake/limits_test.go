package stripefake_test

import (
	"net/http"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// limits try the lines of LIMITS.md by their first words.
var limits = map[string]func(t *testing.T, w *world){
	"Other routes": func(_ *testing.T, w *world) {
		for _, path := range []string{
			"setup_intents", "payment_intents", "payment_intents/pi_x/confirm", "subscription_schedules", "quotes", "payment_links", "credit_notes",
			"payouts", "transfers", "files", "webhook_endpoints", "accounts",
		} {
			w.refused(404, "POST", "/v1/"+path)
		}
		w.refused(404, "GET", "/v1/customers/search", "query", "email:'x'")
	},
	"Other payment methods": func(_ *testing.T, w *world) {
		w.refused(400, "POST", "/v1/payment_methods", "type", "sepa_debit", "sepa_debit[iban]", "DE89370400440532013000")
		w.refused(402, "POST", "/v1/payment_methods", "type", "card", "card[number]", "4111111111111111", "card[exp_month]", "1", "card[exp_year]", "2040")
	},
	"One account": func(t *testing.T, w *world) {
		equal(t, "status", w.call("GET", "/v1/customers", http.Header{"Stripe-Account": {"acct_x"}}).status, 400)
	},
	"One API version": func(t *testing.T, w *world) {
		equal(t, "status", w.call("GET", "/v1/customers", http.Header{"Stripe-Version": {"2024-06-20"}}).status, 400)
	},
	"One clock": func(t *testing.T, w *world) {
		sub := w.subscribe(w.payer(), w.price(1500, "month"))
		end := sub.int("current_period_end")
		w.refused(400, "POST", "/v1/test_helpers/test_clocks", "frozen_time", "5")
		w.post("/v1/test_helpers/test_clocks", "frozen_time", strconv.FormatInt(end+7200, 10))
		if got := w.get("/v1/subscriptions/" + sub.text("id")).int("current_period_start"); got != end {
			t.Errorf("the period begins at %d, want %d", got, end)
		}
	},
	"No automatic tax": func(t *testing.T, w *world) {
		w.refused(400, "POST", "/v1/subscriptions", "customer", w.payer(), "items[0][price]", w.price(1500, "month"), "automatic_tax[enabled]", "true")
		price := w.price(1500, "month")
		equal(t, "stored", w.post("/v1/prices/"+price, "tax_behavior", "inclusive").text("tax_behavior"), "inclusive")
		equal(t, "tax", w.latestInvoice(w.subscribe(w.payer(), price).text("id")).at("tax"), nil)
	},
	"No metered and tiered prices": func(t *testing.T, w *world) {
		w.refused(400, "POST", "/v1/prices", "product_data[name]", "x", "currency", "usd", "unit_amount", "1", "recurring[interval]", "month", "recurring[usage_type]", "metered")
		w.refused(400, "POST", "/v1/prices", "product_data[name]", "x", "currency", "usd", "billing_scheme", "tiered", "tiers_mode", "graduated")
		e := w.refused(400, "POST", "/v1/subscriptions", "customer", w.payer(), "items[0][price_data][currency]", "usd", "items[0][price_data][product]", "x",
			"items[0][price_data][recurring][interval]", "month")
		equal(t, "param", e.text("param"), "items[0][price_data]")
	},
	"No discounts of customers": func(t *testing.T, w *world) {
		coupon := w.post("/v1/coupons", "percent_off", "10").text("id")
		w.refused(400, "POST", "/v1/customers", "coupon", coupon)
		sub := w.subscribe(w.payer(), w.price(1500, "month"), "trial_period_days", "3", "coupon", coupon)
		other := w.post("/v1/coupons", "percent_off", "20").text("id")
		equal(t, "replaced", w.post("/v1/subscriptions/"+sub.text("id"), "coupon", other).text("discount.coupon.id"), other)
	},
	"Checkout sells subscriptions": func(_ *testing.T, w *world) {
		price := w.price(1500, "month")
		for _, mode := range []string{"payment", "setup"} {
			w.refused(400, "POST", "/v1/checkout/sessions", "mode", mode, "success_url", "https://app.test/", "line_items[0][price]", price)
		}
		w.refused(400, "POST", "/v1/checkout/sessions", "mode", "subscription", "ui_mode", "embedded", "success_url", "https://app.test/", "line_items[0][price]", price)
	},
	"The portal": func(t *testing.T, w *world) {
		sub := w.subscribe(w.payer(), w.price(1500, "month"))
		page := w.post("/v1/billing_portal/sessions", "customer", sub.text("customer")).text("url")
		equal(t, "another action", w.click(page, "action", "upgrade", "subscription", sub.text("id")).status, 400)
		w.click(page, "action", "cancel", "subscription", sub.text("id"))
		equal(t, "cancelled", w.get("/v1/subscriptions/"+sub.text("id")).bool("cancel_at_period_end"), true)
	},
	"Minimum amounts": func(t *testing.T, w *world) { equal(t, "paid", paidIn(w, "ars", "10").int("amount_paid"), 10) },
	"The maximum amount": func(_ *testing.T, w *world) {
		w.refused(400, "POST", "/v1/prices", "product_data[name]", "x", "currency", "idr", "unit_amount", "100000000")
	},
	"No proration at `cancel_at`": func(t *testing.T, w *world) {
		sub := w.subscribe(w.payer(), w.price(1500, "month"))
		middle := (sub.int("current_period_start") + sub.int("current_period_end")) / 2
		w.post("/v1/subscriptions/"+sub.text("id"), "cancel_at", strconv.FormatInt(middle, 10))
		w.advanceTo(middle)
		equal(t, "status", w.get("/v1/subscriptions/"+sub.text("id")).text("status"), "canceled")
		equal(t, "items", len(w.get("/v1/invoiceitems").list("data")), 0)
	},
	"The lines of an upcoming invoice": func(t *testing.T, w *world) {
		payer := w.payer()
		params := []string{"customer", payer}
		for n := range 11 {
			params = append(params, "items["+strconv.Itoa(n)+"][price]", w.price(1500, "month"))
		}
		sub := w.post("/v1/subscriptions", params...)
		upcoming := w.get("/v1/invoices/upcoming", "subscription", sub.text("id"))
		equal(t, "lines", len(upcoming.list("lines.data")), 10)
		equal(t, "more", upcoming.bool("lines.has_more"), true)
		equal(t, "total", upcoming.int("total"), 11*1500)
		w.refused(404, "GET", "/v1/invoices/upcoming/lines", "subscription", sub.text("id"))
	},
	"No mail, no PDF": func(t *testing.T, w *world) {
		in := w.latestInvoice(w.subscribe(w.payer(), w.price(1500, "month")).text("id"))
		if page := w.open(in.text("invoice_pdf")); !strings.Contains(page.body, "<html") {
			t.Error("the PDF is no page")
		}
	},
	"No rate limit": func(t *testing.T, w *world) {
		for range 200 {
			w.get("/v1/customers")
		}
		w.control("POST", "/_fake/faults", `{"status":429}`)
		equal(t, "code", w.refused(429, "GET", "/v1/customers").text("code"), "rate_limit")
	},
	"No fees": func(t *testing.T, w *world) {
		in := w.latestInvoice(w.subscribe(w.payer(), w.price(1500, "month")).text("id"))
		equal(t, "balance transaction", w.get("/v1/charges/"+in.text("charge")).at("balance_transaction"), nil)
	},
	"No inquiries": func(t *testing.T, w *world) {
		w.refused(404, "POST", "/v1/payment_methods/pm_card_createDisputeInquiry/attach", "customer", w.payer())
	},
	"Webhooks": func(t *testing.T, w *world) {
		w.refused(404, "POST", "/v1/webhook_endpoints", "url", "https://app.test/")
		tries := 0
		w.endpoint.answerWith(func(delivery) int {
			if tries++; tries == 1 {
				return http.StatusInternalServerError
			}
			return http.StatusOK
		})
		w.post("/v1/customers")
		equal(t, "repeated", len(w.events()), 1)
	},
}

// paidIn returns the paid invoice of a subscription that costs an amount of a currency.
func paidIn(w *world, currency, amount string) object {
	w.t.Helper()
	product := w.post("/v1/products", "name", "Pro").text("id")
	price := w.post("/v1/prices", "product", product, "currency", currency, "unit_amount", amount, "recurring[interval]", "month").text("id")
	return w.latestInvoice(w.subscribe(w.payer(), price).text("id"))
}

func TestEveryLimitIsTrue(t *testing.T) {
	page, err := os.ReadFile("LIMITS.md")
	if err != nil {
		t.Fatal(err)
	}
	lines := regexp.MustCompile(`(?m)^- \*\*([^*]+)\*\*`).FindAllStringSubmatch(string(page), -1)
	if len(lines) != len(limits) || len(lines) != strings.Count(string(page), "\n- ") {
		t.Errorf("%d lines, %d are tried", strings.Count(string(page), "\n- "), len(limits))
	}
	for _, line := range lines {
		try, ok := limits[line[1]]
		if !ok {
			t.Errorf("nothing tries %q", line[1])
			continue
		}
		t.Run(line[1], func(t *testing.T) { try(t, newWorld(t)) })
	}
}
