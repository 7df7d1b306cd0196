package stripefake

import "time"

const (
	keptEvents      = 50_000
	keptIdempotency = 10_000
)

// state is the complete state of the fake. Its JSON form is the snapshot (see snapshot.go).
type state struct {
	Customers      collection[*customer]
	PaymentMethods collection[*paymentMethod]
	Products       collection[*product]
	Prices         collection[*price]
	Coupons        collection[*coupon]
	PromotionCodes collection[*promotionCode]
	Discounts      collection[*discount]
	Sessions       collection[*checkoutSession]
	PortalSessions collection[*portalSession]
	Subscriptions  collection[*subscription]
	InvoiceItems   collection[*invoiceItem]
	Invoices       collection[*invoice]
	PaymentIntents collection[*paymentIntent]
	Charges        collection[*charge]
	Refunds        collection[*refund]
	Disputes       collection[*dispute]
	TaxRates       collection[*taxRate]
	TestClocks     collection[*testClock]
	// BalanceTransactions are movements of the account's balance.
	BalanceTransactions collection[*balanceTransaction]
	Events              collection[*event] `json:"-"`
	Answers             collection[*storedAnswer]

	// ClockOffset is how far the virtual clock is ahead of the wall clock.
	ClockOffset time.Duration
	// FailNext counts, by customer, the payments that will be declined.
	FailNext map[string]int
	Settings settings

	// agenda holds scheduled changes; it is rebuilt when a snapshot is read.
	agenda agenda
}

// settings are what an account configures in Stripe's dashboard.
type settings struct {
	// FinalizeAfter is how long a renewal's invoice stays a draft.
	FinalizeAfter time.Duration
	// RetryAfter are the delays between attempts to collect a failed payment.
	RetryAfter []time.Duration
	// AfterRetries is the subscription's status after the last failed attempt: canceled, unpaid or past_due.
	AfterRetries string
}

func newState() *state {
	return &state{
		FailNext: map[string]int{},
		Settings: settings{
			FinalizeAfter: time.Hour,
			RetryAfter:    []time.Duration{72 * time.Hour, 120 * time.Hour, 168 * time.Hour},
			AfterRetries:  statusCanceled,
		},
	}
}

// overlaid returns a view of st that keeps changes to itself. It cannot list.
func (st *state) overlaid() *state {
	return &state{
		Customers:      overlay(&st.Customers),
		PaymentMethods: overlay(&st.PaymentMethods),
		Products:       overlay(&st.Products),
		Prices:         overlay(&st.Prices),
		Coupons:        overlay(&st.Coupons),
		PromotionCodes: overlay(&st.PromotionCodes),
		Discounts:      overlay(&st.Discounts),
		Subscriptions:  overlay(&st.Subscriptions),
		InvoiceItems:   overlay(&st.InvoiceItems),
		Invoices:       overlay(&st.Invoices),
		PaymentIntents: overlay(&st.PaymentIntents),
		Charges:        overlay(&st.Charges),
		TaxRates:       overlay(&st.TaxRates),
		FailNext:       map[string]int{},
		Settings:       st.Settings,
	}
}

// lookup finds any resource by its id, for expand.
func (st *state) lookup(id string) (resource, bool) {
	finders := []func(string) (resource, bool){
		find(&st.Customers), find(&st.PaymentMethods), find(&st.Products), find(&st.Prices), find(&st.PromotionCodes),
		find(&st.Discounts), find(&st.Sessions), find(&st.Subscriptions), find(&st.Invoices), find(&st.PaymentIntents),
		find(&st.Charges), find(&st.Refunds), find(&st.Disputes), find(&st.BalanceTransactions), find(&st.TestClocks),
	}
	for _, finder := range finders {
		if r, ok := finder(id); ok {
			return r, true
		}
	}
	return nil, false
}

func find[T resource](c *collection[T]) func(string) (resource, bool) {
	return func(id string) (resource, bool) {
		v, ok := c.get(id)
		return v, ok
	}
}

// reindex rebuilds what is not in a snapshot.
func (st *state) reindex() {
	st.agenda = agenda{}
	for s := range st.Subscriptions.all() {
		st.agenda.add(s)
	}
	for i := range st.Invoices.all() {
		st.agenda.add(i)
	}
	for s := range st.Sessions.all() {
		st.agenda.add(s)
	}
	for r := range st.Refunds.all() {
		st.agenda.add(r)
	}
}
