package stripe_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"muster/deploy/stripefake"
	"muster/services/billing/internal/adapter/stripe"
	"muster/services/billing/internal/billing"
	"muster/services/billing/internal/billing/billingtest"
)

// newFake starts a Stripe fake.
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

// pay posts the form of the fake's payment page. It does not follow the redirect, which leads to the frontend.
func pay(t *testing.T, pageURL, outcome string) {
	t.Helper()
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	response, err := client.PostForm(pageURL, url.Values{"outcome": {outcome}})
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	want := http.StatusSeeOther
	if outcome == "decline" {
		want = http.StatusOK
	}
	if response.StatusCode != want {
		t.Fatalf("paying answered %s", response.Status)
	}
}

// customerAt fetches a customer from Stripe.
func customerAt(t *testing.T, base, id string) billingtest.Customer {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, base+"/v1/customers/"+id, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	request.SetBasicAuth("sk_test_muster", "")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var c billingtest.Customer // a deleted customer has no other members
	if err := json.NewDecoder(response.Body).Decode(&c); err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("customer: %s, %v", response.Status, err)
	}
	return c
}

func TestStripeIsPayments(t *testing.T) {
	billingtest.TestPayments(t, func(t *testing.T) billingtest.PaymentsHarness {
		fake := newFake(t)
		return harness(newPayments(t, fake.URL), fake.URL)
	})
}

// harness drives what customers do at the fake.
func harness(p *stripe.Payments, fake string) billingtest.PaymentsHarness {
	return billingtest.PaymentsHarness{
		Payments: p,
		Money:    moneyAt(fake),
		Pay:      func(t *testing.T, c billing.ProviderCheckout) { pay(t, c.URL, "pay") },
		Decline:  func(t *testing.T, c billing.ProviderCheckout) { pay(t, c.URL, "decline") },
		Customer: func(t *testing.T, id string) billingtest.Customer { return customerAt(t, fake, id) },
		Confirm: func(t *testing.T, invoiceID string) {
			post(t, fake+"/i/"+invoiceID, "application/x-www-form-urlencoded", "outcome=pay")
		},
		UseByDefault: func(t *testing.T, customerID, card string) {
			attached := made(t, fake+"/v1/payment_methods/"+card+"/attach", "application/x-www-form-urlencoded", "customer="+customerID)
			post(t, fake+"/v1/customers/"+customerID, "application/x-www-form-urlencoded", "invoice_settings[default_payment_method]="+attached)
		},
		FailNext: func(t *testing.T, customerID string) {
			post(t, fake+"/_fake/fail-next-payment", "application/json", `{"customer":"`+customerID+`"}`)
		},
	}
}

// moneyAt is what happens to charges at the fake.
func moneyAt(base string) billingtest.Money {
	return billingtest.Money{
		Refund: func(t *testing.T, charge string, amount int64) string {
			form := url.Values{"charge": {charge}, "amount": {strconv.FormatInt(amount, 10)}}
			return made(t, base+"/v1/refunds", "application/x-www-form-urlencoded", form.Encode())
		},
		FailRefund: func(t *testing.T, _, refund string) {
			post(t, base+"/_fake/refunds/fail", "application/json", `{"refund":"`+refund+`"}`)
		},
		Dispute: func(t *testing.T, charge string, amount int64) string {
			return made(t, base+"/_fake/disputes", "application/json", fmt.Sprintf(`{"charge":%q,"amount":%d}`, charge, amount))
		},
		Decide: func(t *testing.T, _, dispute string, won bool) {
			status := map[bool]string{true: "won", false: "lost"}[won]
			post(t, base+"/_fake/disputes/close", "application/json", fmt.Sprintf(`{"dispute":%q,"status":%q}`, dispute, status))
		},
	}
}

// post sends a body to the fake and returns the answer, which must be 200.
func post(t *testing.T, address, contentType, body string) []byte {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", contentType)
	request.SetBasicAuth("sk_test_muster", "")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("POST %s: %s, %v, %s", address, response.Status, err, answer)
	}
	return answer
}

// made is post of which only the id of the object in the answer matters.
func made(t *testing.T, address, contentType, body string) string {
	t.Helper()
	var object struct{ ID string }
	if err := json.Unmarshal(post(t, address, contentType, body), &object); err != nil {
		t.Fatal(err)
	}
	return object.ID
}

// A trial that began without a card ends with the trial.
func TestATrialWithoutACardEnds(t *testing.T) {
	fake := newFake(t)
	p := newPayments(t, fake.URL)
	customer, err := p.CreateCustomer(t.Context(), "customer", billing.User{Key: "k", Email: "ann@example.com"})
	if err != nil {
		t.Fatal(err)
	}
	price, err := p.CreatePrice(t.Context(), "price", billing.Plan{Key: "k", Name: "Gold", Interval: "month", IntervalCount: 1, Amount: 1500, Currency: "usd"})
	if err != nil {
		t.Fatal(err)
	}
	id, err := p.CreateSubscription(t.Context(), "subscribe", billing.Checkout{CustomerID: customer, PriceID: price.PriceID, Quantity: 1, TrialDays: 14}, billing.User{})
	if err != nil {
		t.Fatal(err)
	}
	post(t, fake.URL+"/_fake/clock", "application/json", `{"advance":"360h"}`)
	if sub, err := p.Subscription(t.Context(), id); err != nil || sub.Status != billing.Canceled {
		t.Errorf("%s, %v", sub.Status, err)
	}
}

// An event that no endpoint has acknowledged is undelivered. They come in pages.
func TestUndeliveredEventsAreListed(t *testing.T) {
	fake := newFake(t)
	p := newPayments(t, fake.URL)
	const many = 120
	start := time.Now()
	for n := range many {
		if _, err := p.CreateCustomer(t.Context(), fmt.Sprint("customer/", n), billing.User{Key: fmt.Sprint("key-", n), Email: "ann@example.com"}); err != nil {
			t.Fatal(err)
		}
	}
	seen := map[string]bool{}
	pages := 0
	for cursor := ""; pages == 0 || cursor != ""; pages++ {
		page, next, err := p.Undelivered(t.Context(), start.Add(-time.Hour), cursor)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range page {
			if e.Type == "customer.created" && e.CustomerID == e.ObjectID && e.ID != "" && !e.Foreign && !e.CreatedAt.IsZero() {
				seen[e.ObjectID] = true
			}
		}
		cursor = next
	}
	if len(seen) != many || pages != 2 {
		t.Errorf("%d customers on %d pages", len(seen), pages)
	}
	if page, _, err := p.Undelivered(t.Context(), start.Add(time.Hour), ""); err != nil || len(page) != 0 {
		t.Errorf("%+v %v", page, err)
	}
}
