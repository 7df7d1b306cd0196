package billingtest

import (
	"context"
	"reflect"
	"slices"
	"testing"
	"time"

	"muster/services/billing/internal/billing"
)

func catalogKeeps(t *testing.T, h StoreHarness) {
	ctx := t.Context()
	plan := addPlan(t, h.Store)
	equal(t, plan, billing.Plan{
		ID: plan.ID, Key: "plan-key", RequestKey: "plan-request", Name: "Gold", Interval: "month", IntervalCount: 3, Amount: 1500,
		Currency: "usd", TrialPeriodDays: ptr(14), ProductID: "prod_1", PriceID: "price_1", Active: true, CreatedAt: T0,
	})
	for _, find := range []func() (billing.Plan, error){
		func() (billing.Plan, error) { return h.Store.Plan(ctx, plan.ID) },
		func() (billing.Plan, error) { return h.Store.PlanByPrice(ctx, "price_1") },
	} {
		got, err := find()
		must(t, err)
		equal(t, got, plan)
	}
	for _, c := range []billing.Coupon{
		{Key: "c1", Name: "off", Type: billing.AmountOff, AmountOff: 500, Currency: "eur", Duration: billing.Once, CreatedAt: T0},
		{Key: "c2", Name: "trial", Type: billing.FreeTrial, TrialDays: 30, Duration: billing.Once, CreatedAt: T0},
		{Key: "c3", Name: "percent", Type: billing.Percentage, BasisPoints: 1250, Duration: billing.Forever, Active: true, CreatedAt: T0},
		{Key: "c4", Name: "mirrored", Type: billing.Percentage, BasisPoints: 1250, Duration: billing.Forever, ProviderID: "VIP", CreatedAt: T0},
	} {
		got, err := h.Store.AddCoupon(ctx, c)
		must(t, err)
		c.ID = got.ID
		equal(t, got, c)
	}
	p := addPromotion(t, h.Store, ptr(10))
	equal(t, p.Coupon, billing.Coupon{
		ID: p.Coupon.ID, Key: "coupon-key", RequestKey: "coupon-request", Name: "Fifth off", Type: billing.Percentage, BasisPoints: 2000,
		Duration: billing.Repeating, DurationInMonths: ptr(4), ProviderID: "coupon_1", Active: true, CreatedAt: T0,
	})
	equal(t, p, billing.Promotion{
		ID: p.ID, RequestKey: "promotion-request", Name: "Spring", Code: "Spring20", Description: ptr("of the year"), Coupon: p.Coupon,
		StartsAt: later(-time.Hour), ExpiresAt: later(time.Hour), MaxRedemptions: ptr(10), PerUserLimit: ptr(2), FirstTimeOnly: true,
		Active: true, CreatedAt: T0, Version: 1,
	})
	eligible, err := newPromotion(t, h.Store, billing.Promotion{Name: "One plan", Code: "ONE", Coupon: p.Coupon, PlanIDs: []int64{plan.ID}, Active: true, CreatedAt: T0})
	must(t, err)
	equal(t, eligible.PlanIDs, []int64{plan.ID})
}

// catalogChanges: what is archived is not offered any more, and what was sold stays as it was.
func catalogChanges(t *testing.T, h StoreHarness) {
	ctx := t.Context()
	plan := addPlan(t, h.Store)
	next := plan
	next.Name, next.TrialPeriodDays, next.Amount, next.Currency, next.PriceID = "Golden", nil, 1700, "eur", "price_next"
	got, err := h.Store.SavePlan(ctx, next)
	must(t, err)
	equal(t, got, next)
	for _, price := range []string{"price_1", "price_next"} {
		got, err = h.Store.PlanByPrice(ctx, price)
		must(t, err)
		equal(t, got, next)
	}
	must(t, h.Store.RetirePrice(ctx, "price_1")) // a former price
	got, err = h.Store.Plan(ctx, plan.ID)
	must(t, err)
	equal(t, got.Active, true)
	for _, active := range []bool{false, true} { // archived for ever
		next.Active = active
		got, err = h.Store.SavePlan(ctx, next)
		must(t, err)
		equal(t, got.Active, false)
	}
	_, err = h.Store.SavePlan(ctx, billing.Plan{ID: 999, Name: "x", Currency: "usd"})
	wantErr(t, err, billing.ErrPlanNotFound)

	p := addPromotion(t, h.Store, ptr(10))
	renamed, err := h.Store.RenameCoupon(ctx, p.Coupon.ID, "Less")
	must(t, err)
	equal(t, renamed.Name, "Less")
	archived, err := archiveCoupon(t, h.Store, p.Coupon.ID)
	must(t, err)
	equal(t, archived.Active, false)
	held, err := h.Store.Promotion(ctx, p.ID)
	must(t, err)
	equal(t, held.Active, true)
	equal(t, held.Coupon, archived)
	found, err := h.Store.CouponByProvider(ctx, "coupon_1")
	must(t, err)
	equal(t, found, archived)
	_, err = newPromotion(t, h.Store, billing.Promotion{Name: "x", Code: "NEW", Coupon: archived, Active: true, CreatedAt: T0})
	wantErr(t, err, billing.ErrCouponNotFound)
	for _, find := range []func() error{
		func() error { _, err := h.Store.Coupon(ctx, 999); return err },
		func() error { _, err := h.Store.CouponByProvider(ctx, "coupon_other"); return err },
		func() error { _, err := h.Store.CouponByProvider(ctx, ""); return err },
		func() error { _, err := h.Store.RenameCoupon(ctx, 999, "x"); return err },
		func() error { _, err := archiveCoupon(t, h.Store, 999); return err },
	} {
		wantErr(t, find(), billing.ErrCouponNotFound)
	}
	again, err := h.Store.AddCoupon(ctx, billing.Coupon{ // the provider uses its id again
		Key: "again", Name: "x", Type: billing.AmountOff, AmountOff: 5, Currency: "usd", Duration: billing.Once, ProviderID: "coupon_1", CreatedAt: T0,
	})
	must(t, err)
	found, err = h.Store.CouponByProvider(ctx, "coupon_1")
	must(t, err)
	equal(t, found, again)
	_, err = h.Store.Promotion(ctx, 999)
	wantErr(t, err, billing.ErrPromoNotFound)
}

