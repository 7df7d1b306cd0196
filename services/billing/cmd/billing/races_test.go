package main

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"muster/libs/testkit/eventually"
)

// atStripe lists objects at the Stripe fake.
func (s *system) atStripe(path string) []map[string]any {
	s.t.Helper()
	r := request(s.t, s.stripe+path)
	r.SetBasicAuth("sk_test_muster", "")
	return decode[struct{ Data []map[string]any }](s.do(r).want(http.StatusOK)).Data
}

// paidCharges counts the charges that have succeeded.
func (s *system) paidCharges() (n int) {
	s.t.Helper()
	for _, c := range s.atStripe("/v1/charges?limit=100") {
		if c["paid"] == true {
			n++
		}
	}
	return n
}

// live returns the subscriptions that have not ended and are not waiting for their first payment.
func (s *system) live() (found []map[string]any) {
	s.t.Helper()
	for _, sub := range s.atStripe("/v1/subscriptions?status=all&limit=100") {
		if sub["status"] == "active" || sub["status"] == "trialing" || sub["status"] == "past_due" {
			found = append(found, sub)
		}
	}
	return found
}

// press sends the form of a page of Stripe's and returns the status of the answer.
func (s *system) press(page, outcome string) int {
	s.t.Helper()
	r, err := http.NewRequestWithContext(s.t.Context(), http.MethodPost, page, strings.NewReader(url.Values{"outcome": {outcome}}.Encode()))
	must(s.t, err)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return s.do(r).Status
}

// atOnce runs do for each number below n at the same time.
func atOnce(n int, do func(i int)) {
	var ready, done sync.WaitGroup
	ready.Add(n)
	for i := range n {
		done.Go(func() {
			ready.Done()
			ready.Wait()
			do(i)
		})
	}
	done.Wait()
}

// TestFiftyBuyersOfTheLastRedemption: a promotion that can be redeemed once is sold to one of fifty who order at the same
// time, on the page and with a card. All pages that were opened are paid.
func TestFiftyBuyersOfTheLastRedemption(t *testing.T) {
	s := start(t)
	plan := s.catalog(map[string]any{"maxRedemptions": 1})
	const buyers = 50
	for i := range buyers {
		s.user(int64(100+i), 1, nil)
	}
	answers := make([]answer, buyers)
	atOnce(buyers, func(i int) {
		if user := int64(100 + i); i%2 == 0 {
			answers[i] = s.ask(http.MethodPost, "/api/billing/checkout-sessions", user, order(plan, "SPRING"))
		} else {
			answers[i] = s.ask(http.MethodPost, "/api/billing/subscription", user, s.card(plan, "SPRING", goodCard))
		}
	})
	codes := map[string]int{}
	for _, a := range answers {
		codes[fmt.Sprint(a.Status, " ", decode[struct{ Code string }](a).Code)]++
		if page := decode[struct{ URL string }](a).URL; page != "" {
			s.pay(page)
		}
	}
	if want := map[string]int{"201 ": 1, "409 PROMO_EXHAUSTED": buyers - 1}; !maps.Equal(codes, want) {
		t.Errorf("answers %v", codes)
	}
	discounted := slices.DeleteFunc(s.live(), func(sub map[string]any) bool { return sub["discount"] == nil })
	if len(discounted) != 1 || s.paidCharges() != 1 {
		t.Errorf("%d discounted subscriptions, %d charges", len(discounted), s.paidCharges())
	}
}

// TestManyWaysToSubscribeAtOnce: one user opens pages and subscribes with a card at the same time, and pays every page that
// was opened. One subscription is live, and one charge was made.
func TestManyWaysToSubscribeAtOnce(t *testing.T) {
	s := start(t)
	plan := s.catalog(map[string]any{"maxRedemptions": 1})
	var mu sync.Mutex
	var pages []string
	atOnce(16, func(i int) {
		var a answer
		if i%2 == 0 {
			a = s.ask(http.MethodPost, "/api/billing/checkout-sessions", 42, order(plan, "SPRING"))
		} else {
			a = s.ask(http.MethodPost, "/api/billing/subscription", 42, s.card(plan, "SPRING", goodCard))
		}
		if a.Status != http.StatusCreated && a.Status != http.StatusConflict && a.Status != http.StatusServiceUnavailable { // 503: a checkout of another request is unfinished
			t.Errorf("%d %s", a.Status, a.Body)
		}
		if page := decode[struct{ URL string }](a).URL; page != "" {
			mu.Lock()
			defer mu.Unlock()
			pages = append(pages, page)
		}
	})
	atOnce(len(pages), func(i int) { s.press(pages[i], "pay") })
	if live := s.live(); len(live) != 1 || s.paidCharges() != 1 {
		t.Errorf("%d live subscriptions, %d charges, after %d pages", len(live), s.paidCharges(), len(pages))
	}
	if p := s.redemptions(); p != 1 {
		t.Errorf("%d redemptions are counted", p)
	}
}

// redemptions returns how often the promotion counts as redeemed.
func (s *system) redemptions() int {
	s.t.Helper()
	return decode[struct{ Data []struct{ Redemptions int } }](s.ask(http.MethodGet, "/api/billing/promotions", admin, nil).want(http.StatusOK)).Data[0].Redemptions
}

