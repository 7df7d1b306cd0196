package stripefake_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"
)

// account is a Stripe account as the suite uses it: the fake, or Stripe itself.
type account interface {
	// send sends a request with an idempotency key, unless that is empty; params are alternating names and values.
	send(t *testing.T, key, method, path string, params ...string) answer
	// clock returns the parameters that put a customer on the account's clock.
	clock(t *testing.T) []string
	// now is the time of that clock, and advance lets it pass.
	now(t *testing.T) int64
	advance(t *testing.T, to int64)
}

// suite are the tests that run against the fake and against Stripe. They use Stripe's API only.
var suite = []struct {
	name string
	run  func(s *shop)
}{
	{"refused requests", refusedRequests},
	{"expansions", expansions},
	{"pages of lists", pagesOfLists},
	{"metadata", metadataLimits},
	{"idempotency keys", idempotencyKeys},
	{"declined cards", declinedCards},
	{"cards that ask", cardsThatAsk},
	{"card numbers", cardNumbers},
	{"incomplete", incompleteAccepts},
	{"one currency", oneCurrency},
	{"amounts", amounts},
	{"currencies without cents", currenciesWithoutCents},
	{"long lists", longLists},
	{"pending prorations", pendingProrations},
	{"cancelled at once", cancelledAtOnce},
	{"paused collection", pausedCollection},
	{"sent invoices", sentInvoices},
	{"taxes", taxes},
	{"uncollectible", uncollectible},
	{"invoice items", invoiceItems},
	{"refunds in parts", refundsInParts},
	{"disputes by test card", disputesByCard},
}

func runSuite(t *testing.T, open func(t *testing.T) account) {
	for _, test := range suite {
		t.Run(test.name, func(t *testing.T) { test.run(&shop{T: t, account: open(t)}) })
	}
}

// shop is what the suite's tests have at hand.
type shop struct {
	*testing.T
	account account
}

func (s *shop) do(method, path string, params ...string) object {
	s.Helper()
	a := s.account.send(s.T, "", method, path, params...)
	if a.status != 200 {
		s.Fatalf("%s %s %v: %d %v", method, path, params, a.status, a.object)
	}
	return a.object
}

func (s *shop) post(path string, params ...string) object {
	s.Helper()
	return s.do("POST", path, params...)
}

func (s *shop) get(path string, params ...string) object {
	s.Helper()
	return s.do("GET", path, params...)
}

// refused sends a request that must be refused with a status, and with this code and param; "*" is any.
func (s *shop) refused(status int, code, param, method, path string, params ...string) object {
	s.Helper()
	a := s.account.send(s.T, "", method, path, params...)
	e, _ := a.at("error").(map[string]any)
	o := object(e)
	kind := map[int]string{400: "invalid_request_error", 402: "card_error", 404: "invalid_request_error"}[status]
	is := func(name, want string) bool { return want == "*" || o.text(name) == want }
	if a.status != status || !is("code", code) || !is("param", param) || !is("type", kind) {
		s.Errorf("%s %s %.200v: %d %v, want %d %q %q", method, path, params, a.status, a.object, status, code, param)
	}
	return o
}

// price creates a monthly price of a new product.
func (s *shop) price(amount int64, currency string) string {
	s.Helper()
	return s.post("/v1/prices", "product_data[name]", "Gold", "currency", currency, "unit_amount", strconv.FormatInt(amount, 10),
		"recurring[interval]", "month").text("id")
}

// customer creates a customer on the clock whose invoices the card pays; an empty card is none.
func (s *shop) customer(card string) string {
	s.Helper()
	id := s.post("/v1/customers", append(s.account.clock(s.T), "email", "ann@example.com")...).text("id")
	if card != "" {
		s.card(id, card)
	}
	return id
}

// card attaches a test card as the customer's default.
func (s *shop) card(customer, card string) {
	s.Helper()
	method := s.post("/v1/payment_methods/"+card+"/attach", "customer", customer).text("id")
	s.post("/v1/customers/"+customer, "invoice_settings[default_payment_method]", method)
}

func (s *shop) subscribe(customer, price string, params ...string) object {
	s.Helper()
	return s.post("/v1/subscriptions", append([]string{"customer", customer, "items[0][price]", price, "expand[]", "latest_invoice.payment_intent"}, params...)...)
}

// latest fetches the subscription's latest invoice.
func (s *shop) latest(subscription string) object {
	s.Helper()
	return s.get("/v1/invoices/" + s.get("/v1/subscriptions/"+subscription).text("latest_invoice"))
}

