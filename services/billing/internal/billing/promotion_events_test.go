package billing_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"muster/libs/contracts/billingv1"
	"muster/services/billing/internal/billing"
)

// promotionEvents returns the published events of promotions.
func (h *fixture) promotionEvents() []billingv1.PromotionEvent {
	var events []billingv1.PromotionEvent
	for _, p := range h.store.Published() {
		if e, ok := p.(billingv1.PromotionEvent); ok {
			events = append(events, e)
		}
	}
	return events
}

func (h *fixture) promotionKinds() []string {
	var kinds []string
	for _, e := range h.promotionEvents() {
		kinds = append(kinds, fmt.Sprint(e.Promotion.Code, " ", e.Kind, " ", e.Version))
	}
	return kinds
}

func (h *fixture) wantPromotionKinds(t *testing.T, what string, want ...string) {
	t.Helper()
	if got := h.promotionKinds(); !slices.Equal(got, want) {
		t.Errorf("%s: told %q, want %q", what, got, want)
	}
}

func TestAPromotionsLifeIsTold(t *testing.T) {
	h := newHouse(t)
	plan := h.plan(t)
	made := h.promotion(t, "SPRING", billing.Coupon{Type: billing.Percentage, BasisPoints: 1250, Duration: billing.Forever}, func(p *billing.Promotion) {
		p.Description, p.MaxRedemptions, p.PlanIDs = ptr("of the year"), ptr(5), []int64{plan.ID}
	})
	h.wantPromotionKinds(t, "created", "SPRING created 1")
	if e := h.promotionEvents()[0]; e.Before != nil || e.PromotionID != made.ID || !e.At.Equal(t0) || *e.Promotion.DiscountPercent != 12.5 ||
		e.Promotion.Currency != nil || *e.Promotion.MaxRedemptions != 5 || !e.Promotion.Active || !slices.Equal(e.Promotion.PlanIDs, []int64{plan.ID}) {
		t.Errorf("%+v", e)
	}
	h.advance(time.Hour)
	_, err := h.UpdatePromotion(t.Context(), made.ID, billing.PromotionChange{Name: given("Summer"), MaxRedemptions: given(9)})
	must(t, err)
	_, err = h.UpdatePromotion(t.Context(), made.ID, billing.PromotionChange{Name: given(" Summer "), PlanIDs: given([]int64{plan.ID, plan.ID})})
	must(t, err)
	h.wantPromotionKinds(t, "changed, and then to the same", "SPRING created 1", "SPRING changed 2")
	if e := h.promotionEvents()[1]; e.Before.Name != "SPRING" || *e.Before.MaxRedemptions != 5 || e.Promotion.Name != "Summer" || *e.Promotion.MaxRedemptions != 9 || e.At.Sub(t0) != time.Hour {
		t.Errorf("%+v", e)
	}
	_, err = h.UpdatePromotion(t.Context(), made.ID, billing.PromotionChange{PlanIDs: given([]int64{999})})
	wantErr(t, err, billing.ErrPlanNotFound)
	must(t, h.ArchivePromotion(t.Context(), made.ID), h.ArchivePromotion(t.Context(), made.ID))
	h.wantPromotionKinds(t, "archived twice", "SPRING created 1", "SPRING changed 2", "SPRING changed 3")
	if e := h.promotionEvents()[2]; !e.Before.Active || e.Promotion.Active {
		t.Errorf("%+v", e)
	}
}

func TestARepeatedRequestTellsNothing(t *testing.T) {
	h := newHouse(t)
	for range 2 {
		c, err := h.CreateCoupon(t.Context(), billing.Coupon{RequestKey: "c", Name: "x", Type: billing.AmountOff, AmountOff: 500, Currency: "EUR", Duration: billing.Once})
		must(t, err)
		_, err = h.CreatePromotion(t.Context(), billing.Promotion{RequestKey: "p", Name: "x", Code: "CODE", Coupon: c})
		must(t, err)
	}
	h.wantPromotionKinds(t, "the same request twice", "CODE created 1")
	if e := h.promotionEvents()[0]; *e.Promotion.DiscountAmount != 500 || *e.Promotion.Currency != "eur" || e.Promotion.PlanIDs == nil {
		t.Errorf("%+v", e)
	}
	_, err := h.CreatePromotion(t.Context(), billing.Promotion{Name: "x", Code: "code", Coupon: billing.Coupon{ID: h.promotionEvents()[0].Promotion.CouponID}})
	wantErr(t, err, billing.ErrPromoCodeExists)
	h.wantPromotionKinds(t, "a refused one", "CODE created 1")
}

