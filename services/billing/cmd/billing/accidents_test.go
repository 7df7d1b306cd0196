package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"muster/libs/errs"
	"muster/services/billing/internal/billing"
)

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

// inTheDashboard changes a subscription of the user in Stripe's dashboard.
func (m *market) inTheDashboard(user int64) {
	m.t.Helper()
	u, err := m.store.User(m.t.Context(), user)
	must(m.t, err)
	c := u.State.Current
	if c == nil || c.Status != "active" {
		return
	}
	var sub struct {
		Status   string
		Discount *struct{ ID string }
		Items    struct{ Data []struct{ ID string } }
	}
	must(m.t, json.Unmarshal(m.dashboard(http.MethodGet, "subscriptions/"+c.StripeSubscriptionID, ""), &sub))
	if sub.Status != "active" {
		return
	}
	switch m.random.Intn(4) {
	case 0:
		m.dashboard(http.MethodPost, "subscriptions/"+c.StripeSubscriptionID, fmt.Sprintf("items[0][id]=%s&items[0][quantity]=%d&proration_behavior=none", sub.Items.Data[0].ID, 1+m.random.Intn(4)))
	case 1:
		m.dashboard(http.MethodPost, "subscriptions/"+c.StripeSubscriptionID, fmt.Sprintf("cancel_at_period_end=%t", m.random.Intn(2) == 0))
	case 2:
		if sub.Discount != nil {
			m.dashboard(http.MethodDelete, "subscriptions/"+c.StripeSubscriptionID+"/discount", "")
		}
	case 3:
		if m.random.Intn(4) == 0 {
			m.dashboard(http.MethodDelete, "customers/"+u.CustomerID, "")
		}
	}
}

// moneyBack refunds and disputes charges, in the dashboard and by the user's bank.
func (m *market) moneyBack() {
	m.t.Helper()
	b := m.books()
	for _, c := range b.charges {
		left := c.Amount - c.Refunded
		if !c.Paid || left == 0 || c.Disputed {
			continue
		}
		switch chance := m.random.Float64(); {
		case chance < 0.02:
			var refund struct{ ID string }
			must(m.t, json.Unmarshal(m.dashboard(http.MethodPost, "refunds", fmt.Sprintf("charge=%s&amount=%d", c.ID, 1+m.random.Int63n(left))), &refund))
			if m.random.Float64() < 0.2 {
				m.control("refunds/fail", fmt.Sprintf(`{"refund":%q}`, refund.ID))
			}
		case chance < 0.04:
			m.refund(c.Invoice, 1+m.random.Int63n(left))
		case chance < 0.07:
			m.control("disputes", fmt.Sprintf(`{"charge":%q,"amount":%d}`, c.ID, 1+m.random.Int63n(left)))
		}
	}
	for _, d := range b.disputes {
		if d.Status == billing.DisputeOpen && m.random.Float64() < 0.5 {
			m.control("disputes/close", fmt.Sprintf(`{"dispute":%q,"status":%q}`, d.ID, []string{"won", "lost"}[m.random.Intn(2)]))
		}
	}
}

// refund refunds an invoice as an administrator does, if billing knows it.
func (m *market) refund(invoice string, amount int64) {
	m.t.Helper()
	stored, err := m.store.Invoice(m.t.Context(), invoice)
	if err != nil {
		return
	}
	order := billing.RefundOrder{InvoiceID: stored.ID, Amount: amount, RequestKey: fmt.Sprint("refund-", m.random.Int63())}
	m.expect(m.persist(func() error { _, err := m.core.RefundInvoice(m.t.Context(), order); return err }), "NOT_REFUNDABLE")
}
