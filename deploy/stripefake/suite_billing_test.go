package stripefake_test

import (
	"strconv"
)

func oneCurrency(s *shop) {
	customer := s.customer("pm_card_visa")
	sub := s.subscribe(customer, s.price(1500, "usd"))
	equal(s.T, "currency", s.get("/v1/customers/"+customer).text("currency"), "usd")
	euro := s.price(1500, "eur")
	e := s.refused(400, "*", "*", "POST", "/v1/subscriptions", "customer", customer, "items[0][price]", euro)
	if want := "You cannot combine currencies on a single customer."; len(e.text("message")) < len(want) || e.text("message")[:len(want)] != want {
		s.Error(e.text("message"))
	}
	s.refused(400, "*", "*", "POST", "/v1/checkout/sessions", "mode", "subscription", "customer", customer, "success_url", "https://app.test/",
		"line_items[0][price]", euro, "line_items[0][quantity]", "1")
	s.refused(400, "*", "*", "POST", "/v1/invoiceitems", "customer", customer, "amount", "500", "currency", "eur")
	s.do("DELETE", "/v1/subscriptions/"+sub.text("id"))
	equal(s.T, "afterwards", s.subscribe(customer, euro).text("currency"), "eur")
}

func amounts(s *shop) {
	s.refused(400, "parameter_invalid_integer", "unit_amount", "POST", "/v1/prices", "product_data[name]", "x", "currency", "usd", "unit_amount", "-1")
	s.refused(400, "*", "unit_amount", "POST", "/v1/prices", "product_data[name]", "x", "currency", "usd", "unit_amount", "1000000000000")
	s.refused(400, "*", "currency", "POST", "/v1/prices", "product_data[name]", "x", "currency", "xyz", "unit_amount", "100")
	for currency, least := range map[string]int64{"usd": 50, "eur": 50, "gbp": 30, "jpy": 50, "sek": 300} {
		customer := s.customer("")
		session := func(amount int64) []string {
			return []string{"mode", "subscription", "customer", customer, "success_url", "https://app.test/",
				"line_items[0][price]", s.price(amount, currency), "line_items[0][quantity]", "1"}
		}
		s.refused(400, "amount_too_small", "*", "POST", "/v1/checkout/sessions", session(least-1)...)
		s.post("/v1/checkout/sessions", session(least)...)
	}
	// An invoice below the minimum is paid, and the amount waits on the customer's balance.
	customer := s.customer("pm_card_visa")
	sub := s.subscribe(customer, s.price(30, "usd"))
	equal(s.T, "status", sub.text("status"), "active")
	equal(s.T, "due", sub.int("latest_invoice.amount_due"), 0)
	equal(s.T, "invoice", sub.text("latest_invoice.status"), "paid")
	equal(s.T, "balance", s.get("/v1/customers/"+customer).int("balance"), 30)
	s.pass(sub.int("current_period_end"))
	equal(s.T, "next", s.latest(sub.text("id")).int("amount_paid"), 60)
	equal(s.T, "balance", s.get("/v1/customers/"+customer).int("balance"), 0)
}

func currenciesWithoutCents(s *shop) {
	coupon := s.post("/v1/coupons", "percent_off", "15").text("id")
	yen := s.subscribe(s.customer("pm_card_visa"), s.price(999, "jpy"), "coupon", coupon)
	equal(s.T, "15 % off 999 yen", yen.int("latest_invoice.amount_paid"), 849)
	// The last digit of a three-decimal currency is 0.
	odd := s.account.send(s.T, "", "POST", "/v1/prices", "product_data[name]", "x", "currency", "kwd", "unit_amount", "5124", "recurring[interval]", "month")
	if odd.status == 200 { // then it cannot be charged
		s.refused(400, "*", "*", "POST", "/v1/subscriptions", "customer", s.customer("pm_card_visa"), "items[0][price]", odd.text("id"))
	}
	dinar := s.subscribe(s.customer("pm_card_visa"), s.price(5130, "kwd"))
	equal(s.T, "dinar", dinar.int("latest_invoice.amount_paid"), 5130)
}

func longLists(s *shop) {
	params := []string{"customer", s.customer("pm_card_visa")}
	for n := range 12 {
		params = append(params, "items["+strconv.Itoa(n)+"][price]", s.price(int64(100+n), "usd"))
	}
	sub := s.post("/v1/subscriptions", append(params, "expand[]", "latest_invoice")...)
	for where, url := range map[string]string{
		"items": "/v1/subscription_items", "latest_invoice.lines": "/v1/invoices/" + sub.text("latest_invoice.id") + "/lines",
	} {
		equal(s.T, where, len(sub.list(where+".data")), 10)
		equal(s.T, where, sub.bool(where+".has_more"), true)
		query := []string{"limit", "100"}
		if where == "items" {
			query = append(query, "subscription", sub.text("id"))
		}
		equal(s.T, url, len(s.get(url, query...).list("data")), 12)
		rest := s.get(url, append(query, "starting_after", sub.text(where+".data.9.id"))...)
		equal(s.T, "rest of "+where, len(rest.list("data")), 2)
		equal(s.T, "more of "+where, rest.bool("has_more"), false)
	}
}

