package billingtest

import (
	"context"
	"fmt"
	"time"

	"muster/services/billing/internal/billing"
)

// The payment methods that exist at every provider under test; each attached one is a new method.
const (
	GoodCard     = "pm_card_visa"
	DecliningOne = "pm_card_chargeCustomerFail"
	AskingCard   = "pm_card_authenticationRequired" // the customer has to confirm each payment
	RefusedCard  = "pm_card_chargeDeclined"         // it cannot be attached
)

// card is an attached payment method.
type card struct{ customer, kind string }

// UseByDefault attaches a card as the customer's default payment method.
func (p *Provider) UseByDefault(customerID, kind string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cards[defaultOf(customerID)] = card{customerID, kind}
}

func defaultOf(customerID string) string { return "default of " + customerID }

// AttachPaymentMethod implements billing.Payments.
func (p *Provider) AttachPaymentMethod(ctx context.Context, key, customerID, methodID string) (string, error) {
	return p.once(ctx, key, customerID+methodID, func() (string, error) {
		if _, ok := p.customers[customerID]; !ok {
			return "", billing.ErrProviderMissing
		}
		if held, ok := p.cards[methodID]; ok && held.customer == customerID {
			return methodID, nil
		}
		switch methodID {
		case GoodCard, DecliningOne, AskingCard:
			id := p.newID("pm")
			p.cards[id] = card{customerID, methodID}
			return id, nil
		case RefusedCard:
			return "", billing.PaymentFailed("generic_decline")
		}
		return "", billing.PaymentFailed("")
	})
}

// cardFor returns the card that pays: the method, or the customer's default one.
func (p *Provider) cardFor(methodID, customerID string) (card, bool) {
	if methodID == "" {
		methodID = defaultOf(customerID)
	}
	c, ok := p.cards[methodID]
	return c, ok && c.customer == customerID
}

// LoseCalls makes the next calls of CreateSubscription fail as unavailable, without an effect.
func (p *Provider) LoseCalls(n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.lost = n
}

// CreateSubscription implements billing.Payments.
func (p *Provider) CreateSubscription(ctx context.Context, key string, c billing.Checkout, u billing.User) (string, error) {
	return p.once(ctx, key, fmt.Sprint(c.ID, c.CustomerID, c.PriceID, c.CouponID, c.Quantity, c.PaymentMethodID, c.TrialDays), func() (string, error) {
		if p.lost > 0 {
			p.lost--
			return "", billing.ErrProviderUnavailable
		}
		_, customer := p.customers[c.CustomerID]
		plan, price := p.plans[c.PriceID]
		coupon, discounted := p.coupons[c.CouponID]
		if !customer || !price || (!discounted && c.CouponID != "") {
			return "", billing.ErrProviderMissing
		}
		if p.archived[c.PriceID] {
			return "", billing.ErrProviderRefused
		}
		due := plan.Amount * c.Quantity
		if discounted {
			due = coupon.Off(due, plan.Currency)
		}
		pays, found := p.cardFor(c.PaymentMethodID, c.CustomerID)
		switch {
		case due == 0 || c.TrialDays > 0:
			return p.subscribe(order{c, u.Key}, billing.Active), nil
		case !found:
			return "", billing.PaymentFailed("")
		case pays.kind == GoodCard:
			return p.subscribe(order{c, u.Key}, billing.Active), nil
		}
		id := p.subscribe(order{c, u.Key}, billing.Incomplete)
		if c.PaymentMethodID != "" {
			p.cards[id] = pays
		}
		p.payments[p.subs[id].LatestInvoiceID] = p.failed(pays.kind)
		return id, nil
	})
}

// failed returns the payment with a card that does not simply pay.
func (p *Provider) failed(kind string) billing.ProviderPayment {
	if kind == AskingCard {
		return billing.ProviderPayment{NeedsAction: true, ClientSecret: p.newID("secret")}
	}
	return billing.ProviderPayment{Failed: true, DeclineCode: "generic_decline"}
}

