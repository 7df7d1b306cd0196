package billing_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"muster/libs/contracts/billingv1"
	"muster/services/billing/internal/billing"
)

// dashboard returns a discount as somebody gives it in the provider's dashboard, with a coupon that we never saw.
func (h *fixture) dashboard(id string, c billing.Coupon) *billing.ProviderDiscount {
	d := &billing.ProviderDiscount{ID: id, CouponID: "VIP", Coupon: c, Start: h.clock()}
	if c.Duration == billing.Repeating {
		end := h.clock().AddDate(0, *c.DurationInMonths, 0)
		d.End = &end
	}
	return d
}

// give changes the discount of a subscription at the provider.
func (h *fixture) give(id string, d *billing.ProviderDiscount) {
	h.provider.Change(id, func(s *billing.ProviderSubscription) { s.Discount = d })
}

// renew renews the subscription at the provider.
func (h *fixture) renew(t *testing.T, id string) string {
	t.Helper()
	h.advance(month)
	return h.provider.Renew(id, true)
}

// redemptions returns the user's redemptions, each with its promotion, discount and status.
func (h *fixture) redemptions(t *testing.T) []string {
	t.Helper()
	a, err := h.store.Account(t.Context(), 42)
	must(t, err)
	var all []string
	for _, r := range a.Redemptions {
		all = append(all, fmt.Sprint(r.Promotion.Code, " ", r.DiscountID, " ", r.Status))
	}
	return all
}

func (h *fixture) wantRedemptions(t *testing.T, what string, want ...string) {
	t.Helper()
	if got := h.redemptions(t); !slices.Equal(got, want) {
		t.Errorf("%s: redemptions %q, want %q", what, got, want)
	}
}

func TestADiscountFromTheDashboardIsMirrored(t *testing.T) {
	h := newHouse(t)
	id := h.subscribe(t, 42, h.plan(t).ID, "")
	vip := billing.Coupon{Name: "VIP", Type: billing.Percentage, BasisPoints: 2500, Duration: billing.Forever}
	h.give(id, h.dashboard("di_vip", vip))
	h.event(t, "customer.subscription.updated", id)
	h.event(t, "customer.discount.created", "di_vip")
	s := h.state(t, 42)
	if s.Current.ChargedAmount != 1500 { // the period's invoice was made without it
		t.Errorf("%+v", s.Current)
	}
	p := s.Promotion
	if p == nil || p.PromotionID != 0 || p.Code != "" || p.CouponName != "VIP" || p.CouponTypeCode != "DISC" || *p.DiscountPercent != 25 ||
		*p.StripeDiscountID != "di_vip" || !p.AppliedAt.Equal(t0) || p.RedemptionID == 0 {
		t.Fatalf("%+v", p)
	}
	c, err := h.CouponOf(t.Context(), p.CouponID)
	must(t, err)
	if c.Active || c.ProviderID != "VIP" {
		t.Errorf("%+v", c)
	}
	_, err = h.CreatePromotion(t.Context(), billing.Promotion{Name: "x", Code: "CODE", Coupon: c})
	wantErr(t, err, billing.ErrCouponNotFound) // it is not for sale

	h.renew(t, id)
	h.event(t, "customer.subscription.updated", id)
	if s := h.state(t, 42); s.Current.ChargedAmount != 1125 || s.Promotion == nil {
		t.Errorf("%+v", s.Current)
	}
	h.wantRedemptions(t, "given", " di_vip applied")
	h.give(id, nil)
	for range 2 {
		h.event(t, "customer.subscription.updated", id)
	}
	if s := h.state(t, 42); s.Promotion != nil {
		t.Errorf("%+v", s.Promotion)
	}
	h.wantRedemptions(t, "taken off", " di_vip removed")
	if kinds := h.redeemedKinds(); !slices.Equal(kinds, []string{"applied 0s", "removed 744h0m0s"}) {
		t.Errorf("told %q", kinds)
	}
	must(t, h.ArchiveCoupon(t.Context(), c.ID)) // the provider, which would not know it, is not asked to delete it
}

// TestADiscountReplacesThatOfACode: only the newest counts.
func TestADiscountReplacesThatOfACode(t *testing.T) {
	h := newHouse(t)
	plan := h.plan(t)
	h.promotion(t, "CODE", percent(20, billing.Forever), nil)
	id := h.subscribe(t, 42, plan.ID, "CODE")
	first := h.redemption(t).DiscountID
	h.give(id, h.dashboard("di_vip", billing.Coupon{Name: "VIP", Type: billing.AmountOff, AmountOff: 1000, Currency: "usd", Duration: billing.Forever}))
	h.event(t, "customer.subscription.updated", id)
	h.wantRedemptions(t, "replaced", "CODE "+first+" removed", " di_vip applied")
	h.renew(t, id)
	h.event(t, "customer.subscription.updated", id)
	if s := h.state(t, 42); s.Current.ChargedAmount != 500 || s.Promotion.CouponTypeCode != "AMOU" || *s.Promotion.DiscountAmount != 1000 {
		t.Errorf("%+v %+v", s.Current, s.Promotion)
	}
}

