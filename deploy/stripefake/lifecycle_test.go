package stripefake_test

import (
	"slices"
	"strconv"
	"testing"
	"time"
)

const aDay = 24 * 60 * 60

func TestTrialThenRenewals(t *testing.T) {
	w := newWorld(t)
	sub := w.subscribe(w.payer(), w.price(1500, "month"), "trial_period_days", "14")
	id := sub.text("id")
	equal(t, "status", sub.text("status"), "trialing")
	equal(t, "period of the trial", sub.int("current_period_end"), sub.int("trial_end"))
	w.events()

	w.advanceTo(sub.int("trial_end") - 3*aDay)
	if got := kinds(w.events()); !slices.Equal(got, []string{"customer.subscription.trial_will_end"}) {
		t.Errorf("three days before its end: %v", got)
	}
	w.advanceTo(sub.int("trial_end"))
	active := w.get("/v1/subscriptions/" + id)
	equal(t, "status", active.text("status"), "active")
	equal(t, "period start", active.int("current_period_start"), sub.int("trial_end"))
	in := w.latestInvoice(id)
	equal(t, "invoice in its first hour", in.text("status"), "draft")
	equal(t, "billing_reason", in.text("billing_reason"), "subscription_cycle")
	updated := only(w.events(), "customer.subscription.updated")
	equal(t, "previous status", updated[0].event.text("data.previous_attributes.status"), "trialing")
	equal(t, "time of the event", updated[0].event.int("created"), sub.int("trial_end"))

	w.advance(time.Hour)
	in = w.latestInvoice(id)
	equal(t, "invoice after an hour", in.text("status"), "paid")
	equal(t, "amount_paid", in.int("amount_paid"), 1500)
	equal(t, "line's period", in.int("lines.data.0.period.end"), active.int("current_period_end"))
	equal(t, "paid at", in.int("status_transitions.paid_at"), sub.int("trial_end")+3600)

	w.advance(100 * aDay * time.Second)
	invoices := w.get("/v1/invoices", "subscription", id).list("data")
	equal(t, "invoices after 100 more days", len(invoices), 5)
}

func TestTrialsEndIsAnnouncedThreeDaysBefore(t *testing.T) {
	w := newWorld(t)
	payer, price := w.payer(), w.price(1500, "month")
	for days, want := range map[string]int{"2": 1, "5": 0} {
		w.events()
		w.subscribe(payer, price, "trial_period_days", days)
		equal(t, "announcements at once of a trial of "+days+" days",
			len(only(w.events(), "customer.subscription.trial_will_end")), want)
	}
}

func TestMonthsFromThe31st(t *testing.T) {
	w := newWorld(t)
	now := time.Unix(w.control("GET", "/_fake/clock", "").int("now"), 0).UTC()
	start := time.Date(now.Year()+1, time.January, 31, 12, 0, 0, 0, time.UTC)
	w.advanceTo(start.Unix() - 60)
	sub := w.subscribe(w.payer(), w.price(1500, "month"))
	for _, want := range []time.Month{time.February, time.March, time.April} {
		end := time.Unix(w.get("/v1/subscriptions/"+sub.text("id")).int("current_period_end"), 0).UTC()
		last := time.Date(end.Year(), want+1, 0, 0, 0, 0, 0, time.UTC).Day()
		if end.Month() != want || end.Day() != last {
			t.Errorf("period ends on %v, want the last day of %v", end, want)
		}
		w.advanceTo(end.Unix())
	}
}

