package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"gorm.io/gorm"

	"muster/deploy/stripefake"
	"muster/libs/limits/limitstest"
	"muster/libs/outbox"
	"muster/libs/testkit/pgtest"
	"muster/services/billing/internal/adapter/postgres"
	"muster/services/billing/internal/adapter/stripe"
	"muster/services/billing/internal/billing"
)

const day = 24 * time.Hour

// market is billing's core on PostgreSQL and Stripe's client, with a clock that the test advances. Calls go to the Stripe
// fake through a bad line, and its webhooks come back through a bad post.
type market struct {
	t      *testing.T
	core   *billing.Service
	store  *postgres.Store
	db     *gorm.DB
	fake   string
	line   *badLine
	post   *badPost
	random *rand.Rand
	plans  []billing.Plan
	codes  []string
	users  []int64
	offset atomic.Int64 // of the clock
	// revenue is the MRR at the end of each month that was closed.
	revenue map[time.Time]int64
}

func openMarket(t *testing.T) *market {
	t.Helper()
	m := &market{
		t: t, random: rand.New(rand.NewSource(7)), codes: []string{"", "", "", "FOREVER", "MONTHS", "ONCE", "TRIAL"}, revenue: map[time.Time]int64{},
	}
	m.openFake()
	m.db, _ = pgtest.New(t, outbox.Migrations, postgres.Migrations)
	m.store = postgres.New(m.db)
	payments, err := stripe.New(stripe.Config{Key: "sk_test_muster", URL: m.line.open(t, m.fake), RetryAtOnce: true})
	must(t, err)
	ids := 0
	m.core = billing.New(billing.Ports{
		Store: m.store, Payments: payments, Throttle: limitstest.New(m.now), Now: m.now,
		NewID: func() string { ids++; return fmt.Sprint("id", ids) },
	}, billing.Rules{WrongCodesPerHour: 20, DeclinesPerHour: 100, Grace: 30 * day, MayReturnTo: func(url string) bool { return strings.HasPrefix(url, "https://app.test/") }})
	m.catalog()
	return m
}

// openFake starts the Stripe fake, whose webhooks go to the post.
func (m *market) openFake() {
	m.t.Helper()
	fake, err := stripefake.New(stripefake.Options{})
	must(m.t, err)
	server := httptest.NewServer(fake.Handler())
	m.t.Cleanup(func() { server.Close(); must(m.t, fake.Close()) })
	m.fake = server.URL
	m.line = newBadLine(m.random.Int63())
	m.post = &badPost{random: rand.New(rand.NewSource(m.random.Int63()))}
	webhooks, err := stripe.NewWebhooks(false, webhookSecret)
	must(m.t, err)
	endpoint := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err == nil {
			var e billing.Event
			if e, err = webhooks.Event(body, r.Header.Get("Stripe-Signature"), time.Now()); err == nil {
				m.post.take(e)
			}
		}
		if err != nil {
			m.t.Error(err)
			w.WriteHeader(http.StatusInternalServerError)
		}
	}))
	m.t.Cleanup(endpoint.Close)
	m.control("webhook-endpoint", fmt.Sprintf(`{"url":%q,"secret":%q}`, endpoint.URL, webhookSecret))
}

func (m *market) catalog() {
	m.t.Helper()
	for _, p := range []billing.Plan{
		{Name: "Monthly", Interval: "month", IntervalCount: 1, Amount: 1500, Currency: "usd"},
		{Name: "Quarterly", Interval: "month", IntervalCount: 3, Amount: 3999, Currency: "usd"},
		{Name: "Yearly", Interval: "year", IntervalCount: 1, Amount: 11999, Currency: "usd"},
	} {
		made, err := m.core.CreatePlan(m.t.Context(), p)
		must(m.t, err)
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
		must(m.t, err)
		_, err = m.core.CreatePromotion(m.t.Context(), billing.Promotion{Name: code, Code: code, Coupon: coupon})
		must(m.t, err)
	}
}

func (m *market) now() time.Time { return time.Now().Add(time.Duration(m.offset.Load())) }

// advance moves both clocks.
func (m *market) advance(by time.Duration) {
	m.t.Helper()
	m.control("clock", fmt.Sprintf(`{"advance":%q}`, by))
	m.offset.Add(int64(by))
}

