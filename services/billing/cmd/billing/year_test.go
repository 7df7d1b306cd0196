package main

import (
	"cmp"
	"os"
	"strconv"
	"testing"
	"time"
)

// The size of the simulation: `make year` simulates 500 customers for 52 weeks.
const (
	customersSetting = "MUSTER_BILLING_CUSTOMERS"
	weeksSetting     = "MUSTER_BILLING_WEEKS"
)

func sizeOf(t *testing.T, setting string, small int) int {
	t.Helper()
	n, err := strconv.Atoi(cmp.Or(os.Getenv(setting), strconv.Itoa(small)))
	if err != nil || n < 1 {
		t.Fatalf("%s must be a number from 1", setting)
	}
	return n
}

// TestAYearOfBooks simulates customers: sign-ups with promotions, trials, declined cards, renewals, changes of plan and
// quantity, cancellations, refunds in parts, disputes, and changes in Stripe's dashboard. Calls to Stripe fail before and
// after they have acted, and webhooks come late, twice and in any order. In the end the ledger, the invoices and the
// movements agree with Stripe's own books to the cent, and a comparison finds nothing. Where webhooks are lost for good, a
// comparison finds and heals everything, and so do the events that Stripe could not deliver.
func TestAYearOfBooks(t *testing.T) {
	t.Parallel()
	customers, weeks := sizeOf(t, customersSetting, 20), sizeOf(t, weeksSetting, 13)
	for name, c := range map[string]struct {
		lost   float64 // the part of the weeks in which webhooks are lost
		events bool    // whether the events that could not be delivered are received each day
	}{
		"webhooks arrive":                        {0, false},
		"webhooks are lost, all is compared":     {0.5, false},
		"webhooks are lost, their events remain": {0.5, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			began := time.Now()
			m := openMarket(t)
			m.line.bad.Store(true)
			if weeks >= 52 { // a call hangs until the client gives up, which takes its time
				m.line.hang = time.Minute
			}
			for week := range weeks {
				m.drop(m.random.Float64() < c.lost)
				m.signUps(week*customers/weeks, (week+1)*customers/weeks)
				m.accidents()
				for range 7 {
					m.nextDay(c.lost == 0, c.events)
				}
			}
			m.calm()
			m.heal(c.lost > 0, c.events)
			m.agrees()
			m.monthsAgree(weeks)
			m.factsHappenedOnce()
			if run := m.reconcile(); run.Checked == 0 || run.Mismatches > 0 {
				t.Errorf("after that there are mismatches: %+v", run)
			}
			m.eventful(customers)
			t.Logf("%d customers, %d weeks in %s: %s", customers, weeks, time.Since(began).Round(time.Second), m.summary())
		})
	}
}

// heal finds and heals what was lost.
func (m *market) heal(lost, events bool) {
	m.t.Helper()
	switch {
	case lost && events:
		m.advance(15 * time.Minute)
		must(m.t, m.core.Reconcile(m.t.Context()))
		m.calm()
		if m.count("SELECT count(*) FROM reconciliation_mismatches") == 0 {
			m.t.Error("no event was lost")
		}
	case lost:
		m.drop(true) // a small market may have lost nothing that matters
		for n := 0; n < 100 && m.differences() == ""; n++ {
			m.moneyBack()
		}
		m.drop(false)
		if m.differences() == "" {
			m.t.Fatal("nothing was lost")
		}
		if run := m.reconcile(); run.Mismatches == 0 || run.Mismatches != run.Healed {
			m.t.Errorf("the run %+v", run)
		}
		m.calm()
	}
}
