package billing_test

import (
	"cmp"
	"fmt"
	"math/rand"
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"muster/libs/contracts/billingv1"
	"muster/services/billing/internal/billing"
)

// TestAnyOrderOfNewsEndsInTheSameRows tells billing of one history of a subscription twice: once of each change when it
// happens, and once in any order, late, and repeatedly. The rows and the facts are the same in the end.
func TestAnyOrderOfNewsEndsInTheSameRows(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		steps := rapid.SliceOfN(rapid.SampledFrom([]string{"renew", "decline", "pay", "undiscount", "plan", "quantity", "cancel", "uncancel", "pause", "unpause", "refund", "refund", "unrefund", "dispute", "win", "lose"}), 1, 8).Draw(rt, "steps")
		if rapid.Bool().Draw(rt, "ends") {
			steps = append(steps, "end")
		}
		code := rapid.SampledFrom([]string{"", "FOREVER", "ONCE", "MONTHS", "TRIAL"}).Draw(rt, "code")
		declined := rapid.Bool().Draw(rt, "declined first")
		seed := rapid.Int64().Draw(rt, "order")
		rows, facts, ledger := play(t, steps, code, declined, nil)
		late, lateFacts, lateLedger := play(t, steps, code, declined, rand.New(rand.NewSource(seed)))
		if !reflect.DeepEqual(late, rows) {
			rt.Fatalf("rows\n%+v\ntold at once\n%+v", late, rows)
		}
		if !slices.Equal(lateFacts, facts) {
			rt.Fatalf("facts\n%v\ntold at once\n%v", lateFacts, facts)
		}
		if !reflect.DeepEqual(lateLedger, ledger) {
			rt.Fatalf("ledger\n%+v\ntold at once\n%+v", lateLedger, ledger)
		}
	})
}

// history plays the steps at the provider and collects the news of them.
type history struct {
	*fixture
	t        *testing.T
	id       string
	invoices []string
	plans    []billing.Plan
	untold   []billing.Event
}

// play returns the rows that the history ends in, and the facts that were published. With declined the first card is
// declined, and the first invoice is paid later. Without an order each change is told at once.
func play(t *testing.T, steps []string, code string, declined bool, order *rand.Rand) (billing.Account, []string, []billing.LedgerEntry) {
	h := &history{fixture: newHouse(t), t: t}
	h.plans = []billing.Plan{h.plan(t), h.plan(t)}
	h.promotion(t, "FOREVER", percent(20, billing.Forever), nil)
	h.promotion(t, "ONCE", percent(20, billing.Once), nil)
	h.promotion(t, "MONTHS", billing.Coupon{Type: billing.Percentage, BasisPoints: 2000, Duration: billing.Repeating, DurationInMonths: ptr(2)}, nil)
	h.promotion(t, "TRIAL", billing.Coupon{Type: billing.FreeTrial, TrialDays: 14, Duration: billing.Once}, nil)
	r, err := h.StartCheckout(t.Context(), h.order(42, h.plans[0].ID, code))
	must(t, err)
	if declined {
		h.id = h.provider.Decline(r.Checkout.SessionID)
	} else {
		h.id = h.provider.Pay(r.Checkout.SessionID)
	}
	sub, err := h.provider.Subscription(t.Context(), h.id)
	must(t, err)
	h.invoices = []string{sub.LatestInvoiceID}
	h.taxed(t, h.id, 239)
	h.news("customer.subscription.created", h.id)
	h.news("invoice.paid", sub.LatestInvoiceID)
	h.newsOfCharge(sub.LatestInvoiceID)
	h.news("checkout.session.completed", r.Checkout.SessionID)
	h.tell(order, 0.5)
	if declined {
		h.advance(time.Hour)
		h.step("pay")
		h.tell(order, 0.5)
	}
	for _, step := range steps {
		h.advance(time.Hour)
		h.step(step)
		h.tell(order, 0.3)
		h.sumsUp()
	}
	h.tell(order, 0)
	h.agree()
	h.sumsUp()
	return h.rows(), h.facts(), h.ledger()
}

func (h *history) news(kind, object string) {
	subscription := ""
	if kind == "invoice.paid" || kind == "invoice.updated" {
		subscription = h.id
	}
	h.untold = append(h.untold, billing.Event{Type: kind, ObjectID: object, SubscriptionID: subscription, ChargeID: chargeOf(kind, object)})
}

