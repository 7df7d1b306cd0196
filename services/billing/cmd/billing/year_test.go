package main

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"strconv"
	"testing"
	"time"

	"muster/libs/errs"
	"muster/services/billing/internal/billing"
)

// The size of the simulation: `make year` simulates 500 customers for 52 weeks.
const (
	customersSetting = "MUSTER_BILLING_CUSTOMERS"
	weeksSetting     = "MUSTER_BILLING_WEEKS"
)

func sizeOf(t *testing.T, setting string, small int) int {
	t.Helper()
	n, err := strconv.Atoi(cmp.Or(os.Getenv(setting), strconv.Itoa(small)))
	if err != nil || n < 1 {
		t.Fatalf("%s must be a number from 1", setting)
	}
	return n
}

// TestAYearOfBooks simulates customers: sign-ups with promotions, trials, declined cards, renewals, changes of plan and
// quantity, cancellations, refunds in parts, disputes, and changes in Stripe's dashboard. Calls to Stripe fail before and
// after they have acted, and webhooks come late, twice and in any order. In the end the ledger, the invoices and the
// movements agree with Stripe's own books to the cent, and a comparison finds nothing. Where webhooks are lost for good, a
// comparison finds and heals everything, and so do the events that Stripe could not deliver.
func TestAYearOfBooks(t *testing.T) {
	customers, weeks := sizeOf(t, customersSetting, 20), sizeOf(t, weeksSetting, 26)
	for name, c := range map[string]struct {
		lost   float64 // the part of the weeks in which webhooks are lost
		events bool    // whether the events that could not be delivered are received each week
	}{
		"webhooks arrive":                        {0, false},
		"webhooks are lost, all is compared":     {0.5, false},
		"webhooks are lost, their events remain": {0.5, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			began := time.Now()
			m := openMarket(t)
			m.line.bad.Store(true)
			if weeks >= 52 { // a call hangs until the client gives up, which takes its time
				m.line.hang = time.Minute
			}
			for week := range weeks {
				m.drop(m.random.Float64() < c.lost)
				m.signUps(week*customers/weeks, (week+1)*customers/weeks)
				m.accidents()
				for range 7 {
					m.nextDay(c.lost == 0, c.events)
				}
			}
			m.calm()
			m.heal(c.lost > 0, c.events)
			m.agrees()
			m.monthsAgree(weeks)
			m.factsHappenedOnce()
			if run := m.reconcile(); run.Checked == 0 || run.Mismatches > 0 {
				t.Errorf("after that there are mismatches: %+v", run)
			}
			m.eventful(customers)
			t.Logf("%d customers, %d weeks in %s: %s", customers, weeks, time.Since(began).Round(time.Second), m.summary())
		})
	}
}

// heal finds and heals what was lost.
func (m *market) heal(lost, events bool) {
	m.t.Helper()
	switch {
	case lost && events:
		m.advance(15 * time.Minute)
		must(m.t, m.core.Reconcile(m.t.Context()))
		m.calm()
		if m.count("SELECT count(*) FROM reconciliation_mismatches") == 0 {
			m.t.Error("no event was lost")
		}
	case lost:
		if m.differences() == "" {
			m.t.Fatal("nothing was lost")
		}
		if run := m.reconcile(); run.Mismatches == 0 || run.Mismatches != run.Healed {
			m.t.Errorf("the run %+v", run)
		}
		m.calm()
	}
}

// signUps opens subscriptions of new users, most of whom pay at once.
func (m *market) signUps(first, last int) {
	m.t.Helper()
	for user := int64(100 + first); user < int64(100+last); user++ {
		must(m.t, m.core.FollowUser(m.t.Context(), billing.Profile{
			UserID: user, Version: 1, AccessVersion: 1, Email: fmt.Sprintf("u%d@example.com", user), TypeCode: "NONS", Active: true,
		}))
		m.users = append(m.users, user)
		m.buy(user)
	}
}

