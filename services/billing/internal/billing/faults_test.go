package billing_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"muster/libs/contracts/billingv1"
	"muster/services/billing/internal/billing"
)

func TestADeclinedCardThenANewCheckout(t *testing.T) {
	h := newHouse(t)
	plan := h.plan(t)
	h.promotion(t, "LAST", percent(20, billing.Forever), func(p *billing.Promotion) { p.MaxRedemptions = ptr(1) })
	first, err := h.StartCheckout(t.Context(), h.order(42, plan.ID, "LAST"))
	must(t, err)
	declined := h.provider.Decline(first.Checkout.SessionID)
	invoices, err := h.provider.Subscription(t.Context(), declined)
	must(t, err)
	id := h.subscribe(t, 42, plan.ID, "LAST")
	h.provider.Confirm(invoices.LatestInvoiceID) // the first invoice is paid after all, or rather: cannot be
	h.event(t, "customer.subscription.updated", declined)
	a, err := h.store.Account(t.Context(), 42)
	must(t, err)
	var live []string
	for _, s := range a.Subscriptions {
		if s.Status.Live() {
			live = append(live, s.ProviderID)
		}
	}
	if !slices.Equal(live, []string{id}) || h.redeemed(t, "LAST") != 1 {
		t.Errorf("live %v, %d redemptions of one", live, h.redeemed(t, "LAST"))
	}
}

// The first invoice is paid while the user asks for a new checkout: the user has a subscription then.
func TestAPaymentThatComesBetween(t *testing.T) {
	h := newHouse(t)
	plan := h.plan(t)
	first, err := h.StartCheckout(t.Context(), h.order(42, plan.ID, ""))
	must(t, err)
	id := h.provider.Decline(first.Checkout.SessionID)
	sub, err := h.provider.Subscription(t.Context(), id)
	must(t, err)
	h.provider.Fetched = func(string) {
		h.provider.Fetched = nil
		h.provider.Confirm(sub.LatestInvoiceID)
	}
	_, err = h.StartCheckout(t.Context(), h.order(42, plan.ID, ""))
	wantErr(t, err, billing.ErrAlreadySubscribed)
	if s := h.state(t, 42); !s.Access || s.Current.StripeSubscriptionID != id {
		t.Errorf("%+v", s)
	}
}

func TestWhatIsDeletedAtTheProviderHeals(t *testing.T) {
	h := newHouse(t)
	plan := h.plan(t)
	promotion := h.promotion(t, "FIFTH", percent(20, billing.Forever), nil)
	_, err := h.StartCheckout(t.Context(), h.order(42, plan.ID, ""))
	must(t, err)
	gone := h.customer(t, 42)
	h.provider.Remove(gone)
	id := h.subscribe(t, 42, plan.ID, "")
	if now := h.customer(t, 42); now == gone || h.state(t, 42).StripeCustomerID != now {
		t.Errorf("customer %s after %s, published %s", now, gone, h.state(t, 42).StripeCustomerID)
	}
	owner, err := h.store.Owner(t.Context(), gone)
	must(t, err)
	if owner != 42 {
		t.Errorf("the old customer belongs to %d", owner)
	}
	_, err = h.CancelSubscription(t.Context(), 42, billing.CancelNow)
	must(t, err)

	h.provider.Remove(promotion.Coupon.ProviderID)
	for range 2 { // the second time it is known
		_, err = h.StartCheckout(t.Context(), h.order(42, plan.ID, "FIFTH"))
		wantErr(t, err, billing.ErrPromoInactive)
	}
	h.provider.Remove(plan.PriceID)
	for range 2 {
		_, err = h.StartCheckout(t.Context(), h.order(42, plan.ID, ""))
		wantErr(t, err, billing.ErrPlanNotFound)
	}
	if s := h.state(t, 42); s.Current.StripeSubscriptionID != id || *s.Current.PlanID != plan.ID {
		t.Errorf("the plan of its subscribers is lost: %+v", s.Current)
	}
}

func TestADeletedCustomerIsTold(t *testing.T) {
	h := newHouse(t)
	h.subscribe(t, 42, h.plan(t).ID, "")
	gone := h.customer(t, 42)
	must(t, h.provider.DeleteCustomer(t.Context(), gone))
	h.event(t, "customer.deleted", gone)
	if u, err := h.store.User(t.Context(), 42); err != nil || u.CustomerID != "" {
		t.Errorf("customer %q, %v", u.CustomerID, err)
	}
	h.event(t, "customer.subscription.deleted", h.state(t, 42).Current.StripeSubscriptionID)
	if s := h.state(t, 42); s.Access || s.StripeCustomerID != "" {
		t.Errorf("%+v", s)
	}
}

