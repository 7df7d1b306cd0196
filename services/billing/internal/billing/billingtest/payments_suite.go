package billingtest

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"muster/services/billing/internal/billing"
)

// PaymentsHarness is a provider under test.
type PaymentsHarness struct {
	Payments billing.Payments
	// Pay pays an open session as a customer does.
	Pay func(t *testing.T, c billing.ProviderCheckout)
	// Decline tries to pay an open session with a card that is declined.
	Decline func(t *testing.T, c billing.ProviderCheckout)
	// Confirm pays an open invoice as a customer does on the provider's page.
	Confirm func(t *testing.T, invoiceID string)
	// UseByDefault attaches a card and makes it the customer's default.
	UseByDefault func(t *testing.T, customerID, card string)
	// FailNext makes the customer's next payment fail.
	FailNext func(t *testing.T, customerID string)
	Money
	// Customer reads a customer from the provider; the zero value if the customer is deleted.
	Customer func(t *testing.T, id string) Customer
}

// TestPayments is the contract of billing.Payments. newPayments creates an empty provider.
func TestPayments(t *testing.T, newPayments func(t *testing.T) PaymentsHarness) {
	run := func(name string, test func(t *testing.T, s *shop)) {
		t.Run(name, func(t *testing.T) { test(t, openShop(t, newPayments(t))) })
	}
	run("a key makes one thing", keysMakeOneThing)
	run("a checkout opens, is found and expires", checkoutLife)
	run("what is missing is said to be", missingObjects)
	run("a paid checkout is a subscription with its invoice", paidCheckout)
	run("what a call has made is found", found)
	run("a declined payment can be closed", declined)
	run("a ONCE coupon is on the invoice only", onceCoupon)
	run("an amount off, in months", amountOff)
	run("a trial is free and has its dates", trial)
	run("a subscription is cancelled at its period's end", cancelLater)
	run("a subscription is cancelled now", cancelNow)
	run("a customer is renamed and deleted", customerLife)
	run("a charge has its refunds and disputes", moneyBack)
	run("a charge is refunded in parts", refundsMade)
	run("a declined charge says why", declinedCharge)
	run("lists show what has changed", listsAgree)
	run("a call that is given up says so", givenUp)
	run("a card subscribes without a page", subscribeDirectly)
	run("what a subscription lacks is said", subscribeWithout)
	run("a first payment fails or asks", firstPayments)
	run("an invoice is paid later", payLater)
	run("a cancellation is taken back", resumed)
	run("a trial is extended", trialExtended)
	run("the portal opens for a customer", portalOpens)
	run("a change is foretold and made", changed)
	run("a change waits for its confirmation", changedLater)
	run("a change of the interval begins a period", changedInterval)
	run("a change that is declined changes nothing", changeDeclined)
	run("an ending subscription has no next invoice", nothingUpcoming)
	run("a plan gets another price", pricesChange)
	run("products and coupons are renamed", namesChange)
	run("a deleted coupon leaves its discounts", couponDeleted)
	run("prices are listed with their products", offersListed)
}

// shop is a provider with one customer and one plan, and their ids.
type shop struct {
	PaymentsHarness
	plan     billing.Plan
	customer string
	orders   int64
}

// ann is the customer's user.
var ann = billing.User{ID: 42, Key: "user-key", Email: "ann@example.com", Name: "Ann Bee"}

func openShop(t *testing.T, h PaymentsHarness) *shop {
	s := &shop{PaymentsHarness: h, plan: billing.Plan{ID: 3, Key: "plan-key", Name: "Gold", Interval: "month", IntervalCount: 1, Amount: 1500, Currency: "usd"}}
	var err error
	s.customer, err = h.Payments.CreateCustomer(t.Context(), "customer/1", ann)
	must(t, err)
	price, err := h.Payments.CreatePrice(t.Context(), "plan/1", s.plan)
	must(t, err)
	s.plan.ProductID, s.plan.PriceID = price.ProductID, price.PriceID
	if s.customer == "" || s.plan.ProductID == "" || s.plan.PriceID == "" {
		t.Fatalf("empty ids: %+v", s)
	}
	return s
}

