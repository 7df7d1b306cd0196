package stripefake

import "fmt"

// invoiceLine is one line of an invoice.
type invoiceLine struct {
	ID              string            `json:"id"`
	Amount          int64             `json:"amount"`
	Currency        string            `json:"currency"`
	Description     text              `json:"description"`
	DiscountAmounts []discountAmount  `json:"discount_amounts"`
	Discountable    bool              `json:"discountable"`
	Discounts       []string          `json:"discounts"`
	Invoice         text              `json:"invoice"`
	InvoiceItem     text              `json:"invoice_item"`
	Metadata        map[string]string `json:"metadata"`
	Period          span              `json:"period"`
	Proration       bool              `json:"proration"`
	Quantity        int64             `json:"quantity"`
	Subscription    text              `json:"subscription"`
	Item            text              `json:"subscription_item"`
	TaxAmounts      []taxAmount       `json:"tax_amounts"`
	Type            string            `json:"type"`

	Price    string   `json:"_price"`
	TaxRates []string `json:"_tax_rates"`
}

// span is a period of time.
type span struct {
	End   int64 `json:"end"`
	Start int64 `json:"start"`
}

func (l *invoiceLine) key() string  { return l.ID }
func (l *invoiceLine) kind() string { return "line_item" }

func (l *invoiceLine) compose(tx *tx, o object) {
	o["price"] = nil
	if p, ok := tx.st.Prices.get(l.Price); ok {
		o["price"] = tx.render(p)
	}
	excluding := l.Amount
	for _, t := range l.TaxAmounts {
		if t.Inclusive {
			excluding -= t.Amount
		}
	}
	o["amount_excluding_tax"] = excluding
	o["tax_rates"] = tx.taxRates(l.TaxRates)
	for _, name := range []string{"invoice_item", "subscription_item"} {
		if o[name] == nil {
			delete(o, name)
		}
	}
}

// periodLines returns the lines for the subscription's current period; in a trial they cost nothing.
func (tx *tx) periodLines(s *subscription) []*invoiceLine {
	var lines []*invoiceLine
	for _, item := range s.Items {
		p, _ := tx.st.Prices.get(item.Price)
		line := &invoiceLine{
			Amount: p.UnitAmount * item.Quantity, Discountable: true, Quantity: item.Quantity, Type: "subscription",
			Description: text(fmt.Sprintf("%d × %s", item.Quantity, tx.planName(p))), Metadata: s.Metadata,
			Period: span{Start: s.PeriodStart, End: s.PeriodEnd}, Price: p.ID, Item: text(item.ID),
			TaxRates: s.ratesOf(item),
		}
		if s.Status == statusTrialing {
			line.Amount = 0
			line.Description = text("Trial period for " + tx.planName(p))
		}
		lines = append(lines, line)
	}
	return lines
}

// bill creates a draft from the lines and the pending items, less the subscription's discount and with its taxes. It
// becomes the subscription's latest invoice, but no event is emitted yet.
func (tx *tx) bill(s *subscription, reason string, lines []*invoiceLine) *invoice {
	c, _ := tx.st.Customers.get(s.Customer)
	in := tx.newInvoice(c, reason, s.Currency)
	in.Subscription, in.CollectionMethod, in.Rates, in.PaymentMethod = text(s.ID), s.CollectionMethod, s.Rates, ""
	in.DaysUntilDue = s.DaysUntilDue
	in.AutoAdvance = true
	in.Lines = append(tx.takePending(s, c, in.ID), lines...)
	for _, line := range in.Lines {
		in.adopt(line)
	}
	tx.applyDiscount(in, s)
	tx.total(in)
	s.noteBilled(in)
	s.LatestInvoice = text(in.ID)
	tx.st.Invoices.put(in)
	return in
}

