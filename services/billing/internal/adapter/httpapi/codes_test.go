package httpapi_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"muster/services/billing/internal/billing"
	"muster/services/billing/internal/billing/billingtest"
)

// coded checks the status and the code of an answer.
func coded(t *testing.T, what string, status int, body []byte, wantStatus int, wantCode string) {
	t.Helper()
	var got struct{ Code, Message string }
	if err := json.Unmarshal(body, &got); err != nil || status != wantStatus || got.Code != wantCode || got.Message == "" {
		t.Errorf("%s: %d %s, want %d %s", what, status, body, wantStatus, wantCode)
	}
}

// id returns the id of what a request has made.
func (e *edge) made(path, body string) int64 {
	e.t.Helper()
	w := e.ask("POST", "/api/billing/"+path, 1, body)
	var made struct{ ID int64 }
	if err := json.Unmarshal(w.Body.Bytes(), &made); err != nil || w.Code != http.StatusCreated {
		e.t.Fatalf("%s: %d %s", path, w.Code, w.Body)
	}
	return made.ID
}

// TestEachRefusalOfAPromotion has its code, on each route that takes a code.
func TestEachRefusalOfAPromotion(t *testing.T) {
	hour := func(d time.Duration) string { return now.Add(d * time.Hour).Format(time.RFC3339) }
	for code, c := range map[string]struct {
		status    int
		coupon    string // 20 % unless it is given
		promotion string // further members
		prepare   func(e *edge, promotion int64)
	}{
		"PROMO_NOT_FOUND": {status: 404, prepare: func(e *edge, _ int64) {}},
		"PROMO_INACTIVE": {status: 409, prepare: func(e *edge, id int64) {
			if w := e.ask("DELETE", fmt.Sprint("/api/billing/promotions/", id), 1, ""); w.Code != http.StatusNoContent {
				e.t.Fatalf("%d %s", w.Code, w.Body)
			}
		}},
		"PROMO_NOT_STARTED": {status: 409, promotion: `,"startsAt":"` + hour(1) + `"`},
		"PROMO_EXPIRED":     {status: 409, promotion: `,"expiresAt":"` + hour(-1) + `"`},
		"PROMO_EXHAUSTED": {status: 409, promotion: `,"maxRedemptions":1`, prepare: func(e *edge, _ int64) {
			must(e.t, e.service.FollowUser(e.t.Context(), billing.Profile{UserID: 43, Version: 1, Email: "v@example.com", TypeCode: "NONS", Active: true}))
			e.subscribe(43, "CODE")
		}},
		"PROMO_ALREADY_REDEEMED": {status: 409, promotion: `,"perUserLimit":1`, prepare: func(e *edge, _ int64) { e.subscribe(42, "CODE"); e.end(42) }},
		"PROMO_FIRST_TIME_ONLY":  {status: 409, promotion: `,"firstTimeOnly":true`, prepare: func(e *edge, _ int64) { e.subscribe(42, ""); e.end(42) }},
		"PROMO_PLAN_NOT_ELIGIBLE": {status: 409, prepare: func(e *edge, id int64) {
			other := e.made("plans", gold)
			e.ask("PUT", fmt.Sprint("/api/billing/promotions/", id), 1, fmt.Sprintf(`{"planIds":[%d]}`, other))
		}},
		"PROMO_CURRENCY_MISMATCH": {status: 409, coupon: `"couponTypeCode":"AMOU","discountAmount":500,"currency":"eur"`},
		"TRIAL_ALREADY_USED": {status: 409, coupon: `"couponTypeCode":"TRIA","trialDays":7`, prepare: func(e *edge, _ int64) {
			e.subscribe(42, "CODE")
			e.end(42)
		}},
	} {
		t.Run(code, func(t *testing.T) {
			e := newEdge(t)
			plan := e.made("plans", gold)
			value := c.coupon
			if value == "" {
				value = `"couponTypeCode":"DISC","discountPercentage":20`
			}
			coupon := e.made("coupons", `{"name":"Off","couponDurationTypeCode":"ONCE",`+value+`}`)
			promotion := e.made("promotions", fmt.Sprintf(`{"name":"x","code":"CODE","couponId":%d%s}`, coupon, c.promotion))
			if c.prepare != nil {
				c.prepare(e, promotion)
			}
			typed := "code"
			if c.status == http.StatusNotFound {
				typed = "nothing"
			}
			for path, body := range map[string]string{
				"promotions/validate": fmt.Sprintf(`{"code":"%s","planId":%d}`, typed, plan),
				"subscription":        fmt.Sprintf(`{"planId":%d,"promotionCode":"%s","paymentMethodId":"%s"}`, plan, typed, billingtest.GoodCard),
			} {
				w := e.ask("POST", "/api/billing/"+path, 42, body)
				coded(t, path, w.Code, w.Body.Bytes(), c.status, code)
			}
			if strings.HasPrefix(code, "PROMO_NOT_F") {
				return // a third wrong code is one too many
			}
			w := e.ask("POST", "/api/billing/checkout-sessions", 42, checkoutOf(plan, typed))
			coded(t, "checkout-sessions", w.Code, w.Body.Bytes(), c.status, code)
		})
	}
}

func checkoutOf(plan int64, code string) string {
	return fmt.Sprintf(`{"planId":%d,"promotionCode":"%s","successUrl":"https://app.test/a","cancelUrl":"https://app.test/b"}`, plan, code)
}

