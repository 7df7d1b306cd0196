package spec_test

import (
	"errors"
	"strings"
	"testing"

	"muster/deploy/stripefake/internal/form"
	"muster/deploy/stripefake/internal/spec"
)

func TestCheck(t *testing.T) {
	for _, c := range []struct{ route, params, code, param, message string }{
		{"POST /v1/customers", "email=a%40example.com&metadata[a]=1&address[city]=Rome", "", "", ""},
		{"POST /v1/customers", "metadata=&address=", "", "", ""},
		{"POST /v1/customers", "b=1&a=1", "parameter_unknown", "a", "Received unknown parameters: a, b"},
		{"POST /v1/customers", "address[planet]=1", "parameter_unknown", "address[planet]", "Received unknown parameter: address[planet]"},
		{"POST /v1/customers", "address=x", "", "address", "Invalid object"},
		{"POST /v1/customers", "email[a]=1", "parameter_invalid_string", "email", "Invalid string: {a}"},
		{"POST /v1/customers", "email=" + strings.Repeat("x", 513), "", "email", "must be at most 512 characters"},
		{"POST /v1/customers", "balance=", "parameter_invalid_empty", "balance", "You passed an empty string for 'balance'"},
		{"POST /v1/customers", "balance=1.5", "parameter_invalid_integer", "balance", "Invalid integer: 1.5"},
		{"POST /v1/customers", "preferred_locales=en", "", "preferred_locales", "Invalid array"},
		{"POST /v1/customers", "preferred_locales[a]=en", "", "preferred_locales", "Invalid array"},
		{"POST /v1/prices", "unit_amount=1", "parameter_missing", "currency", "Missing required param: currency."},
		{"POST /v1/prices", "currency=usd&recurring[interval]=hour", "", "recurring[interval]", "must be one of day, month, week, or year"},
		{"POST /v1/prices", "currency=usd&recurring[interval_count]=1", "parameter_missing", "recurring[interval]", "Missing required param"},
		{"POST /v1/coupons", "percent_off=NaN", "", "percent_off", "Invalid decimal: NaN"},
		{"POST /v1/coupons/{id}", "currency_options[usd][amount_off]=x", "parameter_invalid_integer", "currency_options[usd][amount_off]", "Invalid integer"},
		{"GET /v1/prices", "active=1", "", "active", "Invalid boolean: 1"},
		{"GET /v1/prices", "created[gte]=1&created[lt]=x", "parameter_invalid_integer", "created[lt]", "Invalid integer: x"},
		{"POST /v1/subscriptions/{id}", "pause_collection=", "", "", ""},
		{"POST /v1/subscriptions/{id}", "trial_end=now", "", "", ""},
		{"POST /v1/payment_methods", "card[token]=tok_visa&type=card", "", "", ""},
		{"POST /v1/payment_methods", "card[number]=4242&card[exp_month]=1", "parameter_missing", "card[exp_year]", ""},
	} {
		params, err := form.Parse(c.params)
		if err != nil {
			t.Fatal(err)
		}
		problem, refused := errors.AsType[*form.Error](spec.Find(c.route).Check(params))
		if refused != (c.param != "") {
			t.Errorf("%s %s: %v", c.route, c.params, problem)
		} else if refused && (problem.Code != c.code || problem.Param != c.param || !strings.Contains(problem.Message, c.message)) {
			t.Errorf("%s %s: %q %q %q", c.route, c.params, problem.Code, problem.Param, problem.Message)
		}
	}
}

func TestExpandable(t *testing.T) {
	for route, paths := range map[string]map[string]bool{
		"GET /v1/subscriptions/{id}": {
			"customer": true, "latest_invoice.payment_intent": true, "items.data.price.product": true, "customer.invoice_settings.default_payment_method": true,
			"status": false, "customer.email": false, "items.price": false, "data.customer": false,
		},
		"GET /v1/subscriptions": {"data.customer": true, "customer": false, "data.status": false},
		"GET /v1/charges/{id}":  {"refunds.data.failure_balance_transaction": true, "refunds": true, "amount": false},
	} {
		for path, want := range paths {
			if _, ok := spec.Find(route).Expandable(strings.Split(path, ".")); ok != want {
				t.Errorf("%s %s: %v", route, path, ok)
			}
		}
	}
}
