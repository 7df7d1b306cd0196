package billingtest

import (
	"context"
	"testing"
	"time"

	"muster/services/billing/internal/billing"
)

func everyFieldSurvives(t *testing.T, h StoreHarness) {
	plan, promotion := addPlan(t, h.Store), addPromotion(t, h.Store, ptr(10))
	u := sampleUser(1)
	sub := billing.Subscription{
		ProviderID: "sub_1", UserID: 1, Status: billing.PastDue, Plan: plan, Items: []billing.Item{
			{ProviderID: "si_1", PriceID: "price_1", Amount: 1500, Currency: "usd", Interval: "month", IntervalCount: 3, Quantity: 2},
			{ProviderID: "si_2", PriceID: "price_2", Amount: 700, Currency: "usd", Interval: "month", IntervalCount: 3, Quantity: 1},
		},
		PeriodStart: later(time.Hour), PeriodEnd: later(2 * time.Hour),
		TrialStart: later(3 * time.Hour), TrialEnd: later(4 * time.Hour), CancelAtPeriodEnd: true, CancelAt: later(9 * time.Hour),
		CanceledAt: later(5 * time.Hour), EndedAt: later(10 * time.Hour), CollectionPaused: true, CollectionMethod: "send_invoice",
		PastDueSince: later(6 * time.Hour), Paid: true, CreatedAt: *later(7 * time.Hour), UpdatedAt: *later(8 * time.Hour), MRR: 500, MRRCurrency: "usd", Earned: true, TrialWarned: true,
		Mark: "m1", SeenAt: *later(11 * time.Hour),
	}
	invoice := billing.Invoice{
		ProviderID: "in_1", UserID: 1, SubscriptionID: "sub_1", Status: billing.InvoicePaid, Reason: "subscription_cycle", Currency: "usd",
		Subtotal: 3000, Discount: 600, Tax: 480, Total: 2880, Paid: 2800, Due: 80, IssuedAt: T0, FinalizedAt: later(time.Hour),
		DueAt: later(2 * time.Hour), PaidAt: later(3 * time.Hour), VoidedAt: later(4 * time.Hour),
		UncollectibleAt: later(5 * time.Hour), ActionRequired: true, ChargeID: "ch_1", Mark: "m3",
		Lines: []billing.InvoiceLine{{
			Interval: "month", IntervalCount: 3, Recurring: true, Proration: true, PriceID: "price_1", Quantity: 2, Amount: 3000, Discount: 600, InclusiveTax: 100, DiscountID: "di_1",
			PeriodStart: T0, PeriodEnd: *later(time.Hour),
		}},
	}
	checkout := billing.Checkout{
		Key: "checkout-key", RequestKey: "checkout-request", UserID: 1, PlanID: plan.ID, PromotionCode: "Spring20", CustomerID: "cus_1",
		PriceID: "price_1", CouponID: "coupon_1", Quantity: 2, TrialDays: 14, SuccessURL: "https://a.test/s", CancelURL: "https://a.test/c",
		Direct: true, PaymentMethodID: "pm_1",
		Status: billing.CheckoutOpen, SessionID: "cs_1", URL: "https://pay.test", ExpiresAt: later(time.Hour), SubscriptionID: "sub_1",
		CreatedAt: T0, UpdatedAt: *later(time.Minute),
	}
	var redemption billing.Redemption
	in(t, h.Store, func(ctx context.Context, tx billing.Tx) {
		must(t, tx.SaveUser(ctx, u), tx.SaveSubscription(ctx, &sub), tx.SaveInvoice(ctx, &invoice), tx.SaveCheckout(ctx, &checkout))
		redemption = billing.Redemption{
			UserID: 1, Promotion: promotion, CheckoutID: checkout.ID, CheckoutKey: checkout.Key, SubscriptionID: sub.ID, Status: billing.Consumed, DiscountID: "di_1",
			EndsAt: later(time.Hour), ConsumedBy: "in_1", ConsumedPeriod: later(2 * time.Hour), ConsumedPrice: "price_1", ReservedAt: T0,
			AppliedAt: later(time.Minute), UpdatedAt: *later(3 * time.Hour),
		}
		must(t, tx.SaveRedemption(ctx, &redemption))
	})
	if sub.ID == 0 || invoice.ID == 0 || checkout.ID == 0 || redemption.ID == 0 {
		t.Fatal("an id was not set")
	}
	byID, err := h.Store.SubscriptionByID(t.Context(), sub.ID)
	must(t, err)
	equal(t, byID, sub)
	_, err = h.Store.SubscriptionByID(t.Context(), 999)
	wantErr(t, err, billing.ErrSubscriptionUnknown)
	a, err := h.Store.Account(t.Context(), 1)
	must(t, err)
	equal(t, a, billing.Account{
		User: u, Subscriptions: []billing.Subscription{sub}, Invoices: []billing.Invoice{invoice},
		Redemptions: []billing.Redemption{redemption}, Checkouts: []billing.Checkout{checkout},
	})
	in(t, h.Store, func(ctx context.Context, tx billing.Tx) {
		locked, err := tx.LockAccount(ctx, 1)
		must(t, err)
		equal(t, locked, a)
	})
	got, err := h.Store.User(t.Context(), 1)
	must(t, err)
	equal(t, got, u)
	owner, err := h.Store.Owner(t.Context(), u.CustomerID)
	must(t, err)
	equal(t, owner, int64(1))
	for _, find := range []func() (billing.Checkout, error){
		func() (billing.Checkout, error) { return h.Store.CheckoutBySession(t.Context(), "cs_1") },
		func() (billing.Checkout, error) { return h.Store.CheckoutByRequest(t.Context(), "checkout-request") },
	} {
		c, err := find()
		must(t, err)
		equal(t, c, checkout)
	}
}

