package stripefake

import (
	"muster/deploy/stripefake/internal/form"
)

// The states of a subscription.
const (
	statusIncomplete        = "incomplete"
	statusIncompleteExpired = "incomplete_expired"
	statusTrialing          = "trialing"
	statusActive            = "active"
	statusPastDue           = "past_due"
	statusCanceled          = "canceled"
	statusUnpaid            = "unpaid"
	statusPaused            = "paused"
)

// subscription is what a customer pays for, period by period.
type subscription struct {
	ID                 string              `json:"id"`
	BillingCycleAnchor int64               `json:"billing_cycle_anchor"`
	CancelAt           moment              `json:"cancel_at"`
	CancelAtPeriodEnd  bool                `json:"cancel_at_period_end"`
	CanceledAt         moment              `json:"canceled_at"`
	Cancellation       cancellationDetails `json:"cancellation_details"`
	// CollectionMethod is charge_automatically, or send_invoice with DaysUntilDue.
	CollectionMethod string            `json:"collection_method"`
	Created          int64             `json:"created"`
	Currency         string            `json:"currency"`
	PeriodEnd        int64             `json:"current_period_end"`
	PeriodStart      int64             `json:"current_period_start"`
	Customer         string            `json:"customer"`
	PaymentMethod    text              `json:"default_payment_method"`
	Source           text              `json:"default_source"`
	Description      text              `json:"description"`
	EndedAt          moment            `json:"ended_at"`
	LatestInvoice    text              `json:"latest_invoice"`
	Metadata         map[string]string `json:"metadata"`
	Pause            *pauseCollection  `json:"pause_collection"`
	StartDate        int64             `json:"start_date"`
	Status           string            `json:"status"`
	TrialEnd         moment            `json:"trial_end"`
	TrialStart       moment            `json:"trial_start"`

	Items        []*subscriptionItem `json:"_items"`
	DaysUntilDue int64               `json:"_days_until_due"`
	// Rates are the tax rates of items that have none of their own.
	Rates    []string `json:"_rates"`
	Discount text     `json:"_discount"`
	// DiscountEnd is when the discount runs out; 0 if it does not.
	DiscountEnd moment `json:"_discount_end"`
	// Pending are the invoice items for the next invoice.
	Pending []string `json:"_pending"`
	// MissingMethod is the action at the end of a trial without a payment method: create_invoice, cancel or pause.
	MissingMethod string `json:"_missing_method"`
	// Update waits for the payment of its invoice; nil if none does.
	Update *pendingUpdate `json:"_update"`
	// Warned is set when the end of the trial has been announced.
	Warned bool `json:"_warned"`
}

// cancellationDetails is the reason for a cancellation.
type cancellationDetails struct {
	Comment  text `json:"comment"`
	Feedback text `json:"feedback"`
	Reason   text `json:"reason"`
}

// subscriptionItem is one price in a subscription.
type subscriptionItem struct {
	ID       string            `json:"id"`
	Created  int64             `json:"created"`
	Metadata map[string]string `json:"metadata"`
	Quantity int64             `json:"quantity"`

	Price        string `json:"_price"`
	Subscription string `json:"subscription"`
	// Billed is the item's cost for the whole current period after discounts; a proration credits a part of it.
	Billed   int64    `json:"_billed"`
	TaxRates []string `json:"_tax_rates"`
}

// ratesOf returns the tax rates of an item.
func (s *subscription) ratesOf(item *subscriptionItem) []string {
	if len(item.TaxRates) > 0 {
		return item.TaxRates
	}
	return s.Rates
}

func (i *subscriptionItem) key() string  { return i.ID }
func (i *subscriptionItem) kind() string { return "subscription_item" }

func (i *subscriptionItem) compose(tx *tx, o object) {
	p, _ := tx.st.Prices.get(i.Price)
	o["price"] = tx.render(p)
	o["tax_rates"] = tx.taxRates(i.TaxRates)
}

func (s *subscription) key() string  { return s.ID }
func (s *subscription) kind() string { return "subscription" }