// FindSubscription implements billing.Payments.
func (p *Provider) FindSubscription(ctx context.Context, c billing.Checkout) (string, error) {
	if p.Sought != nil {
		p.Sought()
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for id, s := range p.subs {
		if s.CustomerID == c.CustomerID && s.CheckoutKey == c.Key {
			return id, p.reachable(ctx)
		}
	}
	if err := p.reachable(ctx); err != nil {
		return "", err
	}
	return "", billing.ErrProviderMissing
}

// update changes a subscription that has not ended.
func (p *Provider) update(ctx context.Context, key, request, id string, change func(s *billing.ProviderSubscription) error) error {
	_, err := p.once(ctx, key, id+request, func() (string, error) {
		s, ok := p.subs[id]
		if !ok || s.Status.Ended() {
			return "", billing.ErrProviderMissing
		}
		if err := change(&s); err != nil {
			return "", err
		}
		p.subs[id] = s
		return id, nil
	})
	return err
}

// Resume implements billing.Payments.
func (p *Provider) Resume(ctx context.Context, key string, sub billing.Subscription) error {
	return p.update(ctx, key, "resume", sub.ProviderID, func(s *billing.ProviderSubscription) error {
		s.CancelAtPeriodEnd, s.CancelAt, s.CanceledAt = false, nil, nil
		if s.Status == billing.Paused {
			s.Status = billing.Active
		}
		return nil
	})
}

// ExtendTrial implements billing.Payments.
func (p *Provider) ExtendTrial(ctx context.Context, key, id string, until time.Time) error {
	return p.update(ctx, key, until.String(), id, func(s *billing.ProviderSubscription) error {
		s.TrialEnd, s.PeriodEnd = &until, &until
		return nil
	})
}

// ChangeItem implements billing.Payments.
func (p *Provider) ChangeItem(ctx context.Context, key string, c billing.Change) (unpaid string, err error) {
	err = p.update(ctx, key, fmt.Sprint(c), c.SubscriptionID, func(s *billing.ProviderSubscription) error {
		invoice, now, err := p.preview(*s, c)
		if err != nil {
			return err
		}
		invoice.Reason = "subscription_update"
		pays, card := p.cards[s.ID]
		switch costs := now && invoice.Due > 0; {
		case costs && p.failing[s.CustomerID]:
			delete(p.failing, s.CustomerID)
			return billing.PaymentFailed("generic_decline")
		case costs && card && pays.kind == AskingCard:
			unpaid = p.newID("in")
			invoice.ID, invoice.Status = unpaid, billing.InvoiceOpen
			p.invoices[unpaid], p.payments[unpaid], p.waiting[unpaid], s.LatestInvoiceID = invoice, p.failed(AskingCard), c, unpaid
			return nil
		}
		p.carryOut(s, c, invoice, now)
		return nil
	})
	return unpaid, err
}

// carryOut changes the item of a subscription, for which the invoice is paid if it is due now.
func (p *Provider) carryOut(s *billing.ProviderSubscription, c billing.Change, invoice billing.ProviderInvoice, now bool) {
	s.Items = []billing.Item{p.itemAfter(s.Items[0], c)}
	if !now {
		return
	}
	paid := p.Now()
	if invoice.ID == "" {
		invoice.ID = p.newID("in")
	}
	invoice.Status, invoice.PaidAt, invoice.Paid = billing.InvoicePaid, &paid, invoice.Due
	p.invoices[invoice.ID], s.LatestInvoiceID = invoice, invoice.ID
	if l := invoice.Lines[0]; !l.Proration {
		s.PeriodStart, s.PeriodEnd = &l.PeriodStart, &l.PeriodEnd
	}
}

// FailNext makes the next payment of the customer's changes fail.
func (p *Provider) FailNext(customerID string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.failing[customerID] = true
}

func (p *Provider) itemAfter(i billing.Item, c billing.Change) billing.Item {
	if c.PriceID == "" {
		i.Quantity = c.Quantity
		return i
	}
	plan := p.plans[c.PriceID]
	return billing.Item{
		ProviderID: i.ProviderID, PriceID: c.PriceID, Amount: plan.Amount, Currency: plan.Currency, Interval: plan.Interval,
		IntervalCount: plan.IntervalCount, Quantity: c.Quantity,
	}
}

// preview returns the invoice of a change, and whether it is due at once.
func (p *Provider) preview(s billing.ProviderSubscription, c billing.Change) (billing.ProviderInvoice, bool, error) {
	if _, ok := p.plans[c.PriceID]; (!ok && c.PriceID != "") || len(s.Items) == 0 || s.Items[0].ProviderID != c.ItemID {
		return billing.ProviderInvoice{}, false, billing.ErrProviderMissing
	}
	old, item := s.Items[0], p.itemAfter(s.Items[0], c)
	if s.Status == billing.Trialing || item == old {
		return billing.ProviderInvoice{}, false, nil
	}
	line := billing.InvoiceLine{
		Recurring: true, Proration: true, PriceID: item.PriceID, Quantity: item.Quantity, PeriodStart: c.ProrationDate, PeriodEnd: *s.PeriodEnd,
		Amount: prorated(item.Amount*item.Quantity-old.Amount*old.Quantity, s, c.ProrationDate),
	}
	if item.Interval != old.Interval || item.IntervalCount != old.IntervalCount {
		start := p.Now()
		line.Proration, line.Amount, line.PeriodStart = false, item.Amount*item.Quantity, start
		line.PeriodEnd = periodEnd(start, item.Interval, item.IntervalCount)
	}
	return p.foretold(s, line), true, nil
}

// prorated returns the part of an amount for the rest of the period, rounded half away from zero.
func prorated(amount int64, s billing.ProviderSubscription, at time.Time) int64 {
	if amount < 0 {
		return -prorated(-amount, s, at)
	}
	whole, rest := int64(s.PeriodEnd.Sub(*s.PeriodStart)/time.Second), int64(s.PeriodEnd.Sub(at)/time.Second)
	return (amount*rest + whole/2) / whole
}

func (p *Provider) foretold(s billing.ProviderSubscription, line billing.InvoiceLine) billing.ProviderInvoice {
	if d := s.Discount; d != nil && !line.Proration && (d.End == nil || line.PeriodStart.Before(*d.End)) {
		line.Discount, line.DiscountID = line.Amount-p.coupons[d.CouponID].Off(line.Amount, s.Items[0].Currency), d.ID
	}
	total := line.Amount - line.Discount
	return billing.ProviderInvoice{
		CustomerID: s.CustomerID, SubscriptionID: s.ID, Status: billing.InvoiceDraft, Reason: "upcoming", Currency: s.Items[0].Currency,
		Subtotal: line.Amount, Discount: line.Discount, Total: total, Due: max(0, total), IssuedAt: p.Now(), Lines: []billing.InvoiceLine{line},
	}
}

// Upcoming implements billing.Payments.
func (p *Provider) Upcoming(ctx context.Context, c billing.Change, prorate bool) (billing.ProviderInvoice, error) {
	s, err := get(ctx, p, p.subs, c.SubscriptionID)
	if err != nil {
		return billing.ProviderInvoice{}, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	item := s.Items[0]
	if c.ItemID != "" {
		invoice, now, err := p.preview(s, c)
		if err != nil || (now && (prorate || !invoice.Lines[0].Proration)) {
			return invoice, err
		}
		item = p.itemAfter(item, c)
	}
	if s.Status.Ended() || s.Status == billing.Incomplete || s.Status == billing.Paused || s.CancelAtPeriodEnd || s.CancelAt != nil {
		return billing.ProviderInvoice{}, billing.ErrProviderMissing
	}
	start := *s.PeriodEnd
	return p.foretold(s, billing.InvoiceLine{
		Recurring: true, PriceID: item.PriceID, Quantity: item.Quantity, Amount: item.Amount * item.Quantity,
		PeriodStart: start, PeriodEnd: periodEnd(start, item.Interval, item.IntervalCount),
	}), nil
}

// Payment implements billing.Payments.
func (p *Provider) Payment(ctx context.Context, invoiceID string) (billing.ProviderPayment, error) {
	if _, err := get(ctx, p, p.invoices, invoiceID); err != nil {
		return billing.ProviderPayment{}, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.invoices[invoiceID].Status != billing.InvoiceOpen {
		return billing.ProviderPayment{}, nil
	}
	return p.payments[invoiceID], nil
}

// PayInvoice implements billing.Payments. It pays with the subscription's card, or the customer's default one.
func (p *Provider) PayInvoice(ctx context.Context, key, invoiceID string) error {
	_, err := p.once(ctx, key, invoiceID, func() (string, error) {
		i, ok := p.invoices[invoiceID]
		switch {
		case !ok:
			return "", billing.ErrProviderMissing
		case i.Status != billing.InvoiceOpen:
			return "", billing.ErrProviderRefused
		}
		pays, found := p.cards[i.SubscriptionID]
		if !found {
			pays, found = p.cardFor("", i.CustomerID)
		}
		if found && pays.kind == GoodCard {
			p.settle(invoiceID)
			return invoiceID, nil
		}
		p.payments[invoiceID] = p.failed(pays.kind)
		return "", billing.PaymentFailed(p.payments[invoiceID].DeclineCode)
	})
	return err
}

// PortalSession implements billing.Payments.
func (p *Provider) PortalSession(ctx context.Context, key, customerID, returnURL string) (string, error) {
	return p.once(ctx, key, customerID+returnURL, func() (string, error) {
		if _, ok := p.customers[customerID]; !ok {
			return "", billing.ErrProviderMissing
		}
		return "https://pay.test/portal/" + p.newID("bps"), nil
	})
}
