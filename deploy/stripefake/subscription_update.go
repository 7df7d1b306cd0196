package stripefake

import (
	"muster/deploy/stripefake/internal/form"
)

// How a change within a period is billed.
const (
	createProrations = "create_prorations"
	alwaysInvoice    = "always_invoice"
	noProration      = "none"
)

// itemChange is the change of one price of a subscription.
type itemChange struct {
	// ID is the item to change; empty adds a new one.
	ID      string
	Line    orderLine
	Deleted bool
}

// subscriptionChange is an update of a subscription, or a hypothetical one for a preview. Nil members change nothing.
type subscriptionChange struct {
	Items         []itemChange
	Proration     string
	ProrationDate int64
	// TrialEnd is a time; one that is not after now ends the trial.
	TrialEnd *int64
	// AtPeriodEnd requests or reverts the cancellation at the end of the period; CancelAt at a time, where 0 reverts
	// it.
	AtPeriodEnd   *bool
	CancelAt      *int64
	Offer         offer
	ClearDiscount bool
	// Pause is how collection pauses, where nil ends the pause.
	Pause **pauseCollection
	// Plain sets members that have no further effect.
	Plain func(s *subscription)
}

func updateSubscription(tx *tx, q *request) (any, error) {
	s, ok := tx.st.Subscriptions.get(q.id)
	if !ok {
		return nil, notFound("subscription", q.id)
	}
	p := q.params
	if s.Status == statusIncomplete {
		if err := onlyHarmless(p); err != nil {
			return nil, err
		}
	}
	change, err := tx.readChange(s, p, "items", "")
	if err != nil {
		return nil, err
	}
	change.Plain = tx.readPlain(s, p)
	behaviour := p.Enum("payment_behavior", allowIncomplete, errorIfIncomplete, pendingIfIncomplete)
	change.Pause = readPause(p, tx.now)
	p.Ignore("payment_settings", "off_session", "trial_from_plan")
	if err := p.Done(); err != nil {
		return nil, err
	}
	if s.ended() {
		return nil, invalid("resource_missing", "", "A canceled subscription can only update its cancellation_details "+
			"and metadata.")
	}
	if behaviour == errorIfIncomplete {
		if err := tx.canPayChange(s, change); err != nil {
			return nil, err
		}
	}
	if behaviour == pendingIfIncomplete && tx.mustWait(s, change) {
		tx.applyLater(s, change)
		return s, nil
	}
	tx.apply(s, change)
	return s, nil
}

// onlyHarmless refuses what an incomplete subscription does not accept: everything but metadata and default_source.
func onlyHarmless(p *form.Reader) error {
	for _, name := range p.Names() {
		if name != "metadata" && name != "default_source" && name != "expand" {
			return invalid("", name, "You can only update the metadata or default_source of a subscription with the status `incomplete`.")
		}
	}
	return nil
}

// readPlain reads the members that are only stored.
func (tx *tx) readPlain(s *subscription, p *form.Reader) func(*subscription) {
	metadata := p.Metadata("metadata", s.Metadata)
	description, method, source, details := s.Description, s.PaymentMethod, s.Source, s.Cancellation
	optional(p, "description", &description)
	optional(p, "default_payment_method", &method)
	optional(p, "default_source", &source)
	rates, newRates := tx.readTaxRates(p, "default_tax_rates")
	collection := tx.readNewCollection(s, p)
	readCancellation(p.Sub("cancellation_details"), &details)
	missing := p.Sub("trial_settings").Sub("end_behavior").
		Enum("missing_payment_method", "create_invoice", "cancel", "pause")
	if source != "" && source != s.Source && !tx.attached(source, s.Customer) {
		p.Fail("default_source", "resource_missing", "No such source: '%s'", source)
	}
	if method != s.PaymentMethod && method != "" && !tx.attached(method, s.Customer) {
		p.Fail("default_payment_method", "resource_missing", "No such PaymentMethod: '%s'; the PaymentMethod must be "+
			"attached to the customer.", method)
	}
	return func(s *subscription) {
		s.Metadata, s.Description, s.PaymentMethod, s.Source, s.Cancellation = metadata, description, method, source, details
		collection(s)
		if newRates {
			s.Rates = rates
		}
		if missing != "" {
			s.MissingMethod = missing
		}
	}
}

