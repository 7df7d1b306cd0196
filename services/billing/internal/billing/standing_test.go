package billing_test

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"muster/libs/contracts/billingv1"
	"muster/services/billing/internal/billing"
)

// wantStanding compares the standing in the last published record with times after t0.
func (h *fixture) wantStanding(t *testing.T, what string, want billingv1.Standing) {
	t.Helper()
	got, err := json.Marshal(h.state(t, 42).Standing)
	must(t, err)
	wanted, err := json.Marshal(want)
	must(t, err)
	if string(got) != string(wanted) {
		t.Fatalf("%s:\n got %s\nwant %s", what, got, wanted)
	}
}

// renewed renews a subscription and delivers the news.
func (h *fixture) renewed(t *testing.T, id string, paid bool) (invoiceID string) {
	t.Helper()
	sub, err := h.provider.Subscription(t.Context(), id)
	must(t, err)
	h.advance(sub.PeriodEnd.Sub(h.clock()) + time.Hour)
	invoiceID = h.provider.Renew(id, paid)
	h.event(t, "customer.subscription.updated", id)
	return invoiceID
}

// TestAPaidStretchIsUnbroken: renewals and late payments are part of it, an end is not.
func TestAPaidStretchIsUnbroken(t *testing.T) {
	h := newHouse(t)
	plan := h.plan(t)
	r, err := h.StartCheckout(t.Context(), h.order(42, plan.ID, ""))
	must(t, err)
	h.wantStanding(t, "a checkout", billingv1.Standing{AttemptAt: at(0)})
	h.advance(time.Minute)
	id := h.provider.Pay(r.Checkout.SessionID)
	h.event(t, "customer.subscription.created", id)
	h.event(t, "checkout.session.completed", r.Checkout.SessionID)
	first := billingv1.Standing{PaidSince: at(time.Minute)}
	h.wantStanding(t, "paid", first)
	h.renewed(t, id, true)
	h.wantStanding(t, "renewed", first)
	late := h.renewed(t, id, false)
	h.wantStanding(t, "past due", first)
	h.renewed(t, id, false)
	h.wantStanding(t, "past due for another period", first)
	h.advance(time.Hour)
	h.provider.Confirm(late)
	h.event(t, "invoice.paid", late)
	h.wantStanding(t, "one of two paid late", first)
	h.renewed(t, id, true)
	h.wantStanding(t, "renewed once more", first)

	h.advance(time.Hour)
	ended := h.clock()
	h.provider.End(id)
	h.event(t, "customer.subscription.deleted", id)
	h.wantStanding(t, "ended", billingv1.Standing{EndedAt: &ended})
	h.advance(time.Hour) // within the period that was paid, but after the end
	again := h.clock()
	h.subscribe(t, 42, plan.ID, "")
	h.wantStanding(t, "subscribed again", billingv1.Standing{PaidSince: &again, EndedAt: &ended})
}

// TestAFreePeriodBreaksThePaidStretch, and a paid one the free.
func TestAFreePeriodBreaksThePaidStretch(t *testing.T) {
	h := newHouse(t)
	plan := h.plan(t)
	h.promotion(t, "FREE", billing.Coupon{Type: billing.Percentage, BasisPoints: 10000, Duration: billing.Repeating, DurationInMonths: ptr(2)}, nil)
	id := h.subscribe(t, 42, plan.ID, "free")
	h.wantStanding(t, "a free period", billingv1.Standing{FreeSince: at(0)})
	h.renewed(t, id, true)
	h.wantStanding(t, "another free period", billingv1.Standing{FreeSince: at(0)})
	h.provider.Change(id, func(s *billing.ProviderSubscription) { s.Discount = nil })
	h.renewed(t, id, true)
	paid := h.clock()
	h.wantStanding(t, "the first paid period", billingv1.Standing{PaidSince: &paid})
	h.renewed(t, id, true)
	h.wantStanding(t, "the second paid period", billingv1.Standing{PaidSince: &paid})

	h.advance(time.Hour)
	paused := h.clock()
	h.change(t, id, func(s *billing.ProviderSubscription) { s.CollectionPaused = true })
	h.wantStanding(t, "paused", billingv1.Standing{FreeSince: &paused})
	h.advance(time.Hour)
	h.change(t, id, func(s *billing.ProviderSubscription) { s.CancelAtPeriodEnd = true })
	h.wantStanding(t, "paused still", billingv1.Standing{FreeSince: &paused})
	h.change(t, id, func(s *billing.ProviderSubscription) { s.CollectionPaused = false })
	h.wantStanding(t, "collected again", billingv1.Standing{PaidSince: &paid})
}

