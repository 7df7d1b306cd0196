package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"muster/services/billing/internal/billing"
)

// inTheDashboard changes a subscription of the user in Stripe's dashboard.
func (m *market) inTheDashboard(user int64) {
	m.t.Helper()
	u, err := m.store.User(m.t.Context(), user)
	must(m.t, err)
	c := u.State.Current
	if c == nil || c.Status != "active" {
		return
	}
	var sub struct {
		Status   string
		Discount *struct{ ID string }
		Items    struct{ Data []struct{ ID string } }
	}
	must(m.t, json.Unmarshal(m.dashboard(http.MethodGet, "subscriptions/"+c.StripeSubscriptionID, ""), &sub))
	if sub.Status != "active" {
		return
	}
	switch m.random.Intn(4) {
	case 0:
		m.dashboard(http.MethodPost, "subscriptions/"+c.StripeSubscriptionID, fmt.Sprintf("items[0][id]=%s&items[0][quantity]=%d&proration_behavior=none", sub.Items.Data[0].ID, 1+m.random.Intn(4)))
	case 1:
		m.dashboard(http.MethodPost, "subscriptions/"+c.StripeSubscriptionID, fmt.Sprintf("cancel_at_period_end=%t", m.random.Intn(2) == 0))
	case 2:
		if sub.Discount != nil {
			m.dashboard(http.MethodDelete, "subscriptions/"+c.StripeSubscriptionID+"/discount", "")
		}
	case 3:
		if m.random.Intn(4) == 0 {
			m.dashboard(http.MethodDelete, "customers/"+u.CustomerID, "")
		}
	}
}

// moneyBack refunds and disputes charges, in the dashboard and by the user's bank.
func (m *market) moneyBack() {
	m.t.Helper()
	b := m.books()
	for _, c := range b.charges {
		left := c.Amount - c.Refunded
		if !c.Paid || left == 0 || c.Disputed {
			continue
		}
		switch chance := m.random.Float64(); {
		case chance < 0.02:
			var refund struct{ ID string }
			must(m.t, json.Unmarshal(m.dashboard(http.MethodPost, "refunds", fmt.Sprintf("charge=%s&amount=%d", c.ID, 1+m.random.Int63n(left))), &refund))
			if m.random.Float64() < 0.2 {
				m.control("refunds/fail", fmt.Sprintf(`{"refund":%q}`, refund.ID))
			}
		case chance < 0.04:
			m.refund(c.Invoice, 1+m.random.Int63n(left))
		case chance < 0.07:
			m.control("disputes", fmt.Sprintf(`{"charge":%q,"amount":%d}`, c.ID, 1+m.random.Int63n(left)))
		}
	}
	for _, d := range b.disputes {
		if d.Status == billing.DisputeOpen && m.random.Float64() < 0.5 {
			m.control("disputes/close", fmt.Sprintf(`{"dispute":%q,"status":%q}`, d.ID, []string{"won", "lost"}[m.random.Intn(2)]))
		}
	}
}

// refund refunds an invoice as an administrator does, if billing knows it.
func (m *market) refund(invoice string, amount int64) {
	m.t.Helper()
	stored, err := m.store.Invoice(m.t.Context(), invoice)
	if err != nil {
		return
	}
	order := billing.RefundOrder{InvoiceID: stored.ID, Amount: amount, RequestKey: fmt.Sprint("refund-", m.random.Int63())}
	m.expect(m.persist(func() error { _, err := m.core.RefundInvoice(m.t.Context(), order); return err }), "NOT_REFUNDABLE")
}

// agrees fails the test if billing has booked anything else than the provider.
func (m *market) agrees() {
	m.t.Helper()
	if difference := m.differences(); difference != "" {
		m.t.Error(difference)
	}
}

// differences compares everything that billing has stored and booked with the provider's books, and tells the first
// difference.
func (m *market) differences() string {
	m.t.Helper()
	b := m.books()
	for _, i := range b.invoices {
		stored, err := m.store.Invoice(m.t.Context(), i.ID)
		if err != nil || string(stored.Status) != i.Status || stored.Paid != i.Paid || stored.Total != i.Total {
			return fmt.Sprintf("invoice %+v is stored as %+v (%v)", i, stored, err)
		}
	}
	want, collected := b.entries()
	var sum int64
	for _, e := range rows[struct {
		Key   string
		Gross int64
	}](m, "SELECT key, amount + tax AS gross FROM ledger_entries") {
		if amount, ok := want[e.Key]; !ok || amount != e.Gross {
			return fmt.Sprintf("%+v is booked, the provider has %d (%v)", e, amount, ok)
		}
		delete(want, e.Key)
		sum += e.Gross
	}
	if len(want) > 0 || sum != collected {
		return fmt.Sprintf("the ledger has %d, the provider has collected %d; missing %v", sum, collected, want)
	}
	statuses := map[string]string{}
	for _, s := range rows[struct{ ProviderID, Status string }](m, "SELECT provider_id, status FROM subscriptions") {
		statuses[s.ProviderID] = s.Status
	}
	for _, s := range b.subscriptions {
		if statuses[s.ID] != s.Status {
			return fmt.Sprintf("subscription %+v is stored as %q", s, statuses[s.ID])
		}
	}
	if moved, mrr := m.moved(), m.mrr(); moved != mrr {
		return fmt.Sprintf("the movements add up to %d, the subscriptions bring %d", moved, mrr)
	}
	return ""
}

