package billing

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"muster/libs/causal"
	"muster/libs/contracts/billingv1"
)

// syncAttempts is how often a subscription is fetched again when others have overtaken the fetch.
const syncAttempts = 5

// errOvertaken reports that newer fetches were applied each time, without the invoices that this one is about.
var errOvertaken = ErrProviderUnavailable.Because(errors.New("newer fetches have overtaken this one"))

// known is what the cause of a synchronization tells about a subscription beside its id.
type known struct {
	invoices    []string // that belong to it
	checkoutKey string   // of the checkout that created it; the subscription's own copy can be cleared in the dashboard
}

// syncSubscription synchronizes a subscription with its latest invoice and all its open ones, and with the known
// invoices: ticket, fetch, apply. The invoices of a subscription share its ticket.
func (s *Service) syncSubscription(ctx context.Context, id string, k known) (causal.Write, error) {
	for range syncAttempts {
		ticket, err := s.store.Ticket(ctx, id)
		if err != nil {
			return causal.Write{}, err
		}
		remote, err := s.payments.Subscription(ctx, id)
		if errors.Is(err, ErrProviderMissing) {
			return s.applyMissing(ctx, id, ticket)
		}
		if err != nil {
			return causal.Write{}, fmt.Errorf("fetch subscription: %w", err)
		}
		if err := s.fetchInvoices(ctx, &remote, k.invoices); err != nil {
			return causal.Write{}, err
		}
		if k.checkoutKey != "" {
			remote.CheckoutKey = k.checkoutKey
		}
		w, applied, err := s.applySubscription(ctx, remote, ticket)
		if err != nil || applied || (len(k.invoices) == 0 && k.checkoutKey == "") {
			return w, err
		}
	}
	return causal.Write{}, errOvertaken
}

// fetchInvoices adds the named invoices to a fetched subscription. Deleted drafts are left out.
func (s *Service) fetchInvoices(ctx context.Context, remote *ProviderSubscription, ids []string) error {
	for _, id := range ids {
		if slices.ContainsFunc(remote.Invoices, func(i ProviderInvoice) bool { return i.ID == id }) {
			continue
		}
		invoice, err := s.payments.Invoice(ctx, id)
		if errors.Is(err, ErrProviderMissing) {
			continue
		}
		if err != nil {
			return fmt.Errorf("fetch invoice: %w", err)
		}
		remote.Invoices = append(remote.Invoices, invoice)
	}
	return nil
}

// syncInvoice synchronizes an invoice whose subscription the event did not name.
func (s *Service) syncInvoice(ctx context.Context, id string) (causal.Write, error) {
	ticket, err := s.store.Ticket(ctx, id)
	if err != nil {
		return causal.Write{}, err
	}
	invoice, err := s.payments.Invoice(ctx, id)
	if errors.Is(err, ErrProviderMissing) {
		return causal.Write{}, nil // a deleted draft
	}
	if err != nil {
		return causal.Write{}, fmt.Errorf("fetch invoice: %w", err)
	}
	if invoice.SubscriptionID != "" {
		return s.syncSubscription(ctx, invoice.SubscriptionID, known{invoices: []string{id}})
	}
	userID, err := s.store.Owner(ctx, invoice.CustomerID)
	if err != nil {
		return causal.Write{}, err
	}
	return s.changeAccount(ctx, userID, func(ctx context.Context, tx Tx, a *Account) error {
		newest, err := tx.Apply(ctx, id, ticket)
		if err != nil || !newest {
			return err
		}
		_, err = saveInvoice(ctx, tx, a, invoice)
		return err
	})
}

// changeAccount locks the user's account, lets fn change it, and publishes the result.
func (s *Service) changeAccount(ctx context.Context, userID int64, fn func(ctx context.Context, tx Tx, a *Account) error) (w causal.Write, err error) {
	err = s.store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		a, err := tx.LockAccount(ctx, userID)
		if err != nil {
			return err
		}
		if err := fn(ctx, tx, &a); err != nil {
			return err
		}
		w, err = s.publish(ctx, tx, &a)
		return err
	})
	return w, err
}

