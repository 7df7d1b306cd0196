package stripefake

import "strings"

// The choices of a checkout page's visitor.
const (
	outcomePay     = "pay"
	outcomeDecline = "decline"
	outcomeCancel  = "cancel"
)

const messageDeclined = "Your card was declined. Try another one."

// pay completes a session with a card that works or is declined. The message, if any, says why the session is still
// open.
func (tx *tx) pay(s *checkoutSession, outcome, email string) (message string) {
	if held, ok := tx.st.Subscriptions.get(s.Incomplete); !ok || held.ended() {
		if message := tx.offerGone(s); message != "" {
			return message
		}
	}
	card := testCards["pm_card_visa"]
	if outcome == outcomeDecline {
		card = testCards["pm_card_chargeCustomerFail"]
	}
	c := tx.buyer(s, email)
	if s.Total == 0 && (outcome == outcomeDecline || tx.st.FailNext[c.ID] > 0) {
		// Nothing is charged yet, so only the check of the card can fail.
		if outcome == outcomePay {
			tx.useUpFailure(c)
		}
		return messageDeclined
	}
	method := tx.newCard(card, c.ID)
	tx.st.PaymentMethods.put(method)
	sub := tx.subscriptionFor(s, c, method)
	if sub.Status == statusIncomplete {
		s.Incomplete = sub.ID
		return messageDeclined
	}
	tx.announce(method, "payment_method.attached")
	tx.complete(s, sub)
	return ""
}

// buyer returns the session's customer, and creates it if the session has none.
func (tx *tx) buyer(s *checkoutSession, email string) *customer {
	if c, ok := tx.st.Customers.get(s.Order.Customer); ok {
		return c
	}
	if s.CustomerEmail != "" {
		email = string(s.CustomerEmail)
	}
	c := &customer{
		ID: newID("cus_", 14), Created: tx.now, Email: text(email), InvoicePrefix: randomText(capitals, 8),
		Metadata: map[string]string{}, NextInvoice: 1, PreferredLocales: []string{},
	}
	tx.st.Customers.put(c)
	tx.create(c, "customer.created")
	s.Order.Customer = c.ID
	return c
}

// offerGone returns why the session's discount is no longer available; empty if it is.
func (tx *tx) offerGone(s *checkoutSession) string {
	o := s.Order.Offer
	_, err := tx.readOffer(onlyIf(o.Promotion == "", o.Coupon), o.Promotion, "", "",
		tx.purchaseOf(s.Order.Customer, s.Order.Lines))
	if err != nil {
		return "The discount is no longer available: " + err.Error()
	}
	return ""
}

func onlyIf(condition bool, s string) string {
	if condition {
		return s
	}
	return ""
}

// subscriptionFor creates the session's subscription, or pays the one whose first payment failed before.
func (tx *tx) subscriptionFor(s *checkoutSession, c *customer, method *paymentMethod) *subscription {
	sub, ok := tx.st.Subscriptions.get(s.Incomplete)
	if !ok || sub.ended() {
		o := s.Order
		o.Customer, o.PaymentMethod = c.ID, method.ID
		return tx.subscribe(o, true)
	}
	in, _ := tx.st.Invoices.get(string(sub.LatestInvoice))
	sub.PaymentMethod = text(method.ID)
	// A failed payment leaves the subscription incomplete, which the caller checks.
	_ = tx.collect(in, method, false)
	return sub
}

func (tx *tx) complete(s *checkoutSession, sub *subscription) {
	in, _ := tx.st.Invoices.get(string(sub.LatestInvoice))
	s.Status, s.PaymentStatus = sessionComplete, sessionPaid
	if in.AmountDue == 0 {
		s.PaymentStatus = sessionNothingDue
	}
	s.Customer, s.Subscription, s.Invoice, s.Incomplete = text(sub.Customer), text(sub.ID), text(in.ID), ""
	tx.announce(s, "checkout.session.completed")
}

// successURL is the URL to which the completed session redirects.
func (s *checkoutSession) successURL() string {
	return strings.ReplaceAll(s.SuccessURL, "{CHECKOUT_SESSION_ID}", s.ID)
}