func savingAgainUpdates(t *testing.T, h StoreHarness) {
	promotion := addPromotion(t, h.Store, nil)
	u := sampleUser(1)
	sub := billing.Subscription{
		ProviderID: "sub_1", UserID: 1, Status: billing.Active, Items: make([]billing.Item, 2), CreatedAt: T0, UpdatedAt: T0,
	}
	invoice := billing.Invoice{ProviderID: "in_1", UserID: 1, Status: "draft", IssuedAt: T0, Lines: []billing.InvoiceLine{}}
	checkout := billing.Checkout{Key: "k", UserID: 1, Status: billing.CheckoutPending, CreatedAt: T0, UpdatedAt: T0}
	redemption := billing.Redemption{UserID: 1, Promotion: promotion, Status: billing.Reserved, ReservedAt: T0, UpdatedAt: T0}
	in(t, h.Store, func(ctx context.Context, tx billing.Tx) {
		must(t, tx.SaveUser(ctx, u), tx.SaveSubscription(ctx, &sub), tx.SaveInvoice(ctx, &invoice), tx.SaveCheckout(ctx, &checkout), tx.SaveRedemption(ctx, &redemption))
	})
	ids := []int64{sub.ID, invoice.ID, checkout.ID, redemption.ID}
	u.Email, u.Deleted, u.DueAt, u.State.Version = "new@example.com", false, nil, 4
	u.Version, u.AccessVersion, u.Name, u.TypeCode, u.Active, u.CustomerID = 8, 8, "New", "NONS", false, "cus_new"
	sub = billing.Subscription{
		ProviderID: "sub_1", UserID: 1, Status: billing.PastDue,
		Items:       []billing.Item{{ProviderID: "si_3", PriceID: "price_2", Amount: 5, Currency: "eur", Interval: "year", IntervalCount: 1, Quantity: 5}},
		PeriodStart: later(1 * time.Hour), PeriodEnd: later(2 * time.Hour), TrialStart: later(3 * time.Hour), TrialEnd: later(4 * time.Hour),
		CancelAtPeriodEnd: true, CancelAt: later(9 * time.Hour), CanceledAt: later(5 * time.Hour), EndedAt: later(10 * time.Hour),
		CollectionPaused: true, CollectionMethod: "send_invoice", PastDueSince: later(6 * time.Hour), Paid: true, CreatedAt: *later(7 * time.Hour),
		UpdatedAt: *later(8 * time.Hour), MRR: 600, MRRCurrency: "eur", Earned: true, TrialWarned: true,
		Mark: "m2", SeenAt: *later(12 * time.Hour),
	}
	invoice = billing.Invoice{
		ProviderID: "in_1", UserID: 1, SubscriptionID: "sub_1", Status: "paid", Reason: "manual", Currency: "eur",
		Subtotal: 1, Discount: 2, Tax: 3, Total: 4, Paid: 5, Due: 6, IssuedAt: *later(time.Hour), FinalizedAt: later(1 * time.Hour),
		DueAt: later(2 * time.Hour), PaidAt: later(3 * time.Hour), VoidedAt: later(4 * time.Hour), UncollectibleAt: later(5 * time.Hour), ActionRequired: true, ChargeID: "ch_2", Mark: "m4",
		Lines: []billing.InvoiceLine{{Amount: 5, PeriodStart: T0, PeriodEnd: T0}},
	}
	checkout.Status, checkout.SessionID, checkout.ExpiresAt = billing.CheckoutOpen, "cs_1", later(time.Hour)
	checkout.CustomerID = "cus_new"
	checkout.URL, checkout.SubscriptionID, checkout.UpdatedAt = "https://pay.test", "sub_1", *later(time.Hour)
	redemption.Status, redemption.SubscriptionID, redemption.AppliedAt = billing.Consumed, 77, later(time.Hour)
	redemption.DiscountID, redemption.EndsAt, redemption.ConsumedBy = "di_1", later(2*time.Hour), "in_1"
	redemption.ConsumedPrice, redemption.ConsumedPeriod, redemption.UpdatedAt = "price_2", later(3*time.Hour), *later(4 * time.Hour)
	in(t, h.Store, func(ctx context.Context, tx billing.Tx) {
		must(t, tx.SaveUser(ctx, u), tx.SaveSubscription(ctx, &sub), tx.SaveInvoice(ctx, &invoice), tx.SaveCheckout(ctx, &checkout), tx.SaveRedemption(ctx, &redemption))
	})
	equal(t, []int64{sub.ID, invoice.ID, checkout.ID, redemption.ID}, ids)
	a, err := h.Store.Account(t.Context(), 1)
	must(t, err)
	equal(t, a, billing.Account{
		User: u, Subscriptions: []billing.Subscription{sub}, Invoices: []billing.Invoice{invoice},
		Redemptions: []billing.Redemption{redemption}, Checkouts: []billing.Checkout{checkout},
	})
	in(t, h.Store, func(ctx context.Context, tx billing.Tx) { must(t, tx.ForgetPages(ctx, 2), tx.ForgetPages(ctx, 1)) })
	a, err = h.Store.Account(t.Context(), 1)
	must(t, err)
	checkout.SuccessURL, checkout.CancelURL, checkout.URL = "", "", ""
	equal(t, a.Checkouts, []billing.Checkout{checkout})
	checkout.Status = billing.CheckoutComplete
	in(t, h.Store, func(ctx context.Context, tx billing.Tx) { must(t, tx.SaveCheckout(ctx, &checkout)) })
	a, err = h.Store.Account(t.Context(), 1)
	must(t, err)
	if len(a.Checkouts) != 0 {
		t.Error("a finished checkout is in the account")
	}
}

