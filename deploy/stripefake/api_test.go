package stripefake_test

import (
	"encoding/base64"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
)

func TestKeys(t *testing.T) {
	w := newWorld(t)
	basic := func(key string) string { return "Basic " + base64.StdEncoding.EncodeToString([]byte(key+":")) }
	for _, c := range []struct {
		name, authorization string
		status              int
		message             string
	}{
		{"bearer", "Bearer sk_test_1", 200, ""},
		{"restricted", "Bearer rk_test_1", 200, ""},
		{"basic", basic("sk_test_1"), 200, ""},
		{"none", "", 401, "did not provide an API key"},
		{"live", "Bearer sk_live_1", 401, "live key"},
		{"live, basic", basic("sk_live_1"), 401, "live key"},
		{"no secret", "Bearer sk_test_", 401, "Invalid API Key"},
		{"publishable", "Bearer pk_test_1", 401, "Invalid API Key"},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := w.call("GET", "/v1/customers", http.Header{"Authorization": {c.authorization}})
			equal(t, "status", a.status, c.status)
			if !strings.HasPrefix(a.header.Get("Request-Id"), "req_") {
				t.Errorf("Request-Id is %q", a.header.Get("Request-Id"))
			}
			if c.status != 200 {
				equal(t, "type", a.text("error.type"), "invalid_request_error")
				if !strings.Contains(a.text("error.message"), c.message) {
					t.Errorf("the message is %q, want %q in it", a.text("error.message"), c.message)
				}
			}
		})
	}
}

func TestRequestsThatStripeRefuses(t *testing.T) {
	w := newWorld(t)
	a := w.call("GET", "/v1/customers", http.Header{"Stripe-Version": {"2025-01-01"}})
	equal(t, "another version", a.status, 400)
	equal(t, "the version", w.call("GET", "/v1/customers", http.Header{"Stripe-Version": {"2023-10-16"}}).status, 200)
	equal(t, "JSON", w.call("POST", "/v1/customers", http.Header{"Content-Type": {"application/json"}}, "a", "b").status, 400)
	w.refused(404, "GET", "/v1/nonsense")
	w.refused(404, "PUT", "/v1/customers")

	e := w.refused(404, "GET", "/v1/customers/cus_x")
	equal(t, "code", e.text("code"), "resource_missing")
	equal(t, "message", e.text("message"), "No such customer: 'cus_x'")
	e = w.refused(400, "POST", "/v1/customers", "address[planet]", "earth")
	equal(t, "code", e.text("code"), "parameter_unknown")
	equal(t, "param", e.text("param"), "address[planet]")
	equal(t, "nothing was made", len(w.get("/v1/customers").list("data")), 0)
}

func TestCustomers(t *testing.T) {
	w := newWorld(t)
	c := w.post("/v1/customers", "email", "ann@example.com", "metadata[a]", "1", "metadata[b]", "2", "address[city]", "Rome")
	id := c.text("id")
	if !strings.HasPrefix(id, "cus_") || len(id) != 18 {
		t.Errorf("id is %q", id)
	}
	equal(t, "object", c.text("object"), "customer")
	equal(t, "city", c.text("address.city"), "Rome")
	equal(t, "livemode", c.bool("livemode"), false)
	if v, has := c["name"]; !has || v != nil {
		t.Errorf("name is %v, want null", v)
	}

	c = w.post("/v1/customers/"+id, "name", "Ann", "metadata[a]", "", "metadata[c]", "3", "address", "")
	equal(t, "name", c.text("name"), "Ann")
	equal(t, "metadata", len(c.at("metadata").(map[string]any)), 2)
	equal(t, "address", c.at("address"), nil)
	c = w.post("/v1/customers/"+id, "metadata", "")
	equal(t, "metadata", len(c.at("metadata").(map[string]any)), 0)

	sub := w.subscribe(id, w.price(0, "month"))
	equal(t, "deleted", w.del("/v1/customers/"+id).bool("deleted"), true)
	gone := w.get("/v1/customers/" + id)
	equal(t, "deleted", gone.bool("deleted"), true)
	equal(t, "members of a deleted customer", len(gone), 3)
	equal(t, "subscription", w.get("/v1/subscriptions/"+sub.text("id")).text("status"), "canceled")
	equal(t, "list", len(w.get("/v1/customers").list("data")), 0)
	w.refused(404, "POST", "/v1/customers/"+id, "name", "x")
}

func TestLists(t *testing.T) {
	w := newWorld(t)
	var ids []string
	for i := range 5 {
		ids = append(ids, w.post("/v1/customers", "email", strconv.Itoa(i)+"@example.com").text("id"))
	}
	first := w.get("/v1/customers", "limit", "2")
	equal(t, "object", first.text("object"), "list")
	equal(t, "url", first.text("url"), "/v1/customers")
	equal(t, "newest first", first.text("data.0.id"), ids[4])
	equal(t, "has_more", first.bool("has_more"), true)
	last := w.get("/v1/customers", "limit", "3", "starting_after", ids[3])
	equal(t, "after the cursor", last.text("data.0.id"), ids[2])
	equal(t, "has_more at the end", last.bool("has_more"), false)
	before := w.get("/v1/customers", "limit", "2", "ending_before", ids[1])
	equal(t, "before the cursor", before.text("data.0.id"), ids[3])
	equal(t, "has_more before", before.bool("has_more"), true)
	equal(t, "filter", w.get("/v1/customers", "email", "2@example.com").text("data.0.id"), ids[2])
	equal(t, "created", len(w.get("/v1/customers", "created[lt]", "5").list("data")), 0)
	w.refused(400, "GET", "/v1/customers", "starting_after", "cus_x")
	w.refused(400, "GET", "/v1/customers", "limit", "101")
}

