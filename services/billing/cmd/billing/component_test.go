package main

import (
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"testing"
	"time"

	"muster/libs/causal"
	"muster/libs/contracts/billingv1"
	"muster/libs/contracts/directoryv1"
	"muster/libs/service/servicetest"
)

type created struct {
	ID int64 `json:"id"`
}

type checkout struct {
	ID, URL, Status string
	Subscription    *subscription
}

type subscription struct {
	Status            string
	ChargedAmount     int64
	CancelAtPeriodEnd bool
	Access            bool
	Promotion         *struct{ Code string }
}

func (s *system) create(path string, body map[string]any) int64 {
	s.t.Helper()
	return decode[created](s.ask(http.MethodPost, "/api/billing/"+path, admin, body).want(http.StatusCreated)).ID
}

func (s *system) catalog(promotion map[string]any) (plan int64) {
	s.t.Helper()
	plan = s.create("plans", map[string]any{"name": "Gold", "interval": "month", "intervalCount": 1, "amount": 1500, "currency": "usd", "trialPeriodDays": nil})
	coupon := s.create("coupons", map[string]any{"name": "Fifth off", "couponTypeCode": "DISC", "discountPercentage": 20, "couponDurationTypeCode": "FORE"})
	p := map[string]any{"name": "Spring", "code": "SPRING", "couponId": coupon, "maxRedemptions": nil, "planIds": []int64{}}
	for k, v := range promotion {
		p[k] = v
	}
	s.create("promotions", p)
	return plan
}

func order(plan int64, code string) map[string]any {
	return map[string]any{"planId": plan, "promotionCode": code, "successUrl": "https://app.test/done?id={CHECKOUT_SESSION_ID}", "cancelUrl": "https://app.test/back"}
}

func TestFromPlanToPaidSubscription(t *testing.T) {
	s := start(t)
	plan := s.catalog(nil)
	plans := s.ask(http.MethodGet, "/api/billing/plans", 0, nil).want(http.StatusOK)
	if l := decode[struct {
		Data  []created
		Total int
	}](plans); l.Total != 1 || l.Data[0].ID != plan {
		t.Errorf("plans %s", plans.Body)
	}

	made := s.ask(http.MethodPost, "/api/billing/checkout-sessions", 42, order(plan, "spring")).want(http.StatusCreated)
	c := decode[checkout](made)
	if c.Status != "open" || c.URL == "" || made.Header.Get("X-Muster-Wrote") != "subscription/42@2" {
		t.Errorf("%s %v", made.Body, made.Header)
	}
	s.pay(c.URL) // returns after billing has acknowledged the webhooks

	got := decode[subscription](s.ask(http.MethodGet, "/api/billing/subscription", 42, nil).want(http.StatusOK))
	if got.Status != "active" || got.ChargedAmount != 1200 || !got.Access || got.Promotion == nil || got.Promotion.Code != "SPRING" {
		t.Errorf("subscription %+v", got)
	}
	state := s.state(42, "a state with a subscription", func(r billingv1.Subscription) bool { return r.Current != nil })
	if state.Current.ChargedAmount != 1200 || !state.Access || state.StripeCustomerID == "" || state.Promotion == nil {
		t.Errorf("state %+v", state)
	}
	answer := s.ask(http.MethodGet, "/api/billing/checkout-sessions/"+c.ID, 42, nil).want(http.StatusOK)
	if answer.Header.Get("X-Muster-Wrote") == "" {
		t.Error("the answer does not tell which write the gateway has to wait for, although a webhook has written")
	}
	done := decode[checkout](answer)
	if done.Status != "complete" || done.Subscription == nil || done.Subscription.ChargedAmount != 1200 {
		t.Errorf("checkout %+v", done)
	}
	s.user(43, 1, nil)
	s.ask(http.MethodGet, "/api/billing/checkout-sessions/"+c.ID, 43, nil).code(http.StatusNotFound, "CHECKOUT_NOT_FOUND")
	s.ask(http.MethodPost, "/api/billing/checkout-sessions", 42, order(plan, "")).code(http.StatusConflict, "ALREADY_SUBSCRIBED")

	ended := s.ask(http.MethodPost, "/api/billing/subscription/cancel", 42, map[string]string{"mode": "now"}).want(http.StatusOK)
	if b := decode[subscription](ended); b.Status != "canceled" || b.Access {
		t.Errorf("cancelled %s", ended.Body)
	}
	state = s.state(42, "a cancelled state", func(r billingv1.Subscription) bool { return r.Current != nil && r.Current.Status == "canceled" })
	if wrote := ended.Header.Get("X-Muster-Wrote"); wrote != fmt.Sprintf("subscription/42@%d", state.Version) || state.Access {
		t.Errorf("wrote %s, state %+v", wrote, state)
	}
	s.ask(http.MethodPost, "/api/billing/subscription/cancel", 42, map[string]string{"mode": "now"}).code(http.StatusNotFound, "NO_SUBSCRIPTION")
}

