package httpapi_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"muster/libs/causal"
	"muster/libs/web"
	"muster/services/billing/internal/billing"
)

func TestTheCatalogOnTheWire(t *testing.T) {
	e := newEdge(t)
	e.golden(e.ask("POST", "/api/billing/plans", 1, `{"name":" Gold ","interval":"month","intervalCount":3,"amount":1500,"currency":"USD","trialPeriodDays":14}`), 201,
		`{"id":1,"name":"Gold","interval":"month","intervalCount":3,"amount":1500,"currency":"usd","trialPeriodDays":14,"active":true,"createdAt":"NOW"}`)
	e.golden(e.ask("POST", "/api/billing/plans", 1, `{"name":"Free","interval":"year","amount":0,"currency":"eur"}`), 201,
		`{"id":2,"name":"Free","interval":"year","intervalCount":1,"amount":0,"currency":"eur","trialPeriodDays":null,"active":true,"createdAt":"NOW"}`)
	e.golden(e.ask("POST", "/api/billing/coupons", 1, `{"name":"Off","couponTypeCode":"DISC","discountPercentage":12.5,"discountAmount":null,"currency":null,"trialDays":null,"couponDurationTypeCode":"REPE","durationInMonths":4}`), 201,
		`{"id":3,"name":"Off","couponTypeCode":"DISC","couponTypeName":"Discount Percentage","discountPercentage":12.5,"discountAmount":null,"currency":null,"trialDays":null,"couponDurationTypeCode":"REPE","couponDurationTypeName":"Repeating","durationInMonths":4,"active":true,"createdAt":"NOW"}`)
	e.golden(e.ask("POST", "/api/billing/coupons", 1, `{"name":"Less","couponTypeCode":"AMOU","discountAmount":500,"currency":"usd","couponDurationTypeCode":"ONCE"}`), 201,
		`{"id":4,"name":"Less","couponTypeCode":"AMOU","couponTypeName":"Discount Amount","discountPercentage":null,"discountAmount":500,"currency":"usd","trialDays":null,"couponDurationTypeCode":"ONCE","couponDurationTypeName":"Once","durationInMonths":null,"active":true,"createdAt":"NOW"}`)
	e.golden(e.ask("POST", "/api/billing/coupons", 1, `{"name":"Try","couponTypeCode":"TRIA","trialDays":30,"couponDurationTypeCode":"ONCE"}`), 201,
		`{"id":5,"name":"Try","couponTypeCode":"TRIA","couponTypeName":"Free Trial","discountPercentage":null,"discountAmount":null,"currency":null,"trialDays":30,"couponDurationTypeCode":"ONCE","couponDurationTypeName":"Once","durationInMonths":null,"active":true,"createdAt":"NOW"}`)
	e.golden(e.ask("POST", "/api/billing/promotions", 1, `{"name":"Spring","code":"SPRING","description":"of the year","couponId":3,"startsAt":"2020-01-01T00:00:00Z","expiresAt":null,"maxRedemptions":10,"perUserLimit":1,"firstTimeOnly":true,"planIds":[1]}`), 201,
		`{"id":6,"name":"Spring","code":"SPRING","description":"of the year","couponId":3,"startsAt":"2020-01-01T00:00:00Z","expiresAt":null,"maxRedemptions":10,"perUserLimit":1,"firstTimeOnly":true,"planIds":[1],"active":true,"redemptions":0,"createdAt":"NOW"}`)
	e.golden(e.ask("GET", "/api/billing/plans", 0, ""), 200, `{"data":[],"total":0}`)
}

