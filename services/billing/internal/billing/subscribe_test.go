package billing_test

import (
	"context"
	"errors"
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
	if s.AccessVersion != s.Version-1 || s.UserVersion != 1 { // the last version says that the checkout is complete
		t.Errorf("versions %+v", s)
	}
	if got := h.publishedKinds(); !slices.Equal(got, []billingv1.Kind{billingv1.Created, billingv1.Activated}) {
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
	for _, u := range []string{"", "https://evil.test/x", "https://app.test.evil.test/", "javascript:alert(1)", "https://app.test@evil.test/", "https://ann@app.test/", "//app.test/", "http://app.test/"} {
		o := h.order(42, plan.ID, "")
		o.SuccessURL = u
		if _, err := h.StartCheckout(t.Context(), o); errs.KindOf(err) != errs.KindInvalid {
			t.Errorf("%q: %v", u, err)
		}
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
	h.provider.Pay(r.Checkout.SessionID) // without a webhook
	got, err := h.CheckoutOf(t.Context(), 42, r.Checkout.SessionID)
	must(t, err)
	if got.Checkout.Status != billing.CheckoutComplete || got.State.Current == nil || !got.State.Access {
		t.Errorf("%+v", got)
	}
	h.follow(t, 43)
	_, err = h.CheckoutOf(t.Context(), 43, r.Checkout.SessionID)
	wantErr(t, err, billing.ErrCheckoutNotFound)
}

// A webhook is handled while the page asks the provider, by a fetch that began before the page's or after it: the page shows
// what the webhook has stored.
func TestTheReturnPageIsOvertaken(t *testing.T) {
	for _, earlier := range []bool{false, true} {
		h := newHouse(t)
		r, err := h.StartCheckout(t.Context(), h.order(42, h.plan(t).ID, ""))
		must(t, err)
		h.provider.Pay(r.Checkout.SessionID)
		page := func() billing.CheckoutResult {
			got, err := h.CheckoutOf(t.Context(), 42, r.Checkout.SessionID)
			must(t, err)
			return got
		}
		webhook := func() { h.event(t, "checkout.session.completed", r.Checkout.SessionID) }
		var got billing.CheckoutResult
		h.provider.Fetched = func(string) {
			h.provider.Fetched = nil
			if earlier {
				got = page()
			} else {
				webhook()
			}
		}
		if earlier {
			webhook()
		} else {
			got = page()
		}
		if got.Checkout.Status != billing.CheckoutComplete || got.State.Current == nil || h.provider.Fetched != nil {
			t.Errorf("earlier %v: %+v", earlier, got)
		}
	}
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

func TestTwoCheckoutsAtOnceLeaveOneOpen(t *testing.T) {
	h := newHouse(t)
	plan := h.plan(t)
	h.promotion(t, "MANY", percent(20, billing.Forever), nil)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			r, err := h.StartCheckout(t.Context(), h.order(42, plan.ID, "MANY"))
			switch {
			case err == nil && (r.Checkout.SessionID == "" || r.Checkout.URL == ""):
				t.Errorf("an answer without a session: %+v", r.Checkout)
			case err != nil && !errors.Is(err, billing.ErrCheckoutSuperseded) && !errors.Is(err, billing.ErrProviderUnavailable):
				t.Error(err)
			}
		})
	}
	wg.Wait()
	a, err := h.store.Account(t.Context(), 42)
	must(t, err)
	if len(a.Checkouts) > 1 || h.redeemed(t, "MANY") != len(a.Checkouts) {
		t.Errorf("%d are open, %d redemptions held", len(a.Checkouts), h.redeemed(t, "MANY"))
	}
}

func TestACrashBeforeTheSessionIsNoted(t *testing.T) {
	h := newHouse(t)
	plan := h.plan(t)
	h.promotion(t, "LAST", percent(20, billing.Forever), func(p *billing.Promotion) { p.MaxRedemptions = ptr(1) })
	order := h.order(42, plan.ID, "LAST")
	order.RequestKey = "request-1"
	r, err := h.StartCheckout(t.Context(), order)
	must(t, err)
	must(t, h.store.Tx(t.Context(), func(ctx context.Context, tx billing.Tx) error {
		c := r.Checkout
		c.Status, c.SessionID, c.URL, c.ExpiresAt = billing.CheckoutPending, "", "", nil
		return tx.SaveCheckout(ctx, &c)
	}))
	again, err := h.StartCheckout(t.Context(), order)
	must(t, err)
	if again.Checkout.SessionID != r.Checkout.SessionID || h.provider.Count("cs_test") != 1 {
		t.Errorf("the session was made twice: %+v", again.Checkout)
	}
}

func TestACheckoutThatComesBetween(t *testing.T) {
	h := newHouse(t)
	plan := h.plan(t)
	reads, between := 0, ""
	h.read = func() {
		if reads++; reads != 2 { // the second read is the last one before the checkout is placed
			return
		}
		r, err := h.StartCheckout(t.Context(), h.order(42, plan.ID, ""))
		must(t, err)
		between = r.Checkout.SessionID
	}
	r, err := h.StartCheckout(t.Context(), h.order(42, plan.ID, ""))
	must(t, err)
	if got, err := h.provider.Checkout(t.Context(), between); err != nil || got.Status != billing.CheckoutExpired {
		t.Errorf("two sessions can be paid: %+v %v", got, err)
	}
	if r.Checkout.Status != billing.CheckoutOpen {
		t.Errorf("%+v", r.Checkout)
	}
}
