package billing

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"muster/libs/contracts/billingv1"
	"muster/libs/errs"
)

const (
	// previewLife is how long a preview can be carried out.
	previewLife = 15 * time.Minute
	// keepPreviews is how long an expired preview is stored, so that a repeated request finds that it was carried out.
	keepPreviews = 24 * time.Hour
)

// ChangeOrder is a user's wish for another plan or quantity; nil leaves it as it is.
type ChangeOrder struct {
	UserID   int64
	PlanID   *int64
	Quantity *int64
}

// ChangePreview is what a change would cost. It holds everything that is needed to carry out exactly this change.
type ChangePreview struct {
	ID           string
	UserID       int64
	Change       Change
	PlanID       int64  // 0 if the price is no plan's
	Basis        string // of the subscription; see [basis]
	AmountDueNow int64
	NextAmount   int64      // of the next regular invoice
	NextDate     *time.Time // of the next regular invoice; nil if none will follow
	Begun        bool       // carrying it out was begun
	InvoiceID    string     // the provider's invoice whose payment the change waits for; empty for none
	ExpiresAt    time.Time
}

// PreviewChange returns what a change of the user's subscription would cost now and at the next renewal. The preview can
// be carried out with ChangeSubscription for 15 minutes.
func (s *Service) PreviewChange(ctx context.Context, o ChangeOrder) (ChangePreview, error) {
	current, err := s.live(ctx, o.UserID)
	if err != nil {
		return ChangePreview{}, err
	}
	// The preview is of what the provider has now.
	if _, err := s.syncSubscription(ctx, current.ProviderID, known{}); err != nil {
		return ChangePreview{}, err
	}
	a, err := s.store.Account(ctx, o.UserID)
	if err != nil {
		return ChangePreview{}, err
	}
	sub := a.subscription(current.ProviderID)
	if sub == nil || !sub.changeable() {
		return ChangePreview{}, ErrNoSubscription
	}
	p := ChangePreview{ID: s.newID(), UserID: o.UserID, PlanID: sub.Plan.ID, ExpiresAt: s.now().Add(previewLife)}
	if p.Change, p.PlanID, err = s.changeOf(ctx, *sub, o); err != nil {
		return ChangePreview{}, err
	}
	p.Basis = basis(a, *sub, p.Change.PriceID)
	if err := s.quote(ctx, &p); err != nil {
		return ChangePreview{}, err
	}
	return p, s.store.AddPreview(ctx, p)
}

// changeable reports whether the plan of the subscription can be changed: it is paid for regularly.
func (s Subscription) changeable() bool {
	return (s.Status == Active || s.Status == Trialing || s.Status == PastDue) && len(s.Items) > 0
}

// changeOf turns the wish into a change of the subscription's first item.
func (s *Service) changeOf(ctx context.Context, sub Subscription, o ChangeOrder) (Change, int64, error) {
	item := sub.First()
	c := Change{SubscriptionID: sub.ProviderID, ItemID: item.ProviderID, Quantity: item.Quantity, ProrationDate: sub.within(s.now())}
	planID := sub.Plan.ID
	if o.Quantity != nil {
		if *o.Quantity < 1 || *o.Quantity > maxQuantity {
			return Change{}, 0, errs.InvalidField("quantity", "must be from 1 to 1000")
		}
		c.Quantity = *o.Quantity
	}
	if o.PlanID != nil && *o.PlanID != planID {
		plan, err := s.store.Plan(ctx, *o.PlanID)
		switch {
		case err != nil:
			return Change{}, 0, err
		case !plan.Active:
			return Change{}, 0, ErrPlanNotFound
		case plan.Currency != sub.Currency():
			return Change{}, 0, errs.InvalidField("planId", "must be a plan in the currency of the subscription")
		}
		c.PriceID, planID = plan.PriceID, plan.ID
	}
	if c.PriceID == "" && c.Quantity == item.Quantity {
		return Change{}, 0, errs.InvalidField("planId", "the subscription has this plan and quantity already")
	}
	return c, planID, nil
}

