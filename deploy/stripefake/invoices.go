package stripefake

// The states of an invoice.
const (
	invoiceDraft = "draft"
	invoiceOpen  = "open"
	invoicePaid  = "paid"
	invoiceVoid  = "void"
	// invoiceUncollectible will probably never be paid, but still can be.
	invoiceUncollectible = "uncollectible"
)

// How an invoice is collected.
const (
	chargeAutomatically = "charge_automatically"
	sendInvoice         = "send_invoice"
)

const secondsOfDay = 24 * 60 * 60

// invoice is a bill for a period of a subscription, or for a change within one.
type invoice struct {
	ID            string `json:"id"`
	AmountDue     int64  `json:"amount_due"`
	AmountPaid    int64  `json:"amount_paid"`
	AttemptCount  int64  `json:"attempt_count"`
	Attempted     bool   `json:"attempted"`
	AutoAdvance   bool   `json:"auto_advance"`
	BillingReason string `json:"billing_reason"`
	Charge        text   `json:"charge"`
	// CollectionMethod is charge_automatically or send_invoice.
	CollectionMethod string   `json:"collection_method"`
	Created          int64    `json:"created"`
	Currency         string   `json:"currency"`
	Customer         string   `json:"customer"`
	PaymentMethod    text     `json:"default_payment_method"`
	Description      text     `json:"description"`
	Discounts        []string `json:"discounts"`
	// DueDate is when an invoice that was sent must be paid.
	DueDate         moment            `json:"due_date"`
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
	// Tax is nil if there are no tax rates. Total contains it, whether it is inclusive or not.
	Tax            *int64           `json:"tax"`
	Total          int64            `json:"total"`
	TotalDiscounts []discountAmount `json:"total_discount_amounts"`
	TotalTaxes     []taxAmount      `json:"total_tax_amounts"`

	Lines []*invoiceLine `json:"_lines"`
	// FinalizeAt is when a draft is finalized automatically; 0 if it is not.
	FinalizeAt int64 `json:"_finalize_at"`
	// Retries counts the failed automatic attempts.
	Retries int `json:"_retries"`
	// Preview is set if the invoice does not exist: it has no id.
	Preview bool `json:"_preview"`
	// InclusiveTax is the part of Tax that the lines' amounts contain.
	InclusiveTax int64 `json:"_inclusive_tax"`
	// Rates are the tax rates of lines that have none of their own.
	Rates        []string `json:"_rates"`
	DaysUntilDue int64    `json:"_days_until_due"`
	// Overdue is set when the due date has passed.
	Overdue bool `json:"_overdue"`
	// Last is set on the invoice for what is pending at a subscription's end, which is collected all the same.
	Last bool `json:"_last"`
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
	o["lines"] = nested("/v1/invoices/"+in.ID+"/lines", in.lines(tx))
	o["paid"] = in.Status == invoicePaid
	o["amount_remaining"] = in.AmountDue - in.AmountPaid
	o["effective_at"] = in.Transitions.Finalized
	o["subtotal_excluding_tax"], o["total_excluding_tax"] = in.Subtotal-in.InclusiveTax, in.Total
	if in.Tax != nil {
		o["total_excluding_tax"] = in.Total - *in.Tax
	}
	o["default_tax_rates"] = tx.taxRates(in.Rates)
	o["test_clock"] = nil
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
		o["test_clock"] = c.TestClock
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
		if in.CollectionMethod == sendInvoice && !in.Overdue {
			return int64(in.DueDate)
		}
		return int64(in.NextAttempt)
	}
	return 0
}

// happen applies the due change, unless the subscription has ended in the meantime.
func (in *invoice) happen(tx *tx) {
	if s, ok := tx.st.Subscriptions.get(string(in.Subscription)); ok && s.ended() && !in.Last {
		tx.change(in, "invoice.updated", func() { in.AutoAdvance, in.NextAttempt, in.FinalizeAt = false, 0, 0 })
		return
	}
	if in.Status == invoiceDraft {
		tx.finalize(in)
	}
	switch {
	case in.Status != invoiceOpen:
	case in.CollectionMethod == sendInvoice:
		tx.overdue(in)
	default:
		// A failed payment is visible in the invoice and the subscription.
		_ = tx.collect(in, nil, byItself)
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
	in, err := tx.invoice(q.id)
	if err != nil {
		return nil, err
	}
	return listed("/v1/invoices/"+in.ID+"/lines", in.lines(tx), "invoice line item", q.params)
}

// overdue makes the subscription of an invoice that was not paid by its due date past due.
func (tx *tx) overdue(in *invoice) {
	if int64(in.DueDate) > tx.now {
		return
	}
	in.Overdue = true
	if s, ok := tx.st.Subscriptions.get(string(in.Subscription)); ok && s.Status == statusActive {
		tx.change(s, "customer.subscription.updated", func() { s.Status = statusPastDue })
	}
}

func listInvoices(tx *tx, q *request) (any, error) {
	p := q.params
	created := p.Range("created")
	customerID, subscriptionID := p.Text("customer"), p.Text("subscription")
	status := p.Enum("status", invoiceDraft, invoiceOpen, invoicePaid, invoiceVoid, invoiceUncollectible)
	method := p.Enum("collection_method", chargeAutomatically, sendInvoice)
	due := p.Range("due_date")
	return listPage("/v1/invoices", &tx.st.Invoices, p, func(in *invoice) bool {
		return created.Contains(in.Created) && (customerID == "" || in.Customer == customerID) &&
			(subscriptionID == "" || string(in.Subscription) == subscriptionID) && (status == "" || in.Status == status) &&
			(method == "" || in.CollectionMethod == method) && due.Contains(int64(in.DueDate))
	})
}
