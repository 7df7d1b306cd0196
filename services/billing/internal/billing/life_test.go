package billing_test

import (
	"slices"
	"testing"
	"time"

	"muster/libs/contracts/billingv1"
	"muster/libs/errs"
	"muster/services/billing/internal/billing"
)

func TestCancelling(t *testing.T) {
	h := newHouse(t)
	_, err := h.CancelSubscription(t.Context(), 42, billing.CancelNow)
	wantErr(t, err, billing.ErrNoSubscription)
	h.subscribe(t, 42, h.plan(t).ID, "")
	_, err = h.CancelSubscription(t.Context(), 42, "someday")
	if errs.KindOf(err) != errs.KindInvalid {
		t.Error(err)
	}
	s, err := h.CancelSubscription(t.Context(), 42, billing.CancelAtPeriodEnd)
	must(t, err)
	if !s.Access || !s.Current.CancelAtPeriodEnd {
		t.Errorf("%+v", s)
	}
	s, err = h.CancelSubscription(t.Context(), 42, billing.CancelNow)
	must(t, err)
	if s.Access || s.Current.Status != "canceled" || s.AccessVersion != s.Version {
		t.Errorf("%+v", s)
	}
	if got := h.publishedKinds(); !slices.Equal(got, []billingv1.Kind{billingv1.Created, billingv1.Activated, billingv1.CancelScheduled, billingv1.Canceled}) {
		t.Errorf("told %v", got)
	}
	_, err = h.CancelSubscription(t.Context(), 42, billing.CancelNow)
	wantErr(t, err, billing.ErrNoSubscription)
}

func TestGraceEndsByItself(t *testing.T) {
	h := newHouse(t)
	id := h.subscribe(t, 42, h.plan(t).ID, "")
	sub, err := h.provider.Subscription(t.Context(), id)
	must(t, err)
	sub.Status = billing.PastDue
	h.provider.Put(sub)
	h.event(t, "customer.subscription.updated", id)
	h.advance(29 * 24 * time.Hour)
	must(t, h.Sweep(t.Context()))
	if !h.state(t, 42).Access {
		t.Error("access ended before the grace")
	}
	h.advance(24 * time.Hour)
	must(t, h.Sweep(t.Context()))
	s := h.state(t, 42)
	if s.Access || s.AccessVersion != s.Version {
		t.Errorf("%+v", s)
	}
	must(t, h.Sweep(t.Context()))
	if h.state(t, 42).Version != s.Version {
		t.Error("the sweep goes on publishing")
	}
}

func TestADeletedUsersSubscriptionIsCancelled(t *testing.T) {
	h := newHouse(t)
	plan := h.plan(t)
	id := h.subscribe(t, 42, plan.ID, "")
	h.provider.SetDown(true)
	must(t, h.FollowUser(t.Context(), billing.Profile{UserID: 42, Version: 2, AccessVersion: 2, Deleted: true}))
	s := h.state(t, 42)
	if want := (billingv1.Subscription{UserID: 42, Version: s.Version, Deleted: true, AccessVersion: s.Version, UserVersion: 2}); s != want {
		t.Errorf("last record %+v", s)
	}
	if _, err := h.Work(t.Context(), billing.Bulk); err == nil {
		t.Error("the failure is not told")
	}
	h.provider.SetDown(false)
	h.advance(10 * time.Second)
	h.work(t)
	if sub, _ := h.provider.Subscription(t.Context(), id); sub.Status != billing.Canceled {
		t.Errorf("the subscription is %s", sub.Status)
	}
	if got := h.state(t, 42); got.Version != s.Version {
		t.Error("something was published after the last record")
	}
	if c, there := h.provider.Customer(h.customer(t, 42)); there {
		t.Errorf("the provider still knows %+v", c)
	}
}

func TestTheProvidersCustomerFollowsTheUser(t *testing.T) {
	h := newHouse(t)
	h.subscribe(t, 42, h.plan(t).ID, "")
	rename := func(version int64, email, name string) {
		t.Helper()
		must(t, h.FollowUser(t.Context(), billing.Profile{UserID: 42, Version: version, AccessVersion: 1, Email: email, Name: name, TypeCode: "SUBS", Active: true}))
	}
	h.provider.SetDown(true)
	rename(2, "anne@example.com", "Ann")
	if _, err := h.Work(t.Context(), billing.Bulk); err == nil {
		t.Error("the failure is not told")
	}
	rename(3, "anne@example.com", "Anne")
	h.provider.SetDown(false)
	h.advance(10 * time.Second)
	h.work(t)
	if c, _ := h.provider.Customer(h.customer(t, 42)); c.Email != "anne@example.com" || c.Name != "Anne" {
		t.Errorf("customer %+v", c)
	}
	if _, err := h.Work(t.Context(), billing.Bulk); err != nil {
		t.Error(err)
	}
	rename(4, "anne@example.com", "Anne") // a change of another member enqueues nothing
	if worked, err := h.Work(t.Context(), billing.Bulk); worked || err != nil {
		t.Errorf("worked %v, %v", worked, err)
	}
}

