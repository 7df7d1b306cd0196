package billing_test

import (
	"testing"
	"time"

	"muster/libs/errs"
	"muster/services/billing/internal/billing"
	"muster/services/billing/internal/billing/billingtest"
)

// offer creates a plan.
func (h *fixture) offer(t *testing.T, name, interval, currency string, amount int64) billing.Plan {
	t.Helper()
	p, err := h.CreatePlan(t.Context(), billing.Plan{Name: name, Interval: interval, IntervalCount: 1, Amount: amount, Currency: currency})
	must(t, err)
	return p
}

func (h *fixture) changeTo(planID int64, quantity int64) billing.ChangeOrder {
	o := billing.ChangeOrder{UserID: 42, PlanID: &planID}
	if quantity > 0 {
		o.Quantity = &quantity
	}
	return o
}

func TestAChangeCostsWhatItsPreviewSays(t *testing.T) {
	h := newHouse(t)
	plan, better := h.plan(t), h.offer(t, "Platinum", "month", "usd", 3000)
	h.subscribe(t, 42, plan.ID, "")
	h.advance(31 * 12 * time.Hour) // half of March
	p, err := h.PreviewChange(t.Context(), h.changeTo(better.ID, 2))
	must(t, err)
	if p.AmountDueNow != 2250 || p.NextAmount != 6000 || p.NextDate == nil || !p.NextDate.Equal(*h.state(t, 42).Current.CurrentPeriodEnd) || !p.ExpiresAt.After(h.clock()) {
		t.Errorf("%+v", p)
	}
	h.advance(time.Minute)
	s, err := h.ChangeSubscription(t.Context(), 42, p.ID)
	must(t, err)
	if *s.Current.PlanID != better.ID || s.Current.Quantity != 2 || s.Current.PlanAmount != 3000 {
		t.Errorf("%+v", s.Current)
	}
	sub, err := h.provider.Subscription(t.Context(), s.Current.StripeSubscriptionID)
	must(t, err)
	if sub.Invoices[0].Paid != p.AmountDueNow {
		t.Errorf("charged %d, foretold %d", sub.Invoices[0].Paid, p.AmountDueNow)
	}
	again, err := h.ChangeSubscription(t.Context(), 42, p.ID) // as after a lost answer
	must(t, err)
	if again.Version != s.Version || h.invoices(t, sub.ID) != 2 {
		t.Errorf("a preview was carried out twice: %d invoices", h.invoices(t, sub.ID))
	}
}

// invoices counts the invoices of a subscription at the provider that the account knows.
func (h *fixture) invoices(t *testing.T, id string) (n int) {
	t.Helper()
	a, err := h.store.Account(t.Context(), 42)
	must(t, err)
	for _, i := range a.Invoices {
		if i.SubscriptionID == id {
			n++
		}
	}
	return n
}

func TestPreviewsOfOtherChanges(t *testing.T) {
	h := newHouse(t)
	plan, cheaper, yearly := h.plan(t), h.offer(t, "Bronze", "month", "usd", 500), h.offer(t, "Yearly", "year", "usd", 12000)
	h.promotion(t, "FIFTH", percent(20, billing.Forever), nil)
	h.subscribe(t, 42, plan.ID, "FIFTH")
	down, err := h.PreviewChange(t.Context(), h.changeTo(cheaper.ID, 0))
	must(t, err)
	if down.AmountDueNow != 0 || down.NextAmount != 400 {
		t.Errorf("down: %+v", down)
	}
	long, err := h.PreviewChange(t.Context(), h.changeTo(yearly.ID, 0))
	must(t, err)
	if long.AmountDueNow != 9600 || long.NextAmount != 9600 || !long.NextDate.Equal(t0.AddDate(1, 0, 0)) {
		t.Errorf("yearly: %+v", long)
	}
	_, err = h.CancelSubscription(t.Context(), 42, billing.CancelAtPeriodEnd)
	must(t, err)
	ending, err := h.PreviewChange(t.Context(), h.changeTo(cheaper.ID, 2))
	must(t, err)
	if ending.NextDate != nil || ending.NextAmount != 0 {
		t.Errorf("ending: %+v", ending)
	}
}

