package stripe_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"muster/deploy/stripefake"
)

// rulesBeyondTheDescription are the parts of the fake's messages for rules that Stripe's description does not have, so
// that the referee takes the request, and what each rule is.
var rulesBeyondTheDescription = map[string]string{
	"must be one of card":                    "the fake has cards only; LIMITS.md says so",
	"does not belong to customer":            "objects belong together",
	"sells subscriptions only":               "the fake's Checkout; LIMITS.md says so",
	"Checkout is hosted":                     "the fake's Checkout; LIMITS.md says so",
	"which never goes back":                  "the fake has one clock; LIMITS.md says so",
	"must be between":                        "times and numbers have bounds",
	"No upcoming invoices":                   "a cancelled subscription has none",
	"Not a valid URL":                        "a URL is one",
	"You must pass either":                   "a coupon has one value",
	"Invalid currency":                       "a currency exists",
	"is required with, and only with,":       "parameters go together",
	"go together":                            "parameters go together",
	"must be in the future":                  "a limit is in the future",
	"Invalid email address":                  "an address is one",
	"You may only specify one of":            "parameters exclude each other",
	"You cannot parameterize both":           "parameters exclude each other",
	"You can only set `days_until_due` with": "parameters go together",
	"must have at least one active plan":     "a subscription has an item",
	"Invalid object":                         "the referee takes a text where one of several objects is expected",
	"Received unknown parameter: card":       "the referee takes a text where one of several objects is expected",
	"when `proration_behavior` is `none`":    "parameters exclude each other",
	"You can only delete one-off invoices":   "an invoice of a subscription stays",
	"Invalid integer: trial_end must":        "times have bounds",
}

// base is a request that the fake takes: the name of the object in its path, and its parameters.
type base struct {
	id   string
	with []string
}

func (b base) params(s *seed) url.Values { return s.values(b.with...) }

