package billing_test

import (
	"context"
	"testing"
	"time"

	"muster/services/billing/internal/billing"
	"muster/services/billing/internal/billing/billingtest"
)

// makeCustomer gives the user a customer by opening the portal.
func (h *fixture) makeCustomer(t *testing.T) string {
	t.Helper()
	_, err := h.OpenPortal(t.Context(), 42, "https://app.test/account")
	must(t, err)
	return h.customer(t, 42)
}

// pendingDirect leaves a direct checkout behind whose call to the provider has no known outcome.
func (h *fixture) pendingDirect(t *testing.T, planID int64) billing.CheckoutOrder {
	t.Helper()
	h.provider.UseByDefault(h.makeCustomer(t), billingtest.GoodCard)
	order := h.direct(planID, "LAST", "")
	order.RequestKey = "request-1"
	h.provider.LoseCalls(1)
	_, err := h.Subscribe(t.Context(), order)
	wantErr(t, err, billing.ErrProviderUnavailable)
	return order
}

func TestWhileASubscriptionIsUnderWay(t *testing.T) {
	h := newHouse(t)
	plan := h.plan(t)
	h.promotion(t, "LAST", percent(20, billing.Forever), last)
	order := h.pendingDirect(t, plan.ID)
	_, err := h.Subscribe(t.Context(), h.direct(plan.ID, "", ""))
	wantErr(t, err, billing.ErrCheckoutInProgress)
	_, err = h.StartCheckout(t.Context(), h.order(42, plan.ID, ""))
	wantErr(t, err, billing.ErrCheckoutInProgress)
	s, err := h.Subscribe(t.Context(), order)
	must(t, err)
	if !s.Access || h.provider.Count("sub") != 1 {
		t.Errorf("%+v", s)
	}
}

func TestAnAbandonedSubscription(t *testing.T) {
	h := newHouse(t)
	plan := h.plan(t)
	h.promotion(t, "LAST", percent(20, billing.Forever), last)
	order := h.pendingDirect(t, plan.ID)
	h.advance(3 * time.Minute)
	must(t, h.Sweep(t.Context()))
	if h.redeemed(t, "LAST") != 0 || h.live(t) != 0 {
		t.Errorf("%d redemptions are held, %d subscriptions are live", h.redeemed(t, "LAST"), h.live(t))
	}
	_, err := h.Subscribe(t.Context(), order) // its outcome is decided
	wantErr(t, err, billing.ErrPaymentFailed)
	if h.provider.Count("sub") != 0 {
		t.Error("a request that was given up charges")
	}
}

// The provider made the subscription, but the process died before it noted that.
func TestASubscriptionThatWasMadeAfterAll(t *testing.T) {
	h := newHouse(t)
	plan := h.plan(t)
	h.promotion(t, "LAST", percent(20, billing.Forever), last)
	h.pendingDirect(t, plan.ID)
	a, err := h.store.Account(t.Context(), 42)
	must(t, err)
	_, err = h.provider.CreateSubscription(t.Context(), "lost", a.Checkouts[0], a.User)
	must(t, err)
	h.advance(3 * time.Minute)
	must(t, h.Sweep(t.Context()))
	if s := h.state(t, 42); !s.Access || s.Promotion == nil || h.redeemed(t, "LAST") != 1 {
		t.Errorf("%+v", s)
	}
}

// A request that takes its time and the sweep that gives it up exclude each other.
func TestARetryWhileTheSweepLooks(t *testing.T) {
	h := newHouse(t)
	plan := h.plan(t)
	h.promotion(t, "LAST", percent(20, billing.Forever), last)
	h.pendingDirect(t, plan.ID)
	h.advance(3 * time.Minute)
	h.provider.Sought = func() { // a retry begins
		h.provider.Sought = nil
		must(t, h.store.Tx(t.Context(), func(ctx context.Context, tx billing.Tx) error {
			a, err := tx.LockAccount(ctx, 42)
			must(t, err)
			c := a.Checkouts[0]
			c.UpdatedAt = h.clock()
			return tx.SaveCheckout(ctx, &c)
		}))
	}
	must(t, h.Sweep(t.Context()))
	a, err := h.store.Account(t.Context(), 42)
	must(t, err)
	if len(a.Checkouts) != 1 || a.Checkouts[0].Status != billing.CheckoutPending || h.redeemed(t, "LAST") != 1 {
		t.Errorf("a request under way was given up: %+v", a.Checkouts)
	}
}

// CheckoutByRequest reports to the fixture, as Account does.
func (w watched) CheckoutByRequest(ctx context.Context, key string) (billing.Checkout, error) {
	c, err := w.Memory.CheckoutByRequest(ctx, key)
	if w.h.read != nil {
		w.h.read()
	}
	return c, err
}

// A checkout that was given up after a retry has read it charges nobody.
func TestACheckoutThatIsGivenUpMeanwhile(t *testing.T) {
	h := newHouse(t)
	plan := h.plan(t)
	h.promotion(t, "LAST", percent(20, billing.Forever), last)
	order := h.pendingDirect(t, plan.ID)
	h.read = func() {
		h.read = nil
		h.advance(3 * time.Minute)
		must(t, h.Sweep(t.Context()))
	}
	_, err := h.Subscribe(t.Context(), order)
	wantErr(t, err, billing.ErrCheckoutSuperseded)
	if h.provider.Count("sub") != 0 || h.redeemed(t, "LAST") != 0 {
		t.Errorf("%d subscriptions, %d redemptions", h.provider.Count("sub"), h.redeemed(t, "LAST"))
	}
}

// Another request may finish the checkout while this one looks at its subscription.
func TestACheckoutThatIsFinishedMeanwhile(t *testing.T) {
	h := newHouse(t)
	plan := h.plan(t)
	h.provider.Fetched = func(string) {
		h.provider.Fetched = nil
		h.advance(25 * time.Hour)
		must(t, h.Sweep(t.Context()))
	}
	s, err := h.Subscribe(t.Context(), h.direct(plan.ID, "", billingtest.GoodCard))
	must(t, err)
	if !s.Access {
		t.Errorf("%+v", s)
	}
}

// The sweep notices a confirmed payment of which no webhook came.
func TestAConfirmationThatNobodyTold(t *testing.T) {
	h := newHouse(t)
	plan := h.plan(t)
	h.promotion(t, "LAST", percent(20, billing.Forever), last)
	state, err := h.Subscribe(t.Context(), h.direct(plan.ID, "LAST", billingtest.AskingCard))
	wantErr(t, err, billing.ErrActionRequired)
	sub, err := h.provider.Subscription(t.Context(), state.Current.StripeSubscriptionID)
	must(t, err)
	h.provider.Confirm(sub.LatestInvoiceID)
	h.advance(25 * time.Hour)
	must(t, h.Sweep(t.Context()))
	if s := h.state(t, 42); !s.Access || s.Promotion == nil || h.redeemed(t, "LAST") != 1 {
		t.Errorf("%+v", s)
	}
}
