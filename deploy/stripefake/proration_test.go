package stripefake_test

import (
	"strconv"
	"testing"
	"time"
)

// halfway starts a subscription and moves the clock to the middle of its first period, where prorations are easy to
// calculate. It returns the subscription, its item, and the time.
func halfway(w *world, price string, params ...string) (sub object, item, at string) {
	w.t.Helper()
	sub = w.subscribe(w.payer(), price, params...)
	middle := (sub.int("current_period_start") + sub.int("current_period_end")) / 2
	w.advanceTo(middle)
	return sub, sub.text("items.data.0.id"), strconv.FormatInt(middle, 10)
}

func TestChangeIsProratedAsPreviewed(t *testing.T) {
	w := newWorld(t)
	small, big := w.price(1000, "month"), w.price(3000, "month")
	sub, item, at := halfway(w, small)
	preview := w.get("/v1/invoices/upcoming", "subscription", sub.text("id"), "subscription_items[0][id]", item,
		"subscription_items[0][price]", big, "subscription_proration_date", at,
		"subscription_proration_behavior", "always_invoice")
	if _, has := preview["id"]; has {
		t.Error("a preview has an id")
	}
	equal(t, "credit", preview.int("lines.data.0.amount"), -500)
	equal(t, "charge", preview.int("lines.data.1.amount"), 1500)
	equal(t, "proration", preview.bool("lines.data.0.proration"), true)
	equal(t, "amount_due", preview.int("amount_due"), 1000)
	equal(t, "still the old price", w.get("/v1/subscriptions/"+sub.text("id")).text("items.data.0.price.id"), small)

	changed := w.post("/v1/subscriptions/"+sub.text("id"), "items[0][id]", item, "items[0][price]", big,
		"proration_date", at, "proration_behavior", "always_invoice", "expand[]", "latest_invoice")
	equal(t, "paid", changed.int("latest_invoice.amount_paid"), 1000)
	equal(t, "billing_reason", changed.text("latest_invoice.billing_reason"), "subscription_update")
	equal(t, "period", changed.int("current_period_end"), sub.int("current_period_end"))
	next := w.get("/v1/invoices/upcoming", "subscription", sub.text("id"))
	equal(t, "next invoice", next.int("total"), 3000)
	equal(t, "its date", next.int("created"), sub.int("current_period_end"))
}

func TestProrationWaitsForTheNextInvoice(t *testing.T) {
	w := newWorld(t)
	sub, item, at := halfway(w, w.price(1000, "month"))
	path := "/v1/subscriptions/" + sub.text("id")
	w.post(path, "items[0][id]", item, "items[0][quantity]", "3", "proration_date", at)
	equal(t, "no invoice yet", len(w.get("/v1/invoices").list("data")), 1)
	equal(t, "previewed", w.get("/v1/invoices/upcoming", "subscription", sub.text("id")).int("total"), 3000+1500-500)
	w.advanceTo(sub.int("current_period_end") + 3600)
	in := w.latestInvoice(sub.text("id"))
	equal(t, "paid", in.int("amount_paid"), 4000)
	equal(t, "lines", len(in.list("lines.data")), 3)
	w.advanceTo(w.get(path).int("current_period_end") + 3600)
	equal(t, "the month after", w.latestInvoice(sub.text("id")).int("amount_paid"), 3000)
}

func TestProrationNone(t *testing.T) {
	w := newWorld(t)
	sub, item, _ := halfway(w, w.price(1000, "month"))
	w.post("/v1/subscriptions/"+sub.text("id"), "items[0][id]", item, "items[0][quantity]", "2", "proration_behavior", "none")
	equal(t, "next invoice", w.get("/v1/invoices/upcoming", "subscription", sub.text("id")).int("total"), 2000)
}

func TestChangeInATrialCostsNothing(t *testing.T) {
	w := newWorld(t)
	sub := w.subscribe(w.payer(), w.price(1000, "month"), "trial_period_days", "14")
	w.post("/v1/subscriptions/"+sub.text("id"), "items[0][id]", sub.text("items.data.0.id"), "items[0][quantity]", "3")
	equal(t, "first month", w.get("/v1/invoices/upcoming", "subscription", sub.text("id")).int("total"), 3000)
	equal(t, "invoices", len(w.get("/v1/invoices").list("data")), 1)
}

