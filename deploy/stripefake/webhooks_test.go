package stripefake_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"muster/deploy/stripefake"
)

func TestWebhookSignature(t *testing.T) {
	w := newWorld(t)
	w.post("/v1/customers", "email", "ann@example.com")
	received := w.events()
	equal(t, "webhooks", len(received), 1)
	d := received[0]
	timestamp, signature, _ := strings.Cut(d.signature, ",v1=")
	timestamp = strings.TrimPrefix(timestamp, "t=")
	mac := hmac.New(sha256.New, []byte(webhookSecret))
	fmt.Fprintf(mac, "%s.%s", timestamp, d.body)
	equal(t, "v1", signature, hex.EncodeToString(mac.Sum(nil)))
	at, err := strconv.ParseInt(timestamp, 10, 64)
	if err != nil || time.Since(time.Unix(at, 0)).Abs() > time.Minute {
		t.Errorf("t=%s is not the time of the delivery", timestamp)
	}
}

// TestWebhookSignedByWallClock: receivers compare the signature's time with their own clock, which is not advanced.
func TestWebhookSignedByWallClock(t *testing.T) {
	w := newWorld(t)
	w.advance(1000 * time.Hour)
	w.post("/v1/customers")
	d := w.events()[0]
	timestamp, _, _ := strings.Cut(strings.TrimPrefix(d.signature, "t="), ",")
	at, _ := strconv.ParseInt(timestamp, 10, 64)
	if time.Since(time.Unix(at, 0)).Abs() > time.Minute {
		t.Errorf("t=%s is not the wall clock's time", timestamp)
	}
	if time.Until(time.Unix(d.event.int("created"), 0)) < 999*time.Hour {
		t.Error("created is not the virtual time")
	}
}

func TestEventObject(t *testing.T) {
	w := newWorld(t)
	id := w.post("/v1/customers", "name", "Ann", "metadata[a]", "1", "metadata[b]", "1").text("id")
	a := w.call("POST", "/v1/customers/"+id, http.Header{"Idempotency-Key": {"key-1"}}, "name", "Bea", "metadata[a]", "2")
	e := w.events()[1].event
	equal(t, "type", e.text("type"), "customer.updated")
	equal(t, "object", e.text("object"), "event")
	equal(t, "api_version", e.text("api_version"), "2023-10-16")
	equal(t, "livemode", e.bool("livemode"), false)
	equal(t, "data.object", e.text("data.object.name"), "Bea")
	equal(t, "previous name", e.text("data.previous_attributes.name"), "Ann")
	equal(t, "previous metadata", e.text("data.previous_attributes.metadata.a"), "1")
	equal(t, "previous metadata", len(e.at("data.previous_attributes.metadata").(map[string]any)), 1)
	equal(t, "previous attributes", len(e.at("data.previous_attributes").(map[string]any)), 2)
	equal(t, "request", e.text("request.id"), a.header.Get("Request-Id"))
	equal(t, "idempotency_key", e.text("request.idempotency_key"), "key-1")

	stored := w.get("/v1/events/" + e.text("id"))
	equal(t, "stored", stored.text("data.object.name"), "Bea")
	equal(t, "pending_webhooks", stored.int("pending_webhooks"), 0)
	equal(t, "no change, no event", len(changeNothing(w, id)), 0)
}

func changeNothing(w *world, customer string) []delivery {
	w.post("/v1/customers/"+customer, "name", "Bea")
	return w.events()
}

func TestEventList(t *testing.T) {
	w := newWorld(t)
	w.subscribe(w.payer(), w.price(1500, "month"))
	w.events()
	paid := w.get("/v1/events", "types[]", "invoice.paid", "types[]", "charge.succeeded").list("data")
	equal(t, "two types", len(paid), 2)
	equal(t, "wildcard", len(w.get("/v1/events", "type", "invoice.*").list("data")), 6)
	equal(t, "undelivered", len(w.get("/v1/events", "delivery_success", "false").list("data")), 0)
	w.control("POST", "/_fake/webhooks", `{"mode":"drop"}`)
	w.post("/v1/customers")
	equal(t, "dropped", w.get("/v1/events", "delivery_success", "false").text("data.0.type"), "customer.created")
}

func TestWebhookRetries(t *testing.T) {
	w := newWorld(t)
	var refusals atomic.Int32
	w.endpoint.answerWith(func(d delivery) int {
		if d.kind() == "customer.created" && refusals.Add(1) <= 2 {
			return http.StatusInternalServerError
		}
		return http.StatusOK
	})
	w.post("/v1/customers")
	w.post("/v1/products", "name", "Pro")
	// A refused event does not block the others.
	if got := kinds(w.events()); !slices.Equal(got, []string{"product.created", "customer.created"}) {
		t.Errorf("events %v", got)
	}
	d := w.control("GET", "/_fake/webhooks?type=customer.created", "")
	equal(t, "attempts", d.int("deliveries.0.attempts"), 3)
	equal(t, "status", d.text("deliveries.0.status"), "delivered")
	equal(t, "last_code", d.int("deliveries.0.last_code"), 200)
}

