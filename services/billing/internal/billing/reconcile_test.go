package billing_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"muster/services/billing/internal/billing"
)

// reconcile runs what is due now.
func (h *fixture) reconcile(t *testing.T) {
	t.Helper()
	must(t, h.Reconcile(t.Context()))
	h.work(t)
}

// full runs a full comparison and returns what it has found.
func (h *fixture) full(t *testing.T) (billing.Run, []string) {
	t.Helper()
	run, err := h.RequestRun(t.Context(), 1)
	must(t, err)
	h.work(t)
	run, err = h.store.Run(t.Context(), run.ID)
	must(t, err)
	var found []string
	for _, m := range h.store.Mismatches() {
		if m.RunID == run.ID {
			found = append(found, fmt.Sprint(m.Kind, " ", m.Object, " ", m.ObjectID, " ", m.Healed))
		}
	}
	slices.Sort(found)
	return run, found
}

// Nothing is found where nothing was missed.
func TestNothingToHeal(t *testing.T) {
	h := newHouse(t)
	i := h.paid(t, 239)
	h.event(t, "charge.succeeded", i.ChargeID)
	h.provider.Refund(i.ChargeID, 100)
	h.provider.Dispute(i.ChargeID, 100)
	h.event(t, "charge.refunded", i.ChargeID)
	run, found := h.full(t)
	if len(found) > 0 || run.Status != billing.RunDone || run.Checked != 5 || run.FinishedAt == nil || run.Mismatches != 0 || run.RequestedBy != 1 {
		t.Errorf("%+v found %q", run, found)
	}
	if again, found := h.full(t); len(found) > 0 || again.ID == run.ID {
		t.Errorf("%+v found %q", again, found)
	}
}

// Everything that was missed is found, recorded, healed and published.
func TestAFullRunHeals(t *testing.T) {
	h := newHouse(t)
	i := h.paid(t, 239)
	h.event(t, "charge.succeeded", i.ChargeID)
	h.advance(month)
	missed := h.provider.Renew(i.SubscriptionID, true)
	h.advance(month)
	h.provider.Renew(i.SubscriptionID, true)
	h.provider.Refund(i.ChargeID, 100)
	dispute := h.provider.Dispute(i.ChargeID, 200)
	run, found := h.full(t)
	if run.Status != billing.RunDone || run.Mismatches == 0 || run.Mismatches != run.Healed || run.Mismatches != int64(len(found)) {
		t.Errorf("%+v", run)
	}
	for _, want := range []string{"different subscription " + i.SubscriptionID + " true", "missing invoice " + missed + " true", "different charge " + i.ChargeID + " true"} {
		if !slices.Contains(found, want) {
			t.Errorf("%q is not in %q", want, found)
		}
	}
	h.wantBooked(t, "payment 1261+239 0s", "payment 1500+0 1488h0m0s", "payment 1500+0 744h0m0s", "refund -84+-16 1488h0m0s")
	if kinds := h.invoiceKinds(); !slices.Contains(kinds, "disputed 1488h0m0s") || !slices.Contains(kinds, "paid 744h0m0s") {
		t.Errorf("told %q", kinds)
	}
	h.provider.Decide(i.ChargeID, false) // which the charge does not show
	if _, found := h.full(t); !slices.Equal(found, []string{"different dispute " + dispute + " true"}) {
		t.Errorf("found %q", found)
	}
	if n := len(h.booked()); n != 5 {
		t.Errorf("%d entries", n)
	}
}

// A subscription that the provider has forgotten is in no list.
func TestAFullRunFindsWhatIsGone(t *testing.T) {
	h := newHouse(t)
	id := h.subscribe(t, 42, h.plan(t).ID, "")
	h.full(t)
	h.provider.Forget(id)
	h.advance(time.Minute)
	if _, found := h.full(t); !slices.Equal(found, []string{"different subscription " + id + " true"}) {
		t.Errorf("found %q", found)
	}
	if h.state(t, 42).Access {
		t.Error("access to what is gone")
	}
}

func TestOthersObjectsAreNoMismatch(t *testing.T) {
	h := newHouse(t)
	i := h.paid(t, 0)
	h.event(t, "charge.succeeded", i.ChargeID)
	h.provider.Put(billing.ProviderSubscription{ID: "sub_foreign", CustomerID: "cus_foreign", UserKey: "foreign", Status: billing.Active})
	h.provider.PutInvoice(billing.ProviderInvoice{ID: "in_foreign", CustomerID: "cus_foreign"})
	h.provider.PutCharge(billing.ProviderCharge{ID: "ch_foreign", CustomerID: "cus_foreign", Disputes: []billing.Dispute{{ProviderID: "dp_foreign"}}})
	before := h.provider.Fetches()
	if run, found := h.full(t); len(found) > 0 || run.Status != billing.RunDone {
		t.Errorf("%+v found %q", run, found)
	}
	if n := h.provider.Fetches() - before; n > 1 { // the charge of the dispute
		t.Errorf("%d fetches", n)
	}
}