func (s *shop) order(change func(c *billing.Checkout)) billing.Checkout {
	s.orders++
	c := billing.Checkout{
		ID: 70 + s.orders, Key: fmt.Sprint("checkout-key-", s.orders), UserID: 42, CustomerID: s.customer, PriceID: s.plan.PriceID, Quantity: 1,
		SuccessURL: "https://app.test/done?session={CHECKOUT_SESSION_ID}", CancelURL: "https://app.test/back",
	}
	if change != nil {
		change(&c)
	}
	return c
}

func (s *shop) buy(t *testing.T, change func(c *billing.Checkout)) billing.ProviderSubscription {
	t.Helper()
	c, err := s.Payments.CreateCheckout(t.Context(), "checkout/buy", s.order(change), ann)
	must(t, err)
	s.Pay(t, c)
	c, err = s.Payments.Checkout(t.Context(), c.ID)
	must(t, err)
	if c.Status != billing.CheckoutComplete || c.SubscriptionID == "" {
		t.Fatalf("paid, but %+v", c)
	}
	sub, err := s.Payments.Subscription(t.Context(), c.SubscriptionID)
	must(t, err)
	return sub
}

func (s *shop) coupon(t *testing.T, c billing.Coupon) string {
	t.Helper()
	c.ID, c.Key, c.Name = 5, "coupon-key", "Less"
	id, err := s.Payments.CreateCoupon(t.Context(), "coupon/1", c)
	must(t, err)
	return id
}

func keysMakeOneThing(t *testing.T, s *shop) {
	ctx := t.Context()
	again, err := s.Payments.CreateCustomer(ctx, "customer/1", ann)
	must(t, err)
	equal(t, again, s.customer)
	_, err = s.Payments.CreateCustomer(ctx, "customer/1", billing.User{ID: 43, Email: "bob@example.com", Name: "Bob"})
	if !errors.Is(err, billing.ErrKept) || errors.Is(err, billing.ErrProviderRefused) {
		t.Errorf("a key with other parameters: %v", err)
	}
	other, err := s.Payments.CreateCustomer(ctx, "customer/2", billing.User{ID: 43, Email: "bob@example.com", Name: "Bob"})
	must(t, err)
	if other == s.customer {
		t.Error("two keys made one customer")
	}
	price, err := s.Payments.CreatePrice(ctx, "plan/1", s.plan)
	must(t, err)
	equal(t, price.PriceID, s.plan.PriceID)
	coupon := billing.Coupon{ID: 5, Key: "coupon-key", Name: "Less", Type: billing.Percentage, BasisPoints: 1000, Duration: billing.Forever}
	one, err := s.Payments.CreateCoupon(ctx, "coupon/1", coupon)
	must(t, err)
	same, err := s.Payments.CreateCoupon(ctx, "coupon/1", coupon)
	must(t, err)
	equal(t, same, one)
	same, err = s.Payments.CreateCoupon(ctx, "coupon/2", coupon)
	must(t, err)
	equal(t, same, one)
	order := s.order(nil)
	first, err := s.Payments.CreateCheckout(ctx, "checkout/1", order, ann)
	must(t, err)
	second, err := s.Payments.CreateCheckout(ctx, "checkout/1", order, ann)
	must(t, err)
	equal(t, second.ID, first.ID)
}

func customerLife(t *testing.T, s *shop) {
	ctx := t.Context()
	sub := s.buy(t, nil)
	renamed := billing.User{ID: 42, Key: ann.Key, Email: "anne@example.com", Name: ""}
	must(t, s.Payments.UpdateCustomer(ctx, "update/1", s.customer, renamed))
	must(t, s.Payments.UpdateCustomer(ctx, "update/1", s.customer, renamed))
	wantErr(t, s.Payments.UpdateCustomer(ctx, "update/1", s.customer, billing.User{ID: 42, Email: "other@example.com"}), billing.ErrKept)
	equal(t, s.Customer(t, s.customer).Email, "anne@example.com")
	equal(t, s.Customer(t, s.customer).Name, "")

	must(t, s.Payments.DeleteCustomer(ctx, s.customer))
	equal(t, s.Customer(t, s.customer), Customer{})
	wantErr(t, s.Payments.DeleteCustomer(ctx, s.customer), billing.ErrProviderMissing)
	wantErr(t, s.Payments.UpdateCustomer(ctx, "update/2", s.customer, renamed), billing.ErrProviderMissing)
	ended, err := s.Payments.Subscription(ctx, sub.ID)
	must(t, err)
	equal(t, ended.Status, billing.Canceled)
	_, err = s.Payments.Invoice(ctx, sub.LatestInvoiceID) // paid invoices stay
	must(t, err)
}