func TestDunningRecovers(t *testing.T) {
	w := newWorld(t)
	payer := w.payer()
	sub := w.subscribe(payer, w.price(1500, "month"))
	id := sub.text("id")
	w.failNextPayment(payer)
	w.events()
	w.advanceTo(sub.int("current_period_end") + 3600)
	equal(t, "status", w.get("/v1/subscriptions/"+id).text("status"), "past_due")
	in := w.latestInvoice(id)
	equal(t, "invoice", in.text("status"), "open")
	equal(t, "attempts", in.int("attempt_count"), 1)
	equal(t, "next attempt", in.int("next_payment_attempt"), sub.int("current_period_end")+3600+3*aDay)
	equal(t, "delinquent", w.get("/v1/customers/"+payer).bool("delinquent"), true)
	got := kinds(w.events())
	for _, kind := range []string{"charge.failed", "payment_intent.payment_failed", "invoice.payment_failed"} {
		if !slices.Contains(got, kind) {
			t.Errorf("no %s among %v", kind, got)
		}
	}
	w.advance(3 * aDay * time.Second)
	equal(t, "status after the retry", w.get("/v1/subscriptions/"+id).text("status"), "active")
	equal(t, "paid", w.latestInvoice(id).int("amount_paid"), 1500)
	equal(t, "delinquent", w.get("/v1/customers/"+payer).bool("delinquent"), false)
}

func TestDunningEnds(t *testing.T) {
	for _, outcome := range []string{"canceled", "unpaid", "past_due"} {
		t.Run(outcome, func(t *testing.T) {
			w := newWorld(t)
			w.control("POST", "/_fake/settings", `{"retry_after":["24h","24h"],"after_retries":"`+outcome+`"}`)
			payer := w.payer()
			sub := w.subscribe(payer, w.price(1500, "month"))
			w.control("POST", "/_fake/fail-next-payment", `{"customer":"`+payer+`","times":9}`)
			w.advanceTo(sub.int("current_period_end") + 3600 + aDay)
			equal(t, "before the last attempt", w.get("/v1/subscriptions/"+sub.text("id")).text("status"), "past_due")
			w.advance(aDay * time.Second)
			done := w.get("/v1/subscriptions/" + sub.text("id"))
			equal(t, "status", done.text("status"), outcome)
			in := w.latestInvoice(sub.text("id"))
			equal(t, "attempts", in.int("attempt_count"), 3)
			equal(t, "next attempt", in.at("next_payment_attempt"), nil)
			if outcome == "canceled" {
				equal(t, "reason", done.text("cancellation_details.reason"), "payment_failed")
			}
		})
	}
}

func TestPayingAnOpenInvoice(t *testing.T) {
	w := newWorld(t)
	payer := w.payer()
	sub := w.subscribe(payer, w.price(1500, "month"))
	w.control("POST", "/_fake/fail-next-payment", `{"customer":"`+payer+`","times":2}`)
	w.advanceTo(sub.int("current_period_end") + 3600)
	pay := "/v1/invoices/" + w.latestInvoice(sub.text("id")).text("id") + "/pay"
	e := w.refused(402, "POST", pay)
	equal(t, "code", e.text("code"), "card_declined")
	equal(t, "decline_code", e.text("decline_code"), "generic_decline")
	equal(t, "payment_intent", e.text("payment_intent.status"), "requires_payment_method")
	equal(t, "status", w.post(pay).text("status"), "paid")
	equal(t, "subscription", w.get("/v1/subscriptions/"+sub.text("id")).text("status"), "active")
	equal(t, "again", w.refused(400, "POST", pay).text("code"), "invoice_already_paid")
}

func TestIncompleteExpires(t *testing.T) {
	w := newWorld(t)
	customer := w.post("/v1/customers").text("id")
	price := w.price(1500, "month")
	e := w.refused(400, "POST", "/v1/subscriptions", "customer", customer, "items[0][price]", price)
	equal(t, "without a card", e.text("code"), "resource_missing")
	sub := w.subscribe(customer, price, "payment_behavior", "default_incomplete", "expand[]", "latest_invoice.payment_intent")
	equal(t, "status", sub.text("status"), "incomplete")
	equal(t, "intent", sub.text("latest_invoice.payment_intent.status"), "requires_payment_method")
	w.advance(24 * time.Hour)
	equal(t, "status", w.get("/v1/subscriptions/"+sub.text("id")).text("status"), "incomplete_expired")
	equal(t, "invoice", w.latestInvoice(sub.text("id")).text("status"), "void")
}

