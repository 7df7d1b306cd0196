package billing_test

import (
	"slices"
	"sync"
	"testing"
	"time"

	"muster/libs/contracts/billingv1"
	"muster/libs/errs"
	"muster/services/billing/internal/billing"
)

func TestSubscribingWithAPromotion(t *testing.T) {
	h := newHouse(t)
	plan := h.plan(t)
	h.promotion(t, "FIFTH", percent(20, billing.Forever), nil)
	id := h.subscribe(t, 42, plan.ID, "fifth")
	s := h.state(t, 42)
	if s.Current == nil || s.Current.StripeSubscriptionID != id || s.Current.ChargedAmount != 1200 || !s.Access {
		t.Fatalf("state %+v", s)
	}
	if s.Promotion == nil || s.Promotion.Code != "FIFTH" || *s.Promotion.DiscountPercent != 20 || s.Promotion.StripeDiscountID == nil {
		t.Errorf("promotion %+v", s.Promotion)
	}
	if s.AccessVersion != s.Version || s.UserVersion != 1 {
		t.Errorf("versions %+v", s)
	}
	if got := h.told(); !slices.Equal(got, []billingv1.Kind{billingv1.Started, billingv1.Activated}) {
		t.Errorf("told %v", got)
	}
	_, err := h.StartCheckout(t.Context(), h.order(42, plan.ID, ""))
	wantErr(t, err, billing.ErrAlreadySubscribed)
}

func TestNothingIsPublishedOfWhoNeverCameNear(t *testing.T) {
	h := newHouse(t)
	must(t, h.FollowUser(t.Context(), billing.Profile{UserID: 42, Version: 2, AccessVersion: 2, Deleted: true}))
	if got := h.store.Published(); len(got) != 0 {
		t.Errorf("published %+v", got)
	}
}

func TestAVersionThatOthersActOnIsReported(t *testing.T) {
	h := newHouse(t)
	h.subscribe(t, 42, h.plan(t).ID, "")
	before := h.state(t, 42)
	p := billing.Profile{UserID: 42, Version: 2, AccessVersion: 1, Email: "ann@example.com", Name: "Ann", TypeCode: "NONS", Active: true}
	must(t, h.FollowUser(t.Context(), p))
	if got := h.state(t, 42); got.Version != before.Version {
		t.Error("a version that changes nothing we act on made a new state")
	}
	p.Version, p.AccessVersion = 3, 3
	must(t, h.FollowUser(t.Context(), p))
	got := h.state(t, 42)
	if got.Version != before.Version+1 || got.UserVersion != 3 || got.AccessVersion != before.AccessVersion {
		t.Errorf("state %+v after %+v", got, before)
	}
	p.Version, p.Email = 2, "old@example.com"
	must(t, h.FollowUser(t.Context(), p))
	if u, _ := h.store.User(t.Context(), 42); u.Email != "ann@example.com" {
		t.Error("an older record was applied")
	}
}

func TestCheckoutReturnsOnlyWhereItMay(t *testing.T) {
	h := newHouse(t)
	plan := h.plan(t)
	for _, u := range []string{"", "https://evil.test/x", "https://app.test.evil.test/", "javascript:alert(1)", "https://app.test@evil.test/", "//app.test/", "http://app.test/"} {
		o := h.order(42, plan.ID, "")
		o.SuccessURL = u
		if _, err := h.StartCheckout(t.Context(), o); errs.KindOf(err) != errs.KindInvalid {
			t.Errorf("%q: %v", u, err)
		}
	}
}

func TestPromotionRules(t *testing.T) {
	h := newHouse(t)
	plan := h.plan(t)
	other := h.plan(t)
	off := percent(20, billing.Forever)
	for code, c := range map[string]struct {
		coupon billing.Coupon
		change func(p *billing.Promotion)
		want   error
	}{
		"inactive": {off, nil, billing.ErrPromoInactive},
		"early":    {off, func(p *billing.Promotion) { p.StartsAt = at(1) }, billing.ErrPromoNotStarted},
		"late":     {off, func(p *billing.Promotion) { p.ExpiresAt = at(0) }, billing.ErrPromoExpired},
		"plan":     {off, func(p *billing.Promotion) { p.PlanIDs = []int64{other.ID} }, billing.ErrPromoPlan},
		"currency": {amount(100, "eur"), nil, billing.ErrPromoCurrency},
	} {
		h.promotion(t, code, c.coupon, c.change)
		if code == "inactive" {
			h.store.Deactivate(code)
		}
		_, err := h.StartCheckout(t.Context(), h.order(42, plan.ID, code))
		wantErr(t, err, c.want)
	}
	_, err := h.StartCheckout(t.Context(), h.order(42, plan.ID, "nothing"))
	wantErr(t, err, billing.ErrPromoNotFound)
	_, err = h.StartCheckout(t.Context(), h.order(42, 999, ""))
	wantErr(t, err, billing.ErrPlanNotFound)
	if h.provider.Count("cus") != 0 {
		t.Error("a refused checkout made a customer")
	}
}