func checkoutLife(t *testing.T, s *shop) {
	ctx := t.Context()
	c, err := s.Payments.CreateCheckout(ctx, "checkout/1", s.order(nil), ann)
	must(t, err)
	if c.ID == "" || c.URL == "" || c.Status != billing.CheckoutOpen || c.CustomerID != s.customer || c.ExpiresAt.Before(time.Now()) {
		t.Errorf("%+v", c)
	}
	found, err := s.Payments.Checkout(ctx, c.ID)
	must(t, err)
	equal(t, found, c)
	must(t, s.Payments.ExpireCheckout(ctx, "expire/1", c.ID))
	found, err = s.Payments.Checkout(ctx, c.ID)
	must(t, err)
	equal(t, found.Status, billing.CheckoutExpired)
	wantErr(t, s.Payments.ExpireCheckout(ctx, "expire/2", c.ID), billing.ErrProviderRefused)
	soon := time.Now().Add(31 * time.Minute).UTC().Truncate(time.Second)
	short, err := s.Payments.CreateCheckout(ctx, "checkout/2", s.order(func(c *billing.Checkout) { c.Key, c.ExpiresAt = "checkout-key-2", &soon }), ann)
	must(t, err)
	equal(t, short.ExpiresAt.UTC(), soon)
}

func missingObjects(t *testing.T, s *shop) {
	ctx := t.Context()
	_, err := s.Payments.Checkout(ctx, "cs_test_nothing")
	wantErr(t, err, billing.ErrProviderMissing)
	_, err = s.Payments.Subscription(ctx, "sub_nothing")
	wantErr(t, err, billing.ErrProviderMissing)
	_, err = s.Payments.Invoice(ctx, "in_nothing")
	wantErr(t, err, billing.ErrProviderMissing)
	wantErr(t, s.Payments.Cancel(ctx, "cancel/1", "sub_nothing", billing.CancelNow), billing.ErrProviderMissing)
	wantErr(t, s.Payments.ExpireCheckout(ctx, "expire/1", "cs_test_nothing"), billing.ErrProviderMissing)
	wantErr(t, s.Payments.VoidInvoice(ctx, "void/1", "in_nothing"), billing.ErrProviderMissing)
	_, err = s.Payments.FindCustomer(ctx, billing.User{Key: "nobody", Email: ann.Email})
	wantErr(t, err, billing.ErrProviderMissing)
	_, err = s.Payments.FindPrice(ctx, billing.Plan{Key: "nothing"})
	wantErr(t, err, billing.ErrProviderMissing)
	_, err = s.Payments.FindCheckout(ctx, billing.Checkout{Key: "nothing", CustomerID: s.customer})
	wantErr(t, err, billing.ErrProviderMissing)
	for name, has := range map[string]func(context.Context, string) (bool, error){
		"cus_nothing": s.Payments.HasCustomer, "price_nothing": s.Payments.HasPrice, "nothing": s.Payments.HasCoupon,
	} {
		there, err := has(ctx, name)
		must(t, err)
		equal(t, there, false)
	}
	_, err = s.Payments.CreateCheckout(ctx, "checkout/1", s.order(func(c *billing.Checkout) { c.PriceID = "price_nothing" }), ann)
	wantErr(t, err, billing.ErrProviderMissing)
	_, err = s.Payments.CreateCheckout(ctx, "checkout/2", s.order(func(c *billing.Checkout) { c.CouponID = "nothing" }), ann)
	wantErr(t, err, billing.ErrProviderMissing)
}