func promotionChanges(t *testing.T, h StoreHarness) {
	plan, p := addPlan(t, h.Store), addPromotion(t, h.Store, ptr(10))
	in(t, h.Store, func(ctx context.Context, tx billing.Tx) {
		for range 3 {
			_, _, err := tx.Reserve(ctx, p.ID)
			must(t, err)
		}
	})
	next := p
	next.Name, next.Description, next.StartsAt, next.ExpiresAt, next.MaxRedemptions, next.PerUserLimit = "Summer", nil, nil, later(2*time.Hour), ptr(3), nil
	next.FirstTimeOnly, next.PlanIDs, next.Active, next.Redeemed, next.Version, next.ExhaustedAt = false, []int64{plan.ID}, false, 0, 7, later(time.Minute)
	got, err := savePromotion(t, h.Store, next)
	must(t, err)
	next.Redeemed = 3
	equal(t, got, next)
	next.MaxRedemptions = ptr(2)
	_, err = savePromotion(t, h.Store, next)
	wantErr(t, err, billing.ErrTooFewRedemptions)
	next.MaxRedemptions, next.PlanIDs = nil, []int64{999}
	_, err = savePromotion(t, h.Store, next)
	wantErr(t, err, billing.ErrPlanNotFound)
	_, err = newPromotion(t, h.Store, billing.Promotion{Name: "x", Code: "spring20", Coupon: p.Coupon, Active: true, CreatedAt: T0})
	must(t, err)
	next.Active, next.PlanIDs = true, nil
	_, err = savePromotion(t, h.Store, next)
	wantErr(t, err, billing.ErrPromoCodeExists)
}

func requestKeys(t *testing.T, h StoreHarness) {
	ctx := t.Context()
	plan, promotion := addPlan(t, h.Store), addPromotion(t, h.Store, nil)
	again, err := h.Store.AddPlan(ctx, billing.Plan{Key: "other", RequestKey: "plan-request", Name: "Gold", Interval: "month", IntervalCount: 1, Currency: "usd", CreatedAt: T0})
	must(t, err)
	equal(t, again, plan)
	coupon, err := h.Store.AddCoupon(ctx, billing.Coupon{Key: "other", RequestKey: "coupon-request", Name: "x", Type: billing.FreeTrial, TrialDays: 1, Duration: billing.Once, CreatedAt: T0})
	must(t, err)
	equal(t, coupon, promotion.Coupon)
	p, err := newPromotion(t, h.Store, billing.Promotion{RequestKey: "promotion-request", Name: "x", Code: "other", Coupon: coupon, Active: true, CreatedAt: T0})
	must(t, err)
	equal(t, p, promotion)
	for _, key := range []string{"a", "b"} { // without a request key, each call creates a plan
		_, err := h.Store.AddPlan(ctx, billing.Plan{Key: key, Name: "Gold", Interval: "month", IntervalCount: 1, Currency: "usd", CreatedAt: T0})
		must(t, err)
	}
}

