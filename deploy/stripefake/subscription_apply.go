package stripefake

// apply applies a checked change and bills what is due at once.
func (tx *tx) apply(s *subscription, change subscriptionChange) {
	var in *invoice
	tx.change(s, "customer.subscription.updated", func() { in = tx.applyQuietly(s, change) })
	tx.announceTrialEnd(s)
	if in != nil {
		tx.issue(in, &byItself)
	}
}

// applyQuietly changes the subscription and returns the draft of the invoice that becomes due, if there is one.
func (tx *tx) applyQuietly(s *subscription, change subscriptionChange) *invoice {
	if change.Plain != nil {
		change.Plain(s)
	}
	s.applyCancellation(change, tx.now)
	if change.Pause != nil {
		s.Pause = *change.Pause
	}
	if change.ClearDiscount {
		tx.dropDiscount(s)
	}
	if change.Offer.Coupon != "" {
		tx.dropDiscount(s)
		tx.redeem(change.Offer, s, "")
	}
	if change.TrialEnd != nil {
		return tx.applyWithTrial(s, change)
	}
	if len(change.Items) == 0 {
		if change.Proration == alwaysInvoice && len(s.Pending) > 0 {
			return tx.bill(s, "subscription_update", nil)
		}
		return nil
	}
	return tx.applyItems(s, change)
}

func (s *subscription) applyCancellation(change subscriptionChange, now int64) {
	if change.AtPeriodEnd != nil {
		if *change.AtPeriodEnd && !s.CancelAtPeriodEnd {
			s.cancelLater(now)
		} else if !*change.AtPeriodEnd && s.CancelAtPeriodEnd {
			s.revertCancellation()
		}
	}
	if change.CancelAt == nil {
		return
	}
	s.revertCancellation()
	if *change.CancelAt > 0 {
		s.CancelAt, s.CanceledAt = moment(*change.CancelAt), moment(now)
		s.Cancellation.Reason = "cancellation_requested"
	}
}

// applyWithTrial starts, moves or ends a trial, and changes the items without prorations: the subscription is billed
// again.
func (tx *tx) applyWithTrial(s *subscription, change subscriptionChange) *invoice {
	change.Proration = noProration
	s.setItems(tx, change, tx.now)
	if *change.TrialEnd > tx.now {
		s.startTrial(tx.now, *change.TrialEnd)
	} else {
		s.Status, s.TrialEnd = statusActive, min(s.TrialEnd, moment(tx.now))
		s.restart(tx)
	}
	if s.CancelAtPeriodEnd {
		s.CancelAt = moment(s.PeriodEnd)
	}
	return tx.bill(s, "subscription_update", tx.periodLines(s))
}

// restart starts a new period now, which becomes the anchor of later ones.
func (s *subscription) restart(tx *tx) {
	s.BillingCycleAnchor, s.PeriodStart = tx.now, tx.now
	s.PeriodEnd = s.interval(tx).periodEnd(tx.now, tx.now)
}

// applyItems changes the prices and quantities. Another interval, or the first price that costs something, starts a new
// period that is billed at once; otherwise the difference is prorated.
func (tx *tx) applyItems(s *subscription, change subscriptionChange) *invoice {
	at := tx.now
	if change.ProrationDate > 0 {
		at = change.ProrationDate
	}
	before, free := s.interval(tx), s.costs(tx) == 0
	if s.Status == statusTrialing {
		s.setItems(tx, change, at)
		return nil
	}
	lines := s.linesAfter(change.Items)
	next, _ := tx.st.Prices.get(lines[0].Price)
	if *next.Recurring != before || free && tx.purchaseOf("", lines).amount > 0 {
		tx.creditRest(s, change, at)
		change.Proration = noProration
		s.setItems(tx, change, at)
		s.restart(tx)
		if s.CancelAtPeriodEnd {
			s.CancelAt = moment(s.PeriodEnd)
		}
		return tx.bill(s, "subscription_update", tx.periodLines(s))
	}
	s.setItems(tx, change, at)
	if change.Proration == alwaysInvoice && len(s.Pending) > 0 {
		return tx.bill(s, "subscription_update", nil)
	}
	return nil
}

// creditRest credits the unused part of a period that is cut short.
func (tx *tx) creditRest(s *subscription, change subscriptionChange, at int64) {
	if change.Proration == noProration {
		return
	}
	for _, item := range s.Items {
		tx.prorate(s, at, item, &orderLine{Price: item.Price, Quantity: item.Quantity}, nil)
	}
}

// costs returns the subscription's cost for a period before discounts.
func (s *subscription) costs(tx *tx) int64 { return tx.purchaseOf("", s.linesAfter(nil)).amount }

// setItems changes the items and adds the prorations that the change requests.
func (s *subscription) setItems(tx *tx, change subscriptionChange, at int64) {
	for _, c := range change.Items {
		item := s.item(c.ID)
		var before, after *orderLine
		if item == nil {
			item = newItem(s.ID, c.Line, tx.now)
			s.Items = append(s.Items, item)
		} else {
			before = &orderLine{Price: item.Price, Quantity: item.Quantity}
		}
		if !c.Deleted {
			after = &c.Line
		}
		same := before != nil && after != nil && before.Price == after.Price && before.Quantity == after.Quantity
		if change.Proration != noProration && !same {
			tx.prorate(s, at, item, before, after)
		}
		if c.Deleted {
			s.removeItem(item.ID)
			continue
		}
		item.Price, item.Quantity, item.Metadata, item.TaxRates = c.Line.Price, c.Line.Quantity, c.Line.Metadata, c.Line.TaxRates
		if item.Metadata == nil {
			item.Metadata = map[string]string{}
		}
	}
}

func (s *subscription) removeItem(id string) {
	var kept []*subscriptionItem
	for _, item := range s.Items {
		if item.ID != id {
			kept = append(kept, item)
		}
	}
	s.Items = kept
}