func TestAChangeInATrialIsFree(t *testing.T) {
	h := newHouse(t)
	plan, better := h.plan(t), h.offer(t, "Platinum", "month", "usd", 3000)
	h.promotion(t, "TRY", billing.Coupon{Type: billing.FreeTrial, TrialDays: 14, Duration: billing.Once}, nil)
	h.subscribe(t, 42, plan.ID, "TRY")
	p, err := h.PreviewChange(t.Context(), h.changeTo(better.ID, 0))
	must(t, err)
	if p.AmountDueNow != 0 || p.NextAmount != 3000 || !p.NextDate.Equal(t0.AddDate(0, 0, 14)) {
		t.Errorf("%+v", p)
	}
}

func TestAStalePreviewIsRefused(t *testing.T) {
	for name, change := range map[string]func(t *testing.T, h *fixture, id string, better billing.Plan){
		"it expired": func(_ *testing.T, h *fixture, _ string, _ billing.Plan) { h.advance(15 * time.Minute) },
		"a renewal": func(_ *testing.T, h *fixture, id string, _ billing.Plan) {
			h.provider.Renew(id, true)
		},
		"a cancellation": func(t *testing.T, h *fixture, _ string, _ billing.Plan) {
			_, err := h.CancelSubscription(t.Context(), 42, billing.CancelAtPeriodEnd)
			must(t, err)
		},
		"another quantity": func(_ *testing.T, h *fixture, id string, _ billing.Plan) {
			h.provider.Change(id, func(s *billing.ProviderSubscription) { s.Items[0].Quantity = 7 })
		},
		"the end": func(_ *testing.T, h *fixture, id string, _ billing.Plan) { h.provider.End(id) },
		"the discount": func(_ *testing.T, h *fixture, id string, _ billing.Plan) {
			h.provider.Change(id, func(s *billing.ProviderSubscription) { s.Discount = nil })
		},
		"a pause of the collection": func(_ *testing.T, h *fixture, id string, _ billing.Plan) {
			h.provider.Change(id, func(s *billing.ProviderSubscription) { s.CollectionPaused = true })
		},
		"the plan is off sale": func(t *testing.T, h *fixture, _ string, better billing.Plan) {
			must(t, h.store.RetirePrice(t.Context(), better.PriceID))
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			plan, better := h.plan(t), h.offer(t, "Platinum", "month", "usd", 3000)
			h.promotion(t, "FIFTH", percent(20, billing.Forever), nil)
			id := h.subscribe(t, 42, plan.ID, "FIFTH")
			p, err := h.PreviewChange(t.Context(), h.changeTo(better.ID, 0))
			must(t, err)
			change(t, h, id, better)
			_, err = h.ChangeSubscription(t.Context(), 42, p.ID)
			wantErr(t, err, billing.ErrPreviewStale)
			if sub, err := h.provider.Subscription(t.Context(), id); err != nil || sub.Items[0].PriceID != plan.PriceID {
				t.Errorf("changed to %+v, %v", sub.Items, err)
			}
		})
	}
}

// The amounts also depend on what only the provider knows.
func TestADiscountOfSomebodyElseMakesAPreviewStale(t *testing.T) {
	h := newHouse(t)
	plan := h.plan(t)
	id := h.subscribe(t, 42, plan.ID, "")
	p, err := h.PreviewChange(t.Context(), h.changeTo(plan.ID, 2))
	must(t, err)
	off, err := h.provider.CreateCoupon(t.Context(), "theirs", billing.Coupon{Key: "theirs", Type: billing.Percentage, BasisPoints: 5000, Duration: billing.Forever})
	must(t, err)
	h.provider.Change(id, func(s *billing.ProviderSubscription) {
		s.Discount = &billing.ProviderDiscount{ID: "di_theirs", CouponID: off}
	})
	_, err = h.ChangeSubscription(t.Context(), 42, p.ID)
	wantErr(t, err, billing.ErrPreviewStale)
}