func promotionCodes(t *testing.T, h StoreHarness) {
	ctx := t.Context()
	p := addPromotion(t, h.Store, nil)
	_, err := newPromotion(t, h.Store, billing.Promotion{Name: "x", Code: "SPRING20", Coupon: p.Coupon, Active: true, CreatedAt: T0})
	wantErr(t, err, billing.ErrPromoCodeExists)
	_, err = newPromotion(t, h.Store, billing.Promotion{Name: "x", Code: "OLD", Coupon: p.Coupon, CreatedAt: T0})
	must(t, err)
	active, err := newPromotion(t, h.Store, billing.Promotion{Name: "x", Code: "old", Coupon: p.Coupon, Active: true, CreatedAt: T0})
	must(t, err)
	got, err := h.Store.PromotionByCode(ctx, "oLd")
	must(t, err)
	equal(t, got, active)
	_, err = newPromotion(t, h.Store, billing.Promotion{Name: "x", Code: "y", Coupon: billing.Coupon{ID: 999}, Active: true, CreatedAt: T0})
	wantErr(t, err, billing.ErrCouponNotFound)
	_, err = newPromotion(t, h.Store, billing.Promotion{Name: "x", Code: "y", Coupon: p.Coupon, PlanIDs: []int64{999}, Active: true, CreatedAt: T0})
	wantErr(t, err, billing.ErrPlanNotFound)
	_, err = h.Store.PromotionByCode(ctx, "y")
	wantErr(t, err, billing.ErrPromoNotFound)
}

func newPromotion(t *testing.T, s billing.Store, p billing.Promotion) (added billing.Promotion, err error) {
	t.Helper()
	err = s.Tx(t.Context(), func(ctx context.Context, tx billing.Tx) error {
		added, _, err = tx.AddPromotion(ctx, p)
		return err
	})
	return added, err
}

func savePromotion(t *testing.T, s billing.Store, p billing.Promotion) (saved billing.Promotion, err error) {
	t.Helper()
	err = s.Tx(t.Context(), func(ctx context.Context, tx billing.Tx) error {
		if _, err := tx.LockPromotion(ctx, p.ID); err != nil {
			return err
		}
		saved, err = tx.SavePromotion(ctx, p)
		return err
	})
	return saved, err
}

func archiveCoupon(t *testing.T, s billing.Store, id int64) (c billing.Coupon, err error) {
	t.Helper()
	err = s.Tx(t.Context(), func(ctx context.Context, tx billing.Tx) error {
		c, err = tx.ArchiveCoupon(ctx, id)
		return err
	})
	return c, err
}

// retiredPromotions: the active promotions of one coupon are deactivated in batches, the others stay.
func retiredPromotions(t *testing.T, h StoreHarness) {
	ctx := t.Context()
	first := addPromotion(t, h.Store, nil)
	second, err := newPromotion(t, h.Store, billing.Promotion{Name: "x", Code: "SECOND", Coupon: first.Coupon, Active: true, CreatedAt: T0, Version: 3})
	must(t, err)
	_, err = newPromotion(t, h.Store, billing.Promotion{Name: "x", Code: "OFF", Coupon: first.Coupon, CreatedAt: T0})
	must(t, err)
	coupon, err := h.Store.AddCoupon(ctx, billing.Coupon{Key: "other", Name: "x", Type: billing.FreeTrial, TrialDays: 1, Duration: billing.Once, Active: true, CreatedAt: T0})
	must(t, err)
	other, err := newPromotion(t, h.Store, billing.Promotion{Name: "x", Code: "OTHER", Coupon: coupon, Active: true, CreatedAt: T0})
	must(t, err)
	first.Active, first.Version, second.Active, second.Version = false, first.Version+1, false, 4
	for _, want := range [][]billing.Promotion{{first}, {second}, nil} {
		in(t, h.Store, func(ctx context.Context, tx billing.Tx) {
			got, err := tx.RetirePromotions(ctx, first.Coupon.ID, 1)
			must(t, err)
			equal(t, got, want)
		})
	}
	kept, err := h.Store.Promotion(ctx, other.ID)
	must(t, err)
	equal(t, kept, other)
	err = h.Store.Tx(ctx, func(ctx context.Context, tx billing.Tx) error { _, err := tx.LockPromotion(ctx, 999); return err })
	wantErr(t, err, billing.ErrPromoNotFound)
}

// plansByID: all plans are listed, in batches, and a plan that gets another price keeps the former one.
func plansByID(t *testing.T, h StoreHarness) {
	ctx := t.Context()
	first := addPlan(t, h.Store)
	second, err := h.Store.AddPlan(ctx, billing.Plan{Key: "k", Name: "Silver", Interval: "month", IntervalCount: 1, Currency: "usd", CreatedAt: T0})
	must(t, err)
	for _, c := range []struct {
		after int64
		limit int
		want  []billing.Plan
	}{{0, 5, []billing.Plan{first, second}}, {0, 1, []billing.Plan{first}}, {first.ID, 5, []billing.Plan{second}}, {second.ID, 5, nil}} {
		got, err := h.Store.PlansAfter(ctx, c.after, c.limit)
		must(t, err)
		if !slices.EqualFunc(got, c.want, func(x, y billing.Plan) bool { return reflect.DeepEqual(x, y) }) {
			t.Errorf("after %d: %+v", c.after, got)
		}
	}
	first, err = h.Store.ActivatePlan(ctx, first.ID, "prod_2", "price_2")
	must(t, err)
	for _, price := range []string{"price_1", "price_2"} {
		got, err := h.Store.PlanByPrice(ctx, price)
		must(t, err)
		equal(t, got, first)
	}
}
