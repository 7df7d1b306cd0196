package stripefake_test

import (
	"strconv"
	"testing"
	"time"
)

func TestDiscountArithmetic(t *testing.T) {
	w := newWorld(t)
	for _, c := range []struct {
		name            string
		amount, count   int64
		coupon          []string
		want, lineTotal int64
	}{
		{"20 % of 1500", 1500, 1, []string{"percent_off", "20"}, 1200, 300},
		{"15 % of 999 rounds the discount half up", 999, 1, []string{"percent_off", "15"}, 849, 150},
		{"half a cent off rounds up", 1050, 1, []string{"percent_off", "0.05"}, 1049, 1},
		{"two decimals", 10000, 1, []string{"percent_off", "33.33"}, 6667, 3333},
		{"all of it", 1500, 1, []string{"percent_off", "100"}, 0, 1500},
		{"an amount", 1500, 1, []string{"amount_off", "500", "currency", "usd"}, 1000, 500},
		{"an amount is floored at 0", 1500, 1, []string{"amount_off", "2000", "currency", "usd"}, 0, 1500},
		{"10 % of 3 × 1500", 1500, 3, []string{"percent_off", "10"}, 4050, 450},
		{"500 off 3 × 1500 is taken once", 1500, 3, []string{"amount_off", "500", "currency", "usd"}, 4000, 500},
	} {
		t.Run(c.name, func(t *testing.T) {
			w.t = t
			coupon := w.post("/v1/coupons", append(c.coupon, "duration", "once")...).text("id")
			sub := w.subscribe(w.payer(), w.price(c.amount, "month"), "coupon", coupon,
				"items[0][quantity]", strconv.FormatInt(c.count, 10))
			in := w.latestInvoice(sub.text("id"))
			equal(t, "amount_paid", in.int("amount_paid"), c.want)
			equal(t, "total_discount_amounts", in.int("total_discount_amounts.0.amount"), c.lineTotal)
			equal(t, "status", in.text("status"), "paid")
		})
	}
}

func TestDiscountIsSharedAmongLines(t *testing.T) {
	w := newWorld(t)
	coupon := w.post("/v1/coupons", "amount_off", "100", "currency", "usd").text("id")
	sub := w.subscribe(w.payer(), w.price(333, "month"), "items[1][price]", w.price(666, "month"), "coupon", coupon)
	in := w.latestInvoice(sub.text("id"))
	first := in.int("lines.data.0.discount_amounts.0.amount")
	second := in.int("lines.data.1.discount_amounts.0.amount")
	equal(t, "first share", first, 33)
	equal(t, "sum of the shares", first+second, 100)
}

func TestCouponForSomeProducts(t *testing.T) {
	w := newWorld(t)
	covered, other := w.price(1000, "month"), w.price(500, "month")
	product := w.get("/v1/prices/" + covered).text("product")
	coupon := w.post("/v1/coupons", "percent_off", "50", "applies_to[products][0]", product).text("id")
	sub := w.subscribe(w.payer(), covered, "items[1][price]", other, "coupon", coupon)
	equal(t, "amount_paid", w.latestInvoice(sub.text("id")).int("amount_paid"), 1000)
}

// TestDurations checks what each month costs with coupons of each duration.
func TestDurations(t *testing.T) {
	for _, c := range []struct {
		name   string
		coupon []string
		want   []int64
	}{
		{"once", []string{"duration", "once"}, []int64{1200, 1500, 1500, 1500}},
		{"repeating", []string{"duration", "repeating", "duration_in_months", "3"}, []int64{1200, 1200, 1200, 1500, 1500}},
		{"forever", []string{"duration", "forever"}, []int64{1200, 1200, 1200, 1200}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			coupon := w.post("/v1/coupons", append(c.coupon, "percent_off", "20")...).text("id")
			sub := w.subscribe(w.payer(), w.price(1500, "month"), "coupon", coupon)
			id := sub.text("id")
			for month, want := range c.want {
				equal(t, "month "+strconv.Itoa(month), w.latestInvoice(id).int("amount_paid"), want)
				discounted := w.get("/v1/subscriptions/"+id).at("discount") != nil
				equal(t, "discount in month "+strconv.Itoa(month), discounted, want == 1200 && c.name != "once")
				w.advanceTo(w.get("/v1/subscriptions/"+id).int("current_period_end") + 3600)
			}
		})
	}
}