// TestWrongPromotionCodesAreLimited: after twenty in an hour a right one is refused as well, until the limit allows it.
func TestWrongPromotionCodesAreLimited(t *testing.T) {
	s := start(t)
	plan := s.catalog(nil)
	const path = "/api/billing/checkout-sessions"
	for n := range 20 {
		s.ask(http.MethodPost, path, 42, order(plan, fmt.Sprint("WRONG", n))).code(http.StatusNotFound, "PROMO_NOT_FOUND")
	}
	for _, code := range []string{"WRONG", "SPRING"} {
		for range 2 { // the answer is for now, and not the one of the key
			refused := s.ask(http.MethodPost, path, 42, order(plan, code), "Idempotency-Key", code)
			refused.code(http.StatusTooManyRequests, "RATE_LIMITED")
			if after, err := strconv.Atoi(refused.Header.Get("Retry-After")); err != nil || after < 1 || after > 7200 || refused.Header.Get("Idempotent-Replayed") != "" {
				t.Errorf("%v", refused.Header)
			}
		}
	}
	s.user(43, 1, nil)
	s.ask(http.MethodPost, path, 43, order(plan, "SPRING")).want(http.StatusCreated)
	s.ask(http.MethodPost, path, 42, order(plan, "")).want(http.StatusCreated)
}

func TestTheReturnPageNeedsNoWebhook(t *testing.T) {
	s := start(t)
	plan := s.catalog(nil)
	s.post(s.stripe+"/_fake/webhooks", map[string]any{"mode": "drop"})
	c := decode[checkout](s.ask(http.MethodPost, "/api/billing/checkout-sessions", 42, order(plan, "")).want(http.StatusCreated))
	s.pay(c.URL)
	back := s.ask(http.MethodGet, "/api/billing/checkout-sessions/"+c.ID, 42, nil).want(http.StatusOK)
	if got := decode[checkout](back); got.Status != "complete" || got.Subscription == nil || got.Subscription.Status != "active" {
		t.Errorf("%s", back.Body)
	}
	if back.Header.Get("X-Muster-Wrote") == "" {
		t.Error("the version that this made is not named")
	}
}

func TestWebhooksInAnyOrderAndNumber(t *testing.T) {
	s := start(t)
	plan := s.catalog(nil)
	s.post(s.stripe+"/_fake/webhooks", map[string]any{"mode": "hold"})
	c := decode[checkout](s.ask(http.MethodPost, "/api/billing/checkout-sessions", 42, order(plan, "SPRING")).want(http.StatusCreated))
	s.pay(c.URL)
	s.ask(http.MethodPost, "/api/billing/checkout-sessions/"+c.ID, 42, nil).want(http.StatusMethodNotAllowed)
	s.post(s.stripe+"/_fake/webhooks/flush", map[string]any{"order": "reverse"})
	s.post(s.stripe+"/_fake/webhooks", map[string]any{"mode": "duplicate"})
	s.post(s.stripe+"/_fake/clock", map[string]any{"advance": "800h"}) // one renewal
	s.post(s.stripe+"/_fake/webhooks/settle", map[string]any{"timeout": "10s"})
	state := s.state(42, "the second period", func(r billingv1.Subscription) bool {
		return r.Current != nil && r.Current.CurrentPeriodStart.After(time.Now().Add(24*time.Hour))
	})
	if state.Current.ChargedAmount != 1200 || state.Current.Status != "active" || state.Promotion == nil {
		t.Errorf("%+v %+v", state.Current, state.Promotion)
	}
}

