package billing_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"muster/libs/errs"
	"muster/services/billing/internal/billing"
	"muster/services/billing/internal/billing/billingtest"
)

func (h *fixture) direct(planID int64, code, card string) billing.CheckoutOrder {
	return billing.CheckoutOrder{UserID: 42, PlanID: planID, Quantity: 1, PromotionCode: code, PaymentMethodID: card}
}

// live returns how many of the user's subscriptions can be paid for.
func (h *fixture) live(t *testing.T) (n int) {
	t.Helper()
	a, err := h.store.Account(t.Context(), 42)
	must(t, err)
	for _, s := range a.Subscriptions {
		if !s.Status.Ended() {
			n++
		}
	}
	return n
}

func last(p *billing.Promotion) { p.MaxRedemptions = ptr(1) }

func TestSubscribingWithACard(t *testing.T) {
	h := newHouse(t)
	plan := h.plan(t)
	h.promotion(t, "LAST", percent(20, billing.Forever), last)
	s, err := h.Subscribe(t.Context(), h.direct(plan.ID, "LAST", billingtest.GoodCard))
	must(t, err)
	if !s.Access || s.Current.ChargedAmount != 1200 || s.Promotion == nil || s.Promotion.Code != "LAST" || h.redeemed(t, "LAST") != 1 {
		t.Errorf("%+v", s)
	}
	_, err = h.Subscribe(t.Context(), h.direct(plan.ID, "", billingtest.GoodCard))
	wantErr(t, err, billing.ErrAlreadySubscribed)
	a, err := h.store.Account(t.Context(), 42)
	must(t, err)
	if len(a.Checkouts) != 0 {
		t.Errorf("unfinished %+v", a.Checkouts)
	}
}

func TestTheDefaultCardSubscribes(t *testing.T) {
	h := newHouse(t)
	plan := h.plan(t)
	_, err := h.Subscribe(t.Context(), h.direct(plan.ID, "", ""))
	wantErr(t, err, billing.ErrPaymentFailed)
	h.provider.UseByDefault(h.customer(t, 42), billingtest.GoodCard)
	s, err := h.Subscribe(t.Context(), h.direct(plan.ID, "", ""))
	must(t, err)
	if !s.Access {
		t.Errorf("%+v", s)
	}
}

func TestADeclinedCardHoldsNothing(t *testing.T) {
	h := newHouse(t)
	plan := h.plan(t)
	h.promotion(t, "LAST", percent(20, billing.Forever), last)
	for _, card := range []string{billingtest.DecliningOne, billingtest.RefusedCard} {
		_, err := h.Subscribe(t.Context(), h.direct(plan.ID, "LAST", card))
		wantErr(t, err, billing.ErrPaymentFailed)
		if code := errs.From(err).Detail["declineCode"]; code != "generic_decline" {
			t.Errorf("%s: declined with %v", card, code)
		}
		if h.redeemed(t, "LAST") != 0 || h.live(t) != 0 {
			t.Errorf("%s: %d redemptions are held, %d subscriptions can be paid", card, h.redeemed(t, "LAST"), h.live(t))
		}
	}
	_, err := h.Subscribe(t.Context(), h.direct(plan.ID, "LAST", "pm_nothing"))
	wantErr(t, err, billing.ErrPaymentFailed)
	if code, given := errs.From(err).Detail["declineCode"]; code != nil || !given {
		t.Errorf("declined with %v", code)
	}
	s, err := h.Subscribe(t.Context(), h.direct(plan.ID, "LAST", billingtest.GoodCard))
	must(t, err)
	if s.Current.ChargedAmount != 1200 {
		t.Errorf("%+v", s.Current)
	}
}

func TestACardThatAsks(t *testing.T) {
	h := newHouse(t)
	plan := h.plan(t)
	h.promotion(t, "LAST", percent(20, billing.Forever), last)
	order := h.direct(plan.ID, "LAST", billingtest.AskingCard)
	order.RequestKey = "request-1"
	state, err := h.Subscribe(t.Context(), order)
	wantErr(t, err, billing.ErrActionRequired)
	secret := errs.From(err).Detail["clientSecret"]
	if secret == "" || secret == nil || state.Access || state.Current.Status != "incomplete" || h.redeemed(t, "LAST") != 1 {
		t.Fatalf("secret %v, state %+v", secret, state)
	}
	_, err = h.Subscribe(t.Context(), order)
	wantErr(t, err, billing.ErrActionRequired)
	if errs.From(err).Detail["clientSecret"] != secret || h.live(t) != 1 {
		t.Error("the same request asks for another payment")
	}
	sub, err := h.provider.Subscription(t.Context(), state.Current.StripeSubscriptionID)
	must(t, err)
	h.provider.Confirm(sub.LatestInvoiceID)
	h.event(t, "customer.subscription.updated", sub.ID)
	if s := h.state(t, 42); !s.Access || s.Promotion == nil || s.Current.ChargedAmount != 1200 {
		t.Errorf("%+v", s)
	}
	state, err = h.Subscribe(t.Context(), order)
	must(t, err)
	if !state.Access || h.live(t) != 1 {
		t.Errorf("%+v", state)
	}
}