// tell delivers the news: all of them without an order, else each with a probability, in any order and some twice.
func (h *history) tell(order *rand.Rand, keep float64) {
	if order == nil {
		for _, e := range h.untold {
			h.deliver(e)
		}
		h.untold = nil
		return
	}
	order.Shuffle(len(h.untold), func(i, j int) { h.untold[i], h.untold[j] = h.untold[j], h.untold[i] })
	var kept []billing.Event
	for _, e := range h.untold {
		switch chance := order.Float64(); {
		case keep > 0 && chance < 1-keep:
			kept = append(kept, e)
		case chance > 0.9:
			h.deliver(e)
			h.deliver(e)
		default:
			h.deliver(e)
		}
	}
	h.untold = kept
}

func (h *history) deliver(e billing.Event) {
	eventIDs++
	e.ID = "evt_" + lastEvent()
	must(h.t, h.ReceiveEvent(h.t.Context(), e))
	h.work(h.t)
}

func (h *history) step(name string) {
	sub, err := h.provider.Subscription(h.t.Context(), h.id)
	must(h.t, err)
	change := func(change func(s *billing.ProviderSubscription)) {
		h.provider.Change(h.id, change)
		h.news("customer.subscription.updated", h.id)
	}
	switch name {
	case "renew", "decline":
		if sub.Status.Ended() {
			return
		}
		h.advance(max(0, sub.PeriodEnd.Sub(h.clock())))
		invoice := h.provider.Renew(h.id, name == "renew" && sub.Status != billing.PastDue)
		h.invoices = append(h.invoices, invoice)
		h.news("invoice.paid", invoice)
		h.newsOfCharge(invoice)
		h.news("customer.subscription.updated", h.id)
	case "pay":
		for _, invoice := range h.invoices {
			h.provider.Confirm(invoice)
			h.news("invoice.updated", invoice)
			h.newsOfCharge(invoice)
		}
		h.news("customer.subscription.updated", h.id)
	case "undiscount":
		change(func(s *billing.ProviderSubscription) { s.Discount = nil })
	case "plan":
		change(func(s *billing.ProviderSubscription) {
			s.Items = slices.Clone(s.Items)
			s.Items[0].PriceID = h.plans[1].PriceID
		})
	case "quantity":
		change(func(s *billing.ProviderSubscription) {
			s.Items = slices.Clone(s.Items)
			s.Items[0].Quantity++
		})
	case "refund", "unrefund", "dispute", "win", "lose":
		h.moneyBack(name)
	case "cancel", "uncancel":
		change(func(s *billing.ProviderSubscription) { s.CancelAtPeriodEnd = name == "cancel" })
	case "pause", "unpause":
		change(func(s *billing.ProviderSubscription) { s.CollectionPaused = name == "pause" })
	case "end":
		h.provider.End(h.id)
		h.news("customer.subscription.deleted", h.id)
	}
}

// rows returns the account without what may depend on the time of the news.
func (h *history) rows() billing.Account {
	a, err := h.store.Account(h.t.Context(), 42)
	must(h.t, err)
	a.User = billing.User{}
	for i := range a.Subscriptions {
		a.Subscriptions[i].ID, a.Subscriptions[i].UpdatedAt, a.Subscriptions[i].Earned = 0, time.Time{}, false
		a.Subscriptions[i].SeenAt, a.Subscriptions[i].TrialWarned = time.Time{}, false
	}
	for i := range a.Invoices {
		a.Invoices[i].ID = 0
	}
	slices.SortFunc(a.Invoices, func(x, y billing.Invoice) int { return cmp.Compare(x.ProviderID, y.ProviderID) })
	for i := range a.Checkouts {
		a.Checkouts[i].UpdatedAt = time.Time{}
	}
	for i := range a.Redemptions {
		a.Redemptions[i].SubscriptionID, a.Redemptions[i].UpdatedAt = min(1, a.Redemptions[i].SubscriptionID), time.Time{}
	}
	return a
}

// facts returns what was published of invoices and of starts, activations, renewals and ends, with their times.
func (h *history) facts() []string {
	var facts []string
	for _, p := range h.store.Published() {
		if i, ok := p.(billingv1.InvoiceEvent); ok {
			facts = append(facts, fmt.Sprint(i.Kind, " ", i.Invoice.StripeInvoiceID, " ", i.At))
		}
		e, ok := p.(billingv1.SubscriptionEvent)
		if !ok {
			continue
		}
		switch e.Kind {
		case billingv1.Created, billingv1.TrialStarted, billingv1.Activated, billingv1.Renewed, billingv1.Canceled, billingv1.Expired:
			facts = append(facts, fmt.Sprint(e.Kind, " ", e.At))
		}
	}
	slices.Sort(facts)
	return facts
}
