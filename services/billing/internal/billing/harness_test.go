package billing_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"muster/libs/contracts/billingv1"
	"muster/libs/limits/limitstest"
	"muster/services/billing/internal/billing"
	"muster/services/billing/internal/billing/billingtest"
)

// fixture is billing on fakes, with a clock that the test sets.
type fixture struct {
	*billing.Service
	store    *billingtest.Memory
	provider *billingtest.Provider

	// read, if set, is called after an account was read without a lock: a test can change things at that point.
	read func()

	mu  sync.Mutex
	now time.Time
	ids int
}

func newHouse(t *testing.T) *fixture {
	t.Helper()
	h := &fixture{store: billingtest.NewMemory(), now: t0}
	h.provider = billingtest.NewProvider(h.clock)
	h.Service = h.serve(h.provider)
	h.follow(t, 42)
	return h
}

// serve returns the service on the fixture's store with a provider.
func (h *fixture) serve(provider billing.Payments) *billing.Service {
	return billing.New(billing.Ports{
		Store: watched{h.store, h}, Payments: provider, Throttle: limitstest.New(h.clock), Now: h.clock,
		NewID: func() string {
			h.mu.Lock()
			defer h.mu.Unlock()
			h.ids++
			return fmt.Sprint("id-", h.ids)
		},
	}, billing.Rules{WrongCodesPerHour: 20, DeclinesPerHour: 10, Grace: 30 * 24 * time.Hour, MayReturnTo: func(url string) bool { return strings.HasPrefix(url, "https://app.test/") }})
}

// watched is the store; it reports its reads to the fixture.
type watched struct {
	*billingtest.Memory
	h *fixture
}

func (w watched) Account(ctx context.Context, userID int64) (billing.Account, error) {
	a, err := w.Memory.Account(ctx, userID)
	if w.h.read != nil {
		w.h.read()
	}
	return a, err
}

// customer returns the user's customer at the provider.
func (h *fixture) customer(t *testing.T, userID int64) string {
	t.Helper()
	u, err := h.store.User(t.Context(), userID)
	must(t, err)
	if u.CustomerID == "" {
		t.Fatal("the user has no customer")
	}
	return u.CustomerID
}

func (h *fixture) clock() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.now
}

func (h *fixture) advance(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.now = h.now.Add(d)
}

func (h *fixture) follow(t *testing.T, userID int64) {
	t.Helper()
	must(t, h.FollowUser(t.Context(), billing.Profile{UserID: userID, Version: 1, AccessVersion: 1, Email: "ann@example.com", Name: "Ann", TypeCode: "NONS", Active: true}))
}

func must(t *testing.T, errs ...error) {
	t.Helper()
	for _, err := range errs {
		if err != nil {
			t.Fatal(err)
		}
	}
}

func wantErr(t *testing.T, got, want error) {
	t.Helper()
	if !errors.Is(got, want) {
		t.Errorf("error %v, want %v", got, want)
	}
}

func (h *fixture) plan(t *testing.T) billing.Plan {
	t.Helper()
	p, err := h.CreatePlan(t.Context(), billing.Plan{Name: "Gold", Interval: "month", IntervalCount: 1, Amount: 1500, Currency: "usd"})
	must(t, err)
	return p
}

func (h *fixture) promotion(t *testing.T, code string, c billing.Coupon, change func(*billing.Promotion)) billing.Promotion {
	t.Helper()
	c.Name = "coupon of " + code
	c, err := h.CreateCoupon(t.Context(), c)
	must(t, err)
	p := billing.Promotion{Name: code, Code: code, Coupon: c}
	if change != nil {
		change(&p)
	}
	p, err = h.CreatePromotion(t.Context(), p)
	must(t, err)
	return p
}

func (h *fixture) order(userID, planID int64, code string) billing.CheckoutOrder {
	return billing.CheckoutOrder{
		UserID: userID, PlanID: planID, Quantity: 1, PromotionCode: code, SuccessURL: "https://app.test/done", CancelURL: "https://app.test/back",
	}
}

// subscribe buys a plan and delivers the provider's webhook.
func (h *fixture) subscribe(t *testing.T, userID, planID int64, code string) string {
	t.Helper()
	r, err := h.StartCheckout(t.Context(), h.order(userID, planID, code))
	must(t, err)
	id := h.provider.Pay(r.Checkout.SessionID)
	h.event(t, "customer.subscription.created", id)
	h.event(t, "checkout.session.completed", r.Checkout.SessionID)
	return id
}

var eventIDs int

// event delivers a webhook and runs the task.
func (h *fixture) event(t *testing.T, kind, object string) {
	t.Helper()
	eventIDs++
	must(t, h.ReceiveEvent(t.Context(), billing.Event{ID: fmt.Sprint("evt_", eventIDs), Type: kind, ObjectID: object, ChargeID: chargeOf(kind, object), CreatedAt: h.clock()}))
	h.work(t)
}

// chargeOf returns the charge of an event about a refund or a dispute. The tests name the charge as the object.
func chargeOf(kind, object string) string {
	if strings.Count(kind, ".") == 2 && strings.HasPrefix(kind, "charge.") {
		return object
	}
	return ""
}

func (h *fixture) work(t *testing.T) {
	t.Helper()
	for _, lane := range []billing.Lane{billing.Urgent, billing.Bulk} {
		for worked := true; worked; {
			var err error
			worked, err = h.Work(context.WithoutCancel(t.Context()), lane)
			must(t, err)
		}
	}
}

func (h *fixture) state(t *testing.T, userID int64) billingv1.Subscription {
	t.Helper()
	u, err := h.store.User(t.Context(), userID)
	must(t, err)
	return u.State
}

// publishedKinds returns the kinds of the published events.
func (h *fixture) publishedKinds() []billingv1.Kind {
	var kinds []billingv1.Kind
	for _, p := range h.store.Published() {
		if e, ok := p.(billingv1.SubscriptionEvent); ok {
			kinds = append(kinds, e.Kind)
		}
	}
	return kinds
}

func (h *fixture) redeemed(t *testing.T, code string) int {
	t.Helper()
	p, err := h.store.PromotionByCode(t.Context(), code)
	must(t, err)
	return p.Redeemed
}