func rows[T any](m *market, query string) (found []T) {
	m.t.Helper()
	must(m.t, m.db.Raw(query).Scan(&found).Error)
	return found
}

// moved is the sum of all movements.
func (m *market) moved() int64 { return m.count("SELECT coalesce(sum(amount), 0) FROM mrr_movements") }

// mrr is what the subscriptions bring in a month, as it is published of them.
func (m *market) mrr() (mrr int64) {
	m.t.Helper()
	months := map[string]int{"month": 1, "year": 12}
	for _, user := range m.users {
		u, err := m.store.User(m.t.Context(), user)
		must(m.t, err)
		if c := u.State.Current; c != nil && (c.Status == "active" || c.Status == "past_due") {
			period := int64(months[c.PlanInterval] * c.PlanIntervalCount)
			mrr += (2*c.ChargedAmount + period) / (2 * period)
		}
	}
	return mrr
}

// nextDay advances by a day. If it closes months it stops at the end of a month, when all news have arrived, and compares
// the movements with the subscriptions. If it receives lost events it does so twice a day.
func (m *market) nextDay(closes, receives bool) {
	m.t.Helper()
	now := m.now().UTC()
	end := time.Date(now.Year(), now.Month()+1, 1, 0, 0, 0, 0, time.UTC)
	if closes && now.Add(day).After(end) {
		m.closeMonth(end)
		return
	}
	steps := 1
	if receives {
		steps = 2 // a run that fails on the bad line is continued within a day
	}
	for range steps {
		m.advance(day / time.Duration(steps))
		if receives {
			must(m.t, m.core.Reconcile(m.t.Context()))
		}
		m.settle()
	}
	_ = m.core.Sweep(m.t.Context()) // it fails on a bad line, and is repeated
}

func (m *market) closeMonth(end time.Time) {
	m.t.Helper()
	m.calm()
	if now := m.now(); now.Before(end) {
		m.advance(end.Sub(now))
		m.settle()
		moved, mrr := m.moved(), m.mrr()
		if moved != mrr {
			m.t.Errorf("at the end of %s the movements add up to %d, the subscriptions bring %d", end.AddDate(0, -1, 0).Month(), moved, mrr)
		}
		m.revenue[end.AddDate(0, -1, 0)] = mrr
	}
	m.advance(6 * time.Hour) // nobody buys at the moment in which a month ends
	m.settle()
	m.line.bad.Store(true)
	m.post.late()
}

// monthsAgree checks that the metrics tell of each month what the subscriptions brought at its end, whatever came later.
func (m *market) monthsAgree(weeks int) {
	m.t.Helper()
	sums, err := m.store.Movements(m.t.Context())
	must(m.t, err)
	closed := 0
	for _, r := range billing.RevenueOf(sums, m.now(), weeks/4+3) {
		if r.MRR != m.mrr() || r.Months[0].Closing() != r.MRR {
			m.t.Errorf("the metrics say %d and %d, the subscriptions bring %d", r.MRR, r.Months[0].Closing(), m.mrr())
		}
		for _, month := range r.Months {
			if mrr, ok := m.revenue[month.Month]; ok {
				closed++
				if month.Closing() != mrr {
					m.t.Errorf("%s closed with %d, but the subscriptions brought %d", month.Month, month.Closing(), mrr)
				}
			}
		}
	}
	if len(m.revenue) != closed || len(m.revenue) > 0 && closed < weeks/5 {
		m.t.Errorf("%d of %d months were compared", closed, len(m.revenue))
	}
}

// factsHappenedOnce checks that each fact was published once.
func (m *market) factsHappenedOnce() {
	m.t.Helper()
	for _, twice := range rows[struct {
		Kind, ID string
		Number   int
	}](m, `
		SELECT data::json->>'kind' AS kind, coalesce(data::json#>>'{invoice,stripeInvoiceId}', data::json#>>'{subscription,stripeSubscriptionId}') AS id, count(*) AS number
		FROM outbox WHERE topic = 'billing.events.v1' AND type NOT LIKE 'billing.redemption.%' AND data::json->>'kind' IN ('paid', 'finalized', 'voided', 'created', 'activated', 'trial_started', 'canceled', 'expired')
		GROUP BY 1, 2 HAVING count(*) > 1`) {
		m.t.Errorf("%s of %s was published %d times", twice.Kind, twice.ID, twice.Number)
	}
	if paid, published := m.count("SELECT count(*) FROM invoices WHERE status = 'paid'"), m.count(`
		SELECT count(*) FROM outbox WHERE topic = 'billing.events.v1' AND data::json->>'kind' = 'paid' AND data::json->'invoice' IS NOT NULL`); paid != published {
		m.t.Errorf("%d invoices are paid, %d were published", paid, published)
	}
}

