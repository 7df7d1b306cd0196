package stripefake

import "net/http"

// The results of charging a card.
const (
	cardWorks    = "works"
	cardDeclines = "declines"
	// cardAsks requires the customer to authenticate the payment.
	cardAsks = "asks"
)

// attempt says how a payment is tried.
type attempt struct {
	// automatic attempts are repeated when they fail.
	automatic bool
	// offSession attempts happen without the customer.
	offSession bool
	// authenticated is set when the customer has just authenticated this payment.
	authenticated bool
}

// byItself is an attempt that no customer has asked for.
var byItself = attempt{automatic: true, offSession: true}

// outcome is the result of charging a customer's payment method, and why it is declined. A payment that is set to fail
// fails with any card.
func (tx *tx) outcome(c *customer, m *paymentMethod, a attempt) (string, *refusal) {
	card := m.test()
	asks := card.asks == asksAlways || card.asks == asksUntilSetUp && !m.SetUp || card.asks == asksOnSession && !a.offSession
	switch {
	case tx.st.FailNext[c.ID] > 0:
		return cardDeclines, genericDecline
	case asks && !a.authenticated:
		return cardAsks, nil
	case card.refusal != nil:
		return cardDeclines, card.refusal
	}
	return cardWorks, nil
}

// useUpFailure counts one payment that was set to fail as done.
func (tx *tx) useUpFailure(c *customer) {
	if tx.st.FailNext[c.ID]--; tx.st.FailNext[c.ID] <= 0 {
		delete(tx.st.FailNext, c.ID)
	}
}

// methodOfInvoice returns the payment method for an invoice.
func (tx *tx) methodOfInvoice(in *invoice, c *customer) *paymentMethod {
	if s, ok := tx.st.Subscriptions.get(string(in.Subscription)); ok {
		return tx.methodFor(c, in.PaymentMethod, s.PaymentMethod, s.Source)
	}
	return tx.methodFor(c, in.PaymentMethod)
}

// collect tries to collect an open invoice with the given payment method or, if that is nil, with the customer's. It
// schedules a retry of a failed automatic attempt.
func (tx *tx) collect(in *invoice, method *paymentMethod, a attempt) error {
	c, _ := tx.st.Customers.get(in.Customer)
	if method == nil {
		method = tx.methodOfInvoice(in, c)
	}
	if method == nil {
		tx.fail(in, "invoice.payment_failed", a.automatic)
		return nil
	}
	switch result, why := tx.outcome(c, method, a); result {
	case cardDeclines:
		tx.useUpFailure(c)
		ch := tx.decline(in, method, why)
		tx.fail(in, "invoice.payment_failed", a.automatic)
		err := declinedError(why, ch)
		if intent, ok := tx.st.PaymentIntents.get(string(in.PaymentIntent)); ok {
			err.PaymentIntent = tx.render(intent)
		}
		return err
	case cardAsks:
		tx.askCustomer(in, method)
		tx.fail(in, "invoice.payment_action_required", a.automatic)
		return requiresAction()
	}
	method.SetUp = method.SetUp || a.authenticated
	ch := tx.succeed(in, method)
	tx.settle(in, ch)
	if reason := method.test().disputed; reason != "" {
		// A charge that has just succeeded can be disputed.
		_, _ = tx.openDispute(ch.ID, 0, reason)
	}
	return nil
}

func requiresAction() *apiError {
	return &apiError{
		Status: http.StatusPaymentRequired, Type: typeCard, Code: "invoice_payment_intent_requires_action",
		Message: "Payment for this invoice requires additional user action before it can be completed successfully.",
	}
}

// failAuthentication records that the customer did not authenticate the payment that waits for it.
func (tx *tx) failAuthentication(in *invoice) error {
	intent, _ := tx.st.PaymentIntents.get(string(in.PaymentIntent))
	e := cardError("payment_intent_authentication_failure", "", messageNotAuthenticated)
	intent.Status, intent.NextAction, intent.PaymentMethod = intentNeedsMethod, nil, ""
	intent.LastError = object{"type": typeCard, "code": e.Code, "message": e.Message}
	tx.announce(intent, "payment_intent.payment_failed")
	tx.fail(in, "invoice.payment_failed", false)
	return e
}

const messageNotAuthenticated = "We are unable to authenticate your payment method. Please choose a different payment " +
	"method and try again."

// declinedError returns the error for a declined card; the charge may be nil.
func declinedError(why *refusal, ch *charge) *apiError {
	e := cardError(why.code, "", why.message)
	e.DeclineCode = why.declineCode
	switch why.code {
	case "expired_card":
		e.Param = "exp_month"
	case "incorrect_cvc":
		e.Param = "cvc"
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
