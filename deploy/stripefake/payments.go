package stripefake

// The states of a payment intent.
const (
	intentNeedsMethod  = "requires_payment_method"
	intentNeedsConfirm = "requires_confirmation"
	intentNeedsAction  = "requires_action"
	intentSucceeded    = "succeeded"
	intentCanceled     = "canceled"
)

// paymentIntent tracks the attempts to collect an invoice.
type paymentIntent struct {
	ID            string            `json:"id"`
	Amount        int64             `json:"amount"`
	Received      int64             `json:"amount_received"`
	CanceledAt    moment            `json:"canceled_at"`
	ClientSecret  string            `json:"client_secret"`
	Created       int64             `json:"created"`
	Currency      string            `json:"currency"`
	Customer      string            `json:"customer"`
	Invoice       text              `json:"invoice"`
	LatestCharge  text              `json:"latest_charge"`
	LastError     object            `json:"last_payment_error"`
	Metadata      map[string]string `json:"metadata"`
	NextAction    object            `json:"next_action"`
	PaymentMethod text              `json:"payment_method"`
	Status        string            `json:"status"`
}

func (p *paymentIntent) key() string  { return p.ID }
func (p *paymentIntent) kind() string { return "payment_intent" }

// charge is one attempt to charge a card.
type charge struct {
	ID            string            `json:"id"`
	Amount        int64             `json:"amount"`
	Captured      int64             `json:"amount_captured"`
	Refunded      int64             `json:"amount_refunded"`
	Created       int64             `json:"created"`
	Currency      string            `json:"currency"`
	Customer      string            `json:"customer"`
	Disputed      bool              `json:"disputed"`
	FailureCode   text              `json:"failure_code"`
	FailureText   text              `json:"failure_message"`
	Invoice       text              `json:"invoice"`
	Metadata      map[string]string `json:"metadata"`
	Paid          bool              `json:"paid"`
	PaymentIntent text              `json:"payment_intent"`
	PaymentMethod text              `json:"payment_method"`
	Status        string            `json:"status"`
}

func (c *charge) key() string  { return c.ID }
func (c *charge) kind() string { return "charge" }

func (c *charge) compose(tx *tx, o object) {
	o["captured"] = c.Paid
	o["refunded"] = c.Refunded > 0 && c.Refunded == c.Amount
	if m, ok := tx.st.PaymentMethods.get(string(c.PaymentMethod)); ok {
		o["payment_method_details"] = object{"card": m.card(), "type": "card"}
	}
}

// openIntent creates the payment intent of a newly finalized invoice.
func (tx *tx) openIntent(in *invoice) {
	intent := &paymentIntent{
		ID: newID("pi_3", 23), Amount: in.AmountDue, Created: tx.now, Currency: in.Currency, Customer: in.Customer,
		Invoice: text(in.ID), Metadata: map[string]string{}, Status: intentNeedsMethod,
	}
	intent.ClientSecret = newID(intent.ID+"_secret_", 25)
	in.PaymentIntent = text(intent.ID)
	c, _ := tx.st.Customers.get(in.Customer)
	if m := tx.methodOfInvoice(in, c); m != nil {
		intent.PaymentMethod, intent.Status = text(m.ID), intentNeedsConfirm
	}
	tx.st.PaymentIntents.put(intent)
	tx.create(intent, "payment_intent.created")
}

// attempt charges for an invoice and lets note write the outcome into the charge and the intent.
func (tx *tx) attempt(in *invoice, m *paymentMethod, intentEvent string, note func(*charge, *paymentIntent)) *charge {
	intent, _ := tx.st.PaymentIntents.get(string(in.PaymentIntent))
	ch := &charge{
		ID: newID("ch_3", 23), Amount: in.AmountDue, Created: tx.now, Currency: in.Currency, Customer: in.Customer,
		Invoice: text(in.ID), Metadata: map[string]string{}, PaymentIntent: text(intent.ID), PaymentMethod: text(m.ID),
	}
	intent.PaymentMethod, intent.LatestCharge, intent.NextAction = text(m.ID), text(ch.ID), nil
	in.Charge = text(ch.ID)
	note(ch, intent)
	tx.st.Charges.put(ch)
	tx.announce(ch, "charge."+ch.Status)
	tx.announce(intent, intentEvent)
	return ch
}

