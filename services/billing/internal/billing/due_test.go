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

// TestTimeIsToldByTheTicker: what time changes is published without a webhook and without anybody asking; in time, and also
// when billing was down at that moment and comes back ten days later.
func TestTimeIsToldByTheTicker(t *testing.T) {
	repeating := percent(20, billing.Repeating)
	repeating.DurationInMonths = ptr(1)
	for name, c := range map[string]struct {
		coupon *billing.Coupon
		begin  func(t *testing.T, h *fixture, id string) // what happens at first, which is told
		after  time.Duration                             // when time changes the state
		end    func(h *fixture, id string)               // what the provider does then, which is not told
		want   func(s billingv1.Subscription) bool
	}{
		"the grace ends": {
			begin: func(t *testing.T, h *fixture, id string) {
				h.advance(month)
				h.provider.Renew(id, false)
				h.event(t, "customer.subscription.updated", id)
			},
			after: 30 * day,
			want:  func(s billingv1.Subscription) bool { return !s.Access && s.Current.Status == "past_due" },
		},
		"a trial ends, paid": {
			coupon: &billing.Coupon{Type: billing.FreeTrial, TrialDays: 14, Duration: billing.Once}, after: 14*day + 5*time.Minute,
			end: func(h *fixture, id string) { h.provider.Renew(id, true) },
			want: func(s billingv1.Subscription) bool {
				return s.Current.Status == "active" && s.Current.ChargedAmount == 1500
			},
		},
		"a trial ends, not paid": {
			coupon: &billing.Coupon{Type: billing.FreeTrial, TrialDays: 14, Duration: billing.Once}, after: 14*day + 5*time.Minute,
			end:  func(h *fixture, id string) { h.provider.End(id) },
			want: func(s billingv1.Subscription) bool { return !s.Access && s.Current.Status == "canceled" },
		},
		"a repeating discount runs out": {
			coupon: &repeating, after: month + 5*time.Minute, end: func(h *fixture, id string) { h.provider.Renew(id, true) },
			want: func(s billingv1.Subscription) bool { return s.Promotion == nil && s.Current.ChargedAmount == 1500 },
		},
		"a cancelled subscription ends": {
			begin: func(t *testing.T, h *fixture, id string) {
				h.change(t, id, func(s *billing.ProviderSubscription) { s.CancelAt = ptr(t0.Add(3 * day)) })
			},
			after: 3*day + 5*time.Minute, end: func(h *fixture, id string) { h.provider.End(id) },
			want: func(s billingv1.Subscription) bool { return !s.Access && s.Current.Status == "canceled" },
		},
	} {
		for _, down := range []time.Duration{0, 10 * day} {
			t.Run(name+", down for "+down.String(), func(t *testing.T) {
				h := newHouse(t)
				plan, code := h.plan(t), ""
				if c.coupon != nil {
					code = "CODE"
					h.promotion(t, code, *c.coupon, nil)
				}
				id := h.subscribe(t, 42, plan.ID, code)
				if c.begin != nil {
					c.begin(t, h, id)
				}
				h.advance(c.after - time.Second)
				if down == 0 {
					h.sweep(t)
					if s := h.told(t); c.want(s) {
						t.Fatalf("told early: %+v", s)
					}
				}
				h.advance(time.Second + down)
				if c.end != nil {
					c.end(h, id)
				}
				h.sweep(t)
				if s := h.told(t); !c.want(s) {
					t.Errorf("told %+v %+v", s, s.Current)
				}
			})
		}
	}
}

// told returns the newest published state.
func (h *fixture) told(t *testing.T) billingv1.Subscription {
	t.Helper()
	for _, p := range slices.Backward(h.store.Published()) {
		if s, ok := p.(billingv1.Subscription); ok {
			return s
		}
	}
	t.Fatal("no state was published")
	return billingv1.Subscription{}
}

// TestManyAreDueAtOnce: one sweep publishes all of them, however many became due while billing was down.
func TestManyAreDueAtOnce(t *testing.T) {
	h := newHouse(t)
	plan := h.plan(t)
	const users = 101 // more than a batch
	for user := int64(100); user < 100+users; user++ {
		h.follow(t, user)
		id := h.subscribe(t, user, plan.ID, "")
		h.provider.Change(id, func(s *billing.ProviderSubscription) { s.Status = billing.PastDue })
		h.event(t, "customer.subscription.updated", id)
	}
	h.advance(40 * day)
	must(t, h.Sweep(t.Context()))
	for user := int64(100); user < 100+users; user++ {
		if h.state(t, user).Access {
			t.Fatalf("user %d has access", user)
		}
	}
}