// newInvoice returns an empty draft.
func (tx *tx) newInvoice(c *customer, reason, currency string) *invoice {
	return &invoice{
		ID: newID("in_1", 23), BillingReason: reason, CollectionMethod: chargeAutomatically, Created: tx.now, Currency: currency,
		Customer: c.ID, Discounts: []string{}, Metadata: map[string]string{}, PeriodStart: tx.now, PeriodEnd: tx.now,
		Status: invoiceDraft, StartingBalance: c.Balance, TotalDiscounts: []discountAmount{}, TotalTaxes: []taxAmount{},
	}
}

// adopt makes a line one of the invoice's.
func (in *invoice) adopt(line *invoiceLine) {
	line.ID, line.Currency, line.Invoice = newID("il_1", 23), in.Currency, text(in.ID)
	if line.Subscription == "" {
		line.Subscription = in.Subscription
	}
	line.Discounts, line.DiscountAmounts = []string{}, []discountAmount{}
}

// total computes a draft's sums from its lines and their discounts.
func (tx *tx) total(in *invoice) {
	in.Subtotal, in.Total, in.Tax, in.TotalTaxes = 0, 0, nil, []taxAmount{}
	inclusive := int64(0)
	for _, line := range in.Lines {
		tx.tax(line)
		in.Subtotal += line.Amount
		in.Total += line.Amount
		for _, d := range line.DiscountAmounts {
			in.Total -= d.Amount
		}
		for _, t := range line.TaxAmounts {
			in.addTax(t)
			if t.Inclusive {
				inclusive += t.Amount
			} else {
				in.Total += t.Amount
			}
		}
	}
	in.InclusiveTax = inclusive
	c, _ := tx.st.Customers.get(in.Customer)
	in.StartingBalance = c.Balance
	in.AmountDue, _ = owed(in.Total+c.Balance, in.Currency)
}

// addTax adds a line's tax to the sum of its rate.
func (in *invoice) addTax(t taxAmount) {
	if in.Tax == nil {
		in.Tax = new(int64)
	}
	*in.Tax += t.Amount
	for i := range in.TotalTaxes {
		if sum := &in.TotalTaxes[i]; sum.TaxRate == t.TaxRate {
			sum.Amount += t.Amount
			sum.Taxable += t.Taxable
			return
		}
	}
	in.TotalTaxes = append(in.TotalTaxes, t)
}

// owed splits what a customer owes into what an invoice charges and what stays on the customer's balance: a credit, or a
// debt below the smallest charge of the currency.
func owed(sum int64, currency string) (due, left int64) {
	if sum < least(currency) {
		return 0, sum
	}
	return sum, 0
}

// applyDiscount applies the subscription's discount to the invoice's lines. The first invoice that a once coupon reduces uses it up.
func (tx *tx) applyDiscount(in *invoice, s *subscription) {
	d, c := tx.discountOf(s)
	if d == nil {
		tx.dropDiscount(s)
		return
	}
	var eligible []*invoiceLine
	var sum int64
	for _, line := range in.Lines {
		if line.Discountable && line.Amount > 0 && c.covers(tx.productOf(line.Price)) {
			eligible = append(eligible, line)
			sum += line.Amount
		}
	}
	off := c.off(sum, in.Currency)
	if off == 0 {
		return
	}
	in.Discounts = []string{d.ID}
	in.TotalDiscounts = []discountAmount{{Amount: off, Discount: d.ID}}
	share(off, sum, d.ID, eligible)
	if c.Duration == durationOnce {
		tx.dropDiscount(s)
	}
}

// productOf returns the product of a price; empty if there is no such price.
func (tx *tx) productOf(priceID string) string {
	if p, ok := tx.st.Prices.get(priceID); ok {
		return p.Product
	}
	return ""
}

// share distributes a discount over lines in proportion to their amounts, to the cent.
func share(off, sum int64, discountID string, lines []*invoiceLine) {
	given, before := int64(0), int64(0)
	for _, line := range lines {
		before += line.Amount
		part := off*before/sum - given
		given += part
		line.DiscountAmounts = []discountAmount{{Amount: part, Discount: discountID}}
	}
}