func TestRepeatingOnYearlyPlan(t *testing.T) {
	w := newWorld(t)
	coupon := w.post("/v1/coupons", "percent_off", "20", "duration", "repeating", "duration_in_months", "4").text("id")
	sub := w.subscribe(w.payer(), w.price(10000, "year"), "coupon", coupon)
	equal(t, "first year", w.latestInvoice(sub.text("id")).int("amount_paid"), 8000)
	w.events()
	w.advance(130 * 24 * time.Hour)
	equal(t, "discount.deleted", len(only(w.events(), "customer.discount.deleted")), 1)
	w.advanceTo(sub.int("current_period_end") + 3600)
	equal(t, "second year", w.latestInvoice(sub.text("id")).int("amount_paid"), 10000)
}

// TestOnceCouponOutlastsTrial: a trial's invoice charges nothing, so it does not use up the coupon.
func TestOnceCouponOutlastsTrial(t *testing.T) {
	w := newWorld(t)
	coupon := w.post("/v1/coupons", "percent_off", "20", "duration", "once").text("id")
	sub := w.subscribe(w.payer(), w.price(1500, "month"), "coupon", coupon, "trial_period_days", "7")
	equal(t, "coupon in the trial", sub.text("discount.coupon.id"), coupon)
	w.advanceTo(sub.int("trial_end") + 3600)
	equal(t, "first month", w.latestInvoice(sub.text("id")).int("amount_paid"), 1200)
	equal(t, "discount", w.get("/v1/subscriptions/"+sub.text("id")).at("discount"), nil)
}

func TestCouponRefusals(t *testing.T) {
	w := newWorld(t)
	for _, c := range []struct {
		name, param string
		params      []string
	}{
		{"no value", "percent_off", nil},
		{"two values", "percent_off", []string{"percent_off", "10", "amount_off", "100", "currency", "usd"}},
		{"more than all", "percent_off", []string{"percent_off", "101"}},
		{"nothing", "percent_off", []string{"percent_off", "0"}},
		{"three decimals", "percent_off", []string{"percent_off", "1.234"}},
		{"no currency", "currency", []string{"amount_off", "100"}},
		{"unknown duration", "duration", []string{"percent_off", "10", "duration", "sometimes"}},
		{"repeating without months", "duration_in_months", []string{"percent_off", "10", "duration", "repeating"}},
		{"months without repeating", "duration_in_months", []string{"percent_off", "10", "duration_in_months", "2"}},
		{"redeem_by in the past", "redeem_by", []string{"percent_off", "10", "redeem_by", "5"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			equal(t, "param", w.refused(400, "POST", "/v1/coupons", c.params...).text("param"), c.param)
		})
	}
	euro := w.post("/v1/coupons", "amount_off", "100", "currency", "eur").text("id")
	w.refused(400, "POST", "/v1/subscriptions", "customer", w.payer(), "items[0][price]", w.price(1500, "month"), "coupon", euro)
	w.del("/v1/coupons/" + euro)
	w.refused(404, "GET", "/v1/coupons/"+euro)
}

func TestPromotionCodes(t *testing.T) {
	w := newWorld(t)
	coupon := w.post("/v1/coupons", "percent_off", "20", "duration", "forever").text("id")
	code := w.post("/v1/promotion_codes", "coupon", coupon, "code", "Summer", "restrictions[first_time_transaction]", "true")
	equal(t, "coupon", code.text("coupon.id"), coupon)

	e := w.refused(400, "POST", "/v1/promotion_codes", "coupon", coupon, "code", "SUMMER")
	equal(t, "param", e.text("param"), "code")
	equal(t, "found in other letters", len(w.get("/v1/promotion_codes", "code", "sUMMER", "active", "true").list("data")), 1)

	payer, price := w.payer(), w.price(1500, "month")
	w.subscribe(payer, price, "promotion_code", code.text("id"))
	e = w.refused(400, "POST", "/v1/subscriptions", "customer", payer, "items[0][price]", price, "promotion_code", code.text("id"))
	equal(t, "code", e.text("code"), "promotion_code_customer_not_first_time")

	w.post("/v1/promotion_codes/"+code.text("id"), "active", "false")
	w.post("/v1/promotion_codes", "coupon", coupon, "code", "SUMMER")
	w.refused(400, "POST", "/v1/promotion_codes/"+code.text("id"), "active", "true")

	soon := w.control("GET", "/_fake/clock", "").int("now") + 3600
	brief := w.post("/v1/promotion_codes", "coupon", coupon, "expires_at", strconv.FormatInt(soon, 10))
	w.advance(2 * time.Hour)
	equal(t, "active after it expired", w.get("/v1/promotion_codes/"+brief.text("id")).bool("active"), false)
}
