package httpapi_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"muster/libs/causal"
	"muster/services/billing/internal/billing/billingtest"
)

const gold = `{"name":"Gold","interval":"month","amount":1500,"currency":"usd"}`

func TestSubscribingOnTheWire(t *testing.T) {
	e := newEdge(t)
	e.ask("POST", "/api/billing/plans", 1, gold)
	invalid(t, e.ask("POST", "/api/billing/subscription", 42, `{"planId":1,"paymentMethodId":"../x"}`), "paymentMethodId")
	invalid(t, e.ask("POST", "/api/billing/subscription", 42, `{}`), "planId")
	e.golden(e.ask("POST", "/api/billing/subscription", 42, `{"planId":2}`), 404, `{"message":"There is no such plan.","code":"PLAN_NOT_FOUND"}`)
	e.golden(e.ask("POST", "/api/billing/subscription", 42, `{"planId":1,"paymentMethodId":"`+billingtest.DecliningOne+`"}`), 402,
		`{"message":"The payment has failed.","code":"PAYMENT_FAILED","declineCode":"generic_decline"}`)
	e.golden(e.ask("POST", "/api/billing/subscription", 42, `{"planId":1}`), 402,
		`{"message":"The payment has failed.","code":"PAYMENT_FAILED","declineCode":null}`)
	asked := e.ask("POST", "/api/billing/subscription", 42, `{"planId":1,"paymentMethodId":"`+billingtest.AskingCard+`"}`)
	if asked.Code != 402 || !strings.Contains(asked.Body.String(), `"code":"PAYMENT_ACTION_REQUIRED","clientSecret":"secret_`) || asked.Header().Get(causal.HeaderWrote) == "" {
		t.Errorf("%d %s %v", asked.Code, asked.Body, asked.Header())
	}
	order := `{"planId":1,"paymentMethodId":"` + billingtest.GoodCard + `"}`
	made := e.ask("POST", "/api/billing/subscription", 42, order, "Idempotency-Key", "k")
	if made.Code != 201 || !strings.Contains(made.Body.String(), `"status":"active","planId":1`) || made.Header().Get(causal.HeaderWrote) == "" {
		t.Errorf("%d %s", made.Code, made.Body)
	}
	again := e.ask("POST", "/api/billing/subscription", 42, order, "Idempotency-Key", "k")
	if again.Body.String() != made.Body.String() || again.Header().Get("Idempotent-Replayed") != "true" {
		t.Errorf("again: %s", again.Body)
	}
	e.golden(e.ask("POST", "/api/billing/subscription", 42, order), 409, `{"message":"You have a subscription already.","code":"ALREADY_SUBSCRIBED"}`)
	e.golden(e.ask("GET", "/api/billing/entitlements", 42, ""), 200,
		`{"access":true,"class":"PAID","status":"active","planId":1,"planName":"Gold","quantity":1,"until":null}`)
	e.golden(e.ask("GET", "/api/billing/entitlements", 1, ""), 200,
		`{"access":false,"class":"NO_SUBSCRIPTION","status":null,"planId":null,"planName":null,"quantity":null,"until":null}`)
}

func TestChangingOnTheWire(t *testing.T) {
	e := newEdge(t)
	e.ask("POST", "/api/billing/plans", 1, gold)
	e.golden(e.ask("POST", "/api/billing/subscription/preview-change", 42, `{"planId":1}`), 404, `{"message":"You have no subscription.","code":"NO_SUBSCRIPTION"}`)
	e.golden(e.ask("POST", "/api/billing/subscription/change", 42, `{"previewId":"x"}`), 409,
		`{"message":"This preview is no longer valid. Please ask for a new one.","code":"PREVIEW_STALE"}`)
	e.golden(e.ask("POST", "/api/billing/subscription/resume", 42, ""), 404, `{"message":"You have no subscription.","code":"NO_SUBSCRIPTION"}`)
	e.ask("POST", "/api/billing/subscription", 42, `{"planId":1,"paymentMethodId":"`+billingtest.GoodCard+`"}`)
	e.golden(e.ask("POST", "/api/billing/subscription/resume", 42, ""), 409,
		`{"message":"Your subscription does not end, so it cannot be resumed.","code":"NOT_RESUMABLE"}`)
	invalid(t, e.ask("POST", "/api/billing/subscription/preview-change", 42, `{}`), "planId")
	invalid(t, e.ask("POST", "/api/billing/subscription/preview-change", 42, `{"quantity":0}`), "quantity")
	w := e.ask("POST", "/api/billing/subscription/preview-change", 42, `{"quantity":3}`)
	var preview struct{ PreviewID string }
	if err := json.Unmarshal(w.Body.Bytes(), &preview); err != nil || preview.PreviewID == "" {
		t.Fatalf("%s: %v", w.Body, err)
	}
	e.golden(w, 200, `{"previewId":"`+preview.PreviewID+`","prorationDate":"NOW","amountDueNow":3000,"nextAmount":4500,"nextDate":"`+
		now.AddDate(0, 1, 0).Format(time.RFC3339)+`","expiresAt":"`+now.Add(15*time.Minute).Format(time.RFC3339)+`"}`)
	changed := e.ask("POST", "/api/billing/subscription/change", 42, `{"previewId":"`+preview.PreviewID+`"}`)
	if changed.Code != 200 || !strings.Contains(changed.Body.String(), `"quantity":3`) || changed.Header().Get(causal.HeaderWrote) == "" {
		t.Errorf("%d %s", changed.Code, changed.Body)
	}
}

func TestPortalAndPromotionsOnTheWire(t *testing.T) {
	e := newEdge(t)
	e.ask("POST", "/api/billing/plans", 1, gold)
	e.ask("POST", "/api/billing/coupons", 1, `{"name":"Off","couponTypeCode":"DISC","discountPercentage":12.5,"couponDurationTypeCode":"REPE","durationInMonths":4}`)
	e.ask("POST", "/api/billing/promotions", 1, `{"name":"Spring","code":"SPRING","couponId":2,"maxRedemptions":3}`)
	invalid(t, e.ask("POST", "/api/billing/portal-sessions", 42, `{"returnUrl":"https://evil.test/"}`), "returnUrl")
	opened := e.ask("POST", "/api/billing/portal-sessions", 42, `{"returnUrl":"https://app.test/account"}`)
	if opened.Code != 201 || !strings.HasPrefix(opened.Body.String(), `{"url":"https://pay.test/portal/`) {
		t.Errorf("%d %s", opened.Code, opened.Body)
	}
	e.golden(e.ask("POST", "/api/billing/promotions/validate", 42, `{"code":"spring","planId":1}`), 200,
		`{"promotionId":3,"code":"SPRING","name":"Spring","description":null,"couponTypeCode":"DISC","couponTypeName":"Discount Percentage","discountPercentage":12.5,"discountAmount":null,"couponDurationTypeCode":"REPE","couponDurationTypeName":"Repeating","durationInMonths":4,"trialDays":0,"amount":1500,"discountedAmount":1312}`)
	invalid(t, e.ask("POST", "/api/billing/promotions/validate", 42, `{"planId":1}`), "code")
	invalid(t, e.ask("POST", "/api/billing/promotions/validate", 42, `{"code":"SPRING"}`), "planId")
	e.golden(e.ask("POST", "/api/billing/promotions/validate", 42, `{"code":"nothing","planId":1}`), 404,
		`{"message":"There is no such promotion code.","code":"PROMO_NOT_FOUND"}`)
}
