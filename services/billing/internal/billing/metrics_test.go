package billing_test

import (
	"testing"
	"time"

	"muster/services/billing/internal/billing"
)

func TestRevenueByMonth(t *testing.T) {
	month := func(m time.Month) time.Time { return time.Date(2026, m, 1, 0, 0, 0, 0, time.UTC) }
	sums := []billing.MovementSum{
		{"usd", month(1), billing.MovementNew, 4000, 4},
		{"usd", month(2), billing.MovementChurn, -1000, 1},
		{"usd", month(2), billing.MovementExpansion, 500, 2},
		{"usd", month(4), billing.MovementReactivation, 100, 1},
		{"eur", month(3), billing.MovementNew, 7, 1},
	}
	all := billing.RevenueOf(sums, time.Date(2026, 3, 31, 12, 0, 0, 0, time.UTC), 3)
	if len(all) != 2 || all[0].Currency != "eur" || all[1].Currency != "usd" {
		t.Fatalf("%+v", all)
	}
	usd := all[1]
	if usd.MRR != 3600 || usd.ARR() != 43200 || len(usd.Months) != 3 { // what is dated ahead counts now, but in no month yet
		t.Errorf("%+v", usd)
	}
	for n, want := range []struct{ opening, closing int64 }{{3500, 3500}, {4000, 3500}, {0, 4000}} {
		m := usd.Months[n]
		if !m.Month.Equal(month(time.Month(3-n))) || m.Opening != want.opening || m.Closing() != want.closing {
			t.Errorf("%+v, want %+v", m, want)
		}
	}
	if rate := usd.Months[1].ChurnRate(); rate != 0.25 || usd.Months[1].Number[billing.MovementExpansion] != 2 {
		t.Errorf("%v %+v", rate, usd.Months[1])
	}
	if rate := usd.Months[2].ChurnRate(); rate != 0 {
		t.Errorf("the first month's rate is %v", rate)
	}
}