func TestPromotionLimitsPerUser(t *testing.T) {
	h := newHouse(t)
	plan := h.plan(t)
	h.promotion(t, "ONE", percent(20, billing.Forever), func(p *billing.Promotion) { p.PerUserLimit = ptr(1) })
	h.promotion(t, "FIRST", percent(20, billing.Forever), func(p *billing.Promotion) { p.FirstTimeOnly = true })
	h.promotion(t, "TRIAL", billing.Coupon{Type: billing.FreeTrial, TrialDays: 30, Duration: billing.Once}, nil)
	h.subscribe(t, 42, plan.ID, "ONE")
	_, err := h.CancelSubscription(t.Context(), 42, billing.CancelNow)
	must(t, err)
	_, err = h.StartCheckout(t.Context(), h.order(42, plan.ID, "ONE"))
	wantErr(t, err, billing.ErrPromoRedeemed)
	_, err = h.StartCheckout(t.Context(), h.order(42, plan.ID, "FIRST"))
	wantErr(t, err, billing.ErrPromoFirstTimeOnly)

	h.subscribe(t, 42, plan.ID, "TRIAL")
	s := h.state(t, 42)
	if s.Current.Status != "trialing" || s.Current.ChargedAmount != 0 || s.Promotion == nil || *s.Promotion.TrialDays != 30 {
		t.Errorf("trial %+v %+v", s.Current, s.Promotion)
	}
	_, err = h.CancelSubscription(t.Context(), 42, billing.CancelNow)
	must(t, err)
	_, err = h.StartCheckout(t.Context(), h.order(42, plan.ID, "TRIAL"))
	wantErr(t, err, billing.ErrTrialAlreadyUsed)
}

func TestAnAbandonedCheckoutGivesItsRedemptionBack(t *testing.T) {
	h := newHouse(t)
	plan := h.plan(t)
	h.follow(t, 43)
	one := func(p *billing.Promotion) { p.MaxRedemptions, p.PerUserLimit = ptr(1), ptr(1) }
	h.promotion(t, "LAST", percent(20, billing.Forever), one)
	first, err := h.StartCheckout(t.Context(), h.order(42, plan.ID, "LAST"))
	must(t, err)
	_, err = h.StartCheckout(t.Context(), h.order(43, plan.ID, "LAST"))
	wantErr(t, err, billing.ErrPromoExhausted)

	// The same user may start over: the older checkout is closed first.
	second, err := h.StartCheckout(t.Context(), h.order(42, plan.ID, "LAST"))
	must(t, err)
	if got, _ := h.provider.Checkout(t.Context(), first.Checkout.SessionID); got.Status != billing.CheckoutExpired {
		t.Errorf("the older session is %s", got.Status)
	}
	// It expires by itself: the webhook says so.
	_, err = h.provider.ExpireCheckout(t.Context(), "x", second.Checkout.SessionID)
	must(t, err)
	h.event(t, "checkout.session.expired", second.Checkout.SessionID)
	if n := h.redeemed(t, "LAST"); n != 0 {
		t.Errorf("%d redemptions are held by nobody", n)
	}
	h.subscribe(t, 43, plan.ID, "LAST")
}

func TestTheLastRedemptionIsSoldOnce(t *testing.T) {
	h := newHouse(t)
	plan := h.plan(t)
	h.promotion(t, "LAST", percent(20, billing.Forever), func(p *billing.Promotion) { p.MaxRedemptions = ptr(2) })
	var mu sync.Mutex
	sold := 0
	var wg sync.WaitGroup
	for id := int64(100); id < 120; id++ {
		h.follow(t, id)
		wg.Go(func() {
			_, err := h.StartCheckout(t.Context(), h.order(id, plan.ID, "LAST"))
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				sold++
			} else {
				wantErr(t, err, billing.ErrPromoExhausted)
			}
		})
	}
	wg.Wait()
	if sold != 2 || h.redeemed(t, "LAST") != 2 {
		t.Errorf("sold %d, counted %d", sold, h.redeemed(t, "LAST"))
	}
}

