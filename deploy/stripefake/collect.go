package stripefake

import "net/http"

// outcome is the result of charging a customer's payment method. A payment that is set to fail fails with any card.
func (tx *tx) outcome(c *customer, m *paymentMethod) string {
	if tx.st.FailNext[c.ID] > 0 {
		return cardDeclines
	}
	return m.Behaviour
}

// useUpFailure counts one payment that was set to fail as done.
func (tx *tx) useUpFailure(c *customer) {
	if tx.st.FailNext[c.ID]--; tx.st.FailNext[c.ID] <= 0 {
		delete(tx.st.FailNext, c.ID)
	}
}

// methodOfInvoice returns the payment method for an invoice.
func (tx *tx) methodOfInvoice(in *invoice, c *customer) *paymentMethod {
	var own text
	if s, ok := tx.st.Subscriptions.get(string(in.Subscription)); ok {
		own = s.PaymentMethod
	}
	return tx.methodFor(own, c)
}

// collect tries to collect an open invoice with the given payment method or, if that is nil, with the customer's. It
// schedules a retry of a failed automatic attempt.
func (tx *tx) collect(in *invoice, method *paymentMethod, automatic bool) error {
	c, _ := tx.st.Customers.get(in.Customer)
	if method == nil {
		method = tx.methodOfInvoice(in, c)
	}
	if method == nil {
		tx.fail(in, "invoice.payment_failed", automatic)
		return nil
	}
	switch tx.outcome(c, method) {
	case cardDeclines:
		tx.useUpFailure(c)
		ch := tx.decline(in, method)
		tx.fail(in, "invoice.payment_failed", automatic)
		err := declinedError(ch)
		if intent, ok := tx.st.PaymentIntents.get(string(in.PaymentIntent)); ok {
			err.PaymentIntent = tx.render(intent)
		}
		return err
	case cardAsks:
		tx.askCustomer(in, method)
		tx.fail(in, "invoice.payment_action_required", automatic)
		return &apiError{
			Status: http.StatusPaymentRequired, Type: typeCard, Code: "invoice_payment_intent_requires_action",
			Message: "Payment for this invoice requires additional user action before it can be completed successfully.",
		}
	default:
		tx.settle(in, tx.succeed(in, method))
		return nil
	}
}

// declinedError returns the error for a declined card; the charge may be nil.
func declinedError(ch *charge) *apiError {
	e := &apiError{
		Status: http.StatusPaymentRequired, Type: typeCard, Code: "card_declined", DeclineCode: "generic_decline",
		Message: "Your card was declined.",
	}
	if ch != nil {
		e.Charge = ch.ID
	}
	return e
}

// settle marks an invoice as paid, by the charge if there was one, and reactivates its subscription.
func (tx *tx) settle(in *invoice, ch *charge) {
	tx.change(in, "invoice.updated", func() {
		in.Status, in.Transitions.Paid, in.Attempted = invoicePaid, moment(tx.now), true
		in.AmountPaid, in.NextAttempt, in.AutoAdvance = in.AmountDue, 0, false
		if ch != nil {
			in.AttemptCount++
		}
	})
	tx.announce(in, "invoice.paid")
	tx.announce(in, "invoice.payment_succeeded")
	s, ok := tx.st.Subscriptions.get(string(in.Subscription))
	if !ok || s.ended() {
		return
	}
	if c, ok := tx.st.Customers.get(in.Customer); ok && c.Delinquent {
		tx.change(c, "customer.updated", func() { c.Delinquent = false })
	}
	tx.applyUpdate(s, in)
	revived := s.Status == statusIncomplete || s.Status == statusPastDue || s.Status == statusUnpaid
	if revived && string(s.LatestInvoice) == in.ID {
		tx.change(s, "customer.subscription.updated", func() { s.Status = statusActive })
	}
}

// fail records a failed attempt: the invoice stays open, and its subscription becomes past due. After the last
// automatic attempt it gets the status in the settings.
func (tx *tx) fail(in *invoice, eventType string, automatic bool) {
	s, ok := tx.st.Subscriptions.get(string(in.Subscription))
	exhausted := false
	tx.change(in, "invoice.updated", func() {
		in.Attempted = true
		in.AttemptCount++
		if !automatic {
			return
		}
		in.NextAttempt = 0
		if ok && s.Status != statusIncomplete {
			exhausted = !in.retryLater(tx)
		}
	})
	tx.announce(in, eventType)
	if eventType != "invoice.payment_failed" {
		tx.announce(in, "invoice.payment_failed")
	}
	if !ok || s.ended() || s.awaits(in) {
		return
	}
	if c, ok := tx.st.Customers.get(in.Customer); ok && !c.Delinquent && s.Status != statusIncomplete {
		tx.change(c, "customer.updated", func() { c.Delinquent = true })
	}
	if s.Status == statusActive || s.Status == statusTrialing {
		tx.change(s, "customer.subscription.updated", func() { s.Status = statusPastDue })
	}
	if exhausted {
		tx.afterLastAttempt(s)
	}
}

// retryLater schedules the next automatic attempt; false if there is none left.
func (in *invoice) retryLater(tx *tx) bool {
	waits := tx.st.Settings.RetryAfter
	if in.Retries >= len(waits) {
		return false
	}
	in.NextAttempt = moment(tx.now + int64(waits[in.Retries].Seconds()))
	in.Retries++
	return true
}

func (tx *tx) afterLastAttempt(s *subscription) {
	switch tx.st.Settings.AfterRetries {
	case statusCanceled:
		tx.endSubscription(s, "payment_failed")
	case statusUnpaid:
		tx.change(s, "customer.subscription.updated", func() { s.Status = statusUnpaid })
	}
}