func TestProrationOfDiscounted(t *testing.T) {
	w := newWorld(t)
	coupon := w.post("/v1/coupons", "percent_off", "20", "duration", "forever").text("id")
	sub, item, at := halfway(w, w.price(1000, "month"), "coupon", coupon)
	changed := w.post("/v1/subscriptions/"+sub.text("id"), "items[0][id]", item, "items[0][price]", w.price(3000, "month"),
		"proration_date", at, "proration_behavior", "always_invoice", "expand[]", "latest_invoice")
	equal(t, "credit of what was paid", changed.int("latest_invoice.lines.data.0.amount"), -400)
	equal(t, "charge less the discount", changed.int("latest_invoice.lines.data.1.amount"), 1200)
	equal(t, "not discounted twice", changed.int("latest_invoice.amount_paid"), 800)
}

// TestCreditStaysForLater: a change to a cheaper price leaves a credit on the customer's balance.
func TestCreditStaysForLater(t *testing.T) {
	w := newWorld(t)
	sub, item, at := halfway(w, w.price(3000, "month"))
	changed := w.post("/v1/subscriptions/"+sub.text("id"), "items[0][id]", item, "items[0][price]", w.price(1000, "month"),
		"proration_date", at, "proration_behavior", "always_invoice", "expand[]", "latest_invoice")
	equal(t, "total", changed.int("latest_invoice.total"), -1000)
	equal(t, "amount_due", changed.int("latest_invoice.amount_due"), 0)
	equal(t, "balance", w.get("/v1/customers/"+sub.text("customer")).int("balance"), -1000)
	w.advanceTo(sub.int("current_period_end") + 3600)
	in := w.latestInvoice(sub.text("id"))
	equal(t, "total of the next", in.int("total"), 1000)
	equal(t, "due of the next", in.int("amount_due"), 0)
	equal(t, "starting_balance", in.int("starting_balance"), -1000)
	equal(t, "balance", w.get("/v1/customers/"+sub.text("customer")).int("balance"), 0)
}

func TestAnotherIntervalBeginsAnew(t *testing.T) {
	w := newWorld(t)
	sub, item, at := halfway(w, w.price(1000, "month"))
	changed := w.post("/v1/subscriptions/"+sub.text("id"), "items[0][id]", item, "items[0][price]", w.price(10000, "year"),
		"proration_date", at, "expand[]", "latest_invoice")
	equal(t, "paid", changed.int("latest_invoice.amount_paid"), 9500)
	length := changed.int("current_period_end") - changed.int("current_period_start")
	if length < 365*aDay || length > 366*aDay {
		t.Errorf("the period is %v long, want a year", time.Duration(length)*time.Second)
	}
}

func TestChangeThatCannotBePaid(t *testing.T) {
	w := newWorld(t)
	sub, item, _ := halfway(w, w.price(1000, "month"))
	big := w.price(3000, "month")
	w.failNextPayment(sub.text("customer"))
	w.refused(402, "POST", "/v1/subscriptions/"+sub.text("id"), "items[0][id]", item, "items[0][price]", big,
		"proration_behavior", "always_invoice", "payment_behavior", "error_if_incomplete")
	equal(t, "price", w.get("/v1/subscriptions/"+sub.text("id")).int("items.data.0.price.unit_amount"), 1000)
	equal(t, "invoices", len(w.get("/v1/invoices").list("data")), 1)
}

func TestCancelNowWithCredit(t *testing.T) {
	w := newWorld(t)
	sub, _, _ := halfway(w, w.price(1000, "month"))
	w.del("/v1/subscriptions/"+sub.text("id"), "prorate", "true", "invoice_now", "true")
	balance := w.get("/v1/customers/" + sub.text("customer")).int("balance")
	if balance > -498 || balance < -500 {
		t.Errorf("balance is %d, want about -500", balance)
	}
}

func TestUpcomingRefusals(t *testing.T) {
	w := newWorld(t)
	sub := w.subscribe(w.payer(), w.price(1000, "month"))
	w.refused(400, "GET", "/v1/invoices/upcoming")
	w.refused(400, "GET", "/v1/invoices/upcoming", "subscription", "sub_x")
	w.get("/v1/invoices/upcoming", "customer", sub.text("customer"))
	w.post("/v1/subscriptions/"+sub.text("id"), "cancel_at_period_end", "true")
	e := w.refused(404, "GET", "/v1/invoices/upcoming", "subscription", sub.text("id"))
	equal(t, "code", e.text("code"), "invoice_upcoming_none")
	w.get("/v1/invoices/upcoming", "subscription", sub.text("id"), "subscription_cancel_at_period_end", "false")
	e = w.refused(400, "POST", "/v1/subscriptions/"+sub.text("id"), "items[0][id]", "si_x")
	equal(t, "param", e.text("param"), "items[0][id]")
}
