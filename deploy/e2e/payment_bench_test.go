package e2e_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"testing"
	"time"
)

// BenchmarkPaymentVisible measures the time from the press of the pay button on the Stripe fake's page until
// /api/users/full shows the active subscription, one payment at a time.
func BenchmarkPaymentVisible(b *testing.B) {
	boss := adminOf(b)
	plan := benchPlan(b)
	var visible []time.Duration
	for b.Loop() {
		email, page, err := ordered(plan)
		if err != nil {
			b.Fatal(err)
		}
		began := time.Now()
		paid := make(chan error, 1)
		go func() { paid <- pressPay(page) }()
		query := list("/api/users/full", fmt.Sprintf(`{"email":%q,"subscriptionStatus":"active"}`, email), "")
		for {
			rows, err := boss.try("GET", query, nil)
			if err != nil {
				b.Fatal(err)
			}
			if len(rows.list()) == 1 {
				break
			}
		}
		visible = append(visible, time.Since(began))
		if err := <-paid; err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(milliseconds(quantile(visible, 50)), "visible-median-ms")
	b.ReportMetric(milliseconds(quantile(visible, 95)), "visible-p95-ms")
	b.ReportMetric(loadAverage(b), "load-of-machine")
}

// benchPlan makes a plan and returns its id.
func benchPlan(b *testing.B) any {
	b.Helper()
	a, err := adminOf(b).try("POST", "/api/billing/plans", object{"name": "Bench", "interval": "month", "amount": 1500, "currency": "usd"})
	if err != nil || a.status != http.StatusCreated {
		b.Fatalf("plan: %s %v", a, err)
	}
	return a.body["id"]
}

// ordered registers a user who orders a plan, and returns the address and the page to pay on.
func ordered(plan any) (email, page string, err error) {
	c := &client{}
	email = uniqueEmail("payer")
	a, err := c.try("POST", "/api/auth/register", object{"email": email, "password": password})
	if err != nil || a.status != http.StatusCreated {
		return "", "", errors.Join(fmt.Errorf("register: %s", a), err)
	}
	c.token, _ = a.body["accessToken"].(string)
	c.csrf, _ = a.body["csrfToken"].(string)
	a, err = c.try("POST", "/api/billing/checkout-sessions", object{"planId": plan, "successUrl": origin + "/thanks", "cancelUrl": origin + "/plans"})
	page, _ = a.body["url"].(string)
	if err != nil || page == "" {
		return "", "", errors.Join(fmt.Errorf("checkout: %s", a), err)
	}
	return email, page, nil
}

// pressPay pays on Stripe's page.
func pressPay(page string) error {
	resp, err := httpClient.PostForm(page, url.Values{"outcome": {"pay"}})
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusSeeOther {
		return fmt.Errorf("paying answers %s", resp.Status)
	}
	return nil
}