// TestAnArchivedCouponTellsOfItsPromotions: whoever archives it, an administrator or somebody in the provider's dashboard.
func TestAnArchivedCouponTellsOfItsPromotions(t *testing.T) {
	for name, archive := range map[string]func(t *testing.T, h *fixture, c billing.Coupon){
		"here":            func(t *testing.T, h *fixture, c billing.Coupon) { must(t, h.ArchiveCoupon(t.Context(), c.ID)) },
		"at the provider": func(t *testing.T, h *fixture, c billing.Coupon) { h.event(t, "coupon.deleted", c.ProviderID) },
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			p := h.promotion(t, "ONE", percent(20, billing.Forever), nil)
			second, err := h.CreatePromotion(t.Context(), billing.Promotion{Name: "x", Code: "TWO", Coupon: p.Coupon})
			must(t, err)
			h.promotion(t, "OTHER", percent(20, billing.Forever), nil)
			must(t, h.ArchivePromotion(t.Context(), second.ID), h.provider.DeleteCoupon(t.Context(), p.Coupon.ProviderID))
			for range 2 {
				archive(t, h, p.Coupon)
			}
			h.wantPromotionKinds(t, "archived twice", "ONE created 1", "TWO created 1", "OTHER created 1", "TWO changed 2", "ONE changed 2")
			if e := h.promotionEvents()[4]; !e.Before.Active || e.Promotion.Active {
				t.Errorf("%+v", e)
			}
			if c, err := h.CouponOf(t.Context(), p.Coupon.ID); err != nil || c.Active {
				t.Errorf("%+v, %v", c, err)
			}
		})
	}
}

// TestTheLastRedemptionIsToldOnce: of many parallel checkouts one takes the last redemption, and one event tells of it. It
// is told again only under another limit.
func TestTheLastRedemptionIsToldOnce(t *testing.T) {
	h := newHouse(t)
	plan := h.plan(t)
	p := h.promotion(t, "LAST", percent(20, billing.Forever), func(p *billing.Promotion) { p.MaxRedemptions = ptr(2) })
	const first, last = 100, 110
	for user := int64(first); user <= last; user++ {
		h.follow(t, user)
	}
	var wg sync.WaitGroup
	for user := int64(first); user <= last; user++ {
		wg.Go(func() { _, _ = h.StartCheckout(t.Context(), h.order(user, plan.ID, "LAST")) })
	}
	wg.Wait()
	h.wantPromotionKinds(t, "sold", "LAST created 1", "LAST exhausted 2")
	if e := h.promotionEvents()[1]; e.Promotion.Redemptions != 2 || e.Before.Redemptions != 1 {
		t.Errorf("%+v", e)
	}
	for user := int64(first); user <= last; user++ { // whoever has one gives it back, and one is taken again
		_, _ = h.StartCheckout(t.Context(), h.order(user, plan.ID, ""))
	}
	if n := h.redeemed(t, "LAST"); n != 0 {
		t.Fatalf("%d are reserved", n)
	}
	for user := int64(first); user < first+2; user++ {
		_, err := h.StartCheckout(t.Context(), h.order(user, plan.ID, "LAST"))
		must(t, err)
	}
	h.wantPromotionKinds(t, "given back and sold again", "LAST created 1", "LAST exhausted 2")
	_, err := h.UpdatePromotion(t.Context(), p.ID, billing.PromotionChange{MaxRedemptions: given(3)})
	must(t, err)
	_, err = h.StartCheckout(t.Context(), h.order(first+2, plan.ID, "LAST"))
	must(t, err)
	_, err = h.UpdatePromotion(t.Context(), p.ID, billing.PromotionChange{MaxRedemptions: given(4)})
	must(t, err)
	_, err = h.UpdatePromotion(t.Context(), p.ID, billing.PromotionChange{MaxRedemptions: given(3)})
	must(t, err)
	h.wantPromotionKinds(t, "under other limits", "LAST created 1", "LAST exhausted 2", "LAST changed 3", "LAST exhausted 4", "LAST changed 5", "LAST changed 6", "LAST exhausted 7")
}
