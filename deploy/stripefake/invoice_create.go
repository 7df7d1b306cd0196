package stripefake

import (
	"cmp"

	"muster/deploy/stripefake/internal/form"
)

// createInvoice creates a draft for one-off amounts: of invoice items that are added to it, or that are pending.
func createInvoice(tx *tx, q *request) (any, error) {
	p := q.params
	c, err := tx.customer(p.Need("customer"), "customer")
	if err != nil {
		return nil, err
	}
	in := tx.newInvoice(c, "manual", cmp.Or(readCurrency(p, "currency"), string(c.Currency), "usd"))
	in.AutoAdvance, _ = p.Bool("auto_advance")
	in.CollectionMethod = cmp.Or(p.Enum("collection_method", chargeAutomatically, sendInvoice), chargeAutomatically)
	in.readDue(p, tx.now)
	optional(p, "description", &in.Description)
	optional(p, "default_payment_method", &in.PaymentMethod)
	in.Rates, _ = tx.readTaxRates(p, "default_tax_rates")
	in.Metadata = p.Metadata("metadata", nil)
	if in.PaymentMethod != "" && !tx.attached(in.PaymentMethod, c.ID) {
		p.Fail("default_payment_method", "resource_missing", "No such PaymentMethod: '%s'", in.PaymentMethod)
	}
	pending := p.Enum("pending_invoice_items_behavior", "include", "exclude")
	s, err := tx.subscriptionOfInvoice(p, c)
	if err != nil {
		return nil, err
	}
	if err := p.Done(); err != nil {
		return nil, err
	}
	if err := tx.oneCurrency(c.ID, in.Currency); err != nil {
		return nil, err
	}
	if s != nil {
		in.Subscription = text(s.ID)
	}
	if s != nil || pending == "include" {
		for _, line := range tx.takePending(s, c, in.ID) {
			in.adopt(line)
			in.Lines = append(in.Lines, line)
		}
	}
	tx.total(in)
	tx.st.Invoices.put(in)
	if in.AutoAdvance {
		tx.draft(in)
	} else {
		tx.create(in, "invoice.created")
	}
	return in, nil
}

func (tx *tx) subscriptionOfInvoice(p *form.Reader, c *customer) (*subscription, error) {
	id := p.Text("subscription")
	if id == "" {
		return nil, nil
	}
	s, ok := tx.st.Subscriptions.get(id)
	if !ok || s.Customer != c.ID {
		return nil, noSuch("subscription", id, "subscription")
	}
	return s, nil
}

// readDue reads when an invoice that is sent must be paid.
func (in *invoice) readDue(p *form.Reader, now int64) {
	days, hasDays := p.IntWithin("days_until_due", 0, 1000)
	at, hasDate := p.Int("due_date")
	switch {
	case hasDays && hasDate:
		p.Fail("due_date", "", "You may only specify one of these parameters: days_until_due, due_date.")
	case (hasDays || hasDate) != (in.CollectionMethod == sendInvoice):
		p.Fail("days_until_due", "", "`days_until_due` or `due_date` is required with, and only with, `collection_method` send_invoice.")
	case hasDate && at <= now:
		p.Fail("due_date", "", "Invalid timestamp: must be in the future.")
	}
	in.DaysUntilDue, in.DueDate = days, moment(at)
}

// updateInvoice changes what may be changed at any time, and a draft's description.
func updateInvoice(tx *tx, q *request) (any, error) {
	in, err := tx.invoice(q.id)
	if err != nil {
		return nil, err
	}
	advance, sent := q.params.Bool("auto_advance")
	metadata, description := q.params.Metadata("metadata", in.Metadata), in.Description
	optional(q.params, "description", &description)
	if err := q.params.Done(); err != nil {
		return nil, err
	}
	if in.Status != invoiceDraft && description != in.Description {
		return nil, notEditable()
	}
	tx.change(in, "invoice.updated", func() {
		in.Metadata, in.Description = metadata, description
		if sent && advance != in.AutoAdvance {
			in.AutoAdvance = advance
			tx.reschedule(in)
		}
	})
	return in, nil
}

// reschedule starts or stops what happens to an invoice by itself.
func (tx *tx) reschedule(in *invoice) {
	in.FinalizeAt, in.NextAttempt = 0, 0
	switch {
	case !in.AutoAdvance:
	case in.Status == invoiceDraft:
		in.FinalizeAt = tx.now + tx.wait()
	case in.Status == invoiceOpen && in.CollectionMethod == chargeAutomatically:
		in.NextAttempt = moment(tx.now + tx.wait() + 1)
	}
}

// deleteInvoice deletes a one-off draft with its items.
func deleteInvoice(tx *tx, q *request) (any, error) {
	in, err := tx.invoice(q.id)
	if err != nil {
		return nil, err
	}
	if err := q.params.Done(); err != nil {
		return nil, err
	}
	if in.Status != invoiceDraft {
		return nil, invalid("invoice_not_editable", "", "You can only delete draft invoices.")
	}
	if in.BillingReason != "manual" {
		return nil, invalid("", "", "You can only delete one-off invoices: this one is of the subscription %s.", in.Subscription)
	}
	for _, line := range in.Lines {
		tx.st.InvoiceItems.remove(string(line.InvoiceItem))
	}
	in.Status = "deleted"
	tx.announce(in, "invoice.deleted")
	tx.st.Invoices.remove(in.ID)
	return object{"id": in.ID, "object": in.kind(), "deleted": true}, nil
}

// attached reports whether a payment method belongs to a customer.
func (tx *tx) attached(id text, customerID string) bool {
	m, ok := tx.st.PaymentMethods.get(string(id))
	return ok && m.Customer == text(customerID)
}
