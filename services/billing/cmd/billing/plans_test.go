package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"

	"muster/libs/contracts"
	"muster/libs/contracts/billingv1"
	"muster/libs/testkit/kafkatest"
)

// changeAtStripe makes or changes something at Stripe, as somebody does in its dashboard.
func (s *system) changeAtStripe(path, form string) string {
	s.t.Helper()
	r, err := http.NewRequestWithContext(s.t.Context(), http.MethodPost, s.stripe+path, strings.NewReader(form))
	must(s.t, err)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.SetBasicAuth("sk_test_muster", "")
	return decode[struct{ ID string }](s.do(r).want(http.StatusOK)).ID
}

func (s *system) syncPlans(args ...string) string {
	s.t.Helper()
	var out bytes.Buffer
	must(s.t, runPlans(s.t.Context(), append([]string{"sync"}, args...), s.environment, &out))
	return out.String()
}

// TestPlansSyncCommand pulls a price that was made at Stripe, pushes a plan's name, and changes nothing when it is repeated
// or dry.
func TestPlansSyncCommand(t *testing.T) {
	s := start(t)
	plan := s.create("plans", map[string]any{"name": "Gold", "interval": "month", "amount": 1500, "currency": "usd"})
	price := s.changeAtStripe("/v1/prices", "currency=usd&unit_amount=9900&recurring[interval]=year&product_data[name]=Yearly")
	dry := `added "Yearly", 9900 usd every 1 year, ` + price + "\n" + "dry run, nothing was changed: 1 added, 1 unchanged\n"
	for range 2 {
		if got := s.syncPlans("--pull", "--dry-run"); got != dry {
			t.Errorf("told %s", got)
		}
	}
	if got := s.syncPlans("--pull"); !strings.HasSuffix(got, "\ndone: 1 added, 1 unchanged\n") {
		t.Errorf("told %s", got)
	}
	for _, direction := range []string{"--pull", "--push"} {
		if got := s.syncPlans(direction); got != "done: 2 unchanged\n" {
			t.Errorf("told %s", got)
		}
	}
	plans := decode[struct {
		Data []struct {
			ID   int64
			Name string
		}
	}](s.ask(http.MethodGet, "/api/billing/plans", 0, nil).want(http.StatusOK))
	if len(plans.Data) != 2 || plans.Data[0].ID != plan || plans.Data[1].Name != "Yearly" {
		t.Errorf("%+v", plans)
	}
	s.subscribe(42, plans.Data[1].ID)
	s.state(42, "the pulled plan", func(r billingv1.Subscription) bool { return r.Current != nil && *r.Current.PlanID == plans.Data[1].ID })
	s.changeAtStripe("/v1/prices/"+price, "active=false")
	s.eventually("off sale", func() bool {
		return strings.Count(string(s.ask(http.MethodGet, "/api/billing/plans", 0, nil).Body), `"id"`) == 1
	})
	if got := s.syncPlans("--push"); got != "done: 2 unchanged\n" {
		t.Errorf("told %s", got)
	}
	for _, wrong := range [][]string{nil, {"sync"}, {"sync", "--pull", "--push"}, {"sync", "--pull", "x"}, {"sink", "--pull"}, {"sync", "--nothing"}} {
		if err := runPlans(t.Context(), wrong, s.environment, &bytes.Buffer{}); !errors.Is(err, errPlansUsage) {
			t.Errorf("%q: %v", wrong, err)
		}
	}
}

// TestADiscountFromTheDashboard is visible to the user and downstream, until it is taken off.
func TestADiscountFromTheDashboard(t *testing.T) {
	s := start(t)
	plan := s.catalog(map[string]any{"maxRedemptions": 1})
	s.subscribe(42, plan)
	paid := s.state(42, "paid", func(r billingv1.Subscription) bool { return r.Access })
	coupon := s.changeAtStripe("/v1/coupons", "percent_off=33.33&duration=forever&name=VIP")
	s.changeAtStripe("/v1/subscriptions/"+paid.Current.StripeSubscriptionID, "coupon="+coupon)
	given := s.state(42, "the discount", func(r billingv1.Subscription) bool { return r.Promotion != nil }).Promotion
	if given.PromotionID != 0 || given.CouponName != "VIP" || *given.DiscountPercent != 33.33 || given.DurationTypeCode != "FORE" {
		t.Errorf("%+v", given)
	}
	body := string(s.ask(http.MethodGet, "/api/billing/subscription", 42, nil).want(http.StatusOK).Body)
	if !strings.Contains(body, `"promotionId":null,"name":null,"code":null,`) || !strings.Contains(body, `"couponName":"VIP"`) {
		t.Errorf("%s", body)
	}
	r := request(t, s.stripe+"/v1/subscriptions/"+paid.Current.StripeSubscriptionID+"/discount")
	r.Method = http.MethodDelete
	r.SetBasicAuth("sk_test_muster", "")
	s.do(r).want(http.StatusOK)
	s.state(42, "no discount", func(r billingv1.Subscription) bool { return r.Promotion == nil })
}

// TestEventsOfPromotions: they reach Kafka in order, with the promotion as their key.
func TestEventsOfPromotions(t *testing.T) {
	s := start(t)
	plan := s.catalog(map[string]any{"maxRedemptions": 1})
	s.ask(http.MethodPost, "/api/billing/checkout-sessions", 42, order(plan, "SPRING")).want(http.StatusCreated)
	want := []string{"created", "exhausted"}
	s.eventually("the promotion's events", func() bool {
		var kinds []string
		for _, m := range kafkatest.Records(t, s.prefix+contracts.TopicBillingEvents) {
			var e billingv1.PromotionEvent
			if strings.HasPrefix(string(m.Key), "promotion/") && json.Unmarshal(m.Value, &e) == nil {
				kinds = append(kinds, string(e.Kind))
			}
		}
		return slices.Equal(kinds, want)
	})
}
