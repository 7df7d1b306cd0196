package billing_test

import (
	"slices"
	"testing"
	"time"

	"muster/libs/contracts/billingv1"
	"muster/services/billing/internal/billing"
)

// trial opens a trial and returns its subscription.
func (h *fixture) trial(t *testing.T, days int) string {
	t.Helper()
	plan := h.plan(t)
	h.promotion(t, "TRIAL", billing.Coupon{Type: billing.FreeTrial, TrialDays: days, Duration: billing.Once}, nil)
	return h.subscribe(t, 42, plan.ID, "TRIAL")
}

// warnings returns when it was told that a trial will end.
func (h *fixture) warnings() []time.Time {
	var times []time.Time
	for _, p := range h.store.Published() {
		if e, ok := p.(billingv1.SubscriptionEvent); ok && e.Kind == billingv1.TrialWillEnd {
			times = append(times, e.At)
		}
	}
	return times
}

func (h *fixture) sweep(t *testing.T) {
	t.Helper()
	must(t, h.Sweep(t.Context()))
	must(t, h.Sweep(t.Context()))
	h.work(t)
}

const day = 24 * time.Hour

// It is told three days before a trial ends, once, and again for another end.
func TestATrialWillEnd(t *testing.T) {
	h := newHouse(t)
	id := h.trial(t, 14)
	h.sweep(t)
	h.advance(11*day - time.Second)
	h.sweep(t)
	if w := h.warnings(); len(w) > 0 {
		t.Fatalf("told early: %v", w)
	}
	h.advance(time.Hour)
	fetched := h.provider.Fetches()
	h.sweep(t)
	if n := h.provider.Fetches() - fetched; n > 0 {
		t.Errorf("%d fetches of what is not late", n)
	}
	h.event(t, "customer.subscription.trial_will_end", id)
	if w := h.warnings(); !slices.Equal(w, []time.Time{t0.Add(11 * day)}) {
		t.Errorf("told %v", w)
	}
	h.provider.Change(id, func(s *billing.ProviderSubscription) { s.TrialEnd = ptr(t0.Add(30 * day)); s.PeriodEnd = s.TrialEnd })
	h.event(t, "customer.subscription.updated", id)
	h.advance(16 * day)
	h.sweep(t)
	if w := h.warnings(); len(w) != 2 || !w[1].Equal(t0.Add(27*day)) {
		t.Errorf("told %v", w)
	}
}

func TestAShortTrialWillEndAtOnce(t *testing.T) {
	h := newHouse(t)
	h.trial(t, 2)
	if w := h.warnings(); !slices.Equal(w, []time.Time{t0}) {
		t.Errorf("told %v", w)
	}
}

// The news of an expected change do not come: it is fetched once it is late, and not again and again.
func TestLateNewsAreFetched(t *testing.T) {
	h := newHouse(t)
	id := h.subscribe(t, 42, h.plan(t).ID, "")
	h.sweep(t)
	h.advance(month)
	h.sweep(t)
	fetched := h.provider.Fetches()
	h.advance(5 * time.Minute)
	h.provider.Renew(id, true)
	h.sweep(t)
	if start := h.state(t, 42).Current.CurrentPeriodStart; !start.Equal(t0.Add(month)) {
		t.Errorf("the period began at %v", start)
	}
	h.sweep(t)
	if n := h.provider.Fetches() - fetched; n != 1 {
		t.Errorf("%d fetches", n)
	}
}

func TestATrialThatEndsUnheard(t *testing.T) {
	h := newHouse(t)
	id := h.trial(t, 14)
	h.advance(14*day + 5*time.Minute)
	h.provider.End(id)
	h.sweep(t)
	if s := h.state(t, 42); s.Access || s.Current.Status != "canceled" {
		t.Errorf("%+v", s.Current)
	}
}

// A repeating discount shows until the period that it no longer reduces, whether or not that is told.
func TestARepeatingDiscountEnds(t *testing.T) {
	h := newHouse(t)
	plan := h.plan(t)
	h.promotion(t, "MONTH", billing.Coupon{Type: billing.Percentage, BasisPoints: 2000, Duration: billing.Repeating, DurationInMonths: ptr(1)}, nil)
	id := h.subscribe(t, 42, plan.ID, "MONTH")
	if s := h.state(t, 42); s.Promotion == nil || s.Current.ChargedAmount != 1200 {
		t.Fatalf("%+v", s)
	}
	h.advance(month + 5*time.Minute)
	h.provider.Renew(id, true)
	h.sweep(t)
	if s := h.state(t, 42); s.Promotion != nil || s.Current.ChargedAmount != 1500 {
		t.Errorf("%+v %+v", s.Current, s.Promotion)
	}
}

// After its end it is too late to tell that a trial will end.
func TestNoWarningOfATrialThatIsOver(t *testing.T) {
	h := newHouse(t)
	h.trial(t, 14)
	h.advance(14 * day)
	h.sweep(t)
	if w := h.warnings(); len(w) > 0 {
		t.Errorf("told %v", w)
	}
}
