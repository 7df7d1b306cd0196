package stripefake_test

import (
	"io"
	"net/http"
	"net/url"
	"strconv"
	"testing"
)

// price creates a product with a price in USD for each interval and returns the price's id.
func (w *world) price(amount int64, interval string) string {
	w.t.Helper()
	product := w.post("/v1/products", "name", "Pro")
	return w.post("/v1/prices", "product", product.text("id"), "currency", "usd",
		"unit_amount", strconv.FormatInt(amount, 10), "recurring[interval]", interval).text("id")
}

// payer creates a customer with a valid card.
func (w *world) payer() string {
	w.t.Helper()
	id := w.post("/v1/customers", "email", "ann@example.com").text("id")
	method := w.post("/v1/payment_methods/pm_card_visa/attach", "customer", id)
	w.post("/v1/customers/"+id, "invoice_settings[default_payment_method]", method.text("id"))
	return id
}

// subscribe creates a subscription of a payer, with optional further parameters.
func (w *world) subscribe(customer, price string, params ...string) object {
	w.t.Helper()
	return w.post("/v1/subscriptions", append([]string{"customer", customer, "items[0][price]", price}, params...)...)
}

// checkout creates a checkout session for a new customer, with optional further parameters.
func (w *world) checkout(price string, params ...string) object {
	w.t.Helper()
	customer := w.post("/v1/customers", "email", "ann@example.com").text("id")
	return w.post("/v1/checkout/sessions", append([]string{
		"mode", "subscription", "customer", customer, "line_items[0][price]", price, "line_items[0][quantity]", "1",
		"success_url", "http://shop.test/ok?session={CHECKOUT_SESSION_ID}", "cancel_url", "http://shop.test/back",
	}, params...)...)
}

// page is a page as a browser receives it.
type page struct {
	status   int
	location string
	body     string
}

// click submits a page's form without following the redirect.
func (w *world) click(address string, form ...string) page {
	w.t.Helper()
	values := url.Values{}
	for i := 0; i < len(form); i += 2 {
		values.Set(form[i], form[i+1])
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	response, err := client.PostForm(address, values)
	if err != nil {
		w.t.Fatal(err)
	}
	return readPage(w.t, response)
}

func (w *world) open(address string) page {
	w.t.Helper()
	response, err := http.Get(address)
	if err != nil {
		w.t.Fatal(err)
	}
	return readPage(w.t, response)
}

func readPage(t *testing.T, response *http.Response) page {
	t.Helper()
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return page{status: response.StatusCode, location: response.Header.Get("Location"), body: string(body)}
}

// latestInvoice returns the newest invoice of a subscription.
func (w *world) latestInvoice(subscription string) object {
	w.t.Helper()
	return w.get("/v1/invoices/" + w.get("/v1/subscriptions/"+subscription).text("latest_invoice"))
}
