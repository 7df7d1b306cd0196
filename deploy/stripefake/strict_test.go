package stripefake_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// A 500 is kept under the idempotency key for a day, like every answer of a request that has begun to execute. Refusals
// before that are not.
func TestFailuresUnderAnIdempotencyKey(t *testing.T) {
	key := http.Header{"Idempotency-Key": {"k"}}
	for status, want := range map[int]int{500: 500, 503: 503, 429: 200, 400: 200} {
		w := newWorld(t)
		w.control("POST", "/_fake/faults", fmt.Sprintf(`{"path":"/v1/customers","status":%d}`, status))
		equal(t, "first", w.call("POST", "/v1/customers", key).status, status)
		again := w.call("POST", "/v1/customers", key)
		equal(t, fmt.Sprint("again after ", status), again.status, want)
		equal(t, "replayed", again.header.Get("Idempotent-Replayed") == "true", want != 200)
		equal(t, "with another key", w.call("POST", "/v1/customers", http.Header{"Idempotency-Key": {"l"}}).status, 200)
	}
}

// A call whose answer is lost has had its effects, once.
func TestAnAnswerIsLost(t *testing.T) {
	w := newWorld(t)
	key := http.Header{"Idempotency-Key": {"k"}}
	w.control("POST", "/_fake/faults", `{"path":"/v1/customers","method":"POST","status":500,"after":true}`)
	equal(t, "first", w.call("POST", "/v1/customers", key).status, 500)
	equal(t, "again", w.call("POST", "/v1/customers", key).status, 500)
	equal(t, "customers", len(w.get("/v1/customers").list("data")), 1)

	w.control("POST", "/_fake/faults", `{"path":"/v1/products","method":"POST","delay":"300ms","after":true}`)
	impatient := http.Client{Timeout: 30 * time.Millisecond}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, w.url+"/v1/products", strings.NewReader("name=Gold"))
	if err != nil {
		t.Fatal(err)
	}
	request.Header = http.Header{
		"Authorization": {"Bearer sk_test_123"}, "Content-Type": {"application/x-www-form-urlencoded"}, "Idempotency-Key": {"p"},
	}
	if response, err := impatient.Do(request); err == nil {
		_ = response.Body.Close()
		t.Fatal("the answer came in time")
	}
	waitFor(t, "the answer under the key", func() bool {
		return w.call("POST", "/v1/products", http.Header{"Idempotency-Key": {"p"}}, "name", "Gold").status == 200
	})
	equal(t, "products", len(w.get("/v1/products").list("data")), 1)
}

func TestWebhooksInParallel(t *testing.T) {
	w := newWorld(t)
	w.control("POST", "/_fake/webhooks", `{"mode":"normal","parallel":8}`)
	const together = 4
	var here atomic.Int32
	all := make(chan struct{})
	w.endpoint.answerWith(func(delivery) int {
		if here.Add(1) == together {
			close(all)
		}
		select {
		case <-all: // each waits for the others, so they come only in parallel
			return http.StatusOK
		case <-t.Context().Done():
			return http.StatusInternalServerError
		}
	})
	for range together {
		w.post("/v1/customers")
	}
	equal(t, "received", len(w.events()), together)
}

func TestWebhooksInAnyOrder(t *testing.T) {
	inOrder := 0
	const rounds = 10
	for range rounds {
		w := newWorld(t)
		payer, price := w.payer(), w.price(1500, "month")
		w.events()
		w.control("POST", "/_fake/webhooks", `{"mode":"shuffle"}`)
		w.subscribe(payer, price)
		got := kinds(w.events())
		if got[0] == "customer.subscription.created" && got[len(got)-1] == "customer.subscription.updated" {
			inOrder++
		}
		slices.Sort(got)
		equal(t, "one of each", slices.Contains(got, "invoice.paid") && slices.Contains(got, "charge.succeeded"), true)
	}
	if inOrder == rounds {
		t.Error("always in order")
	}
	w := newWorld(t)
	for _, mode := range []string{`{"mode":"chaos"}`, `{"mode":"normal","parallel":65}`, `{"mode":"normal","parallel":-1}`} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, w.url+"/_fake/webhooks", strings.NewReader(mode))
		if err != nil {
			t.Fatal(err)
		}
		equal(t, mode, send(t, r).status, 400)
	}
}

func TestThreeDSecureOnTheCheckoutPage(t *testing.T) {
	w := newWorld(t)
	session := w.checkout(w.price(1500, "month"))
	page := w.click(session.text("url"), "outcome", "pay", "card", "4000 0027 6000 3184")
	equal(t, "status", page.status, http.StatusOK)
	for _, part := range []string{"3-D Secure", `value="authenticate"`, `value="fail"`, "4000002760003184"} {
		if !strings.Contains(page.body, part) {
			t.Errorf("the page does not have %q", part)
		}
	}
	failed := w.click(session.text("url"), "outcome", "fail", "card", "4000002760003184")
	if failed.status != http.StatusOK || !strings.Contains(failed.body, "unable to authenticate") {
		t.Errorf("%d %s", failed.status, failed.body)
	}
	equal(t, "session", w.get("/v1/checkout/sessions/"+session.text("id")).text("status"), "open")
	done := w.click(session.text("url"), "outcome", "authenticate", "card", "4000002760003184")
	equal(t, "status", done.status, http.StatusSeeOther)
	complete := w.get("/v1/checkout/sessions/"+session.text("id"), "expand[]", "subscription")
	equal(t, "subscription", complete.text("subscription.status"), "active")
}

