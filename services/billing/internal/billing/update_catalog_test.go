package billing_test

import (
	"testing"
	"time"

	"muster/libs/errs"
	"muster/services/billing/internal/billing"
	"muster/services/billing/internal/billing/billingtest"
)

func given[T any](v T) billing.Member[T] { return billing.Member[T]{Given: true, Value: &v} }

func TestAPlanGetsANewPrice(t *testing.T) {
	h := newHouse(t)
	plan := h.plan(t)
	h.subscribe(t, 42, plan.ID, "")
	next, err := h.UpdatePlan(t.Context(), plan.ID, billing.PlanChange{Name: given(" Golden "), Amount: given[int64](1700), TrialPeriodDays: given(7)})
	must(t, err)
	if next.PriceID == plan.PriceID || next.Amount != 1700 || next.Name != "Golden" || *next.TrialPeriodDays != 7 || h.provider.Name(plan.ProductID) != "Golden" {
		t.Errorf("%+v", next)
	}
	if sold, err := h.provider.HasPrice(t.Context(), plan.PriceID); sold || err != nil {
		t.Errorf("the former price is for sale: %v", err)
	}
	sub, err := h.SyncSubscription(t.Context(), h.state(t, 42).Current.ID) // the subscriber stays on the former price
	must(t, err)
	if c := sub.State.Current; c.PlanAmount != 1500 || *c.PlanID != plan.ID || *c.PlanName != "Golden" {
		t.Errorf("%+v", c)
	}
	h.event(t, "price.updated", plan.PriceID) // the former price is archived
	if p, err := h.PlanOf(t.Context(), plan.ID); err != nil || !p.Active {
		t.Errorf("%+v, %v", p, err)
	}
	p, err := h.PreviewChange(t.Context(), billing.ChangeOrder{UserID: 42, Quantity: ptr[int64](2)}) // at the former price
	must(t, err)
	if p.NextAmount != 3000 {
		t.Errorf("%+v", p)
	}
	h.follow(t, 43)
	o := h.direct(plan.ID, "", billingtest.GoodCard)
	o.UserID = 43
	s, err := h.Subscribe(t.Context(), o)
	must(t, err)
	if s.Current.PlanAmount != 1700 || s.Current.Status != "trialing" {
		t.Errorf("%+v", s.Current)
	}
}

func TestAnArchivedPlan(t *testing.T) {
	h := newHouse(t)
	plan := h.plan(t)
	h.subscribe(t, 42, plan.ID, "")
	for range 2 {
		must(t, h.ArchivePlan(t.Context(), plan.ID))
	}
	h.follow(t, 43)
	_, err := h.StartCheckout(t.Context(), h.order(43, plan.ID, ""))
	wantErr(t, err, billing.ErrPlanNotFound)
	_, err = h.UpdatePlan(t.Context(), plan.ID, billing.PlanChange{Amount: given[int64](1)})
	wantErr(t, err, billing.ErrPlanNotFound)
	renamed, err := h.UpdatePlan(t.Context(), plan.ID, billing.PlanChange{Name: given("Old")})
	must(t, err)
	if renamed.Active || renamed.Name != "Old" {
		t.Errorf("%+v", renamed)
	}
	p, err := h.PreviewChange(t.Context(), billing.ChangeOrder{UserID: 42, Quantity: ptr[int64](2)})
	must(t, err)
	s, err := h.ChangeSubscription(t.Context(), 42, p.ID)
	must(t, err)
	if s.Current.Quantity != 2 {
		t.Errorf("%+v", s.Current)
	}
	wantErr(t, h.ArchivePlan(t.Context(), 999), billing.ErrPlanNotFound)
	_, err = h.UpdatePlan(t.Context(), renamed.ID, billing.PlanChange{Name: given("")})
	if errs.KindOf(err) != errs.KindInvalid {
		t.Errorf("no name: %v", err)
	}
}

func TestACouponsValueMakesANewCoupon(t *testing.T) {
	h := newHouse(t)
	plan := h.plan(t)
	p := h.promotion(t, "FIFTH", percent(20, billing.Forever), nil)
	h.subscribe(t, 42, plan.ID, "FIFTH")
	named, err := h.UpdateCoupon(t.Context(), p.Coupon.ID, billing.CouponChange{Name: given("A fifth"), BasisPoints: given(2000)})
	must(t, err)
	if named.ID != p.Coupon.ID || named.Name != "A fifth" || !named.Active || h.provider.Name(named.ProviderID) != "A fifth" {
		t.Errorf("%+v", named)
	}
	next, err := h.UpdateCoupon(t.Context(), p.Coupon.ID, billing.CouponChange{BasisPoints: given(3000)})
	must(t, err)
	if next.ID == p.Coupon.ID || next.BasisPoints != 3000 || !next.Active || next.ProviderID == named.ProviderID || next.Name != "A fifth" {
		t.Errorf("%+v", next)
	}
	if old, err := h.CouponOf(t.Context(), p.Coupon.ID); err != nil || old.Active || old.BasisPoints != 2000 {
		t.Errorf("%+v, %v", old, err)
	}
	if s := h.state(t, 42); s.Current.ChargedAmount != 1200 || s.Promotion == nil || *s.Promotion.DiscountPercent != 20 {
		t.Errorf("what was sold has changed: %+v", s)
	}
	h.follow(t, 43)
	_, err = h.StartCheckout(t.Context(), h.order(43, plan.ID, "FIFTH"))
	wantErr(t, err, billing.ErrPromoInactive)
	_, err = h.UpdatePromotion(t.Context(), p.ID, billing.PromotionChange{Active: given(true)})
	if e := errs.From(err); e.Kind != errs.KindInvalid || e.Fields[0].Field != "active" {
		t.Errorf("a promotion of an archived coupon: %v", err)
	}
	_, err = h.UpdateCoupon(t.Context(), p.Coupon.ID, billing.CouponChange{BasisPoints: given(1)})
	wantErr(t, err, billing.ErrCouponNotFound)
	must(t, h.ArchiveCoupon(t.Context(), next.ID), h.ArchiveCoupon(t.Context(), next.ID))
	_, err = h.UpdateCoupon(t.Context(), next.ID, billing.CouponChange{AmountOff: given[int64](5)})
	if errs.KindOf(err) != errs.KindInvalid {
		t.Errorf("another type: %v", err)
	}
}