func TestBadCatalogInput(t *testing.T) {
	e := newEdge(t)
	for body, field := range map[string]string{
		`{"interval":"month","amount":1,"currency":"usd"}`:                                           "name",
		`{"name":"x","interval":"decade","amount":1,"currency":"usd"}`:                               "interval",
		`{"name":"x","interval":"month","intervalCount":13,"amount":1,"currency":"usd"}`:             "intervalCount",
		`{"name":"x","interval":"month","currency":"usd"}`:                                           "amount",
		`{"name":"x","interval":"month","amount":-1,"currency":"usd"}`:                               "amount",
		`{"name":"x","interval":"month","amount":100000000,"currency":"usd"}`:                        "amount",
		`{"name":"x","interval":"month","amount":1.5,"currency":"usd"}`:                              "amount",
		`{"name":"x","interval":"month","amount":99999999999999999999,"currency":"usd"}`:             "amount",
		`{"name":"x","interval":"month","amount":1,"currency":"dollar"}`:                             "currency",
		`{"name":"x","interval":"month","amount":1,"currency":"usd","trialPeriodDays":0}`:            "trialPeriodDays",
		`{"name":"` + strings.Repeat("x", 101) + `","interval":"month","amount":1,"currency":"usd"}`: "name",
		`{"name":"\u0000","interval":"month","amount":1,"currency":"usd"}`:                           "body",
		``: "body", `[]`: "body", `{`: "body",
	} {
		invalid(t, e.ask("POST", "/api/billing/plans", 1, body), field)
	}
	for body, field := range map[string]string{
		`{"name":"x","couponTypeCode":"NONE","couponDurationTypeCode":"ONCE"}`:                                                      "couponTypeCode",
		`{"name":"x","couponTypeCode":"DISC","couponDurationTypeCode":"ONCE"}`:                                                      "discountPercentage",
		`{"name":"x","couponTypeCode":"DISC","discountPercentage":12.345,"couponDurationTypeCode":"ONCE"}`:                          "discountPercentage",
		`{"name":"x","couponTypeCode":"DISC","discountPercentage":100.01,"couponDurationTypeCode":"ONCE"}`:                          "discountPercentage",
		`{"name":"x","couponTypeCode":"DISC","discountPercentage":1e300,"couponDurationTypeCode":"ONCE"}`:                           "discountPercentage",
		`{"name":"x","couponTypeCode":"DISC","discountPercentage":-5,"couponDurationTypeCode":"ONCE"}`:                              "discountPercentage",
		`{"name":"x","couponTypeCode":"DISC","discountPercentage":5,"discountAmount":5,"couponDurationTypeCode":"ONCE"}`:            "discountAmount",
		`{"name":"x","couponTypeCode":"AMOU","discountAmount":5,"couponDurationTypeCode":"ONCE"}`:                                   "currency",
		`{"name":"x","couponTypeCode":"AMOU","discountAmount":5,"currency":"usd","couponDurationTypeCode":"FORE"}`:                  "couponDurationTypeCode",
		`{"name":"x","couponTypeCode":"DISC","discountPercentage":5,"couponDurationTypeCode":"REPE"}`:                               "durationInMonths",
		`{"name":"x","couponTypeCode":"DISC","discountPercentage":5,"couponDurationTypeCode":"ONCE","durationInMonths":3}`:          "durationInMonths",
		`{"name":"x","couponTypeCode":"TRIA","couponDurationTypeCode":"ONCE"}`:                                                      "trialDays",
		`{"name":"` + strings.Repeat("x", 41) + `","couponTypeCode":"DISC","discountPercentage":5,"couponDurationTypeCode":"ONCE"}`: "name",
	} {
		invalid(t, e.ask("POST", "/api/billing/coupons", 1, body), field)
	}
	for body, field := range map[string]string{
		`{"name":"x","code":"a b","couponId":1}`: "code",
		`{"name":"x","code":"ok"}`:               "couponId",
		`{"name":"x","code":"ok","couponId":1,"startsAt":"2026-01-02T00:00:00Z","expiresAt":"2026-01-02T00:00:00Z"}`: "expiresAt",
		`{"name":"x","code":"ok","couponId":1,"maxRedemptions":0}`:                                                   "maxRedemptions",
		`{"name":"x","code":"ok","couponId":1,"perUserLimit":-1}`:                                                    "perUserLimit",
	} {
		invalid(t, e.ask("POST", "/api/billing/promotions", 1, body), field)
	}
}

func invalid(t *testing.T, w *httptest.ResponseRecorder, field string) {
	t.Helper()
	if w.Code != 400 || !strings.Contains(w.Body.String(), `"field":"`+field+`"`) || !strings.Contains(w.Body.String(), "VALIDATION_FAILED") {
		t.Errorf("%d %s, want %s", w.Code, w.Body, field)
	}
}