func customersOfAUser(t *testing.T, h StoreHarness) {
	ctx := t.Context()
	u := sampleUser(1)
	in(t, h.Store, func(ctx context.Context, tx billing.Tx) {
		must(t, tx.SaveUser(ctx, u))
		for id, want := range map[string]bool{"cus_old": true, u.CustomerID: true} {
			added, err := tx.AddCustomer(ctx, 1, id)
			must(t, err)
			equal(t, added, want)
			added, err = tx.AddCustomer(ctx, 2, id)
			must(t, err)
			equal(t, added, false)
		}
		must(t, tx.DropCustomer(ctx, "cus_old"))
	})
	customers, err := h.Store.Customers(ctx, 1)
	must(t, err)
	equal(t, customers, []string{u.CustomerID})
	for _, id := range []string{"cus_old", u.CustomerID} { // a deleted customer still tells whose its payments are
		owner, err := h.Store.Owner(ctx, id)
		must(t, err)
		equal(t, owner, int64(1))
	}
	owner, err := h.Store.UserByKey(ctx, u.Key)
	must(t, err)
	equal(t, owner, int64(1))
	_, err = h.Store.UserByKey(ctx, "nobody's")
	wantErr(t, err, billing.ErrUnmatched)
	in(t, h.Store, func(ctx context.Context, tx billing.Tx) {
		must(t, tx.SaveSubscription(ctx, &billing.Subscription{ProviderID: "sub_1", UserID: 1, Status: billing.Active, CreatedAt: T0, UpdatedAt: T0}))
	})
	owner, err = h.Store.SubscriptionOwner(ctx, "sub_1")
	must(t, err)
	equal(t, owner, int64(1))
	_, err = h.Store.SubscriptionOwner(ctx, "sub_2")
	wantErr(t, err, billing.ErrUnmatched)
}

