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
	Type            string            `json:"type"`

	Price string `json:"_price"`
}

// span is a period of time.
type span struct {
	End   int64 `json:"end"`
	Start int64 `json:"start"`
}

func (l *invoiceLine) key() string  { return l.ID }
func (l *invoiceLine) kind() string { return "line_item" }

func (l *invoiceLine) compose(tx *tx, o object) {
	p, _ := tx.st.Prices.get(l.Price)
	o["price"] = tx.render(p)
	o["amount_excluding_tax"] = l.Amount
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
		}
		if s.Status == statusTrialing {
			line.Amount = 0
			line.Description = text("Trial period for " + tx.planName(p))
		}
		lines = append(lines, line)
	}
	return lines
}

// bill creates a draft from the lines and the subscription's pending items, less its discount. It becomes the
// subscription's latest invoice, but no event is emitted yet.
func (tx *tx) bill(s *subscription, reason string, lines []*invoiceLine) *invoice {
	in := &invoice{
		ID: newID("in_1", 23), AutoAdvance: true, BillingReason: reason, Created: tx.now, Currency: s.Currency,
		Customer: s.Customer, Discounts: []string{}, Metadata: map[string]string{}, PeriodStart: tx.now,
		PeriodEnd: tx.now, Status: invoiceDraft, Subscription: text(s.ID), TotalDiscounts: []discountAmount{},
	}
	in.Lines = append(tx.takePending(s, in.ID), lines...)
	for _, line := range in.Lines {
		line.ID, line.Currency, line.Invoice, line.Subscription = newID("il_1", 23), in.Currency, text(in.ID), text(s.ID)
		line.Discounts, line.DiscountAmounts = []string{}, []discountAmount{}
		in.Subtotal += line.Amount
	}
	in.Total = in.Subtotal - tx.applyDiscount(in, s)
	c, _ := tx.st.Customers.get(s.Customer)
	in.StartingBalance = c.Balance
	in.AmountDue = max(0, in.Total+c.Balance)
	s.noteBilled(in)
	s.LatestInvoice = text(in.ID)
	tx.st.Invoices.put(in)
	return in
}

// applyDiscount applies the subscription's discount to the invoice's lines and returns the amount. The first invoice
// that a once coupon reduces uses it up.
func (tx *tx) applyDiscount(in *invoice, s *subscription) int64 {
	d, c := tx.discountOf(s)
	if d == nil {
		tx.dropDiscount(s)
		return 0
	}
	var eligible []*invoiceLine
	var sum int64
	for _, line := range in.Lines {
		p, _ := tx.st.Prices.get(line.Price)
		if line.Discountable && line.Amount > 0 && c.covers(p.Product) {
			eligible = append(eligible, line)
			sum += line.Amount
		}
	}
	off := c.off(sum)
	if off == 0 {
		return 0
	}
	in.Discounts = []string{d.ID}
	in.TotalDiscounts = []discountAmount{{Amount: off, Discount: d.ID}}
	share(off, sum, d.ID, eligible)
	if c.Duration == durationOnce {
		tx.dropDiscount(s)
	}
	return off
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

// issue announces a new invoice, finalizes it, and collects it if requested.
func (tx *tx) issue(in *invoice, collect bool) {
	tx.create(in, "invoice.created")
	tx.finalize(in)
	if collect && in.Status == invoiceOpen {
		// A failed payment is visible in the invoice and the subscription.
		_ = tx.collect(in, nil, true)
	}
}

// finalize finalizes a draft: it gets its number, the customer's balance is applied, and it is paid at once if nothing
// is due.
func (tx *tx) finalize(in *invoice) {
	c, _ := tx.st.Customers.get(in.Customer)
	tx.change(in, "invoice.updated", func() {
		in.Status, in.Transitions.Finalized, in.FinalizeAt = invoiceOpen, moment(tx.now), 0
		in.AutoAdvance, in.NextAttempt = true, 0
		in.Number = text(fmt.Sprintf("%s-%04d", c.InvoicePrefix, c.NextInvoice))
		in.StartingBalance = c.Balance
		in.AmountDue = max(0, in.Total+c.Balance)
		left := min(0, in.Total+c.Balance)
		in.EndingBalance = &left
	})
	c.NextInvoice++
	tx.change(c, "customer.updated", func() {
		c.Balance = *in.EndingBalance
		if c.Currency == "" {
			c.Currency = text(in.Currency)
		}
	})
	if in.AmountDue > 0 {
		tx.openIntent(in)
	}
	tx.announce(in, "invoice.finalized")
	if in.AmountDue == 0 {
		tx.settle(in, nil)
	}
}