func TestWhoMayDoWhat(t *testing.T) {
	e := newEdge(t)
	for _, route := range []string{
		"POST /plans", "GET /plans/1", "PUT /plans/1", "DELETE /plans/1", "GET /coupons", "POST /coupons", "GET /coupons/1", "PUT /coupons/1",
		"DELETE /coupons/1", "GET /promotions", "POST /promotions", "GET /promotions/1", "PUT /promotions/1", "DELETE /promotions/1",
		"GET /promotions/1/redemptions", "GET /subscriptions", "POST /subscriptions/1/sync", "POST /subscriptions/1/cancel",
		"POST /subscriptions/1/extend-trial", "GET /webhook-events", "POST /webhook-events/evt_1/replay",
	} {
		method, path, _ := strings.Cut(route, " ")
		if w := e.ask(method, "/api/billing"+path, 42, "{}"); w.Code != http.StatusForbidden {
			t.Errorf("%s: %d", route, w.Code)
		}
		if w := e.ask(method, "/api/billing"+path, 0, "{}"); w.Code != http.StatusUnauthorized {
			t.Errorf("%s: %d", route, w.Code)
		}
	}
	for _, route := range []string{
		"GET /subscription", "POST /subscription", "POST /subscription/cancel", "POST /subscription/resume", "POST /subscription/preview-change",
		"POST /subscription/change", "POST /checkout-sessions", "GET /checkout-sessions/cs_1", "POST /portal-sessions", "POST /promotions/validate",
		"GET /entitlements", "GET /invoices", "GET /invoices/1", "GET /invoices/upcoming", "POST /invoices/1/retry",
	} {
		method, path, _ := strings.Cut(route, " ")
		if w := e.ask(method, "/api/billing"+path, 0, "{}"); w.Code != http.StatusUnauthorized {
			t.Errorf("%s: %d", route, w.Code)
		}
	}
	e.golden(e.ask("GET", "/internal/webhook-events/evt_1", 1, ""), 401, `{"message":"User not authenticated"}`)
}

