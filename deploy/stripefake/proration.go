package stripefake

import (
	"fmt"
	"time"
)

// prorate adds the prorations of an item's change at a time: a credit for the unused part of the old price, and a
// charge for the rest of the period at the new one. Either price may be missing.
func (tx *tx) prorate(s *subscription, at int64, item *subscriptionItem, before, after *orderLine) {
	if s.Status == statusTrialing || s.PeriodEnd <= s.PeriodStart {
		return
	}
	part := func(whole int64) int64 {
		return rounded(divideRounded(whole*(s.PeriodEnd-at), s.PeriodEnd-s.PeriodStart), s.Currency)
	}
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
		amount -= c.off(amount, p.Currency)
	}
	return amount
}

func (tx *tx) addPending(s *subscription, at int64, of *subscriptionItem, line *orderLine, amount int64, description string) {
	item := &invoiceItem{
		ID: newID("ii_1", 23), Amount: amount, Currency: s.Currency, Customer: s.Customer, Date: at,
		Description: text(description), Metadata: map[string]string{}, Period: span{Start: at, End: s.PeriodEnd},
		Quantity: line.Quantity, Subscription: text(s.ID), Price: line.Price, Item: text(of.ID), Proration: true,
		TaxRates: s.ratesOf(of),
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