func paidCheckout(t *testing.T, s *shop) {
	coupon := s.coupon(t, billing.Coupon{Type: billing.Percentage, BasisPoints: 2000, Duration: billing.Forever})
	sub := s.buy(t, func(c *billing.Checkout) { c.CouponID, c.Quantity = coupon, 2 })
	if sub.Discount == nil || sub.Discount.ID == "" || sub.Discount.CouponID != coupon || sub.Discount.End != nil || sub.Discount.Start.Before(sub.CreatedAt) {
		t.Fatalf("discount %+v", sub.Discount)
	}
	equal(t, sub.Discount.Coupon, billing.Coupon{Name: sub.Discount.Coupon.Name, Type: billing.Percentage, BasisPoints: 2000, Duration: billing.Forever})
	if sub.PeriodStart == nil || sub.PeriodEnd == nil || !sub.PeriodEnd.After(*sub.PeriodStart) || sub.CreatedAt.IsZero() {
		t.Errorf("period %v %v, created %v", sub.PeriodStart, sub.PeriodEnd, sub.CreatedAt)
	}
	invoice, err := s.Payments.Invoice(t.Context(), sub.LatestInvoiceID)
	must(t, err)
	equal(t, sub.Invoices, []billing.ProviderInvoice{invoice})
	if invoice.FinalizedAt == nil || invoice.PaidAt == nil || invoice.VoidedAt != nil || invoice.IssuedAt.IsZero() {
		t.Errorf("times %+v", invoice)
	}
	equal(t, invoice.Lines, []billing.InvoiceLine{{
		Recurring: true, PriceID: s.plan.PriceID, Quantity: 2, Amount: 3000, Discount: 600, DiscountID: sub.Discount.ID,
		PeriodStart: *sub.PeriodStart, PeriodEnd: *sub.PeriodEnd, Interval: "month", IntervalCount: 1,
	}})
	if invoice.ChargeID == "" {
		t.Error("the invoice names no charge")
	}
	invoice.IssuedAt, invoice.FinalizedAt, invoice.PaidAt, invoice.Lines, invoice.ChargeID = time.Time{}, nil, nil, nil, ""
	equal(t, invoice, billing.ProviderInvoice{
		ID: sub.LatestInvoiceID, CustomerID: s.customer, SubscriptionID: sub.ID, Status: billing.InvoicePaid, Reason: "subscription_create",
		Currency: "usd", Subtotal: 3000, Discount: 600, Total: 2400, Paid: 2400, Due: 2400, Discounts: []billing.ProviderDiscount{*sub.Discount},
	})
	if len(sub.Items) != 1 || sub.Items[0].ProviderID == "" {
		t.Fatalf("items %+v", sub.Items)
	}
	equal(t, sub.Items[0], billing.Item{
		ProviderID: sub.Items[0].ProviderID, PriceID: s.plan.PriceID, Amount: 1500, Currency: "usd", Interval: "month", IntervalCount: 1, Quantity: 2,
	})
	sub.PeriodStart, sub.PeriodEnd, sub.Discount, sub.Items, sub.Invoices = nil, nil, nil, nil, nil
	equal(t, sub, billing.ProviderSubscription{
		ID: sub.ID, CustomerID: s.customer, UserKey: "user-key", CheckoutKey: "checkout-key-1", Status: billing.Active,
		CollectionMethod: "charge_automatically", CreatedAt: sub.CreatedAt, LatestInvoiceID: sub.LatestInvoiceID,
	})
}