// readChange reads the parameters that previews and updates share. A preview's parameters have the prefix
// "subscription_", except for coupon and the name of the items.
func (tx *tx) readChange(s *subscription, p *form.Reader, items, prefix string) (subscriptionChange, error) {
	var change subscriptionChange
	var err error
	if change.Items, err = tx.readItems(s, p, items); err != nil {
		return change, err
	}
	change.Proration = p.Enum(prefix+"proration_behavior", createProrations, alwaysInvoice, noProration)
	change.ProrationDate, _ = p.IntWithin(prefix+"proration_date", s.PeriodStart, s.PeriodEnd)
	if change.ProrationDate > 0 && change.Proration == noProration {
		p.Fail(prefix+"proration_date", "", "You cannot specify `%sproration_date` when `%sproration_behavior` is `none`.", prefix, prefix)
	}
	if p.Has(prefix + "trial_end") {
		end := tx.now
		if p.Text(prefix+"trial_end") != "now" {
			end, _ = p.IntWithin(prefix+"trial_end", tx.now, tx.now+maxTrialDays*24*60*60)
		}
		change.TrialEnd = &end
	}
	if atPeriodEnd, sent := p.Bool(prefix + "cancel_at_period_end"); sent {
		change.AtPeriodEnd = &atPeriodEnd
	}
	if p.Cleared(prefix + "cancel_at") {
		change.CancelAt = new(int64)
	} else if at, sent := p.IntWithin(prefix+"cancel_at", tx.now, 1<<40); sent {
		change.CancelAt = &at
	}
	if change.AtPeriodEnd != nil && *change.AtPeriodEnd && change.CancelAt != nil && *change.CancelAt > 0 {
		p.Fail(prefix+"cancel_at", "", "You may only specify one of these parameters: cancel_at, cancel_at_period_end.")
	}
	change.ClearDiscount = p.Cleared("coupon") || prefix == "" && p.Cleared("promotion_code")
	promotion := ""
	if prefix == "" {
		promotion = p.Text("promotion_code")
	}
	change.Offer, err = tx.readOffer(p.Text("coupon"), promotion, "coupon", "promotion_code",
		tx.purchaseOf(s.Customer, s.linesAfter(change.Items)))
	return change, err
}

// readItems reads the changes of a subscription's items and checks that the result is valid.
func (tx *tx) readItems(s *subscription, p *form.Reader, name string) ([]itemChange, error) {
	var changes []itemChange
	for _, element := range p.List(name) {
		if element.Has("price_data") {
			element.Fail("price_data", form.CodeUnsupported, "This server does not support Stripe's parameter price_data: create a price.")
			return nil, p.Done()
		}
		c := itemChange{ID: element.Text("id")}
		held := s.item(c.ID)
		if c.ID != "" && held == nil {
			return nil, noSuch("subscription_item", c.ID, element.Path("id"))
		}
		c.Deleted, _ = element.Bool("deleted")
		c.Line = orderLine{Price: element.Text("price"), Quantity: 1}
		if held != nil {
			c.Line.Quantity, c.Line.Metadata = held.Quantity, held.Metadata
		}
		if quantity, sent := element.IntWithin("quantity", 0, 999_999); sent {
			c.Line.Quantity = quantity
		}
		c.Line.Metadata = element.Metadata("metadata", c.Line.Metadata)
		if held != nil {
			c.Line.TaxRates = held.TaxRates
		}
		if rates, sent := tx.readTaxRates(element, "tax_rates"); sent {
			c.Line.TaxRates = rates
		}
		element.Ignore("clear_usage")
		switch {
		case c.Line.Price == "" && held != nil:
			c.Line.Price = held.Price
		case c.Line.Price == "":
			element.Need("price")
			return nil, p.Done()
		default:
			if _, err := tx.price(c.Line.Price, element.Path("price")); err != nil {
				return nil, err
			}
		}
		changes = append(changes, c)
	}
	return changes, tx.checkLines(s.linesAfter(changes), s, name)
}

// checkLines checks that the lines can form one subscription, in its existing currency.
func (tx *tx) checkLines(lines []orderLine, s *subscription, param string) error {
	if len(lines) == 0 {
		return invalid("", param, "A subscription must have at least one active plan.")
	}
	if len(lines) > maxItems {
		return invalid("", param, "A subscription can have at most %d items.", maxItems)
	}
	first, _ := tx.st.Prices.get(lines[0].Price)
	if first.Currency != s.Currency {
		return invalid("", param, "The price specified only supports `%s`. This doesn't match the expected currency: `%s`.",
			first.Currency, s.Currency)
	}
	seen := map[string]bool{}
	for _, line := range lines {
		found, _ := tx.st.Prices.get(line.Price)
		if err := fits(found, first, param); err != nil {
			return err
		}
		if seen[line.Price] {
			return invalid("", param, "Subscriptions cannot have multiple items with the same price: %s", line.Price)
		}
		seen[line.Price] = true
	}
	return nil
}

func (s *subscription) item(id string) *subscriptionItem {
	for _, item := range s.Items {
		if item.ID == id {
			return item
		}
	}
	return nil
}

// linesAfter returns the subscription's lines after the changes.
func (s *subscription) linesAfter(changes []itemChange) []orderLine {
	byID := map[string]itemChange{}
	for _, c := range changes {
		byID[c.ID] = c
	}
	var lines []orderLine
	for _, item := range s.Items {
		c, changed := byID[item.ID]
		switch {
		case !changed:
			lines = append(lines, orderLine{Price: item.Price, Quantity: item.Quantity})
		case !c.Deleted:
			lines = append(lines, c.Line)
		}
	}
	for _, c := range changes {
		if c.ID == "" {
			lines = append(lines, c.Line)
		}
	}
	return lines
}

// canPayChange refuses a change whose payment would fail.
func (tx *tx) canPayChange(s *subscription, change subscriptionChange) error {
	in := tx.previewNow(s, change)
	if in == nil || in.amountDue == 0 {
		return nil
	}
	c, _ := tx.st.Customers.get(s.Customer)
	m := tx.methodFor(c, s.PaymentMethod, s.Source)
	if m == nil {
		return invalid("resource_missing", "", "This customer has no attached payment source or default payment method.")
	}
	return tx.wouldFail(c, m, attempt{})
}
