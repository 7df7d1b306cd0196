package billing_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"muster/libs/contracts/billingv1"
	"muster/services/billing/internal/billing"
)

// redeemedKinds returns the published kinds of redemption events with their times.
func (h *fixture) redeemedKinds() []string {
	var kinds []string
	for _, p := range h.store.Published() {
		if e, ok := p.(billingv1.RedemptionEvent); ok {
			kinds = append(kinds, fmt.Sprint(e.Kind, " ", e.At.Sub(t0)))
		}
	}
	return kinds
}

func TestRedemptionEvents(t *testing.T) {
	for name, c := range map[string]struct {
		coupon billing.Coupon
		happen func(t *testing.T, h *fixture, id string)
		want   []string
	}{
		"once": {percent(20, billing.Once), nil, []string{"reserved 0s", "applied 0s", "consumed 0s"}},
		"removed": {percent(20, billing.Forever), func(t *testing.T, h *fixture, id string) {
			h.provider.Change(id, func(s *billing.ProviderSubscription) { s.Discount = nil })
			h.event(t, "customer.subscription.updated", id)
			h.event(t, "customer.subscription.updated", id)
		}, []string{"reserved 0s", "applied 0s", "removed 1h0m0s"}},
		"expired": {billing.Coupon{Type: billing.Percentage, BasisPoints: 2000, Duration: billing.Repeating, DurationInMonths: ptr(1)}, func(t *testing.T, h *fixture, id string) {
			h.advance(month)
			h.provider.Renew(id, true)
			h.event(t, "customer.subscription.updated", id)
		}, []string{"reserved 0s", "applied 0s", "expired 744h0m0s"}},
		"trial": {billing.Coupon{Type: billing.FreeTrial, TrialDays: 14, Duration: billing.Once}, func(t *testing.T, h *fixture, id string) {
			h.advance(month)
			h.provider.Renew(id, true)
			h.event(t, "customer.subscription.updated", id)
		}, []string{"reserved 0s", "applied 0s", "consumed 336h0m0s"}},
	} {
		h := newHouse(t)
		plan := h.plan(t)
		h.promotion(t, "CODE", c.coupon, nil)
		id := h.subscribe(t, 42, plan.ID, "CODE")
		h.advance(time.Hour)
		if c.happen != nil {
			c.happen(t, h, id)
		}
		if got := h.redeemedKinds(); !slices.Equal(got, c.want) {
			t.Errorf("%s: told %q, want %q", name, got, c.want)
		}
	}
}

func TestAReleasedRedemptionIsTold(t *testing.T) {
	h := newHouse(t)
	plan := h.plan(t)
	h.promotion(t, "CODE", percent(20, billing.Forever), nil)
	_, err := h.StartCheckout(t.Context(), h.order(42, plan.ID, "CODE"))
	must(t, err)
	h.advance(time.Hour)
	_, err = h.StartCheckout(t.Context(), h.order(42, plan.ID, ""))
	must(t, err)
	if got := h.redeemedKinds(); !slices.Equal(got, []string{"reserved 0s", "released 1h0m0s"}) {
		t.Errorf("told %q", got)
	}
	e := h.store.Published()
	for _, p := range e {
		if r, ok := p.(billingv1.RedemptionEvent); ok && (r.UserID != 42 || r.Code != "CODE" || r.RedemptionID == 0 || r.PromotionID == 0 || r.CouponID == 0) {
			t.Errorf("%+v", r)
		}
	}
}