func TestAPromotionChanges(t *testing.T) {
	h := newHouse(t)
	plan := h.plan(t)
	p := h.promotion(t, "SPRING", percent(20, billing.Forever), nil)
	h.subscribe(t, 42, plan.ID, "SPRING")
	ends := h.clock().Add(time.Hour)
	got, err := h.UpdatePromotion(t.Context(), p.ID, billing.PromotionChange{
		Name: given("Summer"), ExpiresAt: given(ends), MaxRedemptions: given(1), PlanIDs: given([]int64{plan.ID}), FirstTimeOnly: given(true),
	})
	must(t, err)
	if got.Name != "Summer" || !got.ExpiresAt.Equal(ends) || *got.MaxRedemptions != 1 || got.Redeemed != 1 || !got.FirstTimeOnly || len(got.PlanIDs) != 1 {
		t.Errorf("%+v", got)
	}
	got, err = h.UpdatePromotion(t.Context(), p.ID, billing.PromotionChange{ExpiresAt: billing.Member[time.Time]{Given: true}, MaxRedemptions: billing.Member[int]{Given: true}})
	must(t, err)
	if got.ExpiresAt != nil || got.MaxRedemptions != nil || got.Name != "Summer" {
		t.Errorf("%+v", got)
	}
	must(t, h.ArchivePromotion(t.Context(), p.ID))
	h.follow(t, 43)
	_, err = h.StartCheckout(t.Context(), h.order(43, plan.ID, "SPRING"))
	wantErr(t, err, billing.ErrPromoInactive)
	h.promotion(t, "spring", percent(10, billing.Once), nil)
	_, err = h.UpdatePromotion(t.Context(), p.ID, billing.PromotionChange{Active: given(true)})
	wantErr(t, err, billing.ErrPromoCodeExists)
}

func TestOperatingASubscription(t *testing.T) {
	h := newHouse(t)
	plan := h.plan(t)
	h.promotion(t, "TRY", billing.Coupon{Type: billing.FreeTrial, TrialDays: 14, Duration: billing.Once}, nil)
	providerID := h.subscribe(t, 42, plan.ID, "TRY")
	id := h.state(t, 42).Current.ID
	for _, wrong := range []time.Time{h.clock(), h.clock().AddDate(0, 0, 14), h.clock().AddDate(3, 0, 0)} {
		_, err := h.ExtendTrial(t.Context(), id, wrong)
		if errs.KindOf(err) != errs.KindInvalid {
			t.Errorf("until %v: %v", wrong, err)
		}
	}
	end := h.clock().AddDate(0, 0, 20)
	o, err := h.ExtendTrial(t.Context(), id, end)
	must(t, err)
	if !o.Subscription.TrialEnd.Equal(end) || o.State.Version != h.state(t, 42).Version || !o.State.Current.TrialEnd.Equal(end) {
		t.Errorf("%+v", o)
	}
	h.provider.Change(providerID, func(s *billing.ProviderSubscription) { s.Status = billing.Active })
	o, err = h.SyncSubscription(t.Context(), id)
	must(t, err)
	if o.Subscription.Status != billing.Active || o.State.Current.Status != "active" {
		t.Errorf("%+v", o)
	}
	_, err = h.ExtendTrial(t.Context(), id, end.AddDate(0, 0, 1))
	wantErr(t, err, billing.ErrNotTrialing)
	o, err = h.EndSubscription(t.Context(), id, billing.CancelNow)
	must(t, err)
	if o.Subscription.Status != billing.Canceled || o.State.Access {
		t.Errorf("%+v", o)
	}
	_, err = h.EndSubscription(t.Context(), id, billing.CancelNow)
	wantErr(t, err, billing.ErrSubscriptionEnded)
	_, err = h.EndSubscription(t.Context(), id, "never")
	if errs.KindOf(err) != errs.KindInvalid {
		t.Error(err)
	}
	_, err = h.SyncSubscription(t.Context(), 999)
	wantErr(t, err, billing.ErrSubscriptionUnknown)
}

func TestReplayingAnEvent(t *testing.T) {
	h := newHouse(t)
	id := h.subscribe(t, 42, h.plan(t).ID, "")
	must(t, h.ReceiveEvent(t.Context(), billing.Event{ID: "evt_x", Type: "customer.subscription.updated", ObjectID: id, CreatedAt: h.clock()}))
	h.work(t)
	h.provider.Change(id, func(s *billing.ProviderSubscription) { s.CancelAtPeriodEnd = true })
	must(t, h.ReplayEvent(t.Context(), "evt_x"))
	h.work(t)
	if !h.state(t, 42).Current.CancelAtPeriodEnd {
		t.Error("the replay did not fetch")
	}
	wantErr(t, h.ReplayEvent(t.Context(), "evt_nothing"), billing.ErrEventUnknown)
}
