package stripefake

import (
	"cmp"

	"muster/deploy/stripefake/internal/form"
)

// How a failed payment affects the call that caused it.
const (
	allowIncomplete   = "allow_incomplete"
	defaultIncomplete = "default_incomplete"
	errorIfIncomplete = "error_if_incomplete"
)

const (
	maxTrialDays = 730
	maxItems     = 20
)

// order is a requested subscription, from an API call or a checkout session.
type order struct {
	Customer      string
	Lines         []orderLine
	Offer         offer
	TrialDays     int64
	TrialEnd      int64
	PaymentMethod string
	Metadata      map[string]string
	Description   string
	MissingMethod string
	// Rates are the tax rates of lines that have none of their own.
	Rates []string
	// Source, CollectionMethod, DaysUntilDue and Pause are those of subscriptions without a session.
	Source           string
	CollectionMethod string
	DaysUntilDue     int64
	// Authenticated is set when the customer has authenticated the first payment.
	Authenticated bool
	// Session is the checkout session of the order; empty if there is none.
	Session string
}

// orderLine is one price of an order.
type orderLine struct {
	Price    string
	Quantity int64
	Metadata map[string]string
	TaxRates []string
}

// trialEnd is the end of the order's trial; 0 if there is none.
func (o *order) trialEnd(now int64) int64 {
	if o.TrialDays > 0 {
		return now + o.TrialDays*24*60*60
	}
	if o.TrialEnd > now {
		return o.TrialEnd
	}
	return 0
}

// readLines reads the prices and quantities of a subscription's items or a session's line_items, and checks that they
// are compatible: all recurring, with one currency and one interval.
func (tx *tx) readLines(p *form.Reader, name string) ([]orderLine, error) {
	var lines []orderLine
	var first *price
	for _, element := range p.List(name) {
		if element.Has("price_data") {
			element.Fail("price_data", form.CodeUnsupported, "This server does not support Stripe's parameter price_data: create a price.")
			return nil, p.Done()
		}
		line := orderLine{Price: element.Need("price"), Quantity: 1, Metadata: element.Metadata("metadata", nil)}
		if quantity, sent := element.IntWithin("quantity", 0, 999_999); sent {
			line.Quantity = quantity
		}
		line.TaxRates, _ = tx.readTaxRates(element, "tax_rates")
		if line.Price == "" {
			return nil, p.Done()
		}
		found, err := tx.price(line.Price, element.Path("price"))
		if err != nil {
			return nil, err
		}
		if first == nil {
			first = found
		}
		if err := fits(found, first, element.Path("price")); err != nil {
			return nil, err
		}
		lines = append(lines, line)
	}
	switch {
	case len(lines) == 0:
		p.Fail(name, "parameter_missing", "Missing required param: %s.", name)
	case len(lines) > maxItems:
		p.Fail(name, "", "A subscription can have at most %d items.", maxItems)
	}
	return lines, nil
}

// fits checks that two prices can be in the same subscription.
func fits(p, other *price, param string) error {
	switch {
	case p.Recurring == nil:
		return invalid("", param, "The price specified is set to `type=one_time` but this field only accepts prices "+
			"with `type=recurring`.")
	case p.Currency != other.Currency:
		return invalid("", param, "The price specified only supports `%s`. This doesn't match the expected currency: `%s`.",
			p.Currency, other.Currency)
	case *p.Recurring != *other.Recurring:
		return invalid("", param, "All prices of a subscription must have the same billing interval.")
	}
	return nil
}

// purchaseOf returns the purchase that an order's promotion code must allow.
func (tx *tx) purchaseOf(customerID string, lines []orderLine) purchase {
	of := purchase{customer: customerID}
	for _, line := range lines {
		if p, ok := tx.st.Prices.get(line.Price); ok {
			of.currency = p.Currency
			of.amount += p.UnitAmount * line.Quantity
		}
	}
	return of
}

