package billing_test

import (
	"testing"
	"time"

	"muster/services/billing/internal/billing"
	"muster/services/billing/internal/billing/billingtest"
)

// change changes a subscription at the provider and delivers the webhook.
func (h *fixture) change(t *testing.T, id string, change func(s *billing.ProviderSubscription)) {
	t.Helper()
	s, err := h.provider.Subscription(t.Context(), id)
	must(t, err)
	change(&s)
	h.provider.Put(s)
	h.event(t, "customer.subscription.updated", id)
}

func (h *fixture) redemption(t *testing.T) billing.Redemption {
	t.Helper()
	a, err := h.store.Account(t.Context(), 42)
	must(t, err)
	return a.Redemptions[len(a.Redemptions)-1]
}

func TestADeclinedCheckoutGivesItsRedemptionBack(t *testing.T) {
	h := newHouse(t)
	plan := h.plan(t)
	h.promotion(t, "LAST", percent(20, billing.Forever), func(p *billing.Promotion) { p.MaxRedemptions = ptr(1) })
	r, err := h.StartCheckout(t.Context(), h.order(42, plan.ID, "LAST"))
	must(t, err)
	id := h.provider.Decline(r.Checkout.SessionID)
	h.event(t, "customer.subscription.created", id)
	if s := h.state(t, 42); s.Access || s.Current.Status != "incomplete" || h.redemption(t).Status != billing.Reserved {
		t.Errorf("%+v, redemption %s", s.Current, h.redemption(t).Status)
	}
	must(t, h.provider.ExpireCheckout(t.Context(), "x", r.Checkout.SessionID))
	h.event(t, "checkout.session.expired", r.Checkout.SessionID)
	if h.redemption(t).Status != billing.Released || h.redeemed(t, "LAST") != 0 {
		t.Errorf("redemption %s, %d held", h.redemption(t).Status, h.redeemed(t, "LAST"))
	}
	h.subscribe(t, 42, plan.ID, "LAST") // a user whose card was declined may try again
}

func TestADiscountThatIsTakenOffIsRemoved(t *testing.T) {
	h := newHouse(t)
	plan := h.plan(t)
	h.promotion(t, "FOREVER", percent(20, billing.Forever), nil)
	id := h.subscribe(t, 42, plan.ID, "FOREVER")
	h.change(t, id, func(s *billing.ProviderSubscription) {
		s.Discount, s.PeriodStart, s.PeriodEnd, s.LatestInvoiceID = nil, at(month), at(2*month), ""
	})
	if s := h.state(t, 42); s.Current.ChargedAmount != 1500 || s.Promotion != nil || h.redemption(t).Status != billing.Removed {
		t.Errorf("%+v %+v", s.Current, s.Promotion)
	}
}

func TestARepeatingDiscountEndsWithItsMonths(t *testing.T) {
	h := newHouse(t)
	plan := h.plan(t)
	coupon := percent(20, billing.Repeating)
	coupon.DurationInMonths = ptr(2)
	h.promotion(t, "TWO", coupon, nil)
	id := h.subscribe(t, 42, plan.ID, "TWO")
	april, may, june := t0.AddDate(0, 1, 0), t0.AddDate(0, 2, 0), t0.AddDate(0, 3, 0)

	// In its second period the provider removes the discount when its time is over; the period stays discounted.
	h.change(t, id, func(s *billing.ProviderSubscription) {
		s.PeriodStart, s.PeriodEnd, s.LatestInvoiceID = &april, &may, ""
	})
	h.advance(may.Sub(t0) - time.Minute)
	h.change(t, id, func(s *billing.ProviderSubscription) { s.Discount = nil })
	if s := h.state(t, 42); s.Current.ChargedAmount != 1200 || s.Promotion == nil {
		t.Errorf("second period %+v %+v", s.Current, s.Promotion)
	}
	h.change(t, id, func(s *billing.ProviderSubscription) { s.PeriodStart, s.PeriodEnd = &may, &june })
	if s := h.state(t, 42); s.Current.ChargedAmount != 1500 || s.Promotion != nil || h.redemption(t).Status != billing.Expired {
		t.Errorf("third period %+v %+v, redemption %s", s.Current, s.Promotion, h.redemption(t).Status)
	}
}

func TestMonthsThatTheProviderDoesNotNameEndOnTheirLastDay(t *testing.T) {
	h := newHouse(t)
	h.advance(time.Date(2027, 12, 31, 10, 0, 0, 0, time.UTC).Sub(t0))
	plan := h.plan(t)
	coupon := percent(20, billing.Repeating)
	coupon.DurationInMonths = ptr(2)
	h.promotion(t, "TWO", coupon, nil)
	r, err := h.StartCheckout(t.Context(), h.order(42, plan.ID, "TWO"))
	must(t, err)
	id := h.provider.Pay(r.Checkout.SessionID)
	h.change(t, id, func(s *billing.ProviderSubscription) { s.Discount = nil })
	want := time.Date(2028, 2, 29, 10, 0, 0, 0, time.UTC)
	if r := h.redemption(t); r.EndsAt == nil || !r.EndsAt.Equal(want) {
		t.Errorf("ends %v, want %v", r.EndsAt, want)
	}
}

// TestHowLongARedemptionIsHeld: half an hour by a checkout, or a first payment that waits, if the promotion has a limit.
func TestHowLongARedemptionIsHeld(t *testing.T) {
	for name, c := range map[string]struct {
		limit  *int
		direct bool
		want   time.Duration
	}{
		"a page, limited": {ptr(5), false, 31 * time.Minute}, "a page": {nil, false, 24 * time.Hour},
		"a card, limited": {ptr(5), true, 31 * time.Minute}, "a card": {nil, true, 24 * time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			plan := h.plan(t)
			h.promotion(t, "CODE", percent(20, billing.Forever), func(p *billing.Promotion) { p.MaxRedemptions = c.limit })
			if c.direct {
				_, err := h.Subscribe(t.Context(), h.direct(plan.ID, "CODE", billingtest.AskingCard))
				wantErr(t, err, billing.ErrActionRequired)
			} else {
				_, err := h.StartCheckout(t.Context(), h.order(42, plan.ID, "CODE"))
				must(t, err)
			}
			a, err := h.store.Account(t.Context(), 42)
			must(t, err)
			held := a.Checkouts[0]
			if got := held.ExpiresAt.Sub(t0); got != c.want {
				t.Fatalf("held for %s", got)
			}
			h.advance(c.want)
			if !c.direct {
				must(t, h.provider.ExpireCheckout(t.Context(), "x", held.SessionID))
			}
			h.advance(6 * time.Minute)
			must(t, h.Sweep(t.Context()))
			if r := h.redemption(t); r.Status != billing.Released || h.redeemed(t, "CODE") != 0 {
				t.Errorf("redemption %s, %d held", r.Status, h.redeemed(t, "CODE"))
			}
			if c.direct && h.live(t) != 0 {
				t.Error("the subscription can still be paid")
			}
		})
	}
}
