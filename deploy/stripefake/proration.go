package stripefake

import (
	"fmt"
	"time"
)

// invoiceItem is an amount for the next invoice: a proration.
type invoiceItem struct {
	ID           string            `json:"id"`
	Amount       int64             `json:"amount"`
	Currency     string            `json:"currency"`
	Customer     string            `json:"customer"`
	Date         int64             `json:"date"`
	Description  text              `json:"description"`
	Invoice      text              `json:"invoice"`
	Metadata     map[string]string `json:"metadata"`
	Period       span              `json:"period"`
	Quantity     int64             `json:"quantity"`
	Subscription text              `json:"subscription"`

	Price string `json:"_price"`
	// Item is the prorated item of the subscription.
	Item text `json:"_item"`
}

func (i *invoiceItem) key() string  { return i.ID }
func (i *invoiceItem) kind() string { return "invoiceitem" }

func (i *invoiceItem) compose(tx *tx, o object) {
	p, _ := tx.st.Prices.get(i.Price)
	o["price"] = tx.render(p)
	o["unit_amount"] = i.Amount
}

// takePending turns the subscription's pending items into lines of an invoice.
func (tx *tx) takePending(s *subscription, invoiceID string) []*invoiceLine {
	var lines []*invoiceLine
	for _, id := range s.Pending {
		item, ok := tx.st.InvoiceItems.get(id)
		if !ok {
			continue
		}
		item.Invoice = text(invoiceID)
		lines = append(lines, &invoiceLine{
			Amount: item.Amount, Description: item.Description, InvoiceItem: text(item.ID), Metadata: map[string]string{},
			Period: item.Period, Proration: true, Quantity: item.Quantity, Type: "invoiceitem", Price: item.Price,
			Item: item.Item,
		})
	}
	s.Pending = nil
	return lines
}

// prorate adds the prorations of an item's change at a time: a credit for the unused part of the old price, and a
// charge for the rest of the period at the new one. Either price may be missing.
func (tx *tx) prorate(s *subscription, at int64, item *subscriptionItem, before, after *orderLine) {
	if s.Status == statusTrialing || s.PeriodEnd <= s.PeriodStart {
		return
	}
	part := func(whole int64) int64 { return divideRounded(whole*(s.PeriodEnd-at), s.PeriodEnd-s.PeriodStart) }
	date := time.Unix(at, 0).UTC().Format("02 Jan 2006")
	if before != nil {
		p, _ := tx.st.Prices.get(before.Price)
		tx.addPending(s, at, item, before, -part(item.Billed), fmt.Sprintf("Unused time on %s after %s", tx.productName(p), date))
		item.Billed = 0
	}
	if after != nil {
		p, _ := tx.st.Prices.get(after.Price)
		item.Billed = tx.afterDiscount(s, p, after.Quantity)
		tx.addPending(s, at, item, after, part(item.Billed),
			fmt.Sprintf("Remaining time on %d × %s after %s", after.Quantity, tx.productName(p), date))
	}
}

// afterDiscount returns the cost of a quantity of a price for a whole period with the discount in force.
func (tx *tx) afterDiscount(s *subscription, p *price, quantity int64) int64 {
	amount := p.UnitAmount * quantity
	if _, c := tx.discountOf(s); c != nil && c.covers(p.Product) {
		amount -= c.off(amount)
	}
	return amount
}

func (tx *tx) addPending(s *subscription, at int64, of *subscriptionItem, line *orderLine, amount int64, description string) {
	item := &invoiceItem{
		ID: newID("ii_1", 23), Amount: amount, Currency: s.Currency, Customer: s.Customer, Date: at,
		Description: text(description), Metadata: map[string]string{}, Period: span{Start: at, End: s.PeriodEnd},
		Quantity: line.Quantity, Subscription: text(s.ID), Price: line.Price, Item: text(of.ID),
	}
	tx.st.InvoiceItems.put(item)
	s.Pending = append(s.Pending, item.ID)
	tx.create(item, "invoiceitem.created")
}

// divideRounded divides by a positive number and rounds half away from zero.
func divideRounded(a, b int64) int64 {
	if a < 0 {
		return -divideRounded(-a, b)
	}
	return (a + b/2) / b
}