// A payment that is never confirmed ends with the next attempt, or with the sweep.
func TestAPaymentThatIsNotConfirmed(t *testing.T) {
	for name, next := range map[string]func(h *fixture, plan billing.Plan){
		"another attempt": func(h *fixture, plan billing.Plan) {
			s, err := h.Subscribe(t.Context(), h.direct(plan.ID, "", billingtest.GoodCard))
			must(t, err)
			if !s.Access {
				t.Errorf("%+v", s)
			}
		},
		"a checkout": func(h *fixture, plan billing.Plan) {
			_, err := h.StartCheckout(t.Context(), h.order(42, plan.ID, ""))
			must(t, err)
		},
		"the sweep": func(h *fixture, _ billing.Plan) {
			h.advance(25 * time.Hour)
			must(t, h.Sweep(t.Context()))
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			plan := h.plan(t)
			h.promotion(t, "LAST", percent(20, billing.Forever), last)
			state, err := h.Subscribe(t.Context(), h.direct(plan.ID, "LAST", billingtest.AskingCard))
			wantErr(t, err, billing.ErrActionRequired)
			next(h, plan)
			first, err := h.provider.Subscription(t.Context(), state.Current.StripeSubscriptionID)
			must(t, err)
			if first.Status != billing.IncompleteExpired || h.redeemed(t, "LAST") != 0 {
				t.Errorf("it is %s, and %d redemptions are held", first.Status, h.redeemed(t, "LAST"))
			}
		})
	}
}

func TestSubscribingAtOnceChargesOnce(t *testing.T) {
	h := newHouse(t)
	plan := h.plan(t)
	h.promotion(t, "MANY", percent(20, billing.Forever), nil)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			_, err := h.Subscribe(t.Context(), h.direct(plan.ID, "MANY", billingtest.GoodCard))
			if err != nil && !errors.Is(err, billing.ErrAlreadySubscribed) && !errors.Is(err, billing.ErrCheckoutInProgress) {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if h.provider.Count("sub") != 1 || h.live(t) != 1 || h.redeemed(t, "MANY") != 1 {
		t.Errorf("%d subscriptions, %d are live, %d redemptions", h.provider.Count("sub"), h.live(t), h.redeemed(t, "MANY"))
	}
}

// The provider creates the subscription, but its answer is lost: the same request finds it.
func TestALostAnswerOfASubscription(t *testing.T) {
	for _, acts := range []bool{true, false} {
		h := newHouse(t)
		plan := h.plan(t)
		h.provider.UseByDefault(h.makeCustomer(t), billingtest.GoodCard)
		order := h.direct(plan.ID, "", "")
		order.RequestKey = "request-1"
		h.provider.Break(1, acts)
		s, err := h.Subscribe(t.Context(), order)
		must(t, err)
		again, err := h.Subscribe(t.Context(), order)
		must(t, err)
		if !s.Access || again.Current.ID != s.Current.ID || h.live(t) != 1 {
			t.Errorf("acts %t: %+v, then %+v", acts, s.Current, again.Current)
		}
	}
}

func TestADirectOrderIsChecked(t *testing.T) {
	h := newHouse(t)
	plan := h.plan(t)
	for field, change := range map[string]func(o *billing.CheckoutOrder){
		"planId":          func(o *billing.CheckoutOrder) { o.PlanID = 0 },
		"quantity":        func(o *billing.CheckoutOrder) { o.Quantity = 1001 },
		"paymentMethodId": func(o *billing.CheckoutOrder) { o.PaymentMethodID = "pm_1/../x" },
	} {
		o := h.direct(plan.ID, "", billingtest.GoodCard)
		change(&o)
		_, err := h.Subscribe(t.Context(), o)
		if e := errs.From(err); e.Kind != errs.KindInvalid || e.Fields[0].Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
}

func TestADirectSubscriptionHeals(t *testing.T) {
	h := newHouse(t)
	plan := h.plan(t)
	h.provider.Remove(h.makeCustomer(t))
	s, err := h.Subscribe(t.Context(), h.direct(plan.ID, "", billingtest.GoodCard))
	must(t, err)
	if !s.Access {
		t.Errorf("%+v", s)
	}
	h = newHouse(t)
	plan = h.plan(t)
	h.provider.Remove(plan.PriceID)
	_, err = h.Subscribe(t.Context(), h.direct(plan.ID, "", billingtest.GoodCard))
	wantErr(t, err, billing.ErrPlanNotFound)
	stored, err := h.store.Plan(t.Context(), plan.ID)
	must(t, err)
	if stored.Active {
		t.Error("a plan without a price is for sale")
	}
}

func TestTooManyDeclinedCards(t *testing.T) {
	h := newHouse(t)
	plan := h.plan(t)
	for range 10 {
		_, err := h.Subscribe(t.Context(), h.direct(plan.ID, "", billingtest.RefusedCard))
		wantErr(t, err, billing.ErrPaymentFailed)
	}
	_, err := h.Subscribe(t.Context(), h.direct(plan.ID, "", billingtest.GoodCard))
	if errs.KindOf(err) != errs.KindTooMany {
		t.Errorf("after ten declined cards: %v", err)
	}
	h.advance(time.Hour)
	_, err = h.Subscribe(t.Context(), h.direct(plan.ID, "", billingtest.GoodCard))
	must(t, err)
}
