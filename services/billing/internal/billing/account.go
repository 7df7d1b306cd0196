package billing

import (
	"encoding/json"
	"slices"
	"time"

	"muster/libs/contracts"
	"muster/libs/contracts/billingv1"
)

// User is billing's own record of a user: the copied part of directory's record, the provider's customer, and the last
// published state.
type User struct {
	ID            int64
	Key           string // identifies the user to the provider: random, so no other installation uses it
	Version       int64  // of directory's record
	AccessVersion int64  // the newest version in directory that other services act on
	Email         string
	Name          string
	TypeCode      string
	Active        bool
	Deleted       bool
	// CustomerID is the provider's id of the customer in use; empty until one exists, and after it was deleted there.
	CustomerID string
	// State is the last published state; its version is 0 if none was published.
	State billingv1.Subscription
	// DueAt is when State changes without an event; nil if it does not.
	DueAt *time.Time
}

// Account is everything that belongs to one user and can still change.
type Account struct {
	User          User
	Subscriptions []Subscription
	// Invoices are the open ones, those of current periods, and those that consumed a redemption. Older ones do not
	// matter to anything that is decided here.
	Invoices    []Invoice
	Redemptions []Redemption
	Checkouts   []Checkout // the unfinished ones

	// What has happened since the account was locked.
	news         []news
	invoiceNews  []invoiceFact
	redeemedNews []redemptionFact
	entries      []LedgerEntry
	began        map[string]bool // the provider's ids of subscriptions of which a period was not known before
}

// news is something that happened to one of the account's subscriptions.
type news struct {
	happened
	providerID string
	before     *billingv1.Current
}

// Current returns the current subscription, or nil.
func (a Account) Current() *Subscription {
	var current *Subscription
	for i, s := range a.Subscriptions {
		if current == nil || s.Precedes(*current) {
			current = &a.Subscriptions[i]
		}
	}
	return current
}

// HasPaid reports whether any subscription of the user was ever paid for.
func (a Account) HasPaid() bool {
	return slices.ContainsFunc(a.Subscriptions, func(s Subscription) bool { return s.Paid })
}

// HadTrial reports whether the user ever had a trial.
func (a Account) HadTrial() bool {
	for _, s := range a.Subscriptions {
		if s.TrialStart != nil {
			return true
		}
	}
	return false
}

// redeemed counts the user's redemptions of a promotion that were not released.
func (a Account) redeemed(promotionID int64) int {
	n := 0
	for _, r := range a.Redemptions {
		if r.Promotion.ID == promotionID && r.Status != Released {
			n++
		}
	}
	return n
}

// acting returns the redemption in force on the subscription, the newest if there are several, or nil.
func (a Account) acting(s Subscription) *Redemption {
	var acting *Redemption
	for i, r := range a.Redemptions {
		if r.SubscriptionID == s.ID && r.InForce(s) && (acting == nil || r.ID > acting.ID) {
			acting = &a.Redemptions[i]
		}
	}
	return acting
}

// put replaces the subscription with the same id, or adds it.
func (a *Account) put(s Subscription) {
	if held := a.subscription(s.ProviderID); held != nil {
		*held = s
		return
	}
	a.Subscriptions = append(a.Subscriptions, s)
}

func (a *Account) putInvoice(inv Invoice) {
	if held := a.invoice(inv.ProviderID); held != nil {
		*held = inv
		return
	}
	a.Invoices = append(a.Invoices, inv)
}

// State builds the state record as of now, but the standing, with the versions of the last published one. It also returns when the state
// next changes without an event.
func (a Account) State(now time.Time, grace time.Duration) (state billingv1.Subscription, due *time.Time) {
	last := a.User.State
	state = billingv1.Subscription{
		UserID: a.User.ID, Version: last.Version, AccessVersion: last.AccessVersion, UserVersion: last.UserVersion,
	}
	if a.User.Deleted {
		state.Deleted = true
		return state, nil
	}
	state.StripeCustomerID = a.User.CustomerID
	s := a.Current()
	if s == nil {
		return state, nil
	}
	state.Access, due = s.Access(now, grace)
	state.Current = a.describe(*s)
	if redemption := a.acting(*s); redemption != nil {
		state.Promotion = describeRedemption(*redemption)
	}
	return state, due
}

