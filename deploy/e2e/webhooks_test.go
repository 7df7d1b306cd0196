package e2e_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// webhookSecret is the secret with which the stack's Stripe fake signs.
func webhookSecret(tb testing.TB) string {
	tb.Helper()
	var secrets struct {
		Secret string `json:"stripeWebhookSecret"`
	}
	if err := readStack(filepath.Join(filepath.Dir(muster.Logs), "secrets.json"), &secrets); err != nil {
		tb.Fatal(err)
	}
	return secrets.Secret
}

// signed returns the header of a webhook, as Stripe signs it.
func signed(payload []byte, secret string, at time.Time) string {
	mac := hmac.New(sha256.New, []byte(secret))
	fmt.Fprintf(mac, "%d.%s", at.Unix(), payload)
	return fmt.Sprintf("t=%d,v1=%x", at.Unix(), mac.Sum(nil))
}

// deliver posts a webhook to the gateway.
func deliver(payload []byte, signature string) (answer, error) {
	req, err := http.NewRequest(http.MethodPost, muster.Gateway+"/api/billing/webhooks/stripe", bytes.NewReader(payload))
	if err != nil {
		return answer{}, err
	}
	req.Header.Set("Content-Type", "application/json; charset=utf-8")
	req.Header.Set("Stripe-Signature", signature)
	resp, err := httpClient.Do(req)
	if err != nil {
		return answer{}, err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	a := answer{status: resp.StatusCode, header: resp.Header, text: string(text)}
	_ = json.Unmarshal(text, &a.body)
	return a, err
}

// event is a webhook's content. A change can make it a hostile one.
func event(id, kind string, of object, change func(e object)) []byte {
	e := object{
		"id": id, "object": "event", "api_version": "2023-10-16", "created": time.Now().Unix(), "type": kind, "livemode": false,
		"data": object{"object": of},
	}
	if change != nil {
		change(e)
	}
	text, err := json.Marshal(e)
	if err != nil {
		panic(err)
	}
	return text
}

// paying returns a user who has paid, with the subscription at Stripe.
func paying(t *testing.T, boss *client, name string) (c *client, subscription object) {
	t.Helper()
	return payingIn(t, boss, name, "usd")
}

// payingIn is paying in a currency.
func payingIn(t *testing.T, boss *client, name, currency string) (c *client, subscription object) {
	t.Helper()
	plan := boss.want(http.StatusCreated, "POST", "/api/billing/plans", object{"name": name, "interval": "month", "amount": 1500, "currency": currency})
	c = verified(t, name)
	session := c.want(http.StatusCreated, "POST", "/api/billing/checkout-sessions", object{
		"planId": plan.body["id"], "successUrl": origin + "/thanks", "cancelUrl": origin + "/plans",
	})
	pay(t, session.body["url"].(string))
	row := boss.want(http.StatusOK, "GET", list("/api/billing/subscriptions", fmt.Sprintf(`{"userId":%d}`, c.id()), ""), nil)
	if len(row.list()) != 1 {
		t.Fatalf("subscriptions: %s", row)
	}
	return c, row.list()[0]
}

// received returns what billing keeps of an event, or nil.
func received(boss *client, id string) object {
	boss.t.Helper()
	rows := boss.want(http.StatusOK, "GET", list("/api/billing/webhook-events", fmt.Sprintf(`{"id":%q}`, id), ""), nil).list()
	if len(rows) > 1 {
		boss.t.Fatalf("%s is kept %d times", id, len(rows))
	}
	if len(rows) == 0 {
		return nil
	}
	return rows[0]
}

func eventName(name string) string { return fmt.Sprintf("evt_%d%s%dx", run, name, counter.Add(1)) }

// TestForgedWebhooksAreRefused: what was not signed by Stripe in the last five minutes is refused, and nothing of it is
// kept. Afterwards the same event is accepted from Stripe itself.
func TestForgedWebhooksAreRefused(t *testing.T) {
	boss, secret := admin(t), webhookSecret(t)
	_, sub := paying(t, boss, "forged")
	of := object{"id": sub["stripeSubscriptionId"], "object": "subscription", "status": "canceled"}
	now := time.Now()
	for name, sign := range map[string]func(body []byte) string{
		"no signature":           func([]byte) string { return "" },
		"another secret":         func(b []byte) string { return signed(b, "whsec_wrong", now) },
		"an empty secret":        func(b []byte) string { return signed(b, "", now) },
		"signed 10 minutes ago":  func(b []byte) string { return signed(b, secret, now.Add(-10*time.Minute)) },
		"signed in 10 minutes":   func(b []byte) string { return signed(b, secret, now.Add(10*time.Minute)) },
		"signed in 60 years":     func(b []byte) string { return signed(b, secret, now.AddDate(60, 0, 0)) },
		"another body":           func(b []byte) string { return signed(append([]byte(" "), b...), secret, now) },
		"the scheme of tests":    func(b []byte) string { return strings.Replace(signed(b, secret, now), "v1=", "v0=", 1) },
		"another time":           func(b []byte) string { return strings.Replace(signed(b, secret, now), "t=", "t=1", 1) },
		"half of the signature":  func(b []byte) string { s := signed(b, secret, now); return s[:len(s)-32] },
		"only the header's name": func([]byte) string { return "t=,v1=" },
	} {
		t.Run(name, func(t *testing.T) {
			id := eventName("forged")
			body := event(id, "customer.subscription.deleted", of, nil)
			a, err := deliver(body, sign(body))
			if err != nil || a.status != http.StatusBadRequest || a.body["code"] != "WEBHOOK_SIGNATURE_INVALID" {
				t.Errorf("%s %v", a, err)
			}
			if kept := received(boss, id); kept != nil {
				t.Errorf("it is kept: %v", kept)
			}
			if a, err = deliver(body, signed(body, secret, time.Now())); err != nil || a.status != http.StatusOK || received(boss, id) == nil {
				t.Errorf("the real one: %s %v", a, err)
			}
		})
	}
}

// TestBigWebhooksAreRefused: 2 MiB are refused by the gateway, whoever has signed them; just below 1 MiB is accepted.
func TestBigWebhooksAreRefused(t *testing.T) {
	boss := admin(t)
	for size, want := range map[int]int{2 << 20: http.StatusRequestEntityTooLarge, 1<<20 - 1000: http.StatusOK} {
		id := eventName("big")
		body := event(id, "customer.subscription.updated", object{"id": "sub_big", "object": "subscription", "description": strings.Repeat("x", size-500)}, nil)
		a, err := deliver(body, signed(body, webhookSecret(t), time.Now()))
		if err != nil || a.status != want {
			t.Errorf("%d bytes: %s %v", len(body), a, err)
		}
		if kept := received(boss, id) != nil; kept != (want == http.StatusOK) {
			t.Errorf("%d bytes: kept %v", len(body), kept)
		}
	}
}

// TestStrangeWebhooksAreKept: what is signed is accepted once and kept, but changes nothing unless Stripe itself says so
// when it is asked.
func TestStrangeWebhooksAreKept(t *testing.T) {
	boss := admin(t)
	c, sub := paying(t, boss, "strange")
	before := c.want(http.StatusOK, "GET", "/api/billing/subscription", nil)
	ours := func(change object) object {
		of := object{"id": sub["stripeSubscriptionId"], "object": "subscription", "status": "canceled", "current_period_end": 0}
		for name, value := range change {
			of[name] = value
		}
		return of
	}
	for name, c := range map[string]struct {
		kind   string
		of     object
		change func(e object)
		state  string
	}{
		"a lie":                      {"customer.subscription.deleted", ours(nil), nil, "done"},
		"another API version":        {"customer.subscription.updated", ours(object{"items": nil, "plan": "gold"}), func(e object) { e["api_version"] = "2015-01-01" }, "done"},
		"the newest API version":     {"customer.subscription.updated", ours(object{"current_period_end": object{}}), func(e object) { e["api_version"] = "2026-01-28.clover" }, "done"},
		"no API version":             {"customer.subscription.updated", ours(nil), func(e object) { delete(e, "api_version") }, "done"},
		"a connected account":        {"customer.subscription.deleted", ours(nil), func(e object) { e["account"] = "acct_other" }, "unmatched"},
		"real money":                 {"customer.subscription.deleted", ours(nil), func(e object) { e["livemode"] = true }, "unmatched"},
		"an unknown subscription":    {"customer.subscription.updated", object{"id": "sub_unknown", "object": "subscription", "customer": "cus_unknown"}, nil, "done"},
		"an unknown customer":        {"customer.deleted", object{"id": "cus_unknown", "object": "customer"}, nil, "unmatched"},
		"somebody else's checkout":   {"checkout.session.completed", object{"id": "cs_unknown", "object": "checkout.session", "customer": "cus_unknown"}, nil, "unmatched"},
		"a type that is not handled": {"radar.early_fraud_warning.created", object{"id": "issfr_1", "object": "radar.early_fraud_warning"}, nil, "done"},
		"a type from the future":     {"v2.money.moved", object{"id": "mm_1", "object": "v2.money"}, nil, "done"},
		"an object without an id":    {"customer.subscription.updated", object{"object": "subscription"}, nil, "done"},
		"an id that is none":         {"customer.subscription.updated", ours(object{"id": "../../../v1/customers"}), nil, "done"},
	} {
		t.Run(name, func(t *testing.T) {
			id := eventName("strange")
			body := event(id, c.kind, c.of, c.change)
			for range 2 {
				if a, err := deliver(body, signed(body, webhookSecret(t), time.Now())); err != nil || a.status != http.StatusOK {
					t.Fatalf("%s %v", a, err)
				}
			}
			eventually(t, 10*time.Second, "it is "+c.state, func() bool { return received(boss, id)["state"] == c.state })
		})
	}
	if after := c.want(http.StatusOK, "GET", "/api/billing/subscription", nil); after.text != before.text {
		t.Errorf("the subscription was\n%s, now it is\n%s", before, after)
	}
}

// TestSignedNonsenseIsRefused: a signed body that is no event is refused.
func TestSignedNonsenseIsRefused(t *testing.T) {
	for name, body := range map[string]string{
		"no JSON": "x", "nothing": "", "a list": "[]", "null": "null", "no id": `{"type":"invoice.paid"}`, "no type": `{"id":"evt_1"}`,
		"a number as id": `{"id":7,"type":"invoice.paid"}`, "deep nesting": strings.Repeat(`{"data":`, 50_000) + "1" + strings.Repeat("}", 50_000),
	} {
		a, err := deliver([]byte(body), signed([]byte(body), webhookSecret(t), time.Now()))
		if err != nil || a.status != http.StatusBadRequest {
			t.Errorf("%s: %d %.200s %v", name, a.status, a.text, err)
		}
	}
}

// TestWebhooksWithoutADatabase: while PostgreSQL is down webhooks are refused with 503, and Stripe's repetition is handled
// once it is back.
func TestWebhooksWithoutADatabase(t *testing.T) {
	_, sub := paying(t, admin(t), "no-database")
	id := eventName("repeated")
	body := event(id, "customer.subscription.updated", object{"id": sub["stripeSubscriptionId"], "object": "subscription"}, nil)
	post(t, muster.Control+"/services/postgres/pause", nil)
	a, err := deliver(body, signed(body, webhookSecret(t), time.Now()))
	post(t, muster.Control+"/services/postgres/resume", nil)
	if err != nil || a.status != http.StatusServiceUnavailable {
		t.Errorf("%s %v", a, err)
	}
	eventually(t, time.Minute, "the repetition is accepted", func() bool {
		a, err := deliver(body, signed(body, webhookSecret(t), time.Now()))
		return err == nil && a.status == http.StatusOK
	})
	eventually(t, time.Minute, "it is handled", func() bool {
		return count(t, "billing", fmt.Sprintf("SELECT count(*) FROM webhook_events WHERE id = '%s' AND state = 'done'", id)) == 1
	})
	eventually(t, time.Minute, "everything works again", func() bool {
		c := &client{t: t}
		a := c.do("POST", "/api/auth/login", object{"email": muster.Admin.Email, "password": muster.Admin.Password})
		c.token, _ = a.body["accessToken"].(string)
		return a.status == http.StatusOK && c.do("GET", "/api/users", nil).status == http.StatusOK &&
			c.do("GET", "/api/users/full", nil).status == http.StatusOK && c.do("GET", "/api/billing/coupons", nil).status == http.StatusOK
	})
}