// within returns the time nearest to now in the current period. The provider's clock may differ from ours.
func (s Subscription) within(now time.Time) time.Time {
	if s.PeriodStart != nil && now.Before(*s.PeriodStart) {
		return *s.PeriodStart
	}
	if s.PeriodEnd != nil && !now.Before(*s.PeriodEnd) {
		return s.PeriodEnd.Add(-time.Second)
	}
	return now
}

// quote asks the provider for the amounts of a change.
func (s *Service) quote(ctx context.Context, p *ChangePreview) error {
	now, err := s.payments.Upcoming(ctx, p.Change, true)
	if err != nil && !errors.Is(err, ErrProviderMissing) {
		return fmt.Errorf("preview the change: %w", err)
	}
	if now.begins(p.Change.ProrationDate) {
		p.AmountDueNow = now.Due
	}
	next, err := s.payments.Upcoming(ctx, p.Change, false)
	if errors.Is(err, ErrProviderMissing) {
		return nil // the subscription ends before
	}
	if err != nil {
		return fmt.Errorf("preview the next invoice: %w", err)
	}
	for _, l := range next.Lines {
		if !l.Recurring || l.Proration {
			continue
		}
		p.NextAmount += l.Amount - l.Discount
		date := l.PeriodStart
		if !date.After(p.Change.ProrationDate) { // the change itself begins a new period, so this is the price of all periods
			date = l.PeriodEnd
		}
		p.NextDate = &date
	}
	return nil
}

// begins reports whether an upcoming invoice is for a change at a time, and not for the next renewal.
func (i ProviderInvoice) begins(at time.Time) bool {
	for _, l := range i.Lines {
		if l.Proration || (l.Recurring && !l.PeriodStart.After(at)) {
			return true
		}
	}
	return false
}

// basis identifies everything on which the amounts of a preview depend: status, items, period, trial, end and discount
// of the subscription, and the price that it changes to.
func basis(a Account, sub Subscription, priceID string) string {
	redemption := int64(0)
	if r := a.acting(sub); r != nil {
		redemption = r.ID
	}
	raw, err := json.Marshal([]any{
		sub.ProviderID, sub.Status, sub.Items, sub.PeriodStart, sub.PeriodEnd, sub.TrialEnd, sub.CancelAtPeriodEnd, sub.CancelAt,
		sub.CollectionPaused, redemption, priceID,
	})
	if err != nil {
		panic(fmt.Sprintf("basis of a preview: %v", err)) // plain values only
	}
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:])
}

// ChangeSubscription carries out a preview and returns the resulting state. ErrPreviewStale if the preview is not the
// user's or has expired, or if anything on which its amounts depend has changed. ErrPaymentFailed if the difference cannot be
// paid: nothing changes. ErrActionRequired with the client secret if the user has to confirm the payment: the change is made
// when that is done. The same preview can be sent again: it is carried out once.
func (s *Service) ChangeSubscription(ctx context.Context, userID int64, previewID string) (billingv1.Subscription, error) {
	p, err := s.store.Preview(ctx, userID, previewID)
	if err != nil {
		return billingv1.Subscription{}, err
	}
	if _, err := s.syncSubscription(ctx, p.Change.SubscriptionID, known{}); err != nil {
		return billingv1.Subscription{}, err
	}
	a, err := s.store.Account(ctx, userID)
	if err != nil {
		return billingv1.Subscription{}, err
	}
	sub := a.subscription(p.Change.SubscriptionID)
	if p.Begun && sub != nil && sub.has(p.Change) { // its answer was lost, or the user has confirmed the payment
		return a.User.State, nil
	}
	if p.InvoiceID != "" {
		return a.User.State, s.unconfirmed(ctx, p)
	}
	if err := s.valid(ctx, p, a, sub); err != nil {
		return billingv1.Subscription{}, err
	}
	if err := s.dropUnpaidChanges(ctx, a, *sub); err != nil {
		return billingv1.Subscription{}, err
	}
	if err := s.store.BeginChange(ctx, p.ID); err != nil {
		return billingv1.Subscription{}, err
	}
	err = s.carryOut(ctx, p)
	return s.afterCall(ctx, userID, p.Change.SubscriptionID, err)
}