func createSubscription(tx *tx, q *request) (any, error) {
	p := q.params
	o := order{Customer: p.Need("customer"), PaymentMethod: p.Text("default_payment_method")}
	lines, err := tx.readLines(p, "items")
	if err != nil {
		return nil, err
	}
	o.Lines = lines
	tx.readTerms(&o, p)
	o.readCollection(p)
	o.Source = p.Text("default_source")
	couponID, promotionID := p.Text("coupon"), p.Text("promotion_code")
	atPeriodEnd, _ := p.Bool("cancel_at_period_end")
	behaviour := p.Enum("payment_behavior", allowIncomplete, defaultIncomplete, errorIfIncomplete)
	if currency := readCurrency(p, "currency"); currency != "" && len(lines) > 0 {
		if first, _ := tx.st.Prices.get(lines[0].Price); first.Currency != currency {
			p.Fail("currency", "", "The price specified only supports `%s`. This doesn't match the expected currency: `%s`.", first.Currency, currency)
		}
	}
	p.Ignore("payment_settings", "off_session", "proration_behavior", "trial_from_plan")
	if err := p.Done(); err != nil {
		return nil, err
	}
	c, err := tx.customer(o.Customer, "customer")
	if err != nil {
		return nil, err
	}
	bought := tx.purchaseOf(c.ID, lines)
	if err := tx.oneCurrency(c.ID, bought.currency); err != nil {
		return nil, err
	}
	o.Offer, err = tx.readOffer(couponID, promotionID, "coupon", "promotion_code", bought)
	if err != nil {
		return nil, err
	}
	if o.Source != "" && !tx.attached(text(o.Source), c.ID) {
		return nil, noSuch("source", o.Source, "default_source")
	}
	if err := tx.canPay(&o, c, behaviour); err != nil {
		return nil, err
	}
	s := tx.subscribe(o, behaviour != defaultIncomplete)
	if atPeriodEnd {
		tx.change(s, "customer.subscription.updated", func() { s.cancelLater(tx.now) })
	}
	return s, nil
}

// readCollection reads how a subscription's invoices are collected.
func (o *order) readCollection(p *form.Reader) {
	o.CollectionMethod = cmp.Or(p.Enum("collection_method", chargeAutomatically, sendInvoice), chargeAutomatically)
	days, sent := p.IntWithin("days_until_due", 0, 1000)
	o.DaysUntilDue = days
	if sent != (o.CollectionMethod == sendInvoice) {
		p.Fail("days_until_due", "", "`days_until_due` is required with, and only with, `collection_method` send_invoice.")
	}
}

// readTerms reads the parameters that subscriptions and a session's subscription_data share.
func (tx *tx) readTerms(o *order, p *form.Reader) {
	now := tx.now
	o.Rates, _ = tx.readTaxRates(p, "default_tax_rates")
	o.TrialDays, _ = p.IntWithin("trial_period_days", 0, maxTrialDays)
	if p.Has("trial_end") && p.Text("trial_end") != "now" {
		end, _ := p.IntWithin("trial_end", now, now+maxTrialDays*24*60*60)
		o.TrialEnd = end
	}
	if o.TrialDays > 0 && o.TrialEnd > 0 {
		p.Fail("trial_end", "", "You may only specify one of these parameters: trial_period_days, trial_end.")
	}
	o.Metadata = p.Metadata("metadata", nil)
	o.Description = p.Text("description")
	o.MissingMethod = p.Sub("trial_settings").Sub("end_behavior").
		Enum("missing_payment_method", "create_invoice", "cancel", "pause")
}

// canPay checks the payment before anything is created.
func (tx *tx) canPay(o *order, c *customer, behaviour string) error {
	if o.PaymentMethod != "" {
		m, ok := tx.st.PaymentMethods.get(o.PaymentMethod)
		if !ok || m.Customer != text(c.ID) {
			return invalid("resource_missing", "default_payment_method",
				"No such PaymentMethod: '%s'; the PaymentMethod must be attached to the customer.", o.PaymentMethod)
		}
	}
	due := tx.quote(*o).AmountDue
	if due > maxAmount {
		return chargeable(due, string(c.Currency), "")
	}
	if behaviour == defaultIncomplete || o.CollectionMethod == sendInvoice || due == 0 {
		return nil
	}
	method := tx.methodFor(c, text(o.PaymentMethod), text(o.Source))
	if method == nil {
		return invalid("resource_missing", "", "This customer has no attached payment source or default payment "+
			"method. Please consider adding a default payment method.")
	}
	if behaviour == errorIfIncomplete {
		return tx.wouldFail(c, method, attempt{})
	}
	return nil
}

