package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"muster/services/billing/internal/billing"
)

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

// factsHappenedOnce checks that each fact was published once.
func (m *market) factsHappenedOnce() {
	m.t.Helper()
	for _, twice := range rows[struct {
		Kind, ID string
		Number   int
	}](m, `
		SELECT data::json->>'kind' AS kind, coalesce(data::json#>>'{invoice,stripeInvoiceId}', data::json#>>'{subscription,stripeSubscriptionId}') AS id, count(*) AS number
		FROM outbox WHERE topic = 'billing.events.v1' AND (type LIKE 'billing.subscription.%' OR type LIKE 'billing.invoice.%') AND data::json->>'kind' IN ('paid', 'finalized', 'voided', 'created', 'activated', 'trial_started', 'canceled', 'expired')
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
