package stripefake

import (
	"strings"

	"muster/deploy/stripefake/internal/form"
)

// customer is a Stripe customer.
type customer struct {
	ID               string            `json:"id"`
	Created          int64             `json:"created"`
	Address          object            `json:"address"`
	Balance          int64             `json:"balance"`
	Currency         text              `json:"currency"`
	Delinquent       bool              `json:"delinquent"`
	Description      text              `json:"description"`
	Email            text              `json:"email"`
	InvoicePrefix    string            `json:"invoice_prefix"`
	Metadata         map[string]string `json:"metadata"`
	Name             text              `json:"name"`
	NextInvoice      int64             `json:"next_invoice_sequence"`
	Phone            text              `json:"phone"`
	PreferredLocales []string          `json:"preferred_locales"`

	DefaultSource text `json:"default_source"`
	TestClock     text `json:"test_clock"`

	DefaultPaymentMethod text `json:"_default_payment_method"`
	// Pending are the invoice items for the customer's next invoice that are no subscription's.
	Pending []string `json:"_pending"`
	Deleted bool     `json:"_deleted"`
}

func (c *customer) key() string  { return c.ID }
func (c *customer) kind() string { return "customer" }

func (c *customer) compose(_ *tx, o object) {
	if c.Deleted {
		clear(o)
		o["id"], o["object"], o["deleted"] = c.ID, c.kind(), true
		return
	}
	o["invoice_settings"] = object{
		"custom_fields": nil, "default_payment_method": c.DefaultPaymentMethod, "footer": nil, "rendering_options": nil,
	}
}

// customer finds the customer in a parameter.
func (tx *tx) customer(id, param string) (*customer, error) {
	c, ok := tx.st.Customers.get(id)
	if !ok || c.Deleted {
		return nil, noSuch("customer", id, param)
	}
	return c, nil
}

// read applies the parameters of a create or an update.
func (c *customer) read(p *form.Reader) {
	optional(p, "description", &c.Description)
	optional(p, "email", &c.Email)
	optional(p, "name", &c.Name)
	optional(p, "phone", &c.Phone)
	c.Metadata = p.Metadata("metadata", c.Metadata)
	if balance, sent := p.Int("balance"); sent {
		c.Balance = balance
	}
	if p.Cleared("address") {
		c.Address = nil
	} else if p.Has("address") {
		c.Address = readAddress(p.Sub("address"))
	}
	if p.Has("preferred_locales") {
		c.PreferredLocales = p.Strings("preferred_locales")
	}
	settings := p.Sub("invoice_settings")
	optional(settings, "default_payment_method", &c.DefaultPaymentMethod)
	settings.Ignore("footer", "custom_fields", "rendering_options")
	p.Ignore("shipping", "tax", "tax_exempt", "tax_id_data")
	if c.Email != "" && !strings.Contains(string(c.Email), "@") {
		p.Fail("email", "email_invalid", "Invalid email address: %s", c.Email)
	}
}

// optional sets a text to the parameter's value if it was sent.
func optional(p *form.Reader, name string, into *text) {
	if s, sent := p.String(name); sent {
		*into = text(s)
	}
}

func readAddress(p *form.Reader) object {
	address := object{}
	for _, line := range []string{"city", "country", "line1", "line2", "postal_code", "state"} {
		address[line] = text(p.Text(line))
	}
	return address
}