func pendingProrations(s *shop) {
	customer := s.customer("pm_card_visa")
	sub := s.subscribe(customer, s.price(1000, "usd"))
	path, end := "/v1/subscriptions/"+sub.text("id"), sub.int("current_period_end")
	s.account.advance(s.T, (sub.int("current_period_start")+end)/2)
	s.post(path, "items[0][id]", sub.text("items.data.0.id"), "items[0][quantity]", "3")
	s.post(path, "cancel_at_period_end", "true")
	equal(s.T, "invoices before the end", len(s.get("/v1/invoices", "subscription", sub.text("id")).list("data")), 1)
	s.pass(end)
	equal(s.T, "status", s.get(path).text("status"), "canceled")
	last := s.get("/v1/invoices", "subscription", sub.text("id"))
	equal(s.T, "invoices", len(last.list("data")), 2)
	if paid := last.int("data.0.amount_paid"); paid < 998 || paid > 1002 {
		s.Errorf("%d collected, want about 1000", paid)
	}
}

func cancelledAtOnce(s *shop) {
	customer := s.customer("pm_card_visa")
	sub := s.subscribe(customer, s.price(1000, "usd"))
	s.account.advance(s.T, (sub.int("current_period_start")+sub.int("current_period_end"))/2)
	s.post("/v1/subscriptions/"+sub.text("id"), "items[0][id]", sub.text("items.data.0.id"), "items[0][quantity]", "3")
	equal(s.T, "pending", len(s.get("/v1/invoiceitems", "customer", customer, "pending", "true").list("data")), 2)
	s.do("DELETE", "/v1/subscriptions/"+sub.text("id"))
	equal(s.T, "pending afterwards", len(s.get("/v1/invoiceitems", "customer", customer, "pending", "true").list("data")), 0)
}

func pausedCollection(s *shop) {
	for behaviour, want := range map[string]string{"keep_as_draft": "draft", "mark_uncollectible": "uncollectible", "void": "void"} {
		sub := s.subscribe(s.customer("pm_card_visa"), s.price(1500, "usd"))
		path := "/v1/subscriptions/" + sub.text("id")
		paused := s.post(path, "pause_collection[behavior]", behaviour)
		equal(s.T, "status", paused.text("status"), "active")
		equal(s.T, "behavior", paused.text("pause_collection.behavior"), behaviour)
		s.pass(sub.int("current_period_end"))
		in := s.latest(sub.text("id"))
		equal(s.T, behaviour, in.text("status"), want)
		equal(s.T, "auto_advance of "+behaviour, in.bool("auto_advance"), false)
		equal(s.T, "still", s.get(path).text("status"), "active")
		resumed := s.post(path, "pause_collection", "")
		equal(s.T, "pause", resumed.at("pause_collection"), nil)
		s.pass(resumed.int("current_period_end"))
		equal(s.T, "after the pause", s.latest(sub.text("id")).int("amount_paid"), 1500)
	}
	sub := s.subscribe(s.customer("pm_card_visa"), s.price(1500, "usd"))
	path := "/v1/subscriptions/" + sub.text("id")
	until := s.account.now(s.T) + 24*3600
	s.post(path, "pause_collection[behavior]", "void", "pause_collection[resumes_at]", strconv.FormatInt(until, 10))
	s.pass(until)
	equal(s.T, "pause that has ended", s.get(path).at("pause_collection"), nil)
	s.refused(400, "*", "pause_collection[behavior]", "POST", path, "pause_collection[behavior]", "forget")
	s.refused(400, "parameter_missing", "pause_collection[behavior]", "POST", path, "pause_collection[resumes_at]", strconv.FormatInt(until+2*24*3600, 10))
}

func sentInvoices(s *shop) {
	customer, price := s.customer(""), s.price(1500, "usd")
	s.refused(400, "*", "*", "POST", "/v1/subscriptions", "customer", customer, "items[0][price]", price, "collection_method", "send_invoice")
	s.refused(400, "*", "*", "POST", "/v1/subscriptions", "customer", customer, "items[0][price]", price, "days_until_due", "3")
	sub := s.subscribe(customer, price, "collection_method", "send_invoice", "days_until_due", "3")
	path := "/v1/subscriptions/" + sub.text("id")
	equal(s.T, "status", sub.text("status"), "active")
	equal(s.T, "days", sub.int("days_until_due"), 3)
	s.pass(s.account.now(s.T))
	in := s.latest(sub.text("id"))
	equal(s.T, "invoice", in.text("status"), "open")
	equal(s.T, "method", in.text("collection_method"), "send_invoice")
	equal(s.T, "attempts", in.int("attempt_count"), 0)
	if in.int("due_date") == 0 || in.at("next_payment_attempt") != nil {
		s.Errorf("due %v, next attempt %v", in.at("due_date"), in.at("next_payment_attempt"))
	}
	s.pass(in.int("due_date"))
	equal(s.T, "after the due date", s.get(path).text("status"), "past_due")
	paid := s.post("/v1/invoices/"+in.text("id")+"/pay", "paid_out_of_band", "true")
	equal(s.T, "invoice", paid.text("status"), "paid")
	equal(s.T, "subscription", s.get(path).text("status"), "active")
}