// buy subscribes a user on Stripe's page, or with a card.
func (m *market) buy(user int64) {
	m.t.Helper()
	order := billing.CheckoutOrder{
		UserID: user, PlanID: m.plans[m.random.Intn(len(m.plans))].ID, Quantity: 1 + m.random.Int63n(3),
		PromotionCode: m.codes[m.random.Intn(len(m.codes))], SuccessURL: "https://app.test/", CancelURL: "https://app.test/",
		RequestKey: fmt.Sprint("order-", m.random.Int63()),
	}
	if m.random.Float64() < 0.3 {
		order.Direct, order.PaymentMethodID, order.SuccessURL, order.CancelURL = true, "pm_card_visa", "", ""
		m.expect(m.persist(func() error { _, err := m.core.Subscribe(m.t.Context(), order); return err }),
			"ALREADY_SUBSCRIBED", "CHECKOUT_IN_PROGRESS", "PROMO_ALREADY_REDEEMED", "TRIAL_ALREADY_USED", "PAYMENT_FAILED")
		return
	}
	var page string
	err := m.persist(func() error {
		r, err := m.core.StartCheckout(m.t.Context(), order)
		page = r.Checkout.URL
		return err
	})
	if m.expect(err, "ALREADY_SUBSCRIBED", "PROMO_ALREADY_REDEEMED", "TRIAL_ALREADY_USED"); err != nil {
		return
	}
	if m.random.Float64() < 0.1 {
		m.press(page, "decline")
	}
	for patience := 3; patience > 0 && m.random.Float64() < 0.95 && !m.press(page, "pay"); patience-- {
		continue
	}
}

// expect fails the test if a user's request fails for another reason than these.
func (m *market) expect(err error, codes ...string) {
	m.t.Helper()
	if err == nil {
		return
	}
	refusal, ok := errors.AsType[*errs.Error](err)
	for _, code := range codes {
		if ok && refusal.Code == code {
			return
		}
	}
	m.t.Fatal(err)
}

// accidents happen to some customers in a week.
func (m *market) accidents() {
	m.t.Helper()
	for _, user := range m.users {
		switch chance := m.random.Float64(); {
		case chance < 0.06:
			m.declineNext(user)
		case chance < 0.08:
			m.cancel(user)
		case chance < 0.09:
			m.expect(m.persist(func() error { _, err := m.core.ResumeSubscription(m.t.Context(), user); return err }), "NO_SUBSCRIPTION", "NOT_RESUMABLE")
		case chance < 0.11:
			m.change(user)
		case chance < 0.14:
			m.inTheDashboard(user)
		case chance < 0.18:
			m.buyAgain(user)
		}
	}
	m.moneyBack()
}

func (m *market) declineNext(user int64) {
	m.t.Helper()
	u, err := m.store.User(m.t.Context(), user)
	must(m.t, err)
	if u.CustomerID != "" {
		m.control("fail-next-payment", fmt.Sprintf(`{"customer":%q,"times":%d}`, u.CustomerID, 1+m.random.Intn(4)))
	}
}

func (m *market) cancel(user int64) {
	m.t.Helper()
	mode := []billing.CancelMode{billing.CancelNow, billing.CancelAtPeriodEnd}[m.random.Intn(2)]
	m.expect(m.persist(func() error { _, err := m.core.CancelSubscription(m.t.Context(), user, mode); return err }), "NO_SUBSCRIPTION")
}

// change changes plan and quantity as the user does.
func (m *market) change(user int64) {
	m.t.Helper()
	plan, quantity := m.plans[m.random.Intn(len(m.plans))].ID, 1+m.random.Int63n(3)
	err := m.persist(func() error {
		preview, err := m.core.PreviewChange(m.t.Context(), billing.ChangeOrder{UserID: user, PlanID: &plan, Quantity: &quantity})
		if err != nil {
			return err
		}
		_, err = m.core.ChangeSubscription(m.t.Context(), user, preview.ID)
		return err
	})
	m.expect(err, "NO_SUBSCRIPTION", "PREVIEW_STALE", "PAYMENT_FAILED", "VALIDATION_FAILED", "NOT_CHANGEABLE", "SAME_PLAN", "PROVIDER_REFUSED")
}

// buyAgain subscribes a user whose subscription has ended.
func (m *market) buyAgain(user int64) {
	m.t.Helper()
	u, err := m.store.User(m.t.Context(), user)
	must(m.t, err)
	if c := u.State.Current; c != nil && billing.Status(c.Status).Ended() {
		m.buy(user)
	}
}