// TestATrialThatIsNotPaid is charged from its end.
func TestATrialThatIsNotPaid(t *testing.T) {
	h := newHouse(t)
	plan, err := h.CreatePlan(t.Context(), billing.Plan{Name: "Gold", Interval: "month", IntervalCount: 1, Amount: 1500, Currency: "usd", TrialPeriodDays: ptr(14)})
	must(t, err)
	id := h.subscribe(t, 42, plan.ID, "")
	end := at(14 * 24 * time.Hour)
	h.wantStanding(t, "a trial", billingv1.Standing{TrialSince: at(0), TrialUntil: end})
	late := h.renewed(t, id, false)
	h.wantStanding(t, "not paid", billingv1.Standing{PaidSince: end})
	h.advance(48 * time.Hour)
	paid := h.clock()
	h.provider.Confirm(late)
	h.event(t, "invoice.paid", late)
	h.wantStanding(t, "paid late", billingv1.Standing{PaidSince: &paid})
}

// TestAnAttemptCountsUntilItEnds: a page that has expired is no attempt, a subscription that was never paid is.
func TestAnAttemptCountsUntilItEnds(t *testing.T) {
	h := newHouse(t)
	plan := h.plan(t)
	r, err := h.StartCheckout(t.Context(), h.order(42, plan.ID, ""))
	must(t, err)
	h.advance(25 * time.Hour)
	must(t, h.provider.ExpireCheckout(t.Context(), "x", r.Checkout.SessionID))
	h.sweep(t)
	h.wantStanding(t, "expired", billingv1.Standing{})
	o := h.order(42, plan.ID, "")
	o.PaymentMethodID = "pm_card_authenticationRequired"
	tried := h.clock()
	_, err = h.Subscribe(t.Context(), o)
	wantErr(t, err, billing.ErrActionRequired)
	h.wantStanding(t, "to be confirmed", billingv1.Standing{AttemptAt: &tried})
	id := h.state(t, 42).Current.StripeSubscriptionID
	h.advance(time.Hour)
	ended := h.clock()
	h.change(t, id, func(s *billing.ProviderSubscription) { s.Status, s.EndedAt = billing.IncompleteExpired, &ended })
	h.wantStanding(t, "never confirmed", billingv1.Standing{AttemptAt: &tried})
}

// TestARepublishedStateHasAStanding: what an earlier release has published lacks it, and has the same version.
func TestARepublishedStateHasAStanding(t *testing.T) {
	h := newHouse(t)
	h.subscribe(t, 42, h.plan(t).ID, "")
	before := h.state(t, 42)
	republish := func(wantVersion int64) {
		t.Helper()
		already := len(h.store.Published())
		n, last, err := h.Republish(t.Context(), 1, 100, 10)
		must(t, err)
		published := h.store.Published()[already:]
		if n != 1 || last != 42 || len(published) != 1 || published[0].EventVersion() != wantVersion {
			t.Fatalf("%d up to %d, published %+v, want version %d", n, last, published, wantVersion)
		}
	}
	republish(before.Version)
	u, err := h.store.User(t.Context(), 42)
	must(t, err)
	u.State.Standing = nil
	must(t, h.store.Tx(t.Context(), func(ctx context.Context, tx billing.Tx) error { return tx.SaveUser(ctx, u) }))
	republish(before.Version + 1)
	h.wantStanding(t, "republished", *before.Standing)
	republish(before.Version + 1)
}
