package billing_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"muster/services/billing/internal/billing"
)

// moved shows the movements of the MRR as text.
func (h *fixture) moved() []string {
	var lines []string
	for _, m := range h.store.Movements() {
		lines = append(lines, fmt.Sprintf("%s %d %s", m.Kind, m.Amount, m.At.Sub(t0)))
	}
	return lines
}

func (h *fixture) wantMoved(t *testing.T, want ...string) {
	t.Helper()
	if got := h.moved(); !slices.Equal(got, want) {
		t.Errorf("moved\n%q, want\n%q", got, want)
	}
}

func TestMovementsOfOneSubscription(t *testing.T) {
	h := newHouse(t)
	id := h.subscribe(t, 42, h.plan(t).ID, "")
	h.wantMoved(t, "new 1500 0s")
	change := func(quantity int64) {
		h.advance(time.Hour)
		h.provider.Change(id, func(s *billing.ProviderSubscription) {
			s.Items = slices.Clone(s.Items)
			s.Items[0].Quantity = quantity
		})
		h.event(t, "customer.subscription.updated", id)
		h.event(t, "customer.subscription.updated", id)
	}
	change(3)
	change(2)
	h.provider.Change(id, func(s *billing.ProviderSubscription) { s.CollectionPaused = true })
	h.advance(time.Hour)
	h.event(t, "customer.subscription.updated", id)
	h.provider.Change(id, func(s *billing.ProviderSubscription) { s.CollectionPaused = false })
	h.advance(time.Hour)
	h.event(t, "customer.subscription.updated", id)
	h.advance(time.Hour)
	h.provider.End(id)
	h.advance(time.Hour)
	h.event(t, "customer.subscription.deleted", id)
	h.wantMoved(t, "new 1500 0s", "expansion 3000 1h0m0s", "contraction -1500 2h0m0s", "churn -3000 3h0m0s", "reactivation 3000 4h0m0s", "churn -3000 5h0m0s")
	h.subscribe(t, 42, h.plan(t).ID, "")
	if m := h.moved(); len(m) != 7 || m[6] != "reactivation 1500 6h0m0s" {
		t.Errorf("a user who comes back: %q", m)
	}
}

// A discount that ends raises the MRR at the start of the period that it no longer reduces.
func TestADiscountThatEnds(t *testing.T) {
	h := newHouse(t)
	plan := h.plan(t)
	h.promotion(t, "MONTH", billing.Coupon{Type: billing.Percentage, BasisPoints: 2000, Duration: billing.Repeating, DurationInMonths: ptr(1)}, nil)
	id := h.subscribe(t, 42, plan.ID, "MONTH")
	h.advance(month)
	h.provider.Renew(id, true)
	h.advance(time.Hour)
	h.event(t, "customer.subscription.updated", id)
	h.wantMoved(t, "new 1200 0s", "expansion 300 744h0m0s")
}

func TestATrialHasNoRevenue(t *testing.T) {
	h := newHouse(t)
	plan := h.plan(t)
	h.promotion(t, "TRIAL", billing.Coupon{Type: billing.FreeTrial, TrialDays: 14, Duration: billing.Once}, nil)
	id := h.subscribe(t, 42, plan.ID, "TRIAL")
	h.wantMoved(t)
	h.advance(14 * 24 * time.Hour)
	h.provider.Renew(id, true)
	h.advance(time.Hour)
	h.event(t, "customer.subscription.updated", id)
	h.wantMoved(t, "new 1500 336h0m0s")
}

// A period of any length counts in proportion to a month.
func TestRevenueIsMonthly(t *testing.T) {
	for _, c := range []struct {
		interval string
		count    int
		amount   int64
		want     int64
	}{
		{"month", 1, 1500, 1500}, {"month", 3, 1500, 500}, {"month", 12, 999, 83}, {"year", 1, 12000, 1000}, {"year", 1, 11999, 1000},
		{"year", 1, 11993, 999}, {"week", 1, 1200, 5200}, {"week", 2, 1200, 2600}, {"day", 1, 120, 3650},
	} {
		h := newHouse(t)
		p, err := h.CreatePlan(t.Context(), billing.Plan{Name: "Gold", Interval: c.interval, IntervalCount: c.count, Amount: c.amount, Currency: "usd"})
		must(t, err)
		h.subscribe(t, 42, p.ID, "")
		if m := h.store.Movements(); len(m) != 1 || m[0].Amount != c.want || m[0].Currency != "usd" || m[0].UserID != 42 || m[0].SubscriptionID == 0 {
			t.Errorf("%+v: %+v", c, m)
		}
	}
}

func TestRevenueInAnotherCurrency(t *testing.T) {
	h := newHouse(t)
	id := h.subscribe(t, 42, h.plan(t).ID, "")
	h.provider.Change(id, func(s *billing.ProviderSubscription) {
		s.Items = slices.Clone(s.Items)
		s.Items[0].Currency, s.Items[0].PriceID = "eur", "price_eur"
	})
	h.event(t, "customer.subscription.updated", id)
	sums := map[string]int64{}
	for _, m := range h.store.Movements() {
		sums[m.Currency] += m.Amount
	}
	if sums["usd"] != 0 || sums["eur"] != 1500 {
		t.Errorf("%v", sums)
	}
}