// Objects of a customer whose news are waiting are not compared: the news will be handled.
func TestNewsThatWaitAreNoMismatch(t *testing.T) {
	h := newHouse(t)
	i := h.paid(t, 0)
	h.event(t, "charge.succeeded", i.ChargeID)
	h.advance(month)
	h.provider.Renew(i.SubscriptionID, true)
	run, err := h.RequestRun(t.Context(), 1)
	must(t, err)
	eventIDs++
	must(t, h.ReceiveEvent(t.Context(), billing.Event{
		ID: "evt_" + lastEvent(), Type: "customer.subscription.updated", ObjectID: i.SubscriptionID, CustomerID: h.customer(t, 42),
	}))
	h.work(t)
	if m := h.store.Mismatches(); len(m) > 0 {
		t.Errorf("run %d found %+v", run.ID, m)
	}
}

func TestUndeliveredEvents(t *testing.T) {
	h := newHouse(t)
	id := h.subscribe(t, 42, h.plan(t).ID, "")
	h.reconcile(t)
	h.advance(month)
	h.provider.Renew(id, true)
	for n := range 3 { // more than a page
		h.provider.Lose(billing.Event{ID: fmt.Sprint("evt_lost_", n), Type: "customer.subscription.updated", ObjectID: id, CreatedAt: h.clock()})
	}
	h.provider.Lose(billing.Event{ID: "evt_lost_other", Type: "product.updated", ObjectID: "prod_1", CreatedAt: h.clock()})
	before := len(h.store.Mismatches())
	h.reconcile(t)
	for _, m := range h.store.Mismatches()[before:] {
		if m.Kind == billing.MismatchUndelivered {
			t.Errorf("an event that may be on its way is a mismatch: %+v", m)
		}
	}
	h.advance(10 * time.Minute)
	h.reconcile(t)
	var found []string
	for _, m := range h.store.Mismatches() {
		found = append(found, fmt.Sprint(m.Kind, " ", m.ObjectID))
	}
	for n := range 3 {
		if !slices.Contains(found, fmt.Sprint("undelivered evt_lost_", n)) {
			t.Errorf("found %q", found)
		}
	}
	if slices.Contains(found, "undelivered evt_lost_other") {
		t.Error("an event that is nothing to us is a mismatch")
	}
	if start := h.state(t, 42).Current.CurrentPeriodStart; !start.Equal(t0.Add(month)) {
		t.Errorf("the period began at %v", start)
	}
	n := len(found)
	h.advance(11 * time.Minute)
	h.reconcile(t)
	if m := h.store.Mismatches(); len(m) != n {
		t.Errorf("found again: %+v", m[n:])
	}
}

func kinds(runs []billing.Run) map[billing.RunKind]int {
	n := map[billing.RunKind]int{}
	for _, r := range runs {
		n[r.Kind]++
	}
	return n
}

// Runs are started when they are due: the first ones at once, however often it is asked.
func TestTheScheduleOfRuns(t *testing.T) {
	h := newHouse(t) // at noon
	is := func(when string, events, stale, full int) {
		t.Helper()
		h.reconcile(t)
		h.reconcile(t)
		n := kinds(h.store.Runs())
		if n[billing.RunEvents] != events || n[billing.RunStale] != stale || n[billing.RunFull] != full {
			t.Errorf("%s: %v", when, n)
		}
	}
	is("at first", 1, 1, 1)
	h.advance(10 * time.Minute)
	is("after ten minutes", 2, 1, 1)
	h.advance(50 * time.Minute)
	is("after an hour", 3, 2, 1)
	h.advance(13 * time.Hour)
	is("after two", 4, 3, 1)
	h.advance(time.Hour)
	is("after three at night", 5, 4, 2)
}

// A subscription that should have changed is fetched within the hour, and every one once a day.
func TestStaleSubscriptions(t *testing.T) {
	h := newHouse(t)
	id := h.subscribe(t, 42, h.plan(t).ID, "")
	h.reconcile(t)
	fetched := h.provider.Fetches()
	h.advance(2 * time.Hour)
	h.reconcile(t)
	if n := h.provider.Fetches(); n != fetched {
		t.Errorf("%d fetches of what is fresh", n-fetched)
	}
	h.advance(month)
	h.reconcile(t)
	before := len(h.store.Mismatches())
	h.provider.Renew(id, true)
	h.advance(2 * time.Hour)
	h.reconcile(t)
	m := h.store.Mismatches()
	if len(m) != before+1 || m[before].ObjectID != id || m[before].Kind != billing.MismatchDifferent || !m[before].Healed {
		t.Errorf("%+v", m[before:])
	}
}