// settle delivers the webhooks and handles them. It returns how many failed.
func (m *market) settle() (failed int) {
	m.t.Helper()
	m.control("webhooks/settle", `{"timeout":"60s"}`)
	for _, e := range m.post.deliveries() {
		must(m.t, m.core.ReceiveEvent(m.t.Context(), e))
	}
	for _, lane := range []billing.Lane{billing.Urgent, billing.Bulk} {
		for worked := true; worked; {
			var err error
			worked, err = m.core.Work(context.WithoutCancel(m.t.Context()), lane)
			if _, again := errors.AsType[*billing.TaskError](err); again {
				failed++
				continue
			}
			must(m.t, err)
		}
	}
	return failed
}

// calm lets calls and webhooks through, and waits until nothing is left to do.
func (m *market) calm() {
	m.t.Helper()
	m.line.bad.Store(false)
	m.post.prompt()
	m.drop(false)
	m.settle()
	for range 100 {
		if m.count("SELECT count(*) FROM tasks WHERE state = 'waiting'") == 0 {
			break
		}
		m.advance(10 * time.Minute)
		m.settle()
	}
	if n := m.count("SELECT count(*) FROM tasks WHERE state <> 'done' AND state <> 'unmatched'"); n > 0 {
		m.t.Errorf("%d tasks are not done", n)
	}
	if n := m.count("SELECT count(*) FROM webhook_events WHERE state = 'waiting'"); n > 0 {
		m.t.Errorf("%d events were forgotten", n)
	}
}

func (m *market) count(query string) (n int64) {
	m.t.Helper()
	must(m.t, m.db.Raw(query).Scan(&n).Error)
	return n
}

// drop decides whether webhooks are lost.
func (m *market) drop(lost bool) {
	m.t.Helper()
	m.control("webhooks", fmt.Sprintf(`{"mode":%q}`, map[bool]string{true: "drop", false: "normal"}[lost]))
}

// reconcile runs a full comparison.
func (m *market) reconcile() billing.Run {
	m.t.Helper()
	m.advance(time.Minute)
	run, err := m.core.RequestRun(m.t.Context(), 1)
	must(m.t, err)
	m.settle()
	run, err = m.store.Run(m.t.Context(), run.ID)
	must(m.t, err)
	if run.Status != billing.RunDone {
		m.t.Fatalf("%+v", run)
	}
	return run
}

// persist repeats a call while the provider is not available, as users do.
func (m *market) persist(call func() error) error {
	m.t.Helper()
	for range 50 {
		err := call()
		if !errors.Is(err, billing.ErrProviderUnavailable) {
			return err
		}
	}
	m.t.Fatal("the provider stays unavailable")
	return nil
}

// press sends the form of Stripe's payment page. It reports whether that has paid: the card may be declined.
func (m *market) press(page, outcome string) (paid bool) {
	m.t.Helper()
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	response, err := client.PostForm(page, url.Values{"outcome": {outcome}})
	must(m.t, err)
	_ = response.Body.Close()
	if response.StatusCode != http.StatusSeeOther && response.StatusCode != http.StatusOK {
		m.t.Fatalf("%s answered %s", outcome, response.Status)
	}
	return response.StatusCode == http.StatusSeeOther
}

// control calls the control plane of the Stripe fake.
func (m *market) control(path, body string) {
	m.t.Helper()
	m.call(http.MethodPost, "/_fake/"+path, "application/json", body)
}

// dashboard changes something at Stripe as a person does in its dashboard, and returns the answer.
func (m *market) dashboard(method, path, form string) []byte {
	m.t.Helper()
	return m.call(method, "/v1/"+path, "application/x-www-form-urlencoded", form)
}

func (m *market) call(method, path, kind, body string) []byte {
	m.t.Helper()
	r, err := http.NewRequestWithContext(m.t.Context(), method, m.fake+path, strings.NewReader(body))
	must(m.t, err)
	if body != "" {
		r.Header.Set("Content-Type", kind)
	}
	r.SetBasicAuth("sk_test_muster", "")
	response, err := http.DefaultClient.Do(r)
	must(m.t, err)
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	must(m.t, err)
	if response.StatusCode != http.StatusOK {
		m.t.Fatalf("%s %s %s: %s %s", method, path, body, response.Status, text)
	}
	return text
}
