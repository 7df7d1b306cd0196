package billingtest

import (
	"strconv"
	"testing"
	"time"

	"muster/services/billing/internal/billing"
)

// subscribe creates a subscription with a card, which is attached first.
func (s *shop) subscribe(t *testing.T, card string, change func(c *billing.Checkout)) (billing.Checkout, billing.ProviderSubscription) {
	t.Helper()
	ctx := t.Context()
	c := s.order(change)
	c.Direct = true
	var err error
	if card != "" {
		c.PaymentMethodID, err = s.Payments.AttachPaymentMethod(ctx, "attach/"+c.Key, s.customer, card)
		must(t, err)
	}
	id, err := s.Payments.CreateSubscription(ctx, "subscribe/"+c.Key, c, ann)
	must(t, err)
	sub, err := s.Payments.Subscription(ctx, id)
	must(t, err)
	return c, sub
}

func subscribeDirectly(t *testing.T, s *shop) {
	ctx := t.Context()
	coupon := s.coupon(t, billing.Coupon{Type: billing.Percentage, BasisPoints: 2000, Duration: billing.Forever})
	c, sub := s.subscribe(t, GoodCard, func(c *billing.Checkout) { c.CouponID, c.Quantity = coupon, 2 })
	if sub.Status != billing.Active || sub.UserKey != ann.Key || sub.CheckoutKey != c.Key || sub.CustomerID != s.customer {
		t.Errorf("%+v", sub)
	}
	if sub.Discount == nil || len(sub.Invoices) != 1 || sub.Invoices[0].Paid != 2400 {
		t.Errorf("discount %+v, invoices %+v", sub.Discount, sub.Invoices)
	}
	again, err := s.Payments.CreateSubscription(ctx, "subscribe/"+c.Key, c, ann)
	must(t, err)
	equal(t, again, sub.ID)
	found, err := s.Payments.FindSubscription(ctx, c)
	must(t, err)
	equal(t, found, sub.ID)
	_, err = s.Payments.FindSubscription(ctx, billing.Checkout{Key: "nothing", CustomerID: s.customer})
	wantErr(t, err, billing.ErrProviderMissing)
	_, tried := s.subscribe(t, "", func(c *billing.Checkout) { c.TrialDays = 14 }) // nothing is due
	equal(t, tried.Status, billing.Trialing)
}

// What is missing is named, so that the core can heal it, and a missing payment method is a failed payment.
func subscribeWithout(t *testing.T, s *shop) {
	ctx := t.Context()
	for name, change := range map[string]func(c *billing.Checkout){
		"customer": func(c *billing.Checkout) { c.CustomerID = "cus_nothing" },
		"price":    func(c *billing.Checkout) { c.PriceID = "price_nothing" },
		"coupon":   func(c *billing.Checkout) { c.CouponID = "nothing" },
	} {
		_, err := s.Payments.CreateSubscription(ctx, "subscribe/"+name, s.order(change), ann)
		wantErr(t, err, billing.ErrProviderMissing)
	}
	_, err := s.Payments.CreateSubscription(ctx, "subscribe/1", s.order(nil), ann)
	wantErr(t, err, billing.ErrPaymentFailed)
	_, err = s.Payments.CreateSubscription(ctx, "subscribe/2", s.order(func(c *billing.Checkout) { c.PaymentMethodID = "pm_nothing" }), ann)
	wantErr(t, err, billing.ErrPaymentFailed)
	for _, card := range []string{RefusedCard, "pm_nothing"} {
		_, err = s.Payments.AttachPaymentMethod(ctx, "attach/"+card, s.customer, card)
		wantErr(t, err, billing.ErrPaymentFailed)
	}
	_, err = s.Payments.AttachPaymentMethod(ctx, "attach/nobody", "cus_nothing", GoodCard)
	wantErr(t, err, billing.ErrProviderMissing)
	bob, err := s.Payments.CreateCustomer(ctx, "customer/bob", billing.User{ID: 43, Key: "bob", Email: "bob@example.com"})
	must(t, err)
	mine, err := s.Payments.AttachPaymentMethod(ctx, "attach/mine", s.customer, GoodCard)
	must(t, err)
	_, err = s.Payments.AttachPaymentMethod(ctx, "attach/theirs", bob, mine)
	wantErr(t, err, billing.ErrPaymentFailed)
	same, err := s.Payments.AttachPaymentMethod(ctx, "attach/again", s.customer, mine)
	must(t, err)
	equal(t, same, mine)
}