// applySubscription applies a fetched subscription with its invoices. It returns false if a newer fetch was applied
// before; then it has no effect.
func (s *Service) applySubscription(ctx context.Context, remote ProviderSubscription, ticket int64) (w causal.Write, applied bool, err error) {
	userID, err := s.owner(ctx, remote)
	if err != nil {
		return causal.Write{}, false, err
	}
	var plan Plan
	if len(remote.Items) > 0 {
		plan, err = s.store.PlanByPrice(ctx, remote.Items[0].PriceID)
		if err != nil && !errors.Is(err, ErrPlanNotFound) {
			return causal.Write{}, false, err
		}
	}
	coupons, err := s.couponsOf(ctx, remote)
	if err != nil {
		return causal.Write{}, false, err
	}
	w, err = s.changeAccount(ctx, userID, func(ctx context.Context, tx Tx, a *Account) error {
		applied, err = tx.Apply(ctx, remote.ID, ticket)
		if err != nil || !applied {
			return err
		}
		if err := s.adoptCustomer(ctx, tx, a, remote.CustomerID); err != nil {
			return err
		}
		if err := s.follow(ctx, tx, a, remote, plan); err != nil {
			return err
		}
		if err := s.mirrorDiscounts(ctx, tx, a, remote, coupons); err != nil {
			return err
		}
		if err := s.followRedemptions(ctx, tx, a, &remote); err != nil {
			return err
		}
		if a.User.Deleted && !remote.Status.Ended() {
			return tx.Enqueue(ctx, TaskClose, subjectOf(a.User.ID), s.now())
		}
		return nil
	})
	return w, applied, err
}

// applyMissing applies that the provider does not know a subscription. One that we never saw is nobody's.
func (s *Service) applyMissing(ctx context.Context, id string, ticket int64) (causal.Write, error) {
	userID, err := s.store.SubscriptionOwner(ctx, id)
	if errors.Is(err, ErrUnmatched) {
		return causal.Write{}, nil
	}
	if err != nil {
		return causal.Write{}, err
	}
	return s.changeAccount(ctx, userID, func(ctx context.Context, tx Tx, a *Account) error {
		newest, err := tx.Apply(ctx, id, ticket)
		held := a.subscription(id)
		if err != nil || !newest || held == nil {
			return err
		}
		old, before := *held, a.describe(*held)
		next := old.gone(s.now())
		if err := tx.SaveSubscription(ctx, &next); err != nil {
			return err
		}
		a.put(next)
		s.note(a, &old, next, before)
		return s.followRedemptions(ctx, tx, a, nil)
	})
}

// owner finds the user of a subscription by its customer. A subscription of any other customer must carry the user's
// random key: other installations on the same account have users with the same numbers.
func (s *Service) owner(ctx context.Context, remote ProviderSubscription) (int64, error) {
	userID, err := s.store.Owner(ctx, remote.CustomerID)
	if !errors.Is(err, ErrUnmatched) || remote.UserKey == "" {
		return userID, err
	}
	return s.store.UserByKey(ctx, remote.UserKey)
}

// adoptCustomer notes a customer of the user that was made without our knowledge: the process died before it stored the
// customer that it had made. It becomes the customer in use if there is none.
func (s *Service) adoptCustomer(ctx context.Context, tx Tx, a *Account, customerID string) error {
	if customerID == a.User.CustomerID || customerID == "" {
		return nil
	}
	added, err := tx.AddCustomer(ctx, a.User.ID, customerID)
	if err != nil || !added || a.User.CustomerID != "" {
		return err
	}
	a.User.CustomerID = customerID
	return tx.SaveUser(ctx, a.User)
}

// follow applies a fetched subscription and its invoices to the locked account.
func (s *Service) follow(ctx context.Context, tx Tx, a *Account, remote ProviderSubscription, plan Plan) error {
	held := Subscription{UserID: a.User.ID}
	var old *Subscription
	var before *billingv1.Current
	if stored := a.subscription(remote.ID); stored != nil {
		held = *stored
		former := held
		old, before = &former, a.describe(former)
	}
	var renewals []happened
	for _, i := range remote.Invoices {
		former, err := saveInvoice(ctx, tx, a, i)
		if err != nil {
			return err
		}
		if e, renewed := renewal(former, Invoice{}.follow(i), remote.TrialEnd); renewed {
			renewals = append(renewals, e)
		}
	}
	next := held.follow(remote, plan, a.Invoices, s.now())
	if err := tx.SaveSubscription(ctx, &next); err != nil {
		return err
	}
	a.put(next)
	if !equalTimes(held.PeriodStart, next.PeriodStart) {
		a.began = map[string]bool{next.ProviderID: true}
	}
	s.note(a, old, next, before)
	for _, e := range renewals {
		a.news = append(a.news, news{e, next.ProviderID, before})
	}
	return nil
}

// note adds what has happened to a subscription to the account's news.
func (s *Service) note(a *Account, old *Subscription, next Subscription, before *billingv1.Current) {
	for _, e := range subscriptionEvents(old, next, s.now()) {
		a.news = append(a.news, news{e, next.ProviderID, before})
	}
}