// noteBilled stores, for prorations, what each item costs in the invoice's period.
func (s *subscription) noteBilled(in *invoice) {
	for _, line := range in.Lines {
		for _, item := range s.Items {
			if line.Type != "subscription" || line.Item != text(item.ID) {
				continue
			}
			item.Billed = line.Amount
			for _, d := range line.DiscountAmounts {
				item.Billed -= d.Amount
			}
		}
	}
}

// issue announces a subscription's new invoice. One that is charged is finalized, and collected unless try is nil; one
// that is sent stays a draft for a while.
func (tx *tx) issue(in *invoice, try *attempt) {
	s, ok := tx.st.Subscriptions.get(string(in.Subscription))
	if ok && s.Pause != nil && s.Pause.Behavior == pauseDraft {
		in.AutoAdvance = false
		tx.create(in, "invoice.created")
		return
	}
	if in.CollectionMethod == sendInvoice && tx.wait() > 0 {
		tx.draft(in)
		return
	}
	tx.create(in, "invoice.created")
	tx.finalize(in)
	if try != nil && in.Status == invoiceOpen && in.CollectionMethod == chargeAutomatically {
		// A failed payment is visible in the invoice and the subscription.
		_ = tx.collect(in, nil, *try)
	}
}

// wait is how long drafts stay drafts, in seconds.
func (tx *tx) wait() int64 { return int64(tx.st.Settings.FinalizeAfter.Seconds()) }

// draft announces a new invoice that is finalized later.
func (tx *tx) draft(in *invoice) {
	in.FinalizeAt = tx.now + tx.wait()
	if in.CollectionMethod == chargeAutomatically {
		in.NextAttempt = moment(in.FinalizeAt)
	}
	tx.create(in, "invoice.created")
}

// finalize finalizes a draft: it gets its number, the customer's balance is applied, and it is paid at once if nothing
// is due.
func (tx *tx) finalize(in *invoice) {
	c, _ := tx.st.Customers.get(in.Customer)
	tx.change(in, "invoice.updated", func() {
		in.Status, in.Transitions.Finalized, in.FinalizeAt = invoiceOpen, moment(tx.now), 0
		in.NextAttempt = 0
		in.Number = text(fmt.Sprintf("%s-%04d", c.InvoicePrefix, c.NextInvoice))
		in.StartingBalance = c.Balance
		due, left := owed(in.Total+c.Balance, in.Currency)
		in.AmountDue, in.EndingBalance = due, &left
		if in.CollectionMethod == sendInvoice && in.DueDate == 0 {
			in.DueDate = moment(tx.now + in.DaysUntilDue*secondsOfDay)
		}
	})
	c.NextInvoice++
	tx.change(c, "customer.updated", func() {
		c.Balance = *in.EndingBalance
		if !tx.holdsOtherwise(c, in) {
			c.Currency = text(in.Currency)
		}
	})
	if in.AmountDue > 0 {
		tx.openIntent(in)
	}
	tx.announce(in, "invoice.finalized")
	if in.AmountDue == 0 {
		tx.settle(in, nil)
		return
	}
	if s, ok := tx.st.Subscriptions.get(string(in.Subscription)); ok && s.Pause != nil && s.Pause.Behavior != pauseDraft {
		tx.setAside(in, s.Pause.Behavior)
		return
	}
	if in.CollectionMethod == sendInvoice {
		tx.announce(in, "invoice.sent")
	}
}

// holdsOtherwise reports whether a customer has a currency that this invoice does not change: the first one is kept until
// nothing has it.
func (tx *tx) holdsOtherwise(c *customer, in *invoice) bool {
	return string(c.Currency) == in.Currency || c.Currency != "" && tx.holdsCurrency(c) && in.Subscription == ""
}