func TestAPreviewIsItsUsers(t *testing.T) {
	h := newHouse(t)
	plan := h.plan(t)
	h.subscribe(t, 42, plan.ID, "")
	p, err := h.PreviewChange(t.Context(), h.changeTo(plan.ID, 2))
	must(t, err)
	h.follow(t, 43)
	for user, id := range map[int64]string{43: p.ID, 42: "nothing"} {
		_, err := h.ChangeSubscription(t.Context(), user, id)
		wantErr(t, err, billing.ErrPreviewStale)
	}
}

func TestAChangeThatCannotBePaid(t *testing.T) {
	h := newHouse(t)
	plan := h.plan(t)
	id := h.subscribe(t, 42, plan.ID, "")
	p, err := h.PreviewChange(t.Context(), h.changeTo(plan.ID, 2))
	must(t, err)
	h.provider.FailNext(h.customer(t, 42))
	_, err = h.ChangeSubscription(t.Context(), 42, p.ID)
	wantErr(t, err, billing.ErrPaymentFailed)
	if s := h.state(t, 42); s.Current.Quantity != 1 || s.Current.StripeSubscriptionID != id {
		t.Errorf("%+v", s.Current)
	}
	s, err := h.ChangeSubscription(t.Context(), 42, p.ID) // the card works now
	must(t, err)
	if s.Current.Quantity != 2 {
		t.Errorf("%+v", s.Current)
	}
}

// asked subscribes with a card that asks for each payment, and returns the plan and what a change to two of it waits for.
func (h *fixture) asked(t *testing.T) (plan billing.Plan, p billing.ChangePreview, secret any) {
	t.Helper()
	plan = h.plan(t)
	_, err := h.Subscribe(t.Context(), h.direct(plan.ID, "", billingtest.AskingCard))
	wantErr(t, err, billing.ErrActionRequired)
	h.provider.Confirm(h.state(t, 42).Current.StripeSubscriptionID)
	for _, i := range h.provider.InvoicesOf(h.state(t, 42).Current.StripeSubscriptionID) {
		h.provider.Confirm(i)
	}
	h.event(t, "customer.subscription.updated", h.state(t, 42).Current.StripeSubscriptionID)
	p, err = h.PreviewChange(t.Context(), h.changeTo(plan.ID, 2))
	must(t, err)
	s, err := h.ChangeSubscription(t.Context(), 42, p.ID)
	wantErr(t, err, billing.ErrActionRequired)
	if secret = errs.From(err).Detail["clientSecret"]; secret == nil || secret == "" {
		t.Errorf("no client secret: %+v", errs.From(err))
	}
	if s.Current.Quantity != 1 || s.Current.Status != "active" || s.Current.ChargedAmount != 1500 || !s.Access {
		t.Errorf("%+v", s.Current)
	}
	return plan, p, secret
}

// TestAChangeWaitsForItsConfirmation: nothing changes until the user has confirmed the payment. The same request asks again,
// without another invoice, and answers with the changed subscription once it is paid.
func TestAChangeWaitsForItsConfirmation(t *testing.T) {
	h := newHouse(t)
	_, p, secret := h.asked(t)
	id := h.state(t, 42).Current.StripeSubscriptionID
	invoices := len(h.provider.InvoicesOf(id))
	_, err := h.ChangeSubscription(t.Context(), 42, p.ID)
	wantErr(t, err, billing.ErrActionRequired)
	if again := errs.From(err).Detail["clientSecret"]; again != secret || len(h.provider.InvoicesOf(id)) != invoices {
		t.Errorf("asked with %v, then %v, with %d invoices more", secret, again, len(h.provider.InvoicesOf(id))-invoices)
	}
	h.provider.Confirm(h.provider.InvoicesOf(id)[invoices-1])
	h.event(t, "customer.subscription.updated", id)
	for range 2 {
		s, err := h.ChangeSubscription(t.Context(), 42, p.ID)
		must(t, err)
		if s.Current.Quantity != 2 || s.Current.Status != "active" || len(h.provider.InvoicesOf(id)) != invoices {
			t.Errorf("%+v", s.Current)
		}
	}
}

