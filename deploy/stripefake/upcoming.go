package stripefake

// upcomingInvoice previews the next invoice of a subscription, unchanged or with a change.
func upcomingInvoice(tx *tx, q *request) (any, error) {
	p := q.params
	customerID, subscriptionID := p.Text("customer"), p.Text("subscription")
	if customerID == "" && subscriptionID == "" {
		p.Fail("customer", "parameter_missing", "You must pass `customer` or `subscription`.")
		return nil, p.Done()
	}
	s, err := tx.subscriptionToPreview(customerID, subscriptionID)
	if err != nil {
		return nil, err
	}
	change, err := tx.readChange(s, p, "subscription_items", "subscription_")
	if err != nil {
		return nil, err
	}
	if err := p.Done(); err != nil {
		return nil, err
	}
	if in := tx.previewNow(s, change); in != nil {
		return in, nil
	}
	in := tx.previewNext(s, change)
	if in == nil {
		return nil, noUpcoming(s.Customer)
	}
	return in, nil
}

func noUpcoming(customerID string) *apiError {
	e := invalid("invoice_upcoming_none", "", "No upcoming invoices for customer: %s", customerID)
	e.Status = 404
	return e
}

// subscriptionToPreview returns the requested subscription, or the customer's one that renews first.
func (tx *tx) subscriptionToPreview(customerID, subscriptionID string) (*subscription, error) {
	if subscriptionID != "" {
		s, ok := tx.st.Subscriptions.get(subscriptionID)
		if !ok {
			return nil, noSuch("subscription", subscriptionID, "subscription")
		}
		if customerID != "" && s.Customer != customerID {
			return nil, invalid("", "subscription", "The subscription %s does not belong to customer %s.", s.ID, customerID)
		}
		return s, nil
	}
	if _, err := tx.customer(customerID, "customer"); err != nil {
		return nil, err
	}
	var first *subscription
	for s := range tx.st.Subscriptions.all() {
		if s.Customer == customerID && !s.ended() && (first == nil || s.PeriodEnd < first.PeriodEnd) {
			first = s
		}
	}
	if first == nil {
		return nil, noUpcoming(customerID)
	}
	return first, nil
}

// preview returns the wire form of an invoice from a discarded step.
type preview struct {
	amountDue int64
	wire      object
}

func (p *preview) render(*tx) object { return p.wire }

func (tx *tx) previewOf(in *invoice) *preview {
	in.Preview, in.BillingReason, in.Status, in.Number = true, "upcoming", invoiceDraft, ""
	return &preview{amountDue: in.AmountDue, wire: tx.render(in)}
}

// previewNow returns the invoice that the change would create at once; nil if there is none.
func (tx *tx) previewNow(s *subscription, change subscriptionChange) *preview {
	aside := tx.scratch()
	copied, _ := aside.st.Subscriptions.get(s.ID)
	in := aside.applyQuietly(copied, change)
	if in == nil {
		return nil
	}
	return aside.previewOf(in)
}

// previewNext returns the invoice of the subscription's next period after the change; nil if it ends before.
func (tx *tx) previewNext(s *subscription, change subscriptionChange) *preview {
	aside := tx.scratch()
	copied, _ := aside.st.Subscriptions.get(s.ID)
	aside.applyQuietly(copied, change)
	if copied.ended() || copied.Status == statusPaused || copied.Status == statusIncomplete {
		return nil
	}
	if copied.CancelAt > 0 && int64(copied.CancelAt) <= copied.PeriodEnd {
		return nil
	}
	started := copied.PeriodStart
	aside.now = copied.PeriodEnd
	copied.Status = statusActive
	copied.PeriodStart = copied.PeriodEnd
	copied.PeriodEnd = copied.interval(aside).periodEnd(copied.BillingCycleAnchor, copied.PeriodStart)
	in := aside.bill(copied, "upcoming", aside.periodLines(copied))
	in.PeriodStart = started
	in.NextAttempt = moment(in.Created + int64(tx.st.Settings.FinalizeAfter.Seconds()))
	return aside.previewOf(in)
}
