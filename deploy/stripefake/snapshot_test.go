package stripefake_test

import (
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"muster/deploy/stripefake"
)

func TestSnapshot(t *testing.T) {
	e := newEndpoint(t)
	options := stripefake.Options{
		DataFile: filepath.Join(t.TempDir(), "new", "stripe.json"), WebhookURL: e.url, WebhookSecret: webhookSecret,
	}
	before, stop := startWorld(t, options)
	before.endpoint = e
	coupon := before.post("/v1/coupons", "percent_off", "20", "duration", "forever").text("id")
	sub := before.subscribe(before.payer(), before.price(1500, "month"), "coupon", coupon, "metadata[user]", "7")
	id := sub.text("id")
	failing := before.subscribe(before.payer(), before.price(1500, "month"))
	before.failNextPayment(failing.text("customer"))
	before.advance(48 * time.Hour)
	key := http.Header{"Idempotency-Key": {"k"}}
	made := before.call("POST", "/v1/customers", key, "name", "Ann")
	before.events()
	before.control("POST", "/_fake/webhooks", `{"mode":"hold"}`)
	before.post("/v1/products", "name", "Held")
	sub = before.get("/v1/subscriptions/"+id, "expand[]", "latest_invoice")
	clock := before.control("GET", "/_fake/clock", "").int("now")
	count := len(before.get("/v1/events", "limit", "100").list("data"))
	stop()

	after, _ := startWorld(t, options)
	after.endpoint = e
	again := after.get("/v1/subscriptions/"+id, "expand[]", "latest_invoice")
	equal(t, "metadata", again.text("metadata.user"), "7")
	equal(t, "discount", again.text("discount.coupon.id"), coupon)
	equal(t, "invoice", again.int("latest_invoice.amount_paid"), 1200)
	equal(t, "period", again.int("current_period_end"), sub.int("current_period_end"))
	undelivered := after.get("/v1/events", "delivery_success", "false").list("data")
	equal(t, "undelivered events", len(undelivered), 1)
	equal(t, "events", len(after.get("/v1/events", "limit", "100").list("data")), count)
	if now := after.control("GET", "/_fake/clock", "").int("now"); now < clock || now > clock+600 {
		t.Errorf("the clock was %d and is %d", clock, now)
	}
	equal(t, "answer for the key", after.call("POST", "/v1/customers", key, "name", "Ann").text("id"), made.text("id"))

	held := after.control("GET", "/_fake/webhooks", "")
	equal(t, "held webhooks", held.int("held"), 1)
	after.control("POST", "/_fake/webhooks/flush", "")
	equal(t, "held webhook", after.events()[0].kind(), "product.created")

	// The agenda is still applied, and payments that were set to fail still fail.
	after.advanceTo(sub.int("current_period_end") + 3600)
	equal(t, "renewal", after.latestInvoice(id).text("billing_reason"), "subscription_cycle")
	equal(t, "payment that was to fail", after.get("/v1/subscriptions/"+failing.text("id")).text("status"), "past_due")
}

// TestSnapshotIsWrittenMeanwhile: a killed process loses at most a moment's changes.
func TestSnapshotIsWrittenMeanwhile(t *testing.T) {
	directory, elsewhere := t.TempDir(), t.TempDir()
	w, _ := startWorld(t, stripefake.Options{DataFile: filepath.Join(directory, "stripe.json")})
	id := w.post("/v1/customers").text("id")
	// As after a crash: a copy of the snapshot and the log while the fake keeps running.
	for _, name := range []string{"stripe.json", "stripe.json.events-1"} {
		waitFor(t, name, func() bool {
			content, err := os.ReadFile(filepath.Join(directory, name))
			return err == nil && os.WriteFile(filepath.Join(elsewhere, name), content, 0o600) == nil
		})
	}
	other, _ := startWorld(t, stripefake.Options{DataFile: filepath.Join(elsewhere, "stripe.json")})
	equal(t, "customer", other.get("/v1/customers/"+id).text("id"), id)
}

// TestSnapshotAfterReset: deleted data does not come back, and the log of its events is gone.
func TestSnapshotAfterReset(t *testing.T) {
	directory := t.TempDir()
	options := stripefake.Options{DataFile: filepath.Join(directory, "stripe.json")}
	first, stop := startWorld(t, options)
	first.post("/v1/customers")
	stop()
	second, stop := startWorld(t, options)
	second.post("/v1/customers")
	equal(t, "events before", len(second.get("/v1/events").list("data")), 2)
	second.control("POST", "/_fake/reset", "")
	second.post("/v1/products", "name", "Pro")
	stop()
	third, _ := startWorld(t, options)
	events := third.get("/v1/events")
	equal(t, "events", len(events.list("data")), 1)
	equal(t, "event", events.text("data.0.type"), "product.created")
	logs, err := filepath.Glob(filepath.Join(directory, "*.events-*"))
	if err != nil || len(logs) != 1 {
		t.Errorf("logs %v (%v), want one", logs, err)
	}
}

func TestSnapshotThatIsNone(t *testing.T) {
	file := filepath.Join(t.TempDir(), "stripe.json")
	if err := os.WriteFile(file, []byte("{broken"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := stripefake.New(stripefake.Options{DataFile: file}); err == nil {
		t.Error("a broken snapshot was accepted")
	}
}