// TestObjectsOfOtherInstallations: one account serves several installations, whose users have the same numbers.
func TestObjectsOfOtherInstallations(t *testing.T) {
	h := newHouse(t)
	h.subscribe(t, 42, h.plan(t).ID, "")
	before := h.state(t, 42)
	u, err := h.store.User(t.Context(), 42)
	must(t, err)
	for name, key := range map[string]string{"no key": "", "a bare number": "42", "another's": "id-999"} {
		h.provider.Put(billing.ProviderSubscription{ID: "sub_stranger", CustomerID: "cus_stranger", UserKey: key, Status: billing.Active, CreatedAt: t0.AddDate(1, 0, 0)})
		h.event(t, "customer.subscription.updated", "sub_stranger")
		o, err := h.EventOutcome(t.Context(), "evt_"+lastEvent(), 0)
		must(t, err)
		if o.State != billing.TaskUnmatched || !sameVersion(h, t, before) {
			t.Errorf("%s: %s", name, o.State)
		}
	}
	h.provider.Change("sub_stranger", func(s *billing.ProviderSubscription) { s.UserKey = u.Key })
	h.event(t, "customer.subscription.updated", "sub_stranger")
	if s := h.state(t, 42); s.Current.StripeSubscriptionID != "sub_stranger" {
		t.Error("a subscription with the user's own key is not theirs")
	}
}

func sameVersion(h *fixture, t *testing.T, s billingv1.Subscription) bool {
	return h.state(t, 42).Version == s.Version
}

func TestEventsOfOtherAccountsAndModes(t *testing.T) {
	h := newHouse(t)
	must(t, h.ReceiveEvent(t.Context(), billing.Event{ID: "evt_connected", Type: "customer.subscription.updated", ObjectID: "sub_x", Foreign: true}))
	o, err := h.EventOutcome(t.Context(), "evt_connected", 0)
	must(t, err)
	if worked, err := h.Work(t.Context(), billing.Urgent); worked || err != nil || o.State != billing.TaskUnmatched {
		t.Errorf("worked %v, %v, %s", worked, err, o.State)
	}
}

func TestWhatTheProviderNeverHadIsDone(t *testing.T) {
	h := newHouse(t)
	for _, kind := range []string{"customer.subscription.updated", "invoice.paid"} {
		h.event(t, kind, "nothing")
		o, err := h.EventOutcome(t.Context(), "evt_"+lastEvent(), 0)
		must(t, err)
		if o.State != billing.TaskDone {
			t.Errorf("%s: %s", kind, o.State)
		}
	}
}

func TestASubscriptionThatTheProviderForgotHasEnded(t *testing.T) {
	h := newHouse(t)
	id := h.subscribe(t, 42, h.plan(t).ID, "")
	h.provider.Forget(id)
	h.event(t, "customer.subscription.deleted", id)
	s := h.state(t, 42)
	if s.Access || s.Current.Status != "canceled" || s.Current.EndedAt == nil {
		t.Errorf("%+v", s.Current)
	}
	h.event(t, "customer.subscription.deleted", id)
	if !sameVersion(h, t, s) {
		t.Error("it ended twice")
	}
}

// A fetch that was under way when the user cancelled is older than the cancellation.
func TestACancellationDuringAFetch(t *testing.T) {
	h := newHouse(t)
	id := h.subscribe(t, 42, h.plan(t).ID, "")
	h.provider.Fetched = func(string) {
		h.provider.Fetched = nil
		_, err := h.CancelSubscription(t.Context(), 42, billing.CancelNow)
		must(t, err)
	}
	h.event(t, "customer.subscription.updated", id)
	if s := h.state(t, 42); s.Access || s.Current.Status != "canceled" {
		t.Errorf("%+v", s.Current)
	}
}

