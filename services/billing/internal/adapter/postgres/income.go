package postgres

import (
	"context"
	"time"

	"gorm.io/gorm"

	"muster/libs/pg"
	"muster/services/billing/internal/billing"
)

// incomeSums adds up in one snapshot. Days are kept as sums, so a window is the days from its first midnight in UTC on, the
// entries before that, and less the entries after its end.
const incomeSums = `
	WITH entries AS (
		SELECT e.occurred_at, e.amount, coalesce(e.invoice_id = b.invoice_id, false) AS beginning, income_annual(e."interval", e.interval_count) AS annual
		FROM ledger_entries e LEFT JOIN income_beginnings b USING (provider_subscription_id)
		WHERE e.provider_subscription_id IS NOT NULL AND e.currency = @currency AND (
			e.occurred_at > @until OR e.occurred_at >= @month AND e.occurred_at < @monthDays OR e.occurred_at >= @year AND e.occurred_at < @yearDays)
	), parts (beginning, annual, in_month, in_year, in_total, amount) AS (
		SELECT beginning, annual, day >= (CAST(@monthDays AS timestamptz) AT TIME ZONE 'UTC')::date, day <> '-infinity', day = '-infinity', amount
		FROM income_days WHERE currency = @currency AND (day = '-infinity' OR day >= (CAST(@yearDays AS timestamptz) AT TIME ZONE 'UTC')::date)
		UNION ALL
		SELECT beginning, annual, occurred_at >= @monthDays, occurred_at >= @yearDays, true, amount
		FROM income_log WHERE currency = @currency
		UNION ALL
		SELECT beginning, annual, occurred_at >= @monthDays, occurred_at >= @yearDays, false, -amount
		FROM entries WHERE occurred_at > @until
		UNION ALL
		SELECT beginning, annual, occurred_at >= @month AND occurred_at < @monthDays, occurred_at >= @year AND occurred_at < @yearDays, false, amount
		FROM entries WHERE occurred_at <= @until
	)
	SELECT beginning, annual, coalesce(sum(amount) FILTER (WHERE in_month), 0)::bigint AS month,
		coalesce(sum(amount) FILTER (WHERE in_year), 0)::bigint AS year, coalesce(sum(amount) FILTER (WHERE in_total), 0)::bigint AS total
	FROM parts GROUP BY beginning, annual`

// firstMidnight returns the first midnight in UTC that is not before t.
func firstMidnight(t time.Time) time.Time {
	const day = 24 * time.Hour
	return t.UTC().Add(day - time.Nanosecond).Truncate(day)
}

// Income returns the income from subscriptions without adding up the ledger: a trigger keeps the sums.
func (s *Store) Income(ctx context.Context, q billing.IncomeQuery) (income billing.Income, err error) {
	type sumRow struct {
		Beginning, Annual  bool
		Month, Year, Total int64
	}
	err = pg.Snapshot(ctx, s.db, func(ctx context.Context, db *gorm.DB) error {
		if err := pg.PlanEachTime(db); err != nil {
			return err
		}
		rows, err := pg.Many[sumRow](ctx, db, "sum income", incomeSums, map[string]any{
			"month": q.Month, "monthDays": firstMidnight(q.Month), "year": q.Year, "yearDays": firstMidnight(q.Year), "until": q.Until, "currency": q.Currency,
		})
		if err != nil {
			return err
		}
		income = billing.Income{}
		for _, r := range rows {
			add(&income.Month, r.Beginning, r.Annual, r.Month)
			add(&income.Year, r.Beginning, r.Annual, r.Year)
			if r.Annual {
				income.Total.Annual += r.Total
			} else {
				income.Total.Monthly += r.Total
			}
		}
		income.OtherCurrencies, err = pg.Many[string](ctx, db, "other currencies", `
			SELECT currency FROM income_days WHERE currency <> ? AND day = '-infinity' UNION SELECT currency FROM income_log WHERE currency <> ? ORDER BY 1`,
			q.Currency, q.Currency)
		return err
	})
	return income, err
}

func add(w *billing.WindowIncome, beginning, annual bool, amount int64) {
	switch {
	case !beginning:
		w.Other += amount
	case annual:
		w.NewAnnual += amount
	default:
		w.NewMonthly += amount
	}
}

// incomeBatch is the number of amounts that one transaction folds.
const incomeBatch = 2000

// FoldIncome adds the newest amounts to the sums that Income reads, which are right without it. Replicas may run it
// concurrently.
func (s *Store) FoldIncome(ctx context.Context) error {
	for {
		n, _, err := pg.First[int](ctx, s.db, "fold income", "SELECT income_fold(?)", incomeBatch)
		if err != nil || n < incomeBatch {
			return err
		}
	}
}
