package stripefake_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestCheckoutPaid(t *testing.T) {
	w := newWorld(t)
	coupon := w.post("/v1/coupons", "percent_off", "20", "duration", "once").text("id")
	promotion := w.post("/v1/promotion_codes", "coupon", coupon, "code", "SUMMER20").text("id")
	session := w.checkout(w.price(1500, "month"), "discounts[0][promotion_code]", promotion,
		"subscription_data[metadata][user]", "7", "client_reference_id", "7")
	id := session.text("id")
	equal(t, "amount_total", session.int("amount_total"), 1200)
	equal(t, "status", session.text("status"), "open")
	w.events()

	shown := w.open(session.text("url"))
	for _, part := range []string{"Pro × 1", "15.00 USD / month", "-3.00 USD", "12.00 USD", "Card is declined", "Back"} {
		if !strings.Contains(shown.body, part) {
			t.Errorf("the page does not show %q", part)
		}
	}
	done := w.click(session.text("url"), "outcome", "pay")
	equal(t, "status of the click", done.status, http.StatusSeeOther)
	equal(t, "location", done.location, "http://shop.test/ok?session="+id)

	// The page redirects only after the webhooks are acknowledged.
	received := w.endpoint.take()
	want := []string{
		"customer.discount.created", "customer.discount.deleted", "customer.subscription.created", "invoice.created",
		"invoice.finalized", "payment_intent.succeeded", "invoice.paid", "invoice.payment_succeeded",
		"customer.subscription.updated", "checkout.session.completed",
	}
	got := slices.DeleteFunc(kinds(received), func(k string) bool { return !slices.Contains(want, k) })
	if !slices.Equal(got, want) {
		t.Errorf("events %v, want %v", got, want)
	}

	session = w.get("/v1/checkout/sessions/"+id, "expand[]", "subscription.latest_invoice", "expand[]", "line_items")
	equal(t, "status", session.text("status"), "complete")
	equal(t, "payment_status", session.text("payment_status"), "paid")
	equal(t, "url", session.at("url"), nil)
	equal(t, "line item", session.text("line_items.data.0.description"), "Pro")
	sub := object(session.at("subscription").(map[string]any))
	equal(t, "subscription status", sub.text("status"), "active")
	equal(t, "metadata", sub.text("metadata.user"), "7")
	equal(t, "discount of a coupon for once", sub.at("discount"), nil)
	equal(t, "amount_paid", sub.int("latest_invoice.amount_paid"), 1200)
	equal(t, "discount_amounts", sub.int("latest_invoice.lines.data.0.discount_amounts.0.amount"), 300)
	equal(t, "times_redeemed", w.get("/v1/promotion_codes/"+promotion).int("times_redeemed"), 1)

}

func TestCheckoutAgainLeadsToSuccess(t *testing.T) {
	w := newWorld(t)
	session := w.checkout(w.price(1500, "month"))
	w.click(session.text("url"))
	again := w.click(session.text("url"))
	equal(t, "status", again.status, http.StatusSeeOther)
	equal(t, "subscriptions", len(w.get("/v1/subscriptions").list("data")), 1)
	if shown := w.open(session.text("url")); !strings.Contains(shown.body, "complete") {
		t.Error("the page of a complete session does not say so")
	}
}

func TestCheckoutDeclinedThenPaid(t *testing.T) {
	w := newWorld(t)
	session := w.checkout(w.price(1500, "month"))
	declined := w.click(session.text("url"), "outcome", "decline")
	equal(t, "status", declined.status, http.StatusOK)
	if !strings.Contains(declined.body, "declined. Try another") {
		t.Error("the page does not say that the card was declined")
	}
	if got := only(w.events(), "invoice.payment_failed"); len(got) != 1 {
		t.Errorf("%d invoice.payment_failed, want 1", len(got))
	}
	sub := w.get("/v1/subscriptions").list("data")[0].(map[string]any)
	equal(t, "status", sub["status"], any("incomplete"))
	equal(t, "session status", w.get("/v1/checkout/sessions/"+session.text("id")).text("status"), "open")

	w.click(session.text("url"), "outcome", "pay")
	done := w.get("/v1/checkout/sessions/" + session.text("id"))
	equal(t, "status", done.text("status"), "complete")
	equal(t, "subscription", done.text("subscription"), sub["id"].(string))
	equal(t, "subscription status", w.get("/v1/subscriptions/"+done.text("subscription")).text("status"), "active")
}

func TestCheckoutBack(t *testing.T) {
	w := newWorld(t)
	session := w.checkout(w.price(1500, "month"))
	back := w.click(session.text("url"), "outcome", "cancel")
	equal(t, "status", back.status, http.StatusSeeOther)
	equal(t, "location", back.location, "http://shop.test/back")
	equal(t, "session", w.get("/v1/checkout/sessions/"+session.text("id")).text("status"), "open")
}

