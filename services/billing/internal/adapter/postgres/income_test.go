package postgres_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"gorm.io/gorm"

	"muster/libs/contracts/billingv1"
	"muster/libs/outbox"
	"muster/libs/testkit/pgtest"
	"muster/services/billing/internal/adapter/postgres"
	"muster/services/billing/internal/billing"
)

// incomeOf adds up all entries, which is what the sums must equal.
func incomeOf(entries []billing.LedgerEntry, q billing.IncomeQuery) (income billing.Income) {
	first := map[string]billing.LedgerEntry{}
	for _, e := range entries {
		f, known := first[e.ProviderSubID]
		earlier := e.OccurredAt.Before(f.OccurredAt) || e.OccurredAt.Equal(f.OccurredAt) && e.ID < f.ID
		if e.Kind == billingv1.EntryPayment && e.Amount > 0 && (!known || earlier) {
			first[e.ProviderSubID] = e
		}
	}
	for _, e := range entries {
		switch {
		case e.ProviderSubID == "":
			continue
		case e.Currency != q.Currency:
			if !slices.Contains(income.OtherCurrencies, e.Currency) {
				income.OtherCurrencies = append(income.OtherCurrencies, e.Currency)
			}
			continue
		}
		annual := e.Interval == "year" || e.Interval == "month" && e.IntervalCount >= 12 || e.Interval == "week" && e.IntervalCount >= 52 ||
			e.Interval == "day" && e.IntervalCount >= 365
		if annual {
			income.Total.Annual += e.Amount
		} else {
			income.Total.Monthly += e.Amount
		}
		f, begun := first[e.ProviderSubID]
		for from, window := range map[*time.Time]*billing.WindowIncome{&q.Month: &income.Month, &q.Year: &income.Year} {
			switch {
			case e.OccurredAt.Before(*from) || e.OccurredAt.After(q.Until):
			case !begun || f.InvoiceID != e.InvoiceID:
				window.Other += e.Amount
			case annual:
				window.NewAnnual += e.Amount
			default:
				window.NewMonthly += e.Amount
			}
		}
	}
	slices.Sort(income.OtherCurrencies)
	return income
}

// randomEntries makes the entries of subscriptions that were paid and refunded between 2024 and 2026, in any order.
func randomEntries(random *rand.Rand, n int) []billing.LedgerEntry {
	plans := []struct {
		interval string
		count    int
	}{{"month", 1}, {"year", 1}, {"month", 11}, {"month", 12}, {"week", 51}, {"week", 52}, {"day", 364}, {"day", 365}, {"", 0}}
	begin := time.Date(2024, 11, 1, 0, 0, 0, 0, time.UTC)
	entries := make([]billing.LedgerEntry, n)
	for i := range entries {
		sub := random.IntN(n/4 + 1)
		plan := plans[random.IntN(len(plans))]
		e := billing.LedgerEntry{
			Key: fmt.Sprintf("%d/%d", random.Uint64(), i), UserID: int64(sub + 1), Kind: billingv1.EntryPayment, Amount: int64(random.IntN(2000)), Currency: "usd",
			ProviderSubID: fmt.Sprint("sub_", sub), InvoiceID: fmt.Sprintf("in_%d_%d", sub, random.IntN(3)), Interval: plan.interval, IntervalCount: plan.count,
			OccurredAt: begin.Add(time.Duration(random.IntN(500*24)) * time.Hour).Add(time.Duration(random.IntN(4)) * 15 * time.Minute), RecordedAt: t0,
		}
		switch random.IntN(10) {
		case 0, 1, 2:
			e.Kind, e.Amount = billingv1.EntryRefund, -e.Amount
		case 3:
			e.Currency = []string{"eur", "chf"}[random.IntN(2)]
		case 4:
			e.ProviderSubID = ""
		case 5:
			e.Amount = 0
		}
		entries[i] = e
	}
	return entries
}