// TestWebhooksWaitForTheirReceiver: while the receiver is down all events wait, and arrive in order afterwards.
func TestWebhooksWaitForTheirReceiver(t *testing.T) {
	w := newWorld(t)
	w.control("POST", "/_fake/webhook-endpoint", `{"url":"http://127.0.0.1:1/none","secret":"`+webhookSecret+`"}`)
	w.post("/v1/customers")
	waitFor(t, "an attempt", func() bool {
		return w.control("GET", "/_fake/webhooks", "").int("deliveries.0.attempts") > 0
	})
	w.control("POST", "/_fake/webhook-endpoint", `{"url":"`+w.endpoint.url+`","secret":"`+webhookSecret+`"}`)
	w.post("/v1/products", "name", "Pro")
	if got := kinds(w.events()); !slices.Equal(got, []string{"customer.created", "product.created"}) {
		t.Errorf("events %v", got)
	}
}

func TestWebhooksHeld(t *testing.T) {
	w := newWorld(t)
	session := w.checkout(w.price(1500, "month"))
	w.events()
	w.control("POST", "/_fake/webhooks", `{"mode":"hold","types":["invoice.*"]}`)
	began := time.Now()
	w.click(session.text("url"))
	if time.Since(began) > 5*time.Second {
		t.Error("the page waited for webhooks that are held")
	}
	for _, kind := range kinds(w.events()) {
		if strings.HasPrefix(kind, "invoice.") {
			t.Errorf("%s came though it is held", kind)
		}
	}
	held := w.control("GET", "/_fake/webhooks?status=held", "")
	equal(t, "held", held.int("held"), int64(len(held.list("deliveries"))))
	w.control("POST", "/_fake/webhooks/flush", `{"order":"reverse"}`)
	got := kinds(w.events())
	equal(t, "released", len(got), len(held.list("deliveries")))
	equal(t, "first of the reverse order", got[0], "invoice.payment_succeeded")
	equal(t, "last of the reverse order", got[len(got)-1], "invoice.created")
}

func TestWebhooksReversed(t *testing.T) {
	w := newWorld(t)
	session := w.checkout(w.price(1500, "month"))
	w.events()
	w.control("POST", "/_fake/webhooks", `{"mode":"reverse"}`)
	w.click(session.text("url"))
	got := kinds(w.events())
	equal(t, "first", got[0], "checkout.session.completed")
	if slices.Index(got, "customer.subscription.updated") > slices.Index(got, "customer.subscription.created") {
		t.Errorf("events %v are not backwards", got)
	}
}

func TestWebhooksDuplicated(t *testing.T) {
	w := newWorld(t)
	w.control("POST", "/_fake/webhooks", `{"mode":"duplicate","copies":3}`)
	w.post("/v1/customers")
	got := w.events()
	equal(t, "deliveries", len(got), 3)
	equal(t, "id", got[0].event.text("id"), got[2].event.text("id"))
}

func TestWebhooksDropped(t *testing.T) {
	w := newWorld(t)
	w.control("POST", "/_fake/webhooks", `{"mode":"drop"}`)
	w.post("/v1/customers")
	equal(t, "deliveries", len(w.events()), 0)
	w.control("POST", "/_fake/webhooks", `{"mode":"normal"}`)
	w.post("/v1/customers")
	equal(t, "deliveries", len(w.events()), 1)
	dropped := w.control("GET", "/_fake/webhooks?status=dropped", "").text("deliveries.0.event")
	w.control("POST", "/_fake/webhooks/resend", `{"event":"`+dropped+`"}`)
	equal(t, "resent", w.events()[0].event.text("id"), dropped)
}

func TestNoEndpoint(t *testing.T) {
	w := newWorld(t, func(o *stripefake.Options) { o.WebhookURL = "" })
	session := w.checkout(w.price(1500, "month"))
	equal(t, "status", w.click(session.text("url")).status, http.StatusSeeOther)
	equal(t, "deliveries", len(w.control("GET", "/_fake/webhooks", "").list("deliveries")), 0)
}

func TestControlRefusals(t *testing.T) {
	w := newWorld(t)
	for path, body := range map[string]string{
		"/_fake/webhooks":          `{"mode":"sometimes"}`,
		"/_fake/clock":             `{"advance":"-1h"}`,
		"/_fake/fail-next-payment": `{"customer":"cus_x"}`,
		"/_fake/settings":          `{"after_retries":"shrug"}`,
		"/_fake/webhook-endpoint":  `{"url":"http://shop.test"}`,
		"/_fake/faults":            `{"status":200}`,
	} {
		r, err := http.NewRequest("POST", w.url+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "status of "+path, send(t, r).status, 400)
	}
}

func TestReset(t *testing.T) {
	w := newWorld(t)
	w.subscribe(w.payer(), w.price(1500, "month"))
	w.advance(time.Hour)
	w.events()
	w.control("POST", "/_fake/reset", "")
	equal(t, "customers", len(w.get("/v1/customers").list("data")), 0)
	equal(t, "offset", w.control("GET", "/_fake/clock", "").text("offset"), "0s")
	w.post("/v1/customers")
	equal(t, "the endpoint stays", len(w.events()), 1)
}