func generations(t *testing.T, h StoreHarness) {
	ctx := t.Context()
	is := func(want int) {
		t.Helper()
		got, err := h.Store.Generation(ctx, "plan/1")
		must(t, err)
		equal(t, got, want)
	}
	is(0)
	must(t, h.Store.RaiseGeneration(ctx, "plan/1", 0))
	is(1)
	must(t, h.Store.RaiseGeneration(ctx, "plan/1", 0)) // another replica was faster
	is(1)
	must(t, h.Store.RaiseGeneration(ctx, "plan/1", 1))
	is(2)
}

// discountWithoutPromotion: one that was given in the provider's dashboard has a coupon only.
func discountWithoutPromotion(t *testing.T, h StoreHarness) {
	ctx := t.Context()
	coupon, err := h.Store.AddCoupon(ctx, billing.Coupon{Key: "vip", Name: "VIP", Type: billing.Percentage, BasisPoints: 500, Duration: billing.Forever, ProviderID: "VIP", CreatedAt: T0})
	must(t, err)
	of := addPromotion(t, h.Store, nil)
	given := billing.Redemption{
		UserID: 1, Promotion: billing.Promotion{Coupon: coupon}, SubscriptionID: 7, Status: billing.Applied, DiscountID: "di_1", ReservedAt: T0, AppliedAt: later(0), UpdatedAt: T0,
	}
	bought := billing.Redemption{UserID: 1, Promotion: of, Status: billing.Reserved, ReservedAt: T0, UpdatedAt: T0}
	in(t, h.Store, func(ctx context.Context, tx billing.Tx) {
		must(t, tx.SaveUser(ctx, sampleUser(1)), tx.SaveRedemption(ctx, &given), tx.SaveRedemption(ctx, &bought))
		given.Status = billing.Removed
		must(t, tx.SaveRedemption(ctx, &given))
	})
	a, err := h.Store.Account(ctx, 1)
	must(t, err)
	equal(t, a.Redemptions, []billing.Redemption{given, bought})
}

func quietChangesAreFollowedTogether(t *testing.T, h StoreHarness) {
	user := func(id int64, customer string, deleted bool) billing.User {
		u := sampleUser(id)
		u.Version, u.AccessVersion, u.CustomerID, u.Deleted = 9, 7, customer, deleted
		return u
	}
	users := []billing.User{user(1, "", false), user(2, "", false), user(3, "", false), user(4, "cus_4", false), user(5, "", true), user(6, "", false), user(7, "cus_7", false)}
	in(t, h.Store, func(ctx context.Context, tx billing.Tx) {
		for _, u := range users {
			must(t, tx.SaveUser(ctx, u))
		}
	})
	followed, err := h.Store.FollowQuietly(t.Context(), []billing.Profile{
		{UserID: 1, Version: 12, AccessVersion: 7, Email: "new@example.com", Name: "New"},
		{UserID: 2, Version: 12, AccessVersion: 12, Name: "acted on"},
		{UserID: 3, Version: 8, AccessVersion: 7, Name: "old"},
		{UserID: 4, Version: 12, AccessVersion: 7, Email: users[3].Email, Name: "of a customer"},
		{UserID: 5, Version: 12, AccessVersion: 7, Name: "after the deletion"},
		{UserID: 6, Version: 12, AccessVersion: 7, Deleted: true},
		{UserID: 7, Version: 12, AccessVersion: 7, Email: users[6].Email, Name: users[6].Name},
		{UserID: 999, Version: 1},
	}, T0)
	must(t, err)
	equal(t, followed, map[int64]int64{1: 12, 2: 9, 3: 9, 4: 12, 5: 9, 6: 9, 7: 12})
	users[0].Version, users[0].Email, users[0].Name = 12, "new@example.com", "New"
	users[3].Version, users[3].Name = 12, "of a customer"
	users[6].Version = 12
	for _, want := range users {
		got, err := h.Store.User(t.Context(), want.ID)
		must(t, err)
		equal(t, got, want)
	}
	task, found, err := h.Store.Claim(t.Context(), billing.Bulk, T0, time.Minute)
	if err != nil || !found || task.Kind != billing.TaskCustomer || task.Subject != "4" {
		t.Errorf("%+v, %v, %v: the provider is told of the customer with another name", task, found, err)
	}
	if task, found, err := h.Store.Claim(t.Context(), billing.Bulk, T0, time.Minute); err != nil || found {
		t.Errorf("%+v, %v: and of nobody else", task, err)
	}
}