func (e *edge) subscribe(user int64, code string) {
	e.t.Helper()
	w := e.ask("POST", "/api/billing/subscription", user, fmt.Sprintf(`{"planId":1,"promotionCode":"%s","paymentMethodId":"%s"}`, code, billingtest.GoodCard))
	if w.Code != http.StatusCreated {
		e.t.Fatalf("%d %s", w.Code, w.Body)
	}
}

func (e *edge) end(user int64) {
	e.t.Helper()
	if w := e.ask("POST", "/api/billing/subscription/cancel", user, `{"mode":"now"}`); w.Code != http.StatusOK {
		e.t.Fatalf("%d %s", w.Code, w.Body)
	}
}

// TestTheOtherCodes: each route that calls the provider says that it is away, and each code that needs a subscription or a plan
// is given where there is none.
func TestTheOtherCodes(t *testing.T) {
	e := newEdge(t)
	plan := e.made("plans", gold)
	e.subscribe(42, "")
	w := e.ask("POST", "/api/billing/subscription/preview-change", 42, `{"quantity":2}`)
	var preview struct{ PreviewID string }
	must(t, json.Unmarshal(w.Body.Bytes(), &preview))
	e.provider.SetDown(true)
	for path, body := range map[string]string{
		"subscription/preview-change": `{"quantity":3}`, "subscription/change": `{"previewId":"` + preview.PreviewID + `"}`,
		"subscription/cancel": `{"mode":"now"}`, "portal-sessions": `{"returnUrl":"https://app.test/"}`,
	} {
		w := e.ask("POST", "/api/billing/"+path, 42, body)
		coded(t, path, w.Code, w.Body.Bytes(), 503, "PROVIDER_UNAVAILABLE")
	}
	for path, body := range map[string]string{"checkout-sessions": checkoutOf(plan, ""), "subscription": `{"planId":1,"paymentMethodId":"pm_1"}`, "plans": gold} {
		w := e.ask("POST", "/api/billing/"+path, 1, body)
		coded(t, path, w.Code, w.Body.Bytes(), 503, "PROVIDER_UNAVAILABLE")
	}
	e.provider.SetDown(false)
	w = e.ask("POST", "/api/billing/checkout-sessions", 42, checkoutOf(plan, ""))
	coded(t, "checkout", w.Code, w.Body.Bytes(), 409, "ALREADY_SUBSCRIBED")
	w = e.ask("POST", "/api/billing/subscription/change", 1, `{"previewId":"`+preview.PreviewID+`"}`) // another user's
	coded(t, "change", w.Code, w.Body.Bytes(), 409, "PREVIEW_STALE")
	for path, body := range map[string]string{"subscription/cancel": `{"mode":"now"}`, "subscription/resume": "", "subscription/preview-change": `{"quantity":3}`} {
		w := e.ask("POST", "/api/billing/"+path, 1, body)
		coded(t, path, w.Code, w.Body.Bytes(), 404, "NO_SUBSCRIPTION")
	}
	if w := e.ask("DELETE", "/api/billing/plans/1", 1, ""); w.Code != http.StatusNoContent {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	for path, body := range map[string]string{
		"checkout-sessions": checkoutOf(plan, ""), "subscription": `{"planId":1}`, "promotions/validate": `{"code":"x","planId":1}`,
	} {
		w := e.ask("POST", "/api/billing/"+path, 1, body)
		coded(t, path+" of a plan off sale", w.Code, w.Body.Bytes(), 404, "PLAN_NOT_FOUND")
	}
}

// TestAChangeThatIsNotPaidOnTheWire: declined, or to be confirmed.
func TestAChangeThatIsNotPaidOnTheWire(t *testing.T) {
	e := newEdge(t)
	e.made("plans", gold)
	e.ask("POST", "/api/billing/subscription", 42, `{"planId":1,"paymentMethodId":"`+billingtest.AskingCard+`"}`)
	sub := e.subscription()
	for _, i := range e.provider.InvoicesOf(sub) {
		e.provider.Confirm(i)
	}
	change := func(quantity int) (int, []byte) {
		var preview struct{ PreviewID string }
		must(t, json.Unmarshal(e.ask("POST", "/api/billing/subscription/preview-change", 42, fmt.Sprintf(`{"quantity":%d}`, quantity)).Body.Bytes(), &preview))
		w := e.ask("POST", "/api/billing/subscription/change", 42, `{"previewId":"`+preview.PreviewID+`"}`)
		return w.Code, w.Body.Bytes()
	}
	e.ask("POST", "/api/billing/subscription", 42, `{"planId":1}`) // learns of the payment
	status, body := change(2)
	coded(t, "asked", status, body, 402, "PAYMENT_ACTION_REQUIRED")
	if !strings.Contains(string(body), `"clientSecret":"secret_`) {
		t.Errorf("%s", body)
	}
	u, err := e.store.User(t.Context(), 42)
	must(t, err)
	e.provider.FailNext(u.CustomerID)
	status, body = change(3)
	coded(t, "declined", status, body, 402, "PAYMENT_FAILED")
	if !strings.Contains(string(body), `"declineCode":"generic_decline"`) {
		t.Errorf("%s", body)
	}
}

// subscription returns the provider's id of the user's subscription.
func (e *edge) subscription() string {
	e.t.Helper()
	a, err := e.store.Account(e.t.Context(), 42)
	must(e.t, err)
	return a.Subscriptions[0].ProviderID
}
