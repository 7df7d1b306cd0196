package stripe_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"

	"muster/libs/testkit/stripefake"
	"muster/services/billing/internal/adapter/stripe"
	"muster/services/billing/internal/billing"
	"muster/services/billing/internal/billing/billingtest"
)

// newFake starts a Stripe of our own.
func newFake(t *testing.T) *httptest.Server {
	t.Helper()
	fake, err := stripefake.New(stripefake.Options{})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(fake.Handler())
	t.Cleanup(func() {
		server.Close()
		if err := fake.Close(); err != nil {
			t.Error(err)
		}
	})
	return server
}

func newPayments(t *testing.T, base string) *stripe.Payments {
	t.Helper()
	p, err := stripe.New(stripe.Config{Key: "sk_test_muster", URL: base})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// pay posts the form of the fake's page. Where the page leads is not followed: that is the frontend's.
func pay(t *testing.T, pageURL string) {
	t.Helper()
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	response, err := client.PostForm(pageURL, url.Values{"outcome": {"pay"}})
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusSeeOther {
		t.Fatalf("paying answered %s", response.Status)
	}
}

func TestStripeIsPayments(t *testing.T) {
	billingtest.TestPayments(t, func(t *testing.T) billingtest.PaymentsHarness {
		return billingtest.PaymentsHarness{
			Payments: newPayments(t, newFake(t).URL),
			Pay:      func(t *testing.T, c billing.ProviderCheckout) { pay(t, c.URL) },
		}
	})
}