// bases are by route.
var bases = map[string]base{
	"POST /v1/customers":                             {"", []string{"email", "ann@example.com"}},
	"GET /v1/customers":                              {},
	"GET /v1/customers/{id}":                         {id: "customer"},
	"POST /v1/customers/{id}":                        {id: "customer"},
	"DELETE /v1/customers/{id}":                      {id: "customer"},
	"GET /v1/customers/{id}/payment_methods":         {id: "customer"},
	"POST /v1/payment_methods":                       {"", []string{"type", "card", "card[token]", "tok_visa"}},
	"GET /v1/payment_methods":                        {"", []string{"customer", "{customer}"}},
	"GET /v1/payment_methods/{id}":                   {id: "card"},
	"POST /v1/payment_methods/{id}/attach":           {"loose", []string{"customer", "{customer}"}},
	"POST /v1/payment_methods/{id}/detach":           {id: "card"},
	"POST /v1/products":                              {"", []string{"name", "Gold"}},
	"GET /v1/products":                               {},
	"GET /v1/products/{id}":                          {id: "product"},
	"POST /v1/products/{id}":                         {id: "product"},
	"DELETE /v1/products/{id}":                       {id: "unused"},
	"POST /v1/prices":                                {"", []string{"product", "{product}", "currency", "usd", "unit_amount", "1500"}},
	"GET /v1/prices":                                 {},
	"GET /v1/prices/{id}":                            {id: "price"},
	"POST /v1/prices/{id}":                           {id: "price"},
	"POST /v1/coupons":                               {"", []string{"percent_off", "10"}},
	"GET /v1/coupons":                                {},
	"GET /v1/coupons/{id}":                           {id: "coupon"},
	"POST /v1/coupons/{id}":                          {id: "coupon"},
	"DELETE /v1/coupons/{id}":                        {id: "coupon"},
	"POST /v1/promotion_codes":                       {"", []string{"coupon", "{coupon}"}},
	"GET /v1/promotion_codes":                        {},
	"GET /v1/promotion_codes/{id}":                   {id: "code"},
	"POST /v1/promotion_codes/{id}":                  {id: "code"},
	"POST /v1/checkout/sessions":                     {"", []string{"mode", "subscription", "success_url", "https://app.test/", "customer", "{customer}", "line_items[0][price]", "{price}", "line_items[0][quantity]", "1"}},
	"GET /v1/checkout/sessions":                      {},
	"GET /v1/checkout/sessions/{id}":                 {id: "session"},
	"POST /v1/checkout/sessions/{id}/expire":         {id: "session"},
	"GET /v1/checkout/sessions/{id}/line_items":      {id: "session"},
	"POST /v1/subscriptions":                         {"", []string{"customer", "{customer}", "items[0][price]", "{price}"}},
	"GET /v1/subscriptions":                          {},
	"GET /v1/subscriptions/{id}":                     {id: "subscription"},
	"POST /v1/subscriptions/{id}":                    {"subscription", []string{"items[0][id]", "{line}"}},
	"DELETE /v1/subscriptions/{id}":                  {id: "subscription"},
	"POST /v1/subscriptions/{id}/resume":             {id: "paused"},
	"DELETE /v1/subscriptions/{id}/discount":         {id: "subscription"},
	"GET /v1/invoices":                               {},
	"GET /v1/invoices/upcoming":                      {"", []string{"subscription", "{subscription}", "subscription_items[0][id]", "{line}"}},
	"GET /v1/invoices/{id}":                          {id: "invoice"},
	"GET /v1/invoices/{id}/lines":                    {id: "invoice"},
	"POST /v1/invoices/{id}/finalize":                {id: "draft"},
	"POST /v1/invoices/{id}/pay":                     {"open", []string{"paid_out_of_band", "true"}},
	"POST /v1/invoices/{id}/void":                    {id: "open"},
	"GET /v1/payment_intents":                        {},
	"GET /v1/payment_intents/{id}":                   {id: "intent"},
	"GET /v1/charges":                                {},
	"GET /v1/charges/{id}":                           {id: "charge"},
	"POST /v1/refunds":                               {"", []string{"charge", "{charge}"}},
	"GET /v1/refunds":                                {},
	"GET /v1/refunds/{id}":                           {id: "refund"},
	"GET /v1/disputes":                               {},
	"GET /v1/disputes/{id}":                          {id: "dispute"},
	"GET /v1/events":                                 {},
	"GET /v1/events/{id}":                            {id: "event"},
	"POST /v1/billing_portal/sessions":               {"", []string{"customer", "{customer}"}},
	"GET /v1/customers/{id}/subscriptions":           {id: "customer"},
	"GET /v1/subscription_items":                     {"", []string{"subscription", "{subscription}"}},
	"POST /v1/tax_rates":                             {"", []string{"display_name", "VAT", "percentage", "20", "inclusive", "true"}},
	"GET /v1/tax_rates":                              {},
	"GET /v1/tax_rates/{id}":                         {id: "rate"},
	"POST /v1/tax_rates/{id}":                        {id: "rate"},
	"POST /v1/invoiceitems":                          {"", []string{"customer", "{customer}", "amount", "500", "currency", "usd"}},
	"GET /v1/invoiceitems":                           {},
	"GET /v1/invoiceitems/{id}":                      {id: "item"},
	"DELETE /v1/invoiceitems/{id}":                   {id: "item"},
	"POST /v1/invoices":                              {"", []string{"customer", "{customer}"}},
	"POST /v1/invoices/{id}":                         {id: "draft"},
	"DELETE /v1/invoices/{id}":                       {id: "draft"},
	"POST /v1/invoices/{id}/mark_uncollectible":      {id: "open"},
	"POST /v1/invoices/{id}/send":                    {id: "sent"},
	"GET /v1/charges/{id}/refunds":                   {id: "charge"},
	"POST /v1/disputes/{id}":                         {id: "dispute"},
	"POST /v1/disputes/{id}/close":                   {id: "dispute"},
	"POST /v1/test_helpers/test_clocks":              {"", []string{"frozen_time", "{later}"}},
	"GET /v1/test_helpers/test_clocks":               {},
	"GET /v1/test_helpers/test_clocks/{id}":          {id: "clock"},
	"POST /v1/test_helpers/test_clocks/{id}/advance": {"clock", []string{"frozen_time", "{later}"}},
	"DELETE /v1/test_helpers/test_clocks/{id}":       {id: "clock"},
}

// in is a time of Stripe's.
func in(d time.Duration) string { return strconv.FormatInt(time.Now().Add(d).Unix(), 10) }