func firstPayments(t *testing.T, s *shop) {
	ctx := t.Context()
	_, declined := s.subscribe(t, DecliningOne, nil)
	equal(t, declined.Status, billing.Incomplete)
	payment, err := s.Payments.Payment(ctx, declined.LatestInvoiceID)
	must(t, err)
	equal(t, payment, billing.ProviderPayment{Failed: true, DeclineCode: "generic_decline"})
	wantErr(t, s.Payments.PayInvoice(ctx, "pay/1", declined.LatestInvoiceID), billing.ErrPaymentFailed)

	_, asked := s.subscribe(t, AskingCard, nil)
	equal(t, asked.Status, billing.Incomplete)
	payment, err = s.Payments.Payment(ctx, asked.LatestInvoiceID)
	must(t, err)
	if !payment.NeedsAction || payment.ClientSecret == "" || payment.Failed {
		t.Errorf("payment %+v", payment)
	}
	wantErr(t, s.Payments.PayInvoice(ctx, "pay/2", asked.LatestInvoiceID), billing.ErrPaymentFailed)
	s.Confirm(t, asked.LatestInvoiceID)
	asked, err = s.Payments.Subscription(ctx, asked.ID)
	must(t, err)
	equal(t, asked.Status, billing.Active)
	payment, err = s.Payments.Payment(ctx, asked.LatestInvoiceID)
	must(t, err)
	equal(t, payment, billing.ProviderPayment{})
	wantErr(t, s.Payments.PayInvoice(ctx, "pay/3", asked.LatestInvoiceID), billing.ErrProviderRefused)
	wantErr(t, s.Payments.PayInvoice(ctx, "pay/4", "in_nothing"), billing.ErrProviderMissing)
	_, err = s.Payments.Payment(ctx, "in_nothing")
	wantErr(t, err, billing.ErrProviderMissing)
}

// An invoice that could not be paid is paid with the customer's default card, once there is one.
func payLater(t *testing.T, s *shop) {
	ctx := t.Context()
	s.UseByDefault(t, s.customer, DecliningOne)
	_, sub := s.subscribe(t, "", nil)
	equal(t, sub.Status, billing.Incomplete)
	s.UseByDefault(t, s.customer, GoodCard)
	must(t, s.Payments.PayInvoice(ctx, "pay/1", sub.LatestInvoiceID))
	sub, err := s.Payments.Subscription(ctx, sub.ID)
	must(t, err)
	equal(t, sub.Status, billing.Active)
	equal(t, sub.Invoices[0].Status, billing.InvoicePaid)
}

func resumed(t *testing.T, s *shop) {
	ctx := t.Context()
	_, sub := s.subscribe(t, GoodCard, nil)
	must(t, s.Payments.Cancel(ctx, "cancel/1", sub.ID, billing.CancelAtPeriodEnd))
	ending, err := s.Payments.Subscription(ctx, sub.ID)
	must(t, err)
	must(t, s.Payments.Resume(ctx, "resume/1", billing.Subscription{ProviderID: sub.ID, Status: ending.Status, CancelAtPeriodEnd: true}))
	got, err := s.Payments.Subscription(ctx, sub.ID)
	must(t, err)
	if got.CancelAtPeriodEnd || got.CancelAt != nil || got.CanceledAt != nil || got.Status != billing.Active {
		t.Errorf("%+v", got)
	}
	must(t, s.Payments.Resume(ctx, "resume/2", billing.Subscription{ProviderID: sub.ID, Status: ending.Status}))
	wantErr(t, s.Payments.Resume(ctx, "resume/3", billing.Subscription{ProviderID: "sub_nothing"}), billing.ErrProviderMissing)
}

