package billing

import (
	"encoding/json"
	"time"

	"muster/libs/contracts/billingv1"
)

// User is billing's own record of a user: the copied part of directory's record, the provider's customer, and the last
// published state.
type User struct {
	ID            int64
	Key           string // identifies the user to the provider
	Version       int64  // of directory's record
	AccessVersion int64  // the newest version in directory that other services act on
	Email         string
	Name          string
	TypeCode      string
	Active        bool
	Deleted       bool
	CustomerID    string // the provider's id; empty until the customer exists
	// State is the last published state; its version is 0 if none was published.
	State billingv1.Subscription
	// DueAt is when State changes without an event; nil if it does not.
	DueAt *time.Time
}

// Account is everything that belongs to one user.
type Account struct {
	User          User
	Subscriptions []Subscription
	Invoices      []Invoice
	Redemptions   []Redemption
	Checkouts     []Checkout // the unfinished ones
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

// HasSubscribed reports whether any subscription of the user ever began.
func (a Account) HasSubscribed() bool {
	for _, s := range a.Subscriptions {
		if s.Status != Incomplete && s.Status != IncompleteExpired {
			return true
		}
	}
	return false
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
	for i := range a.Subscriptions {
		if a.Subscriptions[i].ProviderID == s.ProviderID {
			a.Subscriptions[i] = s
			return
		}
	}
	a.Subscriptions = append(a.Subscriptions, s)
}

func (a *Account) putInvoice(inv Invoice) {
	for i := range a.Invoices {
		if a.Invoices[i].ProviderID == inv.ProviderID {
			a.Invoices[i] = inv
			return
		}
	}
	a.Invoices = append(a.Invoices, inv)
}

// State builds the state record as of now, with the versions of the last published one. It also returns when the state
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
	redemption := a.acting(*s)
	state.Access, due = s.Access(now, grace)
	state.Current = describe(*s, ChargedAmount(*s, redemption, a.Invoices))
	if redemption != nil {
		state.Promotion = describeRedemption(*redemption)
	}
	return state, due
}

func describe(s Subscription, charged int64) *billingv1.Current {
	return &billingv1.Current{
		ID: s.ID, StripeSubscriptionID: s.ProviderID, Status: string(s.Status),
		PlanID: s.Plan.ID, PlanName: s.Plan.Name, PlanInterval: s.Interval, PlanIntervalCount: s.IntervalCount,
		PlanAmount: s.Amount, PlanCurrency: s.Currency, PlanTrialPeriodDays: s.Plan.TrialPeriodDays, Quantity: s.Quantity,
		ChargedAmount: charged, CurrentPeriodStart: s.PeriodStart, CurrentPeriodEnd: s.PeriodEnd,
		TrialStart: s.TrialStart, TrialEnd: s.TrialEnd, CancelAtPeriodEnd: s.CancelAtPeriodEnd, CanceledAt: s.CanceledAt,
		CreatedAt: s.CreatedAt, UpdatedAt: s.UpdatedAt,
	}
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

// EventsBetween derives the events from the old and the new state. A first or different subscription has started. The
// beginning or end of access and the end of a subscription have events of their own. Any other visible difference is a
// change.
func EventsBetween(old, next billingv1.Subscription, now time.Time) []billingv1.SubscriptionEvent {
	if next.Current == nil {
		return nil
	}
	var events []billingv1.SubscriptionEvent
	happened := func(k billingv1.Kind) {
		events = append(events, billingv1.SubscriptionEvent{
			Kind: k, UserID: next.UserID, Version: next.Version, SubscriptionID: next.Current.ID, PlanID: next.Current.PlanID,
			Status: next.Current.Status, At: now,
		})
	}
	other := old.Current == nil || old.Current.ID != next.Current.ID
	if other {
		happened(billingv1.Started)
	}
	ended := Status(next.Current.Status).Ended()
	switch {
	case ended && (other || !Status(old.Current.Status).Ended()):
		happened(billingv1.Canceled)
	case next.Access && !old.Access:
		happened(billingv1.Activated)
	case !next.Access && old.Access:
		happened(billingv1.Suspended)
	}
	if len(events) == 0 && !(sameCurrent(old, next)) {
		happened(billingv1.Changed)
	}
	return events
}

// sameCurrent ignores members that do not belong to the subscription.
func sameCurrent(a, b billingv1.Subscription) bool {
	a.StripeCustomerID, b.StripeCustomerID = "", ""
	return sameState(a, b)
}