func TestPaymentThatNeedsTheCustomer(t *testing.T) {
	w := newWorld(t)
	customer := w.post("/v1/customers").text("id")
	method := w.post("/v1/payment_methods/pm_card_authenticationRequired/attach", "customer", customer).text("id")
	sub := w.subscribe(customer, w.price(1500, "month"), "default_payment_method", method,
		"expand[]", "latest_invoice.payment_intent")
	equal(t, "status", sub.text("status"), "incomplete")
	equal(t, "intent", sub.text("latest_invoice.payment_intent.status"), "requires_action")
	equal(t, "events", len(only(w.events(), "invoice.payment_action_required")), 1)
	w.click(sub.text("latest_invoice.hosted_invoice_url"), "outcome", "pay")
	equal(t, "status", w.get("/v1/subscriptions/"+sub.text("id")).text("status"), "active")
}

func TestCancelAtPeriodEnd(t *testing.T) {
	w := newWorld(t)
	sub := w.subscribe(w.payer(), w.price(1500, "month"))
	path := "/v1/subscriptions/" + sub.text("id")
	asked := w.post(path, "cancel_at_period_end", "true", "cancellation_details[feedback]", "too_expensive")
	equal(t, "cancel_at", asked.int("cancel_at"), sub.int("current_period_end"))
	equal(t, "status", asked.text("status"), "active")
	equal(t, "reason", asked.text("cancellation_details.reason"), "cancellation_requested")
	back := w.post(path, "cancel_at_period_end", "false")
	equal(t, "canceled_at", back.at("canceled_at"), nil)
	w.post(path, "cancel_at_period_end", "true")
	w.events()
	w.advanceTo(sub.int("current_period_end"))
	done := w.get(path)
	equal(t, "status", done.text("status"), "canceled")
	equal(t, "ended_at", done.int("ended_at"), sub.int("current_period_end"))
	if got := kinds(w.events()); !slices.Equal(got, []string{"customer.subscription.deleted"}) {
		t.Errorf("events %v", got)
	}
	w.advance(60 * aDay * time.Second)
	equal(t, "invoices", len(w.get("/v1/invoices").list("data")), 1)
	w.refused(400, "POST", path, "cancel_at_period_end", "false")
}

func TestCancelNow(t *testing.T) {
	w := newWorld(t)
	payer := w.payer()
	sub := w.subscribe(payer, w.price(1500, "month"))
	path := "/v1/subscriptions/" + sub.text("id")
	equal(t, "status", w.del(path).text("status"), "canceled")
	w.refused(404, "DELETE", path)
	equal(t, "list", len(w.get("/v1/subscriptions", "customer", payer).list("data")), 0)
	equal(t, "list of all", len(w.get("/v1/subscriptions", "customer", payer, "status", "all").list("data")), 1)
}

func TestTrialWithoutCardPausesAndResumes(t *testing.T) {
	w := newWorld(t)
	customer := w.post("/v1/customers").text("id")
	sub := w.subscribe(customer, w.price(1500, "month"), "trial_period_days", "7",
		"trial_settings[end_behavior][missing_payment_method]", "pause")
	path := "/v1/subscriptions/" + sub.text("id")
	w.advanceTo(sub.int("trial_end"))
	equal(t, "status", w.get(path).text("status"), "paused")
	method := w.post("/v1/payment_methods/pm_card_visa/attach", "customer", customer).text("id")
	w.post(path, "default_payment_method", method)
	w.events()
	equal(t, "status", w.post(path+"/resume").text("status"), "active")
	equal(t, "paid", w.latestInvoice(sub.text("id")).int("amount_paid"), 1500)
	equal(t, "events", len(only(w.events(), "customer.subscription.resumed")), 1)
	w.refused(400, "POST", path+"/resume")
}