// describe returns the public form of one of the account's subscriptions.
func (a Account) describe(s Subscription) *billingv1.Current {
	first := s.First()
	d := &billingv1.Current{
		ID: s.ID, StripeSubscriptionID: s.ProviderID, Status: string(s.Status),
		PlanInterval: first.Interval, PlanIntervalCount: first.IntervalCount, PlanAmount: first.Amount, PlanCurrency: first.Currency,
		PlanTrialPeriodDays: s.Plan.TrialPeriodDays, Quantity: first.Quantity,
		ChargedAmount:      ChargedAmount(s, a.acting(s), a.Invoices),
		CurrentPeriodStart: s.PeriodStart, CurrentPeriodEnd: s.PeriodEnd, TrialStart: s.TrialStart, TrialEnd: s.TrialEnd,
		CancelAtPeriodEnd: s.CancelAtPeriodEnd, CancelAt: s.CancelAt, CanceledAt: s.CanceledAt, EndedAt: s.EndedAt,
		CollectionPaused: s.CollectionPaused, CreatedAt: s.CreatedAt, UpdatedAt: s.UpdatedAt,
	}
	if s.Plan.ID != 0 {
		d.PlanID, d.PlanName = &s.Plan.ID, &s.Plan.Name
	}
	return d
}

func describeRedemption(r Redemption) *billingv1.Promotion {
	p, c := r.Promotion, r.Promotion.Coupon
	d := &billingv1.Promotion{
		RedemptionID: r.ID, PromotionID: p.ID, Name: p.Name, Code: p.Code, Description: p.Description,
		CouponID: c.ID, CouponName: c.Name, CouponTypeCode: string(c.Type), DurationTypeCode: string(c.Duration),
		DurationInMonths: c.DurationInMonths,
	}
	switch c.Type {
	case Percentage:
		percent := float64(c.BasisPoints) / 100
		d.DiscountPercent = &percent
	case AmountOff:
		off := c.AmountOff
		d.DiscountAmount = &off
	case FreeTrial:
		days := c.TrialDays
		d.TrialDays = &days
	}
	if r.DiscountID != "" {
		id := r.DiscountID
		d.StripeDiscountID = &id
	}
	if r.AppliedAt != nil {
		d.AppliedAt = *r.AppliedAt
	}
	return d
}

// sameState compares what consumers can see of two states, without the versions.
func sameState(a, b billingv1.Subscription) bool {
	a.Version, a.AccessVersion, a.UserVersion = 0, 0, 0
	b.Version, b.AccessVersion, b.UserVersion = 0, 0, 0
	x, errA := json.Marshal(a)
	y, errB := json.Marshal(b)
	return errA == nil && errB == nil && string(x) == string(y)
}

// events returns the events of what has happened since the account was locked, at the present version of its state.
func (a Account) events() []contracts.Payload {
	var payloads []contracts.Payload
	for _, n := range a.news {
		i := slices.IndexFunc(a.Subscriptions, func(s Subscription) bool { return s.ProviderID == n.providerID })
		s := a.Subscriptions[i]
		after := a.describe(s)
		payloads = append(payloads, billingv1.SubscriptionEvent{
			Kind: n.kind, UserID: a.User.ID, Version: a.User.State.Version, SubscriptionID: s.ID, PlanID: after.PlanID,
			Status: string(s.Status), At: n.at, Subscription: after, Before: n.before,
		})
	}
	return payloads
}

// redemptionEvents returns the events of what has happened to redemptions since the account was locked.
func (a Account) redemptionEvents() []contracts.Payload {
	var payloads []contracts.Payload
	for _, f := range a.redeemedNews {
		payloads = append(payloads, f.payload(a.User.State.Version))
	}
	return payloads
}

// invoiceEvents returns the events of what has happened to invoices since the account was locked.
func (a Account) invoiceEvents(now time.Time) []contracts.Payload {
	var payloads []contracts.Payload
	for _, f := range a.invoiceNews {
		e := f.event
		e.UserID, e.Version = a.User.ID, a.User.State.Version
		e.Invoice = a.describeInvoice(*a.invoice(f.invoice))
		if e.At.IsZero() {
			e.At = now
		}
		payloads = append(payloads, e)
	}
	return payloads
}

// subscription returns the subscription with the provider's id, or nil.
func (a Account) subscription(providerID string) *Subscription {
	for i := range a.Subscriptions {
		if a.Subscriptions[i].ProviderID == providerID {
			return &a.Subscriptions[i]
		}
	}
	return nil
}

// invoice returns the invoice with the provider's id, or nil.
func (a Account) invoice(providerID string) *Invoice {
	for i := range a.Invoices {
		if a.Invoices[i].ProviderID == providerID {
			return &a.Invoices[i]
		}
	}
	return nil
}