// carryOut makes the change of a preview, or lets it wait for its payment.
func (s *Service) carryOut(ctx context.Context, p ChangePreview) error {
	// A second change to the same price and quantity bills nothing, so a fresh key does no harm. With the same key a
	// declined payment would stay declined for a day.
	unpaid, err := s.payments.ChangeItem(ctx, "change/"+p.ID+"/"+s.newID(), p.Change)
	if err != nil || unpaid == "" {
		return err
	}
	p.InvoiceID = unpaid
	if err := s.store.AwaitPayment(ctx, p.ID, unpaid); err != nil {
		return err
	}
	return s.unconfirmed(ctx, p)
}

// unconfirmed returns the error of a change that waits for its payment. One whose payment has failed is given up.
func (s *Service) unconfirmed(ctx context.Context, p ChangePreview) error {
	payment, err := s.payments.Payment(ctx, p.InvoiceID)
	switch {
	case err != nil:
		return fmt.Errorf("fetch payment: %w", err)
	case payment.NeedsAction:
		return ErrActionRequired.With("clientSecret", payment.ClientSecret)
	case !payment.Failed: // it is paid or void, and the subscription has not changed to this: something came after it
		return ErrPreviewStale
	}
	if err := s.payments.VoidInvoice(ctx, "void/"+p.InvoiceID, p.InvoiceID); err != nil && !refused(err) {
		return fmt.Errorf("void invoice: %w", err)
	}
	return PaymentFailed(payment.DeclineCode)
}

// dropUnpaidChanges gives up changes of the subscription that wait for their payment: the user decides for another one. The
// open invoice of a change that was made makes the subscription past due, and stays.
func (s *Service) dropUnpaidChanges(ctx context.Context, a Account, sub Subscription) error {
	if sub.Status != Active && sub.Status != Trialing {
		return nil
	}
	for _, i := range a.Invoices {
		if i.SubscriptionID != sub.ProviderID || i.Status != InvoiceOpen || i.Reason != reasonChange {
			continue
		}
		if err := s.payments.VoidInvoice(ctx, "void/"+i.ProviderID, i.ProviderID); err != nil && !refused(err) {
			return fmt.Errorf("void invoice: %w", err)
		}
	}
	return nil
}

func (s Subscription) has(c Change) bool {
	for _, i := range s.Items {
		if i.ProviderID == c.ItemID {
			return (c.PriceID == "" || i.PriceID == c.PriceID) && i.Quantity == c.Quantity
		}
	}
	return false
}

// valid checks that a preview still tells the truth.
func (s *Service) valid(ctx context.Context, p ChangePreview, a Account, sub *Subscription) error {
	if sub == nil || !sub.changeable() || !s.now().Before(p.ExpiresAt) || basis(a, *sub, p.Change.PriceID) != p.Basis {
		return ErrPreviewStale
	}
	if p.Change.PriceID != "" { // the present price can be kept after the plan went off sale
		plan, err := s.store.Plan(ctx, p.PlanID)
		if err != nil {
			return err
		}
		if !plan.Active || plan.PriceID != p.Change.PriceID {
			return ErrPreviewStale
		}
	}
	// The amounts also depend on what only the provider knows: the customer's balance, taxes, other discounts.
	now := p
	now.AmountDueNow, now.NextAmount, now.NextDate = 0, 0, nil
	if err := s.quote(ctx, &now); err != nil {
		return err
	}
	if now.AmountDueNow != p.AmountDueNow || now.NextAmount != p.NextAmount || !equalTimes(now.NextDate, p.NextDate) {
		return ErrPreviewStale
	}
	return nil
}
