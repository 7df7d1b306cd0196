package stripefake

import "strings"

// The states of a checkout session, and of its payment.
const (
	sessionOpen     = "open"
	sessionComplete = "complete"
	sessionExpired  = "expired"

	sessionPaid       = "paid"
	sessionUnpaid     = "unpaid"
	sessionNothingDue = "no_payment_required"
)

// Limits of the time for which a checkout session stays open, in seconds.
const (
	sessionAtLeast = 30 * 60
	sessionAtMost  = 24 * 60 * 60
)

// checkoutSession is a customer's way through a page to a subscription.
type checkoutSession struct {
	ID              string            `json:"id"`
	AllowPromotions bool              `json:"allow_promotion_codes"`
	Subtotal        int64             `json:"amount_subtotal"`
	Total           int64             `json:"amount_total"`
	CancelURL       text              `json:"cancel_url"`
	ClientReference text              `json:"client_reference_id"`
	Created         int64             `json:"created"`
	Currency        string            `json:"currency"`
	Customer        text              `json:"customer"`
	CustomerEmail   text              `json:"customer_email"`
	ExpiresAt       int64             `json:"expires_at"`
	Invoice         text              `json:"invoice"`
	Metadata        map[string]string `json:"metadata"`
	PaymentStatus   string            `json:"payment_status"`
	Status          string            `json:"status"`
	Subscription    text              `json:"subscription"`
	SuccessURL      string            `json:"success_url"`

	// Tax is in Total. InclusiveTax is the part of it that the prices contain.
	Tax          int64 `json:"_tax"`
	InclusiveTax int64 `json:"_inclusive_tax"`
	Order        order `json:"_order"`
	// Incomplete is the subscription whose first payment failed; the next attempt pays it.
	Incomplete string `json:"_incomplete"`
}

func (s *checkoutSession) key() string  { return s.ID }
func (s *checkoutSession) kind() string { return "checkout.session" }

func (s *checkoutSession) compose(tx *tx, o object) {
	o["total_details"] = object{"amount_discount": s.off(), "amount_shipping": 0, "amount_tax": s.Tax}
	if !s.AllowPromotions {
		o["allow_promotion_codes"] = nil
	}
	if s.Status == sessionOpen {
		o["url"] = tx.publicURL + "/c/pay/" + s.ID
	}
	o["customer_details"] = nil
	c, ok := tx.st.Customers.get(string(s.Customer))
	switch {
	case ok && s.Status == sessionComplete:
		o["customer_details"] = customerDetails(c.Email, c.Name)
	case ok:
		o["customer_details"] = customerDetails(c.Email, "")
	case s.CustomerEmail != "":
		o["customer_details"] = customerDetails(s.CustomerEmail, "")
	}
}

// off is the amount of the discount.
func (s *checkoutSession) off() int64 { return s.Subtotal - s.Total + s.Tax - s.InclusiveTax }

func customerDetails(email, name text) object {
	return object{"address": nil, "email": email, "name": name, "phone": nil, "tax_exempt": "none", "tax_ids": nil}
}

func (s *checkoutSession) due() int64 {
	if s.Status == sessionOpen {
		return s.ExpiresAt
	}
	return 0
}

func (s *checkoutSession) happen(tx *tx) { tx.expire(s) }

// lineItems are the items that the session sells.
func (s *checkoutSession) lineItems(tx *tx) []any {
	var data []any
	for i, line := range s.Order.Lines {
		p, _ := tx.st.Prices.get(line.Price)
		amount := p.UnitAmount * line.Quantity
		total := amount
		if c, ok := tx.st.Coupons.get(s.Order.Offer.Coupon); ok && c.covers(p.Product) {
			total -= c.off(amount, p.Currency)
		}
		if s.Order.TrialDays > 0 || s.Order.TrialEnd > 0 {
			amount, total = 0, 0
		}
		data = append(data, object{
			"id": "li_" + s.ID[len(s.ID)-20:] + string(rune('a'+i)), "object": "item", "amount_discount": amount - total,
			"amount_subtotal": amount, "amount_tax": 0, "amount_total": total, "currency": p.Currency,
			"description": tx.productName(p), "price": tx.render(p), "quantity": line.Quantity,
		})
	}
	return data
}

