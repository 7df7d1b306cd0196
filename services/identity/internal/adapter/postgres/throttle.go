package postgres

import (
	"context"
	"time"

	"muster/libs/pg"
	"muster/services/identity/internal/credentials"
)

// failuresRow is the count of one subject.
type failuresRow struct {
	Subject string
	Count   int
	Until   time.Time
}

// Failures reads the counts whose window is open.
func (s *Store) Failures(ctx context.Context, now time.Time, subjects ...string) ([]credentials.Failures, error) {
	rows, err := pg.Many[failuresRow](ctx, s.db, "read failures",
		"SELECT subject, count, until FROM login_failures WHERE subject IN ? AND until > ?", subjects, now)
	return inOrder(subjects, rows), err
}

// Fail counts with one upsert, so that the row lock orders concurrent failures.
func (s *Store) Fail(ctx context.Context, now time.Time, window time.Duration, subjects ...string) ([]credentials.Failures, error) {
	values := make([]any, 0, len(subjects)+2)
	for _, subject := range subjects {
		values = append(values, []any{subject, 1, now.Add(window)})
	}
	values = append(values, now, now)
	rows, err := pg.Many[failuresRow](ctx, s.db, "count failures",
		"INSERT INTO login_failures AS f (subject, count, until) VALUES "+pg.Placeholders(len(subjects))+
			" ON CONFLICT ON CONSTRAINT login_failures_pk DO UPDATE SET "+
			"count = CASE WHEN f.until > ? THEN f.count + 1 ELSE 1 END, "+
			"until = CASE WHEN f.until > ? THEN f.until ELSE excluded.until END RETURNING subject, count, until", values...)
	return inOrder(subjects, rows), err
}

// Forget deletes the subject's row.
func (s *Store) Forget(ctx context.Context, subject string) error {
	_, err := pg.Exec(ctx, s.db, "forget failures", "DELETE FROM login_failures WHERE subject = ?", subject)
	return err
}

// PurgeFailures leaves alone what somebody else is counting.
func (s *Store) PurgeFailures(ctx context.Context, now time.Time, limit int) (int, error) {
	n, err := pg.Exec(ctx, s.db, "purge failures", "DELETE FROM login_failures WHERE subject IN "+
		"(SELECT subject FROM login_failures WHERE until <= ? LIMIT ? FOR UPDATE SKIP LOCKED)", now, limit)
	return int(n), err
}

func inOrder(subjects []string, rows []failuresRow) []credentials.Failures {
	counts := make([]credentials.Failures, len(subjects))
	for i, subject := range subjects {
		for _, r := range rows {
			if r.Subject == subject {
				counts[i] = credentials.Failures{Count: r.Count, Until: r.Until}
			}
		}
	}
	return counts
}