func TestTheGatewayLearnsWhatAWebhookWrote(t *testing.T) {
	s := start(t)
	plan := s.catalog(nil)
	c := decode[checkout](s.ask(http.MethodPost, "/api/billing/checkout-sessions", 42, order(plan, "")).want(http.StatusCreated))
	s.pay(c.URL)
	events := decode[struct {
		Deliveries []struct{ Event, Type string }
	}](s.do(request(t, s.stripe+"/_fake/webhooks?type=customer.subscription.created")).want(http.StatusOK))
	if len(events.Deliveries) == 0 {
		t.Fatal("no delivery")
	}
	path := "/internal/webhook-events/" + events.Deliveries[0].Event + "?wait=1500ms"
	s.ask(http.MethodGet, path, 42, nil).want(http.StatusUnauthorized)
	r := s.Request(t, http.MethodGet, path, nil)
	servicetest.AsService(t, r, blueprint.Name)
	got := decode[struct {
		Done   bool
		Writes []string
	}](s.do(r).want(http.StatusOK))
	if !got.Done || len(got.Writes) != 1 {
		t.Errorf("%+v", got)
	}
}

func request(t *testing.T, address string) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, http.NoBody)
	must(t, err)
	return r
}

func TestOneAnswerPerIdempotencyKey(t *testing.T) {
	s := start(t)
	plan := s.catalog(map[string]any{"maxRedemptions": 1})
	first := s.ask(http.MethodPost, "/api/billing/checkout-sessions", 42, order(plan, "SPRING"), "Idempotency-Key", "k1").want(http.StatusCreated)
	again := s.ask(http.MethodPost, "/api/billing/checkout-sessions", 42, order(plan, "SPRING"), "Idempotency-Key", "k1").want(http.StatusCreated)
	if string(first.Body) != string(again.Body) || again.Header.Get("Idempotent-Replayed") != "true" || again.Header.Get("X-Muster-Wrote") == "" {
		t.Errorf("%s, then %s %v", first.Body, again.Body, again.Header)
	}
	s.ask(http.MethodPost, "/api/billing/checkout-sessions", 42, order(plan, ""), "Idempotency-Key", "k1").code(http.StatusConflict, "IDEMPOTENCY_KEY_REUSED")
	s.user(43, 1, nil)
	s.ask(http.MethodPost, "/api/billing/checkout-sessions", 43, order(plan, ""), "Idempotency-Key", "k1").want(http.StatusCreated)

	var wg sync.WaitGroup
	ids := make([]int64, 8)
	for i := range ids {
		wg.Go(func() {
			s.eventually("an answer that is not a conflict", func() bool {
				a := s.ask(http.MethodPost, "/api/billing/plans", admin, map[string]any{"name": "Silver", "interval": "month", "amount": 900, "currency": "usd"}, "Idempotency-Key", "k2")
				if a.Status == http.StatusConflict {
					return false
				}
				ids[i] = decode[created](a.want(http.StatusCreated)).ID
				return true
			})
		})
	}
	wg.Wait()
	for _, id := range ids {
		if id != ids[0] {
			t.Errorf("one key made the plans %v", ids)
		}
	}
}