func trialExtended(t *testing.T, s *shop) {
	ctx := t.Context()
	_, sub := s.subscribe(t, GoodCard, func(c *billing.Checkout) { c.TrialDays = 14 })
	end := sub.TrialEnd.Add(7 * 24 * time.Hour)
	must(t, s.Payments.ExtendTrial(ctx, "trial/1", sub.ID, end))
	got, err := s.Payments.Subscription(ctx, sub.ID)
	must(t, err)
	if got.Status != billing.Trialing || !got.TrialEnd.Equal(end) || !got.PeriodEnd.Equal(end) || !got.TrialStart.Equal(*sub.TrialStart) {
		t.Errorf("%+v", got)
	}
	wantErr(t, s.Payments.ExtendTrial(ctx, "trial/2", "sub_nothing", end), billing.ErrProviderMissing)
}

func portalOpens(t *testing.T, s *shop) {
	url, err := s.Payments.PortalSession(t.Context(), "portal/1", s.customer, "https://app.test/account")
	must(t, err)
	if url == "" {
		t.Error("no URL")
	}
	_, err = s.Payments.PortalSession(t.Context(), "portal/2", "cus_nothing", "https://app.test/account")
	wantErr(t, err, billing.ErrProviderMissing)
}

// change doubles the quantity in the middle of the period, to the second.
func changed(t *testing.T, s *shop) {
	ctx := t.Context()
	_, sub := s.subscribe(t, GoodCard, nil)
	must(t, s.Payments.ArchivePrice(ctx, "archive/1", s.plan.PriceID)) // subscribers keep it
	c := billing.Change{
		SubscriptionID: sub.ID, ItemID: sub.Items[0].ProviderID, Quantity: 3,
		ProrationDate: sub.PeriodStart.Add(sub.PeriodEnd.Sub(*sub.PeriodStart) / 2),
	}
	now, err := s.Payments.Upcoming(ctx, c, true)
	must(t, err)
	if now.ID != "" || now.Due != 1500 || len(now.Lines) == 0 || !now.Lines[0].Proration {
		t.Errorf("the change: %+v", now)
	}
	next, err := s.Payments.Upcoming(ctx, c, false)
	must(t, err)
	if len(next.Lines) != 1 || next.Total != 4500 || !next.Lines[0].Recurring || next.Lines[0].Proration || !next.Lines[0].PeriodStart.Equal(*sub.PeriodEnd) {
		t.Errorf("the next period: %+v", next)
	}
	changeItem(t, s, "change/1", c)
	got, err := s.Payments.Subscription(ctx, sub.ID)
	must(t, err)
	equal(t, got.Items[0].Quantity, int64(3))
	equal(t, got.Items[0].ProviderID, c.ItemID)
	if got.LatestInvoiceID == sub.LatestInvoiceID || got.Invoices[0].Due != 1500 || got.Invoices[0].Status != billing.InvoicePaid {
		t.Errorf("invoices %+v", got.Invoices)
	}
	changeItem(t, s, "change/2", c) // the same again bills nothing
	again, err := s.Payments.Subscription(ctx, sub.ID)
	must(t, err)
	equal(t, again.LatestInvoiceID, got.LatestInvoiceID)
	plain, err := s.Payments.Upcoming(ctx, billing.Change{SubscriptionID: sub.ID}, false)
	must(t, err)
	equal(t, plain.Total, int64(4500))
	c.ItemID = "si_nothing"
	_, err = s.Payments.ChangeItem(ctx, "change/3", c)
	wantErr(t, err, billing.ErrProviderMissing)
}

