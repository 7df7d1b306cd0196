package main

import (
	"net/http"
	"testing"

	"muster/libs/contracts/directoryv1"
)

// TestAKeptFailureLocksNothing: Stripe keeps a failure of its own for a day under the idempotency key of the call. The next
// attempt succeeds nevertheless.
func TestAKeptFailureLocksNothing(t *testing.T) {
	t.Parallel()
	const post = http.MethodPost
	for name, c := range map[string]struct {
		path string // of the call that fails once
		do   func(s *system, plan int64, fail func())
	}{
		"attaching a card": {"^/v1/payment_methods/.*/attach$", func(s *system, plan int64, fail func()) {
			fail()
			s.insist(42, "/api/billing/subscription", s.card(plan, "SPRING", goodCard), "Idempotency-Key", "once")
		}},
		"voiding the invoice of a declined page": {"^/v1/invoices/.*/void$", func(s *system, plan int64, fail func()) {
			s.press(decode[checkout](s.ask(post, "/api/billing/checkout-sessions", 42, order(plan, "SPRING")).want(http.StatusCreated)).URL, "decline")
			fail()
			s.insist(42, "/api/billing/checkout-sessions", order(plan, "SPRING"))
		}},
		"expiring a page": {"^/v1/checkout/sessions/.*/expire$", func(s *system, plan int64, fail func()) {
			s.ask(post, "/api/billing/checkout-sessions", 42, order(plan, "SPRING")).want(http.StatusCreated)
			fail()
			s.insist(42, "/api/billing/checkout-sessions", order(plan, "SPRING"))
		}},
		"changing a customer": {"^/v1/customers/.*$", func(s *system, plan int64, fail func()) {
			s.ask(post, "/api/billing/checkout-sessions", 42, order(plan, "SPRING")).want(http.StatusCreated)
			fail()
			s.user(42, 2, func(u *directoryv1.User) { u.Email = "moved@example.com" })
			s.eventually("the change has failed once", func() bool { return s.line.counts()[broken] == 1 })
			s.ahead.Add(int64(day))
			s.eventually("the customer has the new address", func() bool { return s.atStripe("/v1/customers")[0]["email"] == "moved@example.com" })
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			line := newBadLine(1)
			s := startOn(t, line)
			c.do(s, s.catalog(map[string]any{"maxRedemptions": 1}), func() { line.plan(broken, 1, post, c.path) })
			if line.counts()[broken] != 1 {
				t.Error("the call did not fail")
			}
		})
	}
}
