package main

import (
	"net/http"
	"strings"
	"sync"
	"testing"

	"muster/libs/contracts/billingv1"
)

const (
	goodCard      = "pm_card_visa"
	decliningCard = "pm_card_chargeCustomerFail"
	askingCard    = "pm_card_authenticationRequired"
)

type refusal struct {
	Code, ClientSecret string
	DeclineCode        *string
}

// stripeTotal counts the objects in a list of Stripe's API.
func (s *system) stripeTotal(path string) int {
	s.t.Helper()
	r := request(s.t, s.stripe+path)
	r.SetBasicAuth("sk_test_muster", "")
	return len(decode[struct{ Data []struct{ ID string } }](s.do(r)).Data)
}

func (s *system) card(plan int64, code, card string) map[string]any {
	return map[string]any{"planId": plan, "promotionCode": code, "paymentMethodId": card}
}

func TestSubscribingWithACard(t *testing.T) {
	s := start(t)
	plan := s.catalog(map[string]any{"maxRedemptions": 1})
	const path = "/api/billing/subscription"
	declined := decode[refusal](s.ask(http.MethodPost, path, 42, s.card(plan, "SPRING", decliningCard)).want(http.StatusPaymentRequired))
	if declined.Code != "PAYMENT_FAILED" || declined.DeclineCode == nil || *declined.DeclineCode != "generic_decline" {
		t.Errorf("%+v", declined)
	}
	asked := decode[refusal](s.ask(http.MethodPost, path, 42, s.card(plan, "SPRING", askingCard)).want(http.StatusPaymentRequired))
	if asked.Code != "PAYMENT_ACTION_REQUIRED" || !strings.Contains(asked.ClientSecret, "_secret_") {
		t.Errorf("%+v", asked)
	}
	made := s.ask(http.MethodPost, path, 42, s.card(plan, "SPRING", goodCard), "Idempotency-Key", "once").want(http.StatusCreated)
	if got := decode[subscription](made); got.Status != "active" || got.ChargedAmount != 1200 || !got.Access || got.Promotion == nil {
		t.Errorf("%s", made.Body)
	}
	again := s.ask(http.MethodPost, path, 42, s.card(plan, "SPRING", goodCard), "Idempotency-Key", "once").want(http.StatusCreated)
	if string(again.Body) != string(made.Body) || s.stripeTotal("/v1/subscriptions?status=active") != 1 {
		t.Errorf("the same request again: %s", again.Body)
	}
	s.state(42, "a state with a subscription", func(r billingv1.Subscription) bool { return r.Access && r.Promotion != nil })
	s.ask(http.MethodPost, path, 42, s.card(plan, "", goodCard)).code(http.StatusConflict, "ALREADY_SUBSCRIBED")
}

func TestSubscribingAtOnceOnTheRealStore(t *testing.T) {
	s := start(t)
	plan := s.catalog(nil)
	var wg sync.WaitGroup
	for range 6 {
		wg.Go(func() {
			a := s.ask(http.MethodPost, "/api/billing/subscription", 42, s.card(plan, "SPRING", goodCard))
			if a.Status != http.StatusCreated && a.Status != http.StatusConflict {
				t.Errorf("%d %s", a.Status, a.Body)
			}
		})
	}
	wg.Wait()
	if n := s.stripeTotal("/v1/subscriptions?status=all"); n != 1 {
		t.Errorf("%d subscriptions", n)
	}
}

