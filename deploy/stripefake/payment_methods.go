package stripefake

import (
	"time"

	"muster/deploy/stripefake/internal/form"
)

// The results of charging a card.
const (
	cardWorks    = "works"
	cardDeclines = "declines"
	// cardAsks requires the customer to authenticate each payment.
	cardAsks = "asks"
)

// testCard is one of Stripe's test payment methods.
type testCard struct {
	brand, last4, behaviour string
	// refused cards cannot be attached.
	refused bool
}

var testCards = map[string]testCard{
	"pm_card_visa":                             {brand: "visa", last4: "4242", behaviour: cardWorks},
	"pm_card_mastercard":                       {brand: "mastercard", last4: "4444", behaviour: cardWorks},
	"pm_card_chargeDeclined":                   {brand: "visa", last4: "0002", behaviour: cardDeclines, refused: true},
	"pm_card_visa_chargeDeclined":              {brand: "visa", last4: "0002", behaviour: cardDeclines, refused: true},
	"pm_card_chargeCustomerFail":               {brand: "visa", last4: "0341", behaviour: cardDeclines},
	"pm_card_authenticationRequired":           {brand: "visa", last4: "3184", behaviour: cardAsks},
	"pm_card_authenticationRequiredOnSetup":    {brand: "visa", last4: "3155", behaviour: cardAsks},
	"pm_card_authenticationRequiredSetupError": {brand: "visa", last4: "3184", behaviour: cardAsks},
}

// paymentMethod is a card. A test card ("pm_card_visa") becomes a new payment method when it is attached.
type paymentMethod struct {
	ID       string            `json:"id"`
	Created  int64             `json:"created"`
	Customer text              `json:"customer"`
	Metadata map[string]string `json:"metadata"`

	Brand     string `json:"_brand"`
	Last4     string `json:"_last4"`
	Behaviour string `json:"_behaviour"`
}

func (m *paymentMethod) key() string  { return m.ID }
func (m *paymentMethod) kind() string { return "payment_method" }

func (m *paymentMethod) compose(_ *tx, o object) {
	o["card"] = m.card()
}

func (m *paymentMethod) card() object {
	return object{
		"brand": m.Brand, "checks": object{"address_line1_check": nil, "address_postal_code_check": nil, "cvc_check": "pass"},
		"country": "US", "display_brand": m.Brand, "exp_month": 12, "exp_year": time.Unix(m.Created, 0).UTC().Year() + 5,
		"fingerprint": "fake" + m.Last4, "funding": "credit", "generated_from": nil, "last4": m.Last4,
		"networks":             object{"available": []string{m.Brand}, "preferred": nil},
		"three_d_secure_usage": object{"supported": true}, "wallet": nil,
	}
}

// newCard creates a payment method from a test card; the caller may change id and customer.
func (tx *tx) newCard(card testCard, customerID string) *paymentMethod {
	return &paymentMethod{
		ID: newID("pm_1", 23), Created: tx.now, Customer: text(customerID), Metadata: map[string]string{},
		Brand: card.brand, Last4: card.last4, Behaviour: card.behaviour,
	}
}

// usableMethod checks that a payment method may be attached to, or used by, a customer. It returns nil for a test card.
func (tx *tx) usableMethod(id, customerID, param string) (*paymentMethod, error) {
	if card, ok := testCards[id]; ok {
		if card.refused {
			return nil, declinedError(nil)
		}
		return nil, nil
	}
	m, ok := tx.st.PaymentMethods.get(id)
	if !ok {
		return nil, noSuch("PaymentMethod", id, param)
	}
	if m.Customer != "" && m.Customer != text(customerID) {
		return nil, invalid("", param, "The payment method you provided has already been attached to a customer.")
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
		m = tx.newCard(testCards[id], c.ID)
		tx.st.PaymentMethods.put(m)
	} else if m.Customer == text(c.ID) {
		return m, nil
	}
	m.Customer = text(c.ID)
	tx.announce(m, "payment_method.attached")
	return m, nil
}

// methodFor returns the payment method of a subscription's invoices: its own, else its customer's default. Nil if there
// is none.
func (tx *tx) methodFor(own text, c *customer) *paymentMethod {
	for _, id := range []text{own, c.DefaultPaymentMethod} {
		if m, ok := tx.st.PaymentMethods.get(string(id)); ok && m.Customer == text(c.ID) {
			return m
		}
	}
	return nil
}

func createPaymentMethod(tx *tx, q *request) (any, error) {
	q.params.Enum("type", "card")
	q.params.Need("type")
	token := q.params.Sub("card").Text("token")
	q.params.Ignore("card", "billing_details")
	metadata := q.params.Metadata("metadata", nil)
	if err := q.params.Done(); err != nil {
		return nil, err
	}
	card, ok := map[string]testCard{
		"": testCards["pm_card_visa"], "tok_visa": testCards["pm_card_visa"],
		"tok_mastercard":         testCards["pm_card_mastercard"],
		"tok_chargeCustomerFail": testCards["pm_card_chargeCustomerFail"],
	}[token]
	if !ok {
		return nil, noSuch("token", token, "card[token]")
	}
	m := tx.newCard(card, "")
	m.Metadata = metadata
	tx.st.PaymentMethods.put(m)
	return m, nil
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