// A run goes on where it stopped when the provider is available again, and is given up after a day.
func TestARunGoesOn(t *testing.T) {
	h := newHouse(t)
	i := h.paid(t, 0)
	h.event(t, "charge.succeeded", i.ChargeID)
	h.provider.SetDown(true)
	run, _ := h.full(t)
	if run.Status != billing.RunRunning || run.Reason == "" {
		t.Fatalf("%+v", run)
	}
	if again, err := h.RequestRun(t.Context(), 2); err != nil || again.ID != run.ID {
		t.Errorf("%+v %v", again, err)
	}
	h.provider.SetDown(false)
	h.advance(5 * time.Minute)
	h.reconcile(t)
	run, err := h.store.Run(t.Context(), run.ID)
	must(t, err)
	if run.Status != billing.RunDone || run.Reason != "" {
		t.Errorf("%+v", run)
	}
	h.provider.SetDown(true)
	stuck, _ := h.full(t)
	h.advance(25 * time.Hour)
	if err := h.Reconcile(t.Context()); err == nil || !strings.Contains(err.Error(), "given up") {
		t.Errorf("%v", err)
	}
	if stuck, err = h.store.Run(t.Context(), stuck.ID); err != nil || stuck.Status != billing.RunFailed || stuck.FinishedAt == nil {
		t.Errorf("%+v %v", stuck, err)
	}
}

// A backfill that was stopped continues after the page that was done, and needs no webhooks.
func TestBackfill(t *testing.T) {
	h := newHouse(t)
	plan := h.plan(t)
	for user := int64(43); user < 48; user++ {
		h.follow(t, user)
		r, err := h.StartCheckout(t.Context(), h.order(user, plan.ID, ""))
		must(t, err)
		h.provider.Pay(r.Checkout.SessionID)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var pages []billing.Run
	err := h.Backfill(ctx, func(r billing.Run) {
		pages = append(pages, r)
		cancel()
	})
	if !errors.Is(err, context.Canceled) || len(pages) == 0 || pages[0].Checked != 2 {
		t.Fatalf("%v %+v", err, pages)
	}
	must(t, h.Backfill(t.Context(), func(r billing.Run) { pages = append(pages, r) }))
	last := pages[len(pages)-1]
	if last.ID != pages[0].ID || last.Status != billing.RunDone || last.Checked != 15 || last.Mismatches != last.Healed {
		t.Errorf("%+v", last)
	}
	if n := len(h.booked()); n != 5 {
		t.Errorf("%d payments", n)
	}
	for user := int64(43); user < 48; user++ {
		if !h.state(t, user).Access {
			t.Errorf("user %d has no access", user)
		}
	}
}

// Its command continues a backfill, the schedule does not.
func TestTheScheduleLeavesABackfillAlone(t *testing.T) {
	h := newHouse(t)
	h.subscribe(t, 42, h.plan(t).ID, "")
	ctx, cancel := context.WithCancel(t.Context())
	var stopped billing.Run
	err := h.Backfill(ctx, func(r billing.Run) { stopped = r; cancel() })
	if !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	h.advance(time.Hour)
	h.reconcile(t)
	run, err := h.store.Run(t.Context(), stopped.ID)
	must(t, err)
	if run != stopped {
		t.Errorf("%+v, was %+v", run, stopped)
	}
}

// What was stored before there were marks is fetched, and is no mismatch.
func TestWhatHasNoMarkIsNoMismatch(t *testing.T) {
	h := newHouse(t)
	i := h.paid(t, 0)
	h.event(t, "charge.succeeded", i.ChargeID)
	must(t, h.store.Tx(t.Context(), func(ctx context.Context, tx billing.Tx) error {
		a, err := tx.LockAccount(ctx, 42)
		if err != nil {
			return err
		}
		sub := a.Subscriptions[0]
		sub.Mark = ""
		return tx.SaveSubscription(ctx, &sub)
	}))
	fetched := h.provider.Fetches()
	if run, found := h.full(t); len(found) > 0 || run.Status != billing.RunDone {
		t.Errorf("%+v found %q", run, found)
	}
	if n := h.provider.Fetches() - fetched; n != 1 {
		t.Errorf("%d fetches", n)
	}
	if _, found := h.full(t); len(found) > 0 {
		t.Errorf("found %q", found)
	}
}