func TestChangingAPlan(t *testing.T) {
	s := start(t)
	plan := s.catalog(nil)
	better := s.create("plans", map[string]any{"name": "Platinum", "interval": "month", "amount": 3000, "currency": "usd"})
	s.ask(http.MethodPost, "/api/billing/subscription", 42, s.card(plan, "SPRING", goodCard)).want(http.StatusCreated)
	type preview struct {
		PreviewID                string
		AmountDueNow, NextAmount int64
		NextDate                 *string
	}
	const path = "/api/billing/subscription/"
	first := decode[preview](s.ask(http.MethodPost, path+"preview-change", 42, map[string]any{"planId": better}).want(http.StatusOK))
	if first.AmountDueNow < 1190 || first.AmountDueNow > 1200 || first.NextAmount != 2400 || first.NextDate == nil {
		t.Errorf("%+v", first)
	}
	s.ask(http.MethodPost, path+"cancel", 42, map[string]string{"mode": "period_end"}).want(http.StatusOK)
	s.ask(http.MethodPost, path+"change", 42, map[string]string{"previewId": first.PreviewID}).code(http.StatusConflict, "PREVIEW_STALE")
	resumed := decode[subscription](s.ask(http.MethodPost, path+"resume", 42, nil).want(http.StatusOK))
	if resumed.CancelAtPeriodEnd {
		t.Errorf("%+v", resumed)
	}
	s.ask(http.MethodPost, path+"resume", 42, nil).code(http.StatusConflict, "NOT_RESUMABLE")
	second := decode[preview](s.ask(http.MethodPost, path+"preview-change", 42, map[string]any{"planId": better}).want(http.StatusOK))
	changed := s.ask(http.MethodPost, path+"change", 42, map[string]string{"previewId": second.PreviewID}, "Idempotency-Key", "change").want(http.StatusOK)
	if got := decode[subscription](changed); got.ChargedAmount != 2400 {
		t.Errorf("%s", changed.Body)
	}
	s.state(42, "the better plan", func(r billingv1.Subscription) bool { return r.Current != nil && *r.Current.PlanID == better })
	entitled := decode[struct {
		Access bool
		Class  string
		PlanID int64
	}](s.ask(http.MethodGet, "/api/billing/entitlements", 42, nil).want(http.StatusOK))
	if !entitled.Access || entitled.Class != "PAID" || entitled.PlanID != better {
		t.Errorf("%+v", entitled)
	}
	portal := decode[struct{ URL string }](s.ask(http.MethodPost, "/api/billing/portal-sessions", 42, map[string]string{"returnUrl": "https://app.test/"}).want(http.StatusCreated))
	s.do(request(t, portal.URL)).want(http.StatusOK)
}

// confirm pays the open invoice on the provider's page, where the customer confirms the payment.
func (s *system) confirm() {
	s.t.Helper()
	r := request(s.t, s.stripe+"/v1/invoices?status=open")
	r.SetBasicAuth("sk_test_muster", "")
	open := decode[struct{ Data []struct{ ID string } }](s.do(r).want(http.StatusOK)).Data
	if len(open) != 1 {
		s.t.Fatalf("%d open invoices", len(open))
	}
	pay, err := http.NewRequestWithContext(s.t.Context(), http.MethodPost, s.stripe+"/i/"+open[0].ID, strings.NewReader("outcome=pay"))
	must(s.t, err)
	pay.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	s.do(pay).want(http.StatusOK)
}

// TestAChangeIsConfirmed: the plan changes once the user has confirmed the payment on the provider's page, and is charged once.
func TestAChangeIsConfirmed(t *testing.T) {
	s := start(t)
	plan := s.catalog(nil)
	s.ask(http.MethodPost, "/api/billing/subscription", 42, s.card(plan, "", askingCard)).code(http.StatusPaymentRequired, "PAYMENT_ACTION_REQUIRED")
	s.confirm()
	s.state(42, "the subscription", func(r billingv1.Subscription) bool { return r.Access })
	const path = "/api/billing/subscription/"
	preview := decode[struct{ PreviewID string }](s.ask(http.MethodPost, path+"preview-change", 42, map[string]any{"quantity": 2}).want(http.StatusOK))
	change := map[string]string{"previewId": preview.PreviewID}
	first := decode[refusal](s.ask(http.MethodPost, path+"change", 42, change).want(http.StatusPaymentRequired))
	again := decode[refusal](s.ask(http.MethodPost, path+"change", 42, change).want(http.StatusPaymentRequired))
	if first.Code != "PAYMENT_ACTION_REQUIRED" || first.ClientSecret == "" || again != first {
		t.Errorf("%+v, then %+v", first, again)
	}
	if got := decode[subscription](s.ask(http.MethodGet, "/api/billing/subscription", 42, nil)); got.ChargedAmount != 1500 || got.Status != "active" {
		t.Errorf("%+v", got)
	}
	s.confirm()
	s.state(42, "the change", func(r billingv1.Subscription) bool { return r.Current.Quantity == 2 && r.Current.Status == "active" })
	s.ask(http.MethodPost, path+"change", 42, change).want(http.StatusOK)
	if n := s.stripeTotal("/v1/invoices"); n != 2 {
		t.Errorf("%d invoices", n)
	}
}
