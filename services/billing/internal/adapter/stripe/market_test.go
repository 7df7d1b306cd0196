package stripe_test

import (
	"context"
	"fmt"
	"io"
	"math/rand"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"muster/libs/limits/limitstest"
	"muster/services/billing/internal/adapter/stripe"
	"muster/services/billing/internal/billing"
	"muster/services/billing/internal/billing/billingtest"
)

// market is billing on a store in memory, with the Stripe fake as its provider on a clock that the test advances. The
// fake's webhooks arrive over HTTP.
type market struct {
	t      *testing.T
	core   *billing.Service
	store  *billingtest.Memory
	fake   string
	random *rand.Rand
	plans  []billing.Plan
	codes  []string
	users  []int64
	offset atomic.Int64 // of the clock
}

const marketSecret = "whsec_market"

func openMarket(t *testing.T) *market {
	t.Helper()
	m := &market{t: t, store: billingtest.NewMemory(), fake: newFake(t).URL, random: newRandom(), codes: []string{"", "", "", "FOREVER", "MONTHS", "ONCE", "TRIAL"}}
	ids := 0
	m.core = billing.New(billing.Ports{
		Store: m.store, Payments: newPayments(t, m.fake), Throttle: limitstest.New(m.now), Now: m.now,
		NewID: func() string { ids++; return fmt.Sprint("id", ids) },
	}, billing.Rules{WrongCodesPerHour: 20, Grace: 30 * day, MayReturnTo: mayReturnTo})
	webhooks, err := stripe.NewWebhooks(false, marketSecret)
	if err != nil {
		t.Fatal(err)
	}
	endpoint := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		e, err := webhooks.Event(body, r.Header.Get("Stripe-Signature"), time.Now())
		if err == nil {
			err = m.core.ReceiveEvent(r.Context(), e)
		}
		if err != nil {
			t.Error(err)
			w.WriteHeader(http.StatusInternalServerError)
		}
	}))
	t.Cleanup(endpoint.Close)
	m.post("/_fake/webhook-endpoint", fmt.Sprintf(`{"url":%q,"secret":%q}`, endpoint.URL, marketSecret))
	m.catalog()
	return m
}

func (m *market) catalog() {
	m.t.Helper()
	for _, p := range []billing.Plan{
		{Name: "Monthly", Interval: "month", IntervalCount: 1, Amount: 1500, Currency: "usd"},
		{Name: "Quarterly", Interval: "month", IntervalCount: 3, Amount: 3999, Currency: "usd"},
		{Name: "Yearly", Interval: "year", IntervalCount: 1, Amount: 11999, Currency: "usd"},
	} {
		made, err := m.core.CreatePlan(m.t.Context(), p)
		if err != nil {
			m.t.Fatal(err)
		}
		m.plans = append(m.plans, made)
	}
	three := 3
	for code, c := range map[string]billing.Coupon{
		"FOREVER": {Type: billing.Percentage, BasisPoints: 1515, Duration: billing.Forever},
		"MONTHS":  {Type: billing.AmountOff, AmountOff: 333, Currency: "usd", Duration: billing.Repeating, DurationInMonths: &three},
		"ONCE":    {Type: billing.Percentage, BasisPoints: 5000, Duration: billing.Once},
		"TRIAL":   {Type: billing.FreeTrial, TrialDays: 10, Duration: billing.Once},
	} {
		c.Name = code
		coupon, err := m.core.CreateCoupon(m.t.Context(), c)
		if err != nil {
			m.t.Fatal(err)
		}
		if _, err := m.core.CreatePromotion(m.t.Context(), billing.Promotion{Name: code, Code: code, Coupon: coupon}); err != nil {
			m.t.Fatal(err)
		}
	}
}

func (m *market) now() time.Time { return time.Now().Add(time.Duration(m.offset.Load())) }

func (m *market) follow(user int64) {
	m.t.Helper()
	err := m.core.FollowUser(m.t.Context(), billing.Profile{
		UserID: user, Version: 1, AccessVersion: 1, Email: fmt.Sprintf("u%d@example.com", user), TypeCode: "NONS", Active: true,
	})
	if err != nil {
		m.t.Fatal(err)
	}
}

// advance moves both clocks.
func (m *market) advance(by time.Duration) {
	m.t.Helper()
	m.post("/_fake/clock", fmt.Sprintf(`{"advance":%q}`, by))
	m.offset.Add(int64(by))
}

// drop decides whether webhooks are lost.
func (m *market) drop(lost bool) {
	m.t.Helper()
	m.post("/_fake/webhooks", fmt.Sprintf(`{"mode":%q}`, map[bool]string{true: "drop", false: "normal"}[lost]))
}

// settle waits for the webhooks and handles them.
func (m *market) settle() {
	m.t.Helper()
	m.post("/_fake/webhooks/settle", `{"timeout":"30s"}`)
	for worked := true; worked; {
		var err error
		if worked, err = m.core.Work(context.WithoutCancel(m.t.Context())); err != nil {
			m.t.Fatal(err)
		}
	}
}

// reconcile runs a full comparison.
func (m *market) reconcile() billing.Run {
	m.t.Helper()
	m.advance(time.Minute)
	run, err := m.core.RequestRun(m.t.Context(), 1)
	if err != nil {
		m.t.Fatal(err)
	}
	m.settle()
	if run, err = m.store.Run(m.t.Context(), run.ID); err != nil || run.Status != billing.RunDone {
		m.t.Fatalf("%+v %v", run, err)
	}
	return run
}

// receiveLost receives the events that could not be delivered, and starts whatever else is due.
func (m *market) receiveLost() {
	m.t.Helper()
	if err := m.core.Reconcile(m.t.Context()); err != nil {
		m.t.Fatal(err)
	}
	m.settle()
}