// TestIncomeIsWhatTheLedgerSays: for random ledgers, windows of any zone, folded or not, and loaded without the trigger.
func TestIncomeIsWhatTheLedgerSays(t *testing.T) {
	db, _ := pgtest.New(t, outbox.Migrations, postgres.Migrations)
	s := postgres.New(db)
	for seed := range uint64(8) {
		random := rand.New(rand.NewPCG(seed, 7))
		for _, statement := range []string{
			"ALTER TABLE ledger_entries DISABLE TRIGGER USER", "DELETE FROM ledger_entries", "ALTER TABLE ledger_entries ENABLE TRIGGER USER", "SELECT income_rebuild()",
		} {
			must(t, db, statement)
		}
		var entries []billing.LedgerEntry
		check := func(what string) {
			t.Helper()
			for _, zone := range []string{"UTC", "America/New_York", "Asia/Kathmandu", "Pacific/Kiritimati"} {
				checkIncome(t, s, entries, random, zone, fmt.Sprint(what, ", seed ", seed))
			}
		}
		for range 4 {
			entries = append(entries, booked(t, s, randomEntries(random, 60)...)...)
			check("booked")
			if random.IntN(2) == 0 {
				if err := s.FoldIncome(t.Context()); err != nil {
					t.Fatal(err)
				}
				check("folded")
			}
		}
		must(t, db, "SELECT income_rebuild()")
		check("rebuilt")
	}
}

func checkIncome(t *testing.T, s *postgres.Store, entries []billing.LedgerEntry, random *rand.Rand, zone, what string) {
	t.Helper()
	location, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	until := time.Date(2025, 1, 1, 0, 0, 0, 0, location).Add(time.Duration(random.IntN(450*24*60)) * time.Minute)
	local := until.In(location)
	q := billing.IncomeQuery{
		Month: time.Date(local.Year(), local.Month(), 1, 0, 0, 0, 0, location), Year: time.Date(local.Year(), 1, 1, 0, 0, 0, 0, location), Until: until, Currency: "usd",
	}
	got, err := s.Income(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	if want := incomeOf(entries, q); !reflect.DeepEqual(got, want) {
		t.Fatalf("%s, %s until %s:\n got %+v\nwant %+v", what, zone, until, got, want)
	}
}

// TestIncomeCountsAMomentToItsEnd: both ends of a window belong to it.
func TestIncomeCountsAMomentToItsEnd(t *testing.T) {
	db, _ := pgtest.New(t, outbox.Migrations, postgres.Migrations)
	s := postgres.New(db)
	e := randomEntries(rand.New(rand.NewPCG(1, 1)), 1)[0]
	e.Kind, e.Amount, e.Currency, e.ProviderSubID, e.Interval, e.OccurredAt = billingv1.EntryPayment, 500, "usd", "sub_1", "month", t0
	booked(t, s, e)
	for _, window := range []struct {
		from, until time.Duration
		want        int64
	}{{0, 0, 500}, {time.Second, time.Hour, 0}, {-time.Hour, -time.Second, 0}, {-time.Hour, time.Hour, 500}} {
		income, err := s.Income(t.Context(), billing.IncomeQuery{Month: t0.Add(window.from), Year: t0.Add(window.from), Until: t0.Add(window.until), Currency: "usd"})
		if err != nil || income.Month.NewMonthly != window.want || income.Year.NewMonthly != window.want || income.Total.Monthly != 500 {
			t.Errorf("from %s until %s: %+v, %v", window.from, window.until, income, err)
		}
	}
}

// TestFoldsAndBookingsInParallel lose nothing.
func TestFoldsAndBookingsInParallel(t *testing.T) {
	db, _ := pgtest.New(t, outbox.Migrations, postgres.Migrations)
	s := postgres.New(db)
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 2)
	for range 2 {
		go func() {
			for ctx.Err() == nil {
				if err := s.FoldIncome(context.WithoutCancel(ctx)); err != nil {
					done <- err
					return
				}
			}
			done <- nil
		}()
	}
	var entries []billing.LedgerEntry
	random := rand.New(rand.NewPCG(3, 3))
	for range 30 {
		entries = append(entries, booked(t, s, randomEntries(random, 10)...)...)
		checkIncome(t, s, entries, random, "UTC", "in parallel")
	}
	stop()
	for range 2 {
		if err := <-done; err != nil {
			t.Fatal(err)
		}
	}
}

func must(t *testing.T, db *gorm.DB, statement string) {
	t.Helper()
	if err := db.Exec(statement).Error; err != nil {
		t.Fatal(err)
	}
}
