package stripefake

import "strings"

// The choices of a checkout page's visitor.
const (
	outcomePay     = "pay"
	outcomeDecline = "decline"
	outcomeCancel  = "cancel"
	// outcomeAuthenticate and outcomeFail answer the bank's question.
	outcomeAuthenticate = "authenticate"
	outcomeFail         = "fail"
)

// payment is what the visitor of a page does.
type payment struct {
	outcome string
	email   string
	// number is the card's; empty means one that works, or is declined, by the outcome.
	number string
}

// card returns the test card of a payment; the message says why there is none.
func (p payment) card() (card *testCard, message string) {
	switch {
	case p.number != "":
		if card = cardNumbered(p.number); card == nil {
			return nil, "Your card number is not one of Stripe's test cards."
		}
		return card, ""
	case p.outcome == outcomeDecline:
		return cardNamed("pm_card_chargeCustomerFail"), ""
	}
	return cardNamed("pm_card_visa"), ""
}

// pay completes a session. The message, if any, says why the session is still open; ask is set if the card's bank asks the
// customer to authenticate.
func (tx *tx) pay(s *checkoutSession, p payment) (message string, ask bool) {
	if held, ok := tx.st.Subscriptions.get(s.Incomplete); !ok || held.ended() {
		if message := tx.offerGone(s); message != "" {
			return message, false
		}
	}
	card, message := p.card()
	if message != "" {
		return message, false
	}
	if card.asks != asksNever && p.outcome == outcomePay {
		return messageAuthenticate, true
	}
	if p.outcome == outcomeFail {
		return messageNotAuthenticated, false
	}
	c := tx.buyer(s, p.email)
	method := tx.newCard(card, c.ID)
	method.SetUp = p.outcome == outcomeAuthenticate
	if why := tx.refusedCheck(s, c, card); why != nil {
		return why.message + messageTryAnother, false
	}
	tx.st.PaymentMethods.put(method)
	sub := tx.subscriptionFor(s, c, method)
	if sub.Status == statusIncomplete {
		s.Incomplete = sub.ID
		return tx.whyDeclined(sub) + messageTryAnother, false
	}
	tx.announce(method, "payment_method.attached")
	tx.complete(s, sub)
	return "", false
}

const (
	messageTryAnother   = " Try another one."
	messageAuthenticate = "Your bank asks you to confirm this payment (3-D Secure)."
)

// refusedCheck returns why the check of a card fails while nothing is charged yet; nil if it does not.
func (tx *tx) refusedCheck(s *checkoutSession, c *customer, card *testCard) *refusal {
	switch {
	case s.Total > 0:
		return nil
	case tx.st.FailNext[c.ID] > 0:
		tx.useUpFailure(c)
		return genericDecline
	}
	return card.refusal
}

// whyDeclined returns the message of a subscription's declined payment.
func (tx *tx) whyDeclined(sub *subscription) string {
	in, _ := tx.st.Invoices.get(string(sub.LatestInvoice))
	intent, _ := tx.st.PaymentIntents.get(string(in.PaymentIntent))
	message, _ := intent.LastError["message"].(string)
	return message
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

// offerGone returns why the session's currency or discount is no longer possible; empty if both are.
func (tx *tx) offerGone(s *checkoutSession) string {
	o := s.Order.Offer
	if err := tx.oneCurrency(s.Order.Customer, s.Currency); err != nil {
		return err.Error()
	}
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
		o.Customer, o.PaymentMethod, o.Authenticated = c.ID, method.ID, method.SetUp
		return tx.subscribe(o, true)
	}
	in, _ := tx.st.Invoices.get(string(sub.LatestInvoice))
	sub.PaymentMethod = text(method.ID)
	// A failed payment leaves the subscription incomplete, which the caller checks.
	_ = tx.collect(in, method, attempt{authenticated: method.SetUp})
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
