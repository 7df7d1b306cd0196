package gateway_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"muster/services/gateway/internal/gateway"
	"muster/services/gateway/internal/gateway/gatewaytest"
)

// figures is a gateway.Figures.
type figures struct {
	income gateway.Income
	broken error
}

func (f figures) Income(context.Context, gateway.Windows, string) (gateway.Income, error) {
	return f.income, f.broken
}

func (f figures) LegacyTotals(context.Context) (gateway.LegacyTotals, error) {
	return gateway.LegacyTotals{Legacy: 10, Migrated: 3}, nil
}

// TestMetricsTakeEachNumberToItsMember: every source has its own number, and every member its source.
func TestMetricsTakeEachNumberToItsMember(t *testing.T) {
	model := counting{counts: gateway.UserCounts{Created: gateway.Count{Month: 1, Year: 2, Total: 3}, Classes: map[gateway.Class]gateway.Count{
		gateway.Paid: {Month: 11, Year: 12, Total: 13}, gateway.Trial: {Month: 21, Year: 22, Total: 23}, gateway.Free: {Month: 31, Year: 32, Total: 33},
		gateway.IncompleteRegistration: {Month: 41, Year: 42, Total: 43}, gateway.IncompleteVerification: {Month: 51, Year: 52, Total: 53},
		gateway.IncompleteSubscription: {Month: 61, Year: 62, Total: 63}, gateway.NoSubscription: {Month: 71, Year: 72, Total: 73},
	}}}
	income := gateway.Income{
		Month: gateway.WindowIncome{NewMonthly: 81, NewAnnual: 82, Other: 83}, Year: gateway.WindowIncome{NewMonthly: 91, NewAnnual: 92, Other: 93},
		Total: gateway.TotalIncome{Monthly: 94, Annual: 95}, OtherCurrencies: []string{"eur"},
	}
	got, others, err := gateway.New(gateway.Ports{Model: model, Figures: figures{income: income}}, gateway.Rules{}).Metrics(context.Background())
	if err != nil || len(others) != 1 {
		t.Fatal(others, err)
	}
	if want := (gateway.Metrics{
		MonthlyCreatedUsers: 1, YearlyCreatedUsers: 2, TotalCreatedUsers: 3, MonthlyPaidUsers: 11, YearlyPaidUsers: 12, TotalPaidUsers: 13,
		MonthlyTrialUsers: 21, YearlyTrialUsers: 22, TotalTrialUsers: 23, MonthlyFreeUsers: 31, YearlyFreeUsers: 32, TotalFreeUsers: 33,
		MonthlyIncompleteRegs: 41, MonthlyIncompleteVerification: 51, MonthlyIncompleteSubscriptions: 61,
		MonthlyUsersWithNoSubscription: 71, YearlyUsersWithNoSubscription: 72, TotalUsersWithNoSubscription: 73,
		MonthlyNewMonthlySubscriptionIncome: 81, MonthlyNewAnnualSubscriptionIncome: 82, MonthlySubscriptionIncome: 83,
		YearlyNewMonthlySubscriptionIncome: 91, YearlyNewAnnualSubscriptionIncome: 92, YearlySubscriptionIncome: 93,
		TotalMonthlySubscriptionIncome: 94, TotalAnnualSubscriptionIncome: 95,
		TotalLegacyUsers: 10, TotalMigratedLegacyUsers: 3, TotalNonMigratedLegacyUsers: 7,
	}); got != want {
		t.Errorf("\n got %+v\nwant %+v", got, want)
	}
}

// counting is a model with these numbers.
type counting struct {
	gateway.Model
	counts gateway.UserCounts
	broken error
}

func (c counting) Count(context.Context, gateway.Windows) (gateway.UserCounts, error) {
	return c.counts, c.broken
}

func TestMetricsWithoutAPartAreNone(t *testing.T) {
	away := errors.New("away")
	for _, ports := range []gateway.Ports{
		{Model: counting{broken: away}, Figures: figures{}}, {Model: gatewaytest.NewModel(), Figures: figures{broken: away}},
	} {
		got, _, err := gateway.New(ports, gateway.Rules{}).Metrics(context.Background())
		if !errors.Is(err, gateway.ErrNoMetrics) || !errors.Is(err, away) || got != (gateway.Metrics{}) {
			t.Errorf("%+v, %v", got, err)
		}
	}
}

// TestWindowsFollowTheCalendarOfTheZone, also where a month begins while clocks are changed.
func TestWindowsFollowTheCalendarOfTheZone(t *testing.T) {
	for _, c := range []struct{ zone, at, month, year string }{
		{"UTC", "2026-03-01T00:00:00Z", "2026-03-01T00:00:00Z", "2026-01-01T00:00:00Z"},
		{"UTC", "2026-02-28T23:59:59Z", "2026-02-01T00:00:00Z", "2026-01-01T00:00:00Z"},
		{"America/New_York", "2026-03-01T04:59:59Z", "2026-02-01T05:00:00Z", "2026-01-01T05:00:00Z"},
		{"America/New_York", "2026-07-15T00:00:00Z", "2026-07-01T04:00:00Z", "2026-01-01T05:00:00Z"},
		{"Pacific/Kiritimati", "2025-12-31T10:00:00Z", "2025-12-31T10:00:00Z", "2025-12-31T10:00:00Z"},
		{"Asia/Kathmandu", "2026-05-10T00:00:00Z", "2026-04-30T18:15:00Z", "2025-12-31T18:15:00Z"},
		{"America/Asuncion", "2023-10-20T00:00:00Z", "2023-10-01T04:00:00Z", "2023-01-01T03:00:00Z"}, // its first hour does not exist
		{"America/Havana", "2020-11-15T00:00:00Z", "2020-11-01T04:00:00Z", "2020-01-01T05:00:00Z"},   // its first hour comes twice
		{"Pacific/Apia", "2012-01-15T00:00:00Z", "2011-12-31T10:00:00Z", "2011-12-31T10:00:00Z"},     // the day before the last one does not exist
	} {
		zone, err := time.LoadLocation(c.zone)
		if err != nil {
			t.Fatal(err)
		}
		at, err := time.Parse(time.RFC3339, c.at)
		if err != nil {
			t.Fatal(err)
		}
		w := gateway.WindowsAt(at, zone)
		if month, year := w.Month.UTC().Format(time.RFC3339), w.Year.UTC().Format(time.RFC3339); month != c.month || year != c.year || !w.At.Equal(at) {
			t.Errorf("%s at %s: month from %s, year from %s, want %s and %s", c.zone, c.at, month, year, c.month, c.year)
		}
	}
}