func TestCheckoutTrial(t *testing.T) {
	w := newWorld(t)
	session := w.checkout(w.price(1500, "month"), "subscription_data[trial_period_days]", "14")
	equal(t, "amount_total", session.int("amount_total"), 0)
	if shown := w.open(session.text("url")); !strings.Contains(shown.body, "Free until") {
		t.Error("the page does not show the trial")
	}
	w.click(session.text("url"))
	done := w.get("/v1/checkout/sessions/"+session.text("id"), "expand[]", "subscription.latest_invoice")
	equal(t, "payment_status", done.text("payment_status"), "no_payment_required")
	equal(t, "status", done.text("subscription.status"), "trialing")
	equal(t, "trial", done.int("subscription.trial_end")-done.int("subscription.trial_start"), 14*24*60*60)
	equal(t, "invoice", done.text("subscription.latest_invoice.status"), "paid")
	equal(t, "payment intent", done.at("subscription.latest_invoice.payment_intent"), nil)
}

func TestCheckoutWithoutCustomer(t *testing.T) {
	w := newWorld(t)
	session := w.post("/v1/checkout/sessions", "mode", "subscription", "line_items[0][price]", w.price(1500, "month"),
		"success_url", "http://shop.test/ok")
	w.click(session.text("url"), "email", "new@example.com")
	done := w.get("/v1/checkout/sessions/"+session.text("id"), "expand[]", "customer")
	equal(t, "email", done.text("customer.email"), "new@example.com")
	equal(t, "details", done.text("customer_details.email"), "new@example.com")
}

func TestCheckoutExpires(t *testing.T) {
	w := newWorld(t)
	price := w.price(1500, "month")
	byCall, byClock := w.checkout(price), w.checkout(price)
	w.events()
	w.post("/v1/checkout/sessions/" + byCall.text("id") + "/expire")
	w.refused(400, "POST", "/v1/checkout/sessions/"+byCall.text("id")+"/expire")
	w.advance(25 * time.Hour)
	equal(t, "status", w.get("/v1/checkout/sessions/"+byClock.text("id")).text("status"), "expired")
	expired := only(w.events(), "checkout.session.expired")
	equal(t, "events", len(expired), 2)
	equal(t, "time of the event", expired[1].event.int("created"), byClock.int("expires_at"))
	equal(t, "page", w.click(byClock.text("url")).status, http.StatusOK)
	equal(t, "subscriptions", len(w.get("/v1/subscriptions", "status", "all").list("data")), 0)
}

func TestCheckoutOfUsedUpPromotion(t *testing.T) {
	w := newWorld(t)
	price := w.price(1500, "month")
	coupon := w.post("/v1/coupons", "percent_off", "20").text("id")
	promotion := w.post("/v1/promotion_codes", "coupon", coupon, "max_redemptions", "1").text("id")
	first := w.checkout(price, "discounts[0][promotion_code]", promotion)
	second := w.checkout(price, "discounts[0][promotion_code]", promotion)
	w.click(first.text("url"))
	late := w.click(second.text("url"))
	equal(t, "status", late.status, http.StatusOK)
	if !strings.Contains(late.body, "no longer available") {
		t.Error("the page does not say that the discount is gone")
	}
	equal(t, "active", w.get("/v1/promotion_codes/"+promotion).bool("active"), false)
	e := w.refused(400, "POST", "/v1/checkout/sessions", "mode", "subscription", "success_url", "http://shop.test",
		"line_items[0][price]", price, "discounts[0][promotion_code]", promotion)
	equal(t, "param", e.text("param"), "discounts[0][promotion_code]")
}

func TestCheckoutRefusals(t *testing.T) {
	w := newWorld(t)
	price := w.price(1500, "month")
	w.post("/v1/coupons", "id", "A", "percent_off", "10")
	once := w.post("/v1/prices", "product", w.post("/v1/products", "name", "Cup").text("id"), "currency", "usd",
		"unit_amount", "500").text("id")
	valid := []string{"mode", "subscription", "success_url", "http://shop.test", "line_items[0][price]", price}
	for _, c := range []struct {
		name, param string
		change      []string
	}{
		{"no mode", "mode", []string{"mode", ""}},
		{"another mode", "mode", []string{"mode", "payment"}},
		{"no success_url", "success_url", []string{"success_url", ""}},
		{"relative success_url", "success_url", []string{"success_url", "/ok"}},
		{"unknown price", "line_items[0][price]", []string{"line_items[0][price]", "price_x"}},
		{"price for once", "line_items[0][price]", []string{"line_items[0][price]", once}},
		{"quantity", "line_items[0][quantity]", []string{"line_items[0][quantity]", "many"}},
		{"unknown customer", "customer", []string{"customer", "cus_x"}},
		{"expires too soon", "expires_at", []string{"expires_at", "5"}},
		{"trial", "subscription_data[trial_period_days]", []string{"subscription_data[trial_period_days]", "-1"}},
		{"unknown coupon", "discounts[0][coupon]", []string{"discounts[0][coupon]", "x"}},
		{"two discounts", "discounts", []string{"discounts[0][coupon]", "A", "discounts[1][coupon]", "A"}},
		{"a discount and codes", "allow_promotion_codes", []string{"discounts[0][coupon]", "A", "allow_promotion_codes", "true"}},
		{"unknown parameter", "colour", []string{"colour", "red"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			params := slices.Clone(valid)
			if i := slices.Index(params, c.change[0]); i >= 0 {
				params[i+1] = c.change[1]
			} else {
				params = append(params, c.change...)
			}
			e := w.refused(400, "POST", "/v1/checkout/sessions", params...)
			equal(t, "type", e.text("type"), "invalid_request_error")
			equal(t, "param", e.text("param"), c.param)
		})
	}
}
