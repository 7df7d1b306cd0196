package stripefake

func finalizeInvoice(tx *tx, q *request) (any, error) {
	advance, sent := q.params.Bool("auto_advance")
	if err := q.params.Done(); err != nil {
		return nil, err
	}
	in, err := tx.invoice(q.id)
	if err != nil {
		return nil, err
	}
	if in.Status != invoiceDraft {
		return nil, invalid("invoice_not_editable", "", "This invoice is already finalized, you can't re-finalize a "+
			"non-draft invoice.")
	}
	if sent {
		in.AutoAdvance = advance
	}
	tx.finalize(in)
	if in.Status == invoiceOpen && in.AutoAdvance && in.CollectionMethod == chargeAutomatically {
		tx.change(in, "invoice.updated", func() { in.NextAttempt = moment(tx.now + tx.wait() + 1) })
	}
	return in, nil
}

func payInvoice(tx *tx, q *request) (any, error) {
	methodID := q.params.Text("payment_method")
	outOfBand, _ := q.params.Bool("paid_out_of_band")
	offSession, _ := q.params.Bool("off_session")
	if outOfBand && methodID != "" {
		q.params.Fail("paid_out_of_band", "", "You may only specify one of these parameters: paid_out_of_band, payment_method.")
	}
	if err := q.params.Done(); err != nil {
		return nil, err
	}
	in, err := tx.invoice(q.id)
	if err != nil {
		return nil, err
	}
	switch in.Status {
	case invoicePaid:
		return nil, invalid("invoice_already_paid", "", "Invoice is already paid")
	case invoiceVoid:
		return nil, invalid("", "", "Invoice is void: it can no longer be paid.")
	}
	c, _ := tx.st.Customers.get(in.Customer)
	var method *paymentMethod
	if methodID != "" {
		if method, err = tx.attach(methodID, c, "payment_method"); err != nil {
			return nil, err
		}
	}
	if method == nil && !outOfBand && tx.methodOfInvoice(in, c) == nil {
		return nil, invalid("invoice_payment_intent_requires_action", "", "There is no `default_payment_method` set on "+
			"this Customer or Invoice. Please set a `default_payment_method` or pass in `payment_method`.")
	}
	if in.Status == invoiceDraft {
		tx.finalize(in)
	}
	switch {
	case in.Status == invoicePaid:
	case outOfBand:
		in.PaidOutOfBand = true
		tx.settle(in, nil)
	default:
		if err := tx.collect(in, method, attempt{offSession: offSession}); err != nil {
			return nil, err
		}
	}
	return in, nil
}

func voidInvoice(tx *tx, q *request) (any, error) {
	if err := q.params.Done(); err != nil {
		return nil, err
	}
	in, err := tx.invoice(q.id)
	if err != nil {
		return nil, err
	}
	if in.Status != invoiceOpen && in.Status != invoiceUncollectible {
		return nil, notOpen()
	}
	tx.void(in)
	if sub, ok := tx.st.Subscriptions.get(string(in.Subscription)); ok && sub.awaits(in) {
		tx.dropUpdate(sub)
	}
	// A subscription whose first invoice is void can no longer begin.
	if sub, ok := tx.st.Subscriptions.get(string(in.Subscription)); ok && sub.Status == statusIncomplete && string(sub.LatestInvoice) == in.ID {
		tx.giveUp(sub)
	}
	return in, nil
}

// void voids an open invoice.
func (tx *tx) void(in *invoice) {
	tx.change(in, "invoice.updated", func() {
		in.Status, in.Transitions.Voided = invoiceVoid, moment(tx.now)
		in.AutoAdvance, in.NextAttempt = false, 0
	})
	tx.cancelIntent(in)
	tx.announce(in, "invoice.voided")
}

func notOpen() *apiError {
	return invalid("invoice_not_editable", "", "You can only pass in open invoices. This invoice isn't open.")
}

func markUncollectible(tx *tx, q *request) (any, error) {
	if err := q.params.Done(); err != nil {
		return nil, err
	}
	in, err := tx.invoice(q.id)
	if err != nil {
		return nil, err
	}
	if in.Status != invoiceOpen {
		return nil, notOpen()
	}
	tx.writeOff(in)
	return in, nil
}

// writeOff marks an open invoice as uncollectible: it can still be paid or voided.
func (tx *tx) writeOff(in *invoice) {
	tx.change(in, "invoice.updated", func() {
		in.Status, in.Transitions.Uncollectible = invoiceUncollectible, moment(tx.now)
		in.AutoAdvance, in.NextAttempt = false, 0
	})
	tx.announce(in, "invoice.marked_uncollectible")
}

func sendInvoiceNow(tx *tx, q *request) (any, error) {
	if err := q.params.Done(); err != nil {
		return nil, err
	}
	in, err := tx.invoice(q.id)
	if err != nil {
		return nil, err
	}
	if in.CollectionMethod != sendInvoice {
		return nil, invalid("", "", "You can only manually send an invoice if its collection method is 'send_invoice'.")
	}
	switch in.Status {
	case invoiceDraft:
		tx.finalize(in)
	case invoiceOpen:
		tx.announce(in, "invoice.sent")
	default:
		return nil, notOpen()
	}
	return in, nil
}
