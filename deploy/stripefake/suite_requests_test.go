package stripefake_test

import (
	"fmt"
	"strings"
)

func refusedRequests(s *shop) {
	price := s.price(1500, "usd")
	for _, c := range []struct {
		status       int
		code, param  string
		method, path string
		params       []string
	}{
		{400, "parameter_unknown", "colour", "POST", "/v1/customers", []string{"colour", "red"}},
		{400, "parameter_unknown", "address[planet]", "POST", "/v1/customers", []string{"address[planet]", "earth"}},
		{400, "parameter_unknown", "colour", "GET", "/v1/customers", []string{"colour", "red"}},
		{400, "parameter_missing", "customer", "POST", "/v1/subscriptions", nil},
		{400, "parameter_missing", "currency", "POST", "/v1/prices", nil},
		{400, "parameter_missing", "customer", "POST", "/v1/invoiceitems", []string{"amount", "500", "currency", "usd"}},
		{400, "parameter_invalid_integer", "unit_amount", "POST", "/v1/prices", []string{"product_data[name]", "x", "currency", "usd", "unit_amount", "much"}},
		{400, "*", "active", "POST", "/v1/prices/" + price, []string{"active", "maybe"}},
		{400, "*", "duration", "POST", "/v1/coupons", []string{"percent_off", "10", "duration", "sometimes"}},
		{400, "*", "address", "POST", "/v1/customers", []string{"address", "Rome"}},
		{400, "*", "lookup_keys", "GET", "/v1/prices", []string{"lookup_keys", "gold"}},
		{404, "resource_missing", "id", "GET", "/v1/customers/cus_none", nil},
		{404, "resource_missing", "id", "POST", "/v1/prices/price_none", []string{"active", "false"}},
		{404, "resource_missing", "id", "DELETE", "/v1/coupons/none", nil},
		{400, "resource_missing", "customer", "POST", "/v1/subscriptions", []string{"customer", "cus_none", "items[0][price]", price}},
		{400, "*", "*", "POST", "/v1/coupons", []string{"percent_off", "10", "amount_off", "100", "currency", "usd"}},
		{400, "*", "*", "POST", "/v1/coupons", []string{"name", "x"}},
		{404, "*", "*", "GET", "/v1/nonsense", nil},
	} {
		s.refused(c.status, c.code, c.param, c.method, c.path, c.params...)
	}
}

func expansions(s *shop) {
	sub := s.subscribe(s.customer("pm_card_visa"), s.price(1500, "usd"))
	path := "/v1/subscriptions/" + sub.text("id")
	deep := s.get(path, "expand[]", "latest_invoice.charge.payment_intent", "expand[]", "items.data.price.product")
	equal(s.T, "charge", deep.text("latest_invoice.charge.payment_intent.status"), "succeeded")
	equal(s.T, "product", deep.text("items.data.0.price.product.name"), "Gold")
	for _, unknown := range []string{"colour", "status", "latest_invoice.colour", "customer.email"} {
		e := s.refused(400, "*", "*", "GET", path, "expand[]", unknown)
		if !strings.Contains(e.text("message"), "cannot be expanded") {
			s.Errorf("%s: %s", unknown, e.text("message"))
		}
	}
	s.refused(400, "*", "*", "GET", "/v1/subscriptions", "expand[]", "customer") // it is data.customer
	s.get("/v1/subscriptions", "limit", "1", "expand[]", "data.customer")
	e := s.refused(400, "*", "*", "GET", path, "expand[]", "latest_invoice.charge.payment_intent.invoice.subscription")
	if !strings.Contains(e.text("message"), "more than 4 levels") {
		s.Error(e.text("message"))
	}
}

func pagesOfLists(s *shop) {
	var ids []string
	product := s.post("/v1/products", "name", "Many").text("id")
	for n := range 12 {
		ids = append(ids, s.post("/v1/prices", "product", product, "currency", "usd", "unit_amount", fmt.Sprint(100+n)).text("id"))
	}
	first := s.get("/v1/prices", "product", product)
	equal(s.T, "length without a limit", len(first.list("data")), 10)
	equal(s.T, "has_more", first.bool("has_more"), true)
	rest := s.get("/v1/prices", "product", product, "starting_after", first.text("data.9.id"))
	equal(s.T, "rest", len(rest.list("data")), 2)
	equal(s.T, "has_more", rest.bool("has_more"), false)
	equal(s.T, "before", s.get("/v1/prices", "product", product, "ending_before", ids[0], "limit", "3").text("data.0.id"), ids[3])
	s.refused(400, "parameter_invalid_integer", "limit", "GET", "/v1/prices", "limit", "101")
	s.refused(400, "parameter_invalid_integer", "limit", "GET", "/v1/prices", "limit", "0")
	s.refused(400, "*", "*", "GET", "/v1/prices", "starting_after", ids[0], "ending_before", ids[5])
	s.refused(400, "resource_missing", "starting_after", "GET", "/v1/prices", "starting_after", "price_none")
}

func metadataLimits(s *shop) {
	id := s.customer("")
	path := "/v1/customers/" + id
	var fifty []string
	for n := range 50 {
		fifty = append(fifty, fmt.Sprintf("metadata[key%d]", n), "x")
	}
	s.post(path, fifty...)
	s.refused(400, "*", "*", "POST", path, "metadata[another]", "x")
	s.post(path, "metadata", "")
	long := strings.Repeat("é", 40) // characters count, not bytes
	equal(s.T, "longest", s.post(path, "metadata["+long+"]", strings.Repeat("é", 500)).text("metadata."+long), strings.Repeat("é", 500))
	s.refused(400, "*", "*", "POST", path, "metadata["+long+"x]", "x")
	s.refused(400, "*", "*", "POST", path, "metadata[x]", strings.Repeat("x", 501))
}

func idempotencyKeys(s *shop) {
	key := s.Name() + s.customer("")
	first := s.account.send(s.T, key, "POST", "/v1/products", "name", "Gold")
	again := s.account.send(s.T, key, "POST", "/v1/products", "name", "Gold")
	equal(s.T, "id", again.text("id"), first.text("id"))
	equal(s.T, "replayed", again.header.Get("Idempotent-Replayed"), "true")
	other := s.account.send(s.T, key, "POST", "/v1/products", "name", "Silver")
	equal(s.T, "other parameters", other.text("error.type"), "idempotency_error")
	equal(s.T, "status", other.status, 400)
	// What was refused for its parameters may be corrected.
	equal(s.T, "mistake", s.account.send(s.T, key+"/2", "POST", "/v1/products", "colour", "red").status, 400)
	equal(s.T, "corrected", s.account.send(s.T, key+"/2", "POST", "/v1/products", "name", "Gold").status, 200)
}