func TestTheLastRedemptionIsNeverSoldTwice(t *testing.T) {
	s := start(t)
	plan := s.catalog(map[string]any{"maxRedemptions": 2})
	const buyers = 8
	var wg sync.WaitGroup
	status := make([]int, buyers)
	for i := range buyers {
		id := int64(100 + i)
		s.user(id, 1, nil)
		wg.Go(func() {
			status[i] = s.ask(http.MethodPost, "/api/billing/checkout-sessions", id, order(plan, "SPRING")).Status
		})
	}
	wg.Wait()
	sold := 0
	for _, code := range status {
		switch code {
		case http.StatusCreated:
			sold++
		case http.StatusConflict:
		default:
			t.Errorf("status %d", code)
		}
	}
	if sold != 2 {
		t.Errorf("sold %d of 2: %v", sold, status)
	}
}

func TestADeletedUserPaysNoMore(t *testing.T) {
	s := start(t)
	plan := s.catalog(nil)
	c := decode[checkout](s.ask(http.MethodPost, "/api/billing/checkout-sessions", 42, order(plan, "")).want(http.StatusCreated))
	s.pay(c.URL)
	s.state(42, "a state with a subscription", func(r billingv1.Subscription) bool { return r.Access })
	s.user(42, 2, func(u *directoryv1.User) { *u = directoryv1.User{ID: 42, Version: 2, AccessVersion: 2, Deleted: true} })
	last := s.state(42, "the last record", func(r billingv1.Subscription) bool { return r.Deleted })
	if want := (billingv1.Subscription{UserID: 42, Version: last.Version, Deleted: true, AccessVersion: last.Version, UserVersion: 2}); last != want {
		t.Errorf("%+v", last)
	}
	s.eventually("the subscription is cancelled at Stripe", func() bool {
		r := request(t, s.stripe+"/v1/subscriptions?status=canceled")
		r.SetBasicAuth("sk_test_muster", "")
		return len(decode[struct{ Data []struct{ ID string } }](s.do(r)).Data) == 1
	})
	s.ask(http.MethodGet, "/api/billing/subscription", 42, nil, causal.HeaderUserVersion, "2").want(http.StatusUnauthorized)
}

func TestReadsAreAsNewAsTheGatewayHasSeen(t *testing.T) {
	s := start(t)
	answered := make(chan answer, 1)
	go func() {
		answered <- s.ask(http.MethodGet, "/api/billing/coupons", 42, nil, causal.HeaderUserVersion, "2")
	}()
	s.user(42, 2, func(u *directoryv1.User) { u.TypeCode = "ADMI" })
	(<-answered).want(http.StatusOK) // the user becomes an administrator with version 2
	s.ask(http.MethodGet, "/api/billing/coupons", 42, nil, causal.HeaderUserVersion, "3").code(http.StatusServiceUnavailable, "UNAVAILABLE")
	s.ask(http.MethodGet, "/api/billing/subscription", 999, nil, causal.HeaderUserVersion, "").want(http.StatusUnauthorized)
	s.user(44, 1, nil)
	s.ask(http.MethodGet, "/api/billing/coupons", 44, nil).want(http.StatusForbidden) // the type in the token does not matter
	s.ask(http.MethodPost, "/api/billing/subscription/cancel", 44, map[string]string{"mode": "now"}, "x-csrf-token", "no").code(http.StatusForbidden, "CSRF_INVALID")
}

func TestAStoppedServiceGoesOnWhereItWas(t *testing.T) {
	s := start(t)
	plan := s.catalog(nil)
	c := decode[checkout](s.ask(http.MethodPost, "/api/billing/checkout-sessions", 42, order(plan, "SPRING")).want(http.StatusCreated))
	s.post(s.stripe+"/_fake/webhooks", map[string]any{"mode": "hold"})
	s.pay(c.URL)
	s.Stop()
	s.boot()
	s.post(s.stripe+"/_fake/webhooks", map[string]any{"mode": "normal"})
	s.post(s.stripe+"/_fake/webhooks/flush", map[string]any{"order": "created"})
	s.state(42, "a state with a subscription", func(r billingv1.Subscription) bool { return r.Current != nil && r.Current.ChargedAmount == 1200 })
}
