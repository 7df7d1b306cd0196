package httpapi_test

import (
	"strconv"
	"strings"
	"testing"

	"muster/services/billing/internal/billing/billingtest"
)

func TestChangingTheCatalogOnTheWire(t *testing.T) {
	e := newEdge(t)
	e.ask("POST", "/api/billing/plans", 1, gold)
	const plan = `{"id":1,"name":"Golden","interval":"month","intervalCount":1,"amount":1700,"currency":"usd","trialPeriodDays":7,"active":true,"createdAt":"NOW"}`
	e.golden(e.ask("PUT", "/api/billing/plans/1", 1, `{"name":"Golden","amount":1700,"trialPeriodDays":7}`), 200, plan)
	e.golden(e.ask("GET", "/api/billing/plans/1", 1, ""), 200, plan)
	e.golden(e.ask("PUT", "/api/billing/plans/1", 1, `{"trialPeriodDays":null}`), 200, strings.Replace(plan, `"trialPeriodDays":7`, `"trialPeriodDays":null`, 1))
	invalid(t, e.ask("PUT", "/api/billing/plans/1", 1, `{"amount":-1}`), "amount")
	invalid(t, e.ask("PUT", "/api/billing/plans/x", 1, `{}`), "id")
	invalid(t, e.ask("PUT", "/api/billing/plans/1", 1, `{"amount":"x"}`), "amount")
	e.golden(e.ask("DELETE", "/api/billing/plans/1", 1, ""), 204, "")
	e.golden(e.ask("DELETE", "/api/billing/plans/1", 1, "", "Prefer", "return=representation"), 200, `{"id":1}`)
	e.golden(e.ask("GET", "/api/billing/plans/2", 1, ""), 404, `{"message":"There is no such plan.","code":"PLAN_NOT_FOUND"}`)

	e.ask("POST", "/api/billing/coupons", 1, `{"name":"Off","couponTypeCode":"DISC","discountPercentage":12.5,"couponDurationTypeCode":"FORE"}`)
	const coupon = `{"id":2,"name":"Off","couponTypeCode":"DISC","couponTypeName":"Discount Percentage","discountPercentage":12.5,"discountAmount":null,"currency":null,"trialDays":null,"couponDurationTypeCode":"FORE","couponDurationTypeName":"Forever","durationInMonths":null,"active":true,"createdAt":"NOW"}`
	e.golden(e.ask("GET", "/api/billing/coupons/2", 1, ""), 200, coupon)
	e.golden(e.ask("PUT", "/api/billing/coupons/2", 1, `{"name":"Less"}`), 200, strings.Replace(coupon, "Off", "Less", 1))
	invalid(t, e.ask("PUT", "/api/billing/coupons/2", 1, `{"discountPercentage":12.555}`), "discountPercentage")
	e.ask("POST", "/api/billing/promotions", 1, `{"name":"Spring","code":"SPRING","couponId":2}`)
	const promotion = `{"id":3,"name":"Summer","code":"SPRING","description":"hot","couponId":2,"startsAt":null,"expiresAt":"2030-01-01T00:00:00Z","maxRedemptions":5,"perUserLimit":2,"firstTimeOnly":true,"planIds":[1],"active":true,"redemptions":0,"createdAt":"NOW"}`
	e.golden(e.ask("PUT", "/api/billing/promotions/3", 1, `{"name":"Summer","description":"hot","expiresAt":"2030-01-01T00:00:00.7Z","maxRedemptions":5,"perUserLimit":2,"firstTimeOnly":true,"planIds":[1]}`), 200, promotion)
	e.golden(e.ask("GET", "/api/billing/promotions/3", 1, ""), 200, promotion)
	e.golden(e.ask("DELETE", "/api/billing/promotions/3", 1, ""), 204, "")
	e.golden(e.ask("PUT", "/api/billing/coupons/2", 1, `{"discountPercentage":50}`), 200,
		strings.NewReplacer("Off", "Less", `"id":2`, `"id":4`, "12.5", "50").Replace(coupon))
	e.golden(e.ask("DELETE", "/api/billing/coupons/4", 1, ""), 204, "")
	e.golden(e.ask("GET", "/api/billing/coupons/9", 1, ""), 404, `{"message":"There is no such coupon.","code":"COUPON_NOT_FOUND"}`)
	e.golden(e.ask("GET", "/api/billing/promotions/9", 1, ""), 404, `{"message":"There is no such promotion code.","code":"PROMO_NOT_FOUND"}`)
}

func TestWhoSeesWhichPlans(t *testing.T) {
	e := newEdge(t)
	for _, user := range []int64{0, 42} {
		w := e.ask("GET", "/api/billing/plans", user, "")
		e.golden(w, 200, `{"data":[],"total":0}`)
		if w.Header().Get("Cache-Control") != "public, no-cache" || !strings.Contains(w.Header().Get("Vary"), "Authorization") {
			t.Errorf("user %d: %v", user, w.Header())
		}
	}
	w := e.ask("GET", "/api/billing/plans", 1, "")
	if !strings.Contains(w.Body.String(), `"name":"Archived"`) || strings.HasPrefix(w.Header().Get("Cache-Control"), "public") || w.Header().Get("X-Total-Count") != "1" {
		t.Errorf("%s %v", w.Body, w.Header())
	}
}