func TestSubscriptionRoutesOnTheWire(t *testing.T) {
	e := newEdge(t)
	e.golden(e.ask("GET", "/api/billing/subscription", 42, ""), 404, `{"message":"You have no subscription.","code":"NO_SUBSCRIPTION"}`)
	e.golden(e.ask("GET", "/api/billing/checkout-sessions/cs_x%00", 42, ""), 404, `{"message":"There is no such checkout session.","code":"CHECKOUT_NOT_FOUND"}`)
	invalid(t, e.ask("POST", "/api/billing/subscription/cancel", 42, `{"mode":"never"}`), "mode")
	invalid(t, e.ask("POST", "/api/billing/checkout-sessions", 42, `{}`), "planId")
	invalid(t, e.ask("POST", "/api/billing/checkout-sessions", 42, `{"planId":1,"quantity":0}`), "quantity")
	invalid(t, e.ask("POST", "/api/billing/checkout-sessions", 42, `{"planId":1,"successUrl":"https://evil.test/"}`), "successUrl")
	e.ask("POST", "/api/billing/plans", 1, `{"name":"Gold","interval":"month","amount":1500,"currency":"usd"}`)
	order := `{"planId":1,"successUrl":"https://app.test/a","cancelUrl":"https://app.test/b"}`
	w := e.ask("POST", "/api/billing/checkout-sessions", 42, order)
	expires := now.Add(24 * time.Hour).Format(time.RFC3339)
	e.golden(w, 201, `{"id":"cs_test_0003","url":"https://pay.test/cs_test_0003","status":"open","planId":1,"promotionCode":null,"expiresAt":"`+expires+`"}`)
	if got := w.Header().Get(causal.HeaderWrote); got != "subscription/42@2" {
		t.Errorf("wrote %q", got)
	}
	e.golden(e.ask("GET", "/api/billing/checkout-sessions/cs_test_0003", 42, ""), 200,
		`{"id":"cs_test_0003","url":"https://pay.test/cs_test_0003","status":"open","planId":1,"promotionCode":null,"expiresAt":"`+expires+`","subscription":null}`)
	e.provider.SetDown(true)
	if w := e.ask("GET", "/api/billing/checkout-sessions/cs_test_0003", 42, ""); w.Code != 503 || !strings.Contains(w.Body.String(), "PROVIDER_UNAVAILABLE") || w.Header().Get("Retry-After") == "" {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestWebhooksOnTheWire(t *testing.T) {
	e := newEdge(t)
	w := e.ask("POST", "/api/billing/webhooks/stripe", 0, "evt_1", "Stripe-Signature", "good")
	e.golden(w, 200, `{"received":true}`)
	if w.Header().Get(web.HeaderWebhook) != "evt_1" {
		t.Errorf("%v", w.Header())
	}
	if w := e.ask("POST", "/api/billing/webhooks/stripe", 0, "evt_1", "Stripe-Signature", "bad"); w.Code != 400 {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if w := e.ask("POST", "/api/billing/webhooks/stripe", 0, strings.Repeat("x", 1<<20+1), "Stripe-Signature", "good"); w.Code != 413 {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	inside := asGateway(t)
	e.golden(e.ask("GET", "/internal/webhook-events/evt_1?wait=1ms", 0, "", inside...), 200, `{"done":false,"writes":[]}`)
	_, err := e.service.Work(t.Context(), billing.Urgent)
	must(t, err)
	e.golden(e.ask("GET", "/internal/webhook-events/evt_1?wait=1500ms", 0, "", inside...), 200, `{"done":true,"writes":[]}`)
	invalid(t, e.ask("GET", "/internal/webhook-events/evt_1?wait=x", 0, "", inside...), "wait")
	if w := e.ask("GET", "/internal/webhook-events/evt_2", 0, "", inside...); w.Code != 404 {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestACheckoutReturnsToAllowedOriginsOnly(t *testing.T) {
	e := newEdge(t)
	e.ask("POST", "/api/billing/plans", 1, `{"name":"Gold","interval":"month","amount":1500,"currency":"usd"}`)
	for _, address := range []string{
		"https://user@app.test/", "https://user:secret@app.test/", "https://app.test@evil.test/", "https://app.test:9443/", "https://app.test:443/",
		"http://app.test/", "http://app.test:8443/", "https://app.test.evil.test/", "https://evil.test/https://app.test/", "//app.test/", "app.test", "javascript:alert(1)",
	} {
		invalid(t, e.ask("POST", "/api/billing/checkout-sessions", 42, `{"planId":1,"successUrl":"`+address+`","cancelUrl":"https://app.test/"}`), "successUrl")
		invalid(t, e.ask("POST", "/api/billing/checkout-sessions", 42, `{"planId":1,"successUrl":"https://app.test/","cancelUrl":"`+address+`"}`), "cancelUrl")
	}
	if w := e.ask("POST", "/api/billing/checkout-sessions", 42, `{"planId":1,"successUrl":"https://app.test:8443/a","cancelUrl":"https://app.test/b"}`); w.Code != 201 {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestAnIdempotencyKeyIsForOneRoute(t *testing.T) {
	e := newEdge(t)
	const body = `{"name":"Gold","interval":"month","amount":1500,"currency":"usd","couponTypeCode":"DISC","discountPercentage":5,"couponDurationTypeCode":"ONCE"}`
	if w := e.ask("POST", "/api/billing/plans", 1, body, "Idempotency-Key", "k"); w.Code != 201 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	if w := e.ask("POST", "/api/billing/coupons", 1, body, "Idempotency-Key", "k"); w.Code != 409 || !strings.Contains(w.Body.String(), "IDEMPOTENCY_KEY_REUSED") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if w := e.ask("POST", "/api/billing/coupons", 1, body, "Idempotency-Key", "l"); w.Code != 201 {
		t.Errorf("under its own key: %d %s", w.Code, w.Body)
	}
}

func TestFailuresOfOursAreNotKept(t *testing.T) {
	e := newEdge(t)
	e.provider.SetDown(true)
	plan := `{"name":"Gold","interval":"month","amount":1500,"currency":"usd"}`
	if w := e.ask("POST", "/api/billing/plans", 1, plan, "Idempotency-Key", "k"); w.Code != 503 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	e.provider.SetDown(false)
	w := e.ask("POST", "/api/billing/plans", 1, plan, "Idempotency-Key", "k")
	if w.Code != 201 || !strings.Contains(w.Body.String(), `"id":1,`) { // the retry completes the row of the first attempt
		t.Errorf("%d %s", w.Code, w.Body)
	}
	again := e.ask("POST", "/api/billing/plans", 1, plan, "Idempotency-Key", "k")
	if again.Code != 201 || again.Body.String() != w.Body.String() || again.Header().Get("Idempotent-Replayed") != "true" || e.provider.Count("price") != 1 {
		t.Errorf("%d %s %v", again.Code, again.Body, again.Header())
	}
	invalid(t, e.ask("POST", "/api/billing/plans", 1, plan, "Idempotency-Key", strings.Repeat("k", 256)), "Idempotency-Key")
	invalid(t, e.ask("POST", "/api/billing/plans", 1, plan, "Idempotency-Key", "ü"), "Idempotency-Key")
}
