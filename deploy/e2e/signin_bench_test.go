package e2e_test

import (
	"context"
	"slices"
	"testing"

	"github.com/jackc/pgx/v5"
)

// signInRounds is the number of sign-ins that are measured in each database, each for another user.
const signInRounds = 400

// signInUpdates has the columns that a sign-in changes in each database, and for comparison an update of columns that
// are in no index and no list, which is a HOT update. Services write all columns, so generated columns are recomputed.
var signInUpdates = []struct{ database, ids, signIn, hot string }{
	{
		"directory", "SELECT id FROM users WHERE NOT deleted ORDER BY hashint8(id) LIMIT $1",
		`UPDATE users SET username = username, email = email, first_name = first_name, last_name = last_name, version = version + 1,
			account_version = account_version + 1, last_login_at = date_trunc('second', now()) WHERE id = $1`,
		"UPDATE users SET version = version + 1 WHERE id = $1",
	},
	{
		"gateway", "SELECT user_id FROM user_overview WHERE visible ORDER BY hashint8(user_id) LIMIT $1",
		`UPDATE user_overview SET username = username, email = email, first_name = first_name, last_name = last_name, user_version = user_version + 1,
			user_account_version = user_account_version + 1, last_login_at = date_trunc('second', now()) WHERE user_id = $1`,
		"UPDATE user_overview SET account_version = account_version + 1 WHERE user_id = $1",
	},
}

// benchmarkSignIns alternately measures the database time of a sign-in's update, including triggers and indexes, and of
// a HOT update of one row. The updates are rolled back.
func (f *filled) benchmarkSignIns(b *testing.B) {
	for _, update := range signInUpdates {
		b.Run("sign-in-in-"+update.database, func(b *testing.B) {
			conn := f.conn(b, update.database)
			rows, err := conn.Query(b.Context(), update.ids, signInRounds)
			if err != nil {
				b.Fatal(err)
			}
			ids, err := pgx.CollectRows(rows, pgx.RowTo[int64])
			if err != nil {
				b.Fatal(err)
			}
			var signIn, hot []float64
			for _, id := range ids {
				signIn = append(signIn, executionTime(b, conn, update.signIn, id))
				hot = append(hot, executionTime(b, conn, update.hot, id))
			}
			b.ReportMetric(0, "ns/op")
			b.ReportMetric(median(signIn), "sign-in-ms")
			b.ReportMetric(median(hot), "hot-update-ms")
			b.ReportMetric(median(signIn)/median(hot), "of-hot-update")
		})
	}
}

// executionTime returns the execution time of a statement in milliseconds, without planning.
func executionTime(tb testing.TB, conn *pgx.Conn, statement string, id int64) float64 {
	tb.Helper()
	var plan []struct {
		Time float64 `json:"Execution Time"`
	}
	tx, err := conn.Begin(tb.Context())
	if err != nil {
		tb.Fatal(err)
	}
	defer tx.Rollback(context.WithoutCancel(tb.Context()))
	if err := tx.QueryRow(tb.Context(), "EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) "+statement, id).Scan(&plan); err != nil {
		tb.Fatalf("%s: %v", statement, err)
	}
	return plan[0].Time
}

func median(numbers []float64) float64 {
	sorted := slices.Sorted(slices.Values(numbers))
	return sorted[len(sorted)/2]
}