func TestAnInterruptedCheckoutGoesOnWhereItStopped(t *testing.T) {
	h := newHouse(t)
	plan := h.plan(t)
	h.promotion(t, "LAST", percent(20, billing.Forever), func(p *billing.Promotion) { p.MaxRedemptions = ptr(1) })
	order := h.order(42, plan.ID, "LAST")
	order.RequestKey = "request-1"
	first, err := h.StartCheckout(t.Context(), order)
	must(t, err)
	again, err := h.StartCheckout(t.Context(), order)
	must(t, err)
	if again.Checkout.SessionID != first.Checkout.SessionID || h.provider.Count("cs_test") != 1 || h.redeemed(t, "LAST") != 1 {
		t.Errorf("a repeated request made something twice: %+v", again.Checkout)
	}
}

func TestTheProviderBeingAwayLeavesNothingHeld(t *testing.T) {
	h := newHouse(t)
	plan := h.plan(t)
	h.promotion(t, "LAST", percent(20, billing.Forever), func(p *billing.Promotion) { p.MaxRedemptions = ptr(1) })
	h.subscribe(t, 42, plan.ID, "") // so that the customer exists
	_, err := h.CancelSubscription(t.Context(), 42, billing.CancelNow)
	must(t, err)
	h.provider.SetDown(true)
	_, err = h.StartCheckout(t.Context(), h.order(42, plan.ID, "LAST"))
	wantErr(t, err, billing.ErrProviderUnavailable)
	h.provider.SetDown(false)
	h.advance(3 * time.Minute)
	must(t, h.Sweep(t.Context()))
	if n := h.redeemed(t, "LAST"); n != 0 {
		t.Errorf("%d redemptions are held by nobody", n)
	}
}

func TestTheReturnPageSeesTheTruth(t *testing.T) {
	h := newHouse(t)
	plan := h.plan(t)
	r, err := h.StartCheckout(t.Context(), h.order(42, plan.ID, ""))
	must(t, err)
	h.provider.Pay(r.Checkout.SessionID) // and no webhook comes
	got, err := h.CheckoutOf(t.Context(), 42, r.Checkout.SessionID)
	must(t, err)
	if got.Checkout.Status != billing.CheckoutComplete || got.State.Current == nil || !got.State.Access || !got.Synced {
		t.Errorf("%+v", got)
	}
	h.follow(t, 43)
	_, err = h.CheckoutOf(t.Context(), 43, r.Checkout.SessionID)
	wantErr(t, err, billing.ErrCheckoutNotFound)
}

func TestOnceRedemptionOverRenewals(t *testing.T) {
	h := newHouse(t)
	plan := h.plan(t)
	h.promotion(t, "ONCE", percent(20, billing.Once), nil)
	id := h.subscribe(t, 42, plan.ID, "ONCE")
	s := h.state(t, 42)
	if s.Current.ChargedAmount != 1200 || s.Promotion == nil {
		t.Fatalf("%+v", s)
	}
	sub, err := h.provider.Subscription(t.Context(), id)
	must(t, err)
	sub.PeriodStart, sub.PeriodEnd, sub.LatestInvoiceID = sub.PeriodEnd, at(2*month), "in_next"
	h.provider.Put(sub)
	h.provider.PutInvoice(billing.ProviderInvoice{ID: "in_next", CustomerID: sub.CustomerID, SubscriptionID: id, Status: "draft", IssuedAt: *sub.PeriodStart,
		Lines: []billing.InvoiceLine{{Recurring: true, PriceID: plan.PriceID, Quantity: 1, Amount: 1500, PeriodStart: *sub.PeriodStart, PeriodEnd: *sub.PeriodEnd}}})
	h.event(t, "customer.subscription.updated", id)
	if s = h.state(t, 42); s.Current.ChargedAmount != 1500 || s.Promotion != nil {
		t.Errorf("after the renewal %+v %+v", s.Current, s.Promotion)
	}
}

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
	if got := h.told(); !slices.Equal(got, []billingv1.Kind{billingv1.Started, billingv1.Activated, billingv1.Changed, billingv1.Canceled}) {
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
	if _, err := h.Work(t.Context()); err == nil {
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
}

func TestFailuresBackOffAndEnd(t *testing.T) {
	h := newHouse(t)
	h.provider.SetDown(true)
	must(t, h.ReceiveEvent(t.Context(), billing.Event{ID: "evt_f", Type: "customer.subscription.updated", ObjectID: "sub_x"}))
	var waits []time.Duration
	for {
		_, err := h.Work(t.Context())
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
