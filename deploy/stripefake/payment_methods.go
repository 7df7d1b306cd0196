package stripefake

import (
	"cmp"
	"net/http"
	"strings"
	"time"

	"muster/deploy/stripefake/internal/form"
)

// paymentMethod is a card. A test card ("pm_card_visa") becomes a new payment method when it is attached.
type paymentMethod struct {
	ID       string            `json:"id"`
	Created  int64             `json:"created"`
	Customer text              `json:"customer"`
	Metadata map[string]string `json:"metadata"`

	// Card is the name of the test card.
	Card string `json:"_card"`
	// SetUp is set when the customer has authenticated a payment with it.
	SetUp bool `json:"_set_up"`
}

func (m *paymentMethod) key() string  { return m.ID }
func (m *paymentMethod) kind() string { return "payment_method" }

func (m *paymentMethod) compose(_ *tx, o object) {
	o["card"] = m.card()
}

// test returns the method's test card.
func (m *paymentMethod) test() *testCard { return cmp.Or(cardNamed("pm_card_"+m.Card), &testCards[0]) }

func (m *paymentMethod) card() object {
	brand, last4 := m.test().brandName(), m.test().last4()
	return object{
		"brand": brand, "checks": object{"address_line1_check": nil, "address_postal_code_check": nil, "cvc_check": "pass"},
		"country": "US", "display_brand": brand, "exp_month": 12, "exp_year": time.Unix(m.Created, 0).UTC().Year() + 5,
		"fingerprint": "fake" + last4, "funding": "credit", "generated_from": nil, "last4": last4,
		"networks":             object{"available": []string{brand}, "preferred": nil},
		"three_d_secure_usage": object{"supported": true}, "wallet": nil,
	}
}

// newCard creates a payment method from a test card; the caller may change id and customer.
func (tx *tx) newCard(card *testCard, customerID string) *paymentMethod {
	return &paymentMethod{
		ID: newID("pm_1", 23), Created: tx.now, Customer: text(customerID), Metadata: map[string]string{}, Card: card.name,
	}
}

// usableMethod checks that a payment method may be attached to, or used by, a customer. It returns nil for a test card.
func (tx *tx) usableMethod(id, customerID, param string) (*paymentMethod, error) {
	m, ok := tx.st.PaymentMethods.get(id)
	card := cardNamed(id)
	switch {
	case ok && m.Customer != "" && m.Customer != text(customerID):
		return nil, invalid("", param, "The payment method you provided has already been attached to a customer.")
	case ok:
		card = m.test()
	case card == nil:
		return nil, noSuch("PaymentMethod", id, param)
	}
	if card.refusal != nil && !card.attachable {
		return nil, declinedError(card.refusal, nil)
	}
	return m, nil
}

// attach attaches a payment method to a customer; a test card becomes a new one.
func (tx *tx) attach(id string, c *customer, param string) (*paymentMethod, error) {
	m, err := tx.usableMethod(id, c.ID, param)
	if err != nil {
		return nil, err
	}
	if m == nil {
		m = tx.newCard(cardNamed(id), c.ID)
		tx.st.PaymentMethods.put(m)
	} else if m.Customer == text(c.ID) {
		return m, nil
	}
	m.Customer = text(c.ID)
	tx.announce(m, "payment_method.attached")
	return m, nil
}

// methodFor returns the payment method of a subscription's invoices: the first of its own ones, else its customer's
// default. Nil if there is none.
func (tx *tx) methodFor(c *customer, own ...text) *paymentMethod {
	for _, id := range append(own, c.DefaultPaymentMethod, c.DefaultSource) {
		if m, ok := tx.st.PaymentMethods.get(string(id)); ok && m.Customer == text(c.ID) {
			return m
		}
	}
	return nil
}

func createPaymentMethod(tx *tx, q *request) (any, error) {
	q.params.Enum("type", "card")
	q.params.Need("type")
	card, refused := readCard(q.params.Sub("card"), tx.now)
	q.params.Ignore("billing_details")
	metadata := q.params.Metadata("metadata", nil)
	if !q.params.Has("card") {
		q.params.Fail("card", "parameter_missing", "Missing required param: card.")
	}
	if err := q.params.Done(); err != nil {
		return nil, err
	}
	if refused != nil {
		return nil, refused
	}
	m := tx.newCard(card, "")
	m.Metadata = metadata
	tx.st.PaymentMethods.put(m)
	return m, nil
}

