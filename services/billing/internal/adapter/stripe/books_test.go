package stripe_test

import (
	"encoding/json"
	"fmt"
	"math/rand"
	"net/http"
	"strings"
	"testing"
	"time"

	"muster/services/billing/internal/billing"
)

const (
	customers = 50
	weeks     = 26
	day       = 24 * time.Hour
)

// TestHalfAYearOfBooks simulates half a year of customers: renewals, discounts, trials, declined cards, cancellations,
// refunds in parts and disputes. In the end ledger, invoices and movements agree with the provider's own books. Where
// webhooks were lost, a full comparison heals everything, and so do the events that the provider could not deliver.
func TestHalfAYearOfBooks(t *testing.T) {
	for name, c := range map[string]struct {
		lost   float64 // the part of the weeks in which webhooks are lost
		events bool    // whether the events that could not be delivered are received each week
	}{
		"webhooks arrive":                        {0, false},
		"webhooks are lost, all is compared":     {0.5, false},
		"webhooks are lost, their events remain": {0.5, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := openMarket(t)
			for week := range weeks {
				m.drop(m.random.Float64() < c.lost)
				m.signUps(week)
				m.accidents()
				m.advance(7 * day)
				m.settle()
				if c.events {
					m.receiveLost()
				}
			}
			m.drop(false)
			if c.events {
				m.advance(15 * time.Minute)
				m.receiveLost()
			}
			m.eventful()
			if c.lost > 0 && !c.events {
				if m.agrees() == "" {
					t.Fatal("nothing was lost")
				}
				if run := m.reconcile(); run.Mismatches == 0 || run.Mismatches != run.Healed {
					t.Errorf("the run %+v", run)
				}
			}
			if c.events && len(m.store.Mismatches()) == 0 {
				t.Error("no event was lost")
			}
			if difference := m.agrees(); difference != "" {
				t.Error(difference)
			}
			if run := m.reconcile(); run.Mismatches > 0 {
				t.Errorf("after that there are mismatches: %+v", run)
			}
		})
	}
}

// eventful checks that the simulation had some of everything.
func (m *market) eventful() {
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
	for what, least := range map[string]int{
		"charge paid": 50, "charge declined": 10, "refund succeeded": 10, "refund failed": 1, "dispute won": 1, "dispute lost": 1,
		"subscription active": 10, "subscription canceled": 5,
	} {
		if n[what] < least {
			m.t.Errorf("only %d of %q: %v", n[what], what, n)
		}
	}
}

// signUps opens subscriptions of this week's new users, most of whom pay at once.
func (m *market) signUps(week int) {
	for user := int64(100 + week*customers/weeks); user < int64(100+(week+1)*customers/weeks); user++ {
		m.follow(user)
		plan := m.plans[m.random.Intn(len(m.plans))]
		code := m.codes[m.random.Intn(len(m.codes))]
		r, err := m.core.StartCheckout(m.t.Context(), billing.CheckoutOrder{
			UserID: user, PlanID: plan.ID, Quantity: 1 + m.random.Int63n(3), PromotionCode: code, SuccessURL: "https://app.test/", CancelURL: "https://app.test/",
		})
		if err != nil {
			m.t.Fatal(err)
		}
		if m.random.Float64() < 0.1 {
			pay(m.t, r.Checkout.URL, "decline")
		}
		pay(m.t, r.Checkout.URL, "pay")
		m.settle()
		m.users = append(m.users, user)
	}
}

// accidents happen to some customers in a week.
func (m *market) accidents() {
	for _, user := range m.users {
		u, err := m.store.User(m.t.Context(), user)
		if err != nil {
			m.t.Fatal(err)
		}
		switch chance := m.random.Float64(); {
		case chance < 0.05:
			m.post("/_fake/fail-next-payment", fmt.Sprintf(`{"customer":%q,"times":%d}`, u.CustomerID, 1+m.random.Intn(4)))
		case chance < 0.07:
			mode := []billing.CancelMode{billing.CancelNow, billing.CancelAtPeriodEnd}[m.random.Intn(2)]
			_, _ = m.core.CancelSubscription(m.t.Context(), user, mode) // there may be none any more
		}
	}
	for _, c := range m.books().charges {
		left := c.Amount - c.Refunded
		if !c.Paid || left == 0 || c.Disputed {
			continue
		}
		switch chance := m.random.Float64(); {
		case chance < 0.04:
			id := m.postForm("/v1/refunds", fmt.Sprintf("charge=%s&amount=%d", c.ID, 1+m.random.Int63n(left)))
			if m.random.Float64() < 0.2 {
				m.post("/_fake/refunds/fail", fmt.Sprintf(`{"refund":%q}`, id))
			}
		case chance < 0.06:
			m.post("/_fake/disputes", fmt.Sprintf(`{"charge":%q,"amount":%d}`, c.ID, 1+m.random.Int63n(left)))
		}
	}
	for _, d := range m.books().disputes {
		if d.Status == billing.DisputeOpen && m.random.Float64() < 0.5 {
			status := []string{"won", "lost"}[m.random.Intn(2)]
			m.post("/_fake/disputes/close", fmt.Sprintf(`{"dispute":%q,"status":%q}`, d.ID, status))
		}
	}
}

