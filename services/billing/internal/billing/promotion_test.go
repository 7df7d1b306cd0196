package billing_test

import (
	"fmt"
	"sync"
	"testing"

	"muster/libs/limits/limitstest"
	"muster/services/billing/internal/billing"
)

func TestPromotionRules(t *testing.T) {
	h := newHouse(t)
	plan := h.plan(t)
	other := h.plan(t)
	off := percent(20, billing.Forever)
	for code, c := range map[string]struct {
		coupon billing.Coupon
		change func(p *billing.Promotion)
		want   error
	}{
		"inactive": {off, nil, billing.ErrPromoInactive},
		"early":    {off, func(p *billing.Promotion) { p.StartsAt = at(1) }, billing.ErrPromoNotStarted},
		"late":     {off, func(p *billing.Promotion) { p.ExpiresAt = at(0) }, billing.ErrPromoExpired},
		"plan":     {off, func(p *billing.Promotion) { p.PlanIDs = []int64{other.ID} }, billing.ErrPromoPlan},
		"currency": {amount(100, "eur"), nil, billing.ErrPromoCurrency},
	} {
		p := h.promotion(t, code, c.coupon, c.change)
		if code == "inactive" {
			must(t, h.ArchivePromotion(t.Context(), p.ID))
		}
		_, err := h.StartCheckout(t.Context(), h.order(42, plan.ID, code))
		wantErr(t, err, c.want)
	}
	_, err := h.StartCheckout(t.Context(), h.order(42, plan.ID, "nothing"))
	wantErr(t, err, billing.ErrPromoNotFound)
	_, err = h.StartCheckout(t.Context(), h.order(42, 999, ""))
	wantErr(t, err, billing.ErrPlanNotFound)
	if h.provider.Count("cus") != 0 {
		t.Error("a refused checkout made a customer")
	}
}

func TestWrongCodesAreLimitedByUser(t *testing.T) {
	h := newHouse(t)
	plan := h.plan(t)
	h.follow(t, 43)
	h.promotion(t, "RIGHT", percent(20, billing.Forever), nil)
	try := func(user int64, code string) error {
		_, err := h.StartCheckout(t.Context(), h.order(user, plan.ID, code))
		return err
	}
	for i := range 20 {
		wantErr(t, try(42, fmt.Sprint("wrong", i)), billing.ErrPromoNotFound)
	}
	limitstest.RefusedFor(t, try(42, "wrong"))
	wait := limitstest.RefusedFor(t, try(42, "RIGHT")) // looks the same
	must(t, try(42, ""))
	must(t, try(43, "RIGHT"))
	h.advance(wait)
	for range 21 {
		must(t, try(42, "RIGHT")) // does not count
	}
}

func TestPromotionLimitsPerUser(t *testing.T) {
	h := newHouse(t)
	plan := h.plan(t)
	h.promotion(t, "ONE", percent(20, billing.Forever), func(p *billing.Promotion) { p.PerUserLimit = ptr(1) })
	h.promotion(t, "FIRST", percent(20, billing.Forever), func(p *billing.Promotion) { p.FirstTimeOnly = true })
	h.promotion(t, "TRIAL", billing.Coupon{Type: billing.FreeTrial, TrialDays: 30, Duration: billing.Once}, nil)
	h.subscribe(t, 42, plan.ID, "ONE")
	_, err := h.CancelSubscription(t.Context(), 42, billing.CancelNow)
	must(t, err)
	_, err = h.StartCheckout(t.Context(), h.order(42, plan.ID, "ONE"))
	wantErr(t, err, billing.ErrPromoRedeemed)
	_, err = h.StartCheckout(t.Context(), h.order(42, plan.ID, "FIRST"))
	wantErr(t, err, billing.ErrPromoFirstTimeOnly)

	h.subscribe(t, 42, plan.ID, "TRIAL")
	s := h.state(t, 42)
	if s.Current.Status != "trialing" || s.Current.ChargedAmount != 0 || s.Promotion == nil || *s.Promotion.TrialDays != 30 {
		t.Errorf("trial %+v %+v", s.Current, s.Promotion)
	}
	_, err = h.CancelSubscription(t.Context(), 42, billing.CancelNow)
	must(t, err)
	_, err = h.StartCheckout(t.Context(), h.order(42, plan.ID, "TRIAL"))
	wantErr(t, err, billing.ErrTrialAlreadyUsed)
}

func TestAnAbandonedCheckoutGivesItsRedemptionBack(t *testing.T) {
	h := newHouse(t)
	plan := h.plan(t)
	h.follow(t, 43)
	one := func(p *billing.Promotion) { p.MaxRedemptions, p.PerUserLimit = ptr(1), ptr(1) }
	h.promotion(t, "LAST", percent(20, billing.Forever), one)
	first, err := h.StartCheckout(t.Context(), h.order(42, plan.ID, "LAST"))
	must(t, err)
	_, err = h.StartCheckout(t.Context(), h.order(43, plan.ID, "LAST"))
	wantErr(t, err, billing.ErrPromoExhausted)

	// The same user may start over: the older checkout is closed first.
	second, err := h.StartCheckout(t.Context(), h.order(42, plan.ID, "LAST"))
	must(t, err)
	if got, _ := h.provider.Checkout(t.Context(), first.Checkout.SessionID); got.Status != billing.CheckoutExpired {
		t.Errorf("the older session is %s", got.Status)
	}
	// The session expires by itself and a webhook reports it.
	must(t, h.provider.ExpireCheckout(t.Context(), "x", second.Checkout.SessionID))
	h.event(t, "checkout.session.expired", second.Checkout.SessionID)
	if n := h.redeemed(t, "LAST"); n != 0 {
		t.Errorf("%d redemptions are held by nobody", n)
	}
	h.subscribe(t, 43, plan.ID, "LAST")
}

func TestTheLastRedemptionIsSoldOnce(t *testing.T) {
	h := newHouse(t)
	plan := h.plan(t)
	h.promotion(t, "LAST", percent(20, billing.Forever), func(p *billing.Promotion) { p.MaxRedemptions = ptr(2) })
	var mu sync.Mutex
	sold := 0
	var wg sync.WaitGroup
	for id := int64(100); id < 120; id++ {
		h.follow(t, id)
		wg.Go(func() {
			_, err := h.StartCheckout(t.Context(), h.order(id, plan.ID, "LAST"))
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				sold++
			} else {
				wantErr(t, err, billing.ErrPromoExhausted)
			}
		})
	}
	wg.Wait()
	if sold != 2 || h.redeemed(t, "LAST") != 2 {
		t.Errorf("sold %d, counted %d", sold, h.redeemed(t, "LAST"))
	}
}