// readCard reads a token or a number with its date of expiry.
func readCard(p *form.Reader, now int64) (*testCard, error) {
	if token, sent := p.String("token"); sent {
		card := cardNamed(token)
		if card == nil || !strings.HasPrefix(token, "tok_") {
			return nil, noSuch("token", token, p.Path("token"))
		}
		return card, nil
	}
	number := strings.ReplaceAll(p.Need("number"), " ", "")
	p.Need("exp_month")
	p.Need("exp_year")
	month, _ := p.Int("exp_month")
	year, _ := p.Int("exp_year")
	p.Text("cvc")
	if year < 100 {
		year += 2000
	}
	thisMonth := time.Unix(now, 0).UTC()
	ends := time.Date(int(year), time.Month(month)+1, 1, 0, 0, 0, 0, time.UTC)
	card := cardNumbered(number)
	switch {
	case !luhn(number):
		return nil, cardError("incorrect_number", p.Path("number"), "Your card number is incorrect.")
	case month < 1 || month > 12:
		return nil, cardError("invalid_expiry_month", p.Path("exp_month"), "Your card's expiration month is invalid.")
	case !ends.After(thisMonth):
		return nil, cardError("invalid_expiry_year", p.Path("exp_year"), "Your card's expiration year is invalid.")
	case card == nil:
		return nil, cardError("card_declined", p.Path("number"), "Your card was declined. Your request was in test mode, "+
			"but used a non test card. For a list of valid test cards, visit: https://stripe.com/docs/testing.")
	}
	return card, nil
}

func cardError(code, param, message string) *apiError {
	return &apiError{Status: http.StatusPaymentRequired, Type: typeCard, Code: code, Param: param, Message: message}
}

func getPaymentMethod(tx *tx, q *request) (any, error) {
	if err := q.params.Done(); err != nil {
		return nil, err
	}
	m, ok := tx.st.PaymentMethods.get(q.id)
	if !ok {
		return nil, notFound("PaymentMethod", q.id)
	}
	return m, nil
}

func attachPaymentMethod(tx *tx, q *request) (any, error) {
	customerID := q.params.Need("customer")
	if err := q.params.Done(); err != nil {
		return nil, err
	}
	c, err := tx.customer(customerID, "customer")
	if err != nil {
		return nil, err
	}
	if _, ok := tx.st.PaymentMethods.get(q.id); !ok && cardNamed(q.id) == nil {
		return nil, notFound("PaymentMethod", q.id)
	}
	return tx.attach(q.id, c, "payment_method")
}

func detachPaymentMethod(tx *tx, q *request) (any, error) {
	if err := q.params.Done(); err != nil {
		return nil, err
	}
	m, ok := tx.st.PaymentMethods.get(q.id)
	if !ok {
		return nil, notFound("PaymentMethod", q.id)
	}
	if m.Customer == "" {
		return nil, invalid("", "", "The payment method you provided is not attached to a customer so detachment is impossible.")
	}
	if c, ok := tx.st.Customers.get(string(m.Customer)); ok && c.DefaultPaymentMethod == text(m.ID) {
		tx.change(c, "customer.updated", func() { c.DefaultPaymentMethod = "" })
	}
	tx.change(m, "payment_method.detached", func() { m.Customer = "" })
	return m, nil
}

func listPaymentMethods(tx *tx, q *request) (any, error) {
	return pageOfMethods(tx, q.params, q.params.Need("customer"), "/v1/payment_methods")
}

func listCustomerPaymentMethods(tx *tx, q *request) (any, error) {
	return pageOfMethods(tx, q.params, q.id, "/v1/customers/"+q.id+"/payment_methods")
}

func pageOfMethods(tx *tx, p *form.Reader, customerID, url string) (any, error) {
	p.Enum("type", "card")
	if customerID != "" {
		if _, err := tx.customer(customerID, "customer"); err != nil {
			return nil, err
		}
	}
	return listPage(url, &tx.st.PaymentMethods, p, func(m *paymentMethod) bool { return m.Customer == text(customerID) })
}
