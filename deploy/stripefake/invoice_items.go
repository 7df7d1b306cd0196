package stripefake

import (
	"slices"

	"muster/deploy/stripefake/internal/form"
)

// invoiceItem is an amount for the next invoice: a proration, or what an API call adds.
type invoiceItem struct {
	ID           string            `json:"id"`
	Amount       int64             `json:"amount"`
	Currency     string            `json:"currency"`
	Customer     string            `json:"customer"`
	Date         int64             `json:"date"`
	Description  text              `json:"description"`
	Discountable bool              `json:"discountable"`
	Invoice      text              `json:"invoice"`
	Metadata     map[string]string `json:"metadata"`
	Period       span              `json:"period"`
	Proration    bool              `json:"proration"`
	Quantity     int64             `json:"quantity"`
	Subscription text              `json:"subscription"`

	Price    string   `json:"_price"`
	TaxRates []string `json:"_tax_rates"`
	// Item is the prorated item of the subscription.
	Item text `json:"_item"`
}

func (i *invoiceItem) key() string  { return i.ID }
func (i *invoiceItem) kind() string { return "invoiceitem" }

func (i *invoiceItem) compose(tx *tx, o object) {
	o["price"] = nil
	if p, ok := tx.st.Prices.get(i.Price); ok {
		o["price"] = tx.render(p)
	}
	o["unit_amount"] = i.Amount / max(1, i.Quantity)
	o["tax_rates"] = tx.taxRates(i.TaxRates)
}

// line turns the item into an invoice's line.
func (i *invoiceItem) line() *invoiceLine {
	return &invoiceLine{
		Amount: i.Amount, Description: i.Description, Discountable: i.Discountable, InvoiceItem: text(i.ID), Metadata: i.Metadata,
		Period: i.Period, Proration: i.Proration, Quantity: i.Quantity, Type: "invoiceitem", Price: i.Price, Item: i.Item,
		Subscription: i.Subscription, TaxRates: i.TaxRates,
	}
}

// takePending turns the pending items of a subscription, if there is one, and of its customer into lines of an invoice.
func (tx *tx) takePending(s *subscription, c *customer, invoiceID string) []*invoiceLine {
	pending := c.Pending
	c.Pending = nil
	if s != nil {
		pending = slices.Concat(s.Pending, pending)
		s.Pending = nil
	}
	var lines []*invoiceLine
	for _, id := range pending {
		if item, ok := tx.st.InvoiceItems.get(id); ok {
			item.Invoice = text(invoiceID)
			lines = append(lines, item.line())
		}
	}
	return lines
}

func createInvoiceItem(tx *tx, q *request) (any, error) {
	p := q.params
	i := &invoiceItem{
		ID: newID("ii_1", 23), Customer: p.Need("customer"), Date: tx.now, Metadata: p.Metadata("metadata", nil), Discountable: true,
		Invoice: text(p.Text("invoice")), Subscription: text(p.Text("subscription")), Period: span{Start: tx.now, End: tx.now},
	}
	optional(p, "description", &i.Description)
	i.TaxRates, _ = tx.readTaxRates(p, "tax_rates")
	if discountable, sent := p.Bool("discountable"); sent {
		i.Discountable = discountable
	}
	if p.Has("period") {
		i.Period.Start, _ = p.Sub("period").Int("start")
		i.Period.End, _ = p.Sub("period").Int("end")
	}
	if err := i.readAmount(tx, p); err != nil {
		return nil, err
	}
	if err := p.Done(); err != nil {
		return nil, err
	}
	return tx.addInvoiceItem(i)
}

// readAmount reads what an item costs: an amount, a unit amount and a quantity, or a price for one purchase.
func (i *invoiceItem) readAmount(tx *tx, p *form.Reader) error {
	amount, hasAmount := p.IntWithin("amount", -maxAmount, maxAmount)
	unit, hasUnit := p.IntWithin("unit_amount", -maxAmount, maxAmount)
	quantity, hasQuantity := p.IntWithin("quantity", 0, 999_999)
	i.Currency, i.Price, i.Quantity = readCurrency(p, "currency"), p.Text("price"), max(quantity, 1)
	switch {
	case hasAmount && (hasUnit || hasQuantity || i.Price != ""), hasUnit && i.Price != "":
		p.Fail("amount", "", "You may only specify one of these parameters: amount, price, unit_amount.")
	case i.Price != "":
		found, err := tx.price(i.Price, "price")
		if err != nil {
			return err
		}
		if found.Recurring != nil {
			return invalid("", "price", "The price specified is set to `type=recurring` but this field only accepts prices with `type=one_time`.")
		}
		i.Amount, i.Currency = found.UnitAmount*i.Quantity, found.Currency
	case hasUnit:
		i.Amount = unit * i.Quantity
	case hasAmount:
		i.Amount = amount
	default:
		p.Fail("amount", "parameter_missing", "Missing required param: amount.")
	}
	checkUnit(p, "amount", i.Amount, i.Currency)
	return nil
}