// What a call has made is found by our keys, in case the answer to the call was lost.
func found(t *testing.T, s *shop) {
	ctx := t.Context()
	customer, err := s.Payments.FindCustomer(ctx, ann)
	must(t, err)
	equal(t, customer, s.customer)
	price, err := s.Payments.FindPrice(ctx, s.plan)
	must(t, err)
	equal(t, price, billing.ProviderPrice{ProductID: s.plan.ProductID, PriceID: s.plan.PriceID})
	order := s.order(nil)
	made, err := s.Payments.CreateCheckout(ctx, "checkout/1", order, ann)
	must(t, err)
	session, err := s.Payments.FindCheckout(ctx, order)
	must(t, err)
	equal(t, session, made)
	coupon := s.coupon(t, billing.Coupon{Type: billing.Percentage, BasisPoints: 2000, Duration: billing.Once})
	for id, has := range map[string]func(context.Context, string) (bool, error){
		s.customer: s.Payments.HasCustomer, s.plan.PriceID: s.Payments.HasPrice, coupon: s.Payments.HasCoupon,
	} {
		there, err := has(ctx, id)
		must(t, err)
		equal(t, there, true)
	}
	must(t, s.Payments.DeleteCustomer(ctx, s.customer))
	there, err := s.Payments.HasCustomer(ctx, s.customer)
	must(t, err)
	equal(t, there, false)
}

// A declined first payment leaves a subscription that waits for it, until the invoice is void.
func declined(t *testing.T, s *shop) {
	ctx := t.Context()
	c, err := s.Payments.CreateCheckout(ctx, "checkout/1", s.order(nil), ann)
	must(t, err)
	s.Decline(t, c)
	unpaid, err := s.Payments.Unpaid(ctx, s.customer)
	must(t, err)
	if len(unpaid) != 1 {
		t.Fatalf("unpaid %v", unpaid)
	}
	sub, err := s.Payments.Subscription(ctx, unpaid[0])
	must(t, err)
	equal(t, sub.Status, billing.Incomplete)
	equal(t, sub.CheckoutKey, "checkout-key-1")
	if len(sub.Invoices) != 1 || sub.Invoices[0].Status != billing.InvoiceOpen {
		t.Fatalf("invoices %+v", sub.Invoices)
	}
	must(t, s.Payments.VoidInvoice(ctx, "void/1", sub.Invoices[0].ID))
	wantErr(t, s.Payments.VoidInvoice(ctx, "void/2", sub.Invoices[0].ID), billing.ErrProviderRefused)
	sub, err = s.Payments.Subscription(ctx, unpaid[0])
	must(t, err)
	equal(t, sub.Status, billing.IncompleteExpired)
	unpaid, err = s.Payments.Unpaid(ctx, s.customer)
	must(t, err)
	equal(t, len(unpaid), 0)
}

func trial(t *testing.T, s *shop) {
	sub := s.buy(t, func(c *billing.Checkout) { c.TrialDays = 14 })
	equal(t, sub.Status, billing.Trialing)
	if sub.TrialStart == nil || sub.TrialEnd == nil || sub.TrialEnd.Sub(*sub.TrialStart) != 14*24*time.Hour {
		t.Errorf("trial %v %v", sub.TrialStart, sub.TrialEnd)
	}
}

func cancelLater(t *testing.T, s *shop) {
	sub := s.buy(t, nil)
	must(t, s.Payments.Cancel(t.Context(), "cancel/1", sub.ID, billing.CancelAtPeriodEnd))
	got, err := s.Payments.Subscription(t.Context(), sub.ID)
	must(t, err)
	if got.Status != billing.Active || !got.CancelAtPeriodEnd || got.CanceledAt == nil || got.EndedAt != nil {
		t.Errorf("%+v", got)
	}
}

func cancelNow(t *testing.T, s *shop) {
	sub := s.buy(t, nil)
	must(t, s.Payments.Cancel(t.Context(), "cancel/1", sub.ID, billing.CancelNow))
	got, err := s.Payments.Subscription(t.Context(), sub.ID)
	must(t, err)
	if got.Status != billing.Canceled || got.CanceledAt == nil || got.EndedAt == nil {
		t.Errorf("%+v", got)
	}
	err = s.Payments.Cancel(t.Context(), "cancel/2", sub.ID, billing.CancelNow)
	if !errors.Is(err, billing.ErrProviderMissing) && !errors.Is(err, billing.ErrProviderRefused) {
		t.Errorf("cancelled twice: %v", err)
	}
}

func givenUp(t *testing.T, s *shop) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := s.Payments.Subscription(ctx, "sub_x")
	wantErr(t, err, context.Canceled)
}