// eventful checks that the simulation had some of everything.
func (m *market) eventful(customers int) {
	m.t.Helper()
	found := m.tally()
	for what, least := range map[string]int{
		"charge paid": customers, "charge declined": customers / 10, "refund succeeded": 1, "dispute lost": 1, "subscription active": customers / 4, "subscription canceled": 1,
	} {
		if found[what] < least {
			m.t.Errorf("only %d of %q: %v", found[what], what, found)
		}
	}
}

func (m *market) tally() map[string]int {
	m.t.Helper()
	b := m.books()
	n := map[string]int{}
	for _, c := range b.charges {
		n[fmt.Sprint("charge ", map[bool]string{true: "paid", false: "declined"}[c.Paid])]++
	}
	for _, r := range b.refunds {
		n["refund "+r.Status]++
	}
	for _, d := range b.disputes {
		n["dispute "+d.Status]++
	}
	for _, s := range b.subscriptions {
		n["subscription "+s.Status]++
	}
	return n
}

// summary tells what has happened.
func (m *market) summary() string {
	m.t.Helper()
	found := m.tally()
	parts := []string{fmt.Sprintf("%d cents collected, MRR %d, %d invoices, %d ledger entries, %d movements, %d events received",
		m.count("SELECT coalesce(sum(amount + tax), 0) FROM ledger_entries"), m.mrr(), m.count("SELECT count(*) FROM invoices"),
		m.count("SELECT count(*) FROM ledger_entries"), m.count("SELECT count(*) FROM mrr_movements"), m.count("SELECT count(*) FROM webhook_events"))}
	for _, what := range slices.Sorted(maps.Keys(found)) {
		parts = append(parts, fmt.Sprint(found[what], " ", what))
	}
	return strings.Join(parts, ", ") + fmt.Sprintf("; faults %v", m.line.counts())
}

// books are the provider's objects.
type books struct {
	charges []struct {
		ID       string
		Invoice  string
		Amount   int64
		Captured int64 `json:"amount_captured"`
		Refunded int64 `json:"amount_refunded"`
		Paid     bool
		Disputed bool
	}
	refunds, disputes []struct {
		ID     string
		Amount int64
		Status string
	}
	invoices []struct {
		ID     string
		Status string
		Total  int64
		Paid   int64 `json:"amount_paid"`
	}
	subscriptions []struct{ ID, Status string }
}

func (m *market) books() (b books) {
	m.t.Helper()
	read(m, "charges", "", &b.charges)
	read(m, "refunds", "", &b.refunds)
	read(m, "disputes", "", &b.disputes)
	read(m, "invoices", "", &b.invoices)
	read(m, "subscriptions", "&status=all", &b.subscriptions)
	return b
}

// entries returns what a ledger must contain, by key, and what the provider has collected.
func (b books) entries() (want map[string]int64, collected int64) {
	want = map[string]int64{}
	for _, i := range b.invoices {
		if i.Status == "paid" && i.Paid > 0 {
			want["payment/"+i.ID] = i.Paid
		}
	}
	for _, c := range b.charges {
		collected += c.Captured
	}
	for _, r := range b.refunds {
		want["refund/"+r.ID] = -r.Amount
		collected -= r.Amount
		if r.Status == billing.RefundFailed {
			want["refund/"+r.ID+"/failed"] = r.Amount
			collected += r.Amount
		}
	}
	for _, d := range b.disputes {
		if d.Status == billing.DisputeLost {
			want["dispute/"+d.ID] = -d.Amount
			collected -= d.Amount
		}
	}
	return want, collected
}

// read reads all pages of a list of the provider.
func read[T any](m *market, name, query string, into *[]T) {
	m.t.Helper()
	after := ""
	for more := true; more; {
		var page struct {
			Data    []json.RawMessage
			HasMore bool `json:"has_more"`
		}
		must(m.t, json.Unmarshal(m.dashboard(http.MethodGet, name+"?limit=100"+query+after, ""), &page))
		for _, raw := range page.Data {
			var object T
			var id struct{ ID string }
			must(m.t, json.Unmarshal(raw, &object))
			must(m.t, json.Unmarshal(raw, &id))
			*into = append(*into, object)
			after = "&starting_after=" + id.ID
		}
		more = page.HasMore
	}
}
