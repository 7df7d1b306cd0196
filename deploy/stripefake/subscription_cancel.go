package stripefake

func cancelSubscription(tx *tx, q *request) (any, error) {
	s, ok := tx.st.Subscriptions.get(q.id)
	if !ok || s.ended() {
		return nil, notFound("subscription", q.id)
	}
	invoiceNow, _ := q.params.Bool("invoice_now")
	prorate, _ := q.params.Bool("prorate")
	details := s.Cancellation
	readCancellation(q.params.Sub("cancellation_details"), &details)
	if err := q.params.Done(); err != nil {
		return nil, err
	}
	s.Cancellation = details
	if !invoiceNow {
		tx.dropProrations(s)
	}
	if prorate {
		tx.creditRest(s, subscriptionChange{}, tx.now)
	}
	if invoiceNow && len(s.Pending) > 0 {
		tx.issue(tx.bill(s, "subscription_update", nil), &byItself)
	}
	if !s.ended() {
		tx.endSubscription(s, "cancellation_requested")
	}
	return s, nil
}

func resumeSubscription(tx *tx, q *request) (any, error) {
	s, ok := tx.st.Subscriptions.get(q.id)
	if !ok {
		return nil, notFound("subscription", q.id)
	}
	q.params.Enum("billing_cycle_anchor", "now")
	q.params.Ignore("proration_behavior", "proration_date")
	if err := q.params.Done(); err != nil {
		return nil, err
	}
	if s.Status != statusPaused {
		return nil, invalid("", "", "This subscription's status is %s; only a subscription with the status `paused` "+
			"can be resumed.", s.Status)
	}
	tx.resumed(s)
	return s, nil
}

// dropProrations removes the pending prorations of a subscription that is cancelled at once. Other items stay for the
// customer's next invoice.
func (tx *tx) dropProrations(s *subscription) {
	var kept []string
	for _, id := range s.Pending {
		item, ok := tx.st.InvoiceItems.get(id)
		switch {
		case !ok:
		case item.Proration:
			tx.announce(item, "invoiceitem.deleted")
			tx.st.InvoiceItems.remove(id)
		default:
			kept = append(kept, id)
		}
	}
	s.Pending = kept
}