// addInvoiceItem adds a read item to its draft, or to what is pending.
func (tx *tx) addInvoiceItem(i *invoiceItem) (any, error) {
	c, err := tx.customer(i.Customer, "customer")
	if err != nil {
		return nil, err
	}
	if i.Currency == "" {
		i.Currency = string(c.Currency)
	}
	if i.Currency == "" {
		return nil, invalid("parameter_missing", "currency", "Missing required param: currency.")
	}
	if err := tx.oneCurrency(c.ID, i.Currency); err != nil {
		return nil, err
	}
	pending := &c.Pending
	if i.Subscription != "" {
		s, ok := tx.st.Subscriptions.get(string(i.Subscription))
		if !ok || s.Customer != c.ID {
			return nil, noSuch("subscription", string(i.Subscription), "subscription")
		}
		if s.ended() {
			return nil, invalid("", "subscription", "The subscription %s is canceled: it takes no invoice items.", s.ID)
		}
		pending = &s.Pending
	}
	var in *invoice
	if i.Invoice != "" {
		var ok bool
		if in, ok = tx.st.Invoices.get(string(i.Invoice)); !ok || in.Customer != c.ID {
			return nil, noSuch("invoice", string(i.Invoice), "invoice")
		}
		if in.Status != invoiceDraft {
			return nil, notEditable()
		}
	}
	tx.st.InvoiceItems.put(i)
	if in == nil {
		*pending = append(*pending, i.ID)
		if c.Currency == "" {
			c.Currency = text(i.Currency)
		}
	} else {
		line := i.line()
		in.adopt(line)
		tx.change(in, "invoice.updated", func() { in.Lines = append(in.Lines, line); tx.total(in) })
	}
	tx.create(i, "invoiceitem.created")
	return i, nil
}

func notEditable() *apiError {
	return invalid("invoice_not_editable", "", "This invoice is no longer editable: it is not a draft.")
}

func getInvoiceItem(tx *tx, q *request) (any, error) {
	return fetch(&tx.st.InvoiceItems, "invoiceitem", q)
}

// deleteInvoiceItem deletes a pending item.
func deleteInvoiceItem(tx *tx, q *request) (any, error) {
	i, ok := tx.st.InvoiceItems.get(q.id)
	if !ok {
		return nil, notFound("invoiceitem", q.id)
	}
	if err := q.params.Done(); err != nil {
		return nil, err
	}
	if i.Invoice != "" {
		return nil, invalid("", "", "This server deletes invoice items only before they are on an invoice.")
	}
	gone := func(id string) bool { return id == i.ID }
	if c, ok := tx.st.Customers.get(i.Customer); ok {
		c.Pending = slices.DeleteFunc(c.Pending, gone)
	}
	if s, ok := tx.st.Subscriptions.get(string(i.Subscription)); ok {
		s.Pending = slices.DeleteFunc(s.Pending, gone)
	}
	tx.announce(i, "invoiceitem.deleted")
	tx.st.InvoiceItems.remove(i.ID)
	return object{"id": i.ID, "object": i.kind(), "deleted": true}, nil
}

func listInvoiceItems(tx *tx, q *request) (any, error) {
	p := q.params
	created, customerID, invoiceID := p.Range("created"), p.Text("customer"), p.Text("invoice")
	pending, filtered := p.Bool("pending")
	return listPage("/v1/invoiceitems", &tx.st.InvoiceItems, p, func(i *invoiceItem) bool {
		return created.Contains(i.Date) && (customerID == "" || i.Customer == customerID) &&
			(invoiceID == "" || string(i.Invoice) == invoiceID) && (!filtered || pending == (i.Invoice == ""))
	})
}