func TestExpand(t *testing.T) {
	w := newWorld(t)
	sub := w.subscribe(w.payer(), w.price(1500, "month"), "expand[]", "customer", "expand[]", "latest_invoice.charge")
	equal(t, "customer", sub.text("customer.email"), "ann@example.com")
	equal(t, "charge", sub.text("latest_invoice.charge.status"), "succeeded")
	list := w.get("/v1/invoices", "expand[0]", "data.subscription.items.data.price.product")
	equal(t, "product", list.text("data.0.subscription.items.data.0.price.product.name"), "Pro")
	e := w.refused(400, "GET", "/v1/subscriptions/"+sub.text("id"), "expand[]", "colour")
	equal(t, "message", e.text("message"), "This property cannot be expanded (colour).")
}

func TestIdempotency(t *testing.T) {
	w := newWorld(t)
	key := func(k string) http.Header { return http.Header{"Idempotency-Key": {k}} }
	first := w.call("POST", "/v1/customers", key("a"), "email", "ann@example.com")
	again := w.call("POST", "/v1/customers", key("a"), "email", "ann@example.com")
	equal(t, "id", again.text("id"), first.text("id"))
	equal(t, "replayed", again.header.Get("Idempotent-Replayed"), "true")
	equal(t, "replayed at first", first.header.Get("Idempotent-Replayed"), "")

	other := w.call("POST", "/v1/customers", key("a"), "email", "bob@example.com")
	equal(t, "other parameters", other.status, 400)
	equal(t, "type", other.text("error.type"), "idempotency_error")
	elsewhere := w.call("POST", "/v1/products", key("a"), "email", "ann@example.com")
	equal(t, "other path", elsewhere.text("error.type"), "idempotency_error")

	// A request that was refused during validation may be corrected and repeated with the same key.
	equal(t, "mistake", w.call("POST", "/v1/products", key("b")).status, 400)
	equal(t, "corrected", w.call("POST", "/v1/products", key("b"), "name", "Pro").status, 200)
	equal(t, "customers", len(w.get("/v1/customers").list("data")), 1)
}

func TestIdempotencyOfDeclinedPayment(t *testing.T) {
	w := newWorld(t)
	payer, price := w.payer(), w.price(1500, "month")
	w.failNextPayment(payer)
	params := []string{"customer", payer, "items[0][price]", price, "payment_behavior", "error_if_incomplete"}
	for range 2 {
		a := w.call("POST", "/v1/subscriptions", http.Header{"Idempotency-Key": {"k"}}, params...)
		equal(t, "status", a.status, 402)
		equal(t, "code", a.text("error.code"), "card_declined")
		equal(t, "type", a.text("error.type"), "card_error")
	}
	equal(t, "with another key", w.call("POST", "/v1/subscriptions", nil, params...).status, 200)
	equal(t, "subscriptions", len(w.get("/v1/subscriptions").list("data")), 1)
}

func TestIdempotencyInFlight(t *testing.T) {
	w := newWorld(t)
	w.control("POST", "/_fake/faults", `{"method":"POST","path":"/v1/customers","delay":"300ms","times":1}`)
	var wg sync.WaitGroup
	statuses := make(chan int, 2)
	for range 2 {
		wg.Go(func() {
			statuses <- w.call("POST", "/v1/customers", http.Header{"Idempotency-Key": {"k"}}, "email", "a@example.com").status
		})
	}
	wg.Wait()
	a, b := <-statuses, <-statuses
	if min(a, b) != 200 || max(a, b) != 409 {
		t.Errorf("statuses %d and %d, want 200 and 409", a, b)
	}
	equal(t, "customers", len(w.get("/v1/customers").list("data")), 1)
}

func TestFaults(t *testing.T) {
	w := newWorld(t)
	w.control("POST", "/_fake/faults", `{"path":"/v1/customers/*","status":500,"times":2}`)
	w.post("/v1/customers")
	equal(t, "type", w.refused(500, "GET", "/v1/customers/cus_x").text("type"), "api_error")
	w.refused(500, "GET", "/v1/customers/cus_x")
	w.refused(404, "GET", "/v1/customers/cus_x")
}

func TestConcurrentUse(t *testing.T) {
	w := newWorld(t)
	price := w.price(1500, "month")
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 5 {
				session := w.checkout(price)
				w.click(session.text("url"))
				w.get("/v1/events", "limit", "5")
				w.control("GET", "/_fake/webhooks", "")
			}
		})
	}
	wg.Go(func() {
		for range 5 {
			w.control("POST", "/_fake/clock", `{"advance":"1h"}`)
		}
	})
	wg.Wait()
	equal(t, "completed", len(only(w.events(), "checkout.session.completed")), 40)
	equal(t, "subscriptions", len(w.get("/v1/subscriptions", "limit", "100").list("data")), 40)
}
