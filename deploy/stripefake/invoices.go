package stripefake

// The states of an invoice.
const (
	invoiceDraft = "draft"
	invoiceOpen  = "open"
	invoicePaid  = "paid"
	invoiceVoid  = "void"
)

// invoice is a bill for a period of a subscription, or for a change within one.
type invoice struct {
	ID              string            `json:"id"`
	AmountDue       int64             `json:"amount_due"`
	AmountPaid      int64             `json:"amount_paid"`
	AttemptCount    int64             `json:"attempt_count"`
	Attempted       bool              `json:"attempted"`
	AutoAdvance     bool              `json:"auto_advance"`
	BillingReason   string            `json:"billing_reason"`
	Charge          text              `json:"charge"`
	Created         int64             `json:"created"`
	Currency        string            `json:"currency"`
	Customer        string            `json:"customer"`
	Discounts       []string          `json:"discounts"`
	EndingBalance   *int64            `json:"ending_balance"`
	Metadata        map[string]string `json:"metadata"`
	NextAttempt     moment            `json:"next_payment_attempt"`
	Number          text              `json:"number"`
	PaidOutOfBand   bool              `json:"paid_out_of_band"`
	PaymentIntent   text              `json:"payment_intent"`
	PeriodEnd       int64             `json:"period_end"`
	PeriodStart     int64             `json:"period_start"`
	StartingBalance int64             `json:"starting_balance"`
	Status          string            `json:"status"`
	Transitions     transitions       `json:"status_transitions"`
	Subscription    text              `json:"subscription"`
	Subtotal        int64             `json:"subtotal"`
	Total           int64             `json:"total"`
	TotalDiscounts  []discountAmount  `json:"total_discount_amounts"`

	Lines []*invoiceLine `json:"_lines"`
	// FinalizeAt is when a draft is finalized automatically; 0 if it is not.
	FinalizeAt int64 `json:"_finalize_at"`
	// Retries counts the failed automatic attempts.
	Retries int `json:"_retries"`
	// Preview is set if the invoice does not exist: it has no id.
	Preview bool `json:"_preview"`
}

// transitions are the times of an invoice's status changes.
type transitions struct {
	Finalized     moment `json:"finalized_at"`
	Uncollectible moment `json:"marked_uncollectible_at"`
	Paid          moment `json:"paid_at"`
	Voided        moment `json:"voided_at"`
}

// discountAmount is how much a discount took off.
type discountAmount struct {
	Amount   int64  `json:"amount"`
	Discount string `json:"discount"`
}

func (in *invoice) key() string  { return in.ID }
func (in *invoice) kind() string { return "invoice" }

func (in *invoice) compose(tx *tx, o object) {
	o["lines"] = listOf("/v1/invoices/"+in.ID+"/lines", in.lines(tx), false)
	o["paid"] = in.Status == invoicePaid
	o["amount_remaining"] = in.AmountDue - in.AmountPaid
	o["effective_at"] = in.Transitions.Finalized
	o["subtotal_excluding_tax"], o["total_excluding_tax"] = in.Subtotal, in.Total
	o["webhooks_delivered_at"] = moment(in.Created)
	o["discount"] = nil
	if len(in.Discounts) > 0 {
		if d, ok := tx.st.Discounts.get(in.Discounts[0]); ok {
			o["discount"] = tx.render(d)
		}
	}
	if c, ok := tx.st.Customers.get(in.Customer); ok {
		o["customer_email"], o["customer_name"], o["customer_phone"] = c.Email, c.Name, c.Phone
		o["customer_address"] = c.Address
	}
	o["subscription_details"] = object{"metadata": nil}
	if s, ok := tx.st.Subscriptions.get(string(in.Subscription)); ok {
		o["subscription_details"] = object{"metadata": s.Metadata}
	}
	if in.Status != invoiceDraft {
		o["hosted_invoice_url"] = tx.publicURL + "/i/" + in.ID
		o["invoice_pdf"] = tx.publicURL + "/i/" + in.ID + "/pdf"
	}
	if in.Preview {
		delete(o, "id")
	}
}

func (in *invoice) lines(tx *tx) []any {
	lines := make([]any, len(in.Lines))
	for i, line := range in.Lines {
		lines[i] = tx.render(line)
	}
	return lines
}

// collectable reports whether automatic attempts to collect the invoice remain.
func (in *invoice) collectable() bool {
	return (in.Status == invoiceDraft || in.Status == invoiceOpen) && in.AutoAdvance
}

// due returns when a draft is finalized, or the next attempt to collect an open invoice.
func (in *invoice) due() int64 {
	switch in.Status {
	case invoiceDraft:
		return in.FinalizeAt
	case invoiceOpen:
		return int64(in.NextAttempt)
	}
	return 0
}

// happen applies the due change, unless the subscription has ended in the meantime.
func (in *invoice) happen(tx *tx) {
	if s, ok := tx.st.Subscriptions.get(string(in.Subscription)); ok && s.ended() {
		tx.change(in, "invoice.updated", func() { in.AutoAdvance, in.NextAttempt, in.FinalizeAt = false, 0, 0 })
		return
	}
	if in.Status == invoiceDraft {
		tx.finalize(in)
	}
	if in.Status == invoiceOpen {
		tx.collect(in, nil, true)
	}
}

func getInvoice(tx *tx, q *request) (any, error) {
	if err := q.params.Done(); err != nil {
		return nil, err
	}
	return tx.invoice(q.id)
}

// invoice finds the invoice in a path.
func (tx *tx) invoice(id string) (*invoice, error) {
	in, ok := tx.st.Invoices.get(id)
	if !ok {
		return nil, notFound("invoice", id)
	}
	return in, nil
}

func listInvoiceLines(tx *tx, q *request) (any, error) {
	readCursor(q.params)
	if err := q.params.Done(); err != nil {
		return nil, err
	}
	in, err := tx.invoice(q.id)
	if err != nil {
		return nil, err
	}
	return listOf("/v1/invoices/"+in.ID+"/lines", in.lines(tx), false), nil
}

func listInvoices(tx *tx, q *request) (any, error) {
	p := q.params
	created := p.Range("created")
	customerID, subscriptionID := p.Text("customer"), p.Text("subscription")
	status := p.Enum("status", invoiceDraft, invoiceOpen, invoicePaid, invoiceVoid, "uncollectible")
	p.Enum("collection_method", "charge_automatically")
	return listPage("/v1/invoices", &tx.st.Invoices, p, func(in *invoice) bool {
		return created.Contains(in.Created) && (customerID == "" || in.Customer == customerID) &&
			(subscriptionID == "" || string(in.Subscription) == subscriptionID) && (status == "" || in.Status == status)
	})
}
