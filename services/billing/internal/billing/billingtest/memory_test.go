package billingtest_test

import (
	"testing"
	"time"

	"muster/services/billing/internal/billing"
	"muster/services/billing/internal/billing/billingtest"
)

func TestMemoryIsAStore(t *testing.T) {
	billingtest.TestStore(t, func(*testing.T) billingtest.StoreHarness {
		m := billingtest.NewMemory()
		return billingtest.StoreHarness{Store: m, Published: func(*testing.T) int { return len(m.Published()) }}
	})
}

func TestProviderIsPayments(t *testing.T) {
	billingtest.TestPayments(t, func(*testing.T) billingtest.PaymentsHarness {
		p := billingtest.NewProvider(func() time.Time { return time.Now().UTC().Truncate(time.Second) })
		return billingtest.PaymentsHarness{
			Payments:     p,
			Pay:          func(_ *testing.T, c billing.ProviderCheckout) { p.Pay(c.ID) },
			Decline:      func(_ *testing.T, c billing.ProviderCheckout) { p.Decline(c.ID) },
			Confirm:      func(_ *testing.T, id string) { p.Confirm(id) },
			FailNext:     func(_ *testing.T, id string) { p.FailNext(id) },
			UseByDefault: func(_ *testing.T, id, card string) { p.UseByDefault(id, card) },
			Customer:     func(_ *testing.T, id string) billingtest.Customer { c, _ := p.Customer(id); return c },
			Money: billingtest.Money{
				Refund:     func(_ *testing.T, charge string, amount int64) string { return p.Refund(charge, amount) },
				FailRefund: func(_ *testing.T, charge, _ string) { p.FailRefund(charge) },
				Dispute:    func(_ *testing.T, charge string, amount int64) string { return p.Dispute(charge, amount) },
				Decide:     func(_ *testing.T, charge, _ string, won bool) { p.Decide(charge, won) },
			},
		}
	})
}
