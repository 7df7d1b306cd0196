package main

import (
	"time"

	"muster/services/billing/internal/billing"
)

// nextDay advances by a day. If it closes months it stops at the end of a month, when all news have arrived, and compares
// the movements with the subscriptions. If it receives lost events it does so each day.
func (m *market) nextDay(closes, receives bool) {
	m.t.Helper()
	now := m.now().UTC()
	end := time.Date(now.Year(), now.Month()+1, 1, 0, 0, 0, 0, time.UTC)
	if closes && now.Add(day).After(end) {
		m.closeMonth(end)
		return
	}
	m.advance(day)
	if receives {
		m.receive()
	} else {
		m.settle()
	}
	_ = m.core.Sweep(m.t.Context()) // it fails on a bad line, and is repeated
}

// receive receives the events that could not be delivered. A run that fails on the bad line is continued after some minutes,
// as in service.
func (m *market) receive() {
	m.t.Helper()
	must(m.t, m.core.Reconcile(m.t.Context()))
	m.settle()
	for range 3 {
		if m.count("SELECT count(*) FROM reconciliation_runs WHERE status = 'running' AND reason <> ''") == 0 {
			return
		}
		m.advance(5 * time.Minute)
		must(m.t, m.core.Reconcile(m.t.Context()))
		m.settle()
	}
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