// agrees compares everything that billing has booked with the provider's books, and tells the first difference.
func (m *market) agrees() string {
	m.t.Helper()
	b := m.books()
	want := map[string]int64{} // by what was booked
	for _, i := range b.invoices {
		if i.Status == "paid" && i.Paid > 0 {
			want["payment/"+i.ID] = i.Paid
		}
		stored, err := m.store.Invoice(m.t.Context(), i.ID)
		if err != nil || string(stored.Status) != i.Status || stored.Paid != i.Paid || stored.Total != i.Total {
			return fmt.Sprintf("invoice %+v is stored as %+v (%v)", i, stored, err)
		}
	}
	var collected int64
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
	var sum int64
	for _, e := range m.store.Ledger() {
		if amount, ok := want[e.Key]; !ok || amount != e.Amount+e.Tax {
			return fmt.Sprintf("%+v is booked, the provider has %d (%v)", e, amount, ok)
		}
		delete(want, e.Key)
		sum += e.Amount + e.Tax
	}
	if len(want) > 0 || sum != collected {
		return fmt.Sprintf("the ledger has %d, the provider has collected %d; missing %v", sum, collected, want)
	}
	return m.revenueAgrees()
}

// revenueAgrees compares the sum of the movements with the subscriptions at the provider.
func (m *market) revenueAgrees() string {
	var sum, mrr int64
	for _, movement := range m.store.Movements() {
		sum += movement.Amount
	}
	months := map[string]int{"month": 1, "year": 12}
	for _, user := range m.users {
		u, err := m.store.User(m.t.Context(), user)
		if err != nil {
			return err.Error()
		}
		if c := u.State.Current; c != nil && (c.Status == "active" || c.Status == "past_due") {
			period := int64(months[c.PlanInterval] * c.PlanIntervalCount)
			mrr += (2*c.ChargedAmount + period) / (2 * period)
		}
	}
	if sum != mrr {
		return fmt.Sprintf("the movements add up to %d, the subscriptions bring %d", sum, mrr)
	}
	for _, s := range m.books().subscriptions {
		owner, err := m.store.SubscriptionOwner(m.t.Context(), s.ID)
		if err != nil {
			return err.Error()
		}
		u, err := m.store.User(m.t.Context(), owner)
		if err != nil || u.State.Current == nil || u.State.Current.Status != s.Status {
			return fmt.Sprintf("subscription %+v is stored as %+v (%v)", s, u.State.Current, err)
		}
	}
	return ""
}

// books are the provider's objects.
type books struct {
	charges []struct {
		ID       string
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

// read reads all pages of a list of the provider.
func read[T any](m *market, name, query string, into *[]T) {
	m.t.Helper()
	after := ""
	for more := true; more; {
		request, err := http.NewRequestWithContext(m.t.Context(), http.MethodGet, m.fake+"/v1/"+name+"?limit=100"+query+after, http.NoBody)
		if err != nil {
			m.t.Fatal(err)
		}
		request.SetBasicAuth("sk_test_muster", "")
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			m.t.Fatal(err)
		}
		var page struct {
			Data    []json.RawMessage
			HasMore bool `json:"has_more"`
		}
		err = json.NewDecoder(response.Body).Decode(&page)
		_ = response.Body.Close()
		if err != nil || response.StatusCode != http.StatusOK {
			m.t.Fatalf("%s: %s, %v", name, response.Status, err)
		}
		for _, raw := range page.Data {
			var object T
			var id struct{ ID string }
			if json.Unmarshal(raw, &object) != nil || json.Unmarshal(raw, &id) != nil {
				m.t.Fatalf("%s: %s", name, raw)
			}
			*into = append(*into, object)
			after = "&starting_after=" + id.ID
		}
		more = page.HasMore
	}
}

func (m *market) postForm(path, form string) string {
	return made(m.t, m.fake+path, "application/x-www-form-urlencoded", form)
}

func (m *market) post(path, body string) string {
	return made(m.t, m.fake+path, "application/json", body)
}

func mayReturnTo(url string) bool { return strings.HasPrefix(url, "https://app.test/") }

// newRandom makes the same simulation each time.
func newRandom() *rand.Rand { return rand.New(rand.NewSource(7)) }
