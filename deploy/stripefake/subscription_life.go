package stripefake

const (
	// incompleteFor is how long the first payment may take.
	incompleteFor = 23 * 60 * 60
	// trialWarning is how long before its end a trial's end is announced.
	trialWarning = 3 * 24 * 60 * 60
)

// due returns the next time at which the subscription changes automatically.
func (s *subscription) due() int64 {
	switch s.Status {
	case statusCanceled, statusIncompleteExpired, statusPaused:
		return 0
	case statusIncomplete:
		return s.Created + incompleteFor
	}
	next := s.PeriodEnd
	if s.DiscountEnd > 0 {
		next = min(next, int64(s.DiscountEnd))
	}
	if s.CancelAt > 0 {
		next = min(next, int64(s.CancelAt))
	}
	if s.Update != nil {
		next = min(next, s.Update.ExpiresAt)
	}
	if s.Pause != nil && s.Pause.ResumesAt > 0 {
		next = min(next, int64(s.Pause.ResumesAt))
	}
	if s.Status == statusTrialing && !s.Warned {
		next = min(next, max(s.PeriodStart, int64(s.TrialEnd)-trialWarning))
	}
	return next
}

// happen applies what is due now: the announcement of a trial's end, a cancellation, or a new period.
func (s *subscription) happen(tx *tx) {
	switch {
	case s.Status == statusIncomplete:
		tx.giveUp(s)
	case s.Update != nil && tx.now >= s.Update.ExpiresAt:
		tx.dropUpdate(s)
	case s.DiscountEnd > 0 && tx.now >= int64(s.DiscountEnd):
		tx.change(s, "customer.subscription.updated", func() { tx.dropDiscount(s) })
	case s.Pause != nil && s.Pause.ResumesAt > 0 && tx.now >= int64(s.Pause.ResumesAt):
		tx.change(s, "customer.subscription.updated", func() { s.Pause = nil })
	case s.CancelAt > 0 && tx.now >= int64(s.CancelAt):
		tx.billLast(s)
		tx.endSubscription(s, s.Cancellation.Reason)
	case tx.now < s.PeriodEnd:
		tx.announceTrialEnd(s)
	case s.Status == statusTrialing && tx.methodOf(s) == nil && s.MissingMethod == "cancel":
		tx.endSubscription(s, "")
	case s.Status == statusTrialing && tx.methodOf(s) == nil && s.MissingMethod == "pause":
		tx.change(s, "customer.subscription.updated", func() { s.Status = statusPaused })
		tx.announce(s, "customer.subscription.paused")
	default:
		tx.renew(s)
	}
}

func (tx *tx) methodOf(s *subscription) *paymentMethod {
	c, ok := tx.st.Customers.get(s.Customer)
	if !ok {
		return nil
	}
	return tx.methodFor(c, s.PaymentMethod, s.Source)
}

// announceTrialEnd announces once that a trial ends soon, unless the end has moved.
func (tx *tx) announceTrialEnd(s *subscription) {
	if s.Status == statusTrialing && !s.Warned && tx.now >= int64(s.TrialEnd)-trialWarning {
		s.Warned = true
		tx.announce(s, "customer.subscription.trial_will_end")
	}
}

// renew begins the next period: its invoice is a draft for a while.
func (tx *tx) renew(s *subscription) {
	var in *invoice
	ended := s.PeriodStart
	tx.change(s, "customer.subscription.updated", func() {
		if s.Status == statusTrialing {
			s.Status = statusActive
		}
		s.PeriodStart = s.PeriodEnd
		s.PeriodEnd = s.interval(tx).periodEnd(s.BillingCycleAnchor, s.PeriodStart)
		if s.CancelAtPeriodEnd {
			s.CancelAt = moment(s.PeriodEnd)
		}
		in = tx.bill(s, "subscription_cycle", tx.periodLines(s))
	})
	in.PeriodStart = ended
	switch {
	case s.Status == statusUnpaid, s.Pause != nil && s.Pause.Behavior == pauseDraft:
		in.AutoAdvance = false
		tx.create(in, "invoice.created")
	case tx.wait() > 0:
		tx.draft(in)
	default:
		tx.issue(in, &byItself)
	}
}

// billLast bills what is pending when a subscription ends as it was asked to: prorations and the customer's own items.
func (tx *tx) billLast(s *subscription) {
	c, _ := tx.st.Customers.get(s.Customer)
	if len(s.Pending) == 0 && len(c.Pending) == 0 {
		return
	}
	in := tx.bill(s, "subscription_cycle", nil)
	in.Last = true
	if tx.wait() > 0 {
		tx.draft(in)
	} else {
		tx.issue(in, &byItself)
	}
}

// giveUp ends a subscription whose first payment never arrived.
func (tx *tx) giveUp(s *subscription) {
	tx.change(s, "customer.subscription.updated", func() {
		s.Status, s.EndedAt = statusIncompleteExpired, moment(tx.now)
	})
	if in, ok := tx.st.Invoices.get(string(s.LatestInvoice)); ok && in.Status == invoiceOpen {
		tx.void(in)
	}
}

// cancelLater cancels the subscription at the end of its period.
func (s *subscription) cancelLater(now int64) {
	s.CancelAtPeriodEnd, s.CancelAt, s.CanceledAt = true, moment(s.PeriodEnd), moment(now)
	s.Cancellation.Reason = "cancellation_requested"
}

// revertCancellation reverts a cancellation that has not taken effect.
func (s *subscription) revertCancellation() {
	s.CancelAtPeriodEnd, s.CancelAt, s.CanceledAt = false, 0, 0
	s.Cancellation = cancellationDetails{}
}

// endSubscription cancels a subscription now. Its unpaid invoices stay, but are no longer collected.
func (tx *tx) endSubscription(s *subscription, reason text) {
	if in, ok := tx.st.Invoices.get(string(s.LatestInvoice)); ok && in.collectable() && !in.Last {
		tx.change(in, "invoice.updated", func() { in.AutoAdvance, in.NextAttempt, in.FinalizeAt = false, 0, 0 })
	}
	s.Status, s.EndedAt = statusCanceled, moment(tx.now)
	if s.CanceledAt == 0 {
		s.CanceledAt = moment(tx.now)
	}
	if reason != "" {
		s.Cancellation.Reason = reason
	}
	tx.announce(s, "customer.subscription.deleted")
}

// resumed starts a new period for a paused subscription and bills it.
func (tx *tx) resumed(s *subscription) {
	var in *invoice
	tx.change(s, "customer.subscription.updated", func() {
		s.Status = statusActive
		s.BillingCycleAnchor, s.PeriodStart = tx.now, tx.now
		s.PeriodEnd = s.interval(tx).periodEnd(tx.now, tx.now)
		in = tx.bill(s, "subscription_update", tx.periodLines(s))
	})
	tx.announce(s, "customer.subscription.resumed")
	tx.issue(in, &byItself)
}
