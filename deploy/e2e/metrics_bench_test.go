package e2e_test

import (
	"errors"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// plainClasses counts users by class with plain SQL, as contract metrics defines it, for UTC. It shares no code with the
// implementation that it is compared to.
const plainClasses = `
	WITH w AS (SELECT date_trunc('month', now()) AS month, date_trunc('year', now()) AS year), stood AS (
		SELECT *, CASE
			WHEN type_code = 'ADMI' THEN 'admin'
			WHEN paid_since IS NOT NULL THEN 'PaidUsers'
			WHEN trial_until > now() THEN 'TrialUsers'
			WHEN verified_at IS NOT NULL AND coalesce(exemption_from, exemption_to) IS NOT NULL
				AND now() BETWEEN coalesce(exemption_from, '-infinity') AND coalesce(exemption_to, 'infinity') THEN 'exempt'
			WHEN free_since IS NOT NULL THEN 'uncharged'
			WHEN verified_at IS NULL AND coalesce(registration_until, '-infinity') < now() THEN 'IncompleteRegs'
			WHEN verified_at IS NULL THEN 'IncompleteVerification'
			WHEN attempt_at IS NOT NULL THEN 'IncompleteSubscrptions'
			ELSE 'UsersWithNoSubscription' END AS found
		FROM user_overview WHERE visible
	), users AS (
		SELECT CASE WHEN found IN ('exempt', 'uncharged') THEN 'FreeUsers' ELSE found END AS class,
			CASE found WHEN 'PaidUsers' THEN paid_since WHEN 'TrialUsers' THEN trial_since WHEN 'exempt' THEN greatest(verified_at, exemption_from)
				WHEN 'uncharged' THEN free_since WHEN 'IncompleteRegs' THEN created_at WHEN 'IncompleteVerification' THEN created_at
				WHEN 'IncompleteSubscrptions' THEN attempt_at ELSE coalesce(last_ended_at, verified_at) END AS since
		FROM stood WHERE found <> 'admin'
		UNION ALL SELECT 'CreatedUsers', created_at FROM user_overview WHERE visible AND legacy_user_id IS NULL
	)
	SELECT class, count(*) FILTER (WHERE since BETWEEN month AND now()), count(*) FILTER (WHERE since BETWEEN year AND now()), count(*) FROM users, w GROUP BY class`

// plainIncome sums the ledger with plain SQL. The data has plans of one month and of one year.
const plainIncome = `
	WITH w AS (SELECT date_trunc('month', now()) AS month, date_trunc('year', now()) AS year), first AS (
		SELECT DISTINCT ON (provider_subscription_id) provider_subscription_id, invoice_id FROM ledger_entries
		WHERE kind = 'payment' AND amount > 0 ORDER BY provider_subscription_id, occurred_at, id
	)
	SELECT CASE WHEN e.invoice_id IS DISTINCT FROM f.invoice_id THEN '' WHEN e."interval" = 'year' THEN 'NewAnnual' ELSE 'NewMonthly' END || 'SubscriptionIncome',
		coalesce(sum(amount) FILTER (WHERE occurred_at BETWEEN month AND now()), 0)::bigint, coalesce(sum(amount) FILTER (WHERE occurred_at BETWEEN year AND now()), 0)::bigint,
		sum(amount) FILTER (WHERE e."interval" = 'month')::bigint, sum(amount) FILTER (WHERE e."interval" = 'year')::bigint
	FROM w, ledger_entries e LEFT JOIN first f USING (provider_subscription_id)
	WHERE provider_subscription_id IS NOT NULL AND currency = 'usd' GROUP BY 1`

// plainMetrics returns the metrics by plain SQL, except those of legacy users.
func (f *filled) plainMetrics(tb testing.TB) map[string]int64 {
	tb.Helper()
	metrics := map[string]int64{}
	rows, err := f.conn(tb, "gateway").Query(tb.Context(), plainClasses)
	if err != nil {
		tb.Fatal(err)
	}
	var name string
	var month, year, total int64
	if _, err := pgx.ForEachRow(rows, []any{&name, &month, &year, &total}, func() error {
		metrics["monthly"+name], metrics["yearly"+name], metrics["total"+name] = month, year, total
		return nil
	}); err != nil {
		tb.Fatal(err)
	}
	if rows, err = f.conn(tb, "billing").Query(tb.Context(), plainIncome); err != nil {
		tb.Fatal(err)
	}
	var monthly, annual *int64
	if _, err := pgx.ForEachRow(rows, []any{&name, &month, &year, &monthly, &annual}, func() error {
		metrics["monthly"+name], metrics["yearly"+name] = month, year
		for member, amount := range map[string]*int64{"totalMonthlySubscriptionIncome": monthly, "totalAnnualSubscriptionIncome": annual} {
			if amount != nil {
				metrics[member] += *amount
			}
		}
		return nil
	}); err != nil {
		tb.Fatal(err)
	}
	return metrics
}

// askMetrics requests the metrics.
func (f *filled) askMetrics() (object, error) {
	a, err := f.try("GET", "/api/users/metrics", nil)
	if err != nil || a.status != http.StatusOK || len(a.list()) != 1 {
		return nil, errors.Join(err, errors.New(a.String()))
	}
	return a.list()[0], nil
}

// compareMetrics fails unless the metrics are those of plain SQL.
func (f *filled) compareMetrics(tb testing.TB) {
	tb.Helper()
	got, err := f.askMetrics()
	if err != nil {
		tb.Fatal(err)
	}
	want := f.plainMetrics(tb)
	for member, value := range got {
		if member == "totalLegacyUsers" || member == "totalMigratedLegacyUsers" || member == "totalNonMigratedLegacyUsers" {
			continue
		}
		if int64(value.(float64)) != want[member] {
			tb.Errorf("%s is %v, by plain SQL %d", member, value, want[member])
		}
	}
}

// benchmarkMetrics measures the metrics, and alternately the same by plain SQL.
func (f *filled) benchmarkMetrics(b *testing.B) {
	f.compareMetrics(b)
	b.Run("metrics", func(b *testing.B) {
		var t timings
		cold, refused := f.cold(b, "gateway", func() error { _, err := f.askMetrics(); return err })
		t.refused = refused
		for began := time.Now(); len(t.api) < fewestRounds || (len(t.api) < listRounds && time.Since(began) < 2*listRoundsTime); {
			start := time.Now()
			if _, err := f.askMetrics(); err != nil {
				t.refused++
			}
			t.api = append(t.api, time.Since(start))
			start = time.Now()
			f.plainMetrics(b)
			t.plain = append(t.plain, time.Since(start))
		}
		fmt.Printf("\nmetrics in ms: cold %.1f, n %d, refused %d, median %.1f, p95 %.1f, by plain SQL %.1f\n", milliseconds(cold), len(t.api), t.refused,
			milliseconds(quantile(t.api, 50)), milliseconds(quantile(t.api, 95)), milliseconds(quantile(t.plain, 50)))
		b.ReportMetric(0, "ns/op")
		b.ReportMetric(milliseconds(cold), "cold-ms")
		b.ReportMetric(milliseconds(quantile(t.api, 50)), "median-ms")
		b.ReportMetric(milliseconds(quantile(t.api, 95)), "p95-ms")
		b.ReportMetric(t.ratio(), "of-plain-sql")
	})
}
