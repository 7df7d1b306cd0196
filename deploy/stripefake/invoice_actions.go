package stripefake

func finalizeInvoice(tx *tx, q *request) (any, error) {
	if advance, sent := q.params.Bool("auto_advance"); sent && !advance {
		q.params.Fail("auto_advance", "", "This server finalizes invoices with auto_advance only.")
	}
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
	tx.finalize(in)
	return in, nil
}

func payInvoice(tx *tx, q *request) (any, error) {
	methodID := q.params.Text("payment_method")
	outOfBand, _ := q.params.Bool("paid_out_of_band")
	q.params.Ignore("off_session", "forgive")
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
		if err := tx.collect(in, method, false); err != nil {
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
	if in.Status != invoiceOpen {
		return nil, invalid("invoice_not_editable", "", "You can only pass in open invoices. This invoice isn't open.")
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