func (tx *tx) succeed(in *invoice, m *paymentMethod) *charge {
	return tx.attempt(in, m, "payment_intent.succeeded", func(ch *charge, intent *paymentIntent) {
		ch.Status, ch.Paid, ch.Captured = "succeeded", true, ch.Amount
		intent.Status, intent.Received, intent.LastError = intentSucceeded, ch.Amount, nil
	})
}

func (tx *tx) decline(in *invoice, m *paymentMethod, why *refusal) *charge {
	return tx.attempt(in, m, "payment_intent.payment_failed", func(ch *charge, intent *paymentIntent) {
		e := declinedError(why, ch)
		ch.Status, ch.FailureCode, ch.FailureText = "failed", text(e.Code), text(e.Message)
		intent.Status, intent.PaymentMethod = intentNeedsMethod, ""
		intent.LastError = object{
			"type": e.Type, "code": e.Code, "message": e.Message, "charge": ch.ID,
		}
		if e.DeclineCode != "" {
			intent.LastError["decline_code"] = e.DeclineCode
		}
	})
}

// askCustomer leaves the intent waiting for the customer's authentication on the invoice's page.
func (tx *tx) askCustomer(in *invoice, m *paymentMethod) {
	intent, _ := tx.st.PaymentIntents.get(string(in.PaymentIntent))
	intent.PaymentMethod, intent.Status = text(m.ID), intentNeedsAction
	intent.NextAction = object{
		"type":            "redirect_to_url",
		"redirect_to_url": object{"url": tx.publicURL + "/i/" + in.ID, "return_url": nil},
	}
	tx.announce(intent, "payment_intent.requires_action")
}

// cancelIntent ends the intent of an invoice that will not be paid.
func (tx *tx) cancelIntent(in *invoice) {
	intent, ok := tx.st.PaymentIntents.get(string(in.PaymentIntent))
	if !ok || intent.Status == intentSucceeded {
		return
	}
	intent.Status, intent.CanceledAt = intentCanceled, moment(tx.now)
	tx.announce(intent, "payment_intent.canceled")
}

func getPaymentIntent(tx *tx, q *request) (any, error) {
	if err := q.params.Done(); err != nil {
		return nil, err
	}
	intent, ok := tx.st.PaymentIntents.get(q.id)
	if !ok {
		return nil, notFound("payment_intent", q.id)
	}
	return intent, nil
}

func listPaymentIntents(tx *tx, q *request) (any, error) {
	created, customerID := q.params.Range("created"), q.params.Text("customer")
	return listPage("/v1/payment_intents", &tx.st.PaymentIntents, q.params, func(p *paymentIntent) bool {
		return created.Contains(p.Created) && (customerID == "" || p.Customer == customerID)
	})
}

func getCharge(tx *tx, q *request) (any, error) {
	if err := q.params.Done(); err != nil {
		return nil, err
	}
	c, ok := tx.st.Charges.get(q.id)
	if !ok {
		return nil, notFound("charge", q.id)
	}
	return c, nil
}

func listCharges(tx *tx, q *request) (any, error) {
	p := q.params
	created, customerID, intentID := p.Range("created"), p.Text("customer"), p.Text("payment_intent")
	return listPage("/v1/charges", &tx.st.Charges, p, func(c *charge) bool {
		return created.Contains(c.Created) && (customerID == "" || c.Customer == customerID) &&
			(intentID == "" || string(c.PaymentIntent) == intentID)
	})
}