// saveInvoice stores a fetched invoice, and notes what has happened to it and what it adds to the ledger. It returns the
// former row, or nil.
func saveInvoice(ctx context.Context, tx Tx, a *Account, remote ProviderInvoice) (former *Invoice, err error) {
	held, err := tx.Invoice(ctx, remote.ID) // it may be older than those in the account
	switch {
	case err == nil:
		former = &held
	case !errors.Is(err, ErrInvoiceNotFound):
		return nil, err
	}
	old := Invoice{UserID: a.User.ID}
	if former != nil {
		old = *former
	}
	next := old.follow(remote)
	if err := tx.SaveInvoice(ctx, &next); err != nil {
		return nil, err
	}
	a.putInvoice(next)
	a.invoiceNews = append(a.invoiceNews, newFacts(invoiceFacts(old), invoiceFacts(next))...)
	if e, paid := paymentEntry(next); paid {
		if _, before := paymentEntry(old); !before || old.Mark == "" { // without a mark it was stored before there were books
			a.entries = append(a.entries, e)
		}
	}
	return former, nil
}

// followRedemptions binds the redemption of the checkout that created the subscription, and updates all applied ones. A
// subscription whose first payment is missing has not begun: its redemption stays reserved, and is released with the
// checkout. remote is nil if the provider has nothing to tell.
func (s *Service) followRedemptions(ctx context.Context, tx Tx, a *Account, remote *ProviderSubscription) error {
	for i, old := range a.Redemptions {
		next := old
		var trialEnd *time.Time
		for _, sub := range a.Subscriptions {
			fetched := remote != nil && remote.ID == sub.ProviderID
			if fetched && next.Status == Reserved && sub.Begun() && remote.CheckoutKey != "" && next.CheckoutKey == remote.CheckoutKey {
				next = next.apply(sub, s.now())
			}
			if next.SubscriptionID == sub.ID {
				next = next.follow(sub, discountOf(fetched, remote), fetched, a.Invoices)
				trialEnd = sub.TrialEnd
			}
		}
		if next.same(old) {
			continue
		}
		next.UpdatedAt = s.now()
		if err := tx.SaveRedemption(ctx, &next); err != nil {
			return err
		}
		a.Redemptions[i] = next
		a.redeemedNews = append(a.redeemedNews, redemptionFacts(old, next, trialEnd, s.now())...)
	}
	return nil
}

func discountOf(fetched bool, remote *ProviderSubscription) *ProviderDiscount {
	if !fetched {
		return nil
	}
	return remote.Discount
}

// same compares everything that follow can change.
func (r Redemption) same(o Redemption) bool {
	return r.Status == o.Status && r.SubscriptionID == o.SubscriptionID && r.DiscountID == o.DiscountID &&
		r.ConsumedBy == o.ConsumedBy && equalTimes(r.EndsAt, o.EndsAt)
}

// syncCheckout synchronizes a checkout session and the subscription that it created. The write is zero if there is no
// subscription.
func (s *Service) syncCheckout(ctx context.Context, c Checkout) (Checkout, causal.Write, error) {
	ticket, err := s.store.Ticket(ctx, c.SessionID)
	if err != nil {
		return Checkout{}, causal.Write{}, err
	}
	remote, err := s.payments.Checkout(ctx, c.SessionID)
	if errors.Is(err, ErrProviderMissing) {
		remote, err = ProviderCheckout{ID: c.SessionID, Status: CheckoutExpired, ExpiresAt: s.now()}, nil
	}
	if err != nil {
		return Checkout{}, causal.Write{}, fmt.Errorf("fetch checkout: %w", err)
	}
	// The subscription comes first: the completed checkout must not be visible before it.
	var w causal.Write
	if remote.Status == CheckoutComplete && remote.SubscriptionID != "" {
		if w, err = s.syncSubscription(ctx, remote.SubscriptionID, known{checkoutKey: c.Key}); err != nil {
			return Checkout{}, causal.Write{}, err
		}
	}
	if remote.Status == CheckoutExpired { // the redemption is released below: nothing may be paid with it any more
		if err := s.voidUnpaid(ctx, c.CustomerID, c.Key); err != nil {
			return Checkout{}, causal.Write{}, err
		}
	}
	err = s.store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		a, err := tx.LockAccount(ctx, c.UserID)
		if err != nil {
			return err
		}
		newest, err := tx.Apply(ctx, c.SessionID, ticket)
		if err != nil || !newest {
			return err
		}
		_, err = s.changeLocked(ctx, tx, &a, c, func(c Checkout) Checkout { return c.follow(remote, s.now()) })
		return err
	})
	if err == nil { // another synchronization may have been faster
		c, err = s.store.CheckoutBySession(ctx, c.SessionID)
	}
	return c, w, err
}
