package stripefake

// pendingIfIncomplete lets an update that cannot be paid wait for the payment of its invoice.
const pendingIfIncomplete = "pending_if_incomplete"

// pendingFor is how long a pending update waits.
const pendingFor = 23 * 60 * 60

// pendingUpdate is what a subscription becomes when the invoice is paid.
type pendingUpdate struct {
	Invoice   string              `json:"invoice"`
	ExpiresAt int64               `json:"expires_at"`
	Items     []*subscriptionItem `json:"items"`
	Anchor    int64               `json:"anchor"`
	Start     int64               `json:"start"`
	End       int64               `json:"end"`
}

func (u *pendingUpdate) render(tx *tx) any {
	if u == nil {
		return nil
	}
	items := make([]any, len(u.Items))
	for i, item := range u.Items {
		items[i] = tx.render(item)
	}
	return object{
		"billing_cycle_anchor": nil, "expires_at": u.ExpiresAt, "subscription_items": items, "trial_end": nil, "trial_from_plan": nil,
	}
}

// awaits reports whether an update waits for the payment of the invoice.
func (s *subscription) awaits(in *invoice) bool { return s.Update != nil && s.Update.Invoice == in.ID }

// mustWait reports whether a change is to be paid at once by a card that does not pay by itself.
func (tx *tx) mustWait(s *subscription, change subscriptionChange) bool {
	in := tx.previewNow(s, change)
	if in == nil || in.amountDue == 0 {
		return false
	}
	c, _ := tx.st.Customers.get(s.Customer)
	m := tx.methodFor(c, s.PaymentMethod, s.Source)
	if m == nil {
		return false
	}
	result, _ := tx.outcome(c, m, attempt{})
	return result != cardWorks
}

// applyLater bills a change and takes it back until it is paid. It replaces a change that waits already.
func (tx *tx) applyLater(s *subscription, change subscriptionChange) {
	tx.dropUpdate(s)
	var in *invoice
	tx.change(s, "customer.subscription.updated", func() {
		before, items := *s, make([]*subscriptionItem, len(s.Items))
		for i, item := range s.Items {
			held := *item
			items[i] = &held
		}
		in = tx.applyQuietly(s, change)
		update := &pendingUpdate{
			Invoice: in.ID, ExpiresAt: tx.now + pendingFor, Items: s.Items, Anchor: s.BillingCycleAnchor, Start: s.PeriodStart, End: s.PeriodEnd,
		}
		latest := s.LatestInvoice
		*s = before
		s.Items, s.LatestInvoice, s.Pending, s.Update = items, latest, nil, update
	})
	tx.issue(in, &attempt{automatic: true})
}

// applyUpdate makes the change whose invoice is paid.
func (tx *tx) applyUpdate(s *subscription, in *invoice) {
	if !s.awaits(in) {
		return
	}
	tx.change(s, "customer.subscription.updated", func() {
		u := s.Update
		s.Items, s.BillingCycleAnchor, s.PeriodStart, s.PeriodEnd, s.Update = u.Items, u.Anchor, u.Start, u.End, nil
	})
	tx.announce(s, "customer.subscription.pending_update_applied")
}

// dropUpdate gives up the change that waits: its invoice is void.
func (tx *tx) dropUpdate(s *subscription) {
	if s.Update == nil {
		return
	}
	in, ok := tx.st.Invoices.get(s.Update.Invoice)
	tx.change(s, "customer.subscription.updated", func() { s.Update = nil })
	tx.announce(s, "customer.subscription.pending_update_expired")
	if ok && in.Status == invoiceOpen {
		tx.void(in)
	}
}