// Another interval begins a new period at once.
func changedInterval(t *testing.T, s *shop) {
	ctx := t.Context()
	yearly, err := s.Payments.CreatePrice(ctx, "plan/2", billing.Plan{ID: 4, Key: "yearly-key", Name: "Yearly", Interval: "year", IntervalCount: 1, Amount: 12000, Currency: "usd"})
	must(t, err)
	_, sub := s.subscribe(t, GoodCard, nil)
	c := billing.Change{SubscriptionID: sub.ID, ItemID: sub.Items[0].ProviderID, PriceID: yearly.PriceID, Quantity: 1, ProrationDate: *sub.PeriodStart}
	next, err := s.Payments.Upcoming(ctx, c, false)
	must(t, err)
	if len(next.Lines) != 1 || next.Lines[0].Amount != 12000 || next.Lines[0].PeriodEnd.Before(sub.PeriodStart.AddDate(1, 0, -1)) {
		t.Errorf("the next period: %+v", next)
	}
	changeItem(t, s, "change/1", c)
	got, err := s.Payments.Subscription(ctx, sub.ID)
	must(t, err)
	equal(t, got.Items[0].PriceID, yearly.PriceID)
	if got.PeriodEnd.Before(sub.PeriodStart.AddDate(1, 0, -1)) {
		t.Errorf("period until %v", got.PeriodEnd)
	}
}

// A change that cannot be paid changes nothing.
func changeDeclined(t *testing.T, s *shop) {
	ctx := t.Context()
	_, sub := s.subscribe(t, GoodCard, nil)
	c := billing.Change{SubscriptionID: sub.ID, ItemID: sub.Items[0].ProviderID, PriceID: s.plan.PriceID, Quantity: 9, ProrationDate: *sub.PeriodStart}
	s.FailNext(t, s.customer)
	_, err := s.Payments.ChangeItem(ctx, "change/1", c)
	wantErr(t, err, billing.ErrPaymentFailed)
	got, err := s.Payments.Subscription(ctx, sub.ID)
	must(t, err)
	equal(t, got.Items, sub.Items)
	equal(t, got.Status, billing.Active)
}

func nothingUpcoming(t *testing.T, s *shop) {
	ctx := t.Context()
	_, err := s.Payments.Upcoming(ctx, billing.Change{SubscriptionID: "sub_nothing"}, false)
	wantErr(t, err, billing.ErrProviderMissing)
	_, sub := s.subscribe(t, GoodCard, nil)
	next, err := s.Payments.Upcoming(ctx, billing.Change{SubscriptionID: sub.ID}, false)
	must(t, err)
	equal(t, next.Due, int64(1500))
	must(t, s.Payments.Cancel(ctx, "cancel/1", sub.ID, billing.CancelAtPeriodEnd))
	_, err = s.Payments.Upcoming(ctx, billing.Change{SubscriptionID: sub.ID}, false)
	wantErr(t, err, billing.ErrProviderMissing)
}

func changeItem(t *testing.T, s *shop, key string, c billing.Change) {
	t.Helper()
	unpaid, err := s.Payments.ChangeItem(t.Context(), key, c)
	must(t, err)
	equal(t, unpaid, "")
}

// changedLater: a change whose payment the customer has to confirm is made when that is done, and never if it is given up.
func changedLater(t *testing.T, s *shop) {
	ctx := t.Context()
	_, sub := s.subscribe(t, AskingCard, nil)
	s.Confirm(t, sub.LatestInvoiceID)
	for _, confirmed := range []bool{false, true} {
		c := billing.Change{SubscriptionID: sub.ID, ItemID: sub.Items[0].ProviderID, Quantity: 2, ProrationDate: *sub.PeriodStart}
		unpaid, err := s.Payments.ChangeItem(ctx, "change/"+strconv.FormatBool(confirmed), c)
		must(t, err)
		waits, err := s.Payments.Subscription(ctx, sub.ID)
		must(t, err)
		if unpaid == "" || waits.Status != billing.Active || waits.Items[0].Quantity != 1 || waits.LatestInvoiceID != unpaid {
			t.Fatalf("invoice %q of %+v", unpaid, waits)
		}
		payment, err := s.Payments.Payment(ctx, unpaid)
		must(t, err)
		if !payment.NeedsAction || payment.ClientSecret == "" {
			t.Errorf("%+v", payment)
		}
		want := int64(1)
		if confirmed {
			s.Confirm(t, unpaid)
			want = 2
		} else {
			must(t, s.Payments.VoidInvoice(ctx, "void/1", unpaid))
		}
		after, err := s.Payments.Subscription(ctx, sub.ID)
		must(t, err)
		if after.Items[0].Quantity != want || after.Status != billing.Active {
			t.Errorf("confirmed %t: %+v", confirmed, after)
		}
	}
}