func TestOperatingOnTheWire(t *testing.T) {
	e := newEdge(t)
	e.ask("POST", "/api/billing/plans", 1, gold)
	e.ask("POST", "/api/billing/subscription", 42, `{"planId":1,"paymentMethodId":"`+billingtest.GoodCard+`"}`)
	state, err := e.service.CurrentSubscription(t.Context(), 42)
	must(t, err)
	id := "/api/billing/subscriptions/" + strconv.FormatInt(state.Current.ID, 10)
	w := e.ask("POST", id+"/sync", 1, "")
	if w.Code != 200 || !strings.HasPrefix(w.Body.String(), `{"id":`+strconv.FormatInt(state.Current.ID, 10)+`,"userId":42,`) || w.Header().Get("X-Muster-Wrote") == "" {
		t.Errorf("%d %s %v", w.Code, w.Body, w.Header())
	}
	invalid(t, e.ask("POST", id+"/extend-trial", 1, `{}`), "trialEnd")
	e.golden(e.ask("POST", id+"/extend-trial", 1, `{"trialEnd":"2030-01-01T00:00:00Z"}`), 409, `{"message":"This subscription is not in a trial.","code":"NOT_TRIALING"}`)
	invalid(t, e.ask("POST", id+"/cancel", 1, `{"mode":"never"}`), "mode")
	if w := e.ask("POST", id+"/cancel", 1, `{"mode":"now"}`); w.Code != 200 || !strings.Contains(w.Body.String(), `"status":"canceled"`) {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	e.golden(e.ask("POST", id+"/cancel", 1, `{"mode":"now"}`), 409, `{"message":"This subscription has ended.","code":"SUBSCRIPTION_ENDED"}`)
	e.golden(e.ask("POST", "/api/billing/subscriptions/999/sync", 1, ""), 404, `{"message":"There is no such subscription.","code":"SUBSCRIPTION_NOT_FOUND"}`)

	e.ask("POST", "/api/billing/webhooks/stripe", 0, "evt_1", "Stripe-Signature", "good")
	e.golden(e.ask("POST", "/api/billing/webhook-events/evt_1/replay", 1, ""), 202, `{"id":"evt_1","state":"waiting"}`)
	for _, id := range []string{"evt_2", "x%00"} {
		e.golden(e.ask("POST", "/api/billing/webhook-events/"+id+"/replay", 1, ""), 404, `{"message":"There is no such event.","code":"EVENT_NOT_FOUND"}`)
	}
}

func TestAdministratorsActsAreRecorded(t *testing.T) {
	e := newEdge(t)
	for range 2 { // the second answer is the stored one
		e.ask("POST", "/api/billing/plans", 1, gold, "Idempotency-Key", "k")
	}
	e.ask("PUT", "/api/billing/plans/1", 1, `{"amount":-1}`)
	e.ask("DELETE", "/api/billing/plans/1", 42, "")
	e.ask("GET", "/api/billing/plans/1", 1, "")
	e.ask("PUT", "/api/billing/plans/1", 1, "no JSON")
	if len(e.acts.all) != 3 {
		t.Fatalf("acts %+v", e.acts.all)
	}
	made, ended := e.acts.all[0], e.acts.ends[0]
	if made.AdminID != 1 || made.Action != "POST /api/billing/plans" || string(made.Detail) != gold || ended.Status != 201 || ended.Object != "1" {
		t.Errorf("%+v %+v", made, ended)
	}
	if refused := e.acts.all[1]; refused.Object != "1" || e.acts.ends[1].Status != 400 {
		t.Errorf("%+v %+v", refused, e.acts.ends[1])
	}
	if e.acts.all[2].Detail != nil {
		t.Errorf("%s", e.acts.all[2].Detail)
	}
	e.acts.down = true
	if w := e.ask("DELETE", "/api/billing/plans/1", 1, ""); w.Code != 500 {
		t.Errorf("an act that cannot be recorded: %d", w.Code)
	}
	if w := e.ask("GET", "/api/billing/plans/1", 1, ""); !strings.Contains(w.Body.String(), `"active":true`) {
		t.Errorf("it happened: %s", w.Body)
	}
}

func TestTheAuditLogIsRead(t *testing.T) {
	e := newEdge(t)
	e.golden(e.ask("GET", "/api/billing/audit-log", 1, ""), 200,
		`{"data":[{"id":2,"adminId":1,"action":"POST /api/billing/plans","object":"7","detail":{"name":"Gold"},"status":201,"begunAt":"NOW","endedAt":"NOW"},`+
			`{"id":1,"adminId":1,"action":"POST /api/billing/refunds","object":null,"detail":null,"status":null,"begunAt":"NOW","endedAt":null}],"total":2}`)
	if w := e.ask("GET", "/api/billing/audit-log", 42, ""); w.Code != 403 {
		t.Errorf("%d", w.Code)
	}
}