func createCustomer(tx *tx, q *request) (any, error) {
	c := &customer{
		ID: newID("cus_", 14), Created: tx.now, InvoicePrefix: randomText(capitals, 8), NextInvoice: 1,
		PreferredLocales: []string{},
	}
	c.read(q.params)
	method, source := q.params.Text("payment_method"), q.params.Text("source")
	c.TestClock = text(q.params.Text("test_clock"))
	if err := q.params.Done(); err != nil {
		return nil, err
	}
	if _, ok := tx.st.TestClocks.get(string(c.TestClock)); !ok && c.TestClock != "" {
		return nil, noSuch("test clock", string(c.TestClock), "test_clock")
	}
	if err := tx.usableSource(source); err != nil {
		return nil, err
	}
	if method != "" {
		if _, err := tx.usableMethod(method, c.ID, "payment_method"); err != nil {
			return nil, err
		}
	}
	tx.st.Customers.put(c)
	tx.create(c, "customer.created")
	tx.addSource(c, source)
	if method != "" {
		attached, err := tx.attach(method, c, "payment_method")
		if err != nil {
			return nil, err
		}
		if c.DefaultPaymentMethod == text(method) {
			c.DefaultPaymentMethod = text(attached.ID)
		}
	}
	return c, nil
}

func getCustomer(tx *tx, q *request) (any, error) {
	if err := q.params.Done(); err != nil {
		return nil, err
	}
	c, ok := tx.st.Customers.get(q.id)
	if !ok {
		return nil, notFound("customer", q.id)
	}
	return c, nil
}

func updateCustomer(tx *tx, q *request) (any, error) {
	c, ok := tx.st.Customers.get(q.id)
	if !ok || c.Deleted {
		return nil, notFound("customer", q.id)
	}
	next := *c
	next.read(q.params)
	source := q.params.Text("source")
	if err := q.params.Done(); err != nil {
		return nil, err
	}
	if err := tx.usableSource(source); err != nil {
		return nil, err
	}
	if method := next.DefaultPaymentMethod; method != "" && method != c.DefaultPaymentMethod {
		if m, ok := tx.st.PaymentMethods.get(string(method)); !ok || m.Customer != text(c.ID) {
			return nil, invalid("resource_missing", "invoice_settings[default_payment_method]",
				"No such PaymentMethod: '%s'; the PaymentMethod must be attached to the customer.", method)
		}
	}
	tx.change(c, "customer.updated", func() { *c = next })
	tx.addSource(c, source)
	return c, nil
}

func deleteCustomer(tx *tx, q *request) (any, error) {
	c, ok := tx.st.Customers.get(q.id)
	if !ok || c.Deleted {
		return nil, notFound("customer", q.id)
	}
	if err := q.params.Done(); err != nil {
		return nil, err
	}
	tx.forget(c)
	return c, nil
}

// forget deletes a customer and ends the customer's subscriptions.
func (tx *tx) forget(c *customer) {
	for s := range tx.st.Subscriptions.all() {
		if s.Customer == c.ID && !s.ended() {
			tx.endSubscription(s, "")
		}
	}
	tx.announce(c, "customer.deleted")
	c.Deleted = true
}

func listCustomers(tx *tx, q *request) (any, error) {
	created := q.params.Range("created")
	email, filtered := q.params.String("email")
	clock := text(q.params.Text("test_clock"))
	return listPage("/v1/customers", &tx.st.Customers, q.params, func(c *customer) bool {
		return !c.Deleted && (clock == "" || c.TestClock == clock) && created.Contains(c.Created) && (!filtered || string(c.Email) == email)
	})
}

// usableSource checks the token of a card that becomes a customer's default source. An empty one is none.
func (tx *tx) usableSource(token string) error {
	card := cardNamed(token)
	switch {
	case token == "":
	case card == nil || !strings.HasPrefix(token, "tok_"):
		return noSuch("token", token, "source")
	case card.refusal != nil && !card.attachable:
		return declinedError(card.refusal, nil)
	}
	return nil
}

// addSource makes the card of a checked token the customer's default source.
func (tx *tx) addSource(c *customer, token string) {
	if token == "" {
		return
	}
	m := tx.newCard(cardNamed(token), c.ID)
	m.ID = newID("card_1", 23)
	tx.st.PaymentMethods.put(m)
	tx.change(c, "customer.updated", func() { c.DefaultSource = text(m.ID) })
}