// wouldFail returns the error of a payment that is not tried because it would fail; nil if it would not.
func (tx *tx) wouldFail(c *customer, method *paymentMethod, a attempt) error {
	switch result, why := tx.outcome(c, method, a); result {
	case cardDeclines:
		tx.useUpFailure(c)
		return declinedError(why, nil)
	case cardAsks:
		return cardError("subscription_payment_intent_requires_action", "", "Payment for this subscription requires additional user "+
			"action before it can be completed successfully.")
	}
	return nil
}

// quote returns the first invoice that an order would have.
func (tx *tx) quote(o order) *invoice {
	aside := tx.scratch()
	if o.Customer == "" {
		nobody := &customer{ID: newID("cus_", 14)}
		aside.st.Customers.put(nobody)
		o.Customer = nobody.ID
	}
	s := aside.subscribe(o, false)
	in, _ := aside.st.Invoices.get(string(s.LatestInvoice))
	return in
}

// subscribe creates the order's subscription with its first invoice, and pays that if collect is set. The order must be
// checked already.
func (tx *tx) subscribe(o order, collect bool) *subscription {
	s := &subscription{
		ID: newID("sub_1", 23), Created: tx.now, StartDate: tx.now, Customer: o.Customer, Status: statusIncomplete,
		PaymentMethod: text(o.PaymentMethod), Description: text(o.Description), Metadata: o.Metadata,
		BillingCycleAnchor: tx.now, PeriodStart: tx.now, MissingMethod: o.MissingMethod, Source: text(o.Source), Rates: o.Rates,
		CollectionMethod: cmp.Or(o.CollectionMethod, chargeAutomatically), DaysUntilDue: o.DaysUntilDue,
	}
	if s.CollectionMethod == sendInvoice {
		s.Status = statusActive
	}
	if s.MissingMethod == "" {
		s.MissingMethod = "create_invoice"
	}
	for _, line := range o.Lines {
		s.Items = append(s.Items, newItem(s.ID, line, tx.now))
	}
	p, _ := tx.st.Prices.get(o.Lines[0].Price)
	s.Currency = p.Currency
	s.PeriodEnd = p.Recurring.periodEnd(tx.now, tx.now)
	if end := o.trialEnd(tx.now); end > 0 {
		s.startTrial(tx.now, end)
	}
	tx.st.Subscriptions.put(s)
	tx.redeem(o.Offer, s, o.Session)

	in := tx.bill(s, "subscription_create", tx.periodLines(s))
	tx.create(s, "customer.subscription.created")
	tx.announceTrialEnd(s)
	if collect {
		tx.issue(in, &attempt{automatic: true, authenticated: o.Authenticated})
	} else {
		tx.issue(in, nil)
	}
	return s
}

func newItem(subscriptionID string, line orderLine, now int64) *subscriptionItem {
	metadata := line.Metadata
	if metadata == nil {
		metadata = map[string]string{}
	}
	return &subscriptionItem{
		ID: newID("si_", 14), Created: now, Metadata: metadata, Quantity: line.Quantity, Price: line.Price,
		Subscription: subscriptionID, TaxRates: line.TaxRates,
	}
}

// startTrial makes the subscription free until end.
func (s *subscription) startTrial(now, end int64) {
	if s.Status != statusTrialing {
		s.TrialStart, s.PeriodStart = moment(now), now
	}
	s.Status, s.Warned = statusTrialing, false
	s.TrialEnd, s.BillingCycleAnchor, s.PeriodEnd = moment(end), end, end
}