// TestAnotherChangeGivesUpOneThatWaits: the user is not charged for what was not confirmed.
func TestAnotherChangeGivesUpOneThatWaits(t *testing.T) {
	h := newHouse(t)
	plan, first, _ := h.asked(t)
	id := h.state(t, 42).Current.StripeSubscriptionID
	waits := h.provider.InvoicesOf(id)[1]
	second, err := h.PreviewChange(t.Context(), h.changeTo(plan.ID, 3))
	must(t, err)
	_, err = h.ChangeSubscription(t.Context(), 42, second.ID)
	wantErr(t, err, billing.ErrActionRequired)
	if i, err := h.provider.Invoice(t.Context(), waits); err != nil || i.Status != billing.InvoiceVoid {
		t.Errorf("%+v, %v", i, err)
	}
	_, err = h.ChangeSubscription(t.Context(), 42, first.ID)
	wantErr(t, err, billing.ErrPreviewStale)
	h.provider.Confirm(h.provider.InvoicesOf(id)[2])
	s, err := h.ChangeSubscription(t.Context(), 42, second.ID)
	must(t, err)
	if s.Current.Quantity != 3 {
		t.Errorf("%+v", s.Current)
	}
}

func TestWhatCannotBePreviewed(t *testing.T) {
	h := newHouse(t)
	plan, euro := h.plan(t), h.offer(t, "Euro", "month", "eur", 3000)
	_, err := h.PreviewChange(t.Context(), h.changeTo(plan.ID, 2))
	wantErr(t, err, billing.ErrNoSubscription)
	id := h.subscribe(t, 42, plan.ID, "")
	for field, o := range map[string]billing.ChangeOrder{"planId": h.changeTo(euro.ID, 0), "quantity": h.changeTo(plan.ID, 1001)} {
		_, err := h.PreviewChange(t.Context(), o)
		if e := errs.From(err); e.Kind != errs.KindInvalid || e.Fields[0].Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
	_, err = h.PreviewChange(t.Context(), billing.ChangeOrder{UserID: 42})
	if errs.KindOf(err) != errs.KindInvalid {
		t.Errorf("no change: %v", err)
	}
	_, err = h.PreviewChange(t.Context(), h.changeTo(999, 0))
	wantErr(t, err, billing.ErrPlanNotFound)
	h.provider.Change(id, func(s *billing.ProviderSubscription) { s.Status = billing.Unpaid })
	_, err = h.PreviewChange(t.Context(), h.changeTo(plan.ID, 2))
	wantErr(t, err, billing.ErrNoSubscription)
}

func TestResuming(t *testing.T) {
	h := newHouse(t)
	_, err := h.ResumeSubscription(t.Context(), 42)
	wantErr(t, err, billing.ErrNoSubscription)
	id := h.subscribe(t, 42, h.plan(t).ID, "")
	_, err = h.ResumeSubscription(t.Context(), 42)
	wantErr(t, err, billing.ErrNotResumable)
	_, err = h.CancelSubscription(t.Context(), 42, billing.CancelAtPeriodEnd)
	must(t, err)
	s, err := h.ResumeSubscription(t.Context(), 42)
	must(t, err)
	if s.Current.CancelAtPeriodEnd || s.Current.CanceledAt != nil {
		t.Errorf("%+v", s.Current)
	}
	h.provider.Change(id, func(s *billing.ProviderSubscription) { s.Status = billing.Paused })
	h.event(t, "customer.subscription.paused", id)
	if s, err = h.ResumeSubscription(t.Context(), 42); err != nil || s.Current.Status != "active" || !s.Access {
		t.Errorf("%+v, %v", s.Current, err)
	}
	h.provider.Change(id, func(s *billing.ProviderSubscription) { s.CancelAt = at(month) })
	h.event(t, "customer.subscription.updated", id)
	h.provider.End(id) // without our knowledge
	_, err = h.ResumeSubscription(t.Context(), 42)
	wantErr(t, err, billing.ErrNoSubscription)
	if h.state(t, 42).Access {
		t.Error("the end was not noticed")
	}
}

func TestThePortal(t *testing.T) {
	h := newHouse(t)
	_, err := h.OpenPortal(t.Context(), 42, "https://evil.test/")
	if e := errs.From(err); e.Kind != errs.KindInvalid || e.Fields[0].Field != "returnUrl" {
		t.Errorf("%v", err)
	}
	first, err := h.OpenPortal(t.Context(), 42, "https://app.test/account")
	must(t, err)
	h.provider.Remove(h.customer(t, 42))
	second, err := h.OpenPortal(t.Context(), 42, "https://app.test/account")
	must(t, err)
	if first == "" || second == first || h.provider.Customers() != 1 {
		t.Errorf("%q, then %q for %d customers", first, second, h.provider.Customers())
	}
}

func TestValidatingAPromotion(t *testing.T) {
	h := newHouse(t)
	plan := h.plan(t)
	h.promotion(t, "FIFTH", percent(20, billing.Forever), last)
	h.promotion(t, "TRY", billing.Coupon{Type: billing.FreeTrial, TrialDays: 14, Duration: billing.Once}, nil)
	h.promotion(t, "EURO", amount(100, "eur"), nil)
	o, err := h.ValidatePromotion(t.Context(), 42, "fifth", plan.ID)
	must(t, err)
	if o.Amount != 1500 || o.Reduced != 1200 || o.TrialDays != 0 || o.Promotion.Code != "FIFTH" || h.redeemed(t, "FIFTH") != 0 {
		t.Errorf("%+v", o)
	}
	o, err = h.ValidatePromotion(t.Context(), 42, "TRY", plan.ID)
	must(t, err)
	if o.Reduced != 1500 || o.TrialDays != 14 {
		t.Errorf("%+v", o)
	}
	for code, want := range map[string]error{"EURO": billing.ErrPromoCurrency, "NOTHING": billing.ErrPromoNotFound} {
		_, err := h.ValidatePromotion(t.Context(), 42, code, plan.ID)
		wantErr(t, err, want)
	}
	_, err = h.ValidatePromotion(t.Context(), 42, "FIFTH", 999)
	wantErr(t, err, billing.ErrPlanNotFound)
	for range 19 {
		_, err = h.ValidatePromotion(t.Context(), 42, "GUESS", plan.ID)
		wantErr(t, err, billing.ErrPromoNotFound)
	}
	if _, err = h.ValidatePromotion(t.Context(), 42, "FIFTH", plan.ID); errs.KindOf(err) != errs.KindTooMany {
		t.Errorf("after twenty guesses: %v", err)
	}
}

func TestEntitlements(t *testing.T) {
	h := newHouse(t)
	says := func(access bool, class string, until *time.Time) {
		t.Helper()
		e, err := h.EntitlementOf(t.Context(), 42)
		must(t, err)
		same := (until == nil) == (e.Until == nil) && (until == nil || until.Equal(*e.Until))
		if e.Access != access || e.Class != class || !same {
			t.Errorf("%t %s until %v, want %t %s until %v", e.Access, e.Class, e.Until, access, class, until)
		}
	}
	says(false, billing.ClassNone, nil)
	_, err := h.Subscribe(t.Context(), h.direct(h.plan(t).ID, "", billingtest.AskingCard))
	wantErr(t, err, billing.ErrActionRequired)
	says(false, billing.ClassIncomplete, nil)
	id := h.subscribe(t, 42, h.plan(t).ID, "")
	says(true, billing.ClassPaid, nil)
	_, err = h.CancelSubscription(t.Context(), 42, billing.CancelAtPeriodEnd)
	must(t, err)
	says(true, billing.ClassPaid, h.state(t, 42).Current.CurrentPeriodEnd)
	_, err = h.ResumeSubscription(t.Context(), 42)
	must(t, err)
	h.provider.Renew(id, false)
	h.event(t, "customer.subscription.updated", id)
	end := h.clock().Add(30 * 24 * time.Hour)
	says(true, billing.ClassPaid, &end)
	h.advance(30 * 24 * time.Hour)
	says(false, billing.ClassNone, nil)
	h.provider.Change(id, func(s *billing.ProviderSubscription) {
		s.Status, s.TrialStart, s.TrialEnd = billing.Trialing, at(0), at(month)
	})
	h.event(t, "customer.subscription.updated", id)
	says(true, billing.ClassTrial, nil)
}