func taxes(s *shop) {
	rate := func(inclusive string) string {
		return s.post("/v1/tax_rates", "display_name", "VAT", "percentage", "20", "inclusive", inclusive).text("id")
	}
	exclusive := s.subscribe(s.customer("pm_card_visa"), s.price(1000, "usd"), "default_tax_rates[0]", rate("false"))
	inclusive := s.subscribe(s.customer("pm_card_visa"), s.price(1000, "usd"), "default_tax_rates[0]", rate("true"))
	for name, c := range map[string]struct {
		sub                              object
		tax, total, paid, excluding, sum int64
	}{
		"exclusive": {exclusive, 200, 1200, 1200, 1000, 1000},
		"inclusive": {inclusive, 167, 1000, 1000, 833, 833},
	} {
		in := s.latest(c.sub.text("id"))
		equal(s.T, name+" tax", in.int("tax"), c.tax)
		equal(s.T, name+" subtotal", in.int("subtotal"), 1000)
		equal(s.T, name+" total", in.int("total"), c.total)
		equal(s.T, name+" paid", in.int("amount_paid"), c.paid)
		equal(s.T, name+" without tax", in.int("total_excluding_tax"), c.excluding)
		equal(s.T, name+" subtotal without tax", in.int("subtotal_excluding_tax"), c.sum)
		equal(s.T, name+" line", in.int("lines.data.0.tax_amounts.0.amount"), c.tax)
		equal(s.T, name+" of the line", in.bool("lines.data.0.tax_amounts.0.inclusive"), name == "inclusive")
		equal(s.T, name+" sum", in.int("total_tax_amounts.0.amount"), c.tax)
	}
	// The tax is on what is left after the discount.
	coupon := s.post("/v1/coupons", "percent_off", "50").text("id")
	half := s.subscribe(s.customer("pm_card_visa"), s.price(1000, "usd"), "items[0][tax_rates][0]", rate("false"), "coupon", coupon)
	equal(s.T, "discounted", half.int("latest_invoice.total"), 600)
	s.refused(400, "resource_missing", "*", "POST", "/v1/subscriptions/"+half.text("id"), "default_tax_rates[0]", "txr_none")
}

func uncollectible(s *shop) {
	sub := s.subscribe(s.customer(""), s.price(1500, "usd"), "payment_behavior", "default_incomplete")
	path := "/v1/invoices/" + sub.text("latest_invoice.id")
	equal(s.T, "status", s.post(path+"/mark_uncollectible").text("status"), "uncollectible")
	s.refused(400, "*", "*", "POST", path+"/mark_uncollectible")
	equal(s.T, "paid after all", s.post(path+"/pay", "paid_out_of_band", "true").text("status"), "paid")
	s.refused(400, "*", "*", "POST", path+"/void")
}

func invoiceItems(s *shop) {
	customer := s.customer("pm_card_visa")
	sub := s.subscribe(customer, s.price(1500, "usd"))
	s.post("/v1/invoiceitems", "customer", customer, "amount", "700", "currency", "usd", "description", "Setup")
	s.pass(sub.int("current_period_end"))
	in := s.latest(sub.text("id"))
	equal(s.T, "paid with the renewal", in.int("amount_paid"), 2200)
	equal(s.T, "lines", len(in.list("lines.data")), 2)
	draft := s.post("/v1/invoices", "customer", customer)
	equal(s.T, "reason", draft.text("billing_reason"), "manual")
	item := s.post("/v1/invoiceitems", "customer", customer, "invoice", draft.text("id"), "unit_amount", "250", "quantity", "2", "currency", "usd")
	equal(s.T, "amount", item.int("amount"), 500)
	s.post("/v1/invoices/" + draft.text("id") + "/finalize")
	equal(s.T, "paid", s.post("/v1/invoices/"+draft.text("id")+"/pay").int("amount_paid"), 500)
	s.refused(400, "*", "*", "POST", "/v1/invoiceitems", "customer", customer, "invoice", draft.text("id"), "amount", "1", "currency", "usd")
	gone := s.post("/v1/invoiceitems", "customer", customer, "amount", "700", "currency", "usd").text("id")
	equal(s.T, "deleted", s.do("DELETE", "/v1/invoiceitems/"+gone).bool("deleted"), true)
	s.refused(404, "resource_missing", "*", "GET", "/v1/invoiceitems/"+gone)
}