// newSeed starts a fake with an object of each kind.
func newSeed(t *testing.T) *seed {
	t.Helper()
	fake, err := stripefake.New(stripefake.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = fake.Close() })
	s := &seed{t: t, fake: fake.Handler(), ids: map[string]string{}}
	s.ids["soon"], s.ids["later"] = in(26*time.Hour), in(30*time.Hour)
	s.make("customer", "/v1/customers", "email", "ann@example.com")
	s.make("card", "/v1/payment_methods/pm_card_visa/attach", "customer", "{customer}")
	s.make("loose", "/v1/payment_methods", "type", "card", "card[token]", "tok_visa")
	s.make("customer", "/v1/customers/{customer}", "invoice_settings[default_payment_method]", "{card}")
	s.make("product", "/v1/products", "name", "Gold")
	s.make("unused", "/v1/products", "name", "Unused")
	s.make("price", "/v1/prices", "product", "{product}", "currency", "usd", "unit_amount", "1500", "recurring[interval]", "month")
	s.make("coupon", "/v1/coupons", "percent_off", "20", "duration", "forever")
	s.make("code", "/v1/promotion_codes", "coupon", "{coupon}")
	s.make("subscription", "/v1/subscriptions", "customer", "{customer}", "items[0][price]", "{price}", "coupon", "{coupon}")
	s.ids["invoice"] = s.look("/v1/subscriptions/{subscription}", "latest_invoice")
	s.ids["charge"] = s.look("/v1/invoices/{invoice}", "charge")
	s.ids["intent"] = s.look("/v1/invoices/{invoice}", "payment_intent")
	s.make("refund", "/v1/refunds", "charge", "{charge}", "amount", "100")
	s.make("poor", "/v1/customers")
	s.make("paused", "/v1/subscriptions", "customer", "{poor}", "items[0][price]", "{price}", "trial_period_days", "1",
		"trial_settings[end_behavior][missing_payment_method]", "pause")
	s.control("/_fake/clock", `{"advance":"25h"}`)
	s.make("other", "/v1/subscriptions", "customer", "{customer}", "items[0][price]", "{price}")
	s.ids["other"] = s.look("/v1/subscriptions/{other}", "latest_invoice")
	s.control("/_fake/disputes", `{"charge":"`+s.look("/v1/invoices/{other}", "charge")+`","amount":100}`)
	s.ids["line"] = s.newest("/v1/subscription_items", s.values("subscription", "{subscription}"))
	s.make("session", "/v1/checkout/sessions", "mode", "subscription", "success_url", "https://app.test/", "line_items[0][price]", "{price}", "line_items[0][quantity]", "1")
	s.make("incomplete", "/v1/subscriptions", "customer", "{poor}", "items[0][price]", "{price}", "payment_behavior", "default_incomplete")
	s.ids["open"] = s.look("/v1/subscriptions/{incomplete}", "latest_invoice")
	s.make("rate", "/v1/tax_rates", "display_name", "VAT", "percentage", "20", "inclusive", "true")
	s.make("item", "/v1/invoiceitems", "customer", "{customer}", "amount", "500", "currency", "usd")
	s.make("draft", "/v1/invoices", "customer", "{customer}")
	s.make("sent", "/v1/invoices", "customer", "{customer}", "collection_method", "send_invoice", "days_until_due", "3")
	s.make("clock", "/v1/test_helpers/test_clocks", "frozen_time", "{soon}")
	s.ids["dispute"], s.ids["event"] = s.newest("/v1/disputes", nil), s.newest("/v1/events", nil)
	return s
}

// look fetches an object and returns one of its members.
func (s *seed) look(path, member string) string {
	s.t.Helper()
	code, body := verdict(s.fake, http.MethodGet, s.fill(path), nil)
	object := map[string]any{}
	if err := json.Unmarshal(body, &object); err != nil || code != http.StatusOK {
		s.t.Fatalf("%s: %d %s", path, code, body)
	}
	text, _ := object[member].(string)
	return text
}

// newest returns the id of the first object of a list.
func (s *seed) newest(path string, params url.Values) string {
	s.t.Helper()
	_, body := verdict(s.fake, http.MethodGet, path, params)
	var list struct{ Data []struct{ ID string } }
	if err := json.Unmarshal(body, &list); err != nil || len(list.Data) == 0 {
		s.t.Fatalf("%s: %s", path, body)
	}
	return list.Data[0].ID
}

// control asks the control plane.
func (s *seed) control(path, body string) {
	s.t.Helper()
	w := httptest.NewRecorder()
	s.fake.ServeHTTP(w, httptest.NewRequest(http.MethodPost, path, strings.NewReader(body)))
	if w.Code != http.StatusOK {
		s.t.Fatalf("%s: %d %s", path, w.Code, w.Body)
	}
}
