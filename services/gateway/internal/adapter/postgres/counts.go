package postgres

import (
	"context"
	"time"

	"gorm.io/gorm"

	"muster/libs/pg"
	"muster/services/gateway/internal/gateway"
)

// countUsers adds up in one snapshot. The numbers are kept by UTC day, so a window is the days from its first midnight in
// UTC on, the users before that, and less the users after its end. Those whose class has changed by the passing of time
// since they were last looked at are taken out of their class, and classified.
const countUsers = `
	WITH moved AS MATERIALIZED (
		SELECT s.class AS was, s.since AS was_since, c.class, c.since
		FROM user_overview_standing s JOIN user_overview u USING (user_id) CROSS JOIN LATERAL user_overview_class(u, @at) c
		WHERE s.valid_until <= @at OR s.valid_from > @at
	), edges (kind, since) AS (
		SELECT class, since FROM user_overview_standing
		WHERE class IS NOT NULL AND (since > @at OR since >= @month AND since < @monthDays OR since >= @year AND since < @yearDays)
		UNION ALL
		SELECT 0, created_at FROM user_overview_standing
		WHERE created_at > @at OR created_at >= @month AND created_at < @monthDays OR created_at >= @year AND created_at < @yearDays
	), parts (kind, in_month, in_year, in_total, n) AS (
		SELECT kind, day >= (CAST(@monthDays AS timestamptz) AT TIME ZONE 'UTC')::date, day <> '-infinity', day = '-infinity', n
		FROM user_overview_classes WHERE day = '-infinity' OR day >= (CAST(@yearDays AS timestamptz) AT TIME ZONE 'UTC')::date
		UNION ALL
		SELECT kind, since >= @monthDays, since >= @yearDays, true, sign FROM user_overview_class_log
		UNION ALL
		SELECT kind, since >= @monthDays, since >= @yearDays, false, -1 FROM edges WHERE since > @at
		UNION ALL
		SELECT kind, since >= @month AND since < @monthDays, since >= @year AND since < @yearDays, false, 1 FROM edges WHERE since <= @at
		UNION ALL
		SELECT was, was_since BETWEEN @month AND @at, was_since BETWEEN @year AND @at, true, -1 FROM moved WHERE was IS NOT NULL
		UNION ALL
		SELECT class, since BETWEEN @month AND @at, since BETWEEN @year AND @at, true, 1 FROM moved WHERE class IS NOT NULL
	)
	SELECT kind, coalesce(sum(n) FILTER (WHERE in_month), 0)::bigint AS month, coalesce(sum(n) FILTER (WHERE in_year), 0)::bigint AS year,
		coalesce(sum(n) FILTER (WHERE in_total), 0)::bigint AS total
	FROM parts GROUP BY kind`

// Count implements gateway.Model.
func (s *Store) Count(ctx context.Context, w gateway.Windows) (gateway.UserCounts, error) {
	type countRow struct {
		Kind               int
		Month, Year, Total int64
	}
	var rows []countRow
	err := pg.Snapshot(ctx, s.db, func(ctx context.Context, tx *gorm.DB) (err error) {
		if err := pg.PlanEachTime(tx); err != nil {
			return err
		}
		rows, err = pg.Many[countRow](ctx, tx, "count users", countUsers, map[string]any{
			"at": w.At, "month": w.Month, "monthDays": firstMidnight(w.Month), "year": w.Year, "yearDays": firstMidnight(w.Year),
		})
		return err
	})
	counts := gateway.UserCounts{Classes: map[gateway.Class]gateway.Count{}}
	for _, r := range rows {
		switch n := (gateway.Count{Month: r.Month, Year: r.Year, Total: r.Total}); {
		case r.Kind == 0:
			counts.Created = n
		case n.Total != 0:
			counts.Classes[gateway.Class(r.Kind)] = n
		}
	}
	return counts, err
}

// firstMidnight returns the first midnight in UTC that is not before t.
func firstMidnight(t time.Time) time.Time {
	const day = 24 * time.Hour
	return t.UTC().Add(day - time.Nanosecond).Truncate(day)
}

// countBatch is the number of users, or of changes, that one transaction handles.
const countBatch = 2000

// KeepCounts makes what [Store.Count] adds up short: it folds the log of changes, and classifies the users whose class has
// changed by the passing of time. The counts are right without it. Every replica runs it.
func (s *Store) KeepCounts(ctx context.Context, at time.Time) error {
	for n := countBatch; n == countBatch; {
		var err error
		if n, _, err = pg.First[int](ctx, s.db, "classify users", "SELECT user_overview_restand(?, ?)", at, countBatch); err != nil {
			return err
		}
	}
	for n := countBatch; n == countBatch; {
		var err error
		if n, _, err = pg.First[int](ctx, s.db, "fold the numbers of users", "SELECT user_overview_classes_fold(?)", countBatch); err != nil {
			return err
		}
	}
	return nil
}