func createSession(tx *tx, q *request) (any, error) {
	p := q.params
	s := &checkoutSession{
		ID: newID("cs_test_a1", 58), Created: tx.now, ExpiresAt: tx.now + sessionAtMost, PaymentStatus: sessionUnpaid,
		Status: sessionOpen, Customer: text(p.Text("customer")), Metadata: p.Metadata("metadata", nil),
	}
	s.readPage(p, tx.now)
	lines, err := tx.readLines(p, "line_items")
	if err != nil {
		return nil, err
	}
	s.Order = order{Customer: string(s.Customer), Lines: lines, Session: s.ID}
	tx.readTerms(&s.Order, p.Sub("subscription_data"))
	couponID, promotionID, param := readDiscounts(p)
	if s.AllowPromotions && param != "" {
		p.Fail("allow_promotion_codes", "", "You may only specify one of these parameters: allow_promotion_codes, discounts.")
	}
	if err := p.Done(); err != nil {
		return nil, err
	}
	if s.Customer != "" {
		if _, err := tx.customer(string(s.Customer), "customer"); err != nil {
			return nil, err
		}
	}
	bought := tx.purchaseOf(string(s.Customer), lines)
	if err := tx.oneCurrency(string(s.Customer), bought.currency); err != nil {
		return nil, err
	}
	s.Order.Offer, err = tx.readOffer(couponID, promotionID, param+"[coupon]", param+"[promotion_code]", bought)
	if err != nil {
		return nil, err
	}
	first := tx.quote(s.Order)
	s.Currency, s.Subtotal, s.Total = first.Currency, first.Subtotal, first.Total
	if first.Tax != nil {
		s.Tax = *first.Tax
	}
	s.InclusiveTax = first.InclusiveTax
	if err := chargeable(s.Total, s.Currency, ""); err != nil {
		return nil, err
	}
	tx.st.Sessions.put(s)
	tx.schedule(s)
	return s, nil
}

func getSession(tx *tx, q *request) (any, error) {
	if err := q.params.Done(); err != nil {
		return nil, err
	}
	return tx.session(q.id)
}

// session finds the session in a path.
func (tx *tx) session(id string) (*checkoutSession, error) {
	s, ok := tx.st.Sessions.get(id)
	if !ok {
		return nil, notFound("checkout.session", id)
	}
	return s, nil
}

func listSessionLines(tx *tx, q *request) (any, error) {
	s, err := tx.session(q.id)
	if err != nil {
		return nil, err
	}
	return listed("/v1/checkout/sessions/"+s.ID+"/line_items", s.lineItems(tx), "line item", q.params)
}

func listSessions(tx *tx, q *request) (any, error) {
	p := q.params
	created, customerID, subscriptionID := p.Range("created"), p.Text("customer"), p.Text("subscription")
	status := p.Enum("status", sessionOpen, sessionComplete, sessionExpired)
	email := p.Sub("customer_details").Text("email")
	return listPage("/v1/checkout/sessions", &tx.st.Sessions, p, func(s *checkoutSession) bool {
		return created.Contains(s.Created) && (customerID == "" || string(s.Customer) == customerID) &&
			(subscriptionID == "" || string(s.Subscription) == subscriptionID) && (status == "" || s.Status == status) &&
			(email == "" || strings.EqualFold(email, string(s.CustomerEmail)))
	})
}

func expireSession(tx *tx, q *request) (any, error) {
	if err := q.params.Done(); err != nil {
		return nil, err
	}
	s, err := tx.session(q.id)
	if err != nil {
		return nil, err
	}
	if s.Status != sessionOpen {
		return nil, invalid("", "", "Only Checkout Sessions with a status in [\"open\"] can be expired. This Checkout "+
			"Session has a status of %s.", s.Status)
	}
	tx.expire(s)
	return s, nil
}

func (tx *tx) expire(s *checkoutSession) {
	s.Status = sessionExpired
	tx.announce(s, "checkout.session.expired")
}