// TestOurCouponWithoutACode: a coupon that we sell was given in the dashboard. It stays for sale.
func TestOurCouponWithoutACode(t *testing.T) {
	h := newHouse(t)
	plan := h.plan(t)
	p := h.promotion(t, "CODE", percent(20, billing.Forever), nil)
	id := h.subscribe(t, 42, plan.ID, "")
	d := h.dashboard("di_1", p.Coupon)
	d.CouponID = p.Coupon.ProviderID
	h.give(id, d)
	h.event(t, "customer.subscription.updated", id)
	h.wantRedemptions(t, "given", " di_1 applied")
	if s := h.state(t, 42); s.Promotion.CouponID != p.Coupon.ID || s.Promotion.PromotionID != 0 || h.redeemed(t, "CODE") != 0 {
		t.Errorf("%+v", s.Promotion)
	}
}

// TestDiscountsEndAlike whether each change is told at once, or all of them at the end.
func TestDiscountsEndAlike(t *testing.T) {
	once, forever := percent(20, billing.Once), percent(20, billing.Forever)
	repeating := percent(20, billing.Repeating)
	repeating.DurationInMonths = ptr(1)
	trial := billing.Coupon{Type: billing.FreeTrial, TrialDays: 31, Duration: billing.Once}
	for name, c := range map[string]struct {
		code  *billing.Coupon // of the checkout
		given *billing.Coupon // in the dashboard
		want  []string
		steps []func(t *testing.T, h *fixture, id string)
	}{
		"forever, taken off": {given: &forever, want: []string{" di_1 removed"}, steps: []func(*testing.T, *fixture, string){renewed, renewed, takenOff}},
		"once, used":         {given: &once, want: []string{" di_1 consumed"}, steps: []func(*testing.T, *fixture, string){renewed, takenOff, renewed}},
		"repeating, over":    {given: &repeating, want: []string{" di_1 expired"}, steps: []func(*testing.T, *fixture, string){renewed, takenOff, renewed}},
		"once of a code, taken off in the trial": {code: &trial, given: &once, want: []string{"CODE  consumed", " di_1 consumed"},
			steps: []func(*testing.T, *fixture, string){renewed, takenOff}},
	} {
		for _, late := range []bool{false, true} {
			t.Run(fmt.Sprint(name, ", late: ", late), func(t *testing.T) {
				h := newHouse(t)
				plan, code := h.plan(t), ""
				if c.code != nil {
					code = "CODE"
					h.promotion(t, code, *c.code, nil)
				}
				id := h.subscribe(t, 42, plan.ID, code)
				tell := func(kind, object string) {
					if !late {
						h.event(t, kind, object)
					}
				}
				h.advance(time.Hour)
				h.give(id, h.dashboard("di_1", *c.given))
				tell("customer.subscription.updated", id)
				for _, step := range c.steps {
					step(t, h, id)
					tell("customer.subscription.updated", id)
				}
				for _, i := range h.provider.InvoicesOf(id) {
					h.event(t, "invoice.paid", i)
				}
				h.event(t, "customer.subscription.updated", id)
				h.wantRedemptions(t, "at the end", c.want...)
			})
		}
	}
}

func renewed(t *testing.T, h *fixture, id string) { h.renew(t, id) }

func takenOff(_ *testing.T, h *fixture, id string) { h.give(id, nil) }

// TestAOnceDiscountIsTakenOffBeforeItsUse: in time it is told as removed, and the next period costs the full price.
func TestAOnceDiscountIsTakenOffBeforeItsUse(t *testing.T) {
	h := newHouse(t)
	id := h.subscribe(t, 42, h.plan(t).ID, "")
	h.advance(time.Hour)
	h.give(id, h.dashboard("di_1", percent(20, billing.Once)))
	h.event(t, "customer.subscription.updated", id)
	h.give(id, nil)
	h.event(t, "customer.subscription.updated", id)
	h.wantRedemptions(t, "taken off", " di_1 removed")
	if s := h.state(t, 42); s.Promotion != nil {
		t.Errorf("%+v", s.Promotion)
	}
}

// TestADiscountOfACustomerIsToldByItsOwnEvent, which names no subscription.
func TestADiscountOfACustomerIsToldByItsOwnEvent(t *testing.T) {
	h := newHouse(t)
	id := h.subscribe(t, 42, h.plan(t).ID, "")
	h.give(id, h.dashboard("di_1", percent(20, billing.Forever)))
	must(t, h.ReceiveEvent(t.Context(), billing.Event{
		ID: "evt_discount", Type: "customer.discount.created", ObjectID: "di_1", CustomerID: h.customer(t, 42), CreatedAt: h.clock(),
	}))
	h.work(t)
	h.wantRedemptions(t, "given", " di_1 applied")
	h.give(id, nil)
	must(t, h.ReceiveEvent(t.Context(), billing.Event{
		ID: "evt_discount_2", Type: "customer.discount.deleted", ObjectID: "di_1", CustomerID: h.customer(t, 42), SubscriptionID: id, CreatedAt: h.clock(),
	}))
	h.work(t)
	h.wantRedemptions(t, "taken off", " di_1 removed")
	var kinds []billingv1.RedemptionKind
	for _, p := range h.store.Published() {
		if e, ok := p.(billingv1.RedemptionEvent); ok && e.PromotionID == 0 && e.Code == "" && e.CouponID != 0 && *e.SubscriptionID != 0 {
			kinds = append(kinds, e.Kind)
		}
	}
	if !slices.Equal(kinds, []billingv1.RedemptionKind{billingv1.RedemptionApplied, billingv1.RedemptionRemoved}) {
		t.Errorf("told %q", kinds)
	}
}