// The provider keeps a failure of its own under the idempotency key for a day.
func TestAFailureThatIsKept(t *testing.T) {
	for name, acts := range map[string]bool{"it did nothing": false, "it acted": true} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			h.provider.Break(1, acts)
			plan := h.plan(t)
			h.provider.Break(1, acts)
			h.promotion(t, "FIFTH", percent(20, billing.Forever), nil)
			h.provider.Break(1, acts) // the customer
			h.subscribe(t, 42, plan.ID, "")
			_, err := h.CancelSubscription(t.Context(), 42, billing.CancelNow)
			must(t, err)
			h.provider.Break(1, acts) // the session
			r, err := h.StartCheckout(t.Context(), h.order(42, plan.ID, "FIFTH"))
			must(t, err)
			if h.provider.Customers() != 1 {
				t.Errorf("%d customers", h.provider.Customers())
			}
			if n := h.provider.Sessions(); n != 2 {
				t.Errorf("%d sessions", n)
			}
			h.provider.Pay(r.Checkout.SessionID)
			h.event(t, "checkout.session.completed", r.Checkout.SessionID)
			if s := h.state(t, 42); !s.Access || s.Current.ChargedAmount != 1200 {
				t.Errorf("%+v", s.Current)
			}
		})
	}
}

func TestAProviderThatStaysBrokenIsUnavailable(t *testing.T) {
	h := newHouse(t)
	plan := h.plan(t)
	h.provider.Break(100, false)
	_, err := h.StartCheckout(t.Context(), h.order(42, plan.ID, ""))
	wantErr(t, err, billing.ErrProviderUnavailable)
	h.provider.Break(0, false)
	_, err = h.StartCheckout(t.Context(), h.order(42, plan.ID, ""))
	must(t, err)
}

func TestTwoSubscriptionsEachHaveTheirEvents(t *testing.T) {
	h := newHouse(t)
	plan := h.plan(t)
	first := h.subscribe(t, 42, plan.ID, "")
	sub, err := h.provider.Subscription(t.Context(), first)
	must(t, err)
	sub.ID, sub.LatestInvoiceID, sub.CreatedAt = "sub_second", "", t0.Add(1)
	h.provider.Put(sub) // made in the dashboard
	h.event(t, "customer.subscription.created", "sub_second")
	h.provider.End(first)
	h.event(t, "customer.subscription.deleted", first)
	h.provider.End("sub_second")
	h.event(t, "customer.subscription.deleted", "sub_second")
	got := map[string][]billingv1.Kind{}
	for _, p := range h.store.Published() {
		if e, ok := p.(billingv1.SubscriptionEvent); ok {
			id := e.Subscription.StripeSubscriptionID
			got[id] = append(got[id], e.Kind)
		}
	}
	want := []billingv1.Kind{billingv1.Created, billingv1.Activated, billingv1.Canceled}
	if !slices.Equal(got[first], want) || !slices.Equal(got["sub_second"], want) {
		t.Errorf("%v", got)
	}
}

func TestANeverPaidSubscriptionExpires(t *testing.T) {
	h := newHouse(t)
	plan := h.plan(t)
	r, err := h.StartCheckout(t.Context(), h.order(42, plan.ID, ""))
	must(t, err)
	id := h.provider.Decline(r.Checkout.SessionID)
	h.event(t, "customer.subscription.created", id)
	h.provider.End(id) // by hand, which makes it canceled instead of incomplete_expired
	h.event(t, "customer.subscription.deleted", id)
	if got := h.publishedKinds(); !slices.Equal(got, []billingv1.Kind{billingv1.Created, billingv1.Expired}) {
		t.Errorf("told %v", got)
	}
}

func TestAPriceThatIsNoPlans(t *testing.T) {
	h := newHouse(t)
	id := h.subscribe(t, 42, h.plan(t).ID, "")
	h.provider.Change(id, func(s *billing.ProviderSubscription) {
		s.Items = []billing.Item{{PriceID: "price_by_hand", Amount: 700, Currency: "usd", Interval: "year", IntervalCount: 1, Quantity: 2}}
	})
	h.event(t, "customer.subscription.updated", id)
	c := h.state(t, 42).Current
	if c.PlanID != nil || c.PlanName != nil || c.PlanAmount != 700 || c.PlanInterval != "year" || c.Quantity != 2 || c.ChargedAmount != 1400 {
		t.Errorf("%+v", c)
	}
}

func TestMetadataThatWasCleared(t *testing.T) {
	h := newHouse(t)
	plan := h.plan(t)
	h.promotion(t, "FIFTH", percent(20, billing.Forever), nil)
	r, err := h.StartCheckout(t.Context(), h.order(42, plan.ID, "FIFTH"))
	must(t, err)
	id := h.provider.Pay(r.Checkout.SessionID)
	h.provider.Change(id, func(s *billing.ProviderSubscription) { s.UserKey, s.CheckoutKey = "", "" })
	h.event(t, "customer.subscription.created", id)
	h.event(t, "checkout.session.completed", r.Checkout.SessionID)
	if got := h.redemption(t); got.Status != billing.Applied {
		t.Errorf("redemption %s", got.Status)
	}
}