func (s *subscription) compose(tx *tx, o object) {
	o["items"] = nested("/v1/subscription_items?subscription="+s.ID, s.items(tx))
	o["default_tax_rates"] = tx.taxRates(s.Rates)
	o["days_until_due"] = nil
	if s.CollectionMethod == sendInvoice {
		o["days_until_due"] = s.DaysUntilDue
	}
	o["pause_collection"] = nil
	if s.Pause != nil {
		o["pause_collection"] = *s.Pause
	}
	o["test_clock"] = nil
	if c, ok := tx.st.Customers.get(s.Customer); ok {
		o["test_clock"] = c.TestClock
	}
	o["discount"] = nil
	if d, ok := tx.st.Discounts.get(string(s.Discount)); ok {
		o["discount"] = tx.render(d)
	}
	o["pending_update"] = s.Update.render(tx)
	o["trial_settings"] = object{"end_behavior": object{"missing_payment_method": s.MissingMethod}}
}

func (s *subscription) items(tx *tx) []any {
	items := make([]any, len(s.Items))
	for i, item := range s.Items {
		items[i] = tx.render(item)
	}
	return items
}

func listItems(tx *tx, q *request) (any, error) {
	s, ok := tx.st.Subscriptions.get(q.params.Need("subscription"))
	if !ok {
		return nil, noSuch("subscription", q.params.Text("subscription"), "subscription")
	}
	return listed("/v1/subscription_items", s.items(tx), "subscription_item", q.params)
}

// ended reports whether the subscription can no longer change.
func (s *subscription) ended() bool {
	return s.Status == statusCanceled || s.Status == statusIncompleteExpired
}

// interval returns the renewal interval; all its prices have the same one.
func (s *subscription) interval(tx *tx) recurring {
	p, _ := tx.st.Prices.get(s.Items[0].Price)
	return *p.Recurring
}

func getSubscription(tx *tx, q *request) (any, error) {
	if err := q.params.Done(); err != nil {
		return nil, err
	}
	s, ok := tx.st.Subscriptions.get(q.id)
	if !ok {
		return nil, notFound("subscription", q.id)
	}
	return s, nil
}

func listSubscriptions(tx *tx, q *request) (any, error) {
	p := q.params
	created, start, end := p.Range("created"), p.Range("current_period_start"), p.Range("current_period_end")
	customerID, priceID := p.Text("customer"), p.Text("price")
	method := p.Enum("collection_method", chargeAutomatically, sendInvoice)
	status := p.Enum("status", statusActive, statusPastDue, statusUnpaid, statusCanceled, statusIncomplete,
		statusIncompleteExpired, statusTrialing, statusPaused, "all", "ended")
	return listPage("/v1/subscriptions", &tx.st.Subscriptions, p, func(s *subscription) bool {
		return s.listedAs(status) && (customerID == "" || s.Customer == customerID) &&
			(priceID == "" || s.hasPrice(priceID)) && created.Contains(s.Created) &&
			(method == "" || s.CollectionMethod == method) && start.Contains(s.PeriodStart) && end.Contains(s.PeriodEnd)
	})
}

// listedAs reports whether a list with this status filter contains the subscription; without a filter it excludes
// cancelled ones.
func (s *subscription) listedAs(status string) bool {
	switch status {
	case "":
		return s.Status != statusCanceled
	case "all":
		return true
	case "ended":
		return s.ended()
	default:
		return s.Status == status
	}
}

func (s *subscription) hasPrice(id string) bool {
	for _, item := range s.Items {
		if item.Price == id {
			return true
		}
	}
	return false
}

func listCustomerSubscriptions(tx *tx, q *request) (any, error) {
	if _, err := tx.customer(q.id, "customer"); err != nil {
		return nil, err
	}
	return listPage("/v1/customers/"+q.id+"/subscriptions", &tx.st.Subscriptions, q.params, func(s *subscription) bool {
		return s.Customer == q.id && s.Status != statusCanceled
	})
}

// subscriptionsOf returns the list in an expanded customer.
func (tx *tx) subscriptionsOf(customerID string) object {
	var data []any
	for s := range tx.st.Subscriptions.newest() {
		if s.Customer == customerID && s.Status != statusCanceled {
			data = append(data, tx.render(s))
		}
	}
	return nested("/v1/customers/"+customerID+"/subscriptions", data)
}

func readCancellation(p *form.Reader, into *cancellationDetails) {
	optional(p, "comment", &into.Comment)
	if p.Has("feedback") {
		into.Feedback = text(p.Enum("feedback", "", "customer_service", "low_quality", "missing_features", "other",
			"switched_service", "too_complex", "too_expensive", "unused"))
	}
}