func TestCardNumbersOnTheCheckoutPage(t *testing.T) {
	for number, want := range map[string]string{
		"4000000000009995": "insufficient funds", "4000000000000069": "expired", "4000000000000127": "security code",
		"4242424242424241": "not one of Stripe", "4000008260003178": "3-D Secure",
	} {
		w := newWorld(t)
		page := w.click(w.checkout(w.price(1500, "month")).text("url"), "card", number)
		if page.status != http.StatusOK || !strings.Contains(page.body, want) {
			t.Errorf("%s: %d, no %q", number, page.status, want)
		}
		trial := w.checkout(w.price(1500, "month"), "subscription_data[trial_period_days]", "3")
		if page := w.click(trial.text("url"), "card", number); page.status != http.StatusOK {
			t.Errorf("%s begins a trial: %d", number, page.status)
		}
	}
}

// A card that needs to be set up once asks once.
func TestSetUpOnce(t *testing.T) {
	for card, after := range map[string]string{"4000002500003155": "active", "4000002760003184": "past_due"} {
		w := newWorld(t)
		session := w.checkout(w.price(1500, "month"))
		w.click(session.text("url"), "outcome", "authenticate", "card", card)
		sub := w.get("/v1/checkout/sessions/"+session.text("id"), "expand[]", "subscription")
		w.advanceTo(sub.int("subscription.current_period_end") + 3600)
		equal(t, card, w.get("/v1/subscriptions/"+sub.text("subscription.id")).text("status"), after)
	}
}

func TestAuthenticationOnTheInvoicesPage(t *testing.T) {
	w := newWorld(t)
	customer := w.post("/v1/customers").text("id")
	method := w.post("/v1/payment_methods/pm_card_authenticationRequiredChargeDeclinedInsufficientFunds/attach", "customer", customer).text("id")
	sub := w.subscribe(customer, w.price(1500, "month"), "default_payment_method", method, "expand[]", "latest_invoice.payment_intent")
	page := sub.text("latest_invoice.hosted_invoice_url")
	if shown := w.open(page); !strings.Contains(shown.body, `value="authenticate"`) {
		t.Error("the page does not ask")
	}
	if shown := w.click(page, "outcome", "fail"); !strings.Contains(shown.body, "unable to authenticate") {
		t.Error("the failure is not shown")
	}
	intent := w.get("/v1/payment_intents/" + sub.text("latest_invoice.payment_intent.id"))
	equal(t, "intent", intent.text("status"), "requires_payment_method")
	equal(t, "why", intent.text("last_payment_error.code"), "payment_intent_authentication_failure")
	if shown := w.click(page, "outcome", "authenticate", "card", "4000008260003178"); !strings.Contains(shown.body, "insufficient funds") {
		t.Error("the decline is not shown")
	}
	w.click(page, "card", "4242424242424242")
	equal(t, "subscription", w.get("/v1/subscriptions/"+sub.text("id")).text("status"), "active")
}

func TestRefundsOfTestCards(t *testing.T) {
	for card, states := range map[string][2]string{"pm_card_refundFail": {"succeeded", "failed"}, "pm_card_pendingRefund": {"pending", "succeeded"}} {
		w := newWorld(t)
		customer := w.post("/v1/customers").text("id")
		method := w.post("/v1/payment_methods/"+card+"/attach", "customer", customer).text("id")
		charge := w.latestInvoice(w.subscribe(customer, w.price(1500, "month"), "default_payment_method", method).text("id")).text("charge")
		refund := w.post("/v1/refunds", "charge", charge, "amount", "400")
		equal(t, card, refund.text("status"), states[0])
		w.events()
		w.advance(2 * time.Minute)
		equal(t, card+" later", w.get("/v1/refunds/"+refund.text("id")).text("status"), states[1])
		equal(t, "events", len(only(w.events(), "charge.refund.updated")), 1)
	}
}

func TestMoneyForPeople(t *testing.T) {
	w := newWorld(t)
	for currency, want := range map[string]string{"usd": "1.50 USD", "jpy": "150 JPY", "kwd": "0.150 KWD"} {
		product := w.post("/v1/products", "name", "Pro").text("id")
		price := w.post("/v1/prices", "product", product, "currency", currency, "unit_amount", "150", "recurring[interval]", "month").text("id")
		if page := w.open(w.checkout(price).text("url")); !strings.Contains(page.body, want) {
			t.Errorf("the page does not show %q", want)
		}
	}
}

// A parameter that Stripe knows and the fake does not is refused in other words than one that Stripe does not know.
func TestUnsupportedParameters(t *testing.T) {
	w := newWorld(t)
	e := w.refused(400, "POST", "/v1/subscriptions", "customer", w.payer(), "items[0][price]", w.price(1500, "month"), "transfer_data[destination]", "acct_x")
	equal(t, "code", e.text("code"), "unsupported_by_this_server")
	equal(t, "param", e.text("param"), "transfer_data")
}