func TestWhoGoesWhileTheirCustomerIsMadeLeavesNone(t *testing.T) {
	h := newHouse(t)
	plan := h.plan(t)
	h.provider.CustomerMade = func() {
		must(t, h.FollowUser(t.Context(), billing.Profile{UserID: 42, Version: 2, AccessVersion: 2, Deleted: true}))
	}
	_, err := h.StartCheckout(t.Context(), h.order(42, plan.ID, ""))
	wantErr(t, err, billing.ErrUserUnknown)
	h.work(t)
	if c, there := h.provider.Customer(h.customer(t, 42)); there {
		t.Errorf("the provider knows %+v", c)
	}
}

func TestTwoCustomersOfOneUserBecomeOne(t *testing.T) {
	h := newHouse(t)
	plan := h.plan(t)
	h.provider.CustomerMade = func() {
		h.provider.CustomerMade = nil
		must(t, h.FollowUser(t.Context(), billing.Profile{UserID: 42, Version: 2, AccessVersion: 1, Email: "new@example.com", Name: "Ann", TypeCode: "NONS", Active: true}))
		_, err := h.StartCheckout(t.Context(), h.order(42, plan.ID, ""))
		must(t, err)
	}
	_, err := h.StartCheckout(t.Context(), h.order(42, plan.ID, ""))
	must(t, err)
	if c, _ := h.provider.Customer(h.customer(t, 42)); c.Email != "new@example.com" {
		t.Errorf("customer %+v", c)
	}
	if n := h.provider.Customers(); n != 1 {
		t.Errorf("the provider has %d customers", n)
	}
}

func TestWhoIsRenamedWhileTheirCustomerIsMade(t *testing.T) {
	h := newHouse(t)
	plan := h.plan(t)
	h.provider.CustomerMade = func() {
		must(t, h.FollowUser(t.Context(), billing.Profile{UserID: 42, Version: 2, AccessVersion: 1, Email: "new@example.com", Name: "Ann", TypeCode: "NONS", Active: true}))
	}
	_, err := h.StartCheckout(t.Context(), h.order(42, plan.ID, ""))
	must(t, err)
	h.work(t)
	if c, _ := h.provider.Customer(h.customer(t, 42)); c.Email != "new@example.com" {
		t.Errorf("customer %+v", c)
	}
}

func TestFailuresBackOffAndEnd(t *testing.T) {
	h := newHouse(t)
	h.provider.SetDown(true)
	must(t, h.ReceiveEvent(t.Context(), billing.Event{ID: "evt_f", Type: "customer.subscription.updated", ObjectID: "sub_x"}))
	var waits []time.Duration
	for {
		_, err := h.Work(t.Context(), billing.Urgent)
		if err == nil {
			t.Fatal("no failure")
		}
		o, err := h.EventOutcome(t.Context(), "evt_f", 0)
		must(t, err)
		if o.State == billing.TaskDead {
			break
		}
		waits = append(waits, o.Retry.Sub(h.clock()))
		h.advance(waits[len(waits)-1])
	}
	if waits[0] != 10*time.Second || waits[1] != 20*time.Second || waits[len(waits)-1] != 6*time.Hour {
		t.Errorf("waits %v", waits)
	}
}

func TestUnknownCustomersAreFlagged(t *testing.T) {
	h := newHouse(t)
	h.provider.Put(billing.ProviderSubscription{ID: "sub_x", CustomerID: "cus_x", Status: billing.Active, CreatedAt: t0})
	h.event(t, "customer.subscription.updated", "sub_x")
	o, err := h.EventOutcome(t.Context(), "evt_"+lastEvent(), 0)
	must(t, err)
	if o.State != billing.TaskUnmatched {
		t.Errorf("%+v", o)
	}
}

func TestWhatADeletedUserBuysIsCancelled(t *testing.T) {
	h := newHouse(t)
	id := h.subscribe(t, 42, h.plan(t).ID, "")
	sub, err := h.provider.Subscription(t.Context(), id)
	must(t, err)
	must(t, h.FollowUser(t.Context(), billing.Profile{UserID: 42, Version: 2, AccessVersion: 2, Deleted: true}))
	h.work(t)
	sub.ID = "sub_late" // paid just before its session was closed, and reported only now
	h.provider.Put(sub)
	h.event(t, "customer.subscription.created", sub.ID)
	if got, _ := h.provider.Subscription(t.Context(), sub.ID); got.Status != billing.Canceled {
		t.Errorf("the subscription is %s", got.Status)
	}
}