func TestEventsThatWaitAreOneFetch(t *testing.T) {
	h := newHouse(t)
	plan := h.plan(t)
	r, err := h.StartCheckout(t.Context(), h.order(42, plan.ID, ""))
	must(t, err)
	id := h.provider.Pay(r.Checkout.SessionID)
	sub, err := h.provider.Subscription(t.Context(), id)
	must(t, err)
	before := h.provider.Fetches()
	receive := func(kind, object, subscription string) {
		eventIDs++
		must(t, h.ReceiveEvent(t.Context(), billing.Event{ID: "evt_" + lastEvent(), Type: kind, ObjectID: object, SubscriptionID: subscription}))
	}
	for _, kind := range []string{"created", "finalized", "updated", "paid", "payment_succeeded"} {
		receive("invoice."+kind, sub.LatestInvoiceID, id)
	}
	receive("customer.subscription.created", id, "")
	receive("customer.subscription.updated", id, "")
	receive("checkout.session.completed", r.Checkout.SessionID, id)
	h.work(t)
	if n := h.provider.Fetches() - before; n > 4 {
		t.Errorf("%d fetches", n)
	}
	if !h.state(t, 42).Access {
		t.Error("no access")
	}
}

func TestKeptErrorsAreOurs(t *testing.T) {
	if errors.Is(billing.ErrProviderUnavailable.Because(billing.ErrKept), billing.ErrProviderRefused) {
		t.Error("a failure that the provider keeps counts as refused")
	}
}

// A subscription is past due since its oldest open invoice was due, whenever the news come.
func TestPastDueSinceTheInvoiceWasDue(t *testing.T) {
	h := newHouse(t)
	id := h.subscribe(t, 42, h.plan(t).ID, "")
	for range 2 {
		h.advance(month)
		h.provider.Renew(id, false)
	}
	h.advance(5 * month)
	h.event(t, "customer.subscription.updated", id)
	a, err := h.store.Account(t.Context(), 42)
	must(t, err)
	if since := a.Subscriptions[0].PastDueSince; since == nil || !since.Equal(t0.Add(month)) {
		t.Errorf("past due since %v", since)
	}
	if h.state(t, 42).Access {
		t.Error("the grace begins when it is told")
	}
	for _, p := range h.store.Published() {
		if e, ok := p.(billingv1.SubscriptionEvent); ok && e.Kind == billingv1.PastDue && !e.At.Equal(t0.Add(month)) {
			t.Errorf("it happened at %v", e.At)
		}
	}
}

// The invoice at the end of a trial is the first payment and no renewal.
func TestATrialThatIsPaid(t *testing.T) {
	h := newHouse(t)
	plan := h.plan(t)
	h.promotion(t, "TRIAL", billing.Coupon{Type: billing.FreeTrial, TrialDays: 14, Duration: billing.Once}, nil)
	id := h.subscribe(t, 42, plan.ID, "TRIAL")
	h.advance(14 * 24 * time.Hour)
	h.provider.Renew(id, true)
	h.event(t, "customer.subscription.updated", id)
	h.advance(month)
	h.provider.Renew(id, true)
	h.event(t, "customer.subscription.updated", id)
	want := []billingv1.Kind{billingv1.Created, billingv1.TrialStarted, billingv1.Activated, billingv1.Renewed}
	if got := h.publishedKinds(); !slices.Equal(got, want) {
		t.Errorf("told %v, want %v", got, want)
	}
}

// A newer fetch is applied first, and it did not contain an older invoice: the news of that one is not lost.
func TestAnOvertakenInvoice(t *testing.T) {
	h := newHouse(t)
	id := h.subscribe(t, 42, h.plan(t).ID, "")
	h.advance(month)
	older := h.provider.Renew(id, true)
	h.advance(month)
	h.provider.Renew(id, true)
	h.provider.Fetched = func(string) {
		h.provider.Fetched = nil
		h.event(t, "customer.subscription.updated", id)
	}
	eventIDs++
	must(t, h.ReceiveEvent(t.Context(), billing.Event{ID: "evt_" + lastEvent(), Type: "invoice.paid", ObjectID: older, SubscriptionID: id}))
	h.work(t)
	a, err := h.store.Account(t.Context(), 42)
	must(t, err)
	if !slices.ContainsFunc(a.Invoices, func(i billing.Invoice) bool { return i.ProviderID == older }) {
		t.Error("the invoice is missing")
	}
}