// pass lets time pass until shortly after a time.
func (s *shop) pass(to int64) {
	s.Helper()
	s.account.advance(s.T, to+2*3600)
}

func keyed(key string) http.Header {
	if key == "" {
		return nil
	}
	return http.Header{"Idempotency-Key": {key}}
}

// fakeAccount is the fake with its virtual clock.
type fakeAccount struct{ *world }

func (f fakeAccount) send(t *testing.T, key, method, path string, params ...string) answer {
	t.Helper()
	return f.call(method, path, keyed(key), params...)
}

func (f fakeAccount) clock(*testing.T) []string { return nil }

func (f fakeAccount) now(*testing.T) int64 { return f.control("GET", "/_fake/clock", "").int("now") }

func (f fakeAccount) advance(t *testing.T, to int64) {
	t.Helper()
	f.world.advance(time.Duration(to-f.now(t)) * time.Second)
}

func TestTheFake(t *testing.T) {
	runSuite(t, func(t *testing.T) account { return fakeAccount{newWorld(t)} })
}

// stripeAccount is a Stripe account by its URL and key, with Stripe's own test clocks.
type stripeAccount struct {
	api api
	// clockID is the clock of the running test; it is created when it is first needed.
	clockID *string
}

func newStripeAccount(t *testing.T, url, key string) account {
	a := stripeAccount{api{url: url, key: key}, new(string)}
	t.Cleanup(func() {
		if *a.clockID != "" {
			a.api.call(t, "DELETE", "/v1/test_helpers/test_clocks/"+*a.clockID, nil) // its customers go with it
		}
	})
	return a
}

func (a stripeAccount) send(t *testing.T, key, method, path string, params ...string) answer {
	t.Helper()
	return a.api.call(t, method, path, keyed(key), params...)
}

func (a stripeAccount) clock(t *testing.T) []string {
	t.Helper()
	if *a.clockID == "" {
		now := strconv.FormatInt(time.Now().Add(time.Minute).Unix(), 10)
		made := a.send(t, "", "POST", "/v1/test_helpers/test_clocks", "frozen_time", now)
		if made.status != 200 {
			t.Fatalf("no test clock: %v", made.object)
		}
		*a.clockID = made.text("id")
	}
	return []string{"test_clock", *a.clockID}
}

func (a stripeAccount) now(t *testing.T) int64 {
	t.Helper()
	a.clock(t)
	return a.send(t, "", "GET", "/v1/test_helpers/test_clocks/"+*a.clockID).int("frozen_time")
}

func (a stripeAccount) advance(t *testing.T, to int64) {
	t.Helper()
	a.clock(t)
	path := "/v1/test_helpers/test_clocks/" + *a.clockID
	if moved := a.send(t, "", "POST", path+"/advance", "frozen_time", strconv.FormatInt(to, 10)); moved.status != 200 {
		t.Fatalf("the clock does not advance: %v", moved.object)
	}
	deadline := time.Now().Add(2 * time.Minute)
	for pause := time.NewTicker(200 * time.Millisecond); ; <-pause.C {
		switch status := a.send(t, "", "GET", path).text("status"); {
		case status == "ready":
			pause.Stop()
			return
		case status != "advancing" || time.Now().After(deadline):
			t.Fatalf("the clock is %s", status)
		}
	}
}

// keyFor returns the test key with which the suite may run against Stripe.
func keyFor(key string) (string, error) {
	if strings.HasPrefix(key, "sk_live_") || strings.HasPrefix(key, "rk_live_") {
		return "", fmt.Errorf("STRIPE_TEST_KEY is a live key: the suite creates customers and charges cards")
	}
	if rest, ok := strings.CutPrefix(key, "sk_test_"); !ok || rest == "" {
		return "", fmt.Errorf("set STRIPE_TEST_KEY to the secret test key (sk_test_…) of a Stripe account")
	}
	return key, nil
}

func TestTheKeyForStripe(t *testing.T) {
	for key, ok := range map[string]bool{"sk_test_x": true, "": false, "sk_test_": false, "sk_live_x": false, "rk_live_x": false, "pk_test_x": false} {
		if _, err := keyFor(key); (err == nil) != ok {
			t.Errorf("%q: %v", key, err)
		}
	}
}

// The way in which the suite runs against Stripe is tried with the fake as Stripe, without its control plane.
func TestTheSuiteForStripe(t *testing.T) {
	runSuite(t, func(t *testing.T) account {
		fake, err := url.Parse(newWorld(t).url)
		if err != nil {
			t.Fatal(err)
		}
		return newStripeAccount(t, onlyStripe(t, fake), "sk_test_suite")
	})
}
