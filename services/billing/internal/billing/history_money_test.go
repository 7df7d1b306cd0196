package billing_test

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"muster/services/billing/internal/billing"
)

// moneyBack refunds or disputes a part of the newest charge that succeeded, or changes what became of that.
func (h *history) moneyBack(step string) {
	charges := h.provider.Charges()
	charges = slices.DeleteFunc(charges, func(c billing.ProviderCharge) bool { return c.Status != billing.ChargeSucceeded })
	if len(charges) == 0 {
		return
	}
	id := charges[len(charges)-1].ID
	switch step {
	case "refund":
		h.provider.Refund(id, 137)
		h.news("charge.refunded", id)
	case "unrefund":
		h.provider.FailRefund(id)
		h.news("charge.refund.updated", id)
	case "dispute":
		h.provider.Dispute(id, 211)
		h.news("charge.dispute.created", id)
	case "win", "lose":
		h.provider.Decide(id, step == "win")
		h.news("charge.dispute.closed", id)
	}
}

func (h *history) newsOfCharge(invoiceID string) {
	i, err := h.provider.Invoice(h.t.Context(), invoiceID)
	must(h.t, err)
	if i.ChargeID != "" {
		h.news("charge.updated", i.ChargeID)
	}
}

// ledger returns the entries without what may depend on the time and order of the news.
func (h *history) ledger() []billing.LedgerEntry {
	entries := h.store.Ledger()
	for n := range entries {
		entries[n].ID, entries[n].RecordedAt, entries[n].SubscriptionID = 0, time.Time{}, min(1, entries[n].SubscriptionID)
	}
	slices.SortFunc(entries, func(a, b billing.LedgerEntry) int { return cmp.Compare(a.Key, b.Key) })
	return entries
}

// agree compares the ledger with the provider's books.
func (h *history) agree() {
	var books int64
	for _, c := range h.provider.Charges() {
		books += c.Captured
		for _, r := range c.Refunds {
			if r.Status != billing.RefundFailed {
				books -= r.Amount
			}
		}
		for _, d := range c.Disputes {
			if d.Status == billing.DisputeLost {
				books -= d.Amount
			}
		}
	}
	var sum int64
	for _, e := range h.store.Ledger() {
		sum += e.Amount + e.Tax
		if strings.HasPrefix(string(e.Kind), "payment") != (e.Amount > 0) && e.Kind != "refund_failed" {
			h.t.Errorf("sign of %+v", e)
		}
	}
	if sum != books {
		h.t.Errorf("the ledger has %d, the provider %d", sum, books)
	}
}

// sumsUp compares the sum of all movements with what the published state says of the subscription.
func (h *history) sumsUp() {
	var want int64
	if c := h.state(h.t, 42).Current; c != nil && (c.Status == "active" || c.Status == "past_due") {
		want = c.ChargedAmount // the plans are monthly
	}
	var sum int64
	for _, m := range h.store.Movements() {
		sum += m.Amount
		if (sum == 0) != (m.Kind == billing.MovementChurn) || (sum == m.Amount) != (m.Kind == billing.MovementNew || m.Kind == billing.MovementReactivation) {
			h.t.Errorf("%+v makes the MRR %d", m, sum)
		}
	}
	if sum != want {
		h.t.Errorf("the movements add up to %d, the MRR is %d", sum, want)
	}
}