func TestMovingATrialsEnd(t *testing.T) {
	w := newWorld(t)
	sub := w.subscribe(w.payer(), w.price(1500, "month"), "trial_period_days", "7")
	path := "/v1/subscriptions/" + sub.text("id")
	later := sub.int("trial_end") + 7*aDay
	moved := w.post(path, "trial_end", strconv.FormatInt(later, 10))
	equal(t, "trial_end", moved.int("trial_end"), later)
	equal(t, "trial_start", moved.int("trial_start"), sub.int("trial_start"))
	w.advanceTo(sub.int("trial_end"))
	equal(t, "status", w.get(path).text("status"), "trialing")
	ended := w.post(path, "trial_end", "now")
	equal(t, "status", ended.text("status"), "active")
	equal(t, "paid", w.latestInvoice(sub.text("id")).int("amount_paid"), 1500)
}

func TestRefunds(t *testing.T) {
	w := newWorld(t)
	sub := w.subscribe(w.payer(), w.price(1500, "month"))
	in := w.latestInvoice(sub.text("id"))
	charge := in.text("charge")
	w.events()
	part := w.post("/v1/refunds", "charge", charge, "amount", "500", "reason", "requested_by_customer")
	equal(t, "status", part.text("status"), "succeeded")
	equal(t, "event", only(w.events(), "charge.refunded")[0].event.int("data.object.amount_refunded"), 500)
	w.refused(400, "POST", "/v1/refunds", "charge", charge, "amount", "1001")
	rest := w.post("/v1/refunds", "payment_intent", in.text("payment_intent"))
	equal(t, "rest", rest.int("amount"), 1000)
	equal(t, "refunded", w.get("/v1/charges/"+charge).bool("refunded"), true)
	e := w.refused(400, "POST", "/v1/refunds", "charge", charge)
	equal(t, "code", e.text("code"), "charge_already_refunded")
	equal(t, "list", len(w.get("/v1/refunds", "charge", charge).list("data")), 2)
}

func TestARefundFailsLater(t *testing.T) {
	w := newWorld(t)
	charge := w.latestInvoice(w.subscribe(w.payer(), w.price(1500, "month")).text("id")).text("charge")
	refund := w.post("/v1/refunds", "charge", charge, "amount", "500")
	w.control("POST", "/_fake/refunds/fail", `{"refund":"`+refund.text("id")+`"}`)
	equal(t, "refunded", w.get("/v1/charges/"+charge).int("amount_refunded"), 0)
	failed := w.get("/v1/charges/"+charge, "expand[]", "refunds.data.failure_balance_transaction")
	equal(t, "refunds", len(failed.list("refunds.data")), 1)
	equal(t, "status", failed.text("refunds.data.0.status"), "failed")
	equal(t, "the money came back", failed.int("refunds.data.0.failure_balance_transaction.amount"), 500)
	equal(t, "events", len(only(w.events(), "charge.refund.updated")), 1)
}

func TestDisputes(t *testing.T) {
	w := newWorld(t)
	charge := w.latestInvoice(w.subscribe(w.payer(), w.price(1500, "month")).text("id")).text("charge")
	w.events()
	w.control("POST", "/_fake/disputes", `{"charge":"`+charge+`","amount":700}`)
	list := w.get("/v1/disputes", "charge", charge)
	id := list.text("data.0.id")
	equal(t, "status", list.text("data.0.status"), "needs_response")
	equal(t, "withdrawn", list.int("data.0.balance_transactions.0.amount"), -700)
	equal(t, "disputed", w.get("/v1/charges/"+charge).bool("disputed"), true)
	w.control("POST", "/_fake/disputes/close", `{"dispute":"`+id+`","status":"won"}`)
	dispute := w.get("/v1/disputes/" + id)
	equal(t, "status", dispute.text("status"), "won")
	equal(t, "movements", len(dispute.list("balance_transactions")), 2)
	equal(t, "closed", only(w.events(), "charge.dispute.closed")[0].event.text("data.object.charge"), charge)
}