// TestADeclinedPageThenAnother: a card is declined on a page, the user opens another page, and then pays both, the first by
// its open invoice. One subscription lives, and the only redemption is sold once.
func TestADeclinedPageThenAnother(t *testing.T) {
	s := start(t)
	plan := s.catalog(map[string]any{"maxRedemptions": 1})
	first := decode[checkout](s.ask(http.MethodPost, "/api/billing/checkout-sessions", 42, order(plan, "SPRING")).want(http.StatusCreated))
	s.press(first.URL, "decline")
	second := decode[checkout](s.ask(http.MethodPost, "/api/billing/checkout-sessions", 42, order(plan, "SPRING")).want(http.StatusCreated))
	invoices := s.atStripe("/v1/invoices")
	s.press(second.URL, "pay")
	s.press(first.URL, "pay")
	for _, i := range invoices {
		if page, ok := i["hosted_invoice_url"].(string); ok {
			s.press(page, "pay")
		}
	}
	if live := s.live(); len(live) != 1 || s.paidCharges() != 1 || s.redemptions() != 1 {
		t.Errorf("%d live subscriptions, %d charges, %d redemptions", len(live), s.paidCharges(), s.redemptions())
	}
}

// TestOneChargePerIdempotencyKey: a subscription and a refund that are asked for many times at once with the same key are
// made once, and each answer is the same.
func TestOneChargePerIdempotencyKey(t *testing.T) {
	s := start(t)
	plan := s.catalog(nil)
	repeated := func(user int64, path string, body any) {
		t.Helper()
		var mu sync.Mutex
		bodies := map[string]int{}
		atOnce(10, func(int) {
			s.eventually("an answer that is not a conflict", func() bool {
				a := s.ask(http.MethodPost, path, user, body, "Idempotency-Key", "once")
				if a.Status == http.StatusConflict {
					return false
				}
				mu.Lock()
				defer mu.Unlock()
				bodies[string(a.want(http.StatusCreated).Body)]++
				return true
			})
		})
		if len(bodies) != 1 {
			t.Errorf("%s answered %v", path, bodies)
		}
	}
	repeated(42, "/api/billing/subscription", s.card(plan, "SPRING", goodCard))
	if len(s.live()) != 1 || s.paidCharges() != 1 {
		t.Errorf("%d live subscriptions, %d charges", len(s.live()), s.paidCharges())
	}
	repeated(admin, "/api/billing/refunds", map[string]any{"invoiceId": s.invoiceOf(42), "amount": 100})
	if refunds := s.atStripe("/v1/refunds"); len(refunds) != 1 {
		t.Errorf("%d refunds", len(refunds))
	}
}

// TestOneChargeOnABadLine: whatever becomes of the call that charges, the user who asks until there is an answer is charged
// once, and so is a refund made once.
func TestOneChargeOnABadLine(t *testing.T) {
	t.Parallel()
	for _, f := range []fault{overloaded, broken, brokenAfter, cut, cutAfter, hangs} {
		for _, keyed := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s, with a key %v", f, keyed), func(t *testing.T) {
				t.Parallel()
				line := newBadLine(1)
				line.hang = time.Minute
				s := startOn(t, line)
				plan := s.catalog(map[string]any{"maxRedemptions": 1})
				var headers []string
				if keyed {
					headers = []string{"Idempotency-Key", "once"}
				}
				line.plan(f, 2, http.MethodPost, "^/v1/subscriptions$") // the library repeats a call once by itself
				s.insist(42, "/api/billing/subscription", s.card(plan, "SPRING", goodCard), headers...)
				if len(s.live()) != 1 || s.paidCharges() != 1 || s.redemptions() != 1 {
					t.Errorf("%d live subscriptions, %d charges, %d redemptions", len(s.live()), s.paidCharges(), s.redemptions())
				}
				if !keyed { // two refunds without a key are two
					return
				}
				line.plan(f, 2, http.MethodPost, "^/v1/refunds$")
				s.insist(admin, "/api/billing/refunds", map[string]any{"invoiceId": s.invoiceOf(42), "amount": 100}, "Idempotency-Key", "refund")
				if refunds := s.atStripe("/v1/refunds"); len(refunds) != 1 {
					t.Errorf("%d refunds", len(refunds))
				}
			})
		}
	}
}

// invoiceOf returns the user's newest invoice.
func (s *system) invoiceOf(user int64) int64 {
	s.t.Helper()
	invoices := decode[struct{ Data []created }](s.ask(http.MethodGet, "/api/billing/invoices", user, nil).want(http.StatusOK)).Data
	if len(invoices) == 0 {
		s.t.Fatal("no invoice")
	}
	return invoices[0].ID
}

// insist asks until the answer is none that asks to try again. Where the answer is to come back in two minutes, the clock
// is set forward.
func (s *system) insist(user int64, path string, body any, headers ...string) {
	s.t.Helper()
	eventually.Holds(s.t, 2*time.Minute, "an answer", func() bool {
		a := s.ask(http.MethodPost, path, user, body, headers...)
		switch code := decode[struct{ Code string }](a).Code; {
		case a.Status == http.StatusCreated, code == "ALREADY_SUBSCRIBED":
			return true
		case code == "CHECKOUT_IN_PROGRESS":
			s.ahead.Add(int64(3 * time.Minute))
			return false
		case code == "PROVIDER_UNAVAILABLE", code == "IDEMPOTENCY_KEY_IN_FLIGHT":
			return false
		}
		s.t.Fatalf("%s answered %d %s", path, a.Status, a.Body)
		return true
	})
}
